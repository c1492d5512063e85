// The engine against the Google fake: what differs from Graph.
#include <gmock/gmock.h>

#include "engine/text/join_block.hpp"
#include "tests/engine_sync/world.hpp"

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using world::World;

World::Wish google() {
    World::Wish wish;
    wish.provider = engine::Provider::google;
    return wish;
}

TEST(Google, DecoratesOnceListsAndLights) {
    World w(google());
    w.start_engine();
    w.run_for(1min);
    EXPECT_EQ(w.cloud->calendar_status("ana").state, "ACTIVATED");
    EXPECT_EQ(w.cloud->calendar_status("wawel").state, "ACTIVATED");
    EXPECT_THAT(w.sent_to("POST", "/acl"), SizeIs(1));
    ASSERT_TRUE(w.hands().create(w.address("ana"), w.webex_draft(), w.now).ok);
    w.run_for(2min);
    const auto events = w.hands().calendar(w.address("ana"), w.now - 24h, w.now + 24h);
    ASSERT_THAT(events, SizeIs(1));
    EXPECT_EQ(events[0].location, "@webex https://calrig.webex.com/meet/ana");
    EXPECT_THAT(events[0].body, HasSubstr("Agenda text."));
    EXPECT_EQ(engine::text::count_join_blocks(events[0].body), 1u);
    EXPECT_THAT(w.sent_to("PATCH", ""), SizeIs(1));
    for (const auto* screen : {&w.app("ana"), &w.app("ben"), &w.device("wawel")}) {
        ASSERT_THAT(screen->meetings, SizeIs(1));
        EXPECT_EQ(screen->meetings[0].title, "Planning");
        EXPECT_EQ(screen->meetings[0].join_url, "https://calrig.webex.com/meet/ana");
    }
    w.run_until(w.at("2026-03-02T08:55:01Z"));
    EXPECT_THAT(w.device("wawel").join_buttons, SizeIs(1));
}

TEST(Google, AnExpiredSyncTokenLeadsToAFullLook) {
    World w(google());
    w.start_engine();
    w.run_for(1min);
    const fakes::Done made = w.hands().create(w.address("ana"), w.webex_draft(), w.now);
    w.run_for(2min);
    ASSERT_THAT(w.app("ben").meetings, SizeIs(1));
    w.hands().expire_sync_tokens(w.now);
    ASSERT_TRUE(w.hands().cancel(w.address("ana"), {made.uid, {}}, w.now).ok);
    fakes::Draft other = w.draft("Other", "2026-03-04T09:00:00Z", 30);
    other.invitees = {{w.address("ben"), fakes::Role::required}};
    ASSERT_TRUE(w.hands().create(w.address("ana"), other, w.now).ok);
    w.run_for(2min);
    ASSERT_THAT(w.app("ben").meetings, SizeIs(1));
    EXPECT_EQ(w.app("ben").meetings[0].title, "Other");
    EXPECT_THAT(w.device("wawel").meetings, IsEmpty());
}

TEST(Google, AMovedOccurrenceKeepsItsPlaceInTheSeries) {
    World w(google());
    w.start_engine();
    w.run_for(1min);
    fakes::Draft draft = w.webex_draft();
    draft.repeat = fakes::Repeat();
    draft.repeat->every = fakes::Repeat::Every::day;
    draft.repeat->count = 5;
    const fakes::Done made = w.hands().create(w.address("ana"), draft, w.now);
    w.run_for(2min);
    ASSERT_THAT(w.app("ben").meetings, SizeIs(5));
    EXPECT_EQ(w.app("ben").meetings[4].join_url, "https://calrig.webex.com/meet/ana");
    fakes::Change change;
    change.when = w.draft("", "2026-03-04T15:00:00Z", 30).when;
    const fakes::EventRef third{made.uid, fakes::Date(std::chrono::year(2026) / 3 / 4)};
    ASSERT_TRUE(w.hands().change(w.address("ana"), third, change, w.now).ok);
    w.run_for(2min);
    ASSERT_THAT(w.app("ben").meetings, SizeIs(5));
    EXPECT_EQ(w.app("ben").meetings[2].start, w.at("2026-03-04T15:00:00Z"));
    ASSERT_TRUE(w.hands().cancel(w.address("ana"), third, w.now).ok);
    w.run_for(2min);
    EXPECT_THAT(w.app("ben").meetings, SizeIs(4));
}

TEST(Google, VacationShowsWithinOnePoll) {
    World w(google());
    w.start_engine();
    w.run_for(1min);
    fakes::AutomaticReplies replies;
    replies.on = true;
    ASSERT_TRUE(w.hands().set_automatic_replies(w.address("ana"), replies, w.now).ok);
    w.run_for(21min);
    EXPECT_EQ(w.cloud->presence("ana"), "ooo");
    replies.on = false;
    ASSERT_TRUE(w.hands().set_automatic_replies(w.address("ana"), replies, w.now).ok);
    w.run_for(21min);
    EXPECT_EQ(w.cloud->presence("ana"), "clear");
}

}  // namespace
