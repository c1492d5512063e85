// Answers have the vendor's members, in the vendor's order.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/google/domain.hpp"

namespace fakes {
namespace {

using nlohmann::ordered_json;

ordered_json example(const std::string& name) {
    std::ifstream file(std::string(CALRIG_SOURCE_DIR) + "/tests/facts/examples/google/" + name + ".json");
    return ordered_json::parse(file, nullptr, false);
}

std::vector<std::string> names_of(const ordered_json& object) {
    std::vector<std::string> names;
    for (const auto& [name, value] : object.items()) names.push_back(name);
    return names;
}

/// Plays the example's request and compares names and order of members, two levels deep.
void expect_shape(Domain& d, const std::string& name, const std::string& user, const std::string& target, const json& body = nullptr) {
    const ordered_json wanted = example(name);
    if (wanted.is_discarded()) FAIL() << "the recorded example " << name << " is not there";
    const Reply reply = d.call(user, wanted["request"]["method"], target, body);
    EXPECT_EQ(reply.status, wanted["response"]["status"]) << name << " " << reply.body;
    if (!wanted["response"].contains("body")) {
        EXPECT_TRUE(reply.body.empty());
        return;
    }
    const ordered_json is = ordered_json::parse(reply.body, nullptr, false);
    const ordered_json& should = wanted["response"]["body"];
    EXPECT_EQ(names_of(is), names_of(should)) << name;
    for (const auto& [member, value] : should.items()) {
        if (value.is_object() && is.contains(member)) EXPECT_EQ(names_of(is[member]), names_of(value)) << name << "." << member;
        if (value.is_array() && !value.empty() && is.contains(member) && !is[member].empty() && value[0].is_object())
            EXPECT_EQ(names_of(is[member][0]), names_of(value[0])) << name << "." << member << "[0]";
    }
}

json request_of(const std::string& name) {
    const ordered_json wanted = example(name);
    json body = wanted.is_discarded() ? json::object() : json::parse(wanted["request"]["body"].dump());
    for (json& guest : body.contains("attendees") ? body["attendees"] : body)
        if (guest.is_object() && guest.value("email", "").starts_with("c_")) guest["email"] = Domain::address("fjord");
    return body;
}

TEST(Shapes, MatchTheRecordedAnswers) {
    Domain d;
    expect_shape(d, "events-insert", "mia", events_of(), request_of("events-insert"));
    expect_shape(d, "events-insert-all-day", "mia", events_of(), request_of("events-insert-all-day"));
    expect_shape(d, "events-insert-recurring", "mia", events_of(), request_of("events-insert-recurring"));
    const std::vector<std::string> ids = ids_in(d.ok("mia", "GET", events_of()));
    ASSERT_EQ(ids.size(), 3u);
    expect_shape(d, "events-get", "mia", events_of() + "/" + ids[0]);
    // The recorded occurrences show no properties of their series; here they inherit them, so this series has none.
    json bare = request_of("events-insert-recurring");
    bare.erase("extendedProperties");
    const std::string series = d.ok("mia", "POST", events_of(), bare)["id"];
    expect_shape(d, "events-instances", "mia", events_of() + "/" + series + "/instances");
    d.ok("mia", "DELETE", events_of() + "/" + series);
    expect_shape(d, "events-list-full", "mia", events_of());
    expect_shape(d, "events-list-page", "mia", events_of() + "?maxResults=1");
    expect_shape(d, "events-list-single", "mia", events_of() + "?singleEvents=true&orderBy=startTime");
    expect_shape(d, "events-patch-join-info", "mia", events_of() + "/" + ids[0], request_of("events-patch-join-info"));
    expect_shape(d, "events-patch-response", "olav", events_of() + "/" + ids[0], request_of("events-patch-response"));
    expect_shape(d, "events-watch", "mia", events_of() + "/watch", request_of("events-watch"));
    expect_shape(d, "events-quickAdd", "mia", events_of() + "/quickAdd?text=" + escaped("Appointment at Somewhere on June 3rd 10am-10:25am"));
    expect_shape(d, "events-delete", "mia", events_of() + "/" + ids[0]);
    expect_shape(d, "settings-get-locale", "mia", "/calendar/v3/users/me/settings/locale");
    expect_shape(d, "gmail-getVacation-off", "mia", "/gmail/v1/users/me/settings/vacation");
    const std::string acl = "/calendar/v3/calendars/" + escaped(Domain::address("fjord")) + "/acl";
    expect_shape(d, "acl-insert", "admin", acl, {{"role", "writer"}, {"scope", {{"type", "user"}, {"value", "hybrid-rooms@nordlys.example"}}}});
    expect_shape(d, "acl-list", "admin", acl);
    expect_shape(d, "acl-delete", "admin", acl + "/" + escaped("user:hybrid-rooms@nordlys.example"));
}

TEST(Shapes, RefusalsMatchTheRecordedOnesWordForWord) {
    Domain d;
    json reserved = timed("Taken", "2026-03-09T10:00:00", "2026-03-09T11:00:00");
    reserved["id"] = "taken12345";
    d.ok("mia", "POST", events_of(), reserved);
    const json no_end = {{"summary", "x"}, {"start", {{"dateTime", "2026-03-09T10:00:00Z"}}}};
    const json watch_http = {{"id", "c2"}, {"type", "web_hook"}, {"address", "http://hybrid.example.net/n"}};
    const json watch_holiday = {{"id", "c3"}, {"type", "web_hook"}, {"address", "https://hybrid.example.net/n"}};
    struct Row { const char* name; const char* user; const char* method; std::string target; json body; };
    for (const Row& row : std::vector<Row>{
             {"error-not-found", "mia", "GET", events_of() + "/nosuchevent00000", nullptr},
             {"error-missing-end", "mia", "POST", events_of(), no_end},
             {"error-duplicate-id", "mia", "POST", events_of(), reserved},
             {"error-not-a-calendar-user", "ghost", "GET", events_of(), nullptr},
             {"events-list-sync-token-malformed", "mia", "GET", events_of() + "?syncToken=garbage", nullptr},
             {"events-list-sync-token-with-filter", "mia", "GET", events_of() + "?syncToken=x&timeMin=2026-03-01T00:00:00Z", nullptr},
             {"events-watch-not-https", "mia", "POST", events_of() + "/watch", watch_http},
             {"events-watch-not-supported", "mia", "POST", events_of("no.norwegian#holiday@group.v.calendar.google.com") + "/watch", watch_holiday},
             {"channels-stop-unknown", "mia", "POST", "/calendar/v3/channels/stop",
              {{"id", "4ba78bf0-6a47-41e2-8cfd-0800200c9a66"}, {"resourceId", "wquZbeosVUDpi0X8l_Jaz_BMTdA"}}},
             {"freebusy-empty-range", "mia", "POST", "/calendar/v3/freeBusy", {{"timeMin", "2026-03-10T00:00:00Z"}, {"timeMax", "2026-03-09T00:00:00Z"}}},
             {"gmail-error-delegation", "mia", "GET", "/gmail/v1/users/olav@nordlys.example/settings/vacation", nullptr},
             {"gmail-error-no-mailbox", "ghost", "GET", "/gmail/v1/users/me/settings/vacation", nullptr}}) {
        const ordered_json wanted = example(row.name);
        if (wanted.is_discarded()) FAIL() << "the recorded example " << row.name << " is not there";
        const Reply reply = d.call(row.user, row.method, row.target, row.body);
        EXPECT_EQ(reply.status, wanted["response"]["status"]) << row.name;
        EXPECT_EQ(ordered_json::parse(reply.body, nullptr, false), wanted["response"]["body"]) << row.name;
    }
}

TEST(Shapes, UseOnlyMembersOfTheDiscoveryDocument) {
    const std::string path = std::string(CALRIG_SOURCE_DIR) + "/../shared/api/calendar-discovery-subset.json";
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "the discovery document is not beside the sources";
    std::ifstream file(path);
    const json schemas = json::parse(file)["schemas"];
    const auto check = [&](const json& object, const std::string& schema) {
        for (const auto& [name, value] : object.items())
            EXPECT_TRUE(schemas[schema]["properties"].contains(name)) << schema << "." << name;
    };
    Domain d;
    json event = timed("All", "2026-03-09T10:00:00", "2026-03-09T11:00:00", {"mia", "olav", "fjord"});
    event["recurrence"] = {"RRULE:FREQ=DAILY;COUNT=3"};
    event["visibility"] = "private";
    event["colorId"] = "3";
    event["guestsCanModify"] = true;
    event["guestsCanInviteOthers"] = false;
    event["source"] = {{"url", "https://x.example"}, {"title", "X"}};
    event["extendedProperties"] = {{"private", {{"a", "b"}}}, {"shared", {{"c", "d"}}}};
    event["conferenceData"] = {{"createRequest", {{"requestId", "r1"}, {"conferenceSolutionKey", {{"type", "hangoutsMeet"}}}}}};
    const json made = d.ok("mia", "POST", events_of() + "?conferenceDataVersion=1", event);
    check(made, "Event");
    check(made["conferenceData"], "ConferenceData");
    for (const json& guest : made["attendees"]) check(guest, "EventAttendee");
    EXPECT_EQ(made["hangoutLink"], made["conferenceData"]["entryPoints"][0]["uri"]);
    const json listing = d.ok("mia", "GET", events_of() + "?singleEvents=true");
    check(listing, "Events");
    check(listing["items"][1], "Event");
    check(d.ok("mia", "POST", events_of() + "/watch", {{"id", "c"}, {"type", "web_hook"}, {"address", "https://h.example/n"}}), "Channel");
}

}  // namespace
}  // namespace fakes
