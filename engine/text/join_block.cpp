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

/// An organisation's text must neither begin nor end a block.
std::string harmless(std::string_view text) {
    std::string out;
    std::size_t letters = 0;
    bool dash = false;
    for (const char c : text) {
        if ((static_cast<unsigned char>(c) & 0xC0u) != 0x80u && ++letters > kTemplateLimitLetters) break;
        if (c == '\r' || (static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\t')) continue;
        if (c == '-' && dash) continue;
        dash = c == '-';
        out.push_back(c);
    }
    return out;
}

const std::string* text_in(const std::map<std::string, std::string>& texts, std::string_view locale) {
    for (std::string tag = normal_tag(locale); !tag.empty();
         tag.resize(tag.find_last_of('-') == std::string::npos ? 0 : tag.find_last_of('-')))
        for (const auto& [language, text] : texts)
            if (normal_tag(language) == tag) return &text;
    return nullptr;
}

/// "4711@acme.webex.com" -> "4711.acme@lync.webex.com"; empty for addresses of another form.
std::string skype_address(const std::string& sip) {
    constexpr std::string_view kSites = ".webex.com";
    const std::size_t at = sip.find('@');
    if (at == std::string::npos || !sip.ends_with(kSites)) return {};
    const std::string site = sip.substr(at + 1, sip.size() - at - 1 - kSites.size());
    if (site.empty() || site.find('.') != std::string::npos || site == "meet") return {};
    return sip.substr(0, at) + "." + site + "@lync" + std::string(kSites);
}

class BlockWriter {
  public:
    BlockWriter(JoinBlock& block, const JoinWords& words) : block_(block), words_(words) {
        block_.html = "<div class=\"calrig-join\" lang=\"" + std::string(words.tag) + "\" dir=\"" +
                      (words.right_to_left ? "rtl" : "ltr") + "\"><p dir=\"ltr\">" + std::string(kBlockBegin) + "</p>";
        block_.text = std::string(kBlockBegin) + "\n\n";
    }

    void link(std::string_view label, const std::string& url) {
        if (url.empty()) return;
        block_.html += "<p><a href=\"";
        append_escaped(block_.html, url);
        block_.html += "\">";
        append_escaped(block_.html, label);
        block_.html += "</a></p>";
        block_.text.append(label).append("\n");
        isolated(url);
        block_.text += "\n";
    }

    void gap() { block_.text += "\n"; }

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

    /// A sentence with one value in it, at "{0}".
    void sentence(std::string_view sentence, const std::string& value) {
        if (value.empty()) return;
        const std::size_t place = sentence.find("{0}");
        const std::string_view before = sentence.substr(0, place);
        const std::string_view after = sentence.substr(place + 3);
        block_.html += "<p>";
        append_escaped(block_.html, before);
        block_.html += "<bdi dir=\"ltr\">";
        append_escaped(block_.html, value);
        block_.html += "</bdi>";
        append_escaped(block_.html, after);
        block_.html += "</p>";
        block_.text += before;
        isolated(value);
        block_.text.append(after).append("\n");
    }

    /// The organisation's own words, in whatever direction they run.
    void words(std::string_view text) {
        const std::string clean = harmless(text);
        if (clean.empty()) return;
        block_.html += "<p dir=\"auto\">";
        for (std::size_t at = 0; at <= clean.size();) {
            const std::size_t end = std::min(clean.find('\n', at), clean.size());
            append_escaped(block_.html, std::string_view(clean).substr(at, end - at));
            if (end < clean.size()) block_.html += "<br>";
            at = end + 1;
        }
        block_.html += "</p>";
        block_.text.append(clean).append("\n\n");
    }

    void finish() {
        block_.html.append("<p dir=\"ltr\">").append(kBlockEnd).append("</p></div>");
        block_.text.append(kBlockEnd).append("\n");
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

std::string_view template_text(const std::map<std::string, std::string>& texts, std::string_view locale,
                               std::string_view default_language) {
    for (const std::string_view wanted : {locale, default_language})
        if (const std::string* text = text_in(texts, wanted)) return *text;
    return {};
}

JoinBlock make_join_block(const JoinDetails& details, std::string_view locale, std::string_view default_language,
                          const JoinTemplate& organisation) {
    const JoinWords& words = words_for(locale, default_language);
    JoinBlock block;
    block.locale = words.tag;
    BlockWriter writer(block, words);
    writer.words(template_text(organisation.headers, locale, organisation.default_language));
    writer.link(details.is_space ? words.join_space : words.join_meeting, one_line(details.url));
    writer.gap();
    const std::string number = one_line(details.meeting_number);
    const std::string sip = one_line(details.sip);
    writer.row(words.host, one_line(details.host_name), {});
    writer.row(words.number, number, {});
    writer.row(words.password, one_line(details.password), {});
    writer.row(words.video_device, sip, "sip:");
    if (!number.empty()) writer.sentence(words.dial_address, one_line(organisation.device_address));
    if (organisation.skype) writer.row(words.skype, skype_address(sip), "sip:");
    // A caller is asked for the number: without one the phone lines would lead nowhere.
    if (!number.empty() && !organisation.phone_number.empty()) {
        writer.row(words.phone, one_line(organisation.phone_number), {});
        writer.row(words.access_code, number, {});
        writer.link(words.all_numbers, one_line(organisation.all_numbers_url));
        writer.link(words.toll_free, one_line(organisation.toll_free_url));
    }
    writer.gap();
    writer.words(template_text(organisation.footers, locale, organisation.default_language));
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

}  // namespace engine::text
