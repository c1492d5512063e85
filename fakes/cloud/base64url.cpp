#include <array>
#include <cstdint>

#include "fakes/cloud/jwe_reader.hpp"

namespace fakes {
namespace {

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t foreign = 64;
constexpr auto values = [] {
    std::array<std::uint8_t, 256> table{};
    table.fill(foreign);
    for (std::size_t i = 0; i < letters.size(); ++i)
        table[static_cast<unsigned char>(letters[i])] = static_cast<std::uint8_t>(i);
    return table;
}();

std::uint32_t value(char c) { return values[static_cast<unsigned char>(c)]; }

}  // namespace

std::string base64url_encode(std::string_view bytes) {
    std::string out((bytes.size() * 4 + 2) / 3, '\0');
    const auto byte = [&bytes](std::size_t i) { return i < bytes.size() ? static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) : 0u; };
    std::size_t to = 0;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::uint32_t group = byte(at) << 16 | byte(at + 1) << 8 | byte(at + 2);
        for (int shift = 18; shift >= 0 && to < out.size(); shift -= 6) out[to++] = letters[(group >> shift) & 63];
    }
    return out;
}

bool is_base64url(std::string_view text) {
    std::uint32_t all = 0;
    for (const char c : text) all |= value(c);
    if ((all & foreign) != 0 || text.size() % 4 == 1) return false;
    // The last character's unused bits are zero: one text per value (RFC 4648 3.5).
    if (text.size() % 4 == 2) return (value(text.back()) & 15) == 0;
    if (text.size() % 4 == 3) return (value(text.back()) & 3) == 0;
    return true;
}

std::optional<std::string> base64url_decode(std::string_view text) {
    if (!is_base64url(text)) return std::nullopt;
    std::string out(text.size() * 3 / 4, '\0');
    std::size_t to = 0;
    std::size_t at = 0;
    for (; at + 4 <= text.size(); at += 4, to += 3) {
        const std::uint32_t word = (value(text[at]) << 18) | (value(text[at + 1]) << 12) | (value(text[at + 2]) << 6) |
                                   value(text[at + 3]);
        out[to] = static_cast<char>(word >> 16);
        out[to + 1] = static_cast<char>((word >> 8) & 255);
        out[to + 2] = static_cast<char>(word & 255);
    }
    if (text.size() - at >= 2) out[to++] = static_cast<char>((value(text[at]) << 2) | (value(text[at + 1]) >> 4));
    if (text.size() - at == 3) out[to++] = static_cast<char>(((value(text[at + 1]) & 15) << 4) | (value(text[at + 2]) >> 2));
    return out;
}

}  // namespace fakes
