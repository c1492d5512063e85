// Calendar views, delta rounds, and lists by index.
#include <set>

#include <gtest/gtest.h>

#include "tests/microsoft/tenant.hpp"

using namespace microsoft_test;

namespace {

std::string view_path(const std::string& user, const std::string& more = "") {
    return "/users/" + user + "@calrig.example/calendarView" + more + "?startDateTime=2026-03-16T00:00:00Z&endDateTime=2026-03-24T00:00:00Z";
}

json weekly(Tenant& tenant, const std::vector<std::string>& attendees = {}) {
    json series = tenant.meeting("Weekly", "2026-03-09T09:00:00", "2026-03-09T09:30:00", attendees);
    series["recurrence"] = {{"pattern", {{"type", "weekly"}, {"interval", 1}, {"daysOfWeek", {"monday", "wednesday"}}}},
                            {"range", {{"type", "numbered"}, {"startDate", "2026-03-09"}, {"numberOfOccurrences", 12}}}};
    return series;
}

std::string path_of_link(const std::string& link) { return link.substr(link.find("/v1.0") + 5); }

struct Round {
    std::map<std::string, json> rows;  // the last row of each id
    std::string delta;
    int pages = 0;
};
Round round_of(Tenant& tenant, std::string path, int page_size = 0) {
    Round out;
    for (; out.pages < 200; ++out.pages) {
        std::vector<fakes::Header> headers;
        if (page_size > 0) headers.push_back({"Prefer", "odata.maxpagesize=" + std::to_string(page_size)});
        const Answer page = tenant.call("GET", path, nullptr, headers);
        EXPECT_EQ(page.status, 200) << page.text;
        if (page.status != 200) return out;
        if (page_size > 0) EXPECT_LE(page.body["value"].size(), static_cast<std::size_t>(page_size));
        for (const json& row : page.body["value"]) out.rows[row["id"]] = row;
        if (page.body.contains("@odata.deltaLink")) {
            EXPECT_FALSE(page.body.contains("@odata.nextLink"));
            out.delta = path_of_link(page.body["@odata.deltaLink"]);
            ++out.pages;
            return out;
        }
        path = path_of_link(page.body.at("@odata.nextLink"));
    }
    ADD_FAILURE() << "the round does not end";
    return out;
}

}  // namespace

TEST(MicrosoftView, ExpandsSeriesSortsAndPages) {
    Tenant tenant;
    ASSERT_EQ(tenant.call("POST", tenant.events("ada"), weekly(tenant)).status, 201);
    ASSERT_EQ(tenant.call("POST", tenant.events("ada"), tenant.meeting("Early", "2026-03-16T07:00:00", "2026-03-16T08:00:00")).status, 201);
    ASSERT_EQ(tenant.call("POST", tenant.events("ada"), tenant.meeting("Before", "2026-03-15T07:00:00", "2026-03-15T08:00:00")).status, 201);
    // Longer than any look back over short events: it began a week before the window.
    ASSERT_EQ(tenant.call("POST", tenant.events("ada"), tenant.meeting("Fair", "2026-03-10T07:00:00", "2026-03-17T08:00:00")).status, 201);
    const Answer view = tenant.call("GET", view_path("ada"));
    ASSERT_EQ(view.status, 200) << view.text;
    std::vector<std::string> names;
    for (const json& each : view.body["value"]) {
        names.push_back(each["subject"]);
        EXPECT_NE(each["type"], "seriesMaster");
    }
    EXPECT_EQ(names, (std::vector<std::string>{"Fair", "Early", "Weekly", "Weekly", "Weekly"}));
    EXPECT_TRUE(view.body["@odata.context"].get<std::string>().ends_with("/calendarView"));
    const Answer first = tenant.call("GET", view_path("ada") + "&$top=2&$count=true&$select=subject");
    EXPECT_EQ(first.body["@odata.count"], 5);
    ASSERT_EQ(first.body["value"].size(), 2u);
    EXPECT_FALSE(first.body["value"][0].contains("body"));
    const std::string link = first.body.at("@odata.nextLink");
    EXPECT_TRUE(link.starts_with("https://graph.microsoft.com/v1.0/users/"));
    const Answer second = tenant.call("GET", path_of_link(link));
    EXPECT_EQ(second.body["value"][0]["subject"], "Weekly");
    EXPECT_EQ(tenant.call("GET", "/users/ada@calrig.example/calendarView").body["error"]["code"], "ErrorInvalidParameter");
    EXPECT_EQ(tenant.call("GET", "/users/ada@calrig.example/calendar/calendarView?startdatetime=2026-01-01&enddatetime=2036-01-01").body["error"]["code"], "ErrorInvalidRequest");
}

