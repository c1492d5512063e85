// The engine against the Graph fake: the flows that hold everything together.
#include <gmock/gmock.h>

#include "engine/text/join_block.hpp"
#include "tests/engine_sync/world.hpp"

namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using world::Fault;
using world::World;

fakes::SeenEvent only_event(World& w, const std::string& owner) {
    const auto events = w.hands().calendar(w.address(owner), w.now - 24h * 30, w.now + 24h * 60);
    return events.empty() ? fakes::SeenEvent() : events.front();
}

TEST(Activation, TellsTheCloudAndSubscribes) {
    World w;
    w.start_engine();
    w.run_for(1min);
    EXPECT_EQ(w.cloud->calendar_status("ana").state, "ACTIVATED");
    EXPECT_EQ(w.cloud->calendar_status("wawel").state, "ACTIVATED");
    EXPECT_EQ(w.cloud->calendar_status("admin").state, "");
    EXPECT_THAT(w.sent_to("POST", "/subscriptions"), SizeIs(3));
    EXPECT_THAT(w.sent_to("POST", "/oauth2/v2.0/token"), SizeIs(1));
}

TEST(Activation, AMailboxThatMayNotBeReadIsInErrorAndTriedAgainHourly) {
    World w;
    ASSERT_TRUE(w.hands().allow_service(w.address("ben"), false, w.now).ok);
    w.start_engine();
    w.run_for(10min);
    EXPECT_EQ(w.cloud->calendar_status("ben").state, "ERROR");
    EXPECT_EQ(w.cloud->calendar_status("ben").reason, "mailbox_access_denied");
    EXPECT_EQ(w.cloud->calendar_status("ana").state, "ACTIVATED");
    ASSERT_TRUE(w.hands().allow_service(w.address("ben"), true, w.now).ok);
    w.run_for(30min);
    EXPECT_EQ(w.cloud->calendar_status("ben").state, "ERROR");
    w.run_for(30min);
    EXPECT_EQ(w.cloud->calendar_status("ben").state, "ACTIVATED");
}

TEST(Activation, DeactivationEmptiesListAndStore) {
    World w;
    w.start_engine();
    w.run_for(1min);
    ASSERT_TRUE(w.hands().create(w.address("ana"), w.webex_draft(), w.now).ok);
    w.run_for(2min);
    ASSERT_THAT(w.app("ben").meetings, SizeIs(1));
    ASSERT_TRUE(w.cloud->activate("ben", false));
    w.run_for(2min);
    EXPECT_EQ(w.cloud->list_size("ben"), 0u);
    EXPECT_EQ(w.cloud->list_size("ana"), 1u);
    EXPECT_THAT(w.sent_to("DELETE", "/subscriptions/"), SizeIs(1));
    const std::size_t before = w.sent_to("GET", "users/ben%40").size();
    w.run_for(2h);
    EXPECT_EQ(w.sent_to("GET", "users/ben%40").size(), before) << "only activated users are touched";
}

TEST(Decoration, JoinDetailsComeOnceAndTheMeetingIsListed) {
    World w;
    w.start_engine();
    w.run_for(1min);
    ASSERT_TRUE(w.hands().create(w.address("ana"), w.webex_draft(), w.now).ok);
    w.run_for(2min);
    const fakes::SeenEvent event = only_event(w, "ana");
    EXPECT_EQ(event.location, "@webex https://calrig.webex.com/meet/ana");
    EXPECT_THAT(event.body, HasSubstr("Agenda text."));
    EXPECT_EQ(engine::text::count_join_blocks(event.body), 1u);
    EXPECT_THAT(w.sent_to("PATCH", ""), SizeIs(1));
    for (const auto* screen : {&w.app("ana"), &w.app("ben"), &w.device("wawel")}) {
        ASSERT_THAT(screen->meetings, SizeIs(1));
        EXPECT_EQ(screen->meetings[0].title, "Planning");
        EXPECT_EQ(screen->meetings[0].notes, "Agenda text.");
        EXPECT_EQ(screen->meetings[0].join_url, "https://calrig.webex.com/meet/ana");
        EXPECT_THAT(screen->join_buttons, IsEmpty());
    }
    w.run_until(w.at("2026-03-02T08:54:59Z"));
    EXPECT_THAT(w.app("ben").join_buttons, IsEmpty());
    w.run_until(w.at("2026-03-02T08:55:01Z"));
    EXPECT_THAT(w.app("ben").join_buttons, SizeIs(1));
    EXPECT_THAT(w.device("wawel").join_buttons, SizeIs(1));
    w.run_until(w.at("2026-03-02T09:30:01Z"));
    EXPECT_THAT(w.app("ben").join_buttons, IsEmpty());
}

