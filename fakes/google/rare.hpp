#pragma once
// Values that most events do not have, or share with many others: what a calendar of a million events is made of.
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace fakes::google {

/// A value that mostly is what a fresh T is, and then costs a pointer.
template <typename T>
class Rare {
  public:
    Rare() = default;
    Rare(const Rare& other) : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
    Rare(Rare&&) noexcept = default;
    Rare& operator=(Rare other) noexcept {
        value_ = std::move(other.value_);
        return *this;
    }
    Rare& operator=(T value) {
        if (value == plain()) value_.reset();
        else edit() = std::move(value);
        return *this;
    }
    const T* operator->() const { return value_ ? value_.get() : &plain(); }
    const T& operator*() const { return *operator->(); }
    /// Is there one of its own?
    explicit operator bool() const { return value_ != nullptr; }
    T& edit() {
        if (!value_) value_ = std::make_unique<T>();
        return *value_;
    }

  private:
    static const T& plain() {
        static const T value{};
        return value;
    }
    std::unique_ptr<T> value_;
};

/// A text that many events have: a person's address, a time zone. Kept once, for the whole process and for good.
class Name {
  public:
    Name() : text_(&nothing()) {}
    Name(std::string_view text);
    Name(const std::string& text) : Name(std::string_view(text)) {}
    const std::string& text() const { return *text_; }
    operator std::string_view() const { return *text_; }
    bool empty() const { return text_->empty(); }
    bool operator==(const Name&) const = default;
    friend bool operator==(const Name& a, const std::string& b) { return *a.text_ == b; }

  private:
    static const std::string& nothing() {
        static const std::string empty;
        return empty;
    }
    const std::string* text_;
};

inline Name::Name(std::string_view text) : text_(&nothing()) {
    if (text.empty()) return;
    thread_local const std::string* last = nullptr;  // the next event is likely like this one
    if (last == nullptr || *last != text) {
        static std::mutex mutex;
        static std::set<std::string, std::less<>> all;
        const std::lock_guard lock(mutex);
        auto found = all.find(text);
        if (found == all.end()) found = all.emplace(text).first;
        last = &*found;
    }
    text_ = last;
}

}  // namespace fakes::google