TEST(MicrosoftView, LinksKeepTheOriginThatWasConfigured) {
    fakes::MicrosoftOptions options;
    options.graph_base = "https://127.0.0.1:8443/v1.0";
    options.authority_base = "https://127.0.0.1:8443";
    Tenant tenant(options);
    for (int i = 0; i < 3; ++i) ASSERT_EQ(tenant.call("POST", tenant.events("ada"), tenant.meeting("m", "2026-03-16T07:00:00", "2026-03-16T08:00:00")).status, 201);
    const Answer list = tenant.call("GET", tenant.events("ada") + "?$top=2");
    EXPECT_TRUE(list.body["@odata.nextLink"].get<std::string>().starts_with("https://127.0.0.1:8443/v1.0/users/")) << list.text;
    EXPECT_TRUE(list.body["@odata.context"].get<std::string>().starts_with("https://127.0.0.1:8443/v1.0/$metadata"));
    const Answer delta = tenant.call("GET", view_path("ada", "/delta"));
    EXPECT_TRUE(delta.body["@odata.deltaLink"].get<std::string>().starts_with("https://127.0.0.1:8443/v1.0/users/")) << delta.text;
}

TEST(MicrosoftDelta, ARoundTellsEverythingAndTheNextOneWhatChanged) {
    Tenant tenant;
    const std::string series = tenant.call("POST", tenant.events("ada"), weekly(tenant)).body["id"];
    const std::string single = tenant.call("POST", tenant.events("ada"), tenant.meeting("One", "2026-03-17T07:00:00", "2026-03-17T08:00:00")).body["id"];
    const std::string other = tenant.call("POST", tenant.events("ada"), tenant.meeting("Two", "2026-03-18T07:00:00", "2026-03-18T08:00:00")).body["id"];
    const Round full = round_of(tenant, view_path("ada", "/delta"), 2);
    EXPECT_EQ(full.pages, 3);
    ASSERT_EQ(full.rows.size(), 6u);  // the master, three occurrences, two singles
    EXPECT_EQ(full.rows.at(series)["type"], "seriesMaster");
    for (const auto& [id, row] : full.rows) EXPECT_EQ(row["@odata.type"], "#microsoft.graph.event");
    EXPECT_TRUE(round_of(tenant, full.delta).rows.empty());

    tenant.call("PATCH", tenant.events("ada") + "/" + single, {{"subject", "Changed"}});
    tenant.call("DELETE", tenant.events("ada") + "/" + other);
    const Round next = round_of(tenant, full.delta);
    ASSERT_EQ(next.rows.size(), 2u);
    EXPECT_EQ(next.rows.at(single)["subject"], "Changed");
    EXPECT_EQ(next.rows.at(other)["@removed"]["reason"], "deleted");
    EXPECT_TRUE(round_of(tenant, next.delta).rows.empty());
    // The earlier link tells the same again: tokens are states, not cursors that are used up.
    EXPECT_EQ(round_of(tenant, full.delta).rows.size(), 2u);
}

TEST(MicrosoftDelta, SeriesLoseAndMoveOccurrences) {
    Tenant tenant;
    const std::string series = tenant.call("POST", tenant.events("ada"), weekly(tenant)).body["id"];
    const Round full = round_of(tenant, view_path("ada", "/delta"));
    std::vector<std::string> slots;
    for (const auto& [id, row] : full.rows)
        if (row["type"] == "occurrence") slots.push_back(id);
    ASSERT_EQ(slots.size(), 3u);
    tenant.call("DELETE", tenant.events("ada") + "/" + slots[0]);
    const Round gone = round_of(tenant, full.delta);
    EXPECT_TRUE(gone.rows.at(slots[0]).contains("@removed"));
    EXPECT_FALSE(gone.rows.at(slots[1]).contains("@removed"));
    // A new rule: occurrences of the old one are taken back.
    json pattern = weekly(tenant)["recurrence"];
    pattern["pattern"]["daysOfWeek"] = {"monday"};
    ASSERT_EQ(tenant.call("PATCH", tenant.events("ada") + "/" + series, {{"recurrence", pattern}}).status, 200);
    const Round ruled = round_of(tenant, gone.delta);
    std::set<std::string> present, removed;
    for (const auto& [id, row] : ruled.rows) (row.contains("@removed") ? removed : present).insert(id);
    EXPECT_EQ(removed.size(), 1u);   // Wednesday
    EXPECT_EQ(present.size(), 3u);   // the master and two Mondays
    tenant.call("DELETE", tenant.events("ada") + "/" + series);
    const Round ended = round_of(tenant, ruled.delta);
    EXPECT_TRUE(ended.rows.at(series).contains("@removed"));
    for (const std::string& id : present) EXPECT_TRUE(ended.rows.contains(id) && ended.rows.at(id).contains("@removed"));
}

