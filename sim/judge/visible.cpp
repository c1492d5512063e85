// What a person sees in a body and on a clock: the judge's own reading, not the engine's.
#include <absl/time/time.h>

#include <map>

#include "sim/judge/claims.hpp"

namespace sim {
namespace {

void append_utf8(std::string& out, unsigned code) {
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0 | (code >> 6));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        out += static_cast<char>(0xE0 | (code >> 12));
        out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else if (code < 0x110000) {
        out += static_cast<char>(0xF0 | (code >> 18));
        out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
        out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    }
}

/// Decodes the entity at `html[i]` == '&'; returns its length, 0 when it is none.
std::size_t entity(const std::string& html, std::size_t i, std::string& out) {
    const std::size_t end = html.find(';', i);
    if (end == std::string::npos || end - i > 10) return 0;
    const std::string name = html.substr(i + 1, end - i - 1);
    static const std::map<std::string, unsigned> named = {{"amp", '&'},  {"lt", '<'},     {"gt", '>'},     {"quot", '"'},
                                                          {"apos", '\''}, {"nbsp", ' '},  {"uuml", 0xFC},  {"ouml", 0xF6},
                                                          {"auml", 0xE4}, {"szlig", 0xDF}, {"eacute", 0xE9}, {"ndash", 0x2013},
                                                          {"mdash", 0x2014}, {"hellip", 0x2026}, {"rsquo", 0x2019}, {"oacute", 0xF3}};
    if (const auto found = named.find(name); found != named.end()) {
        append_utf8(out, found->second);
        return end - i + 1;
    }
    if (name.size() < 2 || name[0] != '#') return 0;
    const bool hex = name[1] == 'x' || name[1] == 'X';
    unsigned code = 0;
    for (std::size_t k = hex ? 2 : 1; k < name.size(); ++k) {
        const char c = name[k];
        unsigned digit = 0;
        if (c >= '0' && c <= '9') digit = static_cast<unsigned>(c - '0');
        else if (hex && c >= 'a' && c <= 'f') digit = static_cast<unsigned>(c - 'a' + 10);
        else if (hex && c >= 'A' && c <= 'F') digit = static_cast<unsigned>(c - 'A' + 10);
        else return 0;
        code = code * (hex ? 16 : 10) + digit;
        if (code > 0x10FFFF) return 0;
    }
    append_utf8(out, code == 0xA0 ? ' ' : code);
    return end - i + 1;
}

}  // namespace

std::string visible_text(const std::string& html) {
    std::string out;
    for (std::size_t i = 0; i < html.size();) {
        if (html.compare(i, 4, "<!--") == 0) {
            const std::size_t end = html.find("-->", i);
            i = end == std::string::npos ? html.size() : end + 3;
        } else if (html[i] == '<' && i + 1 < html.size() && (std::isalpha(static_cast<unsigned char>(html[i + 1])) || html[i + 1] == '/')) {
            const bool hidden = html.compare(i, 6, "<style") == 0;
            const std::size_t end = hidden ? html.find("</style", i) : html.find('>', i);
            i = end == std::string::npos ? html.size() : end + (hidden ? 0 : 1);
            if (!out.empty() && out.back() != ' ') out += ' ';
        } else if (html[i] == '&') {
            const std::size_t length = entity(html, i, out);
            if (length == 0) out += html[i];
            i += length == 0 ? 1 : length;
        } else {
            const char c = html[i++];
            if (c == '\r' || c == '\n' || c == '\t' || c == ' ') {
                if (!out.empty() && out.back() != ' ') out += ' ';
            } else {
                out += c;
            }
        }
    }
    return out;
}

int join_block_count(const std::string& body) {
    // Observed first line of the block (facts about Webex-made invitations).
    static const std::string first_line = "-- Do not delete or change any of the following text. --";
    int count = 0;
    for (std::size_t at = body.find(first_line); at != std::string::npos; at = body.find(first_line, at + 1)) ++count;
    return count;
}

namespace {

std::string space_link_in(const std::string& text) {
    constexpr std::string_view space = "https://calrig.webex.com/m/";
    constexpr std::size_t uuid_letters = 36;
    const std::size_t at = text.find(space);
    return at == std::string::npos ? std::string() : text.substr(at, space.size() + uuid_letters);
}

/// The link that stood last in this event, in whoever's calendar: it may be cancelled, or its location changed, since. A
/// sentence that no link equals when there never was one.
std::string space_of(const Trial& trial, const History& history, const std::string& event) {
    const std::string uid = history.uid_of(event);
    for (const auto& [key, person] : trial.scenario.people) {
        const auto points = history.calendars(key).points;
        for (auto point = points.rbegin(); point != points.rend() && !uid.empty(); ++point)
            for (const fakes::SeenEvent& row : point->value->events) {
                if (row.uid != uid) continue;
                const std::string link = space_link_in(row.location);
                if (!link.empty()) return link;
                const std::string in_body = space_link_in(row.body);
                if (!in_body.empty()) return in_body;
            }
    }
    return "the space of " + event + ", which has none";
}

}  // namespace

std::string resolve_join(const Trial& trial, const History& history, const std::string& words) {
    constexpr std::string_view space = "the space of ";
    if (words.starts_with(space)) return space_of(trial, history, words.substr(space.size()));
    constexpr std::string_view room = "'s personal room";
    if (!words.ends_with(room)) return words;
    const auto person = trial.scenario.people.find(words.substr(0, words.size() - room.size()));
    if (person == trial.scenario.people.end()) return words;
    // The cloud names a room after the local part of its owner's address.
    const std::string& address = person->second.person.address;
    return "https://calrig.webex.com/meet/" + address.substr(0, address.find('@'));
}

std::string local_text(const Scenario& scenario, Instant when) {
    absl::TimeZone zone;
    if (!absl::LoadTimeZone(scenario.zone, &zone)) return instant_text(when);
    const absl::Time time = absl::FromUnixMillis(when.time_since_epoch().count());
    const bool whole_minutes = when.time_since_epoch().count() % 60000 == 0;
    return absl::FormatTime(whole_minutes ? "%Y-%m-%d %H:%M" : "%Y-%m-%d %H:%M:%S", time, zone) + " " + scenario.zone;
}

}  // namespace sim
