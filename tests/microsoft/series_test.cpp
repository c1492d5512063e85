#include <gtest/gtest.h>

#include "tests/microsoft/tenant.hpp"

using namespace microsoft_test;

namespace {

json weekly(const Tenant&, Tenant& tenant, std::vector<std::string> attendees = {}) {
    json body = tenant.meeting("Weekly", "2026-03-16T09:00:00", "2026-03-16T09:30:00", attendees);
    body["recurrence"] = {{"pattern", {{"type", "weekly"}, {"interval", 1}, {"daysOfWeek", {"monday"}}, {"firstDayOfWeek", "monday"}}},
                          {"range", {{"type", "endDate"}, {"startDate", "2026-03-16"}, {"endDate", "2026-04-13"}}}};
    return body;
}

struct Series {
    Tenant tenant;
    std::string master, path;
    explicit Series(std::vector<std::string> attendees = {}) {
        const Answer made = tenant.call("POST", tenant.events("ada"), weekly(tenant, tenant, std::move(attendees)));
        master = made.body.at("id");
        path = tenant.events("ada") + "/" + master;
    }
    std::vector<json> instances(const std::string& more = "") {
        const Answer got = tenant.call("GET", path + "/instances?startDateTime=2026-03-01T00:00:00Z&endDateTime=2026-05-01T00:00:00Z" + more);
        EXPECT_EQ(got.status, 200) << got.text;
        return got.body.at("value").get<std::vector<json>>();
    }
    std::string of(const json& event) { return tenant.events("ada") + "/" + event.at("id").get<std::string>(); }
};

json zoned(const std::string& text) { return {{"dateTime", text}, {"timeZone", "W. Europe Standard Time"}}; }

}  // namespace

TEST(MicrosoftSeries, InstancesKeepTheWallClockOverTheClockChange) {
    Series series;
    const auto all = series.instances();
    ASSERT_EQ(all.size(), 5u);
    EXPECT_EQ(all[1]["start"]["dateTime"], "2026-03-23T08:00:00.0000000");
    EXPECT_EQ(all[2]["start"]["dateTime"], "2026-03-30T07:00:00.0000000");
    EXPECT_EQ(all[2]["originalStart"], "2026-03-30T07:00:00Z");
    EXPECT_EQ(all[2]["type"], "occurrence");
    EXPECT_EQ(all[2]["seriesMasterId"], series.master);
    EXPECT_EQ(all[2]["id"].get<std::string>().size(), 164u);
    EXPECT_NE(all[1]["iCalUId"], all[2]["iCalUId"]);
    EXPECT_EQ(all[1]["changeKey"], all[2]["changeKey"]);
    std::set<std::string> ours, theirs;
    const json recorded = example("03-list-instances.json")["pairs"][0]["response"]["body"]["value"][0];
    for (const auto& [name, value] : all[0].items()) ours.insert(name);
    for (const auto& [name, value] : recorded.items()) theirs.insert(name);
    EXPECT_EQ(ours, theirs);
    EXPECT_EQ(series.tenant.call("GET", series.tenant.events("ada")).body["value"].size(), 1u);  // masters only
}

TEST(MicrosoftSeries, InstancesNeedAWindowAndPage) {
    Series series;
    EXPECT_EQ(series.tenant.call("GET", series.path + "/instances").body["error"]["code"], "ErrorInvalidParameter");
    EXPECT_EQ(series.tenant.call("GET", series.path + "/instances?startdatetime=2020-01-01&enddatetime=2026-01-01").body["error"]["code"], "ErrorInvalidRequest");
    const Answer page = series.tenant.call("GET", series.path + "/instances?startDateTime=2026-03-01&endDateTime=2026-05-01&$top=2");
    EXPECT_EQ(page.body["value"].size(), 2u);
    EXPECT_TRUE(page.body.contains("@odata.nextLink"));
    EXPECT_EQ(series.instances("&$top=2&$skip=4").size(), 1u);
}

TEST(MicrosoftSeries, PatchOfAnOccurrenceMakesAnExceptionThatKeepsItsId) {
    Series series;
    const json second = series.instances()[1];
    const Answer moved = series.tenant.call("PATCH", series.of(second), {{"subject", "Moved"}, {"start", zoned("2026-03-24T15:00:00")}, {"end", zoned("2026-03-24T15:30:00")}});
    ASSERT_EQ(moved.status, 200) << moved.text;
    EXPECT_EQ(moved.body["type"], "exception");
    EXPECT_EQ(moved.body["id"], second["id"]);
    EXPECT_EQ(moved.body["originalStart"], "2026-03-23T08:00:00Z");
    const auto all = series.instances();
    ASSERT_EQ(all.size(), 5u);
    EXPECT_EQ(all[1]["subject"], "Moved");
    EXPECT_EQ(all[1]["start"]["dateTime"], "2026-03-24T14:00:00.0000000");
    // an exception follows the master in what it had in common with it
    series.tenant.call("PATCH", series.path, {{"subject", "Renamed"}, {"location", {{"displayName", "@meet"}}}});
    const Answer after = series.tenant.call("GET", series.of(second));
    EXPECT_EQ(after.body["subject"], "Moved");
    EXPECT_EQ(after.body["location"]["displayName"], "@meet");
}

