#pragma once
// The join details that the service adds to an invitation, in the scheduler's language, and the byte splice that adds
// them without touching a byte of what the author wrote.
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace engine::text {

/// First line of every block (seen on Webex invitations); the same in all languages, because it is what we find again.
inline constexpr std::string_view kBlockBegin = "-- Do not delete or change any of the following text. --";
/// Last line of every block: language-free, so that text written below the block stays the author's.
inline constexpr std::string_view kBlockEnd = "-- ~ --";

/// What an organisation adds to the join details of all its meetings.
struct JoinTemplate {
    // By language, as people write tags ("pt-BR"); plain text, at most kTemplateLimitLetters each.
    std::map<std::string, std::string> headers, footers;
    std::string default_language;  // whose header and footer those get who have none of their own; empty: nobody's
    std::string phone_number;      // empty: no phone lines
    std::string all_numbers_url, toll_free_url;  // empty: no line
    std::string device_address;    // IPv4 address of the voice menu for video devices; empty: no line
    bool skype = false;            // an address for Skype for Business
};
inline constexpr std::size_t kTemplateLimitLetters = 1'024;  // header, footer (vendor's guide)

struct JoinDetails {
    std::string url;             // https, required
    std::string sip;             // "alice@example.webex.com" without scheme; empty: no line
    std::string meeting_number;  // empty: no line
    std::string password;        // empty: no line
    std::string host_name;       // empty: no line
    bool is_space = false;       // a space's meeting, else a Personal Room or one-time meeting
};

struct JoinBlock {
    std::string html;    // a <div> with its direction set; safe to splice anywhere between tags
    std::string text;    // LF line ends, ends with LF
    std::string locale;  // the row that was used: "pl"
};

/// Languages: exact locale, then its language, then `default_language`, then English. Google's spellings (iw, in, no,
/// zh_TW, pt-BR, es_419) are understood.
JoinBlock make_join_block(const JoinDetails& details, std::string_view locale, std::string_view default_language,
                          const JoinTemplate& organisation = {});

/// Header or footer for a locale: exact, then by language, then that of `default_language`; else nothing.
std::string_view template_text(const std::map<std::string, std::string>& texts, std::string_view locale,
                               std::string_view default_language);

/// The table's row for a locale; "en" when nothing fits. Made for tests and diagnostics.
std::string_view block_language(std::string_view locale, std::string_view default_language);
std::span<const std::string_view> block_languages();

/// `block` inserted before the last "</body" that is a real tag (not in a comment, script, style, textarea or title);
/// appended when there is none. Every other byte is kept.
std::string splice_html(std::string_view original, std::string_view block);
std::string splice_text(std::string_view original, std::string_view block);

/// How many blocks a body (HTML or text) holds; more than one is a defect.
std::size_t count_join_blocks(std::string_view body);

/// The body without our blocks: the author's own text. An unclosed block ends at the end of the body (text) or where
/// the elements that hold it end (HTML).
std::string strip_join_block(std::string_view body, bool body_is_html);

}  // namespace engine::text
