#include <gtest/gtest.h>

#include "tests/microsoft/tenant.hpp"

using namespace microsoft_test;
using namespace std::chrono_literals;

namespace {

const Instant from = at("2026-03-01T00:00:00Z");
const Instant to = at("2026-09-01T00:00:00Z");

fakes::Draft draft(std::vector<fakes::Invitee> invitees = {}) {
    fakes::Draft out;
    out.title = "Review";
    out.body = "Agenda";
    out.location = "@webex";
    out.when.start = wall("2026-03-10T10:00:00");
    out.when.end = wall("2026-03-10T11:00:00");
    out.when.zone = "Europe/Warsaw";
    out.invitees = std::move(invitees);
    return out;
}

fakes::Invitee room(const std::string& key) { return {key + "@calrig.example", fakes::Role::resource}; }
fakes::Invitee person(const std::string& key) { return {key + "@calrig.example", fakes::Role::required}; }

std::vector<fakes::SeenEvent> seen(Tenant& tenant, const std::string& who) { return tenant.service->calendar(who, from, to); }

fakes::Response answer_of(const fakes::SeenEvent& event, const std::string& key) {
    for (const auto& [address, response] : event.attendees)
        if (address == key + "@calrig.example") return response;
    return fakes::Response::organizer;
}

}  // namespace

TEST(MicrosoftMeetings, EachAttendeeHasACopyWithTheSameUid) {
    Tenant tenant;
    const fakes::Done made = tenant.service->create("ada", draft({person("bo")}), tenant.now);
    ASSERT_TRUE(made.ok) << made.refusal;
    const Answer ada = tenant.call("GET", tenant.events("ada")), bo = tenant.call("GET", tenant.events("bo"));
    ASSERT_EQ(bo.body["value"].size(), 1u);
    const json& own = ada.body["value"][0];
    const json& copy = bo.body["value"][0];
    EXPECT_EQ(own["iCalUId"], made.uid);
    EXPECT_EQ(copy["iCalUId"], made.uid);
    EXPECT_NE(copy["id"], own["id"]);
    EXPECT_EQ(own["isOrganizer"], true);
    EXPECT_EQ(copy["isOrganizer"], false);
    EXPECT_EQ(copy["showAs"], "tentative");
    EXPECT_EQ(copy["responseStatus"]["response"], "notResponded");
    EXPECT_EQ(copy["organizer"]["emailAddress"]["address"], "ada@calrig.example");
    EXPECT_EQ(own["originalStartTimeZone"], "Central European Standard Time");
}

TEST(MicrosoftMeetings, OrganizersUpdateOverwritesAttendeesOwnEdit) {
    Tenant tenant;
    const fakes::Done made = tenant.service->create("ada", draft({person("bo")}), tenant.now);
    const std::string copy = tenant.call("GET", tenant.events("bo")).body["value"][0]["id"];
    ASSERT_EQ(tenant.call("PATCH", tenant.events("bo") + "/" + copy, {{"subject", "Mine"}}).status, 200);
    EXPECT_EQ(seen(tenant, "ada")[0].title, "Review");
    fakes::Change change;
    change.title = "Review 2";
    ASSERT_TRUE(tenant.service->change("ada", {made.uid, std::nullopt}, change, tenant.now).ok);
    EXPECT_EQ(seen(tenant, "bo")[0].title, "Review 2");
}

TEST(MicrosoftMeetings, PropertiesStayOnTheirCopy) {
    Tenant tenant;
    tenant.service->create("ada", draft({person("bo")}), tenant.now);
    const std::string own = tenant.call("GET", tenant.events("ada")).body["value"][0]["id"];
    const std::string id = "String {7c1a9b0e-52f4-4c7b-9a37-6b0f2f1d9d10} Name Join";
    ASSERT_EQ(tenant.call("PATCH", tenant.events("ada") + "/" + own, {{"singleValueExtendedProperties", {{{"id", id}, {"value", "v"}}}}}).status, 200);
    EXPECT_EQ(seen(tenant, "ada")[0].extended_properties.size(), 1u);
    EXPECT_TRUE(seen(tenant, "bo")[0].extended_properties.empty());
}