TEST(Decoration, WhoIsInvitedIsListedOnceWithTheDetails) {
    World w;
    w.start_engine();
    w.run_for(1min);
    ASSERT_TRUE(w.hands().create(w.address("ana"), w.webex_draft(), w.now).ok);
    w.run_for(10min);
    EXPECT_THAT(w.sent_to("PUT", "/calendarEvents/"), SizeIs(3)) << "one write for each of three lists";
}

TEST(Decoration, WhoIsInvitedIsListedSoonThoughTheOrganizersCopyCannotBeWritten) {
    World w;
    bool busy = true;
    w.fault = [&](const engine::HttpRequest& request) {
        Fault fault;
        if (request.method != "PATCH" || !busy) return fault;
        fault.kind = Fault::Kind::answer;
        fault.answer.status = 503;
        fault.answer.headers = {{"Retry-After", "300"}};
        return fault;
    };
    w.start_engine();
    w.run_for(1min);
    ASSERT_TRUE(w.hands().create(w.address("ana"), w.webex_draft(), w.now).ok);
    w.run_for(10s);
    ASSERT_THAT(w.app("ben").meetings, SizeIs(1));
    EXPECT_EQ(w.app("ben").meetings[0].join_url, "");
    busy = false;
    w.run_for(10min);
    ASSERT_THAT(w.app("ben").meetings, SizeIs(1));
    EXPECT_EQ(w.app("ben").meetings[0].join_url, "https://calrig.webex.com/meet/ana");
}

TEST(Decoration, ACutWriteIsLookedAtBeforeItIsRepeated) {
    for (const Fault::Kind kind : {Fault::Kind::cut_after, Fault::Kind::cut_before}) {
        World w;
        int left = 1;
        w.fault = [&](const engine::HttpRequest& request) {
            Fault fault;
            if (request.method == "PATCH" && left-- > 0) fault.kind = kind;
            return fault;
        };
        w.start_engine();
        w.run_for(1min);
        ASSERT_TRUE(w.hands().create(w.address("ana"), w.webex_draft(), w.now).ok);
        w.run_for(2min);
        EXPECT_EQ(engine::text::count_join_blocks(only_event(w, "ana").body), 1u);
        EXPECT_THAT(w.sent_to("PATCH", ""), SizeIs(kind == Fault::Kind::cut_after ? 1 : 2));
    }
}

TEST(Decoration, ASpaceIsMadeOnceAndItsTitleTravelsSealed) {
    World w;
    w.start_engine();
    w.run_for(1min);
    fakes::Draft draft = w.webex_draft();
    draft.location = "@meet";
    ASSERT_TRUE(w.hands().create(w.address("ana"), draft, w.now).ok);
    w.run_for(2min);
    EXPECT_EQ(w.cloud->spaces().size(), 1u);
    EXPECT_THAT(only_event(w, "ana").location, HasSubstr("@meet https://"));
    for (const world::Sent& one : w.sent) {
        if (one.url.find("calrig.example/") == std::string::npos || one.url.find("cloud.") == std::string::npos) continue;
        EXPECT_THAT(one.request_body, Not(HasSubstr("Planning"))) << one.url;
        EXPECT_THAT(one.request_body, Not(HasSubstr("@calrig.example"))) << one.url;
        EXPECT_THAT(one.url, Not(HasSubstr("ana")));
    }
    for (const auto& [key, value] : w.store) {
        EXPECT_THAT(key + value, Not(HasSubstr("calrig.example")));
        EXPECT_THAT(key + value, Not(HasSubstr("Planning")));
    }
    for (const std::string& line : w.log) EXPECT_THAT(line, Not(HasSubstr("@calrig")));
}

TEST(Calls, RetryAfterIsHonoured) {
    World w;
    w.start_engine();
    w.run_for(1min);
    int left = 1;
    w.fault = [&](const engine::HttpRequest& request) {
        Fault fault;
        if (request.url.find("/events/") == std::string::npos || left-- <= 0) return fault;
        fault.kind = Fault::Kind::answer;
        fault.answer.status = 429;
        fault.answer.headers.push_back({"Retry-After", "45"});
        return fault;
    };
    fakes::Draft draft = w.webex_draft();
    draft.invitees.clear();
    ASSERT_TRUE(w.hands().create(w.address("ana"), draft, w.now).ok);
    w.run_for(40s);
    EXPECT_THAT(w.app("ana").meetings, IsEmpty());
    EXPECT_THAT(w.sent_to("GET", "/events/"), SizeIs(1)) << "not before the time asked for";
    w.run_for(20s);
    EXPECT_THAT(w.app("ana").meetings, SizeIs(1));
}

