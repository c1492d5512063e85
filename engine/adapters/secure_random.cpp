#include "engine/adapters/secure_random.hpp"

#include <openssl/rand.h>

#include <array>
#include <limits>
#include <stdexcept>

namespace engine::adapters {

void SecureRandom::fill(std::span<std::uint8_t> bytes) {
    if (bytes.empty()) return;
    if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()) || RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
        throw std::runtime_error("OpenSSL gives no random bytes");
}

std::uint64_t SecureRandom::below(std::uint64_t bound) {
    // Draws from the incomplete last stretch are thrown away: a plain remainder would favour small numbers.
    const std::uint64_t whole = std::numeric_limits<std::uint64_t>::max() - std::numeric_limits<std::uint64_t>::max() % bound;
    std::uint64_t drawn = 0;
    do {
        std::array<std::uint8_t, 8> bytes{};
        fill(bytes);
        drawn = 0;
        for (const std::uint8_t byte : bytes) drawn = drawn << 8 | byte;
    } while (drawn >= whole);
    return drawn % bound;
}

}  // namespace engine::adapters
