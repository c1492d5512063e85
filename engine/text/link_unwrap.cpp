#include "engine/text/link_unwrap.hpp"

#include <algorithm>
#include <optional>

#include "engine/text/join_table.hpp"
#include "engine/text/letters.hpp"

namespace engine::text {
namespace {

constexpr int kWrapperLimit = 5;  // forwarded between tenants a link is wrapped twice; thirty times is an attack

constexpr std::string_view kSafeLinks = ".safelinks.protection.outlook.com";
constexpr std::string_view kRedirector = "www.google.com";  // with the path /url

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            out.push_back(text[at]);
            continue;
        }
        if (at + 2 >= text.size()) return std::nullopt;
        const int high = hex_digit(text[at + 1]), low = hex_digit(text[at + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        out.push_back(static_cast<char>(high * 16 + low));
        at += 2;
    }
    return out;
}

std::string_view parameter(std::string_view rest, std::string_view name) {
    const std::size_t query = rest.find('?');
    if (query == std::string_view::npos) return {};
    rest = rest.substr(query + 1);
    rest = rest.substr(0, rest.find('#'));
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('&'), rest.size());
        const std::string_view pair = rest.substr(0, end);
        if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
            return pair.substr(name.size() + 1);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return {};
}

// Whether `text` begins with a scheme of the web, in any case; sets `scheme`.
bool read_scheme(std::string_view text, std::string_view& scheme) {
    for (const std::string_view known : {std::string_view("https"), std::string_view("http")}) {
        if (text.size() < known.size() + 3 || text.substr(known.size(), 3) != "://") continue;
        if (!std::equal(known.begin(), known.end(), text.begin(), [](char k, char c) { return k == lower(c); })) continue;
        scheme = known;
        return true;
    }
    return false;
}

void split(std::string_view link, LinkParts& parts) {
    parts.verdict = LinkVerdict::dead_end;
    if (!read_scheme(link, parts.scheme)) return;
    parts.verdict = LinkVerdict::refused;
    link.remove_prefix(parts.scheme.size() + 3);
    const std::size_t end = std::min(link.find_first_of("/?#"), link.size());
    std::string_view authority = link.substr(0, end);
    parts.rest = link.substr(end);
    parts.port = {};
    if (const std::size_t port = authority.find(':'); port != std::string_view::npos) {
        parts.port = authority.substr(port);
        authority = authority.substr(0, port);
        if (parts.port != (parts.scheme == "https" ? ":443" : ":80")) return;
    }
    parts.host.assign(authority);
    std::transform(parts.host.begin(), parts.host.end(), parts.host.begin(), lower);
    if (!is_host_name(parts.host)) return;
    // Blanks and control characters have no place in a link; they come in by escapes.
    if (std::any_of(parts.rest.begin(), parts.rest.end(), [](char c) { return static_cast<unsigned char>(c) <= ' '; }))
        return;
    parts.verdict = LinkVerdict::plain;
}

}  // namespace

bool is_wrapper(std::string_view host) { return host.ends_with(kSafeLinks) || host == kRedirector; }

void unwrap_link(std::string_view link, LinkParts& parts) {
    split(link, parts);
    for (int wrappers = 0; parts.verdict == LinkVerdict::plain; ++wrappers) {
        std::string_view inner;
        if (parts.host.ends_with(kSafeLinks)) {
            inner = parameter(parts.rest, "url");
        } else if (parts.host == kRedirector && parts.rest.starts_with("/url?")) {
            inner = parameter(parts.rest, "q");
            if (inner.empty()) inner = parameter(parts.rest, "url");
        } else {
            return;
        }
        parts.verdict = LinkVerdict::dead_end;
        if (wrappers >= kWrapperLimit) return;
        std::optional<std::string> decoded = percent_decoded(inner);
        if (!decoded) return;
        parts.unwrapped = *std::move(decoded);
        split(parts.unwrapped, parts);
    }
}

}  // namespace engine::text
