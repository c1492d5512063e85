// Directory, calendar status, presence, spaces and one-time meetings.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/cloud/stage.hpp"

namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using stage::Stage;

const std::string users = "/identity/api/v1/orgs/7f2c1c5e-8f0b-4e0e-9a54-0a1b2c3d4e5f/users";

TEST(Directory, NamesEverybody) {
    fakes::CloudOptions options;
    options.not_activated = {"ben"};
    options.without_personal_room = {"cid"};
    options.provider = "google";
    Stage s(options);
    const json page = json::parse(s.cloud("GET", users).body);
    ASSERT_EQ(page.at("items").size(), 4u);
    EXPECT_FALSE(page.contains("next"));
    const json ana = page.at("items")[0];
    EXPECT_EQ(ana, (json{{"id", s.id("ana")},
                         {"type", "PERSON"},
                         {"email", "ana@calrig.example"},
                         {"displayName", "ana"},
                         {"calendar", {{"enabled", true}, {"provider", "google"}}},
                         {"personalRoom", {{"url", "https://calrig.webex.com/meet/ana"}, {"sipUri", "ana@calrig.webex.com"}}}}));
    EXPECT_EQ(page.at("items")[1].at("calendar").at("enabled"), false);
    EXPECT_TRUE(page.at("items")[2].at("personalRoom").is_null());
    EXPECT_EQ(page.at("items")[3].at("type"), "ROOM");
    EXPECT_TRUE(page.at("items")[3].at("personalRoom").is_null());
    EXPECT_EQ(s.cloud("GET", users + "?cursor=4").status, 400);
    EXPECT_EQ(json::parse(s.cloud("GET", users + "?cursor=3").body).at("items").size(), 1u);
    EXPECT_EQ(s.cloud("GET", "/identity/api/v1/orgs/other/users").status, 404);
    EXPECT_EQ(s.cloud("GET", users, "", s.token("ana")).status, 403);
    EXPECT_EQ(s.cloud("POST", users).status, 405);
}

TEST(Directory, FirstPageHasWhatIsSetForInvitations) {
    EXPECT_FALSE(json::parse(Stage().cloud("GET", users).body).contains("invitations"));
    fakes::CloudOptions options;
    options.invitations.language = "pl-PL";
    options.invitations.headers = {{"en", "Mind \"the\" gap"}};
    options.invitations.phone_number = "+48 22 123";
    options.invitations.skype = true;
    Stage s(options);
    const json page = json::parse(s.cloud("GET", users).body);
    EXPECT_EQ(page.at("invitations"), (json{{"language", "pl-PL"},
                                            {"headers", {{"en", "Mind \"the\" gap"}}},
                                            {"phone", {{"number", "+48 22 123"}}},
                                            {"skypeForBusiness", true}}));
    EXPECT_EQ(page.at("items")[0].at("personalRoom").at("meetingNumber").get<std::string>().size(), 10u);
    EXPECT_FALSE(json::parse(s.cloud("GET", users + "?cursor=3").body).contains("invitations"));
}

TEST(Directory, TellsTheHookUntilItListens) {
    Stage s;
    s.hook_status = 503;
    EXPECT_TRUE(s.meeting_cloud->activate("ben", false));
    EXPECT_FALSE(s.meeting_cloud->activate("zoe", false));
    s.settle();
    ASSERT_EQ(s.hook_bodies.size(), 1u);
    EXPECT_EQ(s.hook_bodies[0], R"({"type":"directory.changed"})");
    s.hook_status = 204;
    s.advance(5s);
    EXPECT_EQ(s.hook_bodies.size(), 2u);
    s.advance(1h);
    EXPECT_EQ(s.hook_bodies.size(), 2u);
    s.meeting_cloud->activate("ben", false);
    s.settle();
    EXPECT_EQ(s.hook_bodies.size(), 2u) << "nothing changed";
}

