// JSON batching, the directory, settings that are changed, and throttling.
#include <gtest/gtest.h>

#include "tests/microsoft/tenant.hpp"

using namespace microsoft_test;

namespace {

std::map<std::string, json> by_id(const Answer& answer) {
    std::map<std::string, json> out;
    EXPECT_EQ(answer.status, 200) << answer.text;
    if (answer.status == 200)
        for (const json& each : answer.body["responses"]) out[each["id"]] = each;
    return out;
}

}  // namespace

TEST(MicrosoftBatch, StepsHaveAnswersOfTheirOwn) {
    Tenant tenant;
    const std::string id = tenant.call("POST", tenant.events("ada"), tenant.meeting("A", "2026-03-17T07:00:00", "2026-03-17T08:00:00")).body["id"];
    const json requests = {{"requests",
                            {{{"id", "1"}, {"method", "GET"}, {"url", tenant.events("ada") + "/" + id + "?$select=subject"}},
                             {{"id", "2"}, {"method", "POST"}, {"url", tenant.events("ada").substr(1)}, {"headers", {{"content-type", "application/json"}}}, {"body", tenant.meeting("B", "2026-03-18T07:00:00", "2026-03-18T08:00:00")}},
                             {{"id", "3"}, {"method", "PATCH"}, {"url", tenant.events("ada") + "/abc"}, {"headers", {{"Content-Type", "application/json"}}}, {"body", {{"subject", "x"}}}},
                             {{"id", "4"}, {"method", "GET"}, {"url", "/users/ada@calrig.example/mailboxSettings"}, {"dependsOn", {"3"}}},
                             {{"id", "5"}, {"method", "DELETE"}, {"url", tenant.events("ada") + "/" + id}, {"dependsOn", {"1"}}},
                             {{"id", "6"}, {"method", "GET"}, {"url", "/v1.0/users/ada@calrig.example/events"}}}}};
    auto answers = by_id(tenant.call("POST", "/$batch", requests));
    ASSERT_EQ(answers.size(), 6u);
    EXPECT_EQ(answers["1"]["status"], 200);
    EXPECT_EQ(answers["1"]["body"]["subject"], "A");
    EXPECT_TRUE(answers["1"]["headers"].contains("Content-Type"));
    EXPECT_EQ(answers["2"]["status"], 201);
    EXPECT_TRUE(answers["2"]["headers"].contains("Location"));
    EXPECT_EQ(answers["3"]["status"], 400);
    EXPECT_EQ(answers["3"]["body"]["error"]["code"], "ErrorInvalidIdMalformed");
    EXPECT_EQ(answers["4"]["status"], 424);
    EXPECT_EQ(answers["5"]["status"], 204);
    EXPECT_TRUE(answers["5"]["body"].is_null());
    EXPECT_FALSE(answers["5"]["headers"].contains("Content-Type"));
    EXPECT_EQ(answers["6"]["status"], 400);
    EXPECT_EQ(tenant.call("GET", tenant.events("ada")).body["value"].size(), 1u);
}

TEST(MicrosoftBatch, BytesComeAsBase64InText) {
    Tenant tenant;
    const std::string event = tenant.events("ada") + "/" + tenant.call("POST", tenant.events("ada"), tenant.meeting("A", "2026-03-17T07:00:00", "2026-03-17T08:00:00")).body["id"].get<std::string>();
    const json file = {{"@odata.type", "#microsoft.graph.fileAttachment"}, {"name", "a.bin"}, {"contentType", "application/octet-stream"}, {"contentBytes", "AAEC/w=="}};
    const std::string id = tenant.call("POST", event + "/attachments", file).body["id"];
    auto answers = by_id(tenant.call("POST", "/$batch", {{"requests", {{{"id", "1"}, {"method", "GET"}, {"url", event + "/attachments/" + id + "/$value"}}}}}));
    EXPECT_EQ(answers["1"]["headers"]["Content-Type"], "application/octet-stream");
    EXPECT_EQ(answers["1"]["body"], "AAEC/w==");
}

TEST(MicrosoftBatch, WaitsForAHandshakeWithinIt) {
    Tenant tenant;
    const json subscription = {{"changeType", "created"}, {"notificationUrl", "https://hook.calrig.example/graph"}, {"resource", "users/ada@calrig.example/events"}, {"expirationDateTime", "2026-03-08T09:15:00Z"}};
    auto answers = by_id(tenant.call("POST", "/$batch", {{"requests",
        {{{"id", "s"}, {"method", "POST"}, {"url", "/subscriptions"}, {"headers", {{"Content-Type", "application/json"}}}, {"body", subscription}},
         {{"id", "l"}, {"method", "GET"}, {"url", "/subscriptions"}, {"dependsOn", {"s"}}}}}}));
    EXPECT_EQ(answers["s"]["status"], 201);
    EXPECT_EQ(answers["l"]["body"]["value"].size(), 1u);
}

