#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/engine.hpp"
#include "engine/meeting/decorate.hpp"
#include "engine/meeting/join_button.hpp"
#include "engine/meeting/presence.hpp"
#include "engine/meeting/should_list.hpp"
#include "engine/meeting/window.hpp"
#include "engine/text/zone.hpp"

namespace {

using namespace engine;
using namespace engine::meeting;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const Policies kPolicies;
constexpr Duration kTick(1);

Instant at(const char* text) { return *text::to_utc(text, "UTC"); }
const Instant kNow = at("2025-03-04T09:00:00Z");

TEST(Window, BoundariesAreHalfOpen) {
    const auto listed = [](Instant start, Instant end) { return in_window(start, end, kNow, kPolicies); };
    const Duration week = std::chrono::days(7), month = std::chrono::days(31);
    EXPECT_FALSE(listed(kNow - week - 1h, kNow - week));
    EXPECT_TRUE(listed(kNow - week - 1h, kNow - week + kTick));
    EXPECT_FALSE(listed(kNow + month, kNow + month + 1h));
    EXPECT_TRUE(listed(kNow + month - kTick, kNow + month + 1h));
    EXPECT_TRUE(listed(kNow - std::chrono::days(400), kNow + 1h));
}

TEST(Window, NextChangeIsExactlyWhereTheAnswerFlips) {
    const Instant start = kNow + std::chrono::days(40), end = start + 1h;
    Instant when = kNow;
    std::vector<bool> answers;
    for (auto change = next_change(start, end, when, kPolicies); change; change = next_change(start, end, when, kPolicies)) {
        when = *change;
        EXPECT_NE(in_window(start, end, when - kTick, kPolicies), in_window(start, end, when, kPolicies));
        answers.push_back(in_window(start, end, when, kPolicies));
        ASSERT_LE(answers.size(), 3U);
    }
    EXPECT_THAT(answers, ElementsAre(true, false));
}

TEST(JoinButton, LitFromFiveMinutesBeforeUntilTheEnd) {
    const std::vector<Joinable> meetings{{"a", kNow + 1h, kNow + 2h}};
    const auto lit = [&](Instant now) { return join_buttons(meetings, now, kPolicies).lit; };
    EXPECT_THAT(lit(kNow + 55min - kTick), IsEmpty());
    EXPECT_THAT(lit(kNow + 55min), ElementsAre("a"));
    EXPECT_THAT(lit(kNow + 2h - kTick), ElementsAre("a"));
    EXPECT_THAT(lit(kNow + 2h), IsEmpty());
    EXPECT_EQ(join_buttons(meetings, kNow, kPolicies).look_again, kNow + 55min);
    EXPECT_EQ(join_buttons(meetings, kNow + 56min, kPolicies).look_again, kNow + 2h);
    EXPECT_EQ(join_buttons(meetings, kNow + 2h, kPolicies).look_again, std::nullopt);
}

TEST(JoinButton, OverlappingMeetingsEachHaveTheirs) {
    const std::vector<Joinable> meetings{{"b", kNow, kNow + 1h}, {"a", kNow, kNow + 2h}, {"c", kNow - 30min, kNow + 10min}};
    const Buttons buttons = join_buttons(meetings, kNow, kPolicies);
    EXPECT_THAT(buttons.lit, ElementsAre("c", "a", "b"));
    EXPECT_EQ(buttons.look_again, kNow + 10min);
}

TEST(JoinButton, EveryStepOfLookAgainChangesSomethingAndEnds) {
    std::vector<Joinable> meetings;
    for (int i = 0; i < 20; ++i) meetings.push_back({std::to_string(i), kNow + i * 7min, kNow + i * 7min + 13min});
    meetings.push_back({"zero", kNow + 1h, kNow + 1h});
    meetings.push_back({"reversed", kNow + 2h, kNow + 1h});
    Instant now = kNow - 1h;
    int steps = 0;
    Buttons before = join_buttons(meetings, now, kPolicies);
    while (before.look_again) {
        ASSERT_GT(*before.look_again, now);
        EXPECT_EQ(join_buttons(meetings, *before.look_again - kTick, kPolicies).lit, before.lit);
        now = *before.look_again;
        const Buttons after = join_buttons(meetings, now, kPolicies);
        EXPECT_NE(after.lit, before.lit);
        before = after;
        ASSERT_LT(++steps, 100);
    }
    EXPECT_THAT(before.lit, IsEmpty());
    EXPECT_GT(steps, 20);
}

TEST(Presence, GraphScheduleInItsOwnZones) {
    const auto replies = from_graph("Scheduled", "2025-03-04T10:00:00.0000000", "Romance Standard Time",
                                    "2025-03-04T12:00:00.0000000", "FLE Standard Time");
    ASSERT_TRUE(replies);
    EXPECT_FALSE(away_now(*replies, kNow - kTick, kPolicies).away);
    EXPECT_EQ(away_now(*replies, kNow - kTick, kPolicies).look_again, kNow);
    const Away away = away_now(*replies, kNow, kPolicies);
    EXPECT_TRUE(away.away);
    EXPECT_EQ(away.until, kNow + 1h);
    EXPECT_EQ(away.ttl, 1h);
    EXPECT_EQ(away.look_again, kNow + 20min);
    EXPECT_EQ(away_now(*replies, kNow + 50min, kPolicies).look_again, kNow + 1h);
    EXPECT_FALSE(away_now(*replies, kNow + 1h, kPolicies).away);
}

TEST(Presence, GraphStates) {
    EXPECT_FALSE(away_now(*from_graph("disabled", "", "", "", ""), kNow, kPolicies).away);
    const Away always = away_now(*from_graph("alwaysEnabled", "junk", "junk", "", ""), kNow, kPolicies);
    EXPECT_TRUE(always.away);
    EXPECT_EQ(always.until, std::nullopt);
    EXPECT_EQ(always.ttl, kPolicies.away_status_life);
    EXPECT_FALSE(from_graph("scheduled", "junk", "UTC", "2025-03-04T12:00:00", "UTC"));
    EXPECT_FALSE(from_graph("whatever", "", "", "", ""));
}

TEST(Presence, GmailRangeIsOpenWhereUnset) {
    const std::int64_t now = kNow.time_since_epoch().count();
    EXPECT_FALSE(away_now(from_gmail(false, now, now + 1000), kNow, kPolicies).away);
    EXPECT_TRUE(away_now(from_gmail(true, std::nullopt, std::nullopt), kNow, kPolicies).away);
    EXPECT_TRUE(away_now(from_gmail(true, now, std::nullopt), kNow, kPolicies).away);
    EXPECT_FALSE(away_now(from_gmail(true, now + 1, std::nullopt), kNow, kPolicies).away);
    EXPECT_FALSE(away_now(from_gmail(true, std::nullopt, now), kNow, kPolicies).away);
    EXPECT_TRUE(away_now(from_gmail(true, std::nullopt, now + 1), kNow, kPolicies).away);
    EXPECT_FALSE(away_now(from_gmail(true, now + 100, now + 50), kNow, kPolicies).away);
    EXPECT_TRUE(away_now(from_gmail(true, 1, INT64_MAX), kNow, kPolicies).away);
}

TEST(ShouldList, DeclinedDependsOnTheProvider) {
    ListQuestion question;
    question.response = Response::declined;
    question.provider = Provider::google;
    EXPECT_TRUE(should_list(question, kPolicies).listed);
    question.provider = Provider::microsoft;
    EXPECT_EQ(should_list(question, kPolicies).reason, ListReason::declined);
}

TEST(ShouldList, InvitedByAListOnlyOnceAccepted) {
    ListQuestion question;
    question.by_group = true;
    for (const Response response : {Response::none, Response::declined}) {
        question.response = response;
        question.provider = Provider::google;
        EXPECT_EQ(should_list(question, kPolicies).reason, ListReason::by_group);
    }
    for (const Response response : {Response::accepted, Response::tentative}) {
        question.response = response;
        EXPECT_TRUE(should_list(question, kPolicies).listed);
    }
    Policies at_once;
    at_once.list_group_invitations = true;
    question.response = Response::none;
    EXPECT_TRUE(should_list(question, at_once).listed);
}

TEST(ShouldList, WhatIsListedAndWhatIsNot) {
    ListQuestion question;
    EXPECT_TRUE(should_list(question, kPolicies).listed);
    for (const Response response : {Response::none, Response::organizer, Response::accepted, Response::tentative}) {
        question.response = response;
        EXPECT_TRUE(should_list(question, kPolicies).listed);
    }
    question.show_as = ShowAs::free;
    question.is_all_day = true;
    EXPECT_TRUE(should_list(question, kPolicies).listed);
    Policies no_free;
    no_free.list_free = false;
    EXPECT_EQ(should_list(question, no_free).reason, ListReason::free);
    question.invitees = 1501;
    EXPECT_EQ(should_list(question, kPolicies).reason, ListReason::too_many_invitees);
    question.invitees = 1500;
    EXPECT_TRUE(should_list(question, kPolicies).listed);
    question.is_cancelled = true;
    EXPECT_EQ(should_list(question, kPolicies).reason, ListReason::cancelled);
    question.is_deleted = true;
    EXPECT_EQ(should_list(question, kPolicies).reason, ListReason::deleted);
}

DecorateQuestion decoratable() {
    DecorateQuestion question;
    question.has_keyword = true;
    question.user_is_organizer = true;
    question.end = kNow + 1h;
    return question;
}

TEST(Decorate, EveryReasonNot) {
    const auto reason = [](auto change) {
        DecorateQuestion question = decoratable();
        change(question);
        const DecorateAnswer answer = should_decorate(question, kNow, kPolicies);
        EXPECT_EQ(answer.decorate, answer.reason == DecorateReason::decorate);
        EXPECT_FALSE(answer.sentence.empty());
        return answer.reason;
    };
    using enum DecorateReason;
    EXPECT_EQ(reason([](DecorateQuestion&) {}), decorate);
    EXPECT_EQ(reason([](DecorateQuestion& q) { q.has_keyword = false; }), no_keyword);
    EXPECT_EQ(reason([](DecorateQuestion& q) { q.user_is_organizer = false; }), not_organizer);
    EXPECT_EQ(reason([](DecorateQuestion& q) { q.is_cancelled = true; }), cancelled);
    EXPECT_EQ(reason([](DecorateQuestion& q) { q.shape = EventShape::exception; }), single_instance);
    EXPECT_EQ(reason([](DecorateQuestion& q) { q.shape = EventShape::occurrence; }), single_instance);
    EXPECT_EQ(reason([](DecorateQuestion& q) { q.shape = EventShape::series_master; }), decorate);
    EXPECT_EQ(reason([](DecorateQuestion& q) { q.end = kNow; }), in_the_past);
    EXPECT_EQ(reason([](DecorateQuestion& q) { q.end = kNow - 1h; q.series_never_ends = true; }), decorate);
    EXPECT_EQ(reason([](DecorateQuestion& q) { q.own_record = true; q.has_webex_link = true; }), already_ours);
    EXPECT_EQ(reason([](DecorateQuestion& q) { q.has_webex_link = true; }), has_webex_links);
    EXPECT_EQ(reason([](DecorateQuestion& q) { q.invitees = 1501; }), too_many_invitees);
    const auto ahead = [](DecorateQuestion& q, Duration far) {
        q.start = kNow + far;
        q.end = q.start + 1h;
    };
    EXPECT_EQ(reason([&](DecorateQuestion& q) { ahead(q, std::chrono::days(400)); }), decorate);
    EXPECT_EQ(reason([&](DecorateQuestion& q) { q.has_horizon = true; ahead(q, std::chrono::days(150)); }), decorate);
    EXPECT_EQ(reason([&](DecorateQuestion& q) { q.has_horizon = true; ahead(q, std::chrono::days(151)); }), too_far_ahead);
}

TEST(JoinButton, AppsDoNotGuess) {
    const auto may = [](auto change) {
        AppButtonQuestion question;
        change(question);
        return app_may_join(question, kPolicies);
    };
    EXPECT_TRUE(may([](AppButtonQuestion&) {}));
    EXPECT_FALSE(may([](AppButtonQuestion& q) { q.several_links_in_body = true; }));
    EXPECT_FALSE(may([](AppButtonQuestion& q) { q.foreign_sip_in_location_only = true; }));
    EXPECT_TRUE(may([](AppButtonQuestion& q) { q.ours = true; q.several_links_in_body = true; }));
    EXPECT_TRUE(may([](AppButtonQuestion& q) { q.ours = q.is_space = true; q.people = 75; }));
    EXPECT_FALSE(may([](AppButtonQuestion& q) { q.ours = q.is_space = true; q.people = 76; }));
    EXPECT_TRUE(may([](AppButtonQuestion& q) { q.ours = true; q.people = 76; }));
}

}  // namespace
