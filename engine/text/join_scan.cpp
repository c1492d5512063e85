#include "engine/text/join_scan.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "engine/text/html_scan.hpp"
#include "engine/text/join_table.hpp"
#include "engine/text/letters.hpp"

namespace engine::text {
namespace {

constexpr std::size_t kTargetLimit = 32;            // distinct candidates kept per field
constexpr std::size_t kLinkLimitBytes = 8192;       // longer links are refused, not cut
constexpr std::size_t kPoisonReachBytes = 64;       // distance of "javascript:" before a quoted link
constexpr std::size_t kUserLimitBytes = 128;        // user part of an address
constexpr std::size_t kVideoIdReachBytes = 200;     // distance of "Video ID: ..." behind its tenant key

constexpr bool is_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

std::string lower_case(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), lower);
    return out;
}

bool begins_lower(std::string_view text, std::string_view lower_case_prefix) {
    return text.size() >= lower_case_prefix.size() &&
           std::equal(lower_case_prefix.begin(), lower_case_prefix.end(), text.begin(),
                      [](char p, char c) { return lower(c) == p; });
}

// ASCII bytes that end every token.
constexpr auto kAsciiDelimiter = [] {
    std::array<bool, 128> table{};
    for (std::size_t c = 0; c <= ' '; ++c) table[c] = true;
    for (const char c : {'<', '>', '"', '\x7f'}) table[static_cast<std::size_t>(c)] = true;
    return table;
}();

// Bytes that no URL may hold (RFC 3986 appendix C).
constexpr auto kForeign = [] {
    std::array<bool, 256> table{};
    for (std::size_t c = 0; c <= ' '; ++c) table[c] = true;
    for (const char c : {'<', '>', '"', '\\', '\x7f'}) table[static_cast<std::size_t>(c)] = true;
    return table;
}();

// They come from attributes and from within wrappers only.
bool has_foreign(std::string_view rest) {
    return std::any_of(rest.begin(), rest.end(), [](char c) { return kForeign[static_cast<unsigned char>(c)]; });
}

// Whether the character at `at` is a letter that a person could take for part of a host name or path (Latin, Greek,
// Cyrillic, Armenian; all two bytes long). All other non-ASCII characters end a link: quotes, blanks, bidi marks, and scripts that are
// written without a space before and after a link. Sets its length in bytes; broken UTF-8 counts as a delimiter.
bool is_linking_letter(std::string_view text, std::size_t at, std::size_t& bytes) {
    const auto byte = [&](std::size_t i) -> std::uint32_t {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
    };
    const std::uint32_t first = byte(0);
    bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
    bytes = std::min(bytes, text.size() - at);
    if (first < 0xC3 || first >= 0xD7) return false;  // below U+00C0, or beyond U+058F
    if (first == 0xD6 && byte(1) > 0x8F) return false;
    return (byte(1) & 0xC0) == 0x80;
}

// Where a link that begins at `begin` in free text ends: at a delimiter, at a bracket it did not open, or where a list
// of links goes on with the next one.
std::size_t link_end(std::string_view text, std::size_t begin, std::size_t end) {
    int round = 0, square = 0, curly = 0;
    for (std::size_t at = begin; at < end; ++at) {
        switch (text[at]) {
            case '(': ++round; break;
            case '[': ++square; break;
            case '{': ++curly; break;
            case ')': if (--round < 0) return at; break;
            case ']': if (--square < 0) return at; break;
            case '}': if (--curly < 0) return at; break;
            case '|': case '`': case '^': return at;
            case ',': case ';':
                if (begins_lower(text.substr(at + 1, 4), "http")) return at;
                break;
            default: break;
        }
    }
    return end;
}

std::string_view without_sentence_marks(std::string_view link) {
    while (!link.empty() && std::string_view(".,;:!?'*").find(link.back()) != std::string_view::npos)
        link.remove_suffix(1);
    return link;
}

bool is_user_char(char c) {
    return is_alnum(c) || std::string_view(".-_*#+~!$&=%").find(c) != std::string_view::npos;
}

bool is_host_char(char c) { return is_alnum(c) || c == '.' || c == '-'; }

// Schemes that make the rest of the word something other than a link or an address.
bool is_poison(std::string_view token) {
    return begins_lower(token, "javascript:") || begins_lower(token, "data:") || begins_lower(token, "vbscript:");
}

