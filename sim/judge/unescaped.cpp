#include "sim/judge/unescaped.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "sim/scenario/characters.hpp"

namespace sim {
namespace {

constexpr int layers_max = 3;

/// The number that all of `digits` is.
std::optional<std::uint32_t> number(std::string_view digits, int base) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() || value > 0x10FFFF) return std::nullopt;
    return value;
}

/// Appends what the escape at the beginning of `rest` stands for; its length, or 0 when there is none.
std::size_t percent(std::string_view rest, std::string& out) {
    const auto byte = rest.size() < 3 ? std::nullopt : number(rest.substr(1, 2), 16);
    if (!byte) return 0;
    out += static_cast<char>(*byte);
    return 3;
}

std::size_t backslash(std::string_view rest, std::string& out) {
    if (rest.size() < 2) return 0;
    if (rest[1] == '"' || rest[1] == '\\' || rest[1] == '/') {
        out += rest[1];
        return 2;
    }
    const auto unit_at = [&](std::size_t at) -> std::optional<std::uint32_t> {
        if (rest.size() < at + 6 || rest[at] != '\\' || rest[at + 1] != 'u') return std::nullopt;
        return number(rest.substr(at + 2, 4), 16);
    };
    const auto unit = unit_at(0);
    if (!unit) return 0;
    const auto low = *unit >= 0xD800 && *unit < 0xDC00 ? unit_at(6) : std::nullopt;
    if (low && *low >= 0xDC00 && *low < 0xE000) {
        append_utf8(out, static_cast<char32_t>(0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00)));
        return 12;
    }
    append_utf8(out, static_cast<char32_t>(*unit));
    return 6;
}

/// Where the escapes of a text may begin, in order. Three looks ahead by memchr: find_first_of asks about every byte.
class Beginnings {
  public:
    explicit Beginnings(std::string_view text) : text_(text) {}
    /// The first at `from` or behind; npos: there is none. `from` never goes back.
    std::size_t next(std::size_t from) {
        std::size_t first = std::string_view::npos;
        for (Sign& sign : signs_) {
            if (sign.at != std::string_view::npos && (sign.at < from || !sign.sought)) sign.at = text_.find(sign.character, from);
            sign.sought = true;
            first = std::min(first, sign.at);
        }
        return first;
    }

  private:
    struct Sign {
        char character;
        std::size_t at = 0;
        bool sought = false;
    };
    std::string_view text_;
    std::array<Sign, 3> signs_{{{'%'}, {'\\'}, {'&'}}};
};

std::optional<std::string> one_layer(std::string_view text) {
    std::optional<std::string> out;
    std::size_t kept = 0;
    std::string letter;
    Beginnings beginnings(text);
    for (std::size_t at = beginnings.next(0); at != std::string_view::npos; at = beginnings.next(at)) {
        letter.clear();
        const std::string_view rest = text.substr(at);
        const std::size_t length = text[at] == '%' ? percent(rest, letter) : text[at] == '&' ? take_reference(rest, letter) : backslash(rest, letter);
        if (length == 0) {
            ++at;
            continue;
        }
        if (!out) out.emplace();
        out->append(text, kept, at - kept).append(letter);
        at += length;
        kept = at;
    }
    if (out) out->append(text, kept);
    return out;
}

}  // namespace

std::size_t take_reference(std::string_view text, std::string& out) {
    // HTML 4.01, 24.2: Latin-1 from U+00A0 on, in order.
    constexpr std::array<std::string_view, 96> latin{
        "nbsp",   "iexcl",  "cent",   "pound",  "curren", "yen",    "brvbar", "sect",   "uml",    "copy",   "ordf",   "laquo",
        "not",    "shy",    "reg",    "macr",   "deg",    "plusmn", "sup2",   "sup3",   "acute",  "micro",  "para",   "middot",
        "cedil",  "sup1",   "ordm",   "raquo",  "frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc",  "Atilde",
        "Auml",   "Aring",  "AElig",  "Ccedil", "Egrave", "Eacute", "Ecirc",  "Euml",   "Igrave", "Iacute", "Icirc",  "Iuml",
        "ETH",    "Ntilde", "Ograve", "Oacute", "Ocirc",  "Otilde", "Ouml",   "times",  "Oslash", "Ugrave", "Uacute", "Ucirc",
        "Uuml",   "Yacute", "THORN",  "szlig",  "agrave", "aacute", "acirc",  "atilde", "auml",   "aring",  "aelig",  "ccedil",
        "egrave", "eacute", "ecirc",  "euml",   "igrave", "iacute", "icirc",  "iuml",   "eth",    "ntilde", "ograve", "oacute",
        "ocirc",  "otilde", "ouml",   "divide", "oslash", "ugrave", "uacute", "ucirc",  "uuml",   "yacute", "thorn",  "yuml"};
    constexpr std::array<std::pair<std::string_view, char32_t>, 16> others{
        {{"amp", U'&'}, {"lt", U'<'}, {"gt", U'>'}, {"quot", U'"'}, {"apos", U'\''}, {"ndash", 0x2013}, {"mdash", 0x2014}, {"hellip", 0x2026},
         {"lsquo", 0x2018}, {"rsquo", 0x2019}, {"ldquo", 0x201C}, {"rdquo", 0x201D}, {"bdquo", 0x201E}, {"bull", 0x2022}, {"euro", 0x20AC}, {"trade", 0x2122}}};
    constexpr std::size_t longest = 10;  // &#x10FFFF;
    const std::size_t end = text.substr(0, longest).find(';');
    if (end == std::string_view::npos || end < 2) return 0;
    const std::string_view name = text.substr(1, end - 1);
    std::optional<std::uint32_t> code;
    if (name[0] == '#') {
        const bool hex = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
        code = hex ? number(name.substr(2), 16) : number(name.substr(1), 10);
    } else {
        for (const auto& [word, letter] : others)
            if (name == word) code = letter;
        for (std::size_t i = 0; i < latin.size() && !code; ++i)
            if (name == latin[i]) code = static_cast<std::uint32_t>(0xA0 + i);
    }
    if (!code) return 0;
    append_utf8(out, static_cast<char32_t>(*code));
    return end + 1;
}

std::optional<std::string> unescaped(std::string_view text) {
    std::optional<std::string> out = one_layer(text);
    for (int layer = 1; out && layer < layers_max; ++layer) {
        std::optional<std::string> deeper = one_layer(*out);
        if (!deeper) break;
        out = std::move(deeper);
    }
    return out;
}

}  // namespace sim
