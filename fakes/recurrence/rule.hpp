#pragma once
// Recurrence rules as values: RFC 5545 lines as Google keeps them, and Graph's patternedRecurrence. No calendar
// arithmetic here; that is expand.hpp.
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/hands.hpp"
#include "fakes/recurrence/zones.hpp"

namespace fakes::recurrence {

enum class Frequency { secondly, minutely, hourly, daily, weekly, monthly, yearly };

/// BYDAY value: every such weekday (nth 0), or the n-th of the month or year, negative from its end.
struct WeekdayNumber {
    std::chrono::weekday day;
    int nth = 0;
    bool operator==(const WeekdayNumber&) const = default;
};

/// Inclusive. date: the whole local day; local: wall clock of the series; utc: `at` holds the UTC digits.
struct Until {
    enum class Kind { date, local, utc };
    Kind kind = Kind::date;
    LocalTime at{};
    bool operator==(const Until&) const = default;
};

/// RFC 5545 3.3.10.
struct Rule {
    Frequency frequency = Frequency::daily;
    std::int64_t interval = 1;
    std::optional<std::int64_t> count;
    std::optional<Until> until;
    std::vector<int> by_second, by_minute, by_hour;
    std::vector<WeekdayNumber> by_day;
    std::vector<int> by_month_day, by_year_day, by_week_no, by_month, by_set_pos;
    std::chrono::weekday week_start = std::chrono::Monday;
    /// Exchange's reading of a day of the month past its end: the month's last day. RFC 5545 skips the month.
    bool clamp_month_day = false;
    bool operator==(const Rule&) const = default;
};

/// One RDATE or EXDATE line. Zone as in TZID (empty: the zone of the series).
struct DateList {
    Until::Kind kind = Until::Kind::local;
    std::string zone;
    std::vector<LocalTime> times;
    bool operator==(const DateList&) const = default;
};

struct RuleSet {
    std::vector<Rule> rules;            // RRULE
    std::vector<Rule> excluding_rules;  // EXRULE
    std::vector<DateList> dates;        // RDATE
    std::vector<DateList> excluded;     // EXDATE
    bool operator==(const RuleSet&) const = default;
};

/// Why a text or a pattern is no rule.
struct Refusal {
    std::string reason;        // one sentence
    std::size_t line = 0;      // index of the line
    std::size_t position = 0;  // offset in the line, bytes
};

/// Limits on what comes from outside.
inline constexpr std::size_t max_lines = 100;            // lines per event
inline constexpr std::size_t max_line_bytes = 20'000;    // one line
inline constexpr std::size_t max_list_values = 800;      // values of one BY part (366 year days, both signs)
inline constexpr std::size_t max_dates = 4'000;          // RDATE or EXDATE values per event
inline constexpr std::int64_t max_number = 2'147'483'647;  // INTERVAL, COUNT

/// The value of an RRULE ("FREQ=WEEKLY;BYDAY=MO"), without the property name.
std::optional<Refusal> parse_rule(std::string_view text, Rule& rule);
/// The lines of Google's `recurrence` array ("RRULE:...", "EXDATE;TZID=Europe/Warsaw:..."). Nothing is left in `set`
/// after a refusal. DTSTART and DTEND are refused as Google does.
std::optional<Refusal> parse_lines(std::span<const std::string> lines, RuleSet& set);
/// RFC 5545 wants a date for all-day events and a UTC time for timed ones. Google keeps a date at a timed event (which then
/// counts to the end of that day in the event's zone) and a UTC time at an all-day one, as its own exports show; it refuses
/// a local time (googleapis.dart issue 223, node-ical pull request 436).
std::optional<Refusal> until_is_placed(const RuleSet& set);

/// Canonical text: parts in RFC order, defaults left out, no property name.
std::string text_of(const Rule& rule);
/// Lines as Google returns them: EXDATE and RDATE before RRULE (facts/google.md 4).
std::vector<std::string> lines_of(const RuleSet& set);
std::string_view text_of(Frequency frequency);

// --- Graph -----------------------------------------------------------------------------------------------------------

enum class PatternType { daily, weekly, absolute_monthly, relative_monthly, absolute_yearly, relative_yearly };
enum class WeekIndex { first, second, third, fourth, last };
enum class RangeType { end_date, no_end, numbered };

/// Graph recurrencePattern. Values that a type does not use stay at Graph's defaults.
struct Pattern {
    PatternType type = PatternType::daily;
    int interval = 1;
    int month = 0;         // 1..12; 0: not used
    int day_of_month = 0;  // 1..31; 0: not used
    std::vector<std::chrono::weekday> days_of_week;
    std::chrono::weekday first_day_of_week = std::chrono::Sunday;
    WeekIndex index = WeekIndex::first;
    bool operator==(const Pattern&) const = default;
};

/// Graph recurrenceRange.
struct Range {
    RangeType type = RangeType::no_end;
    Date start_date{std::chrono::year{1} / 1 / 1};
    Date end_date{std::chrono::year{1} / 1 / 1};  // 0001-01-01: not used
    std::string zone;                             // recurrenceTimeZone as sent
    int number_of_occurrences = 0;                // 0: not used
    bool operator==(const Range&) const = default;
};

struct PatternedRecurrence {
    Pattern pattern;
    Range range;
    bool operator==(const PatternedRecurrence&) const = default;
};

/// Graph docs: recurrencePattern, recurrenceRange (facts/graph.md 8).
std::optional<Refusal> validate(const PatternedRecurrence& recurrence);
/// The rule with the same occurrences when counted from range.start_date at the event's time of day.
Rule rule_of(const PatternedRecurrence& recurrence);

/// Graph's spellings: "absoluteMonthly", "numbered", "last", "monday".
std::string_view name_of(PatternType type);
std::string_view name_of(RangeType type);
std::string_view name_of(WeekIndex index);
std::string_view name_of(std::chrono::weekday day);
std::optional<PatternType> pattern_type(std::string_view name);
std::optional<RangeType> range_type(std::string_view name);
std::optional<WeekIndex> week_index(std::string_view name);
std::optional<std::chrono::weekday> weekday_named(std::string_view name);

// --- What people ask for by hand ---------------------------------------------------------------------------------------

/// As Google's client would store it. `all_day` decides UNTIL's form; a timed one ends with the local day in `zone`.
Rule rule_of(const Repeat& repeat, bool all_day, const Zone& zone);
/// As Outlook would store it; `zone` as the client names it.
PatternedRecurrence pattern_of(const Repeat& repeat, Date start, std::string_view zone);

}  // namespace fakes::recurrence
