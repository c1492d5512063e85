// RFC 5545 3.3.10: what each BY part does at each frequency (the table of expansions and limits), folded into masks.
#include "fakes/recurrence/prepare.hpp"

#include <algorithm>

#include "fakes/recurrence/rule_text.hpp"

namespace fakes::recurrence {
namespace {

using std::chrono::local_days;

constexpr std::uint32_t every_month = 0xFFF;

struct StartParts {
    int month, month_day, weekday, hour, minute, second;
};

StartParts parts_of(LocalTime start) {
    const auto day = std::chrono::floor<std::chrono::days>(start);
    const Date date(day);
    const auto second = (start - day).count();
    return {static_cast<int>(unsigned{date.month()}),
            static_cast<int>(unsigned{date.day()}),
            weekday_of_day(day.time_since_epoch().count()),
            static_cast<int>(second / 3600),
            static_cast<int>(second / 60 % 60),
            static_cast<int>(second % 60)};
}

std::vector<int> listed_or(const std::vector<int>& list, int otherwise) {
    return list.empty() ? std::vector<int>{otherwise} : list;
}

/// Product of the lists in seconds. RFC 5545 3.3.12: without leap seconds, second 60 is read as 59.
std::vector<std::int32_t> product(const std::vector<int>& hours, const std::vector<int>& minutes,
                                  const std::vector<int>& seconds) {
    std::vector<std::int32_t> times;
    for (const int hour : hours)
        for (const int minute : minutes)
            for (const int second : seconds) times.push_back(hour * 3600 + minute * 60 + std::min(second, 59));
    sort_unique(times);
    return times;
}

std::uint64_t mask_of(const std::vector<int>& list, int most) {
    std::uint64_t mask = 0;
    for (const int number : list) mask |= std::uint64_t{1} << std::clamp(number, 0, most);
    return mask;
}

void keep_positions(std::vector<std::int32_t>& instances, const std::vector<int>& positions) {
    if (positions.empty()) return;
    std::vector<std::int32_t> kept;
    const auto size = static_cast<int>(instances.size());
    for (const int position : positions) {
        const int index = position > 0 ? position - 1 : size + position;
        if (index >= 0 && index < size) kept.push_back(instances[static_cast<std::size_t>(index)]);
    }
    sort_unique(kept);
    instances = std::move(kept);
}

/// `days`: BYMONTHDAY (empty: every day). `nth_in_month`: numbers in BYDAY count within the month; otherwise they are
/// left to the year's filter and every such weekday passes here.
MonthDays month_days_of(const std::vector<int>& days, bool clamp, const std::vector<WeekdayNumber>& weekdays,
                        bool nth_in_month) {
    MonthDays table;
    for (int extra = 0; extra < 4; ++extra) {
        const int length = 28 + extra;
        const std::uint32_t all = static_cast<std::uint32_t>((std::uint64_t{1} << length) - 1);
        std::uint32_t by_month_day = days.empty() ? all : 0;
        for (const int day : days) {
            int taken = day > 0 ? day : length + 1 + day;
            if (clamp) taken = std::min(taken, length);
            if (taken >= 1 && taken <= length) by_month_day |= 1u << (taken - 1);
        }
        for (int first = 0; first < 7; ++first) {
            std::uint32_t by_weekday = weekdays.empty() ? all : 0;
            for (const WeekdayNumber& number : weekdays) {
                const int lead = (static_cast<int>(number.day.c_encoding()) - first + 7) % 7;  // its first day, from 0
                const std::uint32_t each = (0x10204081u << lead) & all;
                if (number.nth == 0 || !nth_in_month) {
                    by_weekday |= each;
                    continue;
                }
                const int in_month = (length - 1 - lead) / 7 + 1;
                const int nth = number.nth > 0 ? number.nth - 1 : in_month + number.nth;
                if (nth >= 0 && nth < in_month) by_weekday |= 1u << (lead + 7 * nth);
            }
            table.taken[static_cast<std::size_t>(extra)][static_cast<std::size_t>(first)] = by_month_day & by_weekday;
        }
    }
    return table;
}

std::shared_ptr<const YearFilter> year_filter_of(const Rule& rule, bool nth_in_year) {
    bool numbered = false;
    for (const WeekdayNumber& day : rule.by_day) numbered = numbered || day.nth != 0;
    numbered = numbered && nth_in_year;
    if (rule.by_year_day.empty() && rule.by_week_no.empty() && !numbered) return nullptr;
    auto filter = std::make_shared<YearFilter>();
    filter->by_day = !rule.by_year_day.empty();
    for (const int day : rule.by_year_day)
        (day > 0 ? filter->day : filter->day_from_end).set(static_cast<std::size_t>(std::min(std::abs(day), 367)));
    filter->by_week = !rule.by_week_no.empty();
    for (const int week : rule.by_week_no)
        (week > 0 ? filter->week : filter->week_from_end) |= std::uint64_t{1} << std::min(std::abs(week), 63);
    filter->by_nth = numbered;
    if (numbered)
        for (const WeekdayNumber& day : rule.by_day)
            (day.nth >= 0 ? filter->nth : filter->nth_from_end)[day.day.c_encoding() % 7] |=
                std::uint64_t{1} << std::min(std::abs(day.nth), 63);
    return filter;
}

void prepare_until(const Rule& rule, bool all_day, const Zone& zone, PreparedRule& ready) {
    if (!rule.until) return;
    const std::int64_t at = rule.until->at.time_since_epoch().count();
    switch (rule.until->kind) {
        case Until::Kind::date: ready.until_wall = at + day_seconds - 1; break;
        case Until::Kind::local: ready.until_wall = at; break;
        case Until::Kind::utc:
            // The dates of all-day events have no zone: they are compared as they stand.
            if (all_day) {
                ready.until_wall = at;
                break;
            }
            ready.until_utc = at;
            ready.until_wall = zone.to_local(std::chrono::sys_seconds(std::chrono::seconds(at)))
                                   .time_since_epoch().count() + day_seconds;
            break;
    }
}

void prepare_even(const Rule& rule, const StartParts& start, PreparedRule& ready) {
    const std::int64_t at = ready.start;
    const std::vector<int> zero{0};
    switch (rule.frequency) {
        case Frequency::secondly: ready.unit = 1; break;
        case Frequency::minutely: ready.unit = 60; break;
        case Frequency::hourly: ready.unit = 3600; break;
        case Frequency::weekly: ready.unit = 7 * day_seconds; break;
        default: ready.unit = day_seconds;
    }
    ready.base = floor_div(at, ready.unit) * ready.unit;
    std::vector<std::int32_t> times =
        product(rule.frequency >= Frequency::daily ? listed_or(rule.by_hour, start.hour) : zero,
                rule.frequency >= Frequency::hourly ? listed_or(rule.by_minute, start.minute) : zero,
                rule.frequency >= Frequency::minutely ? listed_or(rule.by_second, start.second) : zero);
    if (rule.frequency == Frequency::weekly) {
        const std::int64_t day = floor_div(at, day_seconds);
        const int into_week = (start.weekday - ready.week_start + 7) % 7;
        ready.base = (day - into_week) * day_seconds;
        for (int i = 0; i < 7; ++i)
            if ((ready.weekdays >> ((ready.week_start + i) % 7) & 1u) != 0)
                for (const std::int32_t time : times)
                    ready.offsets.push_back(static_cast<std::int32_t>(i * day_seconds) + time);
    } else {
        ready.offsets = std::move(times);
        ready.filters_days = !rule.by_month.empty() || !rule.by_month_day.empty() || !rule.by_day.empty() ||
                             !rule.by_year_day.empty();
        if (rule.frequency <= Frequency::hourly && !rule.by_hour.empty())
            ready.hours = static_cast<std::uint32_t>(mask_of(rule.by_hour, 23));
        if (rule.frequency <= Frequency::minutely && !rule.by_minute.empty())
            ready.minutes = mask_of(rule.by_minute, 59);
        if (rule.frequency == Frequency::secondly && !rule.by_second.empty())
            ready.seconds = mask_of(rule.by_second, 59);
        ready.filters_times = ready.hours != 0 || ready.minutes != 0 || ready.seconds != 0;
    }
    keep_positions(ready.offsets, rule.by_set_pos);
}

}  // namespace

PreparedRule prepare(const Rule& rule, LocalTime start_wall, bool all_day, const Zone& zone) {
    PreparedRule ready;
    const StartParts start = parts_of(start_wall);
    ready.frequency = rule.frequency;
    ready.interval = std::clamp<std::int64_t>(rule.interval, 1, max_number);
    ready.start = start_wall.time_since_epoch().count();
    ready.counted = rule.count.has_value();
    if (rule.count) ready.count = std::max<std::int64_t>(0, *rule.count);
    prepare_until(rule, all_day, zone, ready);

    const auto at_least_one = [](const std::vector<int>& list) { return std::max<std::size_t>(1, list.size()); };
    if (at_least_one(rule.by_hour) * at_least_one(rule.by_minute) * at_least_one(rule.by_second) > max_times_of_day) {
        ready.too_large = true;
        return ready;
    }
    ready.week_start = static_cast<int>(rule.week_start.c_encoding() % 7);
    ready.months = rule.by_month.empty() ? every_month : static_cast<std::uint32_t>(mask_of(rule.by_month, 12) >> 1);
    for (const WeekdayNumber& day : rule.by_day) ready.weekdays |= 1u << (day.day.c_encoding() % 7);

    // A rule that names no day takes the start's.
    std::vector<int> month_days = rule.by_month_day;
    std::vector<WeekdayNumber> weekdays = rule.by_day;
    const bool names_day = !rule.by_month_day.empty() || !rule.by_day.empty() || !rule.by_year_day.empty();
    if (rule.frequency == Frequency::weekly && rule.by_day.empty()) ready.weekdays = 1u << start.weekday;
    if (rule.frequency == Frequency::monthly && !names_day) month_days.push_back(start.month_day);
    if (rule.frequency == Frequency::yearly && !names_day) {
        if (!rule.by_week_no.empty()) {
            weekdays.push_back({std::chrono::weekday(static_cast<unsigned>(start.weekday)), 0});
        } else {
            month_days.push_back(start.month_day);
            if (rule.by_month.empty()) ready.months = 1u << (start.month - 1);
        }
    }

    if (rule.frequency == Frequency::monthly) ready.kind = WalkKind::months;
    if (rule.frequency == Frequency::yearly) ready.kind = WalkKind::years;
    if (rule.frequency == Frequency::weekly && !rule.by_month.empty()) ready.kind = WalkKind::weeks;
    if (ready.kind == WalkKind::even) {
        prepare_even(rule, start, ready);
    } else {
        ready.times = product(listed_or(rule.by_hour, start.hour), listed_or(rule.by_minute, start.minute),
                              listed_or(rule.by_second, start.second));
        ready.set_pos = rule.by_set_pos;
    }
    // Numbers in BYDAY count within the year only for YEARLY without BYMONTH (RFC 5545 3.3.10, note 2).
    const bool nth_in_year = rule.frequency == Frequency::yearly && rule.by_month.empty();
    if (ready.kind == WalkKind::months || ready.kind == WalkKind::years || ready.filters_days)
        ready.month_days = std::make_shared<const MonthDays>(
            month_days_of(month_days, rule.clamp_month_day, weekdays,
                          rule.frequency == Frequency::monthly || (rule.frequency == Frequency::yearly && !nth_in_year)));
    ready.year_filter = year_filter_of(rule, nth_in_year);
    return ready;
}

}  // namespace fakes::recurrence