TEST(MicrosoftBatch, RefusesWhatIsNoBatch) {
    Tenant tenant;
    const auto code = [&](const json& body) {
        const Answer answer = tenant.call("POST", "/$batch", body);
        EXPECT_EQ(answer.status, 400) << body << answer.text;
        return answer.status == 400 ? answer.body["error"]["code"].get<std::string>() : std::string();
    };
    json many = {{"requests", json::array()}};
    for (int i = 0; i < 21; ++i) many["requests"].push_back({{"id", std::to_string(i)}, {"method", "GET"}, {"url", "/subscriptions"}});
    EXPECT_EQ(code(many), "BadRequest");
    EXPECT_EQ(code(json::object()), "BadRequest");
    const json one = {{"id", "a"}, {"method", "GET"}, {"url", "/subscriptions"}};
    json twin = one;
    twin["id"] = "A";
    EXPECT_EQ(code({{"requests", {one, twin}}}), "BadRequest");
    json early = one;
    early["dependsOn"] = {"b"};
    json later = one;
    later["id"] = "b";
    EXPECT_EQ(code({{"requests", {early, later}}}), "BadRequest");
    EXPECT_EQ(code({{"requests", {{{"id", "a"}, {"method", "POST"}, {"url", "/subscriptions"}, {"body", {{"x", 1}}}}}}}), "BadRequest");
    auto nested = by_id(tenant.call("POST", "/$batch", {{"requests", {{{"id", "a"}, {"method", "POST"}, {"url", "/$batch"}, {"headers", {{"Content-Type", "application/json"}}}, {"body", {{"requests", {one}}}}}}}}));
    EXPECT_EQ(nested["a"]["status"], 400);
    EXPECT_EQ(tenant.call("GET", "/$batch").status, 405);
}

TEST(MicrosoftDirectory, NeedsItsRoleThenListsSelectsAndPages) {
    Tenant plain;
    EXPECT_EQ(plain.call("GET", "/users").body["error"]["code"], "Authorization_RequestDenied");
    EXPECT_EQ(plain.call("GET", "/me").body["error"]["code"], "BadRequest");
    fakes::MicrosoftOptions options;
    options.roles = {"User.Read.All", "Organization.Read.All", "Calendars.Read"};
    Tenant tenant(options);
    const Answer all = tenant.call("GET", "/users");
    ASSERT_EQ(all.status, 200) << all.text;
    EXPECT_EQ(all.body["value"].size(), tenant.organisation.people.size());
    const Answer one = tenant.call("GET", "/users/ada@calrig.example?$select=id,mail,accountEnabled");
    EXPECT_EQ(one.body["mail"], "ada@calrig.example");
    EXPECT_EQ(one.body["accountEnabled"], true);
    EXPECT_FALSE(one.body.contains("displayName"));
    EXPECT_EQ(tenant.call("GET", "/users/" + one.body["id"].get<std::string>()).body["displayName"], "Ada Lind");
    EXPECT_EQ(tenant.call("GET", "/users/nobody@calrig.example").body["error"]["code"], "Request_ResourceNotFound");
    EXPECT_EQ(tenant.call("GET", "/users?$select=shoeSize").status, 400);
    std::size_t seen = 0;
    std::string path = "/users?$top=4&$select=mail&$count=true";
    for (int pages = 0; pages < 5 && !path.empty(); ++pages) {
        const Answer page = tenant.call("GET", path, nullptr, {{"ConsistencyLevel", "eventual"}});
        ASSERT_EQ(page.status, 200) << page.text;
        EXPECT_EQ(page.body["@odata.count"], tenant.organisation.people.size());
        seen += page.body["value"].size();
        path = page.body.contains("@odata.nextLink") ? page.body["@odata.nextLink"].get<std::string>().substr(std::string("https://graph.microsoft.com/v1.0").size()) : "";
    }
    EXPECT_EQ(seen, tenant.organisation.people.size());
    const Answer found = tenant.call("GET", "/users?$filter=startswith(displayName,'Room')%20and%20mail%20eq%20'OAK@calrig.example'");
    ASSERT_EQ(found.body["value"].size(), 1u) << found.text;
    EXPECT_EQ(found.body["value"][0]["displayName"], "Room Oak");
    EXPECT_EQ(tenant.call("GET", "/users?$filter=length(mail)%20gt%203").status, 400);
    EXPECT_EQ(tenant.call("GET", "/organization").body["value"][0]["id"], tenant.organisation.microsoft_tenant);
}

TEST(MicrosoftDirectory, CalendarsAndZones) {
    Tenant tenant;
    const json calendar = tenant.call("GET", "/users/ada@calrig.example/calendar").body;
    const json list = tenant.call("GET", "/users/ada@calrig.example/calendars").body["value"];
    ASSERT_EQ(list.size(), 1u);
    EXPECT_EQ(list[0]["id"], calendar["id"]);
    const std::string path = "/users/ada@calrig.example/calendars/" + calendar["id"].get<std::string>();
    EXPECT_EQ(tenant.call("GET", path).body["name"], "Calendar");
    EXPECT_EQ(tenant.call("POST", path + "/events", tenant.meeting("A", "2026-03-17T07:00:00", "2026-03-17T08:00:00")).status, 201);
    EXPECT_EQ(tenant.call("GET", path + "/calendarView?startDateTime=2026-03-17&endDateTime=2026-03-18").body["value"].size(), 1u);
    EXPECT_EQ(tenant.call("GET", "/users/ada@calrig.example/calendars/abc/events").status, 400);
    EXPECT_GT(tenant.call("GET", "/users/ada@calrig.example/outlook/supportedTimeZones(TimeZoneStandard=microsoft.graph.timeZoneStandard'Iana')").body["value"].size(), 100u);
    EXPECT_EQ(tenant.call("GET", "/users/ada@calrig.example/calendar/nonsense").status, 400);
}