TEST(MicrosoftMeetings, AnswersReachTheOrganizerWhenTold) {
    Tenant tenant;
    const fakes::Done made = tenant.service->create("ada", draft({person("bo"), person("cai")}), tenant.now);
    const fakes::EventRef event{made.uid, std::nullopt};
    ASSERT_TRUE(tenant.service->respond("bo", event, fakes::Response::accepted, true, tenant.now).ok);
    ASSERT_TRUE(tenant.service->respond("cai", event, fakes::Response::tentative, false, tenant.now).ok);
    EXPECT_EQ(answer_of(seen(tenant, "ada")[0], "bo"), fakes::Response::accepted);
    EXPECT_EQ(answer_of(seen(tenant, "ada")[0], "cai"), fakes::Response::none);
    EXPECT_EQ(seen(tenant, "cai")[0].own_response, fakes::Response::tentative);
    EXPECT_FALSE(tenant.service->respond("ada", event, fakes::Response::accepted, true, tenant.now).ok);
    const json bo = tenant.call("GET", tenant.events("bo")).body["value"][0];
    EXPECT_EQ(bo["showAs"], "busy");
    EXPECT_EQ(bo["responseStatus"]["response"], "accepted");
}

TEST(MicrosoftMeetings, DeclinedMeetingLeavesTheCalendarAndItsIdDies) {
    Tenant tenant;
    const fakes::Done made = tenant.service->create("ada", draft({person("bo")}), tenant.now);
    const std::string copy = tenant.call("GET", tenant.events("bo")).body["value"][0]["id"];
    ASSERT_TRUE(tenant.service->respond("bo", {made.uid, std::nullopt}, fakes::Response::declined, true, tenant.now).ok);
    EXPECT_TRUE(seen(tenant, "bo").empty());
    EXPECT_EQ(tenant.call("GET", tenant.events("bo") + "/" + copy).status, 404);
    EXPECT_EQ(answer_of(seen(tenant, "ada")[0], "bo"), fakes::Response::declined);
}

TEST(MicrosoftMeetings, MovingItForgetsTheAnswers) {
    Tenant tenant;
    const fakes::Done made = tenant.service->create("ada", draft({person("bo")}), tenant.now);
    const fakes::EventRef event{made.uid, std::nullopt};
    tenant.service->respond("bo", event, fakes::Response::accepted, true, tenant.now);
    fakes::Change change;
    change.location = "Elsewhere";
    tenant.service->change("ada", event, change, tenant.now);
    EXPECT_EQ(seen(tenant, "bo")[0].own_response, fakes::Response::accepted);
    EXPECT_EQ(seen(tenant, "bo")[0].location, "Elsewhere");
    change = {};
    change.when = draft().when;
    change.when->start += 1h;
    change.when->end += 1h;
    tenant.service->change("ada", event, change, tenant.now);
    EXPECT_EQ(seen(tenant, "bo")[0].own_response, fakes::Response::none);
    EXPECT_EQ(answer_of(seen(tenant, "ada")[0], "bo"), fakes::Response::none);
}

TEST(MicrosoftMeetings, ASeriesGivenAnotherZoneFollowsItsClock) {
    Tenant tenant;
    fakes::Draft weekly = draft();
    weekly.repeat.emplace();
    weekly.repeat->every = fakes::Repeat::Every::week;
    weekly.repeat->count = 3;
    const fakes::Done made = tenant.service->create("ada", weekly, tenant.now);
    ASSERT_TRUE(made.ok) << made.refusal;
    fakes::Change change;
    change.when = weekly.when;
    change.when->zone = "America/New_York";
    ASSERT_TRUE(tenant.service->change("ada", {made.uid, std::nullopt}, change, tenant.now).ok);
    const json master = tenant.call("GET", tenant.events("ada")).body["value"][0];
    EXPECT_EQ(master["recurrence"]["range"]["recurrenceTimeZone"], "Eastern Standard Time");
    EXPECT_EQ(master["originalStartTimeZone"], "Eastern Standard Time");
}

