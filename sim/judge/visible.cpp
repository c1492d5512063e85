// What a person sees in a body and on a clock: the judge's own reading, not the engine's.
#include <absl/time/time.h>

#include "sim/judge/claims.hpp"
#include "sim/judge/unescaped.hpp"

namespace sim {
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
            std::string letter;
            const std::size_t length = take_reference(std::string_view(html).substr(i), letter);
            // A blank that does not break is a blank to who reads it.
            out += length == 0 ? "&" : letter == "\u00A0" ? " " : letter;
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
