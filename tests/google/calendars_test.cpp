// calendars, calendarList, settings list, colours, ACL changes, vacation updates, and watching them.
#include <gtest/gtest.h>

#include "tests/google/domain.hpp"

namespace fakes {
namespace {

const std::string calendars = "/calendar/v3/calendars";
const std::string lists = "/calendar/v3/users/me/calendarList";

TEST(Calendars, SecondaryOnesLiveBesideThePrimary) {
    Domain d;
    const json primary = d.ok("mia", "GET", calendars + "/primary");
    EXPECT_EQ(primary["kind"], "calendar#calendar");
    EXPECT_EQ(primary["id"], "mia@nordlys.example");
    EXPECT_EQ(primary["timeZone"], "Europe/Oslo");
    EXPECT_EQ(d.refusal("mia", "POST", calendars, json::object()), "400 required");
    const json made = d.ok("mia", "POST", calendars, {{"summary", "Ski trips"}, {"timeZone", "America/New_York"}});
    const std::string id = made["id"];
    EXPECT_TRUE(id.ends_with("@group.calendar.google.com")) << id;
    EXPECT_EQ(made["dataOwner"], "mia@nordlys.example");
    const json event = d.ok("mia", "POST", events_of(id), timed("Trysil", "2026-03-20T10:00:00", "2026-03-20T11:00:00"));
    EXPECT_EQ(event["organizer"], json({{"email", id}, {"displayName", "Ski trips"}, {"self", true}}));
    EXPECT_EQ(event["start"]["dateTime"], "2026-03-20T05:00:00-04:00") << "in the calendar's zone";
    EXPECT_EQ(d.refusal("olav", "GET", calendars + "/" + escaped(id)), "404 notFound") << "nobody else sees it";
    EXPECT_EQ(d.ok("mia", "PATCH", calendars + "/" + escaped(id), {{"timeZone", "Asia/Tokyo"}})["summary"], "Ski trips");
    EXPECT_EQ(d.ok("mia", "GET", events_of(id))["items"][0]["start"]["dateTime"], "2026-03-20T18:00:00+09:00");
    EXPECT_EQ(d.ok("mia", "GET", events_of(id))["summary"], "Ski trips");
    EXPECT_EQ(d.refusal("mia", "PATCH", calendars + "/primary", {{"timeZone", "Middle/Earth"}}), "400 invalid");
    EXPECT_EQ(d.call("mia", "DELETE", calendars + "/" + escaped(id)).status, 204);
    EXPECT_EQ(d.refusal("mia", "GET", events_of(id)), "404 notFound");
    EXPECT_EQ(d.refusal("mia", "DELETE", calendars + "/primary"), "403 forbidden");
}

TEST(Calendars, ClearEmptiesThePrimaryOne) {
    Domain d;
    d.ok("mia", "POST", events_of(), timed("A", "2026-03-09T10:00:00", "2026-03-09T11:00:00", {"olav"}));
    d.ok("mia", "POST", events_of(), timed("B", "2026-03-09T12:00:00", "2026-03-09T13:00:00"));
    EXPECT_EQ(d.refusal("olav", "POST", calendars + "/" + escaped(Domain::address("mia")) + "/clear"), "403 requiredAccessLevel");
    EXPECT_EQ(d.call("mia", "POST", calendars + "/primary/clear").status, 204);
    EXPECT_TRUE(d.ok("mia", "GET", events_of())["items"].empty());
    EXPECT_TRUE(d.ok("olav", "GET", events_of())["items"].empty());
}

TEST(CalendarList, HoldsThePrimaryAndWhatWasAdded) {
    Domain d;
    const json first = d.ok("mia", "GET", lists);
    ASSERT_EQ(first["items"].size(), 1u);
    EXPECT_EQ(first["items"][0]["primary"], true);
    EXPECT_EQ(first["items"][0]["accessRole"], "owner");
    EXPECT_EQ(d.ok("mia", "GET", lists + "/primary"), first["items"][0]);
    const std::string room = Domain::address("fjord");
    EXPECT_EQ(d.refusal("mia", "GET", lists + "/" + escaped(room)), "404 notFound");
    EXPECT_EQ(d.refusal("mia", "POST", lists, {{"id", "nobody@nordlys.example"}}), "404 notFound");
    const json added = d.ok("mia", "POST", lists, {{"id", room}, {"summaryOverride", "Big room"}, {"selected", true}});
    EXPECT_EQ(added["accessRole"], "freeBusyReader");
    EXPECT_EQ(added["summaryOverride"], "Big room");
    EXPECT_EQ(d.ok("mia", "GET", lists)["items"].size(), 2u);
    EXPECT_EQ(d.ok("mia", "GET", lists + "?minAccessRole=writer")["items"].size(), 1u);
    const std::string token = escaped(first["nextSyncToken"].get<std::string>());
    json news = d.ok("mia", "GET", lists + "?syncToken=" + token);
    ASSERT_EQ(news["items"].size(), 1u);
    EXPECT_EQ(news["items"][0]["id"], room);
    d.ok("mia", "PATCH", lists + "/" + escaped(room), {{"hidden", true}, {"colorId", "5"}});
    EXPECT_EQ(d.ok("mia", "GET", lists)["items"].size(), 1u);
    EXPECT_EQ(d.ok("mia", "GET", lists + "?showHidden=true")["items"][1]["colorId"], "5");
    EXPECT_EQ(d.call("mia", "DELETE", lists + "/" + escaped(room)).status, 204);
    news = d.ok("mia", "GET", lists + "?syncToken=" + escaped(news["nextSyncToken"].get<std::string>()));
    ASSERT_EQ(news["items"].size(), 1u);
    EXPECT_EQ(news["items"][0]["deleted"], true);
    EXPECT_EQ(d.refusal("mia", "DELETE", lists + "/primary"), "403 forbidden");
    EXPECT_EQ(d.refusal("olav", "GET", lists + "?syncToken=" + token), "410 fullSyncRequired");
    EXPECT_EQ(d.refusal("mia", "GET", lists + "?syncToken=" + token + "&minAccessRole=owner"), "400 syncTokenWithRequestRestrictions");
}

TEST(CalendarList, Pages) {
    Domain d;
    for (int i = 0; i < 5; ++i) d.ok("mia", "POST", calendars, {{"summary", "C" + std::to_string(i)}});
    std::vector<std::string> ids;
    std::string page;
    do {
        const json part = d.ok("mia", "GET", lists + "?maxResults=2" + page);
        EXPECT_LE(part["items"].size(), 2u);
        for (const std::string& id : ids_in(part)) ids.push_back(id);
        EXPECT_NE(part.contains("nextPageToken"), part.contains("nextSyncToken"));
        page = part.contains("nextPageToken") ? "&pageToken=" + escaped(part["nextPageToken"].get<std::string>()) : "";
    } while (!page.empty());
    std::sort(ids.begin(), ids.end());
    EXPECT_EQ(ids.size(), 6u);
    EXPECT_EQ(std::unique(ids.begin(), ids.end()), ids.end());
}

TEST(Acl, PatchAndUpdateChangeTheRole) {
    Domain d;
    const std::string rule = acl_of("primary") + "/" + escaped("user:olav@nordlys.example");
    EXPECT_EQ(d.refusal("mia", "PATCH", rule, {{"role", "writer"}}), "404 notFound");
    const json made = d.ok("mia", "POST", acl_of("primary"), {{"role", "reader"}, {"scope", {{"type", "user"}, {"value", "olav@nordlys.example"}}}});
    EXPECT_EQ(d.ok("mia", "GET", rule), made);
    EXPECT_EQ(d.ok("mia", "PATCH", rule, {{"role", "writer"}})["role"], "writer");
    EXPECT_EQ(d.refusal("mia", "PATCH", rule, {{"role", "reader"}}, {{"If-Match", made["etag"].get<std::string>()}}), "412 conditionNotMet");
    d.ok("olav", "POST", events_of(Domain::address("mia")), timed("By Olav", "2026-03-09T10:00:00", "2026-03-09T11:00:00"));
    EXPECT_EQ(d.refusal("olav", "GET", acl_of(Domain::address("mia"))), "403 requiredAccessLevel") << "only owners see the rules";
    EXPECT_EQ(d.refusal("mia", "PUT", rule, json::object()), "400 required");
    EXPECT_EQ(d.ok("mia", "PUT", rule, {{"role", "none"}})["role"], "none");
    EXPECT_EQ(d.refusal("olav", "GET", events_of(Domain::address("mia"))), "404 notFound");
}

TEST(Acl, SyncTokensTellOfEndedRules) {
    Domain d;
    const auto rule = [](const char* role, const char* who) {
        return json{{"role", role}, {"scope", {{"type", "user"}, {"value", Domain::address(who)}}}};
    };
    d.ok("mia", "POST", acl_of("primary"), rule("reader", "olav"));
    const json full = d.ok("mia", "GET", acl_of("primary"));
    const std::string token = full["nextSyncToken"];
    EXPECT_TRUE(d.ok("mia", "GET", acl_of("primary") + "?syncToken=" + token)["items"].empty());
    d.ok("mia", "POST", acl_of("primary"), rule("writer", "eva"));
    d.ok("mia", "DELETE", acl_of("primary") + "/" + escaped("user:olav@nordlys.example"));
    const json news = d.ok("mia", "GET", acl_of("primary") + "?syncToken=" + token);
    ASSERT_EQ(news["items"].size(), 2u);
    EXPECT_EQ(news["items"][0]["id"], "user:eva@nordlys.example");
    EXPECT_EQ(news["items"][1]["role"], "none");
    EXPECT_EQ(d.ok("mia", "GET", acl_of("primary") + "?showDeleted=true")["items"].size(), full["items"].size() + 1);
    EXPECT_EQ(d.refusal("mia", "GET", acl_of("primary") + "?syncToken=garbage"), "400 invalid");
}

TEST(SettingsList, GivesAllAndThenOnlyNews) {
    Domain d;
    const std::string settings = "/calendar/v3/users/me/settings";
    const json all = d.ok("mia", "GET", settings);
    EXPECT_EQ(all["kind"], "calendar#settings");
    EXPECT_EQ(all["items"].size(), 12u);
    for (const json& one : all["items"]) EXPECT_EQ(d.ok("mia", "GET", settings + "/" + one["id"].get<std::string>()), one);
    const std::string token = escaped(all["nextSyncToken"].get<std::string>());
    EXPECT_TRUE(d.ok("mia", "GET", settings + "?syncToken=" + token)["items"].empty());
    d.service().set_language(Domain::address("mia"), "pl-PL", d.now);
    EXPECT_FALSE(d.ok("mia", "GET", settings + "?syncToken=" + token)["items"].empty());
    const json page = d.ok("mia", "GET", settings + "?maxResults=5");
    EXPECT_EQ(page["items"].size(), 5u);
    EXPECT_EQ(d.ok("mia", "GET", settings + "?maxResults=50&pageToken=" + page["nextPageToken"].get<std::string>())["items"].size(), 7u);
}

TEST(Colors, AreTheDocumentedPalette) {
    Domain d;
    const json colors = d.ok("mia", "GET", "/calendar/v3/colors");
    EXPECT_EQ(colors["calendar"].size(), 24u);
    EXPECT_EQ(colors["event"].size(), 11u);
    EXPECT_EQ(colors["calendar"]["14"]["background"], "#9fe1e7");
}

TEST(Vacation, UpdateReplacesTheWholeResponder) {
    Domain d;
    const std::string vacation = "/gmail/v1/users/me/settings/vacation";
    const json wanted = {{"enableAutoReply", true}, {"responseSubject", "Away"}, {"responseBodyHtml", "<div>Back soon</div>"},
                         {"restrictToContacts", false}, {"restrictToDomain", true}, {"startTime", "1776031200000"}, {"endTime", 1776636000000}};
    const json set = d.ok("mia", "PUT", vacation, wanted);
    EXPECT_EQ(set["endTime"], "1776636000000");
    EXPECT_EQ(set["restrictToDomain"], true);
    EXPECT_EQ(d.ok("mia", "GET", vacation), set);
    EXPECT_FALSE(d.ok("olav", "GET", vacation)["enableAutoReply"].get<bool>());
    EXPECT_EQ(d.refusal("mia", "PUT", vacation, {{"enableAutoReply", true}, {"responseSubject", "x"}, {"startTime", "5"}, {"endTime", "4"}}), "400 invalidArgument");
    EXPECT_EQ(d.refusal("mia", "PUT", vacation, {{"enableAutoReply", true}}), "400 invalidArgument");
    EXPECT_EQ(d.refusal("mia", "PUT", "/gmail/v1/users/olav@nordlys.example/settings/vacation", wanted), "403 forbidden");
    EXPECT_EQ(d.ok("mia", "PUT", vacation, json::object()), json({{"enableAutoReply", false}, {"restrictToContacts", false}, {"restrictToDomain", false}}));
    d.service().set_automatic_replies(Domain::address("mia"), {true, {}, {}, "By hand"}, d.now);
    EXPECT_FALSE(d.ok("mia", "GET", vacation).contains("responseSubject"));
}

TEST(Watch, WorksOnRulesListsAndSettingsToo) {
    Domain d;
    const auto watch = [&](const std::string& target, const char* id) {
        return d.ok("mia", "POST", target + "/watch", {{"id", id}, {"type", "web_hook"}, {"address", "https://h.example/n"}})["resourceUri"].get<std::string>();
    };
    EXPECT_EQ(watch(acl_of("primary"), "c-acl"), "https://www.googleapis.com/calendar/v3/calendars/mia@nordlys.example/acl?alt=json");
    EXPECT_EQ(watch(lists, "c-list"), "https://www.googleapis.com/calendar/v3/users/me/calendarList?alt=json");
    EXPECT_EQ(watch("/calendar/v3/users/me/settings", "c-settings"), "https://www.googleapis.com/calendar/v3/users/me/settings?alt=json");
    const auto told = [&] {
        std::vector<std::string> ids;
        for (const Outgoing& out : d.outgoing) ids.push_back(*find_header(out.headers, "X-Goog-Channel-ID"));
        d.outgoing.clear();
        return ids;
    };
    EXPECT_EQ(told(), (std::vector<std::string>{"c-acl", "c-list", "c-settings"})) << "sync messages";
    d.ok("mia", "POST", events_of(), timed("A", "2026-03-09T10:00:00", "2026-03-09T11:00:00"));
    EXPECT_TRUE(told().empty());
    d.ok("mia", "POST", acl_of("primary"), {{"role", "reader"}, {"scope", {{"type", "user"}, {"value", "olav@nordlys.example"}}}});
    EXPECT_EQ(told(), std::vector<std::string>{"c-acl"});
    d.ok("mia", "POST", calendars, {{"summary", "New"}});
    EXPECT_EQ(told(), std::vector<std::string>{"c-list"});
    d.service().set_language(Domain::address("mia"), "pl-PL", d.now);
    d.pass(std::chrono::milliseconds{1});
    EXPECT_EQ(told(), std::vector<std::string>{"c-settings"});
}

}  // namespace
}  // namespace fakes
