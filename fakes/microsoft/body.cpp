#include "fakes/microsoft/body.hpp"

#include <array>
#include <span>

#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

constexpr std::string_view document_begin =
    "<html>\r\n<head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">\r\n</head>\r\n<body>\r\n";
constexpr std::string_view text_begin = "<div class=\"PlainText\">", text_end = "</div>";
constexpr std::string_view document_end = "\r\n</body>\r\n</html>\r\n";

bool starts_with_word(std::string_view text, std::size_t at, std::string_view word) {
    if (at + word.size() > text.size() || !same_text(text.substr(at, word.size()), word)) return false;
    if (at + word.size() == text.size()) return true;
    const char next = text[at + word.size()];
    return !((next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') || (next >= '0' && next <= '9'));
}

bool has_html_element(std::string_view text) {
    for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1))
        if (starts_with_word(text, at + 1, "html")) return true;
    return false;
}

/// Appends what the entity at `at` ('&') stands for and returns the offset behind it.
std::size_t put_entity(std::string& out, std::string_view html, std::size_t at) {
    const std::size_t end = html.find(';', at);
    if (end == std::string_view::npos || end - at > 10) {
        out.push_back('&');
        return at + 1;
    }
    const std::string_view name = html.substr(at + 1, end - at - 1);
    if (name == "amp") out.push_back('&');
    else if (name == "lt") out.push_back('<');
    else if (name == "gt") out.push_back('>');
    else if (name == "quot") out.push_back('"');
    else if (name == "apos") out.push_back('\'');
    else if (name == "nbsp") out += "\xC2\xA0";
    else if (name.size() > 1 && name[0] == '#') {
        const bool hex = name[1] == 'x' || name[1] == 'X';
        unsigned code = 0;
        for (const char c : name.substr(hex ? 2 : 1)) {
            const unsigned digit = c >= '0' && c <= '9'   ? static_cast<unsigned>(c - '0')
                                   : c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a' + 10)
                                   : c >= 'A' && c <= 'F' ? static_cast<unsigned>(c - 'A' + 10)
                                                          : 99u;
            code = digit < (hex ? 16u : 10u) && code < 0x110000u ? code * (hex ? 16u : 10u) + digit : 0x110000u;
        }
        if (code == 0 || code >= 0x110000u || (code >= 0xD800u && code < 0xE000u)) code = 0xFFFDu;
        const auto byte = [&](unsigned value) { out.push_back(static_cast<char>(static_cast<unsigned char>(value))); };
        if (code < 0x80u) byte(code);
        else if (code < 0x800u) byte(0xC0u | code >> 6), byte(0x80u | (code & 63u));
        else if (code < 0x10000u) byte(0xE0u | code >> 12), byte(0x80u | (code >> 6 & 63u)), byte(0x80u | (code & 63u));
        else byte(0xF0u | code >> 18), byte(0x80u | (code >> 12 & 63u)), byte(0x80u | (code >> 6 & 63u)), byte(0x80u | (code & 63u));
    } else {
        out.push_back('&');
        return at + 1;
    }
    return end + 1;
}

/// ASCII that is neither blank nor markup.
bool is_simple(char c) { return c > ' ' && c < '\x7f' && c != '<' && c != '&'; }

bool blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

Unwrapped unwrapped(std::string_view html) {
    if (html.size() < document_begin.size() + document_end.size() || !html.starts_with(document_begin) || !html.ends_with(document_end)) return {Wrapping::none, html};
    html.remove_prefix(document_begin.size());
    html.remove_suffix(document_end.size());
    if (html.size() < text_begin.size() + text_end.size() || !html.starts_with(text_begin) || !html.ends_with(text_end)) return {Wrapping::html, html};
    html.remove_prefix(text_begin.size());
    html.remove_suffix(text_end.size());
    return {Wrapping::text, html};
}

