#include "engine/text/html_text.hpp"

#include <algorithm>

#include "engine/text/html_scan.hpp"
#include "engine/text/letters.hpp"

namespace engine::text {
namespace {

// U+00A0. Asked of every byte of every body.
bool is_no_break_space(std::string_view text, std::size_t at) {
    return text[at] == '\xC2' && at + 1 < text.size() && text[at + 1] == '\xA0';
}

// Collects visible text: white space folds to one blank, at most one empty line stands between paragraphs.
class Lines {
  public:
    explicit Lines(std::size_t limit) : limit_(limit) {}

    bool full() const { return out_.size() >= limit_; }

    void text(std::string_view decoded) {
        for (std::size_t at = 0; at < decoded.size();) {
            if (is_space(decoded[at])) {
                blank_ = true;
                ++at;
                continue;
            }
            // A no-break space is a blank to the reader of plain text.
            if (is_no_break_space(decoded, at)) {
                blank_ = true;
                at += 2;
                continue;
            }
            std::size_t end = at + 1;
            while (end < decoded.size() && !is_space(decoded[end]) && !is_no_break_space(decoded, end)) ++end;
            flush();
            out_.append(decoded.substr(at, end - at));
            at = end;
        }
    }
    void cell() { blank_ = true; }
    void line() { breaks_ = std::max(breaks_, 1); }
    void hard_break() { breaks_ = std::min(breaks_ + 1, 2); }
    void paragraph() { breaks_ = 2; }

    std::string take() {
        out_.resize(cut_utf8(out_, limit_).size());
        return std::move(out_);
    }

  private:
    void flush() {
        if (out_.empty()) {
        } else if (breaks_ > 0) {
            out_.append(static_cast<std::size_t>(breaks_), '\n');
        } else if (blank_) {
            out_.push_back(' ');
        }
        breaks_ = 0;
        blank_ = false;
    }

    std::string out_;
    std::size_t limit_;
    int breaks_ = 0;
    bool blank_ = false;
};

}  // namespace

std::string_view cut_utf8(std::string_view text, std::size_t limit_bytes) {
    if (text.size() <= limit_bytes) return text;
    std::size_t end = limit_bytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return text.substr(0, end);
}

std::string html_to_text(std::string_view html, std::size_t limit_bytes) {
    Lines lines(limit_bytes);
    std::string decoded;
    HtmlScan scan(html);
    for (HtmlScan::Kind kind = scan.next(); kind != HtmlScan::Kind::end && !lines.full(); kind = scan.next()) {
        if (kind == HtmlScan::Kind::text) {
            decoded.clear();
            append_decoded(decoded, scan.text());
            lines.text(decoded);
            continue;
        }
        const std::string_view name = scan.name();
        if (name == "br") {
            lines.hard_break();
        } else if (name == "p" || name == "blockquote" || (name.size() == 2 && name[0] == 'h' && name[1] <= '6')) {
            lines.paragraph();
        } else if (name == "td" || name == "th") {
            lines.cell();
        } else if (breaks_line(name)) {
            lines.line();
        }
    }
    return lines.take();
}

}  // namespace engine::text
