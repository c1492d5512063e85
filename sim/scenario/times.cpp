#include "sim/scenario/times.hpp"

#include <array>
#include <cstdio>

#include "sim/scenario/characters.hpp"
#include "sim/scenario/diagnostic.hpp"

namespace sim {

using namespace std::chrono;
using fakes::Date;
using fakes::LocalTime;
using fakes::When;
using fakes::recurrence::Resolved;
using fakes::recurrence::WallKind;

namespace {

std::string clock_text(LocalTime local) {
    const seconds of_day = local - floor<days>(local);
    const hh_mm_ss parts(of_day);
    std::array<char, 16> out{};
    std::snprintf(out.data(), out.size(), parts.seconds().count() == 0 ? "%02d:%02d" : "%02d:%02d:%02d",
                  static_cast<int>(parts.hours().count()), static_cast<int>(parts.minutes().count()),
                  static_cast<int>(parts.seconds().count()));
    return out.data();
}

/// The change of offset that makes this local time a gap or an overlap: a day around it holds just one.
struct Transition {
    sys_seconds at{};
    seconds before{}, after{};
};
Transition transition_near(LocalTime local, const Zone& zone) {
    const sys_seconds middle{local.time_since_epoch()};
    sys_seconds low = middle - days(1);
    sys_seconds high = middle + days(1);
    const seconds before = zone.offset_at(low);
    while (high - low > seconds(1)) {
        const sys_seconds half = low + (high - low) / 2;
        (zone.offset_at(half) == before ? low : high) = half;
    }
    return {high, before, zone.offset_at(high)};
}

Misread gap(LocalTime local, const Zone& zone) {
    const Transition change = transition_near(local, zone);
    const LocalTime first{(change.at + change.before).time_since_epoch()};
    const LocalTime last{(change.at + change.after).time_since_epoch()};
    return {clock_text(local) + " does not exist on " + text_of(Date(floor<days>(local))) + " in " + zone.iana(),
            "clocks jump from " + clock_text(first) + " to " + clock_text(last) + ": write a time before " +
                clock_text(first) + ", or " + clock_text(last) + " or later"};
}

Read<Instant> instant_of(LocalTime local, const Zone& zone, bool second) {
    const Resolved resolved = zone.resolve(local);
    if (resolved.kind == WallKind::gap) return gap(local, zone);
    if (!second) return Instant(resolved.utc);
    if (resolved.kind != WallKind::overlap)
        return Misread{clock_text(local) + " comes only once on " + text_of(Date(floor<days>(local))),
                       "leave out (second): it is for the hour that a clock change repeats"};
    return Instant(sys_seconds(local.time_since_epoch()) - transition_near(local, zone).after);
}

/// `02.03.2026`, `3/2/2026`, `2026-3-2`: a day, but not as this language writes it.
bool has_foreign_date(std::string_view text) {
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        const char mark = text[i];
        if ((mark != '.' && mark != '/' && mark != '-') || !is_digit(text[i - 1]) || !is_digit(text[i + 1])) continue;
        const std::size_t next = text.find_first_not_of("0123456789", i + 1);
        if (next != std::string_view::npos && text[next] == mark && next + 1 < text.size() && is_digit(text[next + 1])) return true;
    }
    return false;
}

Misread not_a_time(std::string_view text) {
    const std::string what = "cannot read `" + std::string(text) + "` as a time";
    const std::string day(text.substr(0, text.find(' ')));
    if (has_foreign_date(text)) return {what, "write days as year-month-day: 2026-03-04 08:30"};
    if (weekday_of(lower_ascii(day))) return {what, "write `next " + std::string(text) + "`"};
    return {what, "write 09:00, 2026-03-04 08:30, +5m, tomorrow 09:00 or next monday 09:00"};
}

/// `09:00 America/New_York`: a zone of its own behind a time. Cut off; nullptr: there is none.
Read<const Zone*> take_zone_behind(std::string_view& text) {
    const std::size_t blank = text.rfind(' ');
    if (blank == std::string_view::npos) return static_cast<const Zone*>(nullptr);
    const std::string name(text.substr(blank + 1));
    const bool letter = !name.empty() && ((name[0] >= 'A' && name[0] <= 'Z') || (name[0] >= 'a' && name[0] <= 'z'));
    const Zone* zone = letter ? Zone::find_iana(name) : nullptr;
    if (zone == nullptr && letter && name.find('/') != std::string::npos) return no_zone(name);
    if (zone != nullptr) text = trimmed(text.substr(0, blank));
    return zone;
}

/// A moment at the cursor; what is left behind it is the caller's.
Read<Instant> take_moment(Cursor& cursor, const TimeContext& context, std::string_view whole) {
    auto date = take_date(cursor, context.day);
    if (const Misread* misread = std::get_if<Misread>(&date)) return *misread;
    const auto day = std::get<0>(date);
    const bool iso = day && cursor.rest().starts_with('t');
    if (iso) cursor.back_to(cursor.mark() + 1);
    auto time = take_clock_time(cursor);
    if (const Misread* misread = std::get_if<Misread>(&time)) return *misread;
    const auto of_day = std::get<0>(time);
    if (!of_day) {
        if (day && cursor.at_end())
            return Misread{"a time of day is missing after the date", "write `" + text_of(*day) + " 09:00`"};
        return not_a_time(whole);
    }
    const LocalTime local = local_days(day.value_or(context.day)) + *of_day;
    if (iso && cursor.take_symbol("z")) return Instant(sys_seconds(local.time_since_epoch()));
    if (const bool minus = cursor.rest().starts_with('-'); iso && (minus || cursor.rest().starts_with('+'))) {
        cursor.back_to(cursor.mark() + 1);
        auto offset = take_clock_time(cursor);
        const auto* east = std::get_if<0>(&offset);
        if (east == nullptr || !*east || **east > hours(15))
            return Misread{"cannot read the offset of `" + std::string(whole) + "`", "write it as +01:00 or Z"};
        return Instant(sys_seconds(local.time_since_epoch()) - (minus ? -**east : **east));
    }
    const bool second = cursor.take_symbol("(second)");
    if (!second) cursor.take_symbol("(first)");
    return instant_of(local, *context.zone, second);
}

}  // namespace