TEST(MicrosoftMeetings, CancellingMarksTheCopies) {
    Tenant tenant;
    const fakes::Done made = tenant.service->create("ada", draft({person("bo")}), tenant.now);
    ASSERT_TRUE(tenant.service->cancel("ada", {made.uid, std::nullopt}, tenant.now).ok);
    EXPECT_TRUE(seen(tenant, "ada").empty());
    const json copy = tenant.call("GET", tenant.events("bo")).body["value"][0];
    EXPECT_EQ(copy["isCancelled"], true);
    EXPECT_EQ(copy["subject"], "Canceled: Review");
    EXPECT_EQ(copy["showAs"], "free");
    EXPECT_FALSE(tenant.service->cancel("ada", {made.uid, std::nullopt}, tenant.now).ok);
}

TEST(MicrosoftMeetings, AttendeeListChangesAreToldToThoseConcerned) {
    Tenant tenant;
    const fakes::Done made = tenant.service->create("ada", draft({person("bo")}), tenant.now);
    const std::uint64_t before = tenant.service->calendar_revision("bo");
    fakes::Change change;
    change.add = {person("cai")};
    ASSERT_TRUE(tenant.service->change("ada", {made.uid, std::nullopt}, change, tenant.now).ok);
    EXPECT_EQ(seen(tenant, "cai").size(), 1u);
    EXPECT_EQ(tenant.service->calendar_revision("bo"), before);
    change = {};
    change.remove = {"bo@calrig.example"};
    tenant.service->change("ada", {made.uid, std::nullopt}, change, tenant.now);
    EXPECT_TRUE(seen(tenant, "bo")[0].cancelled);
}

TEST(MicrosoftMeetings, DistributionListsReachTheirMembersWhoComeOntoTheListWithAnAnswer) {
    Tenant tenant;
    const fakes::Done made = tenant.service->create("ada", draft({person("crew"), person("bo")}), tenant.now);
    ASSERT_TRUE(made.ok) << made.refusal;
    ASSERT_EQ(seen(tenant, "cai").size(), 1u);
    EXPECT_TRUE(seen(tenant, "cai")[0].by_group);
    ASSERT_EQ(seen(tenant, "bo").size(), 1u) << "invited twice, there once";
    EXPECT_FALSE(seen(tenant, "bo")[0].by_group);
    EXPECT_EQ(tenant.call("GET", tenant.events("ada")).body["value"][0]["attendees"][0]["emailAddress"]["name"], "The Crew");
    EXPECT_EQ(seen(tenant, "ada")[0].attendees.size(), 2u);
    ASSERT_TRUE(tenant.service->respond("cai", {made.uid, {}}, fakes::Response::accepted, true, tenant.now).ok);
    ASSERT_EQ(seen(tenant, "ada")[0].attendees.size(), 3u);
    EXPECT_EQ(answer_of(seen(tenant, "ada")[0], "cai"), fakes::Response::accepted);
    fakes::Change off;
    off.remove.push_back("crew@calrig.example");
    ASSERT_TRUE(tenant.service->change("ada", {made.uid, {}}, off, tenant.now).ok);
    EXPECT_FALSE(seen(tenant, "bo")[0].cancelled);
    EXPECT_FALSE(seen(tenant, "cai")[0].cancelled) << "by now invited by name";
}

TEST(MicrosoftMeetings, MembersOfAListThatWasTakenOffAreToldSo) {
    Tenant tenant;
    const fakes::Done made = tenant.service->create("ada", draft({person("crew")}), tenant.now);
    fakes::Change off;
    off.remove.push_back("crew@calrig.example");
    ASSERT_TRUE(tenant.service->change("ada", {made.uid, {}}, off, tenant.now).ok);
    for (const char* member : {"bo", "cai"}) EXPECT_TRUE(seen(tenant, member)[0].cancelled) << member;
}

