#include "fakes/recurrence/expand.hpp"

#include <algorithm>
#include <ctime>

#include "fakes/dice.hpp"
#include "tests/recurrence/vectors.hpp"

namespace {

using namespace fakes::recurrence;
using namespace std::chrono_literals;
using fakes::Instant;
using vectors::digits;
using vectors::text;
using vectors::utc;

Series series_of(std::vector<std::string> lines, const char* start, const char* zone = "America/New_York",
                 StartReading reading = StartReading::by_rule, std::chrono::seconds duration = 30min, bool all_day = false) {
    RuleSet set;
    const auto refusal = parse_lines(lines, set);
    EXPECT_FALSE(refusal) << (refusal ? refusal->reason : "");
    return Series({digits(start), Zone::find(zone), all_day, duration, reading}, set);
}

std::vector<std::string> starts(const Expansion& expansion) {
    std::vector<std::string> all;
    for (const Occurrence& occurrence : expansion.occurrences) all.push_back(text(occurrence.start));
    return all;
}

std::vector<std::string> everything(const Series& series) { return starts(series.within(Instant::min(), Instant::max())); }

using Starts = std::vector<std::string>;

TEST(Expansion, WallClockStaysOverClockChanges) {
    const Series series = series_of({"RRULE:FREQ=WEEKLY;COUNT=3"}, "20260301T090000");
    EXPECT_EQ(everything(series), (Starts{"2026-03-01T14:00:00Z", "2026-03-08T13:00:00Z", "2026-03-15T13:00:00Z"}));
}

TEST(Expansion, AnOccurrenceInTheGapKeepsItsLengthAndItsSlot) {
    const Series series = series_of({"RRULE:FREQ=DAILY;COUNT=3"}, "20260307T023000");
    const Expansion all = series.within(utc("20260301T000000Z"), utc("20260401T000000Z"));
    ASSERT_EQ(all.occurrences.size(), 3u);
    EXPECT_EQ(text(all.occurrences[1].original), "2026-03-08T02:30:00");
    EXPECT_EQ(text(all.occurrences[1].start), "2026-03-08T07:30:00Z");
    EXPECT_EQ(all.occurrences[1].end - all.occurrences[1].start, 30min);
    EXPECT_EQ(text(all.occurrences[2].start), "2026-03-09T06:30:00Z");
    EXPECT_EQ(series.at(digits("20260308T023000")), all.occurrences[1]);
    EXPECT_FALSE(series.at(digits("20260308T033000")));
}

TEST(Expansion, AllDayOccurrencesLastFromMidnightToMidnight) {
    const Series series = series_of({"RRULE:FREQ=WEEKLY;COUNT=2"}, "20260301", "America/New_York", StartReading::by_rule, 24h * 8, true);
    const auto found = series.within(utc("20260301T000000Z"), utc("20260401T000000Z")).occurrences;
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(text(found[0].end), "2026-03-09T04:00:00Z");
    EXPECT_TRUE(series.any_within(utc("20260309T035900Z"), utc("20260309T040000Z")));
}

TEST(Expansion, WindowsTakeWhatOverlaps) {
    const Series series = series_of({"RRULE:FREQ=DAILY"}, "20260105T090000", "UTC");
    const auto within = [&](const char* from, const char* to) { return starts(series.within(utc(from), utc(to))); };
    EXPECT_EQ(within("20260106T093000Z", "20260107T090000Z"), Starts{});
    EXPECT_EQ(within("20260106T092959Z", "20260107T090001Z"), (Starts{"2026-01-06T09:00:00Z", "2026-01-07T09:00:00Z"}));
    EXPECT_EQ(within("20260106T091000Z", "20260106T091000Z"), Starts{});
    const Series moment = series_of({"RRULE:FREQ=DAILY"}, "20260105T090000", "UTC", StartReading::by_rule, 0s);
    EXPECT_TRUE(moment.any_within(utc("20260106T090000Z"), utc("20260106T090001Z")));
    EXPECT_FALSE(moment.any_within(utc("20260106T080000Z"), utc("20260106T090000Z")));
}

TEST(Expansion, LongOccurrencesReachIntoLaterWindows) {
    const Series series = series_of({"RRULE:FREQ=MONTHLY;COUNT=2"}, "20260110T090000", "Europe/Warsaw", StartReading::by_rule, 24h * 40);
    EXPECT_EQ(starts(series.within(utc("20260320T000000Z"), utc("20260321T000000Z"))), (Starts{"2026-02-10T08:00:00Z"}));
}

TEST(StartReadings, GoogleCountsAStartOffItsRule) {
    const std::vector<std::string> rule{"RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2"};  // the start is a Monday
    EXPECT_EQ(everything(series_of(rule, "20260105T090000", "UTC")), (Starts{"2026-01-06T09:00:00Z", "2026-01-13T09:00:00Z"}));
    EXPECT_EQ(everything(series_of(rule, "20260105T090000", "UTC", StartReading::counts)),
              (Starts{"2026-01-05T09:00:00Z", "2026-01-06T09:00:00Z"}));
    EXPECT_EQ(everything(series_of(rule, "20260105T090000", "UTC", StartReading::added)),
              (Starts{"2026-01-05T09:00:00Z", "2026-01-06T09:00:00Z", "2026-01-13T09:00:00Z"}));
}

TEST(Dates, ExcludedOnesStillCount) {
    const std::vector<std::string> lines{"RRULE:FREQ=DAILY;COUNT=3", "EXDATE;TZID=Europe/Warsaw:20260105T150000",
                                         "EXDATE:20260107T140000Z"};
    EXPECT_EQ(everything(series_of(lines, "20260105T090000")), (Starts{"2026-01-06T14:00:00Z"}));
    EXPECT_EQ(everything(series_of(lines, "20260105T090000", "America/New_York", StartReading::counts)), (Starts{"2026-01-06T14:00:00Z"}));
}

TEST(Dates, ABareDateTakesOutTheWholeLocalDay) {
    EXPECT_EQ(everything(series_of({"RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20260106"}, "20260105T220000")),
              (Starts{"2026-01-06T03:00:00Z", "2026-01-08T03:00:00Z"}));
}

TEST(Dates, AddedOnesJoinTheRuleOnceAndKnowTheirOwnZone) {
    EXPECT_EQ(everything(series_of({"RRULE:FREQ=DAILY;COUNT=2", "RDATE;TZID=Europe/Warsaw:20260106T150000,20260109T100000"}, "20260105T090000")),
              (Starts{"2026-01-05T14:00:00Z", "2026-01-06T14:00:00Z", "2026-01-09T09:00:00Z"}));
    EXPECT_EQ(everything(series_of({"RDATE:20260109T100000Z"}, "20260105T090000")),
              (Starts{"2026-01-05T14:00:00Z", "2026-01-09T10:00:00Z"}));
}

TEST(Dates, AnExcludingRuleTakesItsInstancesOut) {
    EXPECT_EQ(everything(series_of({"RRULE:FREQ=DAILY;COUNT=5", "EXRULE:FREQ=DAILY;INTERVAL=2"}, "20260105T090000")),
              (Starts{"2026-01-06T14:00:00Z", "2026-01-08T14:00:00Z"}));
    const Series workdays = series_of({"RRULE:FREQ=DAILY;COUNT=6", "EXRULE:FREQ=WEEKLY;BYDAY=SA,SU"}, "20260105T090000");
    EXPECT_EQ(text(workdays.last()->start), "2026-01-09T14:00:00Z");
    EXPECT_FALSE(workdays.any_within(utc("20260110T000000Z"), utc("20260111T000000Z")));
    EXPECT_FALSE(workdays.at(digits("20260110T090000")));
    const Series nothing = series_of({"RRULE:FREQ=DAILY", "EXRULE:FREQ=DAILY"}, "20260105T090000");
    EXPECT_FALSE(nothing.any_within(utc("20300110T000000Z"), utc("20300111T000000Z")));
}

TEST(Series, FirstLastAndTheDayOfASlot) {
    const Series series = series_of({"RRULE:FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20300101T000000Z", "EXDATE:20291227T140000Z"}, "20260105T090000");
    EXPECT_EQ(text(series.first()->start), "2026-01-06T14:00:00Z");
    EXPECT_EQ(text(series.last()->start), "2029-12-25T14:00:00Z");
    EXPECT_EQ(text(series.first_from(utc("20270101T000000Z"))->start), "2027-01-05T14:00:00Z");
    EXPECT_FALSE(series.first_from(utc("20300101T000000Z")));
    EXPECT_TRUE(series.on(fakes::Date(2026y / 1 / 8)));
    EXPECT_FALSE(series.on(fakes::Date(2026y / 1 / 9)));
    EXPECT_FALSE(series.endless());
    const Series forever = series_of({"RRULE:FREQ=DAILY"}, "20260105T090000");
    EXPECT_TRUE(forever.endless());
    EXPECT_FALSE(forever.last());
    EXPECT_EQ(text(series_of({"RRULE:FREQ=MONTHLY;COUNT=120"}, "20260105T090000").last()->original), "2035-12-05T09:00:00");
    EXPECT_FALSE(Series().first());
}

TEST(Limits, AHitNamesItself) {
    const Series series = series_of({"RRULE:FREQ=MINUTELY"}, "20260105T090000");
    const Expansion results = series.within(utc("20260105T000000Z"), utc("20270105T000000Z"), Match::starts, {.results = 100});
    EXPECT_EQ(results.limit, LimitHit::results);
    EXPECT_EQ(results.occurrences.size(), 100u);
    EXPECT_EQ(text(results.occurrences.back().start), "2026-01-05T15:39:00Z");
    const Expansion steps = series.within(utc("20260105T000000Z"), utc("20270105T000000Z"), Match::starts, {.steps = 50});
    EXPECT_EQ(steps.limit, LimitHit::steps);
    EXPECT_EQ(name_of(steps.limit), "recurrence steps");
    const Expansion exact = series_of({"RRULE:FREQ=DAILY;COUNT=100"}, "20260105T090000")
                                .within(Instant::min(), Instant::max(), Match::starts, {.results = 100});
    EXPECT_EQ(exact.limit, LimitHit::none);
}

/// Rules that match never or rarely, and rules that count far: an answer comes after a bounded number of steps. The bound
/// on processor time is generous for an unoptimized build with sanitizers; what it must catch takes seconds to minutes.
TEST(Limits, HostileRulesEndSoon) {
    for (const char* rule : {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
                             "FREQ=SECONDLY;INTERVAL=60;BYSECOND=30", "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=31", "FREQ=HOURLY;BYYEARDAY=-366;BYMONTH=2",
                             "FREQ=WEEKLY;BYMONTH=2;BYDAY=MO;BYSETPOS=5", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;BYMONTH=6",
                             "FREQ=DAILY;INTERVAL=7;BYDAY=SU", "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=1,2,3;BYMINUTE=1,2,3;BYSETPOS=366",
                             "FREQ=SECONDLY;COUNT=2147483647", "FREQ=MINUTELY;COUNT=2147483647;BYMONTH=3", "FREQ=YEARLY;INTERVAL=2147483647",
                             "FREQ=SECONDLY;INTERVAL=2147483647;BYHOUR=3", "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=4;COUNT=5"}) {
        const Series series = series_of({std::string("RRULE:") + rule}, "20260105T090000");
        const std::clock_t begin = std::clock();
        for (const auto& [from, to] : {std::pair{Instant::min(), Instant::max()}, {utc("20900101T000000Z"), utc("20900102T000000Z")}})
            series.within(from, to, Match::overlaps, {.results = 10});
        series.last();
        EXPECT_LT(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC, 1.0) << rule;
    }
}

TEST(Limits, ExtremesOfTheCalendarAreNoTrouble) {
    const Series old = series_of({"RRULE:FREQ=YEARLY;COUNT=3"}, "00010101T000000", "Europe/Warsaw", StartReading::counts);
    EXPECT_LE(everything(old).size(), 3u);
    const Series late = series_of({"RRULE:FREQ=YEARLY"}, "99970101T000000", "UTC");
    EXPECT_EQ(everything(late).size(), 3u);
}

/// Far windows are found by arithmetic, whole sets by walking: both must agree, wherever the window is cut.
TEST(Windows, PiecesMakeTheWhole) {
    fakes::Dice dice(3);
    const char* rules[] = {"FREQ=DAILY;INTERVAL=3;COUNT=400", "FREQ=DAILY;BYDAY=MO,FR;BYHOUR=9,15;COUNT=300", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TU,SA;WKST=SU;COUNT=300",
                           "FREQ=WEEKLY;BYMONTH=1,3,11;BYDAY=SU,WE;COUNT=200", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1,2;COUNT=120", "FREQ=MONTHLY;BYMONTHDAY=31,-30;UNTIL=20310101T000000Z",
                           "FREQ=YEARLY;BYDAY=SU;BYMONTH=3,11;COUNT=100", "FREQ=HOURLY;INTERVAL=7;COUNT=3000", "FREQ=MINUTELY;INTERVAL=90;BYHOUR=1,2,3;COUNT=900",
                           "FREQ=YEARLY;BYWEEKNO=1,53;BYDAY=MO,SU", "FREQ=YEARLY;BYYEARDAY=-1,1,100", "FREQ=SECONDLY;INTERVAL=86399;UNTIL=20280101T000000Z"};
    for (const char* rule : rules) {
        for (const char* start : {"20240101T023000", "20251101T013000"}) {
            const Series series = series_of({std::string("RRULE:") + rule}, start);
            const Instant begin = utc("20231231T000000Z");
            const Instant end = utc("20330101T000000Z");
            const std::vector<std::string> whole = starts(series.within(begin, end, Match::starts));
            EXPECT_TRUE(std::is_sorted(whole.begin(), whole.end())) << rule;
            std::vector<std::string> pieces;
            for (Instant at = begin; at < end;) {
                const Instant next = std::min(end, at + std::chrono::hours(1 + dice.below(24 * 60)));
                for (const std::string& one : starts(series.within(at, next, Match::starts))) pieces.push_back(one);
                at = next;
            }
            EXPECT_EQ(whole, pieces) << rule << " " << start;
            EXPECT_GT(whole.size(), 5u) << rule;
        }
    }
}

/// Days by asking each day of five years, in words as close to RFC 5545 3.3.10 as can be; UTC, without BYSETPOS.
std::vector<std::string> by_day_scan(const Rule& rule, LocalTime start) {
    const auto first = std::chrono::floor<std::chrono::days>(start);
    const fakes::Date from(first);
    const auto has = [](const std::vector<int>& list, int number) { return std::find(list.begin(), list.end(), number) != list.end(); };
    std::vector<std::string> found;
    for (auto day = first; day < first + std::chrono::days(5 * 366); day += std::chrono::days(1)) {
        const fakes::Date date(day);
        const std::chrono::weekday weekday(day);
        const std::chrono::local_days month_end(date.year() / date.month() / std::chrono::last);
        const int month_day = static_cast<int>(unsigned{date.day()});
        const int from_month_end = static_cast<int>((month_end - day).count()) + 1;
        const int months = (int{date.year()} - int{from.year()}) * 12 + static_cast<int>(unsigned{date.month()}) - static_cast<int>(unsigned{from.month()});
        const auto week_of = [&](std::chrono::local_days some) { return some - (std::chrono::weekday(some) - rule.week_start); };
        std::int64_t period = 0;
        switch (rule.frequency) {
            case Frequency::daily: period = (day - first).count(); break;
            case Frequency::weekly: period = (week_of(day) - week_of(first)).count() / 7; break;
            case Frequency::monthly: period = months; break;
            default: period = int{date.year()} - int{from.year()};
        }
        if (period % rule.interval != 0) continue;
        if (!rule.by_month.empty() && !has(rule.by_month, static_cast<int>(unsigned{date.month()}))) continue;
        if (!rule.by_month_day.empty() && !has(rule.by_month_day, month_day) && !has(rule.by_month_day, -from_month_end)) continue;
        if (!rule.by_day.empty()) {
            const bool in_month = rule.frequency == Frequency::monthly || !rule.by_month.empty();
            const int of_year = static_cast<int>((day - std::chrono::local_days(date.year() / 1 / 1)).count());
            const int to_year_end = static_cast<int>((std::chrono::local_days(date.year() / 12 / 31) - day).count());
            const int nth = in_month ? (month_day - 1) / 7 + 1 : of_year / 7 + 1;
            const int nth_from_end = in_month ? -((from_month_end - 1) / 7 + 1) : -(to_year_end / 7 + 1);
            const bool hit = std::any_of(rule.by_day.begin(), rule.by_day.end(), [&](const WeekdayNumber& number) {
                return number.day == weekday && (number.nth == 0 || number.nth == nth || number.nth == nth_from_end);
            });
            if (!hit) continue;
        } else if (rule.by_month_day.empty()) {
            if (rule.frequency == Frequency::weekly && weekday != std::chrono::weekday(first)) continue;
            if (rule.frequency >= Frequency::monthly && date.day() != from.day()) continue;
            if (rule.frequency == Frequency::yearly && rule.by_month.empty() && date.month() != from.month()) continue;
        }
        found.push_back(text(day + (start - first)) + "Z");
    }
    return found;
}

TEST(Windows, RandomRulesAgreeWithAScanOfDays) {
    fakes::Dice dice(17);
    int with_hits = 0;
    for (int round = 0; round < 600; ++round) {
        Rule rule;
        rule.frequency = static_cast<Frequency>(3 + dice.below(4));
        rule.interval = 1 + static_cast<std::int64_t>(dice.below(4));
        rule.week_start = std::chrono::weekday(static_cast<unsigned>(dice.below(7)));
        const bool may_number = rule.frequency >= Frequency::monthly;
        if (dice.below(2) == 0)
            for (std::uint64_t n = 1 + dice.below(3); n-- > 0;)
                rule.by_day.push_back({std::chrono::weekday(static_cast<unsigned>(dice.below(7))),
                                       may_number && dice.below(2) == 0 ? static_cast<int>(dice.below(11)) - 5 : 0});
        if (dice.below(3) == 0 && rule.frequency != Frequency::weekly)
            for (std::uint64_t n = 1 + dice.below(3); n-- > 0;) {
                const int day = 1 + static_cast<int>(dice.below(31));
                rule.by_month_day.push_back(dice.below(2) == 0 ? day : -day);
            }
        if (dice.below(3) == 0)
            for (std::uint64_t n = 1 + dice.below(3); n-- > 0;) rule.by_month.push_back(1 + static_cast<int>(dice.below(12)));
        const LocalTime start = std::chrono::local_days(2024y / 1 / 1) + std::chrono::days(dice.below(800)) + 9h;
        const Series series({start, &Zone::utc(), false, 30min, StartReading::by_rule}, rule);
        const Instant end = Instant((std::chrono::floor<std::chrono::days>(start) + std::chrono::days(5 * 366)).time_since_epoch());
        const std::vector<std::string> expected = by_day_scan(rule, start);
        ASSERT_EQ(starts(series.within(Instant::min(), end, Match::starts)), expected) << text_of(rule) << " from " << text(start);
        with_hits += expected.empty() ? 0 : 1;
    }
    EXPECT_GT(with_hits, 400);
}

}  // namespace
