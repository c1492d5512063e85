#include "engine/text/join_table.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace engine::text {
namespace {

enum class On {
    exactly,      // the host itself
    site,         // one or two labels below it, none of them reserved: acme.webex.com, globex.my.webex.com
    itself_or_below,
};

struct LinkRow {
    std::string_view kind;
    On on;
    std::string_view host;
    const char* path;           // anchored at the start of what follows the host
    const char* except = nullptr;
};

// Sources: help.webex.com and the meetings reference of developer.webex.com; Microsoft message centre MC772556 and
// MC1162275; developers.zoom.us; the other vendors' own help pages.
constexpr std::array kLinkRows = {
    LinkRow{"webex-pmr", On::site, "webex.com", R"((?i)/(?:meet|join)/[^/?#]*[^/?#.][^/?#]*/?(?:[?#]|$))"},
    LinkRow{"webex-meeting", On::site, "webex.com", R"((?i)/[^/?#]+/(?:k2/|onstage/)?[jg]\.php\?(?:[^#]*&)?MTID=[^&#]+)"},
    LinkRow{"webex-meeting", On::site, "webex.com",
            R"((?i)/wbxmjs/joinservice/sites/[^/?#]+/meeting/[a-z]+/[^/?#]+)", R"((?i).*/meeting/register/)"},
    LinkRow{"webex-meeting", On::site, "webex.com", R"((?i)/webappng/sites/[^/?#]+/meeting/(?:info|download)/[^/?#]+)"},
    LinkRow{"webex-meeting", On::site, "webex.com", R"((?i)/m/[0-9a-f-]{32,36}(?:[/?#]|$))"},
    LinkRow{"teams", On::exactly, "teams.microsoft.com", R"((?i)/(?:_#/)?l/meetup-join/[^/?#]+)"},
    LinkRow{"teams", On::exactly, "teams.microsoft.com", R"(/meet/\d{6,}(?:[/?#]|$))"},
    LinkRow{"teams", On::exactly, "teams.cloud.microsoft", R"((?i)/(?:l/meetup-join/[^/?#]+|meet/\d{6,}(?:[/?#]|$)))"},
    LinkRow{"teams", On::exactly, "teams.live.com", R"((?i)/(?:l/meetup-join/[^/?#]+|meet/\d{6,}(?:[/?#]|$)))"},
    LinkRow{"teams", On::exactly, "gov.teams.microsoft.us", R"((?i)/(?:l/meetup-join/[^/?#]+|meet/\d{6,}(?:[/?#]|$)))"},
    LinkRow{"teams", On::exactly, "dod.teams.microsoft.us", R"((?i)/(?:l/meetup-join/[^/?#]+|meet/\d{6,}(?:[/?#]|$)))"},
    LinkRow{"zoom", On::itself_or_below, "zoom.us", R"(/[jsw]/\d{6,13}(?:[/?#]|$))"},
    LinkRow{"zoom", On::itself_or_below, "zoom.us", R"(/my/[^/?#]+/?(?:[?#]|$))"},
    LinkRow{"zoom", On::itself_or_below, "zoom.us", R"(/wc/(?:join/)?\d{6,13}(?:[/?#]|$))"},
    LinkRow{"zoom", On::itself_or_below, "zoomgov.com", R"(/(?:[jsw]/\d{6,13}|my/[^/?#]+)/?(?:[?#]|$))"},
    LinkRow{"meet", On::exactly, "meet.google.com", R"((?i)/(?:_meet/)?[a-z]{3}-[a-z]{4}-[a-z]{3}(?:[/?#]|$))"},
    LinkRow{"meet", On::exactly, "meet.google.com", R"(/lookup/[^/?#]+)"},
    LinkRow{"bluejeans", On::itself_or_below, "bluejeans.com", R"(/\d{5,}(?:/\w+)?/?(?:[?#]|$))"},
    LinkRow{"goto", On::exactly, "meet.goto.com", R"(/[A-Za-z0-9]{3,}/?(?:[?#]|$))"},
    LinkRow{"goto", On::exactly, "app.goto.com", R"(/meeting/\d{9}/?(?:[?#]|$))"},
    LinkRow{"goto", On::itself_or_below, "gotomeeting.com", R"(/join/\d{9}/?(?:[?#]|$))"},
    LinkRow{"goto", On::exactly, "gotomeet.me", R"(/[A-Za-z0-9]{3,}/?(?:[?#]|$))"},
    LinkRow{"whereby", On::itself_or_below, "whereby.com", R"(/[a-z0-9-]{3,}/?(?:[?#]|$))",
            R"(/(?:information|blog|about|user|pricing|login|signup|org|download|faq|support)\b)"},
    LinkRow{"jitsi", On::exactly, "meet.jit.si", R"(/[^/?#.]+(?:/[^/?#.]+)?/?(?:[?#]|$))", R"(/static/)"},
};

/// The last eight letters of a host, or all of a shorter one.
constexpr std::uint64_t host_end(std::string_view host) {
    std::uint64_t letters = 0;
    for (std::size_t at = host.size() > 8 ? host.size() - 8 : 0; at < host.size(); ++at)
        letters = letters << 8 | static_cast<unsigned char>(host[at]);
    return letters;
}
struct HostEnd {
    std::uint64_t letters, mask;
};
constexpr auto kHostEnds = [] {
    std::array<HostEnd, kLinkRows.size()> ends{};
    for (std::size_t row = 0; row < kLinkRows.size(); ++row) {
        const std::size_t size = kLinkRows[row].host.size();
        ends[row] = {host_end(kLinkRows[row].host), size < 8 ? (std::uint64_t{1} << 8 * size) - 1 : ~std::uint64_t{0}};
    }
    return ends;
}();

// Path forms of meeting servers that an organisation runs itself; only on the hosts it names.
constexpr const char* kCmsPath = R"((?i)/(?:meeting/[^/?#]+|guest/[^/?#]+|invited\.sf\?|join/[^/?#]+))";

// First labels of webex.com that are no meeting site.
constexpr std::array<std::string_view, 20> kReserved = {
    "blog", "community", "developer", "e",     "email", "em",       "essentials", "go",     "help", "info",
    "learning", "mail",  "mailer",    "pages", "signin", "settings", "status",    "support", "web",  "www"};

struct AddressRow {
    std::string_view kind;
    On on;
    std::string_view host;
    bool digits_only = false;    // without a scheme the user part must begin with a digit
    bool needs_scheme = false;
};

constexpr std::array kAddressRows = {
    AddressRow{"teams-vtc", On::exactly, "m.webex.com"},
    AddressRow{"teams-vtc", On::exactly, "t.plcm.vc", false, true},
    AddressRow{"webex-sip", On::site, "webex.com"},
    AddressRow{"webex-sip", On::site, "ciscospark.com"},
    AddressRow{"zoom-sip", On::itself_or_below, "zoomcrc.com", true},
    AddressRow{"sip", On::exactly, "lifesizecloud.com", true},
    AddressRow{"sip", On::exactly, "bjn.vc", true},
};

// Mailboxes that write about meetings and never are one.
constexpr std::array<std::string_view, 12> kMailboxes = {
    "admin",   "donotreply", "do-not-reply", "help",       "info",    "messenger",
    "noreply", "no-reply",   "notification", "postmaster", "support", "webmaster"};

// Mail services whose people have numbers for names: those are mailboxes.
constexpr std::array<std::string_view, 7> kNumberedMailboxes = {"qq.com",  "foxmail.com", "163.com", "126.com",
                                                                "139.com", "189.cn",      "wo.cn"};

// Names that only their owner's domain may contain.
struct Owned {
    std::string_view name;
    std::size_t dot;  // place of its first dot
    constexpr explicit Owned(std::string_view n) : name(n), dot(n.find('.')) {}
};
constexpr std::array kOwned = {Owned("webex.com"),        Owned("ciscospark.com"),  Owned("zoom.us"),
                               Owned("zoomgov.com"),      Owned("zoomcrc.com"),     Owned("teams.microsoft.com"),
                               Owned("teams.live.com"),   Owned("meet.google.com"), Owned("bluejeans.com"),
                               Owned("gotomeeting.com"),  Owned("teams.cloud.microsoft")};

bool ends_with_label(std::string_view host, std::string_view domain) {
    return host.size() > domain.size() && host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.';
}

bool is_on(std::string_view host, On on, std::string_view domain) {
    if (host.size() < domain.size() || host[host.size() - domain.size()] != domain.front() ||
        host.back() != domain.back())
        return false;
    if (host == domain) return on != On::site;
    if (on == On::exactly || !ends_with_label(host, domain)) return false;
    if (on == On::itself_or_below) return true;
    const std::string_view labels = host.substr(0, host.size() - domain.size() - 1);
    if (std::count(labels.begin(), labels.end(), '.') > 1) return false;
    return std::find(kReserved.begin(), kReserved.end(), labels) == kReserved.end();
}

bool is_named(std::string_view host, std::span<const std::string> domains) {
    return std::any_of(domains.begin(), domains.end(), [&](const std::string& d) {
        return host.size() == d.size() &&
               std::equal(host.begin(), host.end(), d.begin(),
                          [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b); });
    });
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// 10.1.2.3: all labels numeric. Its reach decides.
bool is_numeric_host(std::string_view host) {
    return std::all_of(host.begin(), host.end(), [](char c) { return is_digit(c) || c == '.'; });
}

bool is_private_address(std::string_view host) {
    static const RE2 reserved(R"((?:0|10|127|255|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01])|22[4-9]|23\d|24\d|25\d)\..*)");
    return RE2::FullMatch(re2::StringPiece(host.data(), host.size()), reserved);
}

struct Patterns {
    std::vector<std::unique_ptr<RE2>> path, except;
    RE2 cms{kCmsPath};
    Patterns() {
        for (const LinkRow& row : kLinkRows) {
            path.push_back(std::make_unique<RE2>(row.path));
            except.push_back(row.except == nullptr ? nullptr : std::make_unique<RE2>(row.except));
        }
    }
};

const Patterns& patterns() {
    static const Patterns compiled;
    return compiled;
}

bool begins(std::string_view text, const RE2& pattern) {
    const re2::StringPiece piece(text.data(), text.size());
    return pattern.Match(piece, 0, piece.size(), RE2::ANCHOR_START, nullptr, 0);
}

}  // namespace

