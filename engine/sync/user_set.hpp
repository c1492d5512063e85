#pragma once
// A sorted set of user ids in one block of memory. Every series knows its users several times over, and a large
// organisation has hundreds of thousands of series: a std::set takes 112 bytes for an id of 36 characters, this takes 40.
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <set>
#include <string>
#include <string_view>

namespace engine::sync {

class UserSet {
  public:
    class Iterator {
      public:
        using value_type = std::string_view;
        using difference_type = std::ptrdiff_t;
        Iterator() = default;
        explicit Iterator(const char* at) : at_(at) {}
        std::string_view operator*() const;
        Iterator& operator++();
        Iterator operator++(int) {
            Iterator before = *this;
            ++*this;
            return before;
        }
        bool operator==(const Iterator&) const = default;

      private:
        friend class UserSet;
        const char* at_ = nullptr;
    };

    UserSet() = default;
    UserSet(std::initializer_list<std::string_view> users);
    explicit UserSet(const std::set<std::string>& users);

    Iterator begin() const { return Iterator(block_.data()); }
    Iterator end() const { return Iterator(block_.data() + block_.size()); }
    bool empty() const { return block_.empty(); }
    std::size_t size() const;
    bool contains(std::string_view user) const;
    /// Whether it was not there before. Both cost as much as the set is long.
    bool insert(std::string_view user);
    /// Whether it was there.
    bool erase(std::string_view user);
    bool operator==(const UserSet&) const = default;
    bool operator==(const std::set<std::string>& users) const;
    std::set<std::string> copy() const;

  private:
    Iterator place_of(std::string_view user) const;  // of the first that does not stand before it
    void append(std::string_view user);

    std::string block_;  // of each: its length in four bytes, the id
};

}  // namespace engine::sync