TEST(Status, IsKeptAndShownOnce) {
    Stage s;
    const std::string path = "/identity/api/v1/users/" + s.id("ben") + "/calendarStatus";
    EXPECT_EQ(s.cloud("PUT", path, R"({"state":"ERROR","reason":"no mailbox"})").status, 204);
    EXPECT_EQ(s.meeting_cloud->calendar_status("ben").state, "ERROR");
    EXPECT_EQ(s.meeting_cloud->take_changes().statuses.at("ben").reason, "no mailbox");
    EXPECT_EQ(s.cloud("PUT", path, R"({"state":"FINE"})").status, 400);
    EXPECT_EQ(s.cloud("PUT", path, R"({"state":"ERROR","extra":1})").status, 400);
    EXPECT_EQ(s.cloud("PUT", "/identity/api/v1/users/none/calendarStatus", R"({"state":"ERROR"})").status, 404);
}

TEST(Presence, LapsesWithItsTtl) {
    Stage s;
    fakes::Edge& app = s.add_app("ben");
    const std::string on = json{{"subject", s.id("ben")}, {"eventType", "ooo"}, {"label", "hybrid-calendar"}, {"ttl", 60}}.dump();
    EXPECT_EQ(s.cloud("POST", "/apheleia/api/v1/events", on).status, 204);
    s.settle();
    EXPECT_EQ(s.meeting_cloud->presence("ben"), "ooo");
    EXPECT_EQ(app.presence().at(s.id("ben")), "ooo");
    EXPECT_EQ(json::parse(s.cloud("GET", "/apheleia/api/v1/compositions?userId=" + s.id("ben"), "", s.token("ana")).body).at("status"), "ooo");
    s.advance(50s);
    EXPECT_EQ(s.cloud("POST", "/apheleia/api/v1/events", on).status, 204);
    s.advance(59s);
    EXPECT_EQ(s.meeting_cloud->presence("ben"), "ooo") << "renewed";
    s.advance(1s);
    EXPECT_EQ(s.meeting_cloud->presence("ben"), "clear");
    EXPECT_EQ(app.presence().at(s.id("ben")), "clear");
    EXPECT_EQ(s.meeting_cloud->take_changes().presence.at("ben"), "clear");
}

TEST(Presence, IsClearedByHand) {
    Stage s;
    s.cloud("POST", "/apheleia/api/v1/events", json{{"subject", s.id("ben")}, {"eventType", "ooo"}, {"ttl", 60}}.dump());
    EXPECT_EQ(s.cloud("POST", "/apheleia/api/v1/events", json{{"subject", s.id("ben")}, {"eventType", "clear"}}.dump()).status, 204);
    EXPECT_EQ(s.meeting_cloud->presence("ben"), "clear");
    EXPECT_FALSE(s.meeting_cloud->next_wake());
    for (const json& bad : {json{{"subject", s.id("ben")}, {"eventType", "ooo"}},
                            json{{"subject", s.id("ben")}, {"eventType", "ooo"}, {"ttl", 0}},
                            json{{"subject", s.id("ben")}, {"eventType", "dnd"}, {"ttl", 60}}})
        EXPECT_EQ(s.cloud("POST", "/apheleia/api/v1/events", bad.dump()).status, 400) << bad;
}

TEST(Spaces, AreMadeOncePerClientIdAndPair) {
    Stage s;
    const std::string key = s.make_key({"ana", "ben", "cid"});
    const auto make = [&](const std::string& temp, const std::vector<std::string>& people) {
        json ids = json::array();
        for (const std::string& who : people) ids.push_back(s.id(who));
        const fakes::Reply reply = s.cloud("POST", "/conversation/api/v1/conversations",
                                           json{{"clientTempId", temp}, {"displayName", s.seal(key, "Plan")},
                                                {"encryptionKeyUrl", key}, {"participants", ids}}.dump());
        EXPECT_EQ(reply.status, 200) << reply.body;
        return json::parse(reply.body);
    };
    const json first = make("t1", {"ana", "ben", "cid"});
    EXPECT_EQ(make("t1", {"ana", "ben", "cid"}), first);
    EXPECT_NE(make("t2", {"ana", "ben", "cid"}).at("id"), first.at("id"));
    EXPECT_THAT(first.at("sipUri").get<std::string>(), testing::MatchesRegex("[0-9]*@meet.webex.com"));
    EXPECT_THAT(first.at("meetUrl").get<std::string>(), testing::StartsWith("https://calrig.webex.com/m/"));
    EXPECT_EQ(make("t3", {"ana", "ben"}), make("t4", {"ben", "ana"})) << "the one space of two people";
    const fakes::Reply plain = s.cloud("POST", "/conversation/api/v1/conversations",
                                       json{{"clientTempId", "t5"}, {"displayName", "Plan"}, {"encryptionKeyUrl", key},
                                            {"participants", {s.id("ana")}}}.dump());
    EXPECT_EQ(plain.status, 400);
    EXPECT_THAT(plain.body, testing::HasSubstr("displayName"));
}