bool may_join(std::string_view host, std::span<const std::string> cms_domains) {
    if (host.size() < 6) return false;
    const std::uint64_t end = host_end(host);
    bool known = is_named(host, cms_domains);
    for (const HostEnd& row : kHostEnds) known |= (end & row.mask) == row.letters;
    return known;
}

std::string_view link_kind(std::string_view host, std::string_view rest, std::span<const std::string> cms_domains) {
    if (rest.size() < 2 || !may_join(host, cms_domains)) return {};
    for (std::size_t row = 0; row < kLinkRows.size(); ++row) {
        const LinkRow& link = kLinkRows[row];
        if (!is_on(host, link.on, link.host) || !begins(rest, *patterns().path[row])) continue;
        if (patterns().except[row] != nullptr && begins(rest, *patterns().except[row])) continue;
        return link.kind;
    }
    if (is_named(host, cms_domains) && begins(rest, patterns().cms)) return "cms";
    return {};
}

std::string_view address_kind(std::string_view user, std::string_view host, bool has_scheme,
                              std::span<const std::string> video_domains) {
    // Almost every address in a mail is a mailbox: it matches no row, and that is found out first.
    for (const AddressRow& row : kAddressRows) {
        if (!is_on(host, row.on, row.host)) continue;
        if (!is_host_name(host) || looks_alike(host)) return {};
        if (!has_scheme) {
            if (row.needs_scheme || (row.digits_only && !is_digit(user.front()))) return {};
            if (std::find(kMailboxes.begin(), kMailboxes.end(), user) != kMailboxes.end()) return {};
        }
        return row.kind;
    }
    const bool is_configured = is_named(host, video_domains);
    if (!has_scheme && !is_configured) return {};
    if (!is_host_name(host) || looks_alike(host) || host.find("xn--") != std::string_view::npos) return {};
    if (!is_configured && is_numeric_host(host) && is_private_address(host)) return {};
    return "sip";
}

