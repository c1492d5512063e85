#include "engine/text/join_block.hpp"

#include <vector>

#include "engine/text/html_text.hpp"
#include "engine/text/join_words.hpp"

namespace engine::text {
namespace {

// Left-to-right isolate and its end: an address keeps its order inside right-to-left text (Unicode UAX 9).
constexpr std::string_view kIsolate = "\xE2\x81\xA6", kIsolateEnd = "\xE2\x81\xA9";

void append_escaped(std::string& out, std::string_view text) {
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            default: out.push_back(c);
        }
    }
}

// A line break in a name would end the block's line, and could forge its end.
std::string one_line(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (static_cast<unsigned char>(c) < ' ') c = ' ';
    return out;
}

const JoinWords& words_for(std::string_view locale, std::string_view default_language) {
    for (const std::string_view wanted : {locale, default_language, std::string_view("en")})
        if (const JoinWords* words = find_join_words(wanted)) return *words;
    return join_words().front();
}

class BlockWriter {
  public:
    BlockWriter(JoinBlock& block, const JoinWords& words) : block_(block), words_(words) {
        block_.html = "<div class=\"calrig-join\" lang=\"" + std::string(words.tag) + "\" dir=\"" +
                      (words.right_to_left ? "rtl" : "ltr") + "\"><p dir=\"ltr\">" + std::string(kBlockBegin) + "</p>";
        block_.text = std::string(kBlockBegin) + "\n\n";
    }

    void join(std::string_view label, const std::string& url) {
        block_.html += "<p><a href=\"";
        append_escaped(block_.html, url);
        block_.html += "\">";
        append_escaped(block_.html, label);
        block_.html += "</a></p>";
        block_.text.append(label).append("\n");
        isolated(url);
        block_.text += "\n\n";
    }

    void row(std::string_view label, const std::string& value, std::string_view link_scheme) {
        if (value.empty()) return;
        block_.html += "<p>";
        append_escaped(block_.html, label);
        block_.html += ": ";
        if (!link_scheme.empty()) {
            block_.html.append("<a href=\"").append(link_scheme);
            append_escaped(block_.html, value);
            block_.html += "\">";
        }
        // Names take their own direction, addresses and numbers are left-to-right in every language.
        block_.html += link_scheme.empty() && label == words_.host ? "<bdi>" : "<bdi dir=\"ltr\">";
        append_escaped(block_.html, value);
        block_.html += link_scheme.empty() ? "</bdi></p>" : "</bdi></a></p>";
        block_.text.append(label).append(": ");
        isolated(value);
        block_.text += "\n";
    }

    void finish() {
        block_.html.append("<p dir=\"ltr\">").append(kBlockEnd).append("</p></div>");
        block_.text.append("\n").append(kBlockEnd).append("\n");
    }

  private:
    void isolated(std::string_view value) {
        if (words_.right_to_left) block_.text += kIsolate;
        block_.text += value;
        if (words_.right_to_left) block_.text += kIsolateEnd;
    }

    JoinBlock& block_;
    const JoinWords& words_;
};

}  // namespace

JoinBlock make_join_block(const JoinDetails& details, std::string_view locale, std::string_view default_language) {
    const JoinWords& words = words_for(locale, default_language);
    JoinBlock block;
    block.locale = words.tag;
    BlockWriter writer(block, words);
    writer.join(details.is_space ? words.join_space : words.join_meeting, one_line(details.url));
    writer.row(words.host, one_line(details.host_name), {});
    writer.row(words.number, one_line(details.meeting_number), {});
    writer.row(words.password, one_line(details.password), {});
    writer.row(words.video_device, one_line(details.sip), "sip:");
    writer.finish();
    return block;
}

std::string_view block_language(std::string_view locale, std::string_view default_language) {
    return words_for(locale, default_language).tag;
}

std::span<const std::string_view> block_languages() {
    static const std::vector<std::string_view> tags = [] {
        std::vector<std::string_view> out;
        for (const JoinWords& words : join_words()) out.push_back(words.tag);
        return out;
    }();
    return tags;
}

std::string author_notes(std::string_view body, bool body_is_html, std::size_t limit_bytes) {
    // The block may stand before the author's words in a reply: it must not use up the limit.
    constexpr std::size_t kBlockRoomBytes = 4096;
    std::string text = body_is_html ? html_to_text(body, limit_bytes + kBlockRoomBytes)
                                    : std::string(cut_utf8(body, limit_bytes + kBlockRoomBytes));
    text = strip_join_block(text, false);
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
    text.resize(cut_utf8(text, limit_bytes).size());
    return text;
}

}  // namespace engine::text
