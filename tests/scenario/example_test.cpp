// The language's own example, as the guide prints it.
#include "loading.hpp"

using namespace std::chrono;

namespace {

constexpr const char* kExample = R"(# yaml-language-server: $schema=../schema.json
title: A weekly @webex series gets join details once, and a Join button every week
covers: [SCHED-KEYWORD, SCHED-WRITEBACK, OP-M-INSTANCES, OBTP]
providers: [microsoft, google]          # the same story is played on each
clock: 2026-03-02 08:00 Europe/Warsaw   # virtual; DST starts on 29 March
people:
  ana:   { language: pl-PL }            # sensible defaults: e-mail, mailbox, personal room, activated
  ben:   {}
  wawel: { kind: room, device: board }
story:
  - at: 08:01
    ana creates: { id: standup, title: Stand-up, when: 09:00-09:15, repeats: weekly on mon, wed until 2026-04-08,
                   location: "@webex", invites: [ben, wawel], body: "Status round." }
  - at: 2026-03-04 08:30
    ana moves: { event: standup, occurrence: 2026-03-04, when: 10:00-10:15 }
  - at: 2026-03-04 08:40
    network: { next: 2, calls to: calendar, answer: 429, retry after: 30s }
expect:
  - at: 08:05
    calendar of ana: { event: standup, body contains: ["Status round.", "Dołącz"], join details: once }
    meeting list of ben: { is: [ { title: Stand-up, when: 2026-03-02 09:00-09:15, joins: ana's personal room }, ... ] }
  - between: 2026-03-04 09:55 and 09:55:05
    device wawel: { shows join button for: standup }
  - always: { nothing sensitive leaves in clear: true, only listed operations: true }
)";

sim::Instant utc(int y, unsigned m, unsigned d, int hour, int minute, int second = 0) {
    return sim::Instant(sys_days(year(y) / month(m) / day(d)) + hours(hour) + minutes(minute) + seconds(second));
}

}  // namespace

TEST(Example, LoadsAsWrittenWithoutAWord) {
    const sim::Loaded loaded = load_text(kExample);
    ASSERT_TRUE(loaded.scenario) << shown(loaded, kExample);
    EXPECT_TRUE(loaded.diagnostics.empty()) << shown(loaded, kExample);
}

TEST(Example, ResolvesClockPeopleAndSteps) {
    const sim::Scenario s = loaded_or_fail(kExample);
    EXPECT_EQ(s.zone, "Europe/Warsaw");
    EXPECT_EQ(s.begin, utc(2026, 3, 2, 7, 0));
    ASSERT_EQ(s.people.size(), 3u);
    EXPECT_EQ(s.people.at("ana").person.language, "pl-PL");
    EXPECT_EQ(s.people.at("ben").person.address, "ben@calrig.example");
    EXPECT_TRUE(s.people.at("wawel").person.is_room);
    EXPECT_TRUE(s.people.at("wawel").has_device);
    EXPECT_FALSE(s.people.at("wawel").has_app);
    ASSERT_EQ(s.story.size(), 3u);
    EXPECT_EQ(s.story[0].at, utc(2026, 3, 2, 7, 1));
    EXPECT_EQ(s.story[0].actor, "ana");
    EXPECT_EQ(s.story[0].place.line, 12);
    const auto& create = std::get<sim::CreateEvent>(s.story[0].act);
    EXPECT_EQ(create.id, "standup");
    EXPECT_EQ(create.draft.location, "@webex");
    ASSERT_EQ(create.draft.invitees.size(), 2u);
    EXPECT_EQ(create.draft.invitees[1].role, fakes::Role::resource);
}

TEST(Example, ReadsARepetitionAcrossItsCommas) {
    const sim::Scenario s = loaded_or_fail(kExample);
    const auto& repeat = std::get<sim::CreateEvent>(s.story[0].act).draft.repeat;
    ASSERT_TRUE(repeat);
    EXPECT_EQ(repeat->days, (std::vector{Monday, Wednesday}));
    EXPECT_EQ(repeat->until, year(2026) / 4 / 8);
}

TEST(Example, TakesAMovedOccurrencesDayFromTheSlot) {
    const sim::Scenario s = loaded_or_fail(kExample);
    const auto& change = std::get<sim::ChangeEvent>(s.story[1].act);
    EXPECT_EQ(change.occurrence, year(2026) / 3 / 4);
    EXPECT_EQ(change.change.when->start, local_days(year(2026) / 3 / 4) + hours(10));
    const auto& fault = std::get<sim::NetworkFault>(s.story[2].act);
    EXPECT_EQ(fault.count, 2);
    EXPECT_EQ(fault.status, 429);
    EXPECT_TRUE(fault.retry_after);
    EXPECT_EQ(fault.wait, seconds(30));
}

TEST(Example, ResolvesExpectations) {
    const sim::Scenario s = loaded_or_fail(kExample);
    ASSERT_EQ(s.expect.size(), 3u);
    const auto& calendar = std::get<sim::ExpectCalendar>(s.expect[0].claim);
    EXPECT_EQ(calendar.join_details, 1);
    EXPECT_EQ(calendar.body_contains.size(), 2u);
    const auto& list = std::get<sim::ExpectList>(s.expect[1].claim);
    EXPECT_EQ(list.who, "app ben");
    EXPECT_TRUE(list.rest_ignored);
    ASSERT_EQ(list.meetings.size(), 1u);
    EXPECT_EQ(list.meetings[0].start, utc(2026, 3, 2, 8, 0));
    EXPECT_EQ(list.meetings[0].joins, "ana's personal room");
    EXPECT_EQ(s.expect[2].from, utc(2026, 3, 4, 8, 55));
    EXPECT_EQ(s.expect[2].to, utc(2026, 3, 4, 8, 55, 5));
    EXPECT_EQ(s.end, s.expect[2].to + minutes(30));
}

TEST(Example, FiveLinesAreEnoughForTwoPeopleAndAnEvent) {
    const sim::Scenario s = loaded_or_fail(
        "title: Ben sees Ana's meeting\n"
        "clock: 2026-03-02 08:00 UTC\n"
        "people: { ana: {}, ben: {} }\n"
        "story: [ { at: 08:01, ana creates: { title: Lunch, when: 12:00-13:00, invites: ben } } ]\n"
        "expect: [ { at: 08:05, meeting list of ben: { is: Lunch } } ]\n");
    EXPECT_EQ(s.providers.size(), 2u);
    EXPECT_EQ(std::get<sim::CreateEvent>(s.story.at(0).act).id, "lunch");
}
