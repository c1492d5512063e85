#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/cloud/stage.hpp"

namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using stage::Stage;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> titles(const fakes::Edge& edge) {
    std::vector<std::string> out;
    for (const fakes::ShownMeeting& meeting : edge.screen().meetings)
        out.push_back(meeting.unreadable.empty() ? meeting.title : "(" + meeting.unreadable + ")");
    return out;
}
std::string button(const std::string& item_id) {
    return json{{"state", "ACTIVE"},
                {"meeting", {{"meetingId", item_id}, {"icalUid", item_id}, {"startTime", "2026-03-02T09:00:00.000Z"}, {"durationMinutes", 30}}}}
        .dump();
}
int fetches(const Stage& s, const std::string& what) {
    int count = 0;
    for (const fakes::Outgoing& out : s.sent) count += out.what == what ? 1 : 0;
    return count;
}

TEST(Edge, ShowsWhatIsPushed) {
    Stage s;
    fakes::Edge& app = s.add_app("ben");
    s.settle();
    const std::uint64_t before = app.revision();
    const std::string key = s.make_key({"ben"});
    s.put("ben", "m2", s.item("m2", "Later", key, "2026-03-02T10:00:00.000Z"));
    s.put("ben", "m1", s.item("m1", "Zażółć", key));
    s.settle();
    ASSERT_THAT(titles(app), ElementsAre("Zażółć", "Later"));
    EXPECT_GT(app.revision(), before);
    const fakes::ShownMeeting& shown = app.screen().meetings[0];
    EXPECT_EQ(shown.location, "@webex");
    EXPECT_EQ(shown.notes, "Agenda");
    EXPECT_EQ(shown.join_url, "https://calrig.webex.com/meet/ana");
    EXPECT_EQ(shown.join_uri, "ana@calrig.webex.com");
    EXPECT_EQ(shown.organizer_name, "Ana");
    EXPECT_EQ(shown.organizer_address, "ana@calrig.example");
    EXPECT_EQ(shown.duration_minutes, 30);
    EXPECT_THAT(shown.participants, ElementsAre(fakes::ShownParticipant{"Ben", "ben@calrig.example", "NO_RESPONSE", "REQUIRED"}));
    EXPECT_EQ(fetches(s, "key fetch"), 1) << "one key, fetched once";

    s.put("ben", "m1", s.item("m1", "Moved", key, "2026-03-02T11:00:00.000Z"));
    s.settle();
    EXPECT_THAT(titles(app), ElementsAre("Later", "Moved"));
    s.cloud("DELETE", s.item_path("ben", "m2"));
    s.settle();
    EXPECT_THAT(titles(app), ElementsAre("Moved"));
    const std::uint64_t quiet = app.revision();
    s.advance(24h);
    EXPECT_EQ(app.revision(), quiet);
    EXPECT_EQ(fetches(s, "list fetch"), 1) << "only at birth";
}

TEST(Edge, FetchesItsListAtBirth) {
    Stage s;
    s.put("ben", "m1", s.item("m1", "Stand-up", s.make_key({"ben"})));
    s.cloud("PUT", s.button_path("ben", "m1"), button("m1"));
    fakes::Edge& app = s.add_app("ben");
    EXPECT_THAT(titles(app), IsEmpty());
    s.settle();
    EXPECT_THAT(titles(app), ElementsAre("Stand-up"));
    EXPECT_THAT(app.screen().join_buttons, ElementsAre("m1"));
}

TEST(Edge, SharedDevicesMaskPrivateTitles) {
    Stage s;
    fakes::Edge& room = s.add_device("wawel");
    fakes::Edge& desk = s.add_device("ben");
    const std::string item = s.item("m1", "Raise", s.make_key({"ben", "wawel"}), "2026-03-02T09:00:00Z", "Private");
    s.put("wawel", "m1", item);
    s.put("ben", "m1", item);
    s.settle();
    EXPECT_THAT(titles(room), ElementsAre("Scheduled meeting"));
    EXPECT_THAT(titles(desk), ElementsAre("Raise"));
}

TEST(Edge, ButtonsFollowTheCloud) {
    Stage s;
    fakes::Edge& app = s.add_app("ben");
    const std::string key = s.make_key({"ben"});
    EXPECT_EQ(s.cloud("PUT", s.button_path("ben", "m1"), button("m1")).status, 404) << "no such meeting in the list";
    s.put("ben", "m1", s.item("m1", "a", key));
    s.put("ben", "m2", s.item("m2", "b", key, "2026-03-02T08:00:00Z"));
    EXPECT_EQ(s.cloud("PUT", s.button_path("ben", "m1"), button("m1")).status, 204);
    EXPECT_EQ(s.cloud("PUT", s.button_path("ben", "m2"), button("m2")).status, 204);
    s.settle();
    EXPECT_THAT(app.screen().join_buttons, ElementsAre("m2", "m1"));
    EXPECT_EQ(s.cloud("DELETE", s.button_path("ben", "m2")).status, 204);
    s.settle();
    EXPECT_THAT(app.screen().join_buttons, ElementsAre("m1"));
    s.cloud("DELETE", s.item_path("ben", "m1"));
    s.settle();
    EXPECT_THAT(app.screen().join_buttons, IsEmpty());
    EXPECT_THAT(s.meeting_cloud->join_buttons("ben"), IsEmpty());
    EXPECT_EQ(s.cloud("PUT", s.button_path("ben", "m2"), button("m1")).status, 400);
}

