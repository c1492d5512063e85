#include "fakes/recurrence/rule.hpp"

#include "fakes/dice.hpp"
#include "tests/recurrence/vectors.hpp"

namespace {

using namespace fakes::recurrence;

std::optional<Refusal> refused(std::string_view text) {
    Rule rule;
    return parse_rule(text, rule);
}

std::optional<Refusal> refused_lines(std::vector<std::string> lines, RuleSet* set = nullptr) {
    RuleSet own;
    return parse_lines(lines, set != nullptr ? *set : own);
}

TEST(RuleText, CanonicalFormKeepsTheRule) {
    Rule rule;
    ASSERT_FALSE(parse_rule("interval=2;FREQ=weekly;WKST=SA;BYDAY=TU,su;COUNT=8", rule));
    EXPECT_EQ(text_of(rule), "FREQ=WEEKLY;COUNT=8;INTERVAL=2;BYDAY=TU,SU;WKST=SA");
    ASSERT_FALSE(parse_rule("FREQ=MONTHLY;BYDAY=+1MO,-1FR;WKST=MO;INTERVAL=1;UNTIL=20261231T225959Z", rule));
    EXPECT_EQ(text_of(rule), "FREQ=MONTHLY;UNTIL=20261231T225959Z;BYDAY=1MO,-1FR");
}

TEST(RuleText, ClampingIsWrittenAsTheLastOfTheLastDays) {
    Rule rule;
    rule.frequency = Frequency::monthly;
    rule.by_month_day = {31};
    rule.clamp_month_day = true;
    EXPECT_EQ(text_of(rule), "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1");
}

struct BadRule {
    const char* text;
    std::size_t position;
    const char* words;
};

TEST(RuleText, RefusalsSayWhatAndWhere) {
    const BadRule bad[] = {
        {"", 0, "NAME=VALUE"},
        {"FREQ", 0, "NAME=VALUE"},
        {"FREQ=DAILY;", 11, "NAME=VALUE"},
        {"COUNT=3", 0, "no FREQ"},
        {"FREQ=FORTNIGHTLY", 5, "FREQ is none of"},
        {"FREQ=DAILY;COUNT=0", 17, "COUNT"},
        {"FREQ=DAILY;COUNT=-1", 17, "COUNT"},
        {"FREQ=DAILY;INTERVAL=2147483648", 20, "INTERVAL"},
        {"FREQ=DAILY;INTERVAL=99999999999999999999", 20, "INTERVAL"},
        {"FREQ=DAILY;COUNT=3;UNTIL=20260101", 19, "exclude each other"},
        {"FREQ=DAILY;UNTIL=20260230", 17, "UNTIL"},
        {"FREQ=DAILY;UNTIL=20260203T250000Z", 17, "UNTIL"},
        {"FREQ=DAILY;UNTIL=2026-02-03", 17, "UNTIL"},
        {"FREQ=DAILY;FREQ=DAILY", 11, "twice"},
        {"FREQ=DAILY;BYFOO=1", 11, "does not know"},
        {"FREQ=DAILY;RSCALE=CHINESE", 11, "does not know"},
        {"FREQ=DAILY;BYDAY=1MO", 11, "BYDAY"},
        {"FREQ=WEEKLY;BYDAY=MO,XX", 21, "BYDAY"},
        {"FREQ=MONTHLY;BYDAY=0MO", 19, "BYDAY"},
        {"FREQ=MONTHLY;BYDAY=54MO", 19, "BYDAY"},
        {"FREQ=YEARLY;BYWEEKNO=5;BYDAY=1MO", 23, "BYWEEKNO"},
        {"FREQ=MONTHLY;BYMONTHDAY=32", 24, "BYMONTHDAY"},
        {"FREQ=MONTHLY;BYMONTHDAY=0", 24, "BYMONTHDAY"},
        {"FREQ=MONTHLY;BYMONTHDAY=1,,2", 26, "BYMONTHDAY"},
        {"FREQ=WEEKLY;BYMONTHDAY=1", 12, "WEEKLY"},
        {"FREQ=DAILY;BYYEARDAY=1", 11, "BYYEARDAY"},
        {"FREQ=MONTHLY;BYWEEKNO=1", 13, "BYWEEKNO"},
        {"FREQ=YEARLY;BYMONTH=-1", 20, "BYMONTH"},
        {"FREQ=YEARLY;BYMONTH=13", 20, "BYMONTH"},
        {"FREQ=DAILY;BYHOUR=24", 18, "BYHOUR"},
        {"FREQ=DAILY;BYSETPOS=1", 11, "BYSETPOS"},
        {"FREQ=YEARLY;BYDAY=MO;BYSETPOS=367", 30, "BYSETPOS"},
        {"FREQ=WEEKLY;WKST=MONDAY", 17, "WKST"},
        {"FREQ=DAILY;COUNT= 3", 17, "COUNT"},
    };
    for (const BadRule& one : bad) {
        const auto refusal = refused(one.text);
        ASSERT_TRUE(refusal) << one.text;
        EXPECT_EQ(refusal->position, one.position) << one.text << ": " << refusal->reason;
        EXPECT_NE(refusal->reason.find(one.words), std::string::npos) << one.text << ": " << refusal->reason;
        EXPECT_EQ(refusal->reason.back(), '.') << refusal->reason;
    }
}

TEST(RuleText, HostileSizesAreRefused) {
    std::string many = "FREQ=MONTHLY;BYMONTHDAY=1";
    for (int i = 0; i < 2000; ++i) many += ",1";
    EXPECT_TRUE(refused(many));
    EXPECT_TRUE(refused("FREQ=DAILY;BYHOUR=" + std::string(100'000, '1')));
    std::string all = "FREQ=DAILY;BYHOUR=0";
    for (int i = 1; i < 24; ++i) all += "," + std::to_string(i);
    all += ";BYMINUTE=0";
    for (int i = 1; i < 60; ++i) all += "," + std::to_string(i);
    EXPECT_FALSE(refused(all)) << "each minute of the day is within reason";
    all += ";BYSECOND=0,5,10,15,20,25,30,35,40";
    EXPECT_TRUE(refused(all));
    EXPECT_TRUE(refused_lines(std::vector<std::string>(101, "RRULE:FREQ=DAILY")));
}

TEST(RuleText, NoBytesMakeItStumble) {
    fakes::Dice dice(5);
    const std::string alphabet = "FREQ=DAILYWKMONTHUI;:,+-0123456789BSZTP\"";
    int accepted = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string line = dice.below(2) == 0 ? "RRULE:FREQ=MONTHLY;BYDAY=1MO" : "EXDATE;TZID=UTC:20260101T000000";
        for (std::uint64_t edits = dice.below(4); edits-- > 0;)
            line[static_cast<std::size_t>(dice.below(line.size()))] = alphabet[static_cast<std::size_t>(dice.below(alphabet.size()))];
        RuleSet set;
        const auto refusal = refused_lines({line}, &set);
        if (refusal) {
            EXPECT_LE(refusal->position, line.size()) << line;
            EXPECT_EQ(set, RuleSet{}) << line;
        } else {
            ++accepted;
            RuleSet again;
            EXPECT_FALSE(parse_lines(lines_of(set), again)) << line;
            EXPECT_EQ(set, again) << line;
        }
    }
    EXPECT_GT(accepted, 1000);
}

TEST(RuleLines, TheFormsGoogleTakes) {
    RuleSet set;
    const auto refusal = refused_lines({"RRULE:FREQ=WEEKLY;BYDAY=MO", "EXDATE;TZID=Europe/Warsaw:20260105T090000,20260112T090000",
                                  "EXDATE:20260119T080000Z", "RDATE;VALUE=DATE:20260120", "EXRULE:FREQ=MONTHLY;BYMONTHDAY=2",
                                  "RDATE;VALUE=DATE-TIME;TZID=\"America/New_York\":20260121T090000"},
                                 &set);
    ASSERT_FALSE(refusal) << refusal->reason;
    EXPECT_EQ(set.excluded.size(), 2u);
    EXPECT_EQ(set.excluded[0].times.size(), 2u);
    EXPECT_EQ(set.dates[1].zone, "America/New_York");
    const std::vector<std::string> lines = lines_of(set);
    EXPECT_EQ(lines.front(), "EXDATE;TZID=Europe/Warsaw:20260105T090000,20260112T090000");
    EXPECT_EQ(lines.back(), "RRULE:FREQ=WEEKLY;BYDAY=MO");
}

TEST(RuleLines, RefusalsNameLineAndPlace) {
    const std::pair<const char*, std::size_t> bad[] = {
        {"FREQ=DAILY", 0},
        {"RRULE", 5},
        {"RRULE:FREQ=DAILY;COUNT=x", 23},
        {"RRULE;X=1:FREQ=DAILY", 5},
        {"DTSTART:20260101T000000Z", 0},
        {"EXDATE;TZID=Nowhere/City:20260101T000000", 12},
        {"EXDATE;TZID=Europe/Warsaw:20260101T000000Z", 26},
        {"EXDATE;VALUE=PERIOD:20260101T000000Z/PT1H", 13},
        {"EXDATE;VALUE=DATE:20260101T000000", 18},
        {"EXDATE:20260101", 7},
        {"EXDATE:20260101T000000Z,20260101T000000", 24},
        {"EXDATE;TZID=\"Europe/Warsaw:20260101T000000", 12},
        {"EXDATE;TZID:20260101T000000", 7},
        {"RDATE:", 6},
    };
    for (const auto& [line, position] : bad) {
        const auto refusal = refused_lines({"RRULE:FREQ=DAILY", line});
        ASSERT_TRUE(refusal) << line;
        EXPECT_EQ(refusal->line, 1u) << line;
        EXPECT_EQ(refusal->position, position) << line << ": " << refusal->reason;
    }
}

TEST(RuleLines, UntilIsADateOrAnInstant) {
    RuleSet set;
    ASSERT_FALSE(refused_lines({"RRULE:FREQ=DAILY;UNTIL=20260110"}, &set));
    EXPECT_FALSE(until_is_placed(set));
    ASSERT_FALSE(refused_lines({"RRULE:FREQ=DAILY;UNTIL=20260110T100000Z"}, &set));
    EXPECT_FALSE(until_is_placed(set));
    ASSERT_FALSE(refused_lines({"RRULE:FREQ=DAILY;UNTIL=20260110T100000"}, &set));
    EXPECT_TRUE(until_is_placed(set));
}

}  // namespace
