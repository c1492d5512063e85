#pragma once
// Sources of bytes for tests: a counter, and a fixed IV.
#include <cstdint>
#include <string>

#include "engine/ports.hpp"

class CountingRandom : public engine::Random {
  public:
    void fill(std::span<std::uint8_t> bytes) override {
        ++count_;
        for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(count_ >> (8 * (i % 8)));
    }
    std::uint64_t below(std::uint64_t bound) override { return ++count_ % bound; }

  private:
    std::uint64_t count_ = 0;
};

class FixedRandom : public engine::Random {
  public:
    explicit FixedRandom(std::string hex) : hex_(std::move(hex)) {}
    void fill(std::span<std::uint8_t> bytes) override {
        for (std::size_t i = 0; i < bytes.size(); ++i)
            bytes[i] = static_cast<std::uint8_t>(std::stoul(hex_.substr(2 * i, 2), nullptr, 16));
    }
    std::uint64_t below(std::uint64_t) override { return 0; }

  private:
    std::string hex_;
};
