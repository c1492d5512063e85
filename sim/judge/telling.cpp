#include "sim/judge/telling.hpp"

#include <array>
#include <cstdio>

#include "sim/judge/claims.hpp"
#include "sim/scenario/characters.hpp"

namespace sim {
namespace {

constexpr std::size_t letters_max = 160;

void append_visibly(std::string& out, char32_t c) {
    if (!is_control(c)) return append_utf8(out, c);
    std::array<char, 12> spelt{};
    std::snprintf(spelt.data(), spelt.size(), c == '\n' ? "\\n" : "\\u%04x", static_cast<unsigned>(c));
    out += spelt.data();
}

std::string quoted_part(const std::u32string& letters, std::size_t first) {
    const std::size_t last = std::min(letters.size(), first + letters_max);
    std::string out = first > 0 ? "\"..." : "\"";
    for (std::size_t i = first; i < last; ++i) append_visibly(out, letters[i]);
    return out + (last < letters.size() ? "...\"" : "\"");
}

/// Exchange writes the day of an occurrence into bytes 16 to 19 of its id when the series is not in the calendar; without
/// it the id is that of the series (MS-OXOCAL 2.2.1.27 and 2.2.1.28).
std::string without_day(const std::string& uid) {
    constexpr std::string_view exchange = "040000008200E00074C5B7101A82E008";  // the class id, 16 bytes in hex
    constexpr std::size_t day_digits = 8;
    std::string clean = uid;
    if (uid.starts_with(exchange) && uid.size() >= exchange.size() + day_digits)
        clean.replace(exchange.size(), day_digits, day_digits, '0');
    return clean;
}

}  // namespace

std::string told(std::string_view text) { return quoted_part(code_points(text), 0); }

std::string told_around(std::string_view text, std::string_view part) {
    const std::size_t at = text.find(part);
    const std::size_t before = at == std::string_view::npos ? 0 : count_code_points(text.substr(0, at));
    return quoted_part(code_points(text), before > letters_max / 2 ? before - letters_max / 4 : 0);
}

std::string summary(const Trial& trial, const fakes::ShownMeeting& meeting) {
    std::string out = told(meeting.title) + " " + local_text(trial.scenario, meeting.start) + ", " +
                      std::to_string(meeting.duration_minutes) + " min";
    if (!meeting.unreadable.empty()) out += " (unreadable: " + meeting.unreadable + ")";
    return out;
}

std::string person_of(std::string_view screen) { return std::string(screen.substr(screen.find(' ') + 1)); }

bool belongs_to(const History& history, const fakes::ShownMeeting& meeting, const std::string& event) {
    const std::string uid = without_day(history.uid_of(event));
    return !uid.empty() && (without_day(meeting.series_id) == uid || without_day(meeting.id) == uid);
}

}  // namespace sim
