#include "fakes/cloud/shelf.hpp"

#include <cstring>

namespace fakes {
namespace {

// Eight bytes a step: items are kilobytes and every write is hashed.
std::uint64_t hash_of(std::string_view text) {
    std::uint64_t h = 0x9E3779B97F4A7C15u ^ text.size();
    const auto mix = [&h](std::uint64_t word) {
        const auto product = static_cast<unsigned __int128>(h ^ word) * 0xD6E8FEB86659FD93u;
        h = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    };
    std::size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, 8);
        mix(word);
    }
    std::uint64_t rest = 0;
    std::memcpy(&rest, text.data() + at, text.size() - at);
    mix(rest);
    return h;
}

}  // namespace

Shelf::Held Shelf::find(std::string_view json) const {
    const auto found = by_hash_.find(hash_of(json));
    if (found == by_hash_.end()) return nullptr;
    for (const auto& weak : found->second)
        if (Held held = weak.lock(); held && held->json == json) return held;
    return nullptr;
}

Shelf::Held Shelf::put(Item item) {
    const std::uint64_t hash = hash_of(item.json);
    Held held = std::make_shared<const Item>(std::move(item));
    by_hash_[hash].push_back(held);
    ++size_;
    return held;
}

void Shelf::release(Held&& held) {
    const std::uint64_t hash = held.use_count() == 1 ? hash_of(held->json) : 0;
    const bool last = held.use_count() == 1;
    held.reset();
    if (!last) return;
    const auto found = by_hash_.find(hash);
    if (found == by_hash_.end()) return;
    size_ -= std::erase_if(found->second, [](const auto& weak) { return weak.expired(); });
    if (found->second.empty()) by_hash_.erase(found);
}

}  // namespace fakes
