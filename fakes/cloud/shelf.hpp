#pragma once
// Meeting list items as stored: one wire text, however many users' lists hold it.
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fakes/server.hpp"

namespace fakes {

struct Item {
    std::string id;
    Instant start{};
    Instant end{};
    std::string json;  // as the service sent it
    std::string slim;  // as lists and pushes have it, when something is left out of it; else empty
    const std::string& told() const { return slim.empty() ? json : slim; }
};

/// Gives the same object for the same text, as long as somebody holds it.
class Shelf {
  public:
    using Held = std::shared_ptr<const Item>;
    /// nullptr when no list holds this text.
    Held find(std::string_view json) const;
    /// `item.json` must not be on the shelf yet.
    Held put(Item item);
    /// Gives one holder's reference back; forgets the text with its last holder.
    void release(Held&& held);
    std::size_t size() const { return size_; }  // texts, counting those that only a reader outside still holds

  private:
    // Looked up only, never iterated: its order reaches nobody.
    std::unordered_map<std::uint64_t, std::vector<std::weak_ptr<const Item>>> by_hash_;  // never walked
    std::size_t size_ = 0;
};

struct ItemById {
    using is_transparent = void;
    bool operator()(const Shelf::Held& a, const Shelf::Held& b) const { return a->id < b->id; }
    bool operator()(const Shelf::Held& a, std::string_view b) const { return a->id < b; }
    bool operator()(std::string_view a, const Shelf::Held& b) const { return a < b->id; }
};
/// One user's list, by item id.
using ItemList = std::set<Shelf::Held, ItemById>;

}  // namespace fakes