// Runs without delimiters ("tokens") around `at`, which is inside one; they do not reach below `floor`.
std::size_t token_begin(std::string_view text, std::size_t at, std::size_t floor) {
    while (at > floor) {
        const auto c = static_cast<unsigned char>(text[at - 1]);
        if (c < 128) {
            if (kAsciiDelimiter[c]) return at;
            --at;
            continue;
        }
        // Linking letters are two bytes long in UTF-8.
        std::size_t bytes = 0;
        if (at < floor + 2 || !is_linking_letter(text, at - 2, bytes)) return at;
        at -= 2;
    }
    return at;
}

std::size_t token_end(std::string_view text, std::size_t at) {
    while (at < text.size()) {
        const auto c = static_cast<unsigned char>(text[at]);
        std::size_t bytes = 1;
        if (c < 128 ? kAsciiDelimiter[c] : !is_linking_letter(text, at, bytes)) return at;
        at += bytes;
    }
    return at;
}

// Where the run of non-blank characters begins, as far as it matters for a scheme in front.
std::size_t word_begin(std::string_view text, std::size_t at, std::size_t floor) {
    floor = std::max(floor, at > kPoisonReachBytes ? at - kPoisonReachBytes : 0);
    while (at > floor && static_cast<unsigned char>(text[at - 1]) > ' ') --at;
    return at;
}

std::size_t next_blank(std::string_view text, std::size_t at) {
    while (at < text.size() && static_cast<unsigned char>(text[at]) > ' ') ++at;
    return at;
}

// The next place in the same run of non-blank characters where a link begins anew.
std::size_t next_start(std::string_view text, std::size_t at) {
    while (at < text.size() && static_cast<unsigned char>(text[at]) > ' ' && !begins_lower(text.substr(at, 4), "http"))
        ++at;
    return at;
}

}  // namespace

bool JoinScan::full() const { return found_.size() >= kTargetLimit; }

bool JoinScan::leads_elsewhere(std::string_view link) const {
    if (elsewhere_.empty() || !link.starts_with(elsewhere_)) return false;
    if (link.size() == elsewhere_.size()) return true;
    const char c = link[elsewhere_.size()];
    return c == '/' || c == '?' || c == '#';
}

void JoinScan::add(JoinTarget target) {
    if (std::find(found_.begin(), found_.end(), target) == found_.end() && !full()) found_.push_back(std::move(target));
}

bool JoinScan::read_link(std::string_view link) {
    if (!begins_lower(link, "https://") && !begins_lower(link, "http://")) return false;
    if (link.size() > kLinkLimitBytes) return true;
    // The links of a mail lead to the same few hosts over and over: what was found out about the last one still holds.
    if (leads_elsewhere(link)) {
        if (has_foreign(link.substr(elsewhere_.size()))) ++refused_;
        return true;
    }
    unwrap_link(link, parts_);
    if (parts_.verdict == LinkVerdict::dead_end) return true;
    if (parts_.verdict == LinkVerdict::refused || has_foreign(parts_.rest) || looks_alike(parts_.host)) {
        ++refused_;
        return true;
    }
    if (!may_join(parts_.host, domains_.cms)) {
        if (!is_wrapper(parts_.host) && parts_.rest.data() + parts_.rest.size() == link.data() + link.size()) elsewhere_.assign(link.substr(0, link.size() - parts_.rest.size()));
        return true;
    }
    const std::string_view kind = link_kind(parts_.host, parts_.rest, domains_.cms);
    if (kind.empty()) return true;
    std::string url(parts_.scheme);
    url.append("://").append(parts_.host).append(parts_.port).append(parts_.rest);
    add({std::string(kind), std::move(url), {}});
    return true;
}

// Only words with an @ or a slash can hold anything: the rest of the text is passed over at the speed of memchr.
void JoinScan::read_text(std::string_view text) {
    if (awaits_video_id_ != 0) complete_video_id(text);
    std::size_t floor = 0;
    std::size_t sign = text.find('@'), slash = text.find('/');
    while (!full()) {
        const std::size_t mark = std::min(sign, slash);
        if (mark == std::string_view::npos) return;
        const std::size_t begin = token_begin(text, mark, floor);
        const std::size_t end = token_end(text, mark);
        if (is_poison(text.substr(word_begin(text, begin, floor), kPoisonReachBytes)))
            floor = next_blank(text, end);
        else
            floor = read_token(text, begin, end);
        if (sign < floor) sign = text.find('@', floor);
        if (slash < floor) slash = text.find('/', floor);
    }
}