TEST(Edge, AsksForTheListAgainAfterALostPush) {
    Stage s;
    fakes::Edge& app = s.add_app("ben");
    const std::string key = s.make_key({"ben"});
    s.put("ben", "m1", s.item("m1", "a", key));
    s.settle();
    s.lose = [](const fakes::Outgoing& out) { return out.what == "calendar.meeting.create" || out.what == "calendar.join_button"; };
    s.put("ben", "m2", s.item("m2", "b", key, "2026-03-02T10:00:00Z"));
    s.cloud("PUT", s.button_path("ben", "m2"), button("m2"));
    s.settle();
    EXPECT_THAT(titles(app), ElementsAre("a"));
    s.lose = nullptr;
    s.put("ben", "m1", s.item("m1", "a2", key));
    s.settle();
    EXPECT_THAT(titles(app), ElementsAre("a2", "b"));
    EXPECT_THAT(app.screen().join_buttons, ElementsAre("m2"));
    EXPECT_EQ(fetches(s, "list fetch"), 2);
}

TEST(Edge, LearnsOfALostPushWithoutAnother) {
    Stage s;
    fakes::Edge& app = s.add_app("ben");
    s.settle();
    s.lose = [](const fakes::Outgoing& out) { return out.what == "calendar.meeting.create"; };
    s.put("ben", "m1", s.item("m1", "a", s.make_key({"ben"})));
    s.settle();
    EXPECT_THAT(titles(app), IsEmpty());
    s.advance(5s);
    EXPECT_THAT(titles(app), ElementsAre("a"));
}

TEST(Edge, IgnoresDuplicatesAndLatecomers) {
    Stage s;
    fakes::Edge& app = s.add_app("ben");
    s.settle();
    const std::string key = s.make_key({"ben"});
    s.put("ben", "m1", s.item("m1", "a", key));
    s.settle();
    const fakes::Outgoing create = s.sent.at(1);
    ASSERT_EQ(create.what, "calendar.meeting.create");
    s.cloud("DELETE", s.item_path("ben", "m1"));
    s.settle();
    fakes::Effects effects;
    app.request(99, {"POST", app.host(), "/push", create.headers, create.body}, s.now, effects);
    EXPECT_EQ(effects.answers.at(0).reply.status, 200);
    EXPECT_TRUE(effects.outgoing.empty());
    EXPECT_THAT(titles(app), IsEmpty());
    app.request(100, {"POST", app.host(), "/push", {}, "{}"}, s.now, effects);
    EXPECT_EQ(effects.answers.at(1).reply.status, 400);
}

TEST(Edge, PushDuringAListFetchIsNotLost) {
    Stage s;
    fakes::Edge& app = s.add_app("ben");
    fakes::Effects birth;
    app.wake(s.now, birth);  // the list is asked for...
    ASSERT_EQ(birth.outgoing.size(), 1u);
    const fakes::Reply old_list = s.cloud("GET", "/calendar/api/v1/calendarEvents", "", s.token("ben"));
    s.put("ben", "m1", s.item("m1", "a", s.make_key({"ben"})));
    s.settle();
    fakes::Effects after;
    app.answered(birth.outgoing[0].id, &old_list, s.now, after);  // ...and arrives after a newer push
    EXPECT_THAT(titles(app), ElementsAre("a"));
}

TEST(Edge, OutsidersSeeThatTheKeyIsRefused) {
    Stage s;
    fakes::Edge& app = s.add_app("cid");
    const std::string key = s.make_key({"ben"});
    s.put("cid", "m1", s.item("m1", "Secret", key));
    s.settle();
    EXPECT_THAT(titles(app), ElementsAre("(key refused (403))"));
    EXPECT_EQ(app.screen().meetings[0].title, "");
    const int asked = fetches(s, "key fetch");
    s.advance(1h);
    EXPECT_EQ(fetches(s, "key fetch"), asked) << "a refusal is not asked about again";
    s.key_message(json{{"method", "create"}, {"uri", "/authorizations"}, {"resourceUri", s.resource_of(key)}, {"userIds", {s.id("cid")}}}.dump());
    app.reboot();
    EXPECT_THAT(titles(app), IsEmpty());
    s.settle();
    EXPECT_THAT(titles(app), ElementsAre("Secret"));
}

