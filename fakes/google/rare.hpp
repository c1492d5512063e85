#pragma once
// Values that most events do not have, or share with many others: what a calendar of a million events is made of.
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

/// A list that mostly is empty, and then costs a pointer.
template <typename T>
class Few {
  public:
    Few() = default;
    Few(std::vector<T> list) {
        if (!list.empty()) list_.edit() = std::move(list);
    }
    operator const std::vector<T>&() const { return *list_; }
    const std::vector<T>& list() const { return *list_; }
    std::vector<T>& edit() { return list_.edit(); }
    auto begin() const { return list_->begin(); }
    auto end() const { return list_->end(); }
    bool empty() const { return list_->empty(); }
    std::size_t size() const { return list_->size(); }
    const T& operator[](std::size_t at) const { return (*list_)[at]; }
    void push_back(T value) { list_.edit().push_back(std::move(value)); }
    friend bool operator==(const Few& a, const Few& b) { return *a.list_ == *b.list_; }

  private:
    Rare<std::vector<T>> list_;
};

/// A text in eight bytes and what it holds: most events have no description, and few have a long title.
class Text {
  public:
    Text() = default;
    Text(std::string_view text) : block_(made(text)) {}
    Text(const std::string& text) : Text(std::string_view(text)) {}
    Text(const char* text) : Text(std::string_view(text)) {}
    Text(const Text& other) : Text(std::string_view(other)) {}
    Text(Text&&) noexcept = default;
    Text& operator=(Text other) noexcept {
        block_ = std::move(other.block_);
        return *this;
    }
    operator std::string_view() const {
        if (!block_) return {};
        std::uint32_t size = 0;
        std::memcpy(&size, block_.get(), sizeof size);
        return {block_.get() + sizeof size, size};
    }
    std::string str() const { return std::string(std::string_view(*this)); }
    bool empty() const { return !block_; }
    std::size_t size() const { return std::string_view(*this).size(); }
    void clear() { block_.reset(); }
    friend bool operator==(const Text& a, const Text& b) { return std::string_view(a) == std::string_view(b); }

  private:
    static std::unique_ptr<char[]> made(std::string_view text) {
        if (text.empty()) return nullptr;
        const auto size = static_cast<std::uint32_t>(text.size());  // texts are bounded far below its range
        std::unique_ptr<char[]> block(new char[sizeof size + text.size()]);
        std::memcpy(block.get(), &size, sizeof size);
        std::memcpy(block.get() + sizeof size, text.data(), text.size());
        return block;
    }
    std::unique_ptr<char[]> block_;  // four bytes of length, then the text
};

/// A text that many events have: a person's address, a time zone. Kept once, for the whole process and for good.
class Name {
  public:
    Name() = default;
    Name(std::string_view text);
    Name(const std::string& text) : Name(std::string_view(text)) {}
    const std::string& text() const;
    operator std::string_view() const { return text(); }
    bool empty() const { return number_ == 0; }
    bool operator==(const Name&) const = default;
    friend bool operator==(const Name& a, const std::string& b) { return a.text() == b; }

  private:
    std::uint32_t number_ = 0;  // 0: the empty text
};

}  // namespace fakes::google
