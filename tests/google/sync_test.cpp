#include <gtest/gtest.h>

#include "tests/google/domain.hpp"

namespace fakes {
namespace {

std::string insert(Domain& d, int hour) {
    const std::string h = (hour < 10 ? "0" : "") + std::to_string(hour);
    return d.ok("mia", "POST", events_of(), timed("Event " + h, "2026-03-09T" + h + ":00:00", "2026-03-09T" + h + ":30:00"))["id"];
}

json sync(Domain& d, const json& before, const std::string& more = "") {
    return d.ok("mia", "GET", events_of() + "?syncToken=" + escaped(before.at("nextSyncToken").get<std::string>()) + more);
}

TEST(Sync, ReportsChangesAndTombstonesOnceEach) {
    Domain d;
    const std::string a = insert(d, 8);
    const std::string b = insert(d, 9);
    const json full = d.ok("mia", "GET", events_of());
    EXPECT_EQ(ids_in(full), (std::vector{a, b}));
    EXPECT_FALSE(full.contains("nextPageToken"));
    EXPECT_TRUE(sync(d, full)["items"].empty());
    d.ok("mia", "PATCH", events_of() + "/" + b, {{"summary", "changed"}});
    d.ok("mia", "DELETE", events_of() + "/" + a);
    const std::string c = insert(d, 10);
    const json news = sync(d, full);
    EXPECT_EQ(ids_in(news), (std::vector{b, a, c}));
    EXPECT_EQ(news["items"][1]["status"], "cancelled");
    EXPECT_EQ(news["items"][1].size(), 4u) << news["items"][1];
    EXPECT_TRUE(sync(d, news)["items"].empty());
    EXPECT_EQ(sync(d, full)["items"].size(), 3u) << "an older token works again";
}

TEST(Sync, RefusesFiltersBesideTheToken) {
    Domain d;
    insert(d, 8);
    const std::string token = escaped(d.ok("mia", "GET", events_of())["nextSyncToken"].get<std::string>());
    for (const char* forbidden : {"iCalUID=x", "orderBy=updated", "privateExtendedProperty=a%3Db", "q=x", "sharedExtendedProperty=a%3Db",
                                  "timeMin=2026-03-01T00:00:00Z", "timeMax=2026-05-01T00:00:00Z", "updatedMin=2026-03-01T00:00:00Z",
                                  "showDeleted=false"})
        EXPECT_EQ(d.refusal("mia", "GET", events_of() + "?syncToken=" + token + "&" + forbidden), "400 syncTokenWithRequestRestrictions") << forbidden;
    EXPECT_EQ(d.refusal("mia", "GET", events_of() + "?maxResults=5&showDeleted=true&syncToken=" + token), "200");
}

TEST(Sync, TellsGarbageFromStaleTokens) {
    Domain d;
    insert(d, 8);
    const std::string token = d.ok("mia", "GET", events_of())["nextSyncToken"];
    EXPECT_EQ(d.refusal("mia", "GET", events_of() + "?syncToken=garbage"), "400 invalid");
    EXPECT_EQ(d.refusal("mia", "GET", events_of() + "?syncToken=" + escaped("A" + token)), "410 fullSyncRequired");
    EXPECT_EQ(d.refusal("olav", "GET", events_of() + "?syncToken=" + escaped(token)), "410 fullSyncRequired");
    d.service().expire_sync_tokens(d.now);
    EXPECT_EQ(d.refusal("mia", "GET", events_of() + "?syncToken=" + escaped(token)), "410 fullSyncRequired");
    d.pass(std::chrono::milliseconds{1});
    const json fresh = d.ok("mia", "GET", events_of());
    EXPECT_TRUE(sync(d, fresh)["items"].empty());
    Domain later;
    const json old = later.ok("mia", "GET", events_of());
    later.pass(std::chrono::days{29});
    later.service().expire_access_tokens(later.now);
    const std::string bearer = later.token_with("mia", calendar_scope);
    const Reply reply = later.raw({"GET", "www.googleapis.com", events_of() + "?syncToken=" + escaped(old["nextSyncToken"].get<std::string>()),
                                   {{"Authorization", "Bearer " + bearer}}, ""});
    EXPECT_EQ(reply.status, 410);
}

TEST(Sync, ExpiryCountsTokensOfTheSameInstantAlso) {
    Domain d;
    const json full = d.ok("mia", "GET", events_of());
    d.service().expire_sync_tokens(d.now);
    const json again = d.ok("mia", "GET", events_of());
    EXPECT_EQ(d.refusal("mia", "GET", events_of() + "?syncToken=" + escaped(full["nextSyncToken"].get<std::string>())), "410 fullSyncRequired");
    EXPECT_EQ(d.refusal("mia", "GET", events_of() + "?syncToken=" + escaped(again["nextSyncToken"].get<std::string>())), "200")
        << "a token issued after the expiry is good, also within the same millisecond";
}

TEST(Sync, FilteredAndOrderedListsGiveNoToken) {
    Domain d;
    insert(d, 8);
    for (const char* query : {"singleEvents=true&orderBy=startTime", "q=event", "privateExtendedProperty=a%3Db"})
        EXPECT_FALSE(d.ok("mia", "GET", events_of() + "?" + query).contains("nextSyncToken")) << query;
    EXPECT_TRUE(d.ok("mia", "GET", events_of() + "?timeMin=2026-03-01T00:00:00Z").contains("nextSyncToken"));
}

TEST(Paging, GivesEveryEventOnceAlthoughThingsChangeBetweenPages) {
    Domain d;
    std::vector<std::string> ids;
    for (int hour = 6; hour < 13; ++hour) ids.push_back(insert(d, hour));
    json page = d.ok("mia", "GET", events_of() + "?maxResults=3");
    EXPECT_FALSE(page.contains("nextSyncToken"));
    std::vector<std::string> seen = ids_in(page);
    d.ok("mia", "PATCH", events_of() + "/" + ids[0], {{"summary", "changed between pages"}});
    const std::string extra = insert(d, 20);
    while (page.contains("nextPageToken")) {
        page = d.ok("mia", "GET", events_of() + "?maxResults=3&pageToken=" + escaped(page["nextPageToken"].get<std::string>()));
        for (const std::string& id : ids_in(page)) seen.push_back(id);
    }
    for (const std::string& id : ids) EXPECT_EQ(std::count(seen.begin(), seen.end(), id), 1) << id;
    const std::vector<std::string> news = ids_in(sync(d, page));
    EXPECT_EQ(news, (std::vector{ids[0], extra})) << "what changed between the pages is news to the next sync";
}

TEST(Paging, WorksForIncrementalAndExpandedLists) {
    Domain d;
    const json full = d.ok("mia", "GET", events_of());
    json daily = timed("Daily", "2026-03-09T08:00:00", "2026-03-09T08:15:00");
    daily["recurrence"] = {"RRULE:FREQ=DAILY;COUNT=7"};
    d.ok("mia", "POST", events_of(), daily);
    for (int hour = 9; hour < 12; ++hour) insert(d, hour);
    const std::string token = "&syncToken=" + escaped(full["nextSyncToken"].get<std::string>());
    json page = d.ok("mia", "GET", events_of() + "?maxResults=2" + token);
    std::size_t count = page["items"].size();
    while (page.contains("nextPageToken")) {
        page = d.ok("mia", "GET", events_of() + "?maxResults=2" + token + "&pageToken=" + escaped(page["nextPageToken"].get<std::string>()));
        count += page["items"].size();
    }
    EXPECT_EQ(count, 4u);
    page = d.ok("mia", "GET", events_of() + "?maxResults=4&singleEvents=true&orderBy=startTime");
    std::vector<std::string> starts;
    for (int guard = 0; guard < 10; ++guard) {
        for (const json& item : page["items"]) starts.push_back(item["start"]["dateTime"]);
        if (!page.contains("nextPageToken")) break;
        page = d.ok("mia", "GET", events_of() + "?maxResults=4&singleEvents=true&orderBy=startTime&pageToken=" + escaped(page["nextPageToken"].get<std::string>()));
    }
    EXPECT_EQ(starts.size(), 10u);
    EXPECT_TRUE(std::is_sorted(starts.begin(), starts.end()));
    EXPECT_EQ(d.refusal("mia", "GET", events_of() + "?pageToken=nonsense"), "400 invalid");
}

TEST(Sync, ExpandedListsReportInstancesAndLostOnes) {
    Domain d;
    json daily = timed("Daily", "2026-03-09T08:00:00", "2026-03-09T08:15:00");
    daily["recurrence"] = {"RRULE:FREQ=DAILY;COUNT=4"};
    const std::string id = d.ok("mia", "POST", events_of(), daily)["id"];
    const json full = d.ok("mia", "GET", events_of() + "?singleEvents=true&timeMin=2026-03-01T00:00:00Z");
    EXPECT_EQ(full["items"].size(), 4u);
    d.ok("mia", "PATCH", events_of() + "/" + id, {{"recurrence", {"RRULE:FREQ=DAILY;COUNT=2"}}});
    const json news = sync(d, full, "&singleEvents=true");
    ASSERT_EQ(news["items"].size(), 4u);
    EXPECT_EQ(news["items"][1]["status"], "confirmed");
    EXPECT_EQ(news["items"][3]["status"], "cancelled");
    EXPECT_EQ(news["items"][3]["id"], id + "_20260312T070000Z");
    d.ok("mia", "DELETE", events_of() + "/" + id);
    const json gone = sync(d, news, "&singleEvents=true");
    EXPECT_EQ(gone["items"].size(), 2u);
    for (const json& item : gone["items"]) EXPECT_EQ(item["status"], "cancelled");
}

}  // namespace
}  // namespace fakes
