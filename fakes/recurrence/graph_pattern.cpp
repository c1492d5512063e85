// Graph's patternedRecurrence: names, validation, and the rule behind it; and what people ask for by hand.
#include <algorithm>
#include <array>

#include "fakes/recurrence/rule.hpp"

namespace fakes::recurrence {
namespace {

using std::chrono::weekday;

constexpr std::array<std::string_view, 6> pattern_names{"daily",          "weekly",         "absoluteMonthly",
                                                         "relativeMonthly", "absoluteYearly", "relativeYearly"};
constexpr std::array<std::string_view, 3> range_names{"endDate", "noEnd", "numbered"};
constexpr std::array<std::string_view, 5> index_names{"first", "second", "third", "fourth", "last"};
constexpr std::array<std::string_view, 7> day_names{"sunday",   "monday", "tuesday", "wednesday",
                                                     "thursday", "friday", "saturday"};

/// Graph takes enumeration members in any case (its own samples write "Monday").
bool same_word(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

template <class Value, std::size_t N>
std::optional<Value> value_named(const std::array<std::string_view, N>& names, std::string_view name) {
    for (std::size_t i = 0; i < N; ++i)
        if (same_word(names[i], name)) return static_cast<Value>(i);
    return std::nullopt;
}

bool relative(PatternType type) { return type == PatternType::relative_monthly || type == PatternType::relative_yearly; }
bool absolute(PatternType type) { return type == PatternType::absolute_monthly || type == PatternType::absolute_yearly; }
bool yearly(PatternType type) { return type == PatternType::absolute_yearly || type == PatternType::relative_yearly; }

int nth_of(WeekIndex index) { return index == WeekIndex::last ? -1 : static_cast<int>(index) + 1; }

Refusal no(std::string reason) { return {std::move(reason), 0, 0}; }

}  // namespace

std::string_view name_of(PatternType type) { return pattern_names[static_cast<std::size_t>(type)]; }
std::string_view name_of(RangeType type) { return range_names[static_cast<std::size_t>(type)]; }
std::string_view name_of(WeekIndex index) { return index_names[static_cast<std::size_t>(index)]; }
std::string_view name_of(weekday day) { return day_names[day.c_encoding() % 7]; }
std::optional<PatternType> pattern_type(std::string_view name) { return value_named<PatternType>(pattern_names, name); }
std::optional<RangeType> range_type(std::string_view name) { return value_named<RangeType>(range_names, name); }
std::optional<WeekIndex> week_index(std::string_view name) { return value_named<WeekIndex>(index_names, name); }
std::optional<weekday> weekday_named(std::string_view name) {
    const auto number = value_named<unsigned>(day_names, name);
    return number ? std::optional(weekday(*number)) : std::nullopt;
}

std::optional<Refusal> validate(const PatternedRecurrence& recurrence) {
    const Pattern& pattern = recurrence.pattern;
    const Range& range = recurrence.range;
    // facts/graph.md 8: 1-999 days, 99 weeks or months.
    const int most = pattern.type == PatternType::daily ? 999 : 99;
    if (pattern.interval < 1 || pattern.interval > most)
        return no("The pattern's interval is not from 1 to " + std::to_string(most) + ".");
    if (pattern.month < 0 || pattern.month > 12 || (yearly(pattern.type) && pattern.month == 0))
        return no("The pattern's month is not from 1 to 12.");
    if (pattern.day_of_month < 0 || pattern.day_of_month > 31 || (absolute(pattern.type) && pattern.day_of_month == 0))
        return no("The pattern's dayOfMonth is not from 1 to 31.");
    if ((pattern.type == PatternType::weekly || relative(pattern.type)) && pattern.days_of_week.empty())
        return no("The pattern needs daysOfWeek.");
    if (pattern.days_of_week.size() > 7) return no("The pattern has more than seven daysOfWeek.");
    if (!range.start_date.ok() || range.start_date.year() < std::chrono::year(1601))
        return no("The range's startDate is not a date that a calendar holds.");
    if (range.type == RangeType::end_date && (!range.end_date.ok() || range.end_date < range.start_date))
        return no("The range's endDate lies before its startDate.");
    if (range.type == RangeType::numbered && range.number_of_occurrences < 1)
        return no("The range's numberOfOccurrences is not positive.");
    return std::nullopt;
}

Rule rule_of(const PatternedRecurrence& recurrence) {
    const Pattern& pattern = recurrence.pattern;
    Rule rule;
    rule.interval = std::max(1, pattern.interval);
    rule.week_start = pattern.first_day_of_week;
    switch (pattern.type) {
        case PatternType::daily: rule.frequency = Frequency::daily; break;
        case PatternType::weekly: rule.frequency = Frequency::weekly; break;
        case PatternType::absolute_monthly:
        case PatternType::relative_monthly: rule.frequency = Frequency::monthly; break;
        case PatternType::absolute_yearly:
        case PatternType::relative_yearly: rule.frequency = Frequency::yearly; break;
    }
    if (pattern.type == PatternType::weekly || relative(pattern.type))
        for (const weekday day : pattern.days_of_week) rule.by_day.push_back({day, 0});
    // The index counts over the union of the days (MS-OXCICAL 2.1.3.2.2.4 exports it as BYDAY and BYSETPOS).
    if (relative(pattern.type)) rule.by_set_pos.push_back(nth_of(pattern.index));
    if (absolute(pattern.type) && pattern.day_of_month > 0) {
        rule.by_month_day.push_back(pattern.day_of_month);
        rule.clamp_month_day = true;
    }
    if (yearly(pattern.type) && pattern.month > 0) rule.by_month.push_back(pattern.month);
    if (recurrence.range.type == RangeType::end_date)
        rule.until = Until{Until::Kind::date, std::chrono::local_days(recurrence.range.end_date)};
    if (recurrence.range.type == RangeType::numbered) rule.count = recurrence.range.number_of_occurrences;
    return rule;
}

Rule rule_of(const Repeat& repeat, bool all_day, const Zone& zone) {
    Rule rule;
    rule.interval = std::max(1, repeat.interval);
    rule.week_start = repeat.week_start;
    bool by_weekday = false;
    switch (repeat.every) {
        case Repeat::Every::day: rule.frequency = Frequency::daily; break;
        case Repeat::Every::week:
            rule.frequency = Frequency::weekly;
            for (const weekday day : repeat.days) rule.by_day.push_back({day, 0});
            break;
        case Repeat::Every::month_weekday: by_weekday = true; [[fallthrough]];
        case Repeat::Every::month_day: rule.frequency = Frequency::monthly; break;
        case Repeat::Every::year_weekday: by_weekday = true; [[fallthrough]];
        case Repeat::Every::year_day:
            rule.frequency = Frequency::yearly;
            if (repeat.month > 0) rule.by_month.push_back(repeat.month);
            break;
    }
    if (by_weekday) {
        // One weekday is written as 2TU; of several, BYSETPOS takes the n-th of them all.
        const bool single = repeat.days.size() == 1;
        for (const weekday day : repeat.days) rule.by_day.push_back({day, single ? repeat.nth : 0});
        if (repeat.days.size() > 1 && repeat.nth != 0) rule.by_set_pos.push_back(repeat.nth);
    } else if (rule.frequency >= Frequency::monthly && repeat.month_day != 0) {
        rule.by_month_day.push_back(repeat.month_day);
    }
    if (repeat.count) rule.count = *repeat.count;
    else if (repeat.until) {
        const auto day = std::chrono::local_days(*repeat.until);
        if (all_day) {
            rule.until = Until{Until::Kind::date, day};
        } else {
            const auto last = zone.to_utc(day + std::chrono::days(1) - std::chrono::seconds(1));
            rule.until = Until{Until::Kind::utc, LocalTime(last.time_since_epoch())};
        }
    }
    return rule;
}

PatternedRecurrence pattern_of(const Repeat& repeat, Date start, std::string_view zone) {
    PatternedRecurrence recurrence;
    Pattern& pattern = recurrence.pattern;
    pattern.interval = std::max(1, repeat.interval);
    const auto start_day = weekday(std::chrono::local_days(start));
    switch (repeat.every) {
        case Repeat::Every::day: pattern.type = PatternType::daily; break;
        case Repeat::Every::week: pattern.type = PatternType::weekly; break;
        case Repeat::Every::month_day: pattern.type = PatternType::absolute_monthly; break;
        case Repeat::Every::month_weekday: pattern.type = PatternType::relative_monthly; break;
        case Repeat::Every::year_day: pattern.type = PatternType::absolute_yearly; break;
        case Repeat::Every::year_weekday: pattern.type = PatternType::relative_yearly; break;
    }
    if (pattern.type == PatternType::weekly) pattern.first_day_of_week = repeat.week_start;
    if (pattern.type == PatternType::weekly || relative(pattern.type)) {
        pattern.days_of_week = repeat.days;
        if (pattern.days_of_week.empty()) pattern.days_of_week.push_back(start_day);
    }
    if (relative(pattern.type))
        pattern.index = repeat.nth < 0 || repeat.nth > 4 ? WeekIndex::last
                                                        : static_cast<WeekIndex>(std::max(1, repeat.nth) - 1);
    if (absolute(pattern.type)) {
        // Exchange stores the last day of the month as day 31 (MS-OXCICAL 2.1.3.2.2.3).
        pattern.day_of_month = repeat.month_day < 0    ? 31
                               : repeat.month_day == 0 ? static_cast<int>(unsigned{start.day()})
                                                       : repeat.month_day;
    }
    if (yearly(pattern.type))
        pattern.month = repeat.month > 0 ? repeat.month : static_cast<int>(unsigned{start.month()});
    Range& range = recurrence.range;
    range.start_date = start;
    range.zone = zone;
    if (repeat.count) {
        range.type = RangeType::numbered;
        range.number_of_occurrences = *repeat.count;
    } else if (repeat.until) {
        range.type = RangeType::end_date;
        range.end_date = *repeat.until;
    }
    return recurrence;
}

}  // namespace fakes::recurrence