TEST(OneTimeMeetings, AreMadeOncePerClientId) {
    Stage s;
    const std::string key = s.make_key({"ana"});
    json body{{"clientTempId", "t1"}, {"title", s.seal(key, "Plan")}, {"encryptionKeyUrl", key},
              {"startTime", "2026-03-02T09:00:00.000Z"}, {"durationMinutes", 30}, {"host", s.id("ana")}};
    const json made = json::parse(s.cloud("POST", "/calendar/api/v1/meetings", body.dump()).body);
    EXPECT_EQ(json::parse(s.cloud("POST", "/calendar/api/v1/meetings", body.dump()).body), made);
    EXPECT_EQ(made.at("meetingNumber").get<std::string>().size(), 10u);
    EXPECT_THAT(made.at("joinUrl").get<std::string>(), testing::StartsWith("https://calrig.webex.com/calrig/j.php?MTID=m"));
    EXPECT_EQ(made.at("sipUri"), made.at("meetingNumber").get<std::string>() + "@calrig.webex.com");
    body["title"] = "Plan";
    const fakes::Reply plain = s.cloud("POST", "/calendar/api/v1/meetings", body.dump());
    EXPECT_EQ(plain.status, 400);
    EXPECT_THAT(plain.body, testing::HasSubstr("title"));
}

TEST(OneTimeMeetings, AreMovedAndDeletedByTheirNumber) {
    Stage s;
    const std::string key = s.make_key({"ana"});
    json body{{"title", s.seal(key, "Plan")}, {"encryptionKeyUrl", key}, {"startTime", "2026-03-02T09:00:00.000Z"}, {"durationMinutes", 30}};
    json first = body;
    first["clientTempId"] = "t1";
    first["host"] = s.id("ana");
    const json made = json::parse(s.cloud("POST", "/calendar/api/v1/meetings", first.dump()).body);
    const std::string path = "/calendar/api/v1/meetings/" + made.at("meetingNumber").get<std::string>();
    EXPECT_EQ(s.cloud("PUT", path, body.dump()).status, 204);
    EXPECT_EQ(s.cloud("PUT", path, body.dump(), s.token("ana")).status, 403);
    body["title"] = "Plan";
    EXPECT_EQ(s.cloud("PUT", path, body.dump()).status, 400);
    EXPECT_EQ(s.cloud("DELETE", path).status, 204);
    EXPECT_EQ(s.cloud("DELETE", path).status, 404);
    EXPECT_NE(json::parse(s.cloud("POST", "/calendar/api/v1/meetings", first.dump()).body), made) << "made anew";
}

TEST(Spaces, AreRenamed) {
    Stage s;
    const std::string key = s.make_key({"ana"});
    const json made = json::parse(s.cloud("POST", "/conversation/api/v1/conversations",
                                          json{{"clientTempId", "t1"}, {"displayName", s.seal(key, "Plan")}, {"encryptionKeyUrl", key},
                                               {"participants", {s.id("ana")}}}.dump()).body);
    EXPECT_EQ(made.at("clientTempId"), "t1");
    const std::string path = "/conversation/api/v1/conversations/" + made.at("id").get<std::string>();
    EXPECT_EQ(s.cloud("PUT", path, json{{"displayName", s.seal(key, "Other")}, {"encryptionKeyUrl", key}}.dump()).status, 204);
    EXPECT_EQ(s.cloud("PUT", path, json{{"displayName", "Other"}, {"encryptionKeyUrl", key}}.dump()).status, 400);
    EXPECT_EQ(s.cloud("PUT", path + "0", json{{"displayName", s.seal(key, "Other")}, {"encryptionKeyUrl", key}}.dump()).status, 404);
}

}  // namespace
