// What the engine keeps up on Microsoft by itself: after a restart, subscriptions, replies, and what it reads again.
#include <gmock/gmock.h>

#include "tests/engine_sync/world.hpp"

namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using world::World;

TEST(Restart, GoesOnWithoutDoingAnythingTwice) {
    World w;
    w.start_engine();
    w.run_for(1min);
    ASSERT_TRUE(w.hands().create(w.address("ana"), w.webex_draft(), w.now).ok);
    w.run_until(w.at("2026-03-02T08:56:00Z"));
    ASSERT_THAT(w.app("ben").join_buttons, SizeIs(1));
    w.stop_engine();
    w.run_for(1min);
    fakes::Draft missed = w.draft("While down", "2026-03-03T10:00:00Z", 30);
    ASSERT_TRUE(w.hands().create(w.address("ana"), missed, w.now).ok);
    w.run_for(1min);
    w.sent.clear();
    w.start_engine();
    w.run_for(5min);
    EXPECT_THAT(w.sent_to("PATCH", ""), IsEmpty());
    EXPECT_THAT(w.sent_to("POST", "/subscriptions"), IsEmpty());
    EXPECT_THAT(w.sent_to("PUT", "/joinButton/"), IsEmpty());
    EXPECT_THAT(w.sent_to("PUT", "/calendarEvents/"), SizeIs(1)) << "what came while it was down";
    EXPECT_THAT(w.app("ana").meetings, SizeIs(2));
    w.run_until(w.at("2026-03-02T09:30:01Z"));
    EXPECT_THAT(w.app("ben").join_buttons, IsEmpty());
}

TEST(Subscriptions, LostWithoutAWordAreReplaced) {
    World w;
    w.start_engine();
    w.run_for(1min);
    w.hands().drop_subscriptions(w.now);
    fakes::Draft draft = w.webex_draft();
    draft.when.start += std::chrono::days(5);
    draft.when.end += std::chrono::days(5);
    ASSERT_TRUE(w.hands().create(w.address("ana"), draft, w.now).ok);
    w.run_for(5min);
    ASSERT_THAT(w.app("ana").meetings, IsEmpty());
    w.run_for(25h);
    EXPECT_THAT(w.app("ana").meetings, SizeIs(1));
    draft.title = "Second";
    ASSERT_TRUE(w.hands().create(w.address("ana"), draft, w.now).ok);
    w.run_for(2min);
    EXPECT_THAT(w.app("ana").meetings, SizeIs(2)) << "notifications come again";
}

TEST(Subscriptions, AreReplacedBeforeTheyExpire) {
    World w;
    w.start_engine();
    w.run_for(24h * 20);
    fakes::Draft draft = w.webex_draft();
    draft.when.start += std::chrono::days(21);
    draft.when.end += std::chrono::days(21);
    ASSERT_TRUE(w.hands().create(w.address("ana"), draft, w.now).ok);
    w.run_for(2min);
    EXPECT_THAT(w.app("ben").meetings, SizeIs(1));
    EXPECT_EQ(w.sent_to("POST", "/subscriptions").size(), w.sent_to("DELETE", "/subscriptions/").size() + 3);
    EXPECT_THAT(w.log, Not(Contains(HasSubstr("was_lost"))));
}

TEST(Away, FollowsTheSchedule) {
    World w;
    w.start_engine();
    w.run_for(1min);
    fakes::AutomaticReplies replies;
    replies.on = true;
    replies.from = w.at("2026-03-02T12:00:00Z");
    replies.until = w.at("2026-03-03T12:00:00Z");
    ASSERT_TRUE(w.hands().set_automatic_replies(w.address("ana"), replies, w.now).ok);
    w.run_until(w.at("2026-03-02T11:59:59Z"));
    EXPECT_EQ(w.cloud->presence("ana"), "clear");
    w.run_until(w.at("2026-03-02T12:00:02Z"));
    EXPECT_EQ(w.cloud->presence("ana"), "ooo");
    w.run_until(w.at("2026-03-03T11:59:59Z"));
    EXPECT_EQ(w.cloud->presence("ana"), "ooo");
    w.run_until(w.at("2026-03-03T12:00:02Z"));
    EXPECT_EQ(w.cloud->presence("ana"), "clear");
}

TEST(Reading, WhatTheEngineWroteItselfIsNotReadAgain) {
    World w;
    w.start_engine();
    w.run_for(1min);
    fakes::Draft draft = w.webex_draft();
    draft.invitees = {{w.address("ben"), fakes::Role::required}};
    ASSERT_TRUE(w.hands().create(w.address("ana"), draft, w.now).ok);
    w.run_for(10min);
    ASSERT_THAT(w.sent_to("PATCH", ""), SizeIs(1));
    EXPECT_THAT(w.sent_to("GET", "users/ana%40calrig.example/events/"), SizeIs(1)) << "its own PATCH was told, with the etag it knows";
    ASSERT_THAT(w.app("ben").meetings, SizeIs(1));
    EXPECT_EQ(w.app("ben").meetings[0].join_url, "https://calrig.webex.com/meet/ana");
}

TEST(Reading, TheDailyLookReadsOnlyWhatChanged) {
    World w;
    w.start_engine();
    w.run_for(1min);
    fakes::Draft draft = w.draft("Planning", "2026-03-05T09:00:00Z", 30);
    ASSERT_TRUE(w.hands().create(w.address("ana"), draft, w.now).ok);
    draft.title = "Review";
    draft.when.start += 3h;
    draft.when.end += 3h;
    const fakes::Done second = w.hands().create(w.address("ana"), draft, w.now);
    ASSERT_TRUE(second.ok);
    w.run_for(10min);
    ASSERT_THAT(w.app("ana").meetings, SizeIs(2));
    const std::size_t before = w.sent_to("GET", "users/ana%40calrig.example/events/").size();
    w.run_for(25h);
    EXPECT_EQ(w.sent_to("GET", "users/ana%40calrig.example/events/").size(), before) << "nothing changed";

    w.deliver = [](const fakes::Outgoing& out) { return out.url.find("/hooks/graph") == std::string::npos; };
    fakes::Change change;
    change.title = "Review of the review";
    ASSERT_TRUE(w.hands().change(w.address("ana"), {second.uid, {}}, change, w.now).ok);
    w.run_for(25h);
    EXPECT_EQ(w.sent_to("GET", "users/ana%40calrig.example/events/").size(), before + 1) << "one changed, and nothing told of it";
    std::vector<std::string> titles;
    for (const auto& meeting : w.app("ana").meetings) titles.push_back(meeting.title);
    EXPECT_THAT(titles, testing::UnorderedElementsAre("Planning", "Review of the review"));
}

TEST(Reading, ADeletionIsSeenWhateverItsEtag) {
    World w;
    w.start_engine();
    w.run_for(1min);
    const fakes::Done made = w.hands().create(w.address("ana"), w.draft("Planning", "2026-03-02T09:00:00Z", 30), w.now);
    ASSERT_TRUE(made.ok);
    w.run_for(10min);
    ASSERT_THAT(w.app("ana").meetings, SizeIs(1));
    ASSERT_TRUE(w.hands().cancel(w.address("ana"), {made.uid, {}}, w.now).ok);
    w.run_for(10min);
    EXPECT_THAT(w.app("ana").meetings, IsEmpty());
}

}  // namespace
