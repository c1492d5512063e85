#include "fakes/google/event.hpp"

#include <algorithm>
#include <cstdio>

#include "fakes/recurrence/rule.hpp"

namespace fakes::google {

std::string_view name_of(Answer answer) {
    switch (answer) {
        case Answer::needs_action: return "needsAction";
        case Answer::declined: return "declined";
        case Answer::tentative: return "tentative";
        case Answer::accepted: return "accepted";
    }
    return "needsAction";
}

std::optional<Answer> answer_named(std::string_view name) {
    for (const Answer a : {Answer::needs_action, Answer::declined, Answer::tentative, Answer::accepted})
        if (name_of(a) == name) return a;
    return std::nullopt;
}

std::string_view name_of(Opaque member) {
    switch (member) {
        case Opaque::conference: return "conferenceData";
        case Opaque::gadget: return "gadget";
        case Opaque::source: return "source";
        case Opaque::out_of_office: return "outOfOfficeProperties";
        case Opaque::focus_time: return "focusTimeProperties";
        case Opaque::working_location: return "workingLocationProperties";
        case Opaque::birthday: return "birthdayProperties";
        case Opaque::attachments: return "attachments";
    }
    return "";
}

const Attendee* Event::attendee(std::string_view address) const {
    const auto it = std::find_if(attendees.begin(), attendees.end(), [&](const Attendee& a) { return a.address == address; });
    return it == attendees.end() ? nullptr : &*it;
}
Attendee* Event::attendee(std::string_view address) {
    return const_cast<Attendee*>(static_cast<const Event*>(this)->attendee(address));
}

const recurrence::Zone& zone_of(const EventTime& time) {
    if (time.all_day) return recurrence::Zone::utc();
    const recurrence::Zone* zone = recurrence::Zone::find_iana(time.zone);
    return zone != nullptr ? *zone : recurrence::Zone::utc();
}

bool make_series(const EventTime& start, std::chrono::seconds length, const std::vector<std::string>& lines,
                 recurrence::Series& series) {
    recurrence::RuleSet rules;
    if (recurrence::parse_lines(lines, rules)) return false;
    if (recurrence::until_is_placed(rules)) return false;
    // Google takes no rule finer than an hour (facts/google.md 7).
    const auto too_fine = [](const recurrence::Rule& rule) { return rule.frequency < recurrence::Frequency::hourly; };
    if (std::any_of(rules.rules.begin(), rules.rules.end(), too_fine) ||
        std::any_of(rules.excluding_rules.begin(), rules.excluding_rules.end(), too_fine))
        return false;
    recurrence::SeriesStart at;
    at.zone = &zone_of(start);
    at.start = at.zone->to_local(start.at);
    at.all_day = start.all_day;
    at.duration = length;
    at.reading = recurrence::StartReading::counts;
    series = recurrence::Series(at, rules);
    return true;
}

std::string instance_id(const Meeting& meeting, Slot slot) {
    const auto day = std::chrono::floor<std::chrono::days>(slot);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{slot - day};
    char text[40];
    int n = std::snprintf(text, sizeof text, "_%04d%02u%02u", static_cast<int>(date.year()),
                          static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    if (!meeting.event.start.all_day)
        n += std::snprintf(text + n, sizeof text - static_cast<std::size_t>(n), "T%02d%02d%02dZ",
                           static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                           static_cast<int>(time.seconds().count()));
    std::string id;
    id.reserve(meeting.id.size() + static_cast<std::size_t>(n));
    id += meeting.id;
    id.append(text, static_cast<std::size_t>(n));
    return id;
}

std::optional<Slot> slot_of(std::string_view id, std::string_view& master) {
    const std::size_t bar = id.rfind('_');
    if (bar == std::string_view::npos || bar == 0) return std::nullopt;
    const std::string_view text = id.substr(bar + 1);
    const bool timed = text.size() == 16;
    if (!timed && text.size() != 8) return std::nullopt;
    if (timed && (text[8] != 'T' || text[15] != 'Z')) return std::nullopt;
    const auto number = [&](std::size_t from, std::size_t count, int& value) {
        value = 0;
        for (std::size_t i = from; i < from + count; ++i) {
            if (text[i] < '0' || text[i] > '9') return false;
            value = value * 10 + (text[i] - '0');
        }
        return true;
    };
    int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
    if (!number(0, 4, y) || !number(4, 2, mo) || !number(6, 2, d)) return std::nullopt;
    if (timed && (!number(9, 2, h) || !number(11, 2, mi) || !number(13, 2, s))) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{y}, std::chrono::month{static_cast<unsigned>(mo)},
                                           std::chrono::day{static_cast<unsigned>(d)}};
    if (!date.ok() || h > 23 || mi > 59 || s > 59) return std::nullopt;
    master = id.substr(0, bar);
    return std::chrono::sys_days{date} + std::chrono::hours{h} + std::chrono::minutes{mi} + std::chrono::seconds{s};
}

}  // namespace fakes::google
