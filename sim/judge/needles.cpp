#include "sim/judge/needles.hpp"

#include <algorithm>
#include <cstring>

#include "sim/judge/wire_words.hpp"
#include "sim/scenario/characters.hpp"

namespace sim {
namespace {

bool is_ascii_alnum(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string base64(std::string_view bytes, bool url) {
    const char* alphabet = url ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
                               : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i + 2 < bytes.size(); i += 3) {
        const auto byte = [&](std::size_t k) { return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[k])); };
        const std::uint32_t three = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
        for (int shift = 18; shift >= 0; shift -= 6) out += alphabet[(three >> shift) & 63];
    }
    return out;
}

/// The characters of base64 that depend on `secret` alone when it starts `lead` bytes into a group of three.
std::string base64_core(const std::string& secret, std::size_t lead, bool url) {
    std::string padded(lead, '\0');
    padded += secret;
    padded.resize(padded.size() / 3 * 3);
    std::string text = base64(padded, url);
    const std::size_t depends_on_lead = lead == 0 ? 0 : lead + 1;
    return text.size() > depends_on_lead ? text.substr(depends_on_lead) : std::string();
}

std::string percent(const std::string& text, bool plus, bool upper) {
    const char* hex = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (is_ascii_alnum(c) || c == '-' || c == '_' || c == '.' || c == '~') out += c;
        else if (plus && c == ' ') out += '+';
        else (((out += '%') += hex[byte >> 4]) += hex[byte & 15]);
    }
    return out;
}

std::string html(const std::string& text, const char* apostrophe) {
    std::string out;
    for (const char c : text) {
        if (c == '&') out += "&amp;";
        else if (c == '<') out += "&lt;";
        else if (c == '>') out += "&gt;";
        else if (c == '"') out += "&quot;";
        else if (c == '\'') out += apostrophe;
        else out += c;
    }
    return out;
}

std::string hexadecimal(const std::string& text, bool upper) {
    const char* hex = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        (out += hex[byte >> 4]) += hex[byte & 15];
    }
    return out;
}

/// Calls `each` with every code point; bytes that are no UTF-8 are passed as they are.
template <typename Each>
void code_points(const std::string& text, Each each) {
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
        std::uint32_t code = length == 1 ? lead : lead & (0xFFu >> (length + 1));
        for (std::size_t k = 1; k < length && i + k < text.size(); ++k)
            code = code << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3F);
        each(code);
        i += length;
    }
}

std::string json(const std::string& text, bool ascii, bool upper) {
    const char* hex = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    std::string out;
    const auto unit = [&](std::uint32_t value) {
        out += "\\u";
        for (int shift = 12; shift >= 0; shift -= 4) out += hex[(value >> shift) & 15];
    };
    if (!ascii) {
        for (const char c : text) {
            if (c == '"' || c == '\\') out += '\\';
            out += c;
        }
        return out;
    }
    code_points(text, [&](std::uint32_t code) {
        if (code == '"' || code == '\\') (out += '\\') += static_cast<char>(code);
        else if (code < 0x80) out += static_cast<char>(code);
        else if (code < 0x10000) unit(code);
        else {
            unit(0xD800 + ((code - 0x10000) >> 10));
            unit(0xDC00 + ((code - 0x10000) & 0x3FF));
        }
    });
    return out;
}

/// Little endian as databases and Windows write it, big endian as on the wire.
std::string utf16(const std::string& text, bool big_endian) {
    std::string out;
    const auto unit = [&](std::uint32_t value) {
        const char low = static_cast<char>(value & 0xFF), high = static_cast<char>(value >> 8);
        (out += big_endian ? high : low) += big_endian ? low : high;
    };
    code_points(text, [&](std::uint32_t code) {
        if (code < 0x10000) return unit(code);
        unit(0xD800 + ((code - 0x10000) >> 10));
        unit(0xDC00 + ((code - 0x10000) & 0x3FF));
    });
    return out;
}

std::string numeric_entities(const std::string& text) {
    std::string out;
    code_points(text, [&](std::uint32_t code) {
        if (code < 0x80) out += static_cast<char>(code);
        else out += "&#" + std::to_string(code) + ";";
    });
    return out;
}

}  // namespace

std::uint32_t Needles::hash(const char* four_bytes) {
    std::uint32_t word = 0;
    std::memcpy(&word, four_bytes, 4);
    return (word * 0x9E3779B1u) >> 18;
}

