#pragma once
// Times as people write them, in the scenario's zone: instants, durations, and spans of calendars.
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "fakes/recurrence/zones.hpp"
#include "sim/scenario/cursor.hpp"
#include "sim/scenario/scenario.hpp"

namespace sim {

using fakes::recurrence::Zone;

/// What a time without a date, or a `+5m`, is counted from.
struct TimeContext {
    const Zone* zone = nullptr;
    fakes::Date day{};    // the day of the step before, or of the clock
    Instant previous{};   // the step before, or the clock
};

struct ClockStart {
    Instant at{};
    const Zone* zone = nullptr;
};

/// What to say of a name that is no zone: the one meant, if it is near or a Windows id.
Misread no_zone(std::string_view name);

/// `2026-03-02 08:00 Europe/Warsaw`.
Read<ClockStart> read_clock(std::string_view text);
/// Of a clock whose zone is missing or unknown: what is wrong with its date and time of day, if anything.
std::optional<Misread> wrong_beside_the_zone(std::string_view text);

/// `09:00`, `08:01:30`, `2026-03-04 08:30`, `2026-03-04T08:30:00+01:00` or `Z`, `+5m`, `tomorrow 9:00`,
/// `next monday 09:00`. A time inside a DST gap is refused; one that exists twice is the first, or `(second)`.
Read<Instant> read_time(std::string_view text, const TimeContext& context);

/// `2026-03-04 09:55 and 09:55:05` (`separator` "and"): the second time's day is the first one's unless given.
Read<std::pair<Instant, Instant>> read_span(std::string_view text, std::string_view separator,
                                            const TimeContext& context);

/// `30s`, `5m`, `2h`, `3d`, `1w`, `1h30m`, `500ms`. A day is 24 hours.
Read<std::chrono::milliseconds> read_duration(std::string_view text);

/// `2026-03-04`, `today`, `tomorrow`, `next monday`.
Read<fakes::Date> read_date(std::string_view text, fakes::Date today);

/// When an event is: `09:00-09:15`, `2026-03-04 22:00 - 2026-03-05 01:00`, `tomorrow 9:00 for 45m`, `all day`,
/// `all day 2026-03-05 to 2026-03-07` (last day included). Start and end must exist in `zone`.
Read<fakes::When> read_when(std::string_view text, fakes::Date today, const Zone& zone);

fakes::Date local_date(Instant instant, const Zone& zone);
/// "2026-03-04 08:30" in the zone, seconds only when there are any.
std::string text_of(Instant instant, const Zone& zone);
/// "1h30m", "30s", "0s".
std::string text_of(std::chrono::milliseconds duration);

}  // namespace sim
