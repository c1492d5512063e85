// What the cloud takes and refuses as a meeting list item.
#include <gmock/gmock.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "tests/cloud/stage.hpp"

namespace {

using nlohmann::json;
using stage::Stage;
using testing::HasSubstr;

TEST(Items, TakenAndListedForTheirUserOnly) {
    Stage s;
    const std::string key = s.make_key({"ana", "ben"});
    const std::string item = s.item("m1", "Stand-up", key);
    EXPECT_EQ(s.put("ben", "m1", item).status, 200);
    EXPECT_EQ(s.meeting_cloud->list("ben").at("m1"), item);
    const json mine = json::parse(s.cloud("GET", "/calendar/api/v1/calendarEvents", "", s.token("ben")).body);
    EXPECT_EQ(mine.at("items").at(0), json::parse(item));
    const json others = json::parse(s.cloud("GET", "/calendar/api/v1/calendarEvents", "", s.token("cid")).body);
    EXPECT_TRUE(others.at("items").empty());
    EXPECT_EQ(s.cloud("GET", "/calendar/api/v1/calendarEvents", "", "wrong").status, 401);
    EXPECT_EQ(s.cloud("PUT", s.item_path("ben", "m1"), item, s.token("ben")).status, 403);
}

TEST(Items, PlaintextIsRefusedFieldByField) {
    Stage s;
    const std::string key = s.make_key({"ben"});
    const json good = json::parse(s.item("m1", "Stand-up", key));
    int tried = 0;
    for (const char* name : {"encryptedSubject", "encryptedLocation", "encryptedNotes", "webexURI", "webexURL", "spaceURI",
                             "spaceURL", "spaceMeetURL"}) {
        json bad = good;
        bad[name] = "Budget review";
        const fakes::Reply reply = s.put("ben", "m1", bad.dump());
        EXPECT_EQ(reply.status, 400) << name;
        EXPECT_THAT(reply.body, HasSubstr(name));
        EXPECT_THAT(reply.broken_rule, HasSubstr("plaintext"));
    }
    const json flat = good.flatten();
    for (const auto& [path, value] : flat.items()) {
        if (!value.is_string() || !value.get<std::string>().starts_with("eyJ")) continue;
        json bad = good;
        bad[json::json_pointer(path)] = "ben@calrig.example";
        const fakes::Reply reply = s.put("ben", "m1", bad.dump());
        EXPECT_EQ(reply.status, 400) << path;
        EXPECT_THAT(reply.body, HasSubstr(path.substr(path.rfind('/') + 1)));
        ++tried;
    }
    EXPECT_EQ(tried, 9);
    EXPECT_EQ(s.meeting_cloud->list_size("ben"), 0u);
}

TEST(Items, WrongFormIsRefusedWithTheMembersName) {
    Stage s;
    const std::string key = s.make_key({"ben"});
    const json good = json::parse(s.item("m1", "Stand-up", key));
    const auto refused = [&](const char* name, const json& value) {
        json bad = good;
        if (value.is_discarded()) bad.erase(name);
        else bad[name] = value;
        const fakes::Reply reply = s.put("ben", "m1", bad.dump());
        EXPECT_EQ(reply.status, 400) << name << " " << value;
        EXPECT_THAT(reply.body, HasSubstr(name));
    };
    const json missing(json::value_t::discarded);
    for (const char* name : {"id", "seriesId", "start", "durationMinutes", "encryptionKeyUrl"}) refused(name, missing);
    refused("subject", "Budget review");
    refused("start", "2026-03-02T09:00:00+01:00");
    refused("start", "2026-02-30T09:00:00Z");
    refused("durationMinutes", -1);
    refused("durationMinutes", "30");
    refused("organizer", "ana@calrig.example");
    refused("encryptionKeyUrl", "kms://kms.elsewhere.example/keys/0f6d1b9e-5b1c-4b7a-9d9b-1d2c3b4a5f60");
    refused("encryptionKeyUrl", "https://kms.calrig.example/keys/0f6d1b9e-5b1c-4b7a-9d9b-1d2c3b4a5f60");
    refused("isDeleted", true);
    refused("meetingSensitivity", "secret");
    refused("encryptedSubject", "");
    refused("id", "m2");
    EXPECT_EQ(s.put("ben", "m1", "{").status, 400);
    EXPECT_EQ(s.put("ben", "m1", R"({"id":"m1","id":"m1"})").status, 400);
    EXPECT_EQ(s.put("ben", "m1", good.dump()).status, 200);
}

TEST(Items, WithoutAnythingSealedNeedNoKey) {
    Stage s;
    const std::string bare = R"({"id":"m1","seriesId":"m1","start":"2026-03-02T09:00:00Z","durationMinutes":0})";
    EXPECT_EQ(s.put("ben", "m1", bare).status, 200);
}

TEST(Items, OfUsersWhoAreNotEnabledAreRefused) {
    fakes::CloudOptions options;
    options.not_activated = {"ben"};
    Stage s(options);
    const std::string item = s.item("m1", "Stand-up", s.make_key({"ben"}));
    EXPECT_EQ(s.put("ben", "m1", item).status, 403);
    EXPECT_EQ(s.put("ana", "m1", item).status, 200);
    s.meeting_cloud->activate("ana", false);
    EXPECT_EQ(s.cloud("DELETE", s.item_path("ana", "m1")).status, 204);
    EXPECT_EQ(s.cloud("DELETE", s.item_path("ana", "m1")).status, 404);
}

TEST(Items, WindowOfTheOwnList) {
    Stage s;
    const std::string key = s.make_key({"ben"});
    s.put("ben", "m1", s.item("m1", "a", key, "2026-03-02T09:00:00Z"));
    s.put("ben", "m2", s.item("m2", "b", key, "2026-03-03T09:00:00Z"));
    const auto count = [&](const std::string& query) {
        const fakes::Reply reply = s.cloud("GET", "/calendar/api/v1/calendarEvents" + query, "", s.token("ben"));
        return json::parse(reply.body).at("items").size();
    };
    EXPECT_EQ(count("?fromDate=2026-03-02T09:00:00Z&toDate=2026-03-02T09%3A30%3A00Z"), 1u);
    EXPECT_EQ(count("?fromDate=2026-03-02T09:00:01Z"), 1u);
    EXPECT_EQ(count("?toDate=2026-03-02T09:29:59Z"), 0u);
    EXPECT_EQ(count(""), 2u);
}

TEST(Items, WhatIsLongIsAResourceOfItsOwnForWhoHasTheItem) {
    Stage s;
    const std::string key = s.make_key({"ben"});
    json item = json::parse(s.item("m1", "a", key));
    item["encryptedNotes"] = s.seal(key, std::string(5'000, 'n'));
    s.put("ben", "m1", item.dump());
    const std::string list = "/calendar/api/v1/calendarEvents";
    const json listed = json::parse(s.cloud("GET", list, "", s.token("ben")).body)["items"][0];
    EXPECT_FALSE(listed.contains("encryptedNotes"));
    EXPECT_FALSE(listed.contains("participantsUrl")) << "two people are no long list";
    const std::string url = listed.value("notesUrl", "");
    ASSERT_EQ(url, "https://cloud.calrig.example" + list + "/bTE/notes");
    const json notes = json::parse(s.cloud("GET", list + "/bTE/notes", "", s.token("ben")).body);
    EXPECT_EQ(notes, (json{{"id", "m1"}, {"encryptionKeyUrl", key}, {"encryptedNotes", item["encryptedNotes"]}}));
    EXPECT_EQ(s.cloud("GET", list + "/bTE/participants", "", s.token("ben")).status, 200);
    EXPECT_EQ(s.cloud("GET", list + "/bTE/notes", "", s.token("cid")).status, 404) << "not in their list";
    EXPECT_EQ(s.cloud("GET", list + "/bTE/notes").status, 403);
    EXPECT_EQ(s.cloud("GET", list + "/bTE", "", s.token("ben")).body, item.dump());
}

TEST(Items, SameTextIsStoredOnce) {
    Stage s;
    const std::string key = s.make_key({"ana", "ben"});
    const std::string item = s.item("m1", "Stand-up", key);
    for (const char* who : {"ana", "ben", "cid", "wawel"}) EXPECT_EQ(s.put(who, "m1", item).status, 200);
    EXPECT_EQ(s.meeting_cloud->stored_items(), 1u);
    EXPECT_EQ(s.meeting_cloud->item("ana", "m1"), s.meeting_cloud->item("wawel", "m1"));
    EXPECT_EQ(s.put("ana", "m1", s.item("m1", "Moved", key)).status, 200);
    EXPECT_EQ(s.meeting_cloud->stored_items(), 2u);
    for (const char* who : {"ben", "cid", "wawel"}) s.cloud("DELETE", s.item_path(who, "m1"));
    EXPECT_EQ(s.meeting_cloud->stored_items(), 1u);
    s.cloud("DELETE", s.item_path("ana", "m1"));
    EXPECT_EQ(s.meeting_cloud->stored_items(), 0u);
}

TEST(Items, ReachNobodyWithoutAnEdge) {
    Stage s;
    s.put("ben", "m1", s.item("m1", "Stand-up", s.make_key({"ben"})));
    EXPECT_TRUE(s.sent.empty());
}

TEST(Items, ChangesAreTakenOnce) {
    Stage s;
    s.put("ben", "m1", s.item("m1", "Stand-up", s.make_key({"ben"})));
    EXPECT_EQ(s.meeting_cloud->take_changes().lists, std::set<std::string>{"ben"});
    EXPECT_TRUE(s.meeting_cloud->take_changes().empty());
    s.put("ben", "m1", s.meeting_cloud->list("ben").at("m1"));
    EXPECT_TRUE(s.meeting_cloud->take_changes().empty()) << "the same bytes again change nothing";
}

}  // namespace
