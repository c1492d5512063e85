// Character references of HTML that occur in mail: Latin-1, punctuation, and the ones mail clients write.
#include <algorithm>
#include <array>
#include <cstdint>

#include "engine/text/html_scan.hpp"

namespace engine::text {
namespace {

struct Reference {
    std::string_view name;
    std::uint32_t code_point;
};

// Sorted by name. HTML Living Standard, section 13.5 (a part of its table).
constexpr auto kReferences = std::to_array<Reference>({
    {"AElig", 0xC6},     {"AMP", '&'},        {"Aacute", 0xC1},    {"Acirc", 0xC2},     {"Agrave", 0xC0},
    {"Aring", 0xC5},     {"Atilde", 0xC3},    {"Auml", 0xC4},      {"COPY", 0xA9},      {"Ccedil", 0xC7},
    {"ETH", 0xD0},       {"Eacute", 0xC9},    {"Ecirc", 0xCA},     {"Egrave", 0xC8},    {"Euml", 0xCB},
    {"GT", '>'},         {"Iacute", 0xCD},    {"Icirc", 0xCE},     {"Igrave", 0xCC},    {"Iuml", 0xCF},
    {"LT", '<'},         {"NewLine", '\n'},   {"Ntilde", 0xD1},    {"OElig", 0x152},    {"Oacute", 0xD3},
    {"Ocirc", 0xD4},     {"Ograve", 0xD2},    {"Oslash", 0xD8},    {"Otilde", 0xD5},    {"Ouml", 0xD6},
    {"QUOT", '"'},       {"REG", 0xAE},       {"Scaron", 0x160},   {"THORN", 0xDE},     {"Tab", '\t'},
    {"Uacute", 0xDA},    {"Ucirc", 0xDB},     {"Ugrave", 0xD9},    {"Uuml", 0xDC},      {"Yacute", 0xDD},
    {"aacute", 0xE1},    {"acirc", 0xE2},     {"acute", 0xB4},     {"aelig", 0xE6},     {"agrave", 0xE0},
    {"amp", '&'},        {"apos", '\''},      {"aring", 0xE5},     {"ast", '*'},        {"atilde", 0xE3},
    {"auml", 0xE4},      {"bdquo", 0x201E},   {"brvbar", 0xA6},    {"bull", 0x2022},    {"ccedil", 0xE7},
    {"cedil", 0xB8},     {"cent", 0xA2},      {"circ", 0x2C6},     {"colon", ':'},      {"comma", ','},
    {"commat", '@'},     {"copy", 0xA9},      {"curren", 0xA4},    {"dagger", 0x2020},  {"deg", 0xB0},
    {"divide", 0xF7},    {"dollar", '$'},     {"eacute", 0xE9},    {"ecirc", 0xEA},     {"egrave", 0xE8},
    {"emsp", 0x2003},    {"ensp", 0x2002},    {"equals", '='},     {"eth", 0xF0},       {"euml", 0xEB},
    {"euro", 0x20AC},    {"excl", '!'},       {"frac12", 0xBD},    {"frac14", 0xBC},    {"frac34", 0xBE},
    {"gt", '>'},         {"hellip", 0x2026},  {"hyphen", 0x2010},  {"iacute", 0xED},    {"icirc", 0xEE},
    {"iexcl", 0xA1},     {"igrave", 0xEC},    {"iquest", 0xBF},    {"iuml", 0xEF},      {"laquo", 0xAB},
    {"larr", 0x2190},    {"ldquo", 0x201C},   {"lowbar", '_'},     {"lpar", '('},       {"lrm", 0x200E},
    {"lsaquo", 0x2039},  {"lsqb", '['},       {"lsquo", 0x2018},   {"lt", '<'},         {"macr", 0xAF},
    {"mdash", 0x2014},   {"micro", 0xB5},     {"middot", 0xB7},    {"nbsp", 0xA0},      {"ndash", 0x2013},
    {"not", 0xAC},       {"ntilde", 0xF1},    {"num", '#'},        {"oacute", 0xF3},    {"ocirc", 0xF4},
    {"oelig", 0x153},    {"ograve", 0xF2},    {"ordf", 0xAA},      {"ordm", 0xBA},      {"oslash", 0xF8},
    {"otilde", 0xF5},    {"ouml", 0xF6},      {"para", 0xB6},      {"percnt", '%'},     {"period", '.'},
    {"plus", '+'},       {"plusmn", 0xB1},    {"pound", 0xA3},     {"quest", '?'},      {"quot", '"'},
    {"raquo", 0xBB},     {"rarr", 0x2192},    {"rdquo", 0x201D},   {"reg", 0xAE},       {"rlm", 0x200F},
    {"rsquo", 0x2019},   {"scaron", 0x161},   {"sect", 0xA7},      {"semi", ';'},       {"shy", 0xAD},
    {"sol", '/'},        {"szlig", 0xDF},     {"times", 0xD7},     {"trade", 0x2122},   {"uacute", 0xFA},
    {"ucirc", 0xFB},     {"ugrave", 0xF9},    {"uml", 0xA8},       {"uuml", 0xFC},      {"yacute", 0xFD},
    {"yen", 0xA5},       {"yuml", 0xFF},      {"zwj", 0x200D},     {"zwnj", 0x200C},
});
static_assert(std::is_sorted(kReferences.begin(), kReferences.end(),
                             [](const Reference& a, const Reference& b) { return a.name < b.name; }));

// Longest reference read: beyond it an ampersand is text. Bounds the look-ahead per ampersand.
constexpr std::size_t kReferenceLimitBytes = 12;

// Windows-1252 meanings that the standard gives the numeric references 0x80 to 0x9F.
constexpr std::array<std::uint16_t, 32> kWindows1252 = {
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
    0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
    0x0153, 0x9D,   0x017E, 0x0178};

void append_utf8(std::string& out, std::uint32_t c) {
    const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0 | c >> 6);
        put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        put(0xE0 | c >> 12);
        put(0x80 | (c >> 6 & 0x3F));
        put(0x80 | (c & 0x3F));
    } else {
        put(0xF0 | c >> 18);
        put(0x80 | (c >> 12 & 0x3F));
        put(0x80 | (c >> 6 & 0x3F));
        put(0x80 | (c & 0x3F));
    }
}