bool Needles::stands_so(Stands stands, std::string_view haystack, std::size_t begin, std::size_t end) {
    const char before = begin == 0 ? '\0' : haystack[begin - 1];
    const char behind = end == haystack.size() ? '\0' : haystack[end];
    // Base64url has hyphen and underscore among its letters, base64 the plus sign.
    const auto in_word = [](char c) { return is_ascii_alnum(c) || c == '-' || c == '_' || c == '+'; };
    // Four words are all that this member takes, and they are spelled as titles are (the cloud's item form refuses others).
    const auto is_sensitivity = [&] { return haystack.substr(0, begin).ends_with("\"meetingSensitivity\":\""); };
    switch (stands) {
        case Stands::anywhere: return true;
        case Stands::as_word: return !in_word(before) && !in_word(behind) && !is_sensitivity();
        case Stands::as_value: break;
    }
    constexpr std::string_view openers("\0\"'=>", 5), closers("\0\"'&<", 5);
    const bool member = behind == '"' && haystack.substr(end + 1).starts_with(':');
    return openers.find(before) != openers.npos && closers.find(behind) != closers.npos && !member && !is_sensitivity();
}

void Needles::add_form(std::string bytes, const std::string& name, const char* encoding, Stands stands) {
    if (bytes.size() < bytes_min) return;
    const std::uint32_t slot = hash(bytes.data());
    for (std::int32_t at = heads_[slot]; at >= 0; at = needles_[static_cast<std::size_t>(at)].next)
        if (needles_[static_cast<std::size_t>(at)].bytes == bytes) return;
    needles_.push_back({std::move(bytes), name, encoding, heads_[slot], stands});
    heads_[slot] = static_cast<std::int32_t>(needles_.size() - 1);
}

void Needles::add(const std::string& secret, const std::string& name) {
    if (secret.size() < bytes_min) return;
    const std::size_t known = needles_.size();
    const std::string lower = lower_ascii(secret);
    const bool one_word = std::ranges::all_of(secret, is_ascii_alnum);
    const bool of_the_wire = one_word && (is_wire_word(lower) || std::ranges::all_of(secret, is_digit));
    const Stands stands = of_the_wire ? Stands::as_value : one_word ? Stands::as_word : Stands::anywhere;
    add_form(secret, name, "plain", stands);
    secrets_ += needles_.size() > known ? 1 : 0;  // the same text twice is one secret
    if (of_the_wire) return;
    add_form(lower, name, "plain, lower case", stands);
    std::string upper_case = secret;
    for (char& c : upper_case)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    add_form(upper_case, name, "plain, upper case", stands);
    for (const bool big_endian : {false, true}) add_form(utf16(secret, big_endian), name, "UTF-16");
    for (std::size_t lead = 0; lead < 3; ++lead)
        for (const bool url : {false, true})
            if (std::string core = base64_core(secret, lead, url); core.size() >= 6)
                add_form(std::move(core), name, url ? "base64url" : "base64");
    for (const bool plus : {false, true})
        for (const bool upper : {false, true}) add_form(percent(secret, plus, upper), name, "percent");
    for (const char* apostrophe : {"&#39;", "&apos;", "&#x27;", "'"}) add_form(html(secret, apostrophe), name, "HTML");
    add_form(numeric_entities(secret), name, "HTML");
    add_form(json(secret, false, false), name, "JSON");
    for (const bool upper : {false, true}) add_form(json(secret, true, upper), name, "JSON");
    // Ids and digests are hexadecimal too: fewer digits than these would be found in them by chance.
    constexpr std::size_t digits_min = 10;
    for (const bool upper : {false, true})
        if (std::string digits = hexadecimal(secret, upper); digits.size() >= digits_min) add_form(std::move(digits), name, "hex");
}

std::set<std::string> Needles::encodings() const {
    std::set<std::string> out;
    for (const Needle& needle : needles_) out.insert(needle.encoding);
    return out;
}

std::vector<Needles::Hit> Needles::find(std::string_view haystack, std::size_t count_max) const {
    std::vector<Hit> hits;
    if (haystack.size() < bytes_min) return hits;
    for (std::size_t i = 0; i + bytes_min <= haystack.size(); ++i) {
        for (std::int32_t at = heads_[hash(haystack.data() + i)]; at >= 0;) {
            const Needle& needle = needles_[static_cast<std::size_t>(at)];
            at = needle.next;
            if (haystack.size() - i < needle.bytes.size() ||
                std::memcmp(haystack.data() + i, needle.bytes.data(), needle.bytes.size()) != 0 ||
                !stands_so(needle.stands, haystack, i, i + needle.bytes.size()))
                continue;
            const bool known = std::ranges::any_of(hits, [&](const Hit& hit) { return hit.name == needle.name; });
            if (known) continue;
            hits.push_back({needle.name, needle.encoding, i});
            if (hits.size() == count_max) return hits;
        }
    }
    return hits;
}

}  // namespace sim
