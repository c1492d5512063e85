#include "engine/sync/user_set.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace engine::sync {
namespace {

using Length = std::uint32_t;

std::string_view bytes_of(const Length& length) { return {reinterpret_cast<const char*>(&length), sizeof length}; }

}  // namespace

std::string_view UserSet::Iterator::operator*() const {
    Length length = 0;
    std::memcpy(&length, at_, sizeof length);
    return {at_ + sizeof length, length};
}

UserSet::Iterator& UserSet::Iterator::operator++() {
    at_ += sizeof(Length) + (**this).size();
    return *this;
}

UserSet::UserSet(std::initializer_list<std::string_view> users) {
    for (const std::string_view user : users) insert(user);
}

UserSet::UserSet(const std::set<std::string>& users) {
    std::size_t size = 0;
    for (const std::string& user : users) size += sizeof(Length) + user.size();
    block_.reserve(size);
    for (const std::string& user : users) append(user);
}

void UserSet::append(std::string_view user) {
    const auto length = static_cast<Length>(user.size());
    block_.append(bytes_of(length)).append(user);
}

std::size_t UserSet::size() const { return static_cast<std::size_t>(std::ranges::distance(begin(), end())); }

UserSet::Iterator UserSet::place_of(std::string_view user) const {
    return std::ranges::find_if(*this, [user](std::string_view one) { return one >= user; });
}

bool UserSet::contains(std::string_view user) const {
    const Iterator at = place_of(user);
    return at != end() && *at == user;
}

bool UserSet::insert(std::string_view user) {
    const Iterator at = place_of(user);
    if (at != end() && *at == user) return false;
    const auto place = static_cast<std::size_t>(at.at_ - block_.data());
    const auto length = static_cast<Length>(user.size());
    block_.insert(place, user).insert(place, bytes_of(length));
    return true;
}

bool UserSet::erase(std::string_view user) {
    const Iterator at = place_of(user);
    if (at == end() || *at != user) return false;
    block_.erase(static_cast<std::size_t>(at.at_ - block_.data()), sizeof(Length) + user.size());
    return true;
}

bool UserSet::operator==(const std::set<std::string>& users) const {
    return std::ranges::equal(*this, users, [](std::string_view a, const std::string& b) { return a == b; });
}

std::set<std::string> UserSet::copy() const {
    std::set<std::string> out;
    for (const std::string_view user : *this) out.emplace_hint(out.end(), user);
    return out;
}

}  // namespace engine::sync