TEST(Edge, RefusedKeyIsAskedForAgainWhenLifeGoesOn) {
    Stage s;
    fakes::Edge& app = s.add_app("ben");
    const std::string key = s.make_key({"ben"});
    s.keys->refuse(true);
    s.put("ben", "m1", s.item("m1", "a", key));
    s.settle();
    EXPECT_THAT(titles(app), ElementsAre("(key refused (403))"));
    s.keys->refuse(false);
    s.advance(6min);
    EXPECT_THAT(titles(app), ElementsAre("(key refused (403))"));
    s.put("ben", "m2", R"({"id":"m2","seriesId":"m2","start":"2026-03-02T10:00:00Z","durationMinutes":5})");
    s.settle();
    EXPECT_THAT(titles(app), ElementsAre("a", ""));
}

TEST(Edge, KeepsAskingASilentKeyServerWithBackOff) {
    Stage s;
    fakes::Edge& app = s.add_app("ben");
    s.settle();
    s.lose = [](const fakes::Outgoing& out) { return out.what == "key fetch"; };
    s.put("ben", "m1", s.item("m1", "a", s.make_key({"ben"})));
    s.settle();
    EXPECT_THAT(titles(app), ElementsAre("(the key server does not answer)"));
    s.advance(100s);
    EXPECT_EQ(fetches(s, "key fetch"), 5) << "at 0, 6, 18, 42 and 90 s";
    s.lose = nullptr;
    s.advance(100s);
    EXPECT_THAT(titles(app), ElementsAre("a"));
}

TEST(Edge, WrongSealIsAWrongScreen) {
    Stage s;
    fakes::Edge& app = s.add_app("ben");
    const std::string key = s.make_key({"ben"});
    const std::string other = s.make_key({"ben"});
    json item = json::parse(s.item("m1", "a", key));
    item["encryptedNotes"] = s.seal(other, "Agenda");
    s.put("ben", "m1", item.dump());
    s.settle();
    EXPECT_THAT(titles(app), ElementsAre("(encryptedNotes cannot be decrypted with the item's key)"));
    EXPECT_EQ(app.screen().meetings[0].title, "") << "not half an item";
}

TEST(Edge, LongAgendasAndManyPeopleAreReadWhereTheyAreShown) {
    Stage s;
    fakes::Edge& app = s.add_app("ben");
    fakes::Edge& board = s.add_device("wawel");
    const std::string key = s.make_key({"ben", "wawel"});
    json item = json::parse(s.item("m1", "All hands", key));
    const json someone = item["encryptedParticipants"][0];
    for (int i = 0; i < 40; ++i) item["encryptedParticipants"].push_back(someone);
    item["encryptedNotes"] = s.seal(key, std::string(6'000, 'n'));
    for (const char* who : {"ben", "wawel"}) s.put(who, "m1", item.dump());
    s.settle();
    EXPECT_EQ(app.screen().meetings.at(0).participants.size(), 41u);
    EXPECT_EQ(app.screen().meetings.at(0).notes.size(), 6'000u);
    EXPECT_EQ(board.screen().meetings.at(0).notes.size(), 6'000u);
    EXPECT_TRUE(board.screen().meetings.at(0).participants.empty()) << "nobody reads them there";
    EXPECT_EQ(fetches(s, "part fetch"), 3);
    board.reboot();
    s.advance(1s);
    EXPECT_EQ(fetches(s, "part fetch"), 4) << "the app knows them still";
    item["encryptedNotes"] = s.seal(key, std::string(7'000, 'm'));
    s.put("ben", "m1", item.dump());
    s.settle();
    EXPECT_EQ(app.screen().meetings.at(0).notes.size(), 7'000u);
    EXPECT_EQ(fetches(s, "part fetch"), 6);
}

TEST(Edge, LargeItemsArePushedMinimalAndFetched) {
    Stage s;
    fakes::Edge& app = s.add_app("ben");
    const std::string key = s.make_key({"ben"});
    json item = json::parse(s.item("m1", "All hands", key));
    const json someone = item["encryptedParticipants"][0];
    for (int i = 0; i < 600; ++i) item["encryptedParticipants"].push_back(someone);
    ASSERT_EQ(s.put("ben", "m1", item.dump()).status, 200);
    s.settle();
    EXPECT_EQ(fetches(s, "calendar.meeting.create.minimal"), 1);
    ASSERT_THAT(titles(app), ElementsAre("All hands"));
    EXPECT_EQ(app.screen().meetings[0].participants.size(), 601u);
    EXPECT_EQ(app.screen().meetings[0].notes, "Agenda");
}

TEST(Edge, ListOutageIsSurvived) {
    Stage s;
    s.put("ben", "m1", s.item("m1", "a", s.make_key({"ben"})));
    fakes::Edge& app = s.add_app("ben");
    s.lose = [](const fakes::Outgoing& out) { return out.what == "list fetch"; };
    s.advance(1h);
    EXPECT_LT(fetches(s, "list fetch"), 125) << "no more often than every 32 s";
    s.lose = nullptr;
    s.advance(32s);
    EXPECT_THAT(titles(app), ElementsAre("a"));
}

}  // namespace
