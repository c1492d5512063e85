#include "fakes/google/json_text.hpp"

#include <array>
#include <cstdint>

namespace fakes::google {
namespace {

/// Length of the UTF-8 sequence at `i`, 0 if it is none.
std::size_t sequence_at(std::string_view text, std::size_t i) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(at < text.size() ? text[at] : 0); };
    const auto tail = [&](std::size_t at) { return (byte(at) & 0xC0u) == 0x80u; };
    const unsigned char a = byte(i);
    if (a < 0x80) return 1;
    if (a >= 0xC2 && a <= 0xDF) return tail(i + 1) ? 2 : 0;
    if (a >= 0xE0 && a <= 0xEF) {
        if (!tail(i + 1) || !tail(i + 2)) return 0;
        if (a == 0xE0 && byte(i + 1) < 0xA0) return 0;
        if (a == 0xED && byte(i + 1) > 0x9F) return 0;  // surrogates
        return 3;
    }
    if (a >= 0xF0 && a <= 0xF4) {
        if (!tail(i + 1) || !tail(i + 2) || !tail(i + 3)) return 0;
        if (a == 0xF0 && byte(i + 1) < 0x90) return 0;
        if (a == 0xF4 && byte(i + 1) > 0x8F) return 0;
        return 4;
    }
    return 0;
}

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

void append_json(std::string& out, std::string_view text) {
    static constexpr std::string_view hex = "0123456789abcdef";
    out += '"';
    std::size_t plain = 0;  // start of the run not yet copied
    std::size_t i = 0;
    while (i < text.size()) {
        const unsigned char c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
            ++i;
            continue;
        }
        if (c >= 0x80) {
            if (const std::size_t n = sequence_at(text, i); n != 0) {
                i += n;
                continue;
            }
        }
        out.append(text.substr(plain, i - plain));
        switch (c) {
            case '"': out += "\\\""; break;
            case '\\': out += "\\\\"; break;
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            case '\t': out += "\\t"; break;
            default:
                if (c < 0x20) {
                    out += "\\u00";
                    out += hex[c >> 4];
                    out += hex[c & 15];
                } else {
                    out += "\xEF\xBF\xBD";
                }
        }
        plain = ++i;
    }
    out.append(text.substr(plain));
    out += '"';
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return out;
}

bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t n = sequence_at(text, i);
        if (n == 0) return false;
        i += n;
    }
    return true;
}

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
