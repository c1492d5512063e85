// Answers to invitations, cancelling, free/busy, open extensions, immutable ids.
#include <gtest/gtest.h>

#include "tests/microsoft/tenant.hpp"

using namespace microsoft_test;

namespace {

struct Invited {
    std::string own, theirs;  // ids of ada's and bo's copies
};
Invited invite(Tenant& tenant, json more = json::object()) {
    json body = tenant.meeting("Talk", "2026-03-17T07:00:00", "2026-03-17T08:00:00", {"bo"});
    body.update(more);
    Invited out;
    const Answer made = tenant.call("POST", tenant.events("ada"), body);
    EXPECT_EQ(made.status, 201) << made.text;
    out.own = tenant.events("ada") + "/" + made.body["id"].get<std::string>();
    out.theirs = tenant.events("bo") + "/" + tenant.call("GET", tenant.events("bo")).body["value"][0]["id"].get<std::string>();
    return out;
}

}  // namespace

TEST(MicrosoftActions, AnswersTravelToTheOrganizerAndSayNothingBack) {
    Tenant tenant;
    const Invited meeting = invite(tenant);
    const Answer accepted = tenant.call("POST", meeting.theirs + "/accept", {{"comment", "ok"}, {"sendResponse", true}});
    EXPECT_EQ(accepted.status, 202);
    EXPECT_EQ(accepted.text, "");
    EXPECT_EQ(accepted.header("Content-Type"), "");
    EXPECT_EQ(tenant.call("GET", meeting.own).body["attendees"][0]["status"]["response"], "accepted");
    EXPECT_EQ(tenant.call("GET", meeting.theirs).body["responseStatus"]["response"], "accepted");
    const json slot = {{"start", {{"dateTime", "2026-03-18T07:00:00"}, {"timeZone", "UTC"}}}, {"end", {{"dateTime", "2026-03-18T08:00:00"}, {"timeZone", "UTC"}}}};
    EXPECT_EQ(tenant.call("POST", meeting.theirs + "/accept", {{"proposedNewTime", slot}}).status, 400);
    EXPECT_EQ(tenant.call("POST", meeting.theirs + "/tentativelyAccept", {{"proposedNewTime", slot}, {"sendResponse", false}}).status, 400);
    EXPECT_EQ(tenant.call("POST", meeting.theirs + "/tentativelyAccept", {{"SendResponse", true}, {"ProposedNewTime", slot}}).status, 202);
    const json attendee = tenant.call("GET", meeting.own).body["attendees"][0];
    EXPECT_EQ(attendee["status"]["response"], "tentativelyAccepted");
    EXPECT_EQ(attendee["proposedNewTime"]["start"]["dateTime"], "2026-03-18T07:00:00.0000000");
    EXPECT_EQ(tenant.call("POST", meeting.theirs + "/decline").status, 202);
    EXPECT_EQ(tenant.call("GET", meeting.theirs).status, 404);
    EXPECT_EQ(tenant.call("GET", meeting.own).body["attendees"][0]["status"]["response"], "declined");
}

TEST(MicrosoftActions, RefuseOwnMeetingsForeignCancelsAndUnknownParameters) {
    Tenant tenant;
    const Invited meeting = invite(tenant, {{"allowNewTimeProposals", false}});
    EXPECT_EQ(tenant.call("POST", meeting.own + "/accept", json::object()).body["error"]["code"], "ErrorInvalidRequest");
    EXPECT_EQ(tenant.call("POST", meeting.theirs + "/cancel", {{"comment", "no"}}).body["error"]["code"], "ErrorInvalidRequest");
    EXPECT_EQ(tenant.call("POST", meeting.theirs + "/accept", {{"reason", "x"}}).status, 400);
    const json slot = {{"start", {{"dateTime", "2026-03-18T07:00:00"}, {"timeZone", "UTC"}}}, {"end", {{"dateTime", "2026-03-18T08:00:00"}, {"timeZone", "UTC"}}}};
    EXPECT_EQ(tenant.call("POST", meeting.theirs + "/decline", {{"proposedNewTime", slot}}).status, 400);
    EXPECT_EQ(tenant.call("GET", meeting.theirs + "/accept").status, 405);
    const Answer cancelled = tenant.call("POST", meeting.own + "/cancel", {{"Comment", "sorry"}});
    EXPECT_EQ(cancelled.status, 202);
    EXPECT_EQ(cancelled.text, "");
    EXPECT_EQ(tenant.call("GET", meeting.own).status, 404);
    const json copy = tenant.call("GET", meeting.theirs).body;
    EXPECT_EQ(copy["isCancelled"], true);
    EXPECT_EQ(copy["subject"], "Canceled: Talk");
}