// Reads text[begin, end), a run without delimiters; returns where to go on.
std::size_t JoinScan::read_token(std::string_view text, std::size_t begin, std::size_t end) {
    std::size_t piece = begin;
    for (std::size_t colon = text.substr(0, end).find("://", begin); colon != std::string_view::npos;
         colon = text.substr(0, end).find("://", piece)) {
        std::size_t scheme = colon;
        while (scheme > piece && is_alnum(text[scheme - 1])) --scheme;
        const std::string name = lower_case(text.substr(scheme, std::min<std::size_t>(colon - scheme, 12)));
        read_plain(text.substr(piece, scheme - piece), text.substr(scheme));
        if (name != "http" && name != "https") {
            ++refused_;
            return next_blank(text, end);
        }
        piece = link_end(text, colon + 3, end);
        // A host cut off by a foreign character is a disguise: nothing of this word can be trusted.
        const bool host_only = text.substr(colon + 3, piece - colon - 3).find_first_of("/?#") == std::string_view::npos;
        if (host_only && piece == end && end < text.size() && static_cast<unsigned char>(text[end]) >= 128) {
            ++refused_;
            return next_start(text, end);
        }
        read_link(without_sentence_marks(text.substr(scheme, piece - scheme)));
    }
    read_plain(text.substr(piece, end - piece), text.substr(end));
    return end;
}

// A piece without "://": addresses, and links written without a scheme.
void JoinScan::read_plain(std::string_view piece, std::string_view following) {
    std::size_t floor = 0;
    bool has_address = false;
    for (std::size_t sign = piece.find('@'); sign != std::string_view::npos && !full(); sign = piece.find('@', floor)) {
        has_address = true;
        floor = read_address(piece, sign, floor, following);
    }
    if (has_address || piece.size() > kLinkLimitBytes) return;
    while (!piece.empty() && std::string_view("([{*_'").find(piece.front()) != std::string_view::npos)
        piece.remove_prefix(1);
    std::size_t host_end = 0;
    while (host_end < piece.size() && is_host_char(piece[host_end])) ++host_end;
    if (host_end == 0 || host_end + 1 >= piece.size() || piece[host_end] != '/') return;
    const std::string host = lower_case(piece.substr(0, host_end));
    if (!is_host_name(host) || looks_alike(host)) return;
    const std::string_view rest = without_sentence_marks(piece.substr(host_end, link_end(piece, host_end, piece.size()) - host_end));
    const std::string_view kind = link_kind(host, rest, domains_.cms);
    if (!kind.empty()) add({std::string(kind), "https://" + host + std::string(rest), {}});
}

// Reads the address around an @; returns where the next one may begin.
std::size_t JoinScan::read_address(std::string_view piece, std::size_t at_sign, std::size_t floor,
                                   std::string_view following) {
    std::size_t user = at_sign;
    while (user > floor && at_sign - user <= kUserLimitBytes && is_user_char(piece[user - 1])) --user;
    std::size_t host_end = at_sign + 1;
    while (host_end < piece.size() && is_host_char(piece[host_end])) ++host_end;
    const std::size_t next = host_end;
    while (host_end > at_sign + 1 && (piece[host_end - 1] == '.' || piece[host_end - 1] == '-')) --host_end;
    std::string_view name = piece.substr(user, at_sign - user);
    while (!name.empty() && std::string_view("*_'").find(name.front()) != std::string_view::npos && next < piece.size() &&
           piece[next] == name.front() && piece.find_first_not_of("*_'.,;:!?)", next) == std::string_view::npos)
        name.remove_prefix(1);  // **alice@example.com**: emphasis, not a star code
    if (name.empty() || name.size() > kUserLimitBytes) return std::max(next, at_sign + 1);

    std::string_view scheme;
    if (user > 0) {
        const char before = piece[user - 1];
        if (static_cast<unsigned char>(before) >= 128 || before == '@' || before == '/' || before == '\\') return next;
        if (before == ':') {
            std::size_t label = user - 1;
            while (label > 0 && is_alnum(piece[label - 1])) --label;
            const std::string word = lower_case(piece.substr(label, std::min<std::size_t>(user - 1 - label, 12)));
            if (word == "sip" || word == "sips") scheme = word == "sip" ? "sip" : "sips";
            for (const std::string_view foreign : {"xmpp", "im", "h323", "tel", "callto", "skype", "pres", "ftp", "http", "https"})
                if (word == foreign) return next;
        }
    }
    std::string_view rest = piece.substr(next);
    if (!rest.empty()) {
        const char c = rest.front();
        if (c == '@' || c == '/' || c == '\\' || c == '%' || c == '_' || c == '=' || c == '&' ||
            static_cast<unsigned char>(c) >= 128)
            return next;
    }
    add_address(scheme, name, piece.substr(at_sign + 1, host_end - at_sign - 1), host_end == next ? rest : std::string_view(),
                rest.empty() ? following : rest);
    return next;
}