// Decodes the reference at the start of `text` ("&..."); returns the bytes read, 0 when it is none.
std::size_t append_reference(std::string& out, std::string_view text) {
    if (text.size() >= 3 && text[1] == '#') {
        const bool hex = text[2] == 'x' || text[2] == 'X';
        const std::size_t first = hex ? 3 : 2;
        std::size_t at = first;
        std::uint32_t code = 0;
        for (; at < text.size(); ++at) {
            const char c = text[at];
            std::uint32_t digit = 0;
            if (c >= '0' && c <= '9') digit = static_cast<std::uint32_t>(c - '0');
            else if (hex && c >= 'a' && c <= 'f') digit = static_cast<std::uint32_t>(c - 'a' + 10);
            else if (hex && c >= 'A' && c <= 'F') digit = static_cast<std::uint32_t>(c - 'A' + 10);
            else break;
            code = std::min<std::uint32_t>(code * (hex ? 16U : 10U) + digit, 0x110000U);
        }
        if (at == first) return 0;
        if (code >= 0x80 && code < 0xA0) code = kWindows1252[code - 0x80];
        if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) code = 0xFFFD;
        append_utf8(out, code);
        return at < text.size() && text[at] == ';' ? at + 1 : at;
    }
    const std::size_t semicolon = text.substr(0, kReferenceLimitBytes).find(';');
    if (semicolon == std::string_view::npos) return 0;
    const std::string_view name = text.substr(1, semicolon - 1);
    const auto* found = std::lower_bound(kReferences.begin(), kReferences.end(), name,
                                         [](const Reference& r, std::string_view wanted) { return r.name < wanted; });
    if (found == kReferences.end() || found->name != name) return 0;
    append_utf8(out, found->code_point);
    return semicolon + 1;
}

}  // namespace

void append_decoded(std::string& out, std::string_view text) {
    while (!text.empty()) {
        const std::size_t ampersand = text.find('&');
        out.append(text.substr(0, ampersand));
        if (ampersand == std::string_view::npos) return;
        text.remove_prefix(ampersand);
        std::size_t read = append_reference(out, text);
        if (read == 0) {
            out.push_back('&');
            read = 1;
        }
        text.remove_prefix(read);
    }
}

}  // namespace engine::text