TEST(MicrosoftActions, OneOccurrenceIsAnsweredAlone) {
    Tenant tenant;
    const Invited meeting = invite(tenant, {{"recurrence", {{"pattern", {{"type", "daily"}, {"interval", 1}}}, {"range", {{"type", "numbered"}, {"startDate", "2026-03-17"}, {"numberOfOccurrences", 3}}}}}});
    const std::string window = "/instances?startDateTime=2026-03-16&endDateTime=2026-04-01";
    const std::string slot = tenant.call("GET", meeting.theirs + window).body["value"][1]["id"];
    EXPECT_EQ(tenant.call("POST", tenant.events("bo") + "/" + slot + "/accept").status, 202);
    const json own = tenant.call("GET", meeting.own + window).body["value"];
    EXPECT_EQ(own[0]["attendees"][0]["status"]["response"], "none");
    EXPECT_EQ(own[1]["attendees"][0]["status"]["response"], "accepted");
    EXPECT_EQ(own[1]["type"], "exception");
}

TEST(MicrosoftSchedule, DigitsItemsAndErrors) {
    Tenant tenant;
    ASSERT_EQ(tenant.call("POST", tenant.events("ada"), tenant.meeting("Busy", "2026-03-17T10:00:00", "2026-03-17T11:00:00")).status, 201);  // 09-10 UTC
    json away = tenant.meeting("Away", "2026-03-17T10:30:00", "2026-03-17T12:00:00");
    away["showAs"] = "oof";
    away["sensitivity"] = "private";
    ASSERT_EQ(tenant.call("POST", tenant.events("ada"), away).status, 201);
    const json ask = {{"schedules", {"ada@calrig.example", "nobody@calrig.example", "onprem@calrig.example"}},
                      {"startTime", {{"dateTime", "2026-03-17T08:00:00"}, {"timeZone", "UTC"}}},
                      {"endTime", {{"dateTime", "2026-03-17T12:00:00"}, {"timeZone", "UTC"}}},
                      {"availabilityViewInterval", 30}};
    const std::string path = "/users/bo@calrig.example/calendar/getSchedule";
    const Answer answer = tenant.call("POST", path, ask);
    ASSERT_EQ(answer.status, 200) << answer.text;
    const json& ada = answer.body["value"][0];
    EXPECT_EQ(ada["availabilityView"], "00233300");
    ASSERT_EQ(ada["scheduleItems"].size(), 2u);
    EXPECT_EQ(ada["scheduleItems"][0]["subject"], "Busy");
    EXPECT_FALSE(ada["scheduleItems"][1].contains("subject"));
    EXPECT_EQ(ada["scheduleItems"][1]["status"], "oof");
    EXPECT_EQ(answer.body["value"][1]["error"]["responseCode"], "5016");
    EXPECT_TRUE(answer.body["value"][2].contains("error"));
    json wide = ask;
    wide["endTime"]["dateTime"] = "2026-05-19T08:00:00";
    EXPECT_EQ(tenant.call("POST", path, wide).body["error"]["code"], "ErrorTimeIntervalTooBig");
    json many = ask;
    for (int i = 0; i < 20; ++i) many["schedules"].push_back("x@calrig.example");
    EXPECT_EQ(tenant.call("POST", path, many).status, 400);
    json fine = ask;
    for (const json& wrong : {json(4), json("4"), json("half an hour"), json(30.5), json(1441)}) {
        fine["availabilityViewInterval"] = wrong;
        EXPECT_EQ(tenant.call("POST", path, fine).status, 400) << wrong;
    }
    for (const json& right : {json("30"), json(nullptr)}) {  // as the documentation's sample says it; left to the default
        fine["availabilityViewInterval"] = right;
        EXPECT_EQ(tenant.call("POST", path, fine).body["value"][0]["availabilityView"], "00233300") << right;
    }
}