TEST(MicrosoftDelta, WhatMovesOutOfTheWindowIsRemovedAndWhatMovesInIsTold) {
    Tenant tenant;
    const std::string inside = tenant.call("POST", tenant.events("ada"), tenant.meeting("In", "2026-03-17T07:00:00", "2026-03-17T08:00:00")).body["id"];
    const std::string outside = tenant.call("POST", tenant.events("ada"), tenant.meeting("Out", "2026-05-17T07:00:00", "2026-05-17T08:00:00")).body["id"];
    const Round full = round_of(tenant, view_path("ada", "/delta"));
    EXPECT_EQ(full.rows.size(), 1u);
    const auto move = [&](const std::string& id, const std::string& day) {
        const json moved = tenant.meeting("", day + "T07:00:00", day + "T08:00:00");
        ASSERT_EQ(tenant.call("PATCH", tenant.events("ada") + "/" + id, {{"start", moved["start"]}, {"end", moved["end"]}}).status, 200);
    };
    move(inside, "2026-06-01");
    move(outside, "2026-03-18");
    const Round next = round_of(tenant, full.delta);
    EXPECT_TRUE(next.rows.at(inside).contains("@removed"));
    EXPECT_FALSE(next.rows.at(outside).contains("@removed"));
}

TEST(MicrosoftDelta, RefusesOptionsForeignAndOldTokens) {
    Tenant tenant;
    const Round full = round_of(tenant, view_path("ada", "/delta"));
    for (const char* option : {"&$select=subject", "&$filter=subject%20eq%20'x'", "&$orderby=subject", "&$expand=attachments", "&$search=x"}) {
        const Answer refused = tenant.call("GET", view_path("ada", "/delta") + option);
        EXPECT_EQ(refused.status, 400) << option;
        EXPECT_EQ(refused.body["error"]["code"], "ErrorInvalidUrlQuery") << option;
    }
    const std::string token = full.delta.substr(full.delta.find('?'));
    EXPECT_EQ(tenant.call("GET", "/users/bo@calrig.example/calendarView/delta" + token).status, 410);
    EXPECT_EQ(tenant.call("GET", "/users/ada@calrig.example/calendarView/delta?$deltatoken=old").body["error"]["code"], "SyncStateNotFound");
    std::string bent = full.delta;
    bent[bent.size() - 8] = bent[bent.size() - 8] == 'A' ? 'B' : 'A';
    EXPECT_EQ(tenant.call("GET", bent).status, 410);
    EXPECT_EQ(tenant.call("GET", view_path("ada", "/microsoft.graph.delta()")).status, 200);
    EXPECT_EQ(tenant.call("GET", "/users/ada@calrig.example/events/delta").status, 400);
    tenant.service->expire_sync_tokens(tenant.now);
    EXPECT_EQ(tenant.call("GET", full.delta).status, 410);
}

TEST(MicrosoftDelta, ALogThatNoLongerReachesBackIsSaid) {
    fakes::MicrosoftOptions options;
    options.change_log = 20;
    Tenant tenant(options);
    const std::string id = tenant.call("POST", tenant.events("ada"), tenant.meeting("One", "2026-03-17T07:00:00", "2026-03-17T08:00:00")).body["id"];
    const Round full = round_of(tenant, view_path("ada", "/delta"));
    for (int i = 0; i < 20; ++i) ASSERT_EQ(tenant.call("PATCH", tenant.events("ada") + "/" + id, {{"reminderMinutesBeforeStart", i}}).status, 200);
    EXPECT_EQ(round_of(tenant, full.delta).rows.size(), 1u);
    for (int i = 0; i < 5; ++i) ASSERT_EQ(tenant.call("PATCH", tenant.events("ada") + "/" + id, {{"reminderMinutesBeforeStart", i % 60}}).status, 200);
    EXPECT_EQ(tenant.call("GET", full.delta).status, 410);
}

