#pragma once
// The fakes' chance: a named, seeded stream. Own generator and own bounded draw, because the standard library's
// distributions differ between implementations and would change ids with the compiler.
#include <cstdint>
#include <string>
#include <string_view>

namespace fakes {

class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    /// splitmix64 (Steele, Lea, Flood 2014).
    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31);
    }
    /// A number in [0, bound), by multiply-shift; bound > 0.
    std::uint64_t below(std::uint64_t bound) {
        return static_cast<std::uint64_t>((static_cast<unsigned __int128>(next()) * bound) >> 64);
    }
    /// An independent stream for `purpose`: adding one does not shift the others.
    Dice stream(std::string_view purpose) const {
        std::uint64_t h = 0xcbf29ce484222325u ^ state_;
        for (const char c : purpose) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
        return Dice(h);
    }
    /// A version-4 style UUID in lower case.
    std::string uuid();
    /// `length` characters of `alphabet`.
    std::string text(std::size_t length, std::string_view alphabet);

  private:
    std::uint64_t state_;
};

}  // namespace fakes