TEST(MicrosoftRooms, AcceptAfterAWhileAndDeclineConflicts) {
    Tenant tenant;
    const fakes::Done first = tenant.service->create("ada", draft({room("birch")}), tenant.now);
    EXPECT_EQ(answer_of(seen(tenant, "ada")[0], "birch"), fakes::Response::none);
    tenant.run_for(1s);
    EXPECT_EQ(answer_of(seen(tenant, "ada")[0], "birch"), fakes::Response::none);
    tenant.run_for(1s);
    EXPECT_EQ(answer_of(seen(tenant, "ada")[0], "birch"), fakes::Response::accepted);
    EXPECT_EQ(seen(tenant, "birch")[0].own_response, fakes::Response::accepted);
    tenant.service->create("bo", draft({room("birch")}), tenant.now);
    tenant.run_for(5s);
    EXPECT_EQ(answer_of(seen(tenant, "bo")[0], "birch"), fakes::Response::declined);
    EXPECT_EQ(seen(tenant, "birch").size(), 1u);
}

TEST(MicrosoftRooms, RewriteTheirCopyWhenTheAdministratorLeftTheDefaults) {
    Tenant tenant;
    tenant.service->create("ada", draft({room("birch"), room("oak")}), tenant.now);
    tenant.run_for(5s);
    EXPECT_EQ(seen(tenant, "birch")[0].title, "Review");
    EXPECT_NE(seen(tenant, "birch")[0].body.find("Agenda"), std::string::npos);
    EXPECT_EQ(seen(tenant, "oak")[0].title, "Ada Lind ");
    EXPECT_EQ(seen(tenant, "oak")[0].body, "");
    EXPECT_EQ(seen(tenant, "oak")[0].location, "@webex");
    const json own = tenant.call("GET", tenant.events("ada")).body["value"][0];
    EXPECT_EQ(own["locations"][1]["locationEmailAddress"], "birch@calrig.example");
    EXPECT_EQ(own["attendees"][0]["status"]["response"], "accepted");
}

TEST(MicrosoftRooms, DeclineSeriesBeyondTheBookingWindow) {
    Tenant tenant;
    fakes::Draft series = draft({room("birch")});
    series.repeat.emplace();
    series.repeat->days = {std::chrono::Tuesday};
    series.repeat->count = 5;
    tenant.service->create("ada", series, tenant.now);
    series.repeat->count.reset();
    series.when.start += 5h;
    series.when.end += 5h;
    tenant.service->create("bo", series, tenant.now);
    tenant.run_for(5s);
    EXPECT_EQ(answer_of(seen(tenant, "ada")[0], "birch"), fakes::Response::accepted);
    EXPECT_EQ(answer_of(seen(tenant, "bo")[0], "birch"), fakes::Response::declined);
}

TEST(MicrosoftMeetings, OneOccurrenceChangesForEveryone) {
    Tenant tenant;
    fakes::Draft series = draft({person("bo")});
    series.repeat.emplace();
    series.repeat->days = {std::chrono::Tuesday};
    series.repeat->count = 3;
    const fakes::Done made = tenant.service->create("ada", series, tenant.now);
    fakes::Change change;
    change.title = "Special";
    ASSERT_TRUE(tenant.service->change("ada", {made.uid, day("2026-03-17")}, change, tenant.now).ok);
    const auto rows = seen(tenant, "bo");
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_EQ(rows[1].title, "Special");
    EXPECT_TRUE(rows[1].exception);
    EXPECT_EQ(rows[1].uid, made.uid);
    EXPECT_EQ(rows[1].occurrence, day("2026-03-17"));
    ASSERT_TRUE(tenant.service->respond("bo", {made.uid, day("2026-03-24")}, fakes::Response::declined, true, tenant.now).ok);
    EXPECT_EQ(seen(tenant, "bo").size(), 2u);
    EXPECT_EQ(answer_of(seen(tenant, "ada")[2], "bo"), fakes::Response::declined);
    change = {};
    change.add = {person("cai")};
    ASSERT_TRUE(tenant.service->change("ada", {made.uid, day("2026-03-10")}, change, tenant.now).ok);
    ASSERT_EQ(seen(tenant, "cai").size(), 1u);
    EXPECT_EQ(seen(tenant, "cai")[0].occurrence, day("2026-03-10"));
}

