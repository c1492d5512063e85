#include "loading.hpp"
#include "sim/scenario/times.hpp"

using namespace std::chrono;
using sim::Misread;

namespace {

const sim::Zone& warsaw() { return *sim::Zone::find_iana("Europe/Warsaw"); }

// Monday, 2 March 2026, 08:00 in Warsaw.
sim::TimeContext monday() {
    return {&warsaw(), year(2026) / 3 / 2, sim::Instant(sys_days(year(2026) / 3 / 2) + hours(7))};
}

std::string read(const std::string& text, const sim::TimeContext& context = monday()) {
    auto result = sim::read_time(text, context);
    if (const auto* misread = std::get_if<Misread>(&result)) return misread->what;
    return sim::text_of(std::get<sim::Instant>(result), *context.zone);
}

std::string when(const std::string& text) {
    auto result = sim::read_when(text, year(2026) / 3 / 2, warsaw());
    if (const auto* misread = std::get_if<Misread>(&result)) return misread->what;
    const fakes::When& w = std::get<fakes::When>(result);
    const auto show = [](fakes::LocalTime t) {
        const auto day = floor<days>(t);
        const hh_mm_ss clock(t - day);
        return sim::text_of(fakes::Date(day)).substr(5) + " " + std::to_string(clock.hours().count()) + ":" +
               std::to_string(clock.minutes().count());
    };
    return show(w.start) + " - " + show(w.end) + (w.all_day ? " all day" : "");
}

std::string duration_of(const std::string& text) {
    auto result = sim::read_duration(text);
    if (const auto* misread = std::get_if<Misread>(&result)) return misread->what;
    return std::to_string(std::get<milliseconds>(result).count());
}

struct Row {
    const char* text;
    const char* meaning;
};

}  // namespace

TEST(Times, AreReadInTheScenariosZone) {
    for (const Row& row : {Row{"09:00", "2026-03-02 09:00"}, Row{"9:00", "2026-03-02 09:00"}, Row{"08:01:30", "2026-03-02 08:01:30"},
                           Row{"2026-03-04 08:30", "2026-03-04 08:30"}, Row{"2026-03-04T08:30", "2026-03-04 08:30"},
                           Row{"2026-03-04T08:30:00Z", "2026-03-04 09:30"}, Row{"2026-03-04T08:30:00+05:30", "2026-03-04 04:00"},
                           Row{"2026-03-04T08:30-02:00", "2026-03-04 11:30"}, Row{"+5m", "2026-03-02 08:05"},
                           Row{"+1h30m", "2026-03-02 09:30"}, Row{"tomorrow 9:00", "2026-03-03 09:00"}, Row{"today 10:00", "2026-03-02 10:00"},
                           Row{"next monday 09:00", "2026-03-09 09:00"}, Row{"next tue 09:00", "2026-03-03 09:00"},
                           Row{"Next Sunday 09:00", "2026-03-08 09:00"}, Row{"24:00", "2026-03-03 00:00"},
                           Row{"2026-12-31 24:00", "2027-01-01 00:00"}})
        EXPECT_EQ(read(row.text), row.meaning) << row.text;
}

TEST(Times, MayBringAZoneOfTheirOwn) {
    for (const Row& row : {Row{"09:00 America/New_York", "2026-03-02 15:00"}, Row{"2026-03-29 02:30 UTC", "2026-03-29 04:30"},
                           Row{"tomorrow 9:00 Asia/Tokyo", "2026-03-03 01:00"}, Row{"2026-03-08 02:30 America/New_York", "02:30 does not exist on 2026-03-08 in America/New_York"},
                           Row{"09:00 America/New_Jork", "there is no time zone `America/New_Jork`"}})
        EXPECT_EQ(read(row.text), row.meaning) << row.text;
    const auto event = sim::read_when("2026-03-29 02:15-02:45 America/New_York", year(2026) / 3 / 2, warsaw());
    ASSERT_TRUE(std::holds_alternative<fakes::When>(event));
    EXPECT_EQ(std::get<fakes::When>(event).zone, "America/New_York");
    EXPECT_EQ(when("all day 2026-03-05 Asia/Tokyo"), "03-05 0:0 - 03-06 0:0 all day");
}

TEST(Times, ThatAreNoTimesSaySo) {
    for (const Row& row : {Row{"25:00", "there is no time of day 25:00"}, Row{"09:60", "there is no time of day 09:60"},
                           Row{"9am", "`9am` is not a time of this language"}, Row{"2026-02-30 09:00", "there is no day 2026-02-30"},
                           Row{"2026-13-01 09:00", "there is no day 2026-13-01"},
                           Row{"2026-03-04", "a time of day is missing after the date"}, Row{"noonish", "cannot read `noonish` as a time"},
                           Row{"", "cannot read `` as a time"}, Row{"next week 09:00", "`next week` is no day"},
                           Row{"09:00 09:30", "cannot read `09:00 09:30` as a time"}, Row{"+5", "`5` has no unit"}})
        EXPECT_EQ(read(row.text), row.meaning) << row.text;
}

