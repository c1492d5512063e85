#pragma once
// One seed, many independent random streams by name: a new fault rule or a new fake shifts nobody else's numbers.
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/ports.hpp"
#include "fakes/dice.hpp"

namespace sim {

class Streams {
  public:
    explicit Streams(std::uint64_t seed) : seed_(seed) {}
    /// The same name always gives the same stream from its beginning.
    fakes::Dice named(std::string_view name) const {
        fakes::Dice mixed = fakes::Dice(seed_).stream(name);
        return fakes::Dice(mixed.next());
    }
    std::uint64_t seed() const { return seed_; }

  private:
    std::uint64_t seed_;
};

/// One incarnation's chance. It owns its stream, so draws of an incarnation that is being killed disturb no other.
class EngineRandom final : public engine::Random {
  public:
    explicit EngineRandom(fakes::Dice dice) : dice_(dice) {}
    void fill(std::span<std::uint8_t> bytes) override {
        std::uint64_t word = 0;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            if (i % 8 == 0) word = dice_.next();
            bytes[i] = static_cast<std::uint8_t>(word >> (8 * (i % 8)));
        }
    }
    std::uint64_t below(std::uint64_t bound) override { return dice_.below(bound); }

  private:
    fakes::Dice dice_;
};

}  // namespace sim