TEST(MicrosoftMeetings, TeamsMeetingsCarryAJoinUrl) {
    Tenant tenant;
    fakes::Draft teams = draft();
    teams.provider_meeting = true;
    teams.location.clear();
    ASSERT_TRUE(tenant.service->create("ada", teams, tenant.now).ok);
    const json own = tenant.call("GET", tenant.events("ada")).body["value"][0];
    EXPECT_EQ(own["isOnlineMeeting"], true);
    const std::string url = own["onlineMeeting"]["joinUrl"];
    EXPECT_NE(own["body"]["content"].get<std::string>().find(url), std::string::npos);
    const Answer patched = tenant.call("PATCH", tenant.events("ada") + "/" + own["id"].get<std::string>(), {{"body", {{"contentType", "html"}, {"content", "gone"}}}});
    EXPECT_EQ(patched.body["isOnlineMeeting"], false);
}

TEST(MicrosoftDistributionLists, InviteTheirMembersAndTrackWhoAnswers) {
    Tenant tenant({}, {{"Team@calrig.example", "The team", {"ada@calrig.example", "bo@calrig.example", "guest@elsewhere.example"}}});
    const Answer made = tenant.call("POST", tenant.events("ada"), tenant.meeting("Talk", "2026-03-17T07:00:00", "2026-03-17T08:00:00", {"team"}));
    ASSERT_EQ(made.status, 201) << made.text;
    const std::string own = tenant.events("ada") + "/" + made.body["id"].get<std::string>();
    ASSERT_EQ(made.body["attendees"].size(), 1u) << "the list itself, not its members";
    EXPECT_EQ(tenant.call("GET", tenant.events("ada")).body["value"].size(), 1u) << "the organizer is not invited by way of the list";
    const json theirs = tenant.call("GET", tenant.events("bo")).body["value"];
    ASSERT_EQ(theirs.size(), 1u);
    EXPECT_EQ(theirs[0]["isOrganizer"], false);
    const std::string copy = tenant.events("bo") + "/" + theirs[0]["id"].get<std::string>();
    EXPECT_EQ(tenant.call("POST", copy + "/accept").status, 202);
    const json attendees = tenant.call("GET", own).body["attendees"];
    ASSERT_EQ(attendees.size(), 2u);
    EXPECT_EQ(attendees[1]["emailAddress"]["address"], "bo@calrig.example");
    EXPECT_EQ(attendees[1]["status"]["response"], "accepted");

    const json asked = {{"schedules", {"team@calrig.example"}}, {"startTime", {{"dateTime", "2026-03-17T00:00:00"}, {"timeZone", "UTC"}}}, {"endTime", {{"dateTime", "2026-03-18T00:00:00"}, {"timeZone", "UTC"}}}, {"availabilityViewInterval", 720}};
    const json merged = tenant.call("POST", "/users/ada@calrig.example/calendar/getSchedule", asked).body["value"][0];
    EXPECT_EQ(merged["availabilityView"], "20") << merged.dump();
    EXPECT_EQ(merged["scheduleItems"], json::array());

    EXPECT_EQ(tenant.call("PATCH", own, {{"subject", "Moved talk"}}).status, 200);
    EXPECT_EQ(tenant.call("GET", copy).body["subject"], "Moved talk");
    EXPECT_EQ(tenant.call("POST", own + "/cancel", json::object()).status, 202);
    EXPECT_EQ(tenant.call("GET", copy).body["isCancelled"], true);
}

TEST(MicrosoftMeetings, ACancellationBringsTheOrganizersSubject) {
    Tenant tenant;
    const Answer made = tenant.call("POST", tenant.events("ada"), tenant.meeting("Plan", "2026-03-17T07:00:00", "2026-03-17T08:00:00", {"bo"}));
    const auto theirs = [&] { return tenant.call("GET", tenant.events("bo")).body["value"][0]; };
    tenant.call("PATCH", tenant.events("bo") + "/" + theirs()["id"].get<std::string>(), {{"subject", "My own name for it"}});
    tenant.call("DELETE", tenant.events("ada") + "/" + made.body["id"].get<std::string>());
    EXPECT_EQ(theirs()["subject"], "Canceled: Plan");
}
