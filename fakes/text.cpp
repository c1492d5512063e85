#include "fakes/text.hpp"

#include <cstdint>
#include <cstring>

namespace fakes {
namespace {

/// Bytes of the UTF-8 character at `at`, 0 when there is none (RFC 3629 table).
std::size_t utf8_length(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned>(static_cast<unsigned char>(text[at + i])) : 0u; };
    const auto tail = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) { return byte(i) >= low && byte(i) <= high; };
    const unsigned first = byte(0);
    if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) return tail(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF) && tail(2) ? 3 : 0;
    if (first >= 0xF0 && first <= 0xF4) return tail(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF) && tail(2) && tail(3) ? 4 : 0;
    return 0;
}

/// Eight bytes that stand in JSON as they are: ASCII, no control character, no quote, no backslash.
bool is_plain_word(const char* bytes) {
    constexpr std::uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    const auto has_zero = [](std::uint64_t w) { return (w - ones) & ~w & tops; };
    return ((word & tops) | ((word - ones * 0x20) & ~word & tops) | has_zero(word ^ ones * '"') | has_zero(word ^ ones * '\\')) == 0;
}

/// Does all of it stand in JSON as it is?
bool is_plain(std::string_view text) {
    constexpr std::size_t word = 8;
    if (text.size() < word) {
        for (const char c : text)
            if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x80 || c == '"' || c == '\\') return false;
        return true;
    }
    for (std::size_t i = 0; i + word <= text.size(); i += word)
        if (!is_plain_word(text.data() + i)) return false;
    return is_plain_word(text.data() + text.size() - word);
}

/// Short pieces are put together here and appended at once: an answer is made of hundreds.
class Piece {
  public:
    static constexpr std::size_t room = 256;
    void mark(char c) { bytes_[size_++] = c; }
    void between(std::string_view text) {
        mark('"');
        std::memcpy(bytes_ + size_, text.data(), text.size());
        size_ += text.size();
        mark('"');
    }
    std::string_view text() const { return {bytes_, size_}; }

  private:
    char bytes_[room];
    std::size_t size_ = 0;
};

bool needs_comma(const std::string& out) { return !out.empty() && out.back() != '{' && out.back() != '['; }

}  // namespace

void put_json(std::string& out, std::string_view text) {
    if (text.size() + 2 <= Piece::room && is_plain(text)) {
        Piece piece;
        piece.between(text);
        out += piece.text();
        return;
    }
    static constexpr std::string_view hex = "0123456789abcdef";
    out.push_back('"');
    std::size_t from = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i + 8 <= text.size() && is_plain_word(text.data() + i)) {
            i += 7;
            continue;
        }
        const char c = text[i];
        if (static_cast<unsigned char>(c) >= 0x80) {
            if (const std::size_t length = utf8_length(text, i)) {
                i += length - 1;
                continue;
            }
            // Echoes of broken requests, or a message cut within a character.
            out.append(text, from, i - from);
            from = i + 1;
            out += "\xEF\xBF\xBD";
            continue;
        }
        if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') continue;
        out.append(text, from, i - from);
        from = i + 1;
        switch (c) {
            case '"': out += "\\\""; break;
            case '\\': out += "\\\\"; break;
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            case '\t': out += "\\t"; break;
            default:
                out += "\\u00";
                out.push_back(hex[static_cast<unsigned char>(c) >> 4]);
                out.push_back(hex[static_cast<unsigned char>(c) & 15]);
        }
    }
    out.append(text, from, text.size() - from);
    out.push_back('"');
}

void put_name(std::string& out, std::string_view name) {
    if (name.size() + 4 > Piece::room) {
        if (needs_comma(out)) out += ',';
        put_json(out, name);
        out += ':';
        return;
    }
    Piece piece;
    if (needs_comma(out)) piece.mark(',');
    piece.between(name);
    piece.mark(':');
    out += piece.text();
}

void put_member(std::string& out, std::string_view name, std::string_view text) {
    if (name.size() + text.size() + 6 > Piece::room || !is_plain(text)) {
        put_name(out, name);
        put_json(out, text);
        return;
    }
    Piece piece;
    if (needs_comma(out)) piece.mark(',');
    piece.between(name);
    piece.mark(':');
    piece.between(text);
    out += piece.text();
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string percent_decode(std::string_view text, bool plus_is_blank) {
    std::string out;
    out.reserve(text.size());
    const std::string_view marks = plus_is_blank ? "%+" : "%";
    std::size_t from = 0;
    for (std::size_t i = text.find_first_of(marks); i < text.size(); i = text.find_first_of(marks, from)) {
        out.append(text, from, i - from);
        from = i + 1;
        if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
            out.push_back(static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])));
            from = i + 3;
        } else {
            out.push_back(text[i] == '+' ? ' ' : text[i]);
        }
    }
    return out.append(text, std::min(from, text.size()));
}

std::optional<int> digits_at(std::string_view text, std::size_t from, std::size_t count) {
    if (text.size() < from + count) return std::nullopt;
    int value = 0;
    for (std::size_t i = from; i < from + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return out;
}

}  // namespace fakes
