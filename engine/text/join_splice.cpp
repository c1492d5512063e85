// Where the block goes in a body, how it is found again, and how it comes out.
#include <re2/re2.h>

#include <optional>

#include "engine/text/html_scan.hpp"
#include "engine/text/join_block.hpp"

namespace engine::text {
namespace {

constexpr std::string_view kBlockClass = "calrig-join";

// kBlockBegin as clients hand it back: lines folded, blanks turned into no-break spaces.
const RE2& begin_pattern() {
    static const RE2 pattern(
        R"(--(?:\s|\x{A0}|&nbsp;)+Do(?:\s|\x{A0}|&nbsp;)+not(?:\s|\x{A0}|&nbsp;)+delete(?:\s|\x{A0}|&nbsp;)+or)"
        R"((?:\s|\x{A0}|&nbsp;)+change(?:\s|\x{A0}|&nbsp;)+any(?:\s|\x{A0}|&nbsp;)+of(?:\s|\x{A0}|&nbsp;)+the)"
        R"((?:\s|\x{A0}|&nbsp;)+following(?:\s|\x{A0}|&nbsp;)+text\.(?:\s|\x{A0}|&nbsp;)+--)");
    return pattern;
}

// First begin line at or after `from`; its size in `bytes`.
std::size_t find_begin(std::string_view body, std::size_t from, std::size_t& bytes) {
    if (body.find("following", from) == std::string_view::npos) return std::string_view::npos;
    const re2::StringPiece subject(body.data(), body.size());
    re2::StringPiece match;
    if (!begin_pattern().Match(subject, from, subject.size(), RE2::UNANCHORED, &match, 1))
        return std::string_view::npos;
    bytes = match.size();
    return static_cast<std::size_t>(match.data() - body.data());
}

bool is_void(std::string_view name) {
    for (const std::string_view v : {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta",
                                     "source", "track", "wbr"})
        if (name == v) return true;
    return false;
}

struct Range {
    std::size_t begin, end;
};

// The first block at or after `from`. With our element around it that element; else (a client dropped its class) the
// text from the begin line to the end line, or to the end of the body element.
std::optional<Range> find_html_block(std::string_view html, std::size_t from) {
    HtmlScan scan(html);
    std::optional<Range> text_range;   // opened by a begin line
    std::optional<std::size_t> element;
    bool element_holds_begin = false;
    int depth = 0;
    std::size_t body_end = html.size();
    for (HtmlScan::Kind kind = scan.next(); kind != HtmlScan::Kind::end; kind = scan.next()) {
        if (scan.offset() < from) continue;
        if (kind == HtmlScan::Kind::text) {
            std::size_t bytes = 0;
            std::size_t inside = 0;
            if (!text_range) {
                inside = find_begin(scan.text(), 0, bytes);
                if (inside == std::string_view::npos) continue;
                text_range = Range{scan.offset() + inside, std::string_view::npos};
                element_holds_begin = element.has_value();
                inside += bytes;
            }
            if (element_holds_begin) continue;
            const std::size_t end = scan.text().find(kBlockEnd, inside);
            if (end != std::string_view::npos) {
                text_range->end = scan.offset() + end + kBlockEnd.size();
                return text_range;
            }
        } else if (kind == HtmlScan::Kind::open) {
            if (!element) {
                const auto css_class = scan.attribute("class");
                if (css_class && css_class->find(kBlockClass) != std::string_view::npos) {
                    element = scan.offset();
                    depth = 1;
                    continue;
                }
            }
            if (element && !is_void(scan.name())) ++depth;
        } else {
            if (scan.name() == "body") body_end = scan.offset();
            if (element && --depth == 0) {
                if (element_holds_begin) return Range{*element, scan.after()};
                element.reset();
            }
        }
    }
    if (!text_range) return std::nullopt;
    if (element_holds_begin) text_range->begin = *element;
    text_range->end = body_end > text_range->begin ? body_end : html.size();
    return text_range;
}

std::string strip_html(std::string_view body) {
    std::string out;
    std::size_t kept = 0;
    std::size_t bytes = 0;
    // A body without a begin line, the usual case, is not scanned at all. The limit keeps hostile bodies linear.
    constexpr int kBlockLimit = 16;
    for (int blocks = 0; blocks < kBlockLimit && find_begin(body, kept, bytes) != std::string_view::npos; ++blocks) {
        const auto range = find_html_block(body, kept);
        if (!range) break;
        out.append(body.substr(kept, range->begin - kept));
        kept = range->end;
    }
    out.append(body.substr(kept));
    return out;
}

std::string strip_text(std::string_view body) {
    std::string out;
    std::size_t kept = 0;
    std::size_t bytes = 0;
    for (std::size_t begin = find_begin(body, 0, bytes); begin != std::string_view::npos;
         begin = find_begin(body, kept, bytes)) {
        std::size_t cut = begin;
        if (cut > kept && body[cut - 1] == '\n') --cut;  // the one that splice_text added
        if (cut > kept && cut < begin && body[cut - 1] == '\r') --cut;
        out.append(body.substr(kept, cut - kept));
        std::size_t end = body.find(kBlockEnd, begin + bytes);
        if (end == std::string_view::npos) return out;
        end += kBlockEnd.size();
        if (body.substr(end, 2) == "\r\n") end += 2;
        else if (body.substr(end, 1) == "\n") end += 1;
        kept = end;
    }
    out.append(body.substr(kept));
    return out;
}

}  // namespace

std::string splice_html(std::string_view original, std::string_view block) {
    std::size_t place = original.size();
    HtmlScan scan(original);
    for (HtmlScan::Kind kind = scan.next(); kind != HtmlScan::Kind::end; kind = scan.next())
        if (kind == HtmlScan::Kind::close && scan.name() == "body") place = scan.offset();
    std::string out;
    out.reserve(original.size() + block.size());
    out.append(original.substr(0, place)).append(block).append(original.substr(place));
    return out;
}

std::string splice_text(std::string_view original, std::string_view block) {
    std::string out(original);
    if (!out.empty()) out.push_back('\n');
    out.append(block);
    return out;
}

std::size_t count_join_blocks(std::string_view body) {
    std::size_t count = 0;
    std::size_t bytes = 0;
    for (std::size_t at = find_begin(body, 0, bytes); at != std::string_view::npos;
         at = find_begin(body, at + bytes, bytes))
        ++count;
    return count;
}

std::string strip_join_block(std::string_view body, bool body_is_html) {
    return body_is_html ? strip_html(body) : strip_text(body);
}

}  // namespace engine::text