Misread no_zone(std::string_view name) {
    const std::string what = "there is no time zone `" + std::string(name) + "`";
    if (const std::string_view iana = fakes::recurrence::iana_for_windows(name); !iana.empty())
        return {what, "that is a Windows name: did you mean `" + std::string(iana) + "`?"};
    // The region alone makes names alike: the place itself must be near, too.
    const auto place_in = [](std::string_view id) { return std::string(id.substr(id.rfind('/') + 1)); };
    const auto near = did_you_mean(name, fakes::recurrence::iana_ids());
    if (near && did_you_mean(place_in(name), std::vector{place_in(*near)})) return {what, "did you mean `" + *near + "`?"};
    return {what, "name it as in the IANA table: Europe/Warsaw, America/New_York, UTC"};
}

Date local_date(Instant instant, const Zone& zone) { return Date(floor<days>(zone.to_local(instant))); }

std::string text_of(Instant instant, const Zone& zone) {
    const LocalTime local = zone.to_local(instant);
    return text_of(Date(floor<days>(local))) + " " + clock_text(local);
}

std::string text_of(milliseconds duration) {
    std::string out;
    const auto part = [&](milliseconds unit, const char* name) {
        const auto n = duration / unit;
        if (n == 0) return;
        out += std::to_string(n) + name;
        duration -= n * unit;
    };
    part(weeks(1), "w"), part(days(1), "d"), part(hours(1), "h"), part(minutes(1), "m"), part(seconds(1), "s");
    part(milliseconds(1), "ms");
    return out.empty() ? "0s" : out;
}

namespace {

constexpr std::string_view kClockHelp = "write `clock: 2026-03-02 08:00 Europe/Warsaw`";

/// Day and time of day, or an ISO time; and the name of the zone behind them.
std::pair<std::string_view, std::string> parts_of_clock(std::string_view text) {
    std::size_t blank = text.find(' ');
    if (text.substr(0, blank).find_first_of("Tt") == std::string_view::npos && blank != std::string_view::npos) blank = text.find(' ', blank + 1);
    for (const std::string_view which : {" (second)", " (first)"})
        if (blank != std::string_view::npos && text.substr(blank).starts_with(which)) blank = text.find(' ', blank + which.size());
    return {text.substr(0, blank), std::string(blank == std::string_view::npos ? std::string_view() : trimmed(text.substr(blank)))};
}

Read<Instant> moment_of_clock(std::string_view moment_text, const Zone& zone, std::string_view text) {
    Cursor cursor(moment_text);
    if (cursor.rest().size() < 10 || cursor.rest()[4] != '-') return Misread{"the clock has no date", std::string(kClockHelp)};
    auto moment = take_moment(cursor, TimeContext{&zone, {}, {}}, text);
    if (std::holds_alternative<Instant>(moment) && !cursor.at_end())
        return Misread{"cannot read `" + std::string(text) + "` as a clock", std::string(kClockHelp)};
    return moment;
}

}  // namespace

