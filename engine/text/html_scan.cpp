#include "engine/text/html_scan.hpp"

#include <algorithm>
#include <cstdint>

#include "engine/text/letters.hpp"

namespace engine::text {
namespace {

constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool equal_lower(std::string_view text, std::string_view lower_case) {
    return text.size() == lower_case.size() &&
           std::equal(text.begin(), text.end(), lower_case.begin(), [](char a, char b) { return lower(a) == b; });
}

// The first eight letters of an element's name as a number: tags are the hottest part of a mail body.
constexpr std::uint64_t packed(std::string_view name) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < name.size() && i < 8; ++i) value = value << 8 | static_cast<unsigned char>(name[i]);
    return value;
}

// Elements whose content is no markup, or is never shown.
bool is_raw(std::string_view name) {
    switch (packed(name)) {
        case packed("iframe"): case packed("noembed"): case packed("noframes"): case packed("script"):
        case packed("style"): case packed("textarea"): case packed("template"): case packed("title"):
        case packed("xmp"): return true;
        default: return false;
    }
}

// Walks the attributes of a tag; `at` stands behind the tag's name. Calls visit(name, value) until it returns false.
// Returns the offset of the closing '>', or npos when the tag never closes.
template <typename Visit>
std::size_t walk_attributes(std::string_view html, std::size_t at, Visit visit) {
    const std::size_t size = html.size();
    while (at < size) {
        while (at < size && (is_space(html[at]) || html[at] == '/')) ++at;
        if (at >= size) break;
        if (html[at] == '>') return at;
        const std::size_t name_begin = at;
        while (at < size && !is_space(html[at]) && html[at] != '>' && html[at] != '/' &&
               (html[at] != '=' || at == name_begin))
            ++at;
        const std::string_view name = html.substr(name_begin, at - name_begin);
        while (at < size && is_space(html[at])) ++at;
        std::string_view value;
        if (at < size && html[at] == '=') {
            ++at;
            while (at < size && is_space(html[at])) ++at;
            if (at >= size) break;
            if (html[at] == '"' || html[at] == '\'') {
                const std::size_t close = html.find(html[at], at + 1);
                if (close == std::string_view::npos) return std::string_view::npos;
                value = html.substr(at + 1, close - at - 1);
                at = close + 1;
            } else {
                const std::size_t begin = at;
                while (at < size && !is_space(html[at]) && html[at] != '>') ++at;
                value = html.substr(begin, at - begin);
            }
        }
        if (!visit(name, value)) return at;
    }
    return std::string_view::npos;
}

}  // namespace

HtmlScan::Kind HtmlScan::next() {
    if (in_raw_) {
        in_raw_ = false;
        skip_raw_content();
    }
    const std::size_t size = html_.size();
    while (at_ < size) {
        std::size_t mark = at_;
        while (true) {
            mark = html_.find('<', mark);
            if (mark == std::string_view::npos || mark + 1 >= size) {
                mark = size;
                break;
            }
            const char c = html_[mark + 1];
            if (is_letter(c) || c == '!' || c == '?' || c == '/') break;
            ++mark;
        }
        if (mark > at_) {
            token_offset_ = at_;
            token_ = html_.substr(at_, mark - at_);
            at_ = mark;
            return Kind::text;
        }
        token_offset_ = mark;
        const char c = html_[mark + 1];
        if (is_letter(c)) {
            at_ = mark + 1;
            if (!read_tag(false)) break;
            in_raw_ = is_raw(name());
            return Kind::open;
        }
        if (c == '/' && mark + 2 < size && is_letter(html_[mark + 2])) {
            at_ = mark + 2;
            if (!read_tag(true)) break;
            return Kind::close;
        }
        if (!skip_markup_declaration()) break;
    }
    at_ = size;
    token_ = {};
    return Kind::end;
}

// At "<!", "<?" or "</" without a letter: a comment, or what the standard calls a bogus comment.
bool HtmlScan::skip_markup_declaration() {
    if (html_.substr(at_, 4) == "<!--") {
        const std::size_t body = at_ + 4;
        if (html_.substr(body, 1) == ">") {
            at_ = body + 1;
            return true;
        }
        if (html_.substr(body, 2) == "->") {
            at_ = body + 2;
            return true;
        }
        for (std::size_t dash = html_.find("--", body); dash != std::string_view::npos;
             dash = html_.find("--", dash + 1)) {
            if (html_.substr(dash + 2, 1) == ">") {
                at_ = dash + 3;
                return true;
            }
            if (html_.substr(dash + 2, 2) == "!>") {
                at_ = dash + 4;
                return true;
            }
        }
        return false;
    }
    const std::size_t close = html_.find('>', at_);
    if (close == std::string_view::npos) return false;
    at_ = close + 1;
    return true;
}

bool HtmlScan::read_tag(bool closing) {
    const std::size_t size = html_.size();
    name_size_ = 0;
    while (at_ < size && !is_space(html_[at_]) && html_[at_] != '>' && html_[at_] != '/') {
        if (name_size_ < sizeof name_ - 1) name_[name_size_++] = lower(html_[at_]);
        ++at_;
    }
    const std::size_t begin = at_;
    const std::size_t close = walk_attributes(html_, at_, [](std::string_view, std::string_view) { return true; });
    if (close == std::string_view::npos) return false;
    attributes_ = closing ? std::string_view() : html_.substr(begin, close - begin);
    at_ = close + 1;
    return true;
}

void HtmlScan::skip_raw_content() {
    const std::string_view wanted = name();
    for (std::size_t mark = html_.find("</", at_); mark != std::string_view::npos; mark = html_.find("</", mark + 2)) {
        if (!equal_lower(html_.substr(mark + 2, wanted.size()), wanted)) continue;
        const std::size_t behind = mark + 2 + wanted.size();
        if (behind < html_.size() && (is_space(html_[behind]) || html_[behind] == '>' || html_[behind] == '/')) {
            at_ = mark;
            return;
        }
    }
    at_ = html_.size();
}

std::optional<std::string_view> HtmlScan::attribute(std::string_view wanted) const {
    std::optional<std::string_view> found;
    walk_attributes(attributes_, 0, [&](std::string_view attribute_name, std::string_view value) {
        if (!equal_lower(attribute_name, wanted)) return true;
        found = value;
        return false;
    });
    return found;
}

bool breaks_line(std::string_view element) {
    switch (packed(element)) {
        case packed("address"): case packed("article"): case packed("aside"): case packed("blockquote"):
        case packed("body"): case packed("br"): case packed("center"): case packed("dd"): case packed("div"):
        case packed("dl"): case packed("dt"): case packed("fieldset"): case packed("footer"): case packed("form"):
        case packed("h1"): case packed("h2"): case packed("h3"): case packed("h4"): case packed("h5"):
        case packed("h6"): case packed("header"): case packed("hr"): case packed("html"): case packed("li"):
        case packed("main"): case packed("nav"): case packed("ol"): case packed("p"): case packed("pre"):
        case packed("section"): case packed("table"): case packed("tbody"): case packed("tfoot"):
        case packed("thead"): case packed("tr"): case packed("ul"): return true;
        default: return false;
    }
}

}  // namespace engine::text
