#include <gtest/gtest.h>

#include "tests/google/domain.hpp"

namespace fakes {
namespace {

const std::string fjord = Domain::address("fjord");

json rule(const std::string& role, const std::string& user) {
    return {{"role", role}, {"scope", {{"type", "user"}, {"value", Domain::address(user)}}}};
}

TEST(Acl, OpensARoomToAUserAndClosesItAgain) {
    Domain d;
    EXPECT_EQ(d.refusal("mia", "GET", events_of(fjord)), "404 notFound");
    EXPECT_EQ(d.refusal("mia", "POST", acl_of(fjord), rule("writer", "mia")), "403 requiredAccessLevel");
    const json made = d.ok("admin", "POST", acl_of(fjord) + "?sendNotifications=false", rule("writer", "mia"));
    EXPECT_EQ(made["kind"], "calendar#aclRule");
    EXPECT_EQ(made["id"], "user:mia@nordlys.example");
    EXPECT_EQ(made["role"], "writer");
    const json listing = d.ok("mia", "GET", events_of(fjord));
    EXPECT_EQ(listing["accessRole"], "writer");
    const json rules = d.ok("admin", "GET", acl_of(fjord));
    EXPECT_EQ(rules["items"].size(), 3u);
    EXPECT_EQ(d.call("admin", "DELETE", acl_of(fjord) + "/" + escaped("user:mia@nordlys.example")).status, 204);
    EXPECT_EQ(d.refusal("admin", "DELETE", acl_of(fjord) + "/" + escaped("user:mia@nordlys.example")), "404 notFound");
    EXPECT_EQ(d.refusal("mia", "GET", events_of(fjord) + "?syncToken=" + escaped(listing["nextSyncToken"].get<std::string>())), "404 notFound");
}

TEST(Acl, ReadersReadAndSeeNoPrivateDetails) {
    Domain d;
    json secret = timed("Secret", "2026-03-09T10:00:00", "2026-03-09T11:00:00", {"eva"});
    secret["visibility"] = "private";
    const std::string id = d.ok("mia", "POST", events_of(), secret)["id"];
    d.ok("mia", "POST", acl_of("primary"), rule("reader", "olav"));
    const json seen = d.ok("olav", "GET", events_of(Domain::address("mia")) + "/" + id);
    EXPECT_EQ(seen["visibility"], "private");
    EXPECT_FALSE(seen.contains("summary"));
    EXPECT_FALSE(seen.contains("attendees"));
    EXPECT_EQ(d.ok("eva", "GET", events_of() + "/" + id)["summary"], "Secret");
    EXPECT_EQ(d.refusal("olav", "PATCH", events_of(Domain::address("mia")) + "/" + id, {{"summary", "x"}}), "403 requiredAccessLevel");
    EXPECT_EQ(d.refusal("olav", "DELETE", events_of(Domain::address("mia")) + "/" + id), "403 requiredAccessLevel");
}

TEST(Acl, ChangedRoleEndsSyncTokens) {
    Domain d;
    d.service().share(fjord, Domain::address("mia"), "reader", d.now);
    const std::string token = escaped(d.ok("mia", "GET", events_of(fjord))["nextSyncToken"].get<std::string>());
    EXPECT_EQ(d.refusal("mia", "GET", events_of(fjord) + "?syncToken=" + token), "200");
    d.service().share(fjord, Domain::address("mia"), "writer", d.now);
    EXPECT_EQ(d.refusal("mia", "GET", events_of(fjord) + "?syncToken=" + token), "410 fullSyncRequired");
}

TEST(Acl, RefusesBadRules) {
    Domain d;
    EXPECT_EQ(d.refusal("mia", "POST", acl_of("primary"), {{"role", "writer"}}), "400 required");
    EXPECT_EQ(d.refusal("mia", "POST", acl_of("primary"), rule("king", "olav")), "400 invalid");
    EXPECT_EQ(d.refusal("mia", "POST", acl_of("primary"), rule("reader", "mia")), "403 cannotChangeOwnAcl");
    EXPECT_EQ(d.refusal("mia", "DELETE", "/calendar/v3/calendars/primary/acl"), "404") << "no route without a rule id: the front end's page";
}

TEST(Bodies, MembersOfAWrongTypeAreRefusedNotDropped) {
    Domain d;
    const auto refused = [&](const std::string& target, const json& body) { return d.refusal("mia", "POST", target, body); };
    const json channel = {{"id", "c"}, {"type", "web_hook"}, {"address", "https://hook.example/x"}};
    const json wrong = json::array({json::array({"expiration", "soon"}), json::array({"token", 5}), json::array({"params", "x"}), json::array({"params", {{"ttl", "x"}}})});
    for (const auto& [name, value] : wrong.items()) {
        json body = channel;
        body[value[0].get<std::string>()] = value[1];
        EXPECT_EQ(refused(events_of() + "/watch", body), "400 invalid") << name << value;
    }
    const json window = {{"timeMin", "2026-03-02T00:00:00Z"}, {"timeMax", "2026-03-03T00:00:00Z"}};
    for (const json& items : {json("x"), json::array({"primary"}), json::array({{{"id", 5}}})}) {
        json body = window;
        body["items"] = items;
        EXPECT_EQ(refused("/calendar/v3/freeBusy", body), "400 invalid") << items;
    }
    EXPECT_EQ(refused(acl_of(), {{"role", 5}, {"scope", {{"type", "default"}}}}), "400 invalid");
    EXPECT_EQ(refused(acl_of(), {{"role", "reader"}, {"scope", "default"}}), "400 invalid");
    json event = timed("x", "2026-03-09T10:00:00", "2026-03-09T11:00:00");
    event["attendees"] = {{{"email", "olav@fjord.example"}, {"optional", "yes"}}};
    EXPECT_EQ(refused(events_of(), event), "400 invalid");
}

TEST(UnknownPaths, AreAnsweredByTheFrontEndsPage) {
    Domain d;
    for (const std::string path : {"/calendar/v3/nothing?prettyPrint=true", "/calendar/v4/calendars/primary", "/drive/v3/files", "/calendar/v3/<b>\"&"}) {
        const fakes::Reply reply = d.call("mia", "GET", path);
        EXPECT_EQ(reply.status, 404) << path;
        EXPECT_EQ(*fakes::find_header(reply.headers, "Content-Type"), "text/html; charset=UTF-8");
        EXPECT_TRUE(reply.body.starts_with("<!DOCTYPE html>")) << reply.body;
        EXPECT_EQ(reply.body.find("<b>\""), std::string::npos) << "what was asked is text: " << reply.body;
    }
}

TEST(FreeBusy, TellsBusyTimesOfTheDomainAndErrorsInside) {
    Domain d;
    d.ok("mia", "POST", events_of(), timed("A", "2026-03-09T10:00:00", "2026-03-09T10:45:00"));
    json free = timed("Free", "2026-03-09T12:00:00", "2026-03-09T13:00:00");
    free["transparency"] = "transparent";
    d.ok("mia", "POST", events_of(), free);
    json weekly = timed("W", "2026-03-02T15:00:00", "2026-03-02T16:00:00", {"mia", "olav"});
    weekly["recurrence"] = {"RRULE:FREQ=WEEKLY"};
    const std::string id = d.ok("mia", "POST", events_of(), weekly)["id"];
    d.ok("olav", "PATCH", events_of() + "/" + id, {{"attendeesOmitted", true}, {"attendees", {{{"email", "olav@nordlys.example"}, {"responseStatus", "declined"}}}}});
    const json answer = d.ok("eva", "POST", "/calendar/v3/freeBusy",
                             {{"timeMin", "2026-03-09T00:00:00Z"}, {"timeMax", "2026-03-10T00:00:00Z"},
                              {"items", {{{"id", "mia@nordlys.example"}}, {{"id", "olav@nordlys.example"}}, {{"id", "nobody@nordlys.example"}}}}});
    EXPECT_EQ(answer["kind"], "calendar#freeBusy");
    EXPECT_EQ(answer["timeMin"], "2026-03-09T00:00:00.000Z");
    EXPECT_EQ(answer["calendars"]["mia@nordlys.example"]["busy"],
              json({{{"start", "2026-03-09T09:00:00Z"}, {"end", "2026-03-09T09:45:00Z"}}, {{"start", "2026-03-09T14:00:00Z"}, {"end", "2026-03-09T15:00:00Z"}}}));
    EXPECT_TRUE(answer["calendars"]["olav@nordlys.example"]["busy"].empty()) << "declined";
    EXPECT_EQ(answer["calendars"]["nobody@nordlys.example"]["errors"][0]["reason"], "notFound");
    EXPECT_EQ(d.refusal("eva", "POST", "/calendar/v3/freeBusy", {{"timeMin", "2026-03-10T00:00:00Z"}, {"timeMax", "2026-03-09T00:00:00Z"}}), "400 timeRangeEmpty");
    EXPECT_EQ(d.refusal("eva", "POST", "/calendar/v3/freeBusy", {{"timeMax", "2026-03-09T00:00:00Z"}}), "400 required");
    EXPECT_EQ(d.refusal("eva", "POST", "/calendar/v3/freeBusy", {{"timeMin", "2026-03-09T00:00:00"}, {"timeMax", "2026-03-10T00:00:00Z"}}), "400 badRequest");
}

GoogleOptions with_group() {
    GoogleOptions options;
    options.groups = {{"Team@nordlys.example", "The team", {"mia@nordlys.example", "olav@nordlys.example"}},
                      {"crowd@nordlys.example", "Crowd", std::vector<std::string>(201, "eva@nordlys.example")}};
    return options;
}

TEST(Groups, AnInvitedGroupBringsItsMembers) {
    Domain d(with_group());
    const json made = d.ok("mia", "POST", events_of(), timed("Group", "2026-03-09T10:00:00", "2026-03-09T11:00:00", {}));
    json list = {{{"email", "team@nordlys.example"}}};
    const json invited = d.ok("mia", "PATCH", events_of() + "/" + made["id"].get<std::string>(), {{"attendees", list}});
    ASSERT_EQ(invited["attendees"].size(), 2u) << "the group and olav; mia organizes";
    EXPECT_EQ(invited["attendees"][0]["displayName"], "The team");
    EXPECT_EQ(invited["attendees"][1]["email"], "olav@nordlys.example");
    const std::string path = events_of() + "/" + made["id"].get<std::string>();
    EXPECT_EQ(d.ok("olav", "GET", path)["summary"], "Group") << "a member has a copy";
    d.ok("olav", "PATCH", path, {{"attendeesOmitted", true}, {"attendees", {{{"email", "olav@nordlys.example"}, {"responseStatus", "accepted"}}}}});
    const json again = d.ok("mia", "PATCH", path, {{"attendees", list}, {"summary", "Group meets"}});
    EXPECT_EQ(again["attendees"][1]["responseStatus"], "accepted") << "who is there keeps the answer";
    EXPECT_EQ(d.refusal("eva", "GET", path), "404 notFound");
    const json large = d.ok("mia", "POST", events_of(), timed("Large", "2026-03-09T10:00:00", "2026-03-09T11:00:00", {}));
    list[0]["email"] = "crowd@nordlys.example";
    EXPECT_EQ(d.ok("mia", "PATCH", events_of() + "/" + large["id"].get<std::string>(), {{"attendees", list}})["attendees"].size(), 1u) << "of a large group only itself";
}

TEST(Groups, SharingAndFreeBusyAreAboutTheMembers) {
    Domain d(with_group());
    d.ok("eva", "POST", events_of(), timed("Eva's", "2026-03-09T10:00:00", "2026-03-09T11:00:00"));
    const std::string hers = events_of("eva@nordlys.example");
    EXPECT_EQ(d.refusal("olav", "GET", hers), "404 notFound");
    EXPECT_EQ(d.ok("eva", "POST", "/calendar/v3/calendars/primary/acl", {{"role", "reader"}, {"scope", {{"type", "group"}, {"value", "team@nordlys.example"}}}})["id"], "group:team@nordlys.example");
    EXPECT_EQ(d.ok("olav", "GET", hers)["accessRole"], "reader");
    json query = {{"timeMin", "2026-03-09T00:00:00Z"}, {"timeMax", "2026-03-10T00:00:00Z"}, {"items", {{{"id", "team@nordlys.example"}}, {{"id", "crowd@nordlys.example"}}}}};
    d.ok("olav", "POST", events_of(), timed("Olav's", "2026-03-09T12:00:00", "2026-03-09T13:00:00"));
    const json answer = d.ok("eva", "POST", "/calendar/v3/freeBusy", query);
    EXPECT_EQ(answer["groups"]["team@nordlys.example"]["calendars"], json::array({"mia@nordlys.example", "olav@nordlys.example"}));
    EXPECT_EQ(answer["calendars"]["olav@nordlys.example"]["busy"].size(), 1u);
    EXPECT_EQ(answer["groups"]["crowd@nordlys.example"]["errors"][0]["reason"], "groupTooBig");
    query["groupExpansionMax"] = 1;
    EXPECT_EQ(d.ok("eva", "POST", "/calendar/v3/freeBusy", query)["groups"]["team@nordlys.example"]["errors"][0]["reason"], "groupTooBig");
    query["groupExpansionMax"] = 101;
    EXPECT_EQ(d.refusal("eva", "POST", "/calendar/v3/freeBusy", query), "400 invalid");
}

TEST(Settings, SpeakGooglesLanguageCodes) {
    Domain d;
    const auto locale = [&] { return d.ok("mia", "GET", "/calendar/v3/users/me/settings/locale")["value"].get<std::string>(); };
    EXPECT_EQ(locale(), "no");
    for (const auto& [language, code] : std::initializer_list<std::pair<const char*, const char*>>{
             {"pl-PL", "pl"}, {"en-GB", "en_GB"}, {"en-US", "en"}, {"he-IL", "iw"}, {"pt-BR", "pt_BR"}, {"zh-TW", "zh_TW"}, {"es-MX", "es_419"}, {"id-ID", "in"}}) {
        EXPECT_TRUE(d.service().set_language(Domain::address("mia"), language, d.now).ok);
        EXPECT_EQ(locale(), code);
    }
    EXPECT_EQ(d.ok("mia", "GET", "/calendar/v3/users/me/settings/timezone")["value"], "Europe/Oslo");
    EXPECT_EQ(d.refusal("mia", "GET", "/calendar/v3/users/me/settings/nonsense"), "404 notFound");
}

TEST(Vacation, ShowsTheResponderOfTheOwnMailboxOnly) {
    Domain d;
    const std::string path = "/gmail/v1/users/me/settings/vacation";
    EXPECT_EQ(d.ok("mia", "GET", path), json({{"enableAutoReply", false}, {"restrictToContacts", false}, {"restrictToDomain", false}}));
    AutomaticReplies replies;
    replies.on = true;
    replies.from = Instant{std::chrono::milliseconds{1776031200000}};
    replies.until = Instant{std::chrono::milliseconds{1776636000000}};
    replies.message = "Back soon";
    EXPECT_TRUE(d.service().set_automatic_replies(Domain::address("mia"), replies, d.now).ok);
    const json on = d.ok("mia", "GET", "/gmail/v1/users/" + escaped(Domain::address("mia")) + "/settings/vacation");
    EXPECT_EQ(on["enableAutoReply"], true);
    EXPECT_EQ(on["startTime"], "1776031200000");
    EXPECT_EQ(on["endTime"], "1776636000000");
    EXPECT_EQ(d.refusal("mia", "GET", "/gmail/v1/users/olav@nordlys.example/settings/vacation"), "403 forbidden");
    EXPECT_EQ(d.refusal("ghost", "GET", path), "400 failedPrecondition");
}

}  // namespace
}  // namespace fakes
