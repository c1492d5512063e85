#pragma once
// A rule made ready for walking: lists become masks and tables, once per series. Wall times are seconds since 1970-01-01
// on the wall clock, days are days since then.
#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "fakes/recurrence/rule.hpp"

namespace fakes::recurrence {

inline constexpr std::int64_t day_seconds = 86'400;
inline constexpr std::int64_t no_wall = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t last_wall = 253'402'300'799;  // 9999-12-31T23:59:59: calendars hold nothing later

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }
/// 0 = Sunday; 1970-01-01 was a Thursday.
constexpr int weekday_of_day(std::int64_t day) { return static_cast<int>(((day + 4) % 7 + 7) % 7); }

template <typename Value>
void sort_unique(std::vector<Value>& values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

struct MonthDays {
    /// Bit d-1: day d is taken, in a month of 28 + [0] days that begins on weekday [1].
    std::array<std::array<std::uint32_t, 7>, 4> taken{};
};

/// BYYEARDAY, BYWEEKNO and the n-th weekday of a year: what the month's table cannot say.
struct YearFilter {
    bool by_day = false;
    std::bitset<368> day, day_from_end;  // 1..366
    bool by_week = false;
    std::uint64_t week = 0, week_from_end = 0;  // bit n: week n
    bool by_nth = false;
    std::array<std::uint64_t, 7> nth{}, nth_from_end{};  // per weekday, bit n; bit 0 of nth: every one
};

enum class WalkKind {
    even,    // DAILY and faster, WEEKLY without BYMONTH: every period has the same instances
    weeks,   // WEEKLY with BYMONTH
    months,  // MONTHLY
    years,   // YEARLY
};

struct PreparedRule {
    Frequency frequency = Frequency::daily;
    WalkKind kind = WalkKind::even;
    std::int64_t interval = 1;
    std::int64_t count = no_wall;       // instances left to give
    std::int64_t until_wall = no_wall;  // inclusive; for a UTC limit no more than a bound
    std::int64_t until_utc = no_wall;   // inclusive, seconds
    std::int64_t start = 0;             // wall time of the series' start
    bool counted = false;               // has a COUNT
    bool too_large = false;             // more times a day than the limit: nothing is given

    // even
    std::int64_t unit = day_seconds;     // length of a period without the interval
    std::int64_t base = 0;               // begin of the start's period
    std::vector<std::int32_t> offsets;   // instances within a period, seconds from its begin, after BYSETPOS
    bool filters_days = false;
    bool filters_times = false;
    std::uint32_t hours = 0;             // bit per hour
    std::uint64_t minutes = 0, seconds = 0;

    // weeks, months, years
    std::vector<std::int32_t> times;  // seconds of the day
    std::vector<int> set_pos;
    std::uint32_t months = 0;    // bit m-1
    std::uint32_t weekdays = 0;  // bit 0 = Sunday
    int week_start = 1;
    std::shared_ptr<const MonthDays> month_days;
    std::shared_ptr<const YearFilter> year_filter;  // null: none
};

/// `all_day`: UNTIL and start are dates.
PreparedRule prepare(const Rule& rule, LocalTime start, bool all_day, const Zone& zone);

}  // namespace fakes::recurrence