TEST(MicrosoftLists, IndexesAnswerLikeAWalkWould) {
    Tenant tenant;
    std::vector<std::string> ids;
    for (int i = 0; i < 60; ++i) {
        const std::string day = "2026-03-" + std::to_string(10 + (i * 7) % 20);
        json body = tenant.meeting(i % 3 == 0 ? "Odd" : "Even", day + "T09:00:00", day + "T10:00:00");
        if (i % 4 == 0) body["singleValueExtendedProperties"] = {{{"id", "String {66f5a359-4659-4830-9070-00047ec6ac6e} Name Mark"}, {"value", "V" + std::to_string(i % 8)}}};
        if (i % 10 == 0) body["end"]["dateTime"] = "2026-03-31T10:00:00";
        const Answer made = tenant.call("POST", tenant.events("ada"), body);
        ASSERT_EQ(made.status, 201) << made.text;
        ids.push_back(made.body["id"]);
    }
    const auto listed = [&](const std::string& options) {
        std::vector<std::string> out;
        const Answer answer = tenant.call("GET", tenant.events("ada") + "?$top=1000&" + options);
        EXPECT_EQ(answer.status, 200) << options << answer.text;
        if (answer.status == 200)
            for (const json& each : answer.body["value"]) out.push_back(each["id"]);
        return out;
    };
    // `or` with an impossible term keeps the filter's meaning and makes every item be looked at.
    const auto both = [&](const std::string& filter) {
        const auto quick = listed("$filter=" + filter), slow = listed("$filter=(" + filter + ")%20or%20subject%20eq%20'none'");
        EXPECT_EQ(quick, slow) << filter;
        return quick.size();
    };
    EXPECT_GT(both("start/dateTime%20ge%20'2026-03-20T00:00:00'"), 0u);
    EXPECT_GT(both("start/dateTime%20ge%20'2026-03-12T00:00:00'%20and%20end/dateTime%20le%20'2026-03-20T00:00:00'"), 0u);
    EXPECT_GT(both("end/dateTime%20ge%20'2026-03-25T00:00:00'"), 0u);
    EXPECT_GT(both("start/dateTime%20eq%20'2026-03-17T08:00:00'"), 0u);
    EXPECT_GT(both("lastModifiedDateTime%20ge%202026-03-02T09:15:00Z%20and%20subject%20eq%20'Odd'"), 0u);
    EXPECT_EQ(both("id%20eq%20'" + ids[7] + "'"), 1u);
    EXPECT_EQ(both("singleValueExtendedProperties/any(ep:%20ep/id%20eq%20'String%20{66f5a359-4659-4830-9070-00047ec6ac6e}%20Name%20Mark'%20and%20ep/value%20eq%20'v4')"), 7u);
    const std::string uid = tenant.call("GET", tenant.events("ada") + "/" + ids[9]).body["iCalUId"];
    EXPECT_EQ(both("iCalUId%20eq%20'" + uid + "'"), 1u);
    // The order by start is the index's; with a second key it is sorted.
    EXPECT_EQ(listed("$orderby=start/dateTime"), listed("$orderby=start/dateTime,start/dateTime"));
    EXPECT_EQ(listed("$orderby=start/dateTime%20desc"), listed("$orderby=start/dateTime%20desc,start/dateTime%20desc"));
    const auto all = listed("$orderby=start/dateTime%20desc");
    EXPECT_EQ(listed("$orderby=start/dateTime%20desc&$skip=17&$top=5"), (std::vector<std::string>(all.begin() + 17, all.begin() + 22)));
    // Deleted items leave every index.
    tenant.call("DELETE", tenant.events("ada") + "/" + ids[4]);
    EXPECT_EQ(both("singleValueExtendedProperties/any(ep:%20ep/id%20eq%20'String%20{66f5a359-4659-4830-9070-00047ec6ac6e}%20Name%20Mark'%20and%20ep/value%20eq%20'V4')"), 6u);
    EXPECT_EQ(listed("").size(), 59u);
}

TEST(MicrosoftLists, ValuesOfPropertiesAreCastToNumbers) {
    Tenant tenant;
    for (const int n : {3, 12}) {
        json body = tenant.meeting("n" + std::to_string(n), "2026-03-17T07:00:00", "2026-03-17T08:00:00");
        body["singleValueExtendedProperties"] = {{{"id", "Integer {66f5a359-4659-4830-9070-00047ec6ac6e} Name Count"}, {"value", std::to_string(n)}}};
        ASSERT_EQ(tenant.call("POST", tenant.events("ada"), body).status, 201);
    }
    const std::string head = tenant.events("ada") + "?$filter=singleValueExtendedProperties/any(ep:%20ep/id%20eq%20'Integer%20{66f5a359-4659-4830-9070-00047ec6ac6e}%20Name%20Count'%20and%20cast(ep/value,%20Edm.Int32)%20";
    const Answer more = tenant.call("GET", head + "gt%205)");
    ASSERT_EQ(more.status, 200) << more.text;
    ASSERT_EQ(more.body["value"].size(), 1u);
    EXPECT_EQ(more.body["value"][0]["subject"], "n12");
    EXPECT_EQ(tenant.call("GET", head + "gt%20'x')").body["error"]["code"], "ErrorInvalidUrlQueryFilter");
}