Read<ClockStart> read_clock(std::string_view text) {
    text = trimmed(text);
    const auto [moment_text, name] = parts_of_clock(text);
    if (name.empty()) {
        const bool utc = text.ends_with('Z');
        return Misread{"the clock has no time zone",
                       utc ? "write `clock: " + std::string(text.substr(0, text.size() - 1)) + " UTC`, or the zone people live in" : std::string(kClockHelp)};
    }
    ClockStart start;
    start.zone = Zone::find_iana(name);
    if (start.zone == nullptr) return no_zone(name);
    auto moment = moment_of_clock(moment_text, *start.zone, text);
    if (const Misread* misread = std::get_if<Misread>(&moment)) return *misread;
    start.at = std::get<Instant>(moment);
    return start;
}

std::optional<Misread> wrong_beside_the_zone(std::string_view text) {
    text = trimmed(text);
    const auto [moment_text, name] = parts_of_clock(text);
    const bool begins_with_a_date = !text.empty() && is_digit(text.front());
    if (name.empty() ? !begins_with_a_date : Zone::find_iana(name) != nullptr) return std::nullopt;
    auto moment = moment_of_clock(name.empty() && moment_text.ends_with('Z') ? moment_text.substr(0, moment_text.size() - 1) : moment_text, Zone::utc(), text);
    if (const Misread* misread = std::get_if<Misread>(&moment)) return *misread;
    return std::nullopt;
}

Read<Instant> read_time(std::string_view text, const TimeContext& context) {
    text = trimmed(text);
    if (text.starts_with('+')) {
        auto later = read_duration(text.substr(1));
        if (const Misread* misread = std::get_if<Misread>(&later)) return *misread;
        return context.previous + std::get<milliseconds>(later);
    }
    auto own = take_zone_behind(text);
    if (const Misread* misread = std::get_if<Misread>(&own)) return *misread;
    TimeContext here = context;
    if (const Zone* zone = std::get<const Zone*>(own); zone != nullptr) here.zone = zone;
    Cursor cursor(text);
    auto moment = take_moment(cursor, here, text);
    if (std::holds_alternative<Instant>(moment) && !cursor.at_end()) return not_a_time(text);
    return moment;
}

Read<std::pair<Instant, Instant>> read_span(std::string_view text, std::string_view separator,
                                            const TimeContext& context) {
    text = trimmed(text);
    const std::string spaced = " " + std::string(separator) + " ";
    const std::size_t middle = lower_ascii(text).find(spaced);
    if (middle == std::string_view::npos)
        return Misread{"cannot read `" + std::string(text) + "` as a span",
                       "write two times: `2026-03-04 09:55" + spaced + "09:55:05`"};
    auto first = read_time(text.substr(0, middle), context);
    if (const Misread* misread = std::get_if<Misread>(&first)) return *misread;
    const Instant from = std::get<Instant>(first);
    const TimeContext after{context.zone, local_date(from, *context.zone), from};
    auto second = read_time(text.substr(middle + spaced.size()), after);
    if (const Misread* misread = std::get_if<Misread>(&second)) return *misread;
    const Instant to = std::get<Instant>(second);
    if (to <= from) return Misread{"the span ends before it begins", "give the second time its own date if it is a later day"};
    return std::pair{from, to};
}

Read<milliseconds> read_duration(std::string_view text) {
    struct Unit {
        std::string_view name;
        milliseconds length;
    };
    static constexpr std::array kUnits{Unit{"ms", milliseconds(1)}, Unit{"s", seconds(1)}, Unit{"m", minutes(1)},
                                       Unit{"min", minutes(1)},     Unit{"h", hours(1)},   Unit{"d", days(1)},
                                       Unit{"w", weeks(1)}};
    Cursor cursor(text);
    const std::string whole(trimmed(text));
    milliseconds sum{0};
    if (cursor.at_end()) return Misread{"a duration is missing", "write a number with its unit: 30s, 5m, 2h, 3d, 1w"};
    while (!cursor.at_end()) {
        const auto number = cursor.take_number();
        if (!number)
            return Misread{"cannot read `" + whole + "` as a duration", "write a number with its unit: 30s, 5m, 2h, 3d, 1w"};
        if (!cursor.at_end() && is_digit(cursor.rest()[0])) return Misread{"`" + whole + "` is longer than ten years", ""};
        if (cursor.rest().starts_with('.') || cursor.rest().starts_with(','))
            return Misread{"`" + whole + "` is no whole number of its unit", "write it in two units or a smaller one: 1h30m, 90m"};
        cursor.skip_blanks();
        const std::string name(cursor.peek_word());
        const Unit* unit = nullptr;
        for (const Unit& u : kUnits)
            if (u.name == name) unit = &u;
        if (unit == nullptr) {
            if (name.empty())
                return Misread{"`" + whole + "` has no unit", "write " + whole + "s, " + whole + "m or " + whole + "h"};
            return Misread{"there is no unit `" + name + "`", "units are ms, s, m, h, d and w"};
        }
        cursor.take(name);
        sum += *number * unit->length;
        if (sum > days(3660)) return Misread{"`" + whole + "` is longer than ten years", ""};
    }
    return sum;
}