TEST(MicrosoftExtensions, LiveOnOneCopyAndAreExpanded) {
    Tenant tenant;
    const Invited meeting = invite(tenant, {{"extensions", {{{"@odata.type", "microsoft.graph.openTypeExtension"}, {"extensionName", "example.first"}, {"a", 1}}}}});
    const Answer made = tenant.call("POST", meeting.own + "/extensions",
                                    {{"@odata.type", "microsoft.graph.openTypeExtension"}, {"extensionName", "example.second"}, {"room", "Birch"}, {"n", 2}});
    ASSERT_EQ(made.status, 201) << made.text;
    EXPECT_EQ(made.body["id"], "Microsoft.OutlookServices.OpenTypeExtension.example.second");
    EXPECT_EQ(tenant.call("POST", meeting.own + "/extensions", {{"extensionName", "example.second"}}).status, 409);
    const json listed = tenant.call("GET", meeting.own + "/extensions").body["value"];
    ASSERT_EQ(listed.size(), 2u);
    EXPECT_EQ(listed[1]["extensionName"], "example.second");
    const std::string path = meeting.own + "/extensions/Microsoft.OutlookServices.OpenTypeExtension.example.second";
    EXPECT_EQ(tenant.call("PATCH", path, {{"n", 3}, {"room", nullptr}}).status, 200);
    const json read = tenant.call("GET", meeting.own + "/extensions/example.second").body;
    EXPECT_EQ(read["n"], 3);
    EXPECT_FALSE(read.contains("room"));
    const json expanded = tenant.call("GET", meeting.own + "?$expand=extensions($filter=id%20eq%20'example.first')&$select=subject").body;
    ASSERT_EQ(expanded["extensions"].size(), 1u);
    EXPECT_EQ(expanded["extensions"][0]["a"], 1);
    EXPECT_FALSE(tenant.call("GET", meeting.theirs + "?$expand=extensions($filter=id%20eq%20'example.first')").body.contains("extensions"));
    EXPECT_EQ(tenant.call("DELETE", path).status, 204);
    EXPECT_EQ(tenant.call("GET", path).status, 404);
    EXPECT_EQ(tenant.call("POST", meeting.own + "/extensions", {{"a", 1}}).status, 400);
}

TEST(MicrosoftIds, ImmutableOnesAreGivenOnRequestAndTaken) {
    Tenant tenant;
    const Invited meeting = invite(tenant);
    const std::vector<fakes::Header> prefer = {{"Prefer", "IdType=\"ImmutableId\""}};
    const Answer got = tenant.call("GET", meeting.own, nullptr, prefer);
    const std::string id = got.body["id"];
    EXPECT_TRUE(id.starts_with("AAkALg")) << id;
    EXPECT_EQ(got.header("Preference-Applied"), "IdType=\"ImmutableId\"");
    EXPECT_EQ(tenant.call("GET", tenant.events("ada") + "/" + id, nullptr, prefer).body["id"], id);
    EXPECT_EQ(tenant.call("GET", tenant.events("bo") + "/" + id).status, 404);
    const std::string rest = meeting.own.substr(meeting.own.rfind('/') + 1);
    const Answer translated = tenant.call("POST", "/users/ada@calrig.example/translateExchangeIds",
                                          {{"inputIds", {rest, "x"}}, {"sourceIdType", "restId"}, {"targetIdType", "restImmutableEntryId"}});
    ASSERT_EQ(translated.status, 200) << translated.text;
    EXPECT_EQ(translated.body["value"][0]["targetId"], id);
    EXPECT_TRUE(translated.body["value"][1].contains("errorDetails"));
    std::string bent = id;
    bent[2] = 'l';
    EXPECT_EQ(tenant.call("GET", tenant.events("ada") + "/" + bent).body["error"]["code"], "ErrorInvalidIdMalformed");
}

TEST(MicrosoftEvents, ExpandExceptionsOfASeries) {
    Tenant tenant;
    const Invited meeting = invite(tenant, {{"recurrence", {{"pattern", {{"type", "daily"}, {"interval", 2}}}, {"range", {{"type", "numbered"}, {"startDate", "2026-03-17"}, {"numberOfOccurrences", 4}}}}}});
    const json slots = tenant.call("GET", meeting.own + "/instances?startDateTime=2026-03-16&endDateTime=2026-04-01").body["value"];
    const auto at = [&](int i) { return tenant.events("ada") + "/" + slots[static_cast<std::size_t>(i)]["id"].get<std::string>(); };
    ASSERT_EQ(tenant.call("PATCH", at(1), {{"subject", "Other"}}).status, 200);
    ASSERT_EQ(tenant.call("DELETE", at(2)).status, 204);
    EXPECT_EQ(tenant.call("GET", at(2)).status, 404);
    const json master = tenant.call("GET", meeting.own + "?$expand=exceptionOccurrences").body;
    ASSERT_EQ(master["exceptionOccurrences"].size(), 1u);
    EXPECT_EQ(master["exceptionOccurrences"][0]["subject"], "Other");
    EXPECT_EQ(master["cancelledOccurrences"].size(), 1u);
    EXPECT_EQ(tenant.call("GET", meeting.own + "?$expand=nonsense").status, 400);
}
