#include "sim/scenario/characters.hpp"

#include <array>

namespace sim {
namespace {

struct Decoded {
    char32_t c = 0xFFFD;
    std::size_t bytes = 1;
    bool good = false;
};

Decoded decode(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const std::size_t left = text.size() - at;
    const unsigned char first = byte(0);
    if (first < 0x80) return {first, 1, true};
    std::size_t length = 0;
    char32_t value = 0;
    char32_t least = 0;
    if ((first & 0xE0u) == 0xC0) {
        length = 2, value = first & 0x1Fu, least = 0x80;
    } else if ((first & 0xF0u) == 0xE0) {
        length = 3, value = first & 0x0Fu, least = 0x800;
    } else if ((first & 0xF8u) == 0xF0) {
        length = 4, value = first & 0x07u, least = 0x10000;
    } else {
        return {};
    }
    if (left < length) return {};
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0u) != 0x80) return {};
        value = (value << 6) | (byte(i) & 0x3Fu);
    }
    if (value < least || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return {};
    return {value, length, true};
}

struct Range {
    char32_t first, last;
};
// The blocks that matter in calendars' texts, not the whole of Unicode's tables.
constexpr std::array kZeroWide{Range{0x300, 0x36F},   Range{0x483, 0x489},   Range{0x591, 0x5BD},
                               Range{0x610, 0x61A},   Range{0x64B, 0x65F},   Range{0x200B, 0x200F},
                               Range{0x202A, 0x202E}, Range{0x2060, 0x2069}, Range{0x20D0, 0x20F0},
                               Range{0xFE00, 0xFE0F}, Range{0xFEFF, 0xFEFF}};
constexpr std::array kTwoWide{Range{0x1100, 0x115F}, Range{0x2E80, 0x303E}, Range{0x3041, 0x33FF},
                              Range{0x3400, 0x4DBF}, Range{0x4E00, 0x9FFF}, Range{0xA000, 0xA4CF},
                              Range{0xAC00, 0xD7A3}, Range{0xF900, 0xFAFF}, Range{0xFE30, 0xFE6F},
                              Range{0xFF00, 0xFF60}, Range{0xFFE0, 0xFFE6}, Range{0x1F300, 0x1FAFF},
                              Range{0x20000, 0x3FFFD}};

}  // namespace

std::optional<std::size_t> bad_utf8_at(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        if (static_cast<unsigned char>(text[at]) < 0x80) {
            ++at;
            continue;
        }
        const Decoded d = decode(text, at);
        if (!d.good) return at;
        at += d.bytes;
    }
    return std::nullopt;
}

std::u32string code_points(std::string_view utf8) {
    std::u32string out;
    out.reserve(utf8.size());
    for (std::size_t at = 0; at < utf8.size();) {
        const Decoded d = decode(utf8, at);
        out.push_back(d.c);
        at += d.bytes;
    }
    return out;
}

std::size_t count_code_points(std::string_view utf8) {
    std::size_t count = 0;
    for (const char c : utf8) count += (static_cast<unsigned char>(c) & 0xC0u) != 0x80;
    return count;
}

int columns_of(char32_t c) {
    if (c < 0x300) return 1;
    for (const Range& r : kZeroWide)
        if (c >= r.first && c <= r.last) return 0;
    for (const Range& r : kTwoWide)
        if (c >= r.first && c <= r.last) return 2;
    return 1;
}

void append_utf8(std::string& out, char32_t c) {
    const auto put = [&](char32_t b) { out.push_back(static_cast<char>(b)); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0 | (c >> 6)), put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        put(0xE0 | (c >> 12)), put(0x80 | ((c >> 6) & 0x3F)), put(0x80 | (c & 0x3F));
    } else {
        put(0xF0 | (c >> 18)), put(0x80 | ((c >> 12) & 0x3F)), put(0x80 | ((c >> 6) & 0x3F)), put(0x80 | (c & 0x3F));
    }
}

bool is_control(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

std::string without_controls(std::string_view utf8) {
    std::string out;
    for (const char32_t c : code_points(utf8)) append_utf8(out, is_control(c) ? U' ' : c);
    return out;
}

std::string lower_ascii(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

}  // namespace sim
