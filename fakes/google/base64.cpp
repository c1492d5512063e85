#include "fakes/google/base64.hpp"

#include <array>
#include <cstdint>

namespace fakes::google {
namespace {

constexpr std::string_view standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view for_urls = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::array<std::int8_t, 256> make_values() {
    std::array<std::int8_t, 256> values{};
    for (auto& v : values) v = -1;
    for (std::size_t i = 0; i < 64; ++i) {
        values[static_cast<unsigned char>(standard[i])] = static_cast<std::int8_t>(i);
        values[static_cast<unsigned char>(for_urls[i])] = static_cast<std::int8_t>(i);
    }
    return values;
}
constexpr std::array<std::int8_t, 256> sextets = make_values();

}  // namespace

std::string base64url(std::string_view bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t bits = static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << 16;
        const std::size_t left = bytes.size() - i;
        if (left > 1) bits |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i + 1])) << 8;
        if (left > 2) bits |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i + 2]));
        out += for_urls[bits >> 18];
        out += for_urls[(bits >> 12) & 63];
        if (left > 1) out += for_urls[(bits >> 6) & 63];
        if (left > 2) out += for_urls[bits & 63];
    }
    return out;
}

bool from_base64(std::string_view text, std::string& bytes) {
    bytes.clear();
    while (!text.empty() && text.back() == '=') text.remove_suffix(1);
    if (text.size() % 4 == 1) return false;
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : text) {
        const int value = sextets[static_cast<unsigned char>(c)];
        if (value < 0) return false;
        bits = (bits << 6) | static_cast<std::uint32_t>(value);
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes += static_cast<char>((bits >> held) & 0xFF);
        }
    }
    return true;
}

}  // namespace fakes::google
