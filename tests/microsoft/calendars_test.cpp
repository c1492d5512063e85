// Further calendars of a person: a store of their own, one mailbox all the same.
#include <gtest/gtest.h>

#include "tests/microsoft/tenant.hpp"

using namespace microsoft_test;
using namespace std::chrono_literals;

namespace {

const std::string ada = "/users/ada@calrig.example";

std::vector<std::string> names(const Answer& list) {
    std::vector<std::string> out;
    for (const json& each : list.body.at("value")) out.push_back(each.contains("name") ? each["name"].get<std::string>() : each["subject"].get<std::string>());
    return out;
}

}  // namespace

TEST(MicrosoftCalendars, AreMadeListedChangedAndDeleted) {
    Tenant tenant;
    const Answer made = tenant.call("POST", ada + "/calendars", {{"name", "Volunteer"}, {"color", "LightBlue"}});
    ASSERT_EQ(made.status, 201) << made.text;
    EXPECT_EQ(made.body["color"], "lightBlue");
    EXPECT_EQ(made.body["isDefaultCalendar"], false);
    EXPECT_EQ(made.body["isRemovable"], true);
    EXPECT_EQ(made.body["owner"]["address"], "ada@calrig.example");
    const std::string id = made.body["id"], path = ada + "/calendars/" + id;
    EXPECT_EQ(names(tenant.call("GET", ada + "/calendars")), (std::vector<std::string>{"Calendar", "Volunteer"}));
    EXPECT_EQ(names(tenant.call("GET", ada + "/calendars?$filter=name%20eq%20'volunteer'")), std::vector<std::string>{"Volunteer"});
    EXPECT_EQ(names(tenant.call("GET", ada + "/calendars?$filter=isDefaultCalendar%20eq%20true&$select=name")), std::vector<std::string>{"Calendar"});
    EXPECT_EQ(tenant.call("GET", ada + "/calendars/$count").text, "2");
    const Answer page = tenant.call("GET", ada + "/calendars?$top=1");
    EXPECT_EQ(names(page), std::vector<std::string>{"Calendar"});
    EXPECT_TRUE(page.body.contains("@odata.nextLink"));
    EXPECT_EQ(tenant.call("POST", ada + "/calendars", {{"name", "VOLUNTEER"}}).body["error"]["code"], "ErrorFolderExists");
    EXPECT_EQ(tenant.call("POST", ada + "/calendars", {{"color", "auto"}}).status, 400);
    EXPECT_EQ(tenant.call("POST", ada + "/calendars", {{"name", "x"}, {"color", "mauve"}}).status, 400);
    EXPECT_EQ(tenant.call("PATCH", path, {{"name", "Charity"}}).body["name"], "Charity");
    EXPECT_NE(tenant.call("GET", path).body["changeKey"], made.body["changeKey"]);
    EXPECT_EQ(tenant.call("DELETE", ada + "/calendar").body["error"]["code"], "ErrorDeleteDistinguishedFolder");
    EXPECT_EQ(tenant.call("DELETE", path).status, 204);
    EXPECT_EQ(tenant.call("GET", path).status, 404);
    EXPECT_EQ(tenant.call("GET", ada + "/calendars/nonsense").body["error"]["code"], "ErrorInvalidIdMalformed");
    const Answer again = tenant.call("POST", ada + "/calendars", {{"name", "Charity"}});
    EXPECT_NE(again.body["id"], id) << "ids are never given again";
}

TEST(MicrosoftCalendars, OneGroupHoldsThem) {
    Tenant tenant;
    tenant.call("POST", ada + "/calendars", {{"name", "Volunteer"}});
    const Answer groups = tenant.call("GET", ada + "/calendarGroups");
    ASSERT_EQ(names(groups), std::vector<std::string>{"My Calendars"});
    const std::string group = ada + "/calendarGroups/" + groups.body["value"][0]["id"].get<std::string>();
    EXPECT_EQ(tenant.call("GET", group).body["name"], "My Calendars");
    EXPECT_EQ(tenant.call("GET", group + "/calendars").body["value"].size(), 2u);
    const Answer made = tenant.call("POST", group + "/calendars", {{"name", "Other"}});
    ASSERT_EQ(made.status, 201) << made.text;
    EXPECT_EQ(tenant.call("GET", group + "/calendars/" + made.body["id"].get<std::string>() + "/events").status, 200);
    EXPECT_EQ(tenant.call("GET", ada + "/calendarGroups/" + made.body["id"].get<std::string>() + "/calendars").status, 404);
    EXPECT_EQ(tenant.call("POST", ada + "/calendarGroups", {{"name", "Mine"}}).status, 501);
}