TEST(Series, OccurrencesFillTheWindowAndMoveWithIt) {
    World w;
    w.start_engine();
    w.run_for(1min);
    fakes::Draft draft = w.webex_draft();
    draft.repeat = fakes::Repeat();
    draft.repeat->every = fakes::Repeat::Every::day;
    ASSERT_TRUE(w.hands().create(w.address("ana"), draft, w.now).ok);
    w.run_for(2min);
    // 2 March 09:00 up to, not including, 2 April 07:00 UTC.
    EXPECT_THAT(w.app("ben").meetings, SizeIs(31));
    EXPECT_EQ(w.app("ben").meetings.back().join_url, "https://calrig.webex.com/meet/ana");
    EXPECT_THAT(w.sent_to("PATCH", ""), SizeIs(1));
    w.run_until(w.at("2026-03-02T09:00:01Z"));
    EXPECT_THAT(w.app("ben").meetings, SizeIs(32)) << "the next one enters by itself";
    w.run_until(w.at("2026-03-10T12:00:00Z"));
    // From 4 March, whose meeting ended less than seven days ago, to 10 April, less than 31 days ahead.
    EXPECT_EQ(w.app("ben").meetings.size(), 28u + 10u);
    EXPECT_THAT(w.app("ana").join_buttons, IsEmpty());
}

TEST(Invitees, WhoIsRemovedGetsNoNewKey) {
    World w;
    w.start_engine();
    w.run_for(1min);
    const fakes::Done made = w.hands().create(w.address("ana"), w.webex_draft(), w.now);
    w.run_for(2min);
    const std::string first = w.cloud->list("ana").begin()->second;
    fakes::Change change;
    change.remove = {w.address("ben")};
    ASSERT_TRUE(w.hands().change(w.address("ana"), {made.uid, {}}, change, w.now).ok);
    w.run_for(2min);
    EXPECT_EQ(w.cloud->list_size("ben"), 0u);
    ASSERT_EQ(w.cloud->list_size("ana"), 1u);
    const std::string item = w.cloud->list("ana").begin()->second;
    const auto uri = [](const std::string& text) {
        const std::size_t at = text.find("kms://");
        return text.substr(at, text.find('"', at) - at);
    };
    EXPECT_NE(uri(item), uri(first)) << "a new key";
    const std::string ben = w.organisation.people[2].user_id;
    EXPECT_FALSE(w.keys->vault().authorised(uri(item), ben));
    EXPECT_FALSE(w.keys->vault().authorised(uri(first), ben));
    EXPECT_TRUE(w.keys->vault().authorised(uri(item), w.organisation.people[1].user_id));
}

TEST(KeyServer, WhatIsPastIsGivenBackForAllReadersInOneRequest) {
    World w;
    w.start_engine();
    w.run_for(1min);
    ASSERT_TRUE(w.hands().create(w.address("ana"), w.webex_draft(), w.now).ok);
    w.run_for(2min);
    const std::string item = w.cloud->list("ana").begin()->second;
    const std::size_t at = item.find("kms://");
    const std::string key = item.substr(at, item.find('"', at) - at);
    const engine::Instant leaves = w.at("2026-03-09T09:30:00Z");
    w.run_until(leaves - 1min);
    EXPECT_TRUE(w.keys->vault().authorised(key, w.organisation.people[2].user_id));
    w.run_until(leaves + 1min);
    for (const char* who : {"ana", "ben", "wawel"}) EXPECT_EQ(w.cloud->list_size(who), 0u) << who;
    for (const fakes::Person& person : w.organisation.people)
        EXPECT_FALSE(w.keys->vault().authorised(key, person.user_id)) << person.key;
    std::size_t asked = 0;
    for (const world::Sent& one : w.sent_to("POST", "/kms/messages")) asked += one.at >= leaves ? 1 : 0;
    EXPECT_EQ(asked, 2u) << "a handshake, as the last is older than an hour, and one request for three lists";
}

TEST(KeyServer, WithoutItNothingIsWrittenAndLaterEverything) {
    World w;
    w.start_engine();
    w.run_for(1min);
    w.keys->refuse(true);
    ASSERT_TRUE(w.hands().create(w.address("ana"), w.webex_draft(), w.now).ok);
    w.run_for(10min);
    EXPECT_THAT(w.sent_to("PUT", "/calendarEvents/"), IsEmpty());
    EXPECT_EQ(w.cloud->calendar_status("ana").state, "ACTIVATED");
    w.keys->refuse(false);
    w.run_for(1h);
    EXPECT_THAT(w.app("ana").meetings, SizeIs(1));
    EXPECT_THAT(w.app("ben").meetings, SizeIs(1));
}

}  // namespace