bool JoinScan::add_address(std::string_view scheme, std::string_view user, std::string_view host_as_written,
                           std::string_view rest, std::string_view following) {
    const std::string host = lower_case(host_as_written);
    const std::string_view kind = address_kind(user, host, !scheme.empty(), domains_.video);
    if (kind.empty()) {
        if (!scheme.empty() && looks_alike(host)) ++refused_;
        if (!scheme.empty() || numbers_.size() >= kTargetLimit || !is_number_address(user, host)) return false;
        JoinTarget number{"sip", {}, "sip:" + std::string(user) + "@" + host};
        if (std::find(numbers_.begin(), numbers_.end(), number) == numbers_.end()) numbers_.push_back(std::move(number));
        return true;
    }
    std::string uri = (scheme.empty() ? "sip" : std::string(scheme)) + ":" + std::string(user) + "@" + host;
    if (!scheme.empty()) {
        static const RE2 tail(R"((:\d{1,5})?((?:;[A-Za-z][A-Za-z0-9-]*(?:=[A-Za-z0-9.+_%-]+)?)*))");
        re2::StringPiece groups[3];
        const re2::StringPiece subject(rest.data(), rest.size());
        if (tail.Match(subject, 0, subject.size(), RE2::ANCHOR_START, groups, 3)) {
            uri.append(groups[1].data(), groups[1].size());
            uri.append(groups[2].data(), groups[2].size());
            while (uri.back() == '.') uri.pop_back();
        }
    }
    add({std::string(kind), {}, std::move(uri)});
    // A tenant key (acme@m.webex.com) becomes dialable with the number that the invitation names after it.
    if (kind == "teams-vtc" && std::none_of(user.begin(), user.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
        found_.back().kind == kind) {
        awaits_video_id_ = found_.size();
        video_id_budget_ = kVideoIdReachBytes;
        complete_video_id(following);
    }
    return true;
}

void JoinScan::complete_video_id(std::string_view following) {
    static const RE2 number(R"([:：]\s*(\d[\d ]{7,16}\d)\b)");
    const std::string_view reach = following.substr(0, video_id_budget_);
    re2::StringPiece groups[2];
    const re2::StringPiece subject(reach.data(), reach.size());
    if (number.Match(subject, 0, subject.size(), RE2::UNANCHORED, groups, 2)) {
        std::string digits(groups[1].data(), groups[1].size());
        std::erase(digits, ' ');
        std::string& uri = found_[awaits_video_id_ - 1].uri;
        uri.insert(uri.find(':') + 1, digits + ".");
        awaits_video_id_ = 0;
        return;
    }
    video_id_budget_ -= reach.size();
    if (video_id_budget_ == 0) awaits_video_id_ = 0;
}

bool JoinScan::read_href(std::string_view undecoded) {
    if (undecoded.size() > 4 * kLinkLimitBytes) return true;
    href_.clear();
    append_decoded(href_, undecoded);
    std::erase_if(href_, [](char c) { return c == '\n' || c == '\r' || c == '\t'; });
    std::string_view value = href_;
    while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    while (!value.empty() && value.back() == ' ') value.remove_suffix(1);
    if (read_link(value)) return true;
    const bool is_mail = begins_lower(value, "mailto:");
    if (!is_mail && !begins_lower(value, "sip:") && !begins_lower(value, "sips:")) return false;
    if (is_mail) value.remove_prefix(7);
    value = value.substr(0, value.find('?'));
    const std::size_t before = found_.size() + numbers_.size();
    const std::size_t sign = value.find('@');
    if (sign == std::string_view::npos || value.find_first_of("@, ", sign + 1) != std::string_view::npos) return false;
    read_plain(value, {});
    return found_.size() + numbers_.size() > before;
}

void JoinScan::read_html(std::string_view html) {
    HtmlScan scan(html);
    std::string run;
    bool in_link = false;  // inside an anchor whose href has spoken: its text does not count
    for (HtmlScan::Kind kind = scan.next(); kind != HtmlScan::Kind::end && !full(); kind = scan.next()) {
        if (kind == HtmlScan::Kind::text) {
            if (!in_link) append_decoded(run, scan.text());
            continue;
        }
        const std::string_view name = scan.name();
        if (name == "a") {
            if (kind == HtmlScan::Kind::open) {
                read_text(run);
                run.clear();
                const auto href = scan.attribute("href");
                in_link = href && read_href(*href);
            } else if (in_link) {
                in_link = false;
                run.push_back(' ');
            }
        } else if (breaks_line(name) || name == "td" || name == "th" || name == "img") {
            run.push_back('\n');
        }
    }
    read_text(run);
}

}  // namespace engine::text