Read<Date> read_date(std::string_view text, Date today) {
    Cursor cursor(text);
    auto date = take_date(cursor, today);
    if (const Misread* misread = std::get_if<Misread>(&date)) return *misread;
    if (!std::get<0>(date) || !cursor.at_end())
        return Misread{"cannot read `" + std::string(trimmed(text)) + "` as a date",
                       "write 2026-03-04, today, tomorrow or next monday"};
    return *std::get<0>(date);
}

namespace {

Misread not_a_when(std::string_view text) {
    const std::string what = "cannot read `" + std::string(text) + "` as the time of an event";
    if (has_foreign_date(text)) return {what, "write days as year-month-day: 2026-03-04 09:00-09:15"};
    return {what,
            "write 09:00-09:15, 2026-03-04 09:00-09:15, tomorrow 09:00 for 45m, or all day 2026-03-05 to 2026-03-07"};
}

Read<When> read_all_day(Cursor& cursor, When when, Date today, std::string_view whole) {
    auto first = take_date(cursor, today);
    if (const Misread* misread = std::get_if<Misread>(&first)) return *misread;
    const Date start = std::get<0>(first).value_or(today);
    Date last = start;
    if (cursor.take("to")) {
        auto second = take_date(cursor, start);
        if (const Misread* misread = std::get_if<Misread>(&second)) return *misread;
        if (!std::get<0>(second)) return not_a_when(whole);
        last = *std::get<0>(second);
    }
    if (!cursor.at_end()) return not_a_when(whole);
    if (last < start) return Misread{"the last day is before the first", "swap them"};
    when.all_day = true;
    when.start = local_days(start);
    when.end = local_days(last) + days(1);
    return when;
}

}  // namespace

Read<When> read_when(std::string_view text, Date today, const Zone& given_zone) {
    text = trimmed(text);
    auto own = take_zone_behind(text);
    if (const Misread* misread = std::get_if<Misread>(&own)) return *misread;
    const Zone& zone = std::get<const Zone*>(own) != nullptr ? *std::get<const Zone*>(own) : given_zone;
    Cursor cursor(text);
    When when;
    when.zone = zone.iana();
    if (cursor.take("all day")) return read_all_day(cursor, when, today, text);
    auto date = take_date(cursor, today);
    if (const Misread* misread = std::get_if<Misread>(&date)) return *misread;
    Date day = std::get<0>(date).value_or(today);
    cursor.skip_blanks();
    auto time = take_clock_time(cursor);
    if (const Misread* misread = std::get_if<Misread>(&time)) return *misread;
    if (!std::get<0>(time)) {
        if (std::get<0>(date) && cursor.at_end())
            return Misread{"the event has a day but no time",
                           "write `" + text_of(day) + " 09:00-09:15`, or `all day " + text_of(day) + "`"};
        return not_a_when(text);
    }
    when.start = local_days(day) + *std::get<0>(time);
    cursor.skip_blanks();
    if (cursor.take("for")) {
        auto length = read_duration(cursor.rest());
        if (const Misread* misread = std::get_if<Misread>(&length)) return *misread;
        when.end = when.start + floor<seconds>(std::get<milliseconds>(length));
    } else {
        if (!cursor.take_symbol("-") && !cursor.take_symbol("–") && !cursor.take("to")) {
            if (cursor.at_end())
                return Misread{"the event has no end", "write `" + std::string(text) + " for 30m`, or start and end: `09:00-09:15`"};
            return not_a_when(text);
        }
        auto end_date = take_date(cursor, day);
        if (const Misread* misread = std::get_if<Misread>(&end_date)) return *misread;
        const bool own_day = std::get<0>(end_date).has_value();
        if (own_day) day = *std::get<0>(end_date);
        cursor.skip_blanks();
        auto end_time = take_clock_time(cursor);
        if (const Misread* misread = std::get_if<Misread>(&end_time)) return *misread;
        if (!std::get<0>(end_time) || !cursor.at_end()) return not_a_when(text);
        when.end = local_days(day) + *std::get<0>(end_time);
        if (when.end < when.start)
            return Misread{"the event ends before it starts",
                           own_day ? "swap start and end"
                                   : "if it ends on the next day, write that date: `" + clock_text(when.start) + " - " +
                                         text_of(Date(local_days(day) + days(1))) + " " + clock_text(when.end) + "`"};
    }
    for (const LocalTime local : {when.start, when.end})
        if (zone.resolve(local).kind == WallKind::gap) return gap(local, zone);
    return when;
}

}  // namespace sim
