#pragma once
// The port of chance; apart from the other ports so that pure parts need nothing of Asio.
#include <cstdint>
#include <span>

namespace engine {

class Random {
  public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::uint8_t> bytes) = 0;
    /// Uniform in [0, bound); bound > 0. For jitter.
    virtual std::uint64_t below(std::uint64_t bound) = 0;
};

}  // namespace engine
