#include "fakes/google/rare.hpp"

#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <stdexcept>

namespace fakes::google {
namespace {

constexpr std::uint32_t block_names = 1024, blocks_max = 16'384;

/// Worlds on other threads add names while this one reads: what is there never moves.
std::array<std::atomic<std::string*>, blocks_max> blocks;

std::uint32_t number_of(std::string_view text) {
    static std::mutex mutex;
    static std::map<std::string_view, std::uint32_t> all;
    const std::lock_guard lock(mutex);
    const auto found = all.find(text);
    if (found != all.end()) return found->second;
    const auto number = static_cast<std::uint32_t>(all.size() + 1);
    std::atomic<std::string*>& block = blocks.at(number / block_names % blocks_max);
    if (number / block_names >= blocks_max) throw std::length_error("more than 16 million addresses and time zones");
    if (block.load() == nullptr) block.store(new std::string[block_names]);
    std::string& kept = block.load()[number % block_names];
    kept = text;
    all.emplace(kept, number);
    return number;
}

}  // namespace

Name::Name(std::string_view text) {
    if (text.empty()) return;
    thread_local Name last;  // the next event is likely like this one
    if (last.empty() || last.text() != text) last.number_ = number_of(text);
    number_ = last.number_;
}

const std::string& Name::text() const {
    static const std::string nothing;
    return number_ == 0 ? nothing : blocks[number_ / block_names].load(std::memory_order_acquire)[number_ % block_names];
}

}  // namespace fakes::google
