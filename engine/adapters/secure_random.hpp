#pragma once
// Chance by OpenSSL's generator: keys, initialisation vectors, secrets of subscriptions, jitter.
#include "engine/chance.hpp"

namespace engine::adapters {

/// Throws std::runtime_error when the generator fails: nothing may be sealed with numbers that are none.
class SecureRandom final : public Random {
  public:
    void fill(std::span<std::uint8_t> bytes) override;
    std::uint64_t below(std::uint64_t bound) override;
};

}  // namespace engine::adapters