TEST(Times, InAGapNameTheClocksThatExist) {
    const auto result = sim::read_time("2026-03-29 02:30", monday());
    const auto* misread = std::get_if<Misread>(&result);
    ASSERT_NE(misread, nullptr);
    EXPECT_EQ(misread->what, "02:30 does not exist on 2026-03-29 in Europe/Warsaw");
    EXPECT_EQ(misread->help, "clocks jump from 02:00 to 03:00: write a time before 02:00, or 03:00 or later");
    EXPECT_EQ(read("2026-03-29 01:59"), "2026-03-29 01:59");
    EXPECT_EQ(read("2026-03-29 03:00"), "2026-03-29 03:00");
}

TEST(Times, InAnOverlapAreTheFirstUnlessSaid) {
    const auto first = sim::read_time("2026-10-25 02:30", monday());
    const auto said_first = sim::read_time("2026-10-25 02:30 (first)", monday());
    const auto second = sim::read_time("2026-10-25 02:30 (second)", monday());
    ASSERT_TRUE(std::holds_alternative<sim::Instant>(first) && std::holds_alternative<sim::Instant>(second));
    EXPECT_EQ(std::get<sim::Instant>(first), sim::Instant(sys_days(year(2026) / 10 / 25) + minutes(30)));
    EXPECT_EQ(std::get<sim::Instant>(first), std::get<sim::Instant>(said_first));
    EXPECT_EQ(std::get<sim::Instant>(second) - std::get<sim::Instant>(first), hours(1));
    EXPECT_EQ(read("2026-10-26 02:30 (second)"), "02:30 comes only once on 2026-10-26");
}

TEST(Times, OfEventsHaveTwoEnds) {
    for (const Row& row : {Row{"09:00-09:15", "03-02 9:0 - 03-02 9:15"}, Row{"09:00 - 09:15", "03-02 9:0 - 03-02 9:15"},
                           Row{"09:00–09:15", "03-02 9:0 - 03-02 9:15"}, Row{"09:00 to 09:15", "03-02 9:0 - 03-02 9:15"},
                           Row{"2026-03-04 09:00-09:15", "03-04 9:0 - 03-04 9:15"},
                           Row{"2026-03-04 22:00 - 2026-03-05 01:00", "03-04 22:0 - 03-05 1:0"},
                           Row{"tomorrow 9:00 for 45m", "03-03 9:0 - 03-03 9:45"}, Row{"23:00-24:00", "03-02 23:0 - 03-03 0:0"},
                           Row{"all day", "03-02 0:0 - 03-03 0:0 all day"}, Row{"all day 2026-03-05", "03-05 0:0 - 03-06 0:0 all day"},
                           Row{"all day 2026-03-05 to 2026-03-07", "03-05 0:0 - 03-08 0:0 all day"},
                           Row{"next friday 09:00-10:00", "03-06 9:0 - 03-06 10:0"}, Row{"09:00-09:00", "03-02 9:0 - 03-02 9:0"}})
        EXPECT_EQ(when(row.text), row.meaning) << row.text;
}

TEST(Times, OfEventsThatCannotBe) {
    for (const Row& row : {Row{"10:00-09:00", "the event ends before it starts"}, Row{"10:00", "the event has no end"},
                           Row{"2026-03-04", "the event has a day but no time"}, Row{"whenever", "cannot read `whenever` as the time of an event"},
                           Row{"2026-03-29 02:15-02:45", "02:15 does not exist on 2026-03-29 in Europe/Warsaw"},
                           Row{"2026-03-29 01:30-02:30", "02:30 does not exist on 2026-03-29 in Europe/Warsaw"},
                           Row{"all day 2026-03-07 to 2026-03-05", "the last day is before the first"}})
        EXPECT_EQ(when(row.text), row.meaning) << row.text;
}

TEST(Times, DurationsHaveUnits) {
    for (const Row& row : {Row{"30s", "30000"}, Row{"5m", "300000"}, Row{"2h", "7200000"}, Row{"3d", "259200000"}, Row{"1w", "604800000"},
                           Row{"1h30m", "5400000"}, Row{"500ms", "500"}, Row{"5 m", "300000"}, Row{"30", "`30` has no unit"},
                           Row{"5x", "there is no unit `x`"}, Row{"soon", "cannot read `soon` as a duration"}, Row{"", "a duration is missing"},
                           Row{"999999999w", "`999999999w` is longer than ten years"}})
        EXPECT_EQ(duration_of(row.text), row.meaning) << row.text;
}

TEST(Times, ASpanTakesItsSecondDayFromTheFirst) {
    const auto result = sim::read_span("2026-03-04 09:55 and 09:55:05", "and", monday());
    const auto* span = std::get_if<0>(&result);
    ASSERT_NE(span, nullptr);
    EXPECT_EQ(sim::text_of(span->first, warsaw()), "2026-03-04 09:55");
    EXPECT_EQ(span->second - span->first, seconds(5));
    const auto backwards = sim::read_span("09:55 and 09:50", "and", monday());
    EXPECT_EQ(std::get<Misread>(backwards).what, "the span ends before it begins");
}