std::string wrapped(Wrapping wrapping, std::string_view inner) {
    if (wrapping == Wrapping::none) return std::string(inner);
    const bool text = wrapping == Wrapping::text;
    std::string out;
    out.reserve(document_begin.size() + text_begin.size() + inner.size() + text_end.size() + document_end.size());
    out += document_begin;
    if (text) out += text_begin;
    out += inner;
    if (text) out += text_end;
    return out += document_end;
}

std::string stored_html(std::string_view html) { return wrapped(html.empty() || has_html_element(html) ? Wrapping::none : Wrapping::html, html); }

std::string stored_text(std::string_view text) {
    if (text.empty()) return {};
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        switch (text[i]) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '\r': break;
            case '\n': out += "<br>\r\n"; break;
            default: out.push_back(text[i]);
        }
    }
    return wrapped(Wrapping::text, out);
}

constexpr std::array<std::string_view, 4> kUnseen = {"head", "style", "script", "title"};
constexpr std::array<std::string_view, 7> kEndingLines = {"p", "div", "li", "tr", "h1", "h2", "h3"};

std::string plain_text(std::string_view html, std::size_t at_most) {
    std::string out;
    std::size_t characters = 0;
    bool line_begun = false;
    bool blank_due = false;
    const auto end_line = [&] {
        if (line_begun) out += "\r\n";
        line_begun = blank_due = false;
    };
    for (std::size_t i = 0; i < html.size() && characters < at_most;) {
        if (html[i] == '<') {
            if (html.substr(i, 4) == "<!--") {
                const std::size_t end = html.find("-->", i);
                i = end == std::string_view::npos ? html.size() : end + 3;
                continue;
            }
            const bool closes = html.substr(i + 1, 1) == "/";
            for (const std::string_view name : closes ? std::span<const std::string_view>() : kUnseen) {
                if (!starts_with_word(html, i + 1, name)) continue;
                for (std::size_t end = html.find("</", i); ; end = html.find("</", end + 2)) {
                    if (end == std::string_view::npos) {
                        i = html.size() - 1;
                        break;
                    }
                    if (starts_with_word(html, end + 2, name)) {
                        i = end;
                        break;
                    }
                }
                break;
            }
            const std::size_t end = html.find('>', i);
            if (closes) {
                for (const std::string_view name : kEndingLines)
                    if (starts_with_word(html, i + 2, name)) end_line();
            } else if (starts_with_word(html, i + 1, "br")) {
                out += "\r\n";
                line_begun = blank_due = false;
            }
            i = end == std::string_view::npos ? html.size() : end + 1;
            continue;
        }
        if (blank(html[i])) {
            blank_due = line_begun;
            ++i;
            continue;
        }
        if (blank_due) {
            out.push_back(' ');
            ++characters;
        }
        blank_due = false;
        line_begun = true;
        if (html[i] == '&') {
            i = put_entity(out, html, i);
        } else {
            // A run of what stands for itself, then what is left of its last character.
            std::size_t run = 1;
            while (i + run < html.size() && characters + run < at_most && is_simple(html[i + run])) ++run;
            out.append(html, i, run);
            i += run;
            characters += run - 1;
            while (i < html.size() && (static_cast<unsigned char>(html[i]) & 0xC0) == 0x80) out.push_back(html[i++]);
        }
        ++characters;
    }
    end_line();
    return out;
}

std::string preview(std::string_view html) {
    std::string text = plain_text(html, limits::preview_characters);
    // Line ends, and a blank before the last character, come on top of what was asked for.
    std::size_t characters = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if ((static_cast<unsigned char>(text[i]) & 0xC0) == 0x80 || ++characters <= limits::preview_characters) continue;
        text.resize(i);
        break;
    }
    while (!text.empty() && blank(text.back())) text.pop_back();
    return text;
}

std::string with_block(std::string_view html, std::string_view block) {
    if (html.empty()) return stored_html(block);
    std::size_t place = html.size();
    for (std::size_t at = html.find("</"); at != std::string_view::npos; at = html.find("</", at + 2))
        if (starts_with_word(html, at + 2, "body")) place = at;
    std::string out(html.substr(0, place));
    out += block;
    out += html.substr(place);
    return out;
}

}  // namespace fakes::microsoft