TEST(MicrosoftCalendars, KeepTheirEventsApart) {
    Tenant tenant;
    const std::string other = ada + "/calendars/" + tenant.call("POST", ada + "/calendars", {{"name", "Other"}}).body["id"].get<std::string>();
    const Answer there = tenant.call("POST", other + "/events", tenant.meeting("There", "2026-03-03T10:00:00", "2026-03-03T11:00:00"));
    ASSERT_EQ(there.status, 201) << there.text;
    const Answer here = tenant.call("POST", ada + "/events", tenant.meeting("Here", "2026-03-03T10:00:00", "2026-03-03T11:00:00"));
    const std::string window = "?startDateTime=2026-03-01T00:00:00Z&endDateTime=2026-03-08T00:00:00Z";
    EXPECT_EQ(names(tenant.call("GET", ada + "/events")), std::vector<std::string>{"Here"});
    EXPECT_EQ(names(tenant.call("GET", other + "/events")), std::vector<std::string>{"There"});
    EXPECT_EQ(names(tenant.call("GET", ada + "/calendarView" + window)), std::vector<std::string>{"Here"});
    EXPECT_EQ(names(tenant.call("GET", other + "/calendarView" + window)), std::vector<std::string>{"There"});
    EXPECT_EQ(names(tenant.call("GET", other + "/calendarView/delta" + window)), std::vector<std::string>{"There"});
    // An id is the mailbox's: it is found without its calendar, and not in another one.
    const std::string id = there.body["id"];
    EXPECT_EQ(tenant.call("GET", ada + "/events/" + id + "?$expand=calendar").body["calendar"]["name"], "Other");
    EXPECT_EQ(tenant.call("PATCH", ada + "/events/" + id, {{"subject", "There, too"}}).status, 200);
    EXPECT_EQ(tenant.call("GET", other + "/events/" + here.body["id"].get<std::string>()).status, 404);
    const Answer immutable = tenant.call("GET", other + "/events", nullptr, {{"Prefer", "IdType=\"ImmutableId\""}});
    EXPECT_EQ(tenant.call("GET", ada + "/events/" + immutable.body["value"][0]["id"].get<std::string>()).body["subject"], "There, too");
    EXPECT_EQ(tenant.call("DELETE", ada + "/events/" + id).status, 204);
    EXPECT_EQ(tenant.call("GET", other + "/events/" + id).status, 404);
}

TEST(MicrosoftCalendars, MeetingsInThemAreAnsweredThere) {
    Tenant tenant;
    const std::string other = ada + "/calendars/" + tenant.call("POST", ada + "/calendars", {{"name", "Other"}}).body["id"].get<std::string>();
    const Answer made = tenant.call("POST", other + "/events", tenant.meeting("Review", "2026-03-03T10:00:00", "2026-03-03T11:00:00", {"bo"}));
    ASSERT_EQ(made.status, 201) << made.text;
    const Answer copy = tenant.call("GET", tenant.events("bo"));
    ASSERT_EQ(names(copy), std::vector<std::string>{"Review"});
    EXPECT_EQ(tenant.call("POST", tenant.events("bo") + "/" + copy.body["value"][0]["id"].get<std::string>() + "/accept", {{"sendResponse", true}}).status, 202);
    EXPECT_EQ(tenant.call("GET", other + "/events").body["value"][0]["attendees"][0]["status"]["response"], "accepted");
}

TEST(MicrosoftCalendars, SubscriptionsHearOneOrAll) {
    Tenant tenant;
    tenant.hook = polite_hook;
    const std::string id = tenant.call("POST", ada + "/calendars", {{"name", "Other"}}).body["id"].get<std::string>(), other = ada + "/calendars/" + id;
    const auto subscribe = [&](const std::string& resource) { return tenant.subscribe("ada", {{"resource", resource}}); };
    const Answer all = subscribe("users/ada@calrig.example/events"), one = subscribe("/users/ada@calrig.example/calendars/" + id + "/events"),
                 first = subscribe("users/ada@calrig.example/calendar/events");
    ASSERT_EQ(one.status, 201) << one.text;
    EXPECT_EQ(subscribe("users/ada@calrig.example/calendars/x/events").status, 400);
    tenant.call("POST", other + "/events", tenant.meeting("There", "2026-03-03T10:00:00", "2026-03-03T11:00:00"));
    tenant.run_for(5min);
    std::vector<std::string> told;
    for (const json& each : tenant.take_notifications()) told.push_back(each["subscriptionId"]);
    EXPECT_EQ(told.size(), 2u);
    for (const std::string& each : told) EXPECT_NE(each, first.body["id"].get<std::string>());
    EXPECT_EQ(tenant.call("DELETE", other).status, 204);
    tenant.run_for(5min);
    EXPECT_EQ(tenant.take_notifications().size(), 2u) << "its events are deleted with it";
}

TEST(MicrosoftCalendars, SayWhoTheyAreSharedWith) {
    Tenant tenant;
    ASSERT_TRUE(tenant.service->share("ada@calrig.example", "bo@calrig.example", "writer", tenant.now).ok);
    const Answer list = tenant.call("GET", ada + "/calendar/calendarPermissions");
    ASSERT_EQ(list.status, 200) << list.text;
    ASSERT_EQ(list.body["value"].size(), 2u);
    EXPECT_EQ(list.body["value"][0]["role"], "freeBusyRead");
    EXPECT_EQ(list.body["value"][1]["emailAddress"]["address"], "bo@calrig.example");
    EXPECT_EQ(list.body["value"][1]["role"], "write");
    EXPECT_EQ(tenant.call("GET", ada + "/calendar/calendarPermissions/" + list.body["value"][1]["id"].get<std::string>()).body["role"], "write");
    EXPECT_EQ(tenant.call("GET", ada + "/calendar/calendarPermissions/x").status, 404);
    EXPECT_EQ(tenant.call("POST", ada + "/calendar/calendarPermissions", json::object()).status, 501);
}