TEST(MicrosoftSeries, OccurrencesDoNotCrossTheirNeighbours) {
    Series series;
    const json third = series.instances()[2];
    const Answer refused = series.tenant.call("PATCH", series.of(third), {{"start", zoned("2026-03-23T09:00:00")}, {"end", zoned("2026-03-23T09:30:00")}});
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.body["error"]["code"], "ErrorOccurrenceCrossingBoundary");
    EXPECT_EQ(series.tenant.call("PATCH", series.of(third), {{"start", zoned("2026-04-06T12:00:00")}, {"end", zoned("2026-04-06T12:30:00")}}).status, 400);
    EXPECT_EQ(series.tenant.call("PATCH", series.of(third), {{"start", zoned("2026-04-05T12:00:00")}, {"end", zoned("2026-04-05T12:30:00")}}).status, 200);
}

TEST(MicrosoftSeries, DeletedOccurrencesAreGoneAndListedOnTheMaster) {
    Series series;
    const json third = series.instances()[2];
    EXPECT_EQ(series.tenant.call("DELETE", series.of(third)).status, 204);
    EXPECT_EQ(series.instances().size(), 4u);
    EXPECT_EQ(series.tenant.call("GET", series.of(third)).status, 404);
    const Answer master = series.tenant.call("GET", series.path + "?$select=subject,cancelledOccurrences");
    EXPECT_EQ(master.body["cancelledOccurrences"], json::array({"OID." + series.master + ".2026-03-30"}));
}

TEST(MicrosoftSeries, AnotherStartRebuildsTheSeriesAndDropsExceptions) {
    Series series;
    const auto before = series.instances();
    series.tenant.call("PATCH", series.of(before[1]), {{"subject", "Odd"}});
    series.tenant.call("DELETE", series.of(before[2]));
    ASSERT_EQ(series.tenant.call("PATCH", series.path, {{"subject", "Same times"}}).status, 200);
    EXPECT_EQ(series.instances().size(), 4u);
    ASSERT_EQ(series.tenant.call("PATCH", series.path, {{"start", zoned("2026-03-16T10:00:00")}, {"end", zoned("2026-03-16T10:30:00")}}).status, 200);
    const auto after = series.instances();
    ASSERT_EQ(after.size(), 5u);
    for (const json& event : after) EXPECT_EQ(event["type"], "occurrence");
    EXPECT_EQ(after[0]["start"]["dateTime"], "2026-03-16T09:00:00.0000000");
}

TEST(MicrosoftSeries, MasterStartsAtTheFirstHitOfItsPattern) {
    Tenant tenant;
    json body = weekly(tenant, tenant);
    body["recurrence"]["pattern"]["daysOfWeek"] = {"wednesday"};
    const Answer made = tenant.call("POST", tenant.events("ada"), body);
    ASSERT_EQ(made.status, 201) << made.text;
    EXPECT_EQ(made.body["start"]["dateTime"], "2026-03-18T09:00:00.0000000");
    body["recurrence"]["range"]["startDate"] = "2026-03-17";
    EXPECT_EQ(tenant.call("POST", tenant.events("ada"), body).body["error"]["code"], "ErrorPropertyValidationFailure");
}

TEST(MicrosoftSeries, PropertiesLiveOnTheOccurrenceTheyWereWrittenTo) {
    Series series;
    const std::string id = "String {7c1a9b0e-52f4-4c7b-9a37-6b0f2f1d9d10} Name Join";
    const json second = series.instances()[1];
    ASSERT_EQ(series.tenant.call("PATCH", series.of(second), {{"singleValueExtendedProperties", {{{"id", id}, {"value", "v"}}}}}).status, 200);
    const auto all = series.instances("&$expand=singleValueExtendedProperties($filter=id eq '" + id + "')");
    EXPECT_FALSE(all[0].contains("singleValueExtendedProperties"));
    EXPECT_EQ(all[1]["singleValueExtendedProperties"][0]["value"], "v");
    EXPECT_EQ(all[1]["type"], "exception");
}

TEST(MicrosoftSeries, CancelledOccurrenceStaysInAttendeeCopiesAsCancelled) {
    Series series({"bo"});
    fakes::EventRef event;
    event.uid = series.tenant.service->calendar("ada", at("2026-03-01T00:00:00Z"), at("2026-05-01T00:00:00Z")).front().uid;
    event.occurrence = day("2026-03-30");
    ASSERT_TRUE(series.tenant.service->cancel("ada", event, series.tenant.now).ok);
    EXPECT_EQ(series.tenant.service->calendar("ada", at("2026-03-01T00:00:00Z"), at("2026-05-01T00:00:00Z")).size(), 4u);
    const auto bo = series.tenant.service->calendar("bo", at("2026-03-01T00:00:00Z"), at("2026-05-01T00:00:00Z"));
    ASSERT_EQ(bo.size(), 5u);
    EXPECT_TRUE(bo[2].cancelled);
    EXPECT_EQ(bo[2].title, "Canceled: Weekly");
    EXPECT_FALSE(bo[1].cancelled);
}
