#include "tests/recurrence/vectors.hpp"

namespace {

using namespace fakes::recurrence;
using namespace std::chrono_literals;
using fakes::Repeat;
using vectors::digits;
using vectors::text;

std::vector<std::string> first_days(const Rule& rule, const char* start, std::size_t most, const char* zone = "Europe/Warsaw") {
    SeriesStart from;
    from.start = digits(start);
    from.zone = Zone::find(zone);
    from.duration = 30min;
    std::vector<std::string> days;
    for (const Occurrence& occurrence :
         Series(from, rule).within(fakes::Instant::min(), fakes::Instant::max(), Match::starts, {.results = static_cast<std::uint32_t>(most)}).occurrences)
        days.push_back(text(occurrence.original).substr(0, 10));
    return days;
}

PatternedRecurrence monthly(int day) {
    PatternedRecurrence recurrence;
    recurrence.pattern.type = PatternType::absolute_monthly;
    recurrence.pattern.day_of_month = day;
    recurrence.range.start_date = 2026y / 1 / 31;
    return recurrence;
}

using Days = std::vector<std::string>;

TEST(GraphPattern, DayThirtyOneFallsOnTheLastDay) {
    EXPECT_EQ(first_days(rule_of(monthly(31)), "20260131T090000", 4), (Days{"2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"}));
}

TEST(GraphPattern, LeapDayFallsOnTheTwentyEighth) {
    PatternedRecurrence recurrence = monthly(29);
    recurrence.pattern.type = PatternType::absolute_yearly;
    recurrence.pattern.month = 2;
    EXPECT_EQ(first_days(rule_of(recurrence), "20240229T090000", 5),
              (Days{"2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"}));
}

TEST(GraphPattern, FirstOccurrenceIsTheFirstHitOnOrAfterTheStart) {
    PatternedRecurrence recurrence;
    recurrence.pattern.type = PatternType::relative_monthly;
    recurrence.pattern.days_of_week = {std::chrono::Monday, std::chrono::Tuesday};
    recurrence.pattern.index = WeekIndex::last;
    recurrence.range = {RangeType::numbered, 2026y / 1 / 30, 1y / 1 / 1, "", 2};
    EXPECT_EQ(first_days(rule_of(recurrence), "20260130T090000", 9), (Days{"2026-02-24", "2026-03-31"}));
}

TEST(GraphPattern, RangeEndsWithItsLastDayInTheZone) {
    PatternedRecurrence recurrence;
    recurrence.range = {RangeType::end_date, 2026y / 3 / 1, 2026y / 3 / 3, "", 0};
    EXPECT_EQ(first_days(rule_of(recurrence), "20260301T233000", 9, "America/Los_Angeles"),
              (Days{"2026-03-01", "2026-03-02", "2026-03-03"}));
}

TEST(GraphPattern, ValidationSaysWhatIsMissing) {
    EXPECT_FALSE(validate(monthly(31)));
    EXPECT_TRUE(validate(monthly(0)));
    EXPECT_TRUE(validate(monthly(32)));
    PatternedRecurrence bad = monthly(1);
    bad.pattern.interval = 0;
    EXPECT_TRUE(validate(bad));
    bad = monthly(1);
    bad.pattern.type = PatternType::weekly;
    EXPECT_NE(validate(bad)->reason.find("daysOfWeek"), std::string::npos);
    bad = monthly(1);
    bad.pattern.type = PatternType::absolute_yearly;
    EXPECT_NE(validate(bad)->reason.find("month"), std::string::npos);
    bad = monthly(1);
    bad.range.type = RangeType::numbered;
    EXPECT_NE(validate(bad)->reason.find("numberOfOccurrences"), std::string::npos);
    bad.range.type = RangeType::end_date;
    bad.range.end_date = 2026y / 1 / 30;
    EXPECT_NE(validate(bad)->reason.find("endDate"), std::string::npos);
    bad.range.end_date = bad.range.start_date;
    EXPECT_FALSE(validate(bad));
}

TEST(GraphPattern, NamesAreGraphs) {
    for (const char* name : {"daily", "weekly", "absoluteMonthly", "relativeMonthly", "absoluteYearly", "relativeYearly"})
        EXPECT_EQ(name_of(pattern_type(name).value()), name);
    for (const char* name : {"endDate", "noEnd", "numbered"}) EXPECT_EQ(name_of(range_type(name).value()), name);
    for (const char* name : {"first", "second", "third", "fourth", "last"}) EXPECT_EQ(name_of(week_index(name).value()), name);
    for (const char* name : {"sunday", "monday", "saturday"}) EXPECT_EQ(name_of(weekday_named(name).value()), name);
    EXPECT_EQ(pattern_type("Daily"), PatternType::daily);  // OData enumerations are taken in any case, and written in their own
    EXPECT_FALSE(weekday_named("mon"));
}

/// What people ask for by hand gives the same days with both providers, as long as no month is too short.
TEST(ByHand, BothProvidersKeepTheSameDays) {
    const Zone& zone = *Zone::find("Europe/Warsaw");
    Repeat week{.every = Repeat::Every::week, .interval = 2, .days = {std::chrono::Monday, std::chrono::Wednesday}};
    week.count = 5;
    Repeat last_day{.every = Repeat::Every::month_day, .month_day = -1};
    last_day.until = 2026y / 6 / 30;
    Repeat third_tuesday{.every = Repeat::Every::month_weekday, .days = {std::chrono::Tuesday}, .nth = 3};
    third_tuesday.count = 4;
    Repeat last_workday{.every = Repeat::Every::month_weekday,
                        .days = {std::chrono::Monday, std::chrono::Tuesday, std::chrono::Wednesday, std::chrono::Thursday, std::chrono::Friday},
                        .nth = -1};
    last_workday.count = 4;
    Repeat yearly{.every = Repeat::Every::year_weekday, .days = {std::chrono::Sunday}, .nth = -1, .month = 3};
    yearly.count = 3;
    Repeat birthday{.every = Repeat::Every::year_day, .month_day = 5, .month = 4};
    birthday.count = 3;
    Repeat daily{.every = Repeat::Every::day, .interval = 3};
    daily.until = 2026y / 3 / 31;
    for (const Repeat& repeat : {week, last_day, third_tuesday, last_workday, yearly, birthday, daily}) {
        const PatternedRecurrence pattern = pattern_of(repeat, 2026y / 1 / 5, "Europe/Warsaw");
        EXPECT_FALSE(validate(pattern));
        const Rule google = rule_of(repeat, false, zone);
        const Days days = first_days(google, "20260105T090000", 50);
        EXPECT_EQ(days, first_days(rule_of(pattern), "20260105T090000", 50)) << text_of(google);
        EXPECT_GE(days.size(), 3u) << text_of(google);
        Rule read;
        EXPECT_FALSE(parse_rule(text_of(google), read));
        EXPECT_EQ(read, google);
    }
}

TEST(ByHand, UntilIsADateForAllDaysAndTheEndOfTheDayInUtcForTimes) {
    Repeat daily{.every = Repeat::Every::day};
    daily.until = 2026y / 7 / 1;
    EXPECT_EQ(text_of(rule_of(daily, true, *Zone::find("Europe/Warsaw"))), "FREQ=DAILY;UNTIL=20260701");
    EXPECT_EQ(text_of(rule_of(daily, false, *Zone::find("Europe/Warsaw"))), "FREQ=DAILY;UNTIL=20260701T215959Z");
}

}  // namespace
