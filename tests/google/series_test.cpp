#include <gtest/gtest.h>

#include "tests/google/domain.hpp"

namespace fakes {
namespace {

/// Four Mondays at 10:00 in Oslo; summer time begins on 29 March.
std::string weekly(Domain& d, const std::vector<std::string>& guests = {}) {
    json event = timed("Weekly sync", "2026-03-16T10:00:00", "2026-03-16T10:30:00", guests);
    event["recurrence"] = {"RRULE:FREQ=WEEKLY;COUNT=4"};
    event["extendedProperties"] = {{"private", {{"hybrid.series", "77"}}}};
    return d.ok("mia", "POST", events_of(), event)["id"];
}
json instances(Domain& d, const std::string& id, const std::string& query = "", const std::string& user = "mia") {
    return d.ok(user, "GET", events_of() + "/" + id + "/instances" + query);
}

TEST(Instances, KeepTheLocalHourOverSummerTime) {
    Domain d;
    const std::string id = weekly(d);
    const json list = instances(d, id);
    EXPECT_EQ(ids_in(list), (std::vector{id + "_20260316T090000Z", id + "_20260323T090000Z", id + "_20260330T080000Z", id + "_20260406T080000Z"}));
    EXPECT_EQ(list["items"][2]["start"]["dateTime"], "2026-03-30T10:00:00+02:00");
    EXPECT_EQ(list["items"][2]["originalStartTime"]["dateTime"], "2026-03-30T10:00:00+02:00");
    EXPECT_EQ(list["items"][0]["recurringEventId"], id);
    EXPECT_FALSE(list["items"][0].contains("recurrence"));
    EXPECT_EQ(instances(d, id, "?timeMin=2026-03-20T00:00:00Z&timeMax=2026-03-31T00:00:00Z")["items"].size(), 2u);
    const json page = instances(d, id, "?maxResults=3");
    EXPECT_EQ(instances(d, id, "?maxResults=3&pageToken=" + escaped(page["nextPageToken"].get<std::string>()))["items"].size(), 1u);
    EXPECT_EQ(instances(d, id, "?originalStart=" + escaped("2026-03-23T10:00:00+01:00"))["items"].size(), 1u);
    EXPECT_EQ(d.ok("mia", "GET", events_of() + "/" + id + "_20260323T090000Z")["start"]["dateTime"], "2026-03-23T10:00:00+01:00");
    EXPECT_EQ(d.refusal("mia", "GET", events_of() + "/" + id + "_20260324T090000Z"), "404 notFound");
}

TEST(Instances, MovedAndCancelledOnesBecomeExceptions) {
    Domain d;
    const std::string id = weekly(d);
    const json full = d.ok("mia", "GET", events_of());
    const std::string second = id + "_20260323T090000Z";
    const std::string third = id + "_20260330T080000Z";
    const json moved = d.ok("mia", "PATCH", events_of() + "/" + second,
                            {{"start", {{"dateTime", "2026-03-24T14:00:00"}}}, {"end", {{"dateTime", "2026-03-24T14:30:00"}}}});
    EXPECT_EQ(moved["id"], second);
    EXPECT_EQ(moved["originalStartTime"]["dateTime"], "2026-03-23T10:00:00+01:00");
    EXPECT_EQ(moved["sequence"], 1);
    EXPECT_EQ(d.call("mia", "DELETE", events_of() + "/" + third).status, 204);
    EXPECT_EQ(d.refusal("mia", "DELETE", events_of() + "/" + third), "410 deleted");
    EXPECT_EQ(instances(d, id)["items"].size(), 3u);
    const json all = instances(d, id, "?showDeleted=true");
    EXPECT_EQ(all["items"].size(), 4u);
    const json list = d.ok("mia", "GET", events_of());
    EXPECT_EQ(ids_in(list), (std::vector{id, second, third})) << "the cancelled exception is listed always";
    EXPECT_EQ(list["items"][2]["status"], "cancelled");
    EXPECT_EQ(list["items"][2]["originalStartTime"]["dateTime"], "2026-03-30T10:00:00+02:00");
    EXPECT_EQ(list["items"][2].size(), 6u) << list["items"][2];
    const json news = d.ok("mia", "GET", events_of() + "?syncToken=" + escaped(full["nextSyncToken"].get<std::string>()));
    EXPECT_EQ(ids_in(news), (std::vector{second, third}));
    EXPECT_EQ(d.ok("mia", "GET", events_of() + "?singleEvents=true")["items"].size(), 3u);
}

TEST(Series, EditsReachExceptionsExceptWhatTheyOverride) {
    Domain d;
    const std::string id = weekly(d);
    const std::string second = events_of() + "/" + id + "_20260323T090000Z";
    d.ok("mia", "PATCH", second, {{"summary", "Special"}});
    d.ok("mia", "PATCH", events_of() + "/" + id, {{"summary", "New name"}, {"location", "@webex"}});
    json exception = d.ok("mia", "GET", second);
    EXPECT_EQ(exception["summary"], "Special");
    EXPECT_EQ(exception["location"], "@webex");
    d.ok("mia", "PATCH", events_of() + "/" + id, {{"start", {{"dateTime", "2026-03-16T11:00:00"}}}, {"end", {{"dateTime", "2026-03-16T11:30:00"}}}});
    exception = d.ok("mia", "GET", events_of() + "/" + id + "_20260323T100000Z");
    EXPECT_EQ(exception["summary"], "Special") << "a shifted series keeps its exceptions";
    EXPECT_EQ(exception["start"]["dateTime"], "2026-03-23T11:00:00+01:00");
    d.ok("mia", "PATCH", events_of() + "/" + id, {{"recurrence", {"RRULE:FREQ=WEEKLY;COUNT=1"}}});
    EXPECT_EQ(instances(d, id)["items"].size(), 1u);
    EXPECT_EQ(d.ok("mia", "GET", events_of() + "/" + id + "_20260323T100000Z")["status"], "cancelled") << "no slot, no exception";
}

TEST(Series, DeletedMasterComesAsOneTombstone) {
    Domain d;
    const std::string id = weekly(d);
    d.ok("mia", "PATCH", events_of() + "/" + id + "_20260323T090000Z", {{"summary", "Special"}});
    const json full = d.ok("mia", "GET", events_of());
    d.ok("mia", "DELETE", events_of() + "/" + id);
    const json news = d.ok("mia", "GET", events_of() + "?syncToken=" + escaped(full["nextSyncToken"].get<std::string>()));
    EXPECT_EQ(ids_in(news), (std::vector{id}));
    EXPECT_TRUE(d.ok("mia", "GET", events_of())["items"].empty());
}

TEST(Series, OwnPropertiesOfOneOccurrenceStayItsOwn) {
    Domain d;
    const std::string id = weekly(d);
    const std::string second = events_of() + "/" + id + "_20260323T090000Z";
    d.ok("mia", "PATCH", second, {{"extendedProperties", {{"private", {{"hybrid.state", "joined"}}}}}});
    EXPECT_EQ(d.ok("mia", "GET", second)["extendedProperties"]["private"], json({{"hybrid.series", "77"}, {"hybrid.state", "joined"}}));
    EXPECT_FALSE(d.ok("mia", "GET", events_of() + "/" + id)["extendedProperties"]["private"].contains("hybrid.state"));
    d.ok("mia", "PATCH", events_of() + "/" + id, {{"summary", "Renamed"}});
    EXPECT_EQ(d.ok("mia", "GET", second)["summary"], "Renamed");
}

TEST(Series, AllDayOnesNameInstancesByDate) {
    Domain d;
    const json event = d.ok("mia", "POST", events_of(),
                            {{"summary", "Day"}, {"start", {{"date", "2026-03-28"}}}, {"end", {{"date", "2026-03-29"}}}, {"recurrence", {"RRULE:FREQ=DAILY;COUNT=3"}}});
    const std::string id = event["id"];
    const json list = instances(d, id);
    EXPECT_EQ(ids_in(list), (std::vector{id + "_20260328", id + "_20260329", id + "_20260330"}));
    EXPECT_EQ(list["items"][1]["end"]["date"], "2026-03-30");
}

TEST(Series, ReadsExclusionsAndUntil) {
    Domain d;
    json event = timed("Ex", "2026-03-16T10:00:00", "2026-03-16T10:30:00");
    event["recurrence"] = {"EXDATE;TZID=Europe/Oslo:20260317T100000", "RRULE:FREQ=DAILY;UNTIL=20260319T090000Z"};
    const std::string id = d.ok("mia", "POST", events_of(), event)["id"];
    EXPECT_EQ(instances(d, id)["items"].size(), 3u);
    // Google's own exports have dates at timed events and times at all-day ones.
    event["recurrence"] = {"RRULE:FREQ=DAILY;UNTIL=20260319"};
    EXPECT_EQ(instances(d, d.ok("mia", "POST", events_of(), event)["id"])["items"].size(), 4u) << "the day itself counts";
    event["recurrence"] = {"RRULE:FREQ=DAILY;UNTIL=20260319T090000"};
    EXPECT_EQ(d.refusal("mia", "POST", events_of(), event), "400 invalid") << "a local time";
    const json day = {{"summary", "Day"}, {"start", {{"date", "2026-03-16"}}}, {"end", {{"date", "2026-03-17"}}}, {"recurrence", {"RRULE:FREQ=DAILY;UNTIL=20260318T070000Z"}}};
    EXPECT_EQ(instances(d, d.ok("mia", "POST", events_of(), day)["id"])["items"].size(), 3u);
    event["start"] = {{"dateTime", "2026-03-16T10:00:00+01:00"}};
    EXPECT_EQ(d.refusal("mia", "POST", events_of(), event), "400 required") << "a series needs its zone";
}

}  // namespace
}  // namespace fakes