bool is_number_address(std::string_view user, std::string_view host) {
    if (user.empty() || !std::all_of(user.begin(), user.end(), is_digit)) return false;
    if (!is_host_name(host) || looks_alike(host) || is_numeric_host(host) || host.find("xn--") != std::string_view::npos) return false;
    return std::none_of(kNumberedMailboxes.begin(), kNumberedMailboxes.end(),
                        [&](std::string_view domain) { return is_on(host, On::itself_or_below, domain); });
}

bool is_host_name(std::string_view host) {
    if (host.size() < 3 || host.size() > 253 || host.find('.') == std::string_view::npos) return false;
    bool label_begins = true;
    char before = '.';
    for (const char c : host) {
        if (c == '.') {
            if (label_begins || before == '-') return false;
            label_begins = true;
        } else {
            const bool plain = (c >= 'a' && c <= 'z') || is_digit(c);
            if (!plain && (c != '-' || label_begins)) return false;
            label_begins = false;
        }
        before = c;
    }
    return before != '.' && before != '-';
}

bool looks_alike(std::string_view host) {
    // Every owned name has a dot: only around the host's dots can one stand.
    for (std::size_t dot = host.find('.'); dot != std::string_view::npos; dot = host.find('.', dot + 1)) {
        for (const Owned& owned : kOwned) {
            if (owned.dot > dot || host[dot - 1] != owned.name[owned.dot - 1]) continue;
            const std::size_t begin = dot - owned.dot;
            const std::string_view rest = host.substr(begin);
            if (!rest.starts_with(owned.name)) continue;
            const bool label_start = begin == 0 || host[begin - 1] == '.';
            if (!label_start || rest.size() != owned.name.size()) return true;
        }
    }
    return false;
}

}  // namespace engine::text