TEST(MicrosoftSettings, AreChangedPartByPart) {
    Tenant tenant;
    const std::string path = "/users/ada@calrig.example/mailboxSettings";
    const json day = {{"dateTime", "2026-03-18T00:00:00"}, {"timeZone", "UTC"}}, next = {{"dateTime", "2026-03-20T00:00:00"}, {"timeZone", "UTC"}};
    const Answer on = tenant.call("PATCH", path, {{"automaticRepliesSetting", {{"status", "Scheduled"}, {"externalAudience", "ContactsOnly"}, {"internalReplyMessage", "Away"}, {"scheduledStartDateTime", day}, {"scheduledEndDateTime", next}}}});
    ASSERT_EQ(on.status, 200) << on.text;
    EXPECT_EQ(on.body["automaticRepliesSetting"]["status"], "scheduled");
    EXPECT_EQ(on.body["automaticRepliesSetting"]["externalAudience"], "contactsOnly");
    EXPECT_FALSE(on.body.contains("language"));
    const Answer off = tenant.call("PATCH", path, {{"automaticRepliesSetting", {{"status", "disabled"}}}});
    EXPECT_EQ(off.body["automaticRepliesSetting"]["scheduledStartDateTime"]["dateTime"], "2026-03-18T00:00:00.0000000");
    EXPECT_EQ(off.body["automaticRepliesSetting"]["internalReplyMessage"], "<html>\n<body>\nAway\n</body>\n</html>\n");
    const Answer zone = tenant.call("PATCH", path, {{"timeZone", "Europe/Berlin"}, {"language", {{"locale", "de-DE"}}}, {"timeFormat", "H:mm"}});
    EXPECT_EQ(zone.body["timeZone"], "Europe/Berlin");
    EXPECT_EQ(zone.body["language"]["displayName"], "Deutsch (Deutschland)");
    EXPECT_EQ(tenant.call("GET", path + "/timeFormat").body["value"], "H:mm");
    EXPECT_EQ(tenant.call("PATCH", path + "/workingHours", {{"startTime", "07:30:00"}}).body["startTime"], "07:30:00.0000000");
    EXPECT_EQ(tenant.call("PATCH", path, {{"timeZone", "Mars"}}).body["error"]["code"], "InvalidTimeZone");
    EXPECT_EQ(tenant.call("PATCH", path, {{"workingHours", {{"startTime", "08"}}}}).body["error"]["code"], "RequestBodyRead");
    EXPECT_EQ(tenant.call("PATCH", path, {{"automaticRepliesSetting", {{"status", "scheduled"}, {"scheduledEndDateTime", day}, {"scheduledStartDateTime", next}}}}).body["error"]["code"], "ErrorInvalidTimeSettings");
    fakes::MicrosoftOptions readonly;
    readonly.roles = {"MailboxSettings.Read"};
    Tenant reader(readonly);
    EXPECT_EQ(reader.call("GET", path).status, 200);
    EXPECT_EQ(reader.call("PATCH", path, {{"timeZone", "UTC"}}).status, 403);
}

TEST(MicrosoftThrottle, CountsPerMailboxAndSaysWhenToComeBack) {
    fakes::MicrosoftOptions options;
    options.throttle_requests = 3;
    Tenant tenant(options);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(tenant.call("GET", tenant.events("ada")).status, 200);
    const Answer over = tenant.call("GET", tenant.events("ada"));
    EXPECT_EQ(over.status, 429);
    const int wait_s = std::stoi(std::string(over.header("Retry-After")));
    EXPECT_GT(wait_s, 590) << "the window began with the first request";
    EXPECT_LE(wait_s, 600);
    EXPECT_EQ(over.body["error"]["code"], "ApplicationThrottled");
    EXPECT_EQ(tenant.call("GET", tenant.events("bo")).status, 200);
    auto inside = by_id(tenant.call("POST", "/$batch", {{"requests", {{{"id", "1"}, {"method", "GET"}, {"url", tenant.events("ada")}}}}}));
    EXPECT_EQ(inside["1"]["status"], 429);
    EXPECT_EQ(inside["1"]["headers"]["Retry-After"], std::to_string(wait_s));
    tenant.run_for(std::chrono::seconds(wait_s) - std::chrono::milliseconds(5));
    EXPECT_EQ(tenant.call("GET", tenant.events("ada")).status, 429);
    tenant.run_for(std::chrono::milliseconds(5));
    EXPECT_EQ(tenant.call("GET", tenant.events("ada")).status, 200);
}
