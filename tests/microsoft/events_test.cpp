#include <gtest/gtest.h>

#include <algorithm>

#include "tests/microsoft/tenant.hpp"

using namespace microsoft_test;

namespace {

std::set<std::string> members(const json& object) {
    std::set<std::string> out;
    for (const auto& [name, value] : object.items()) out.insert(name);
    return out;
}

}  // namespace

TEST(MicrosoftEvents, CreateAnswersWithTheMembersOfTheRecordedAnswer) {
    Tenant tenant;
    const json pair = example("01-create-event.json")["pairs"][0];
    json body = pair["request"]["body"];
    const Answer got = tenant.call("POST", tenant.events("ada"), body);
    ASSERT_EQ(got.status, 201) << got.text;
    const json& wanted = pair["response"]["body"];
    EXPECT_EQ(members(got.body), members(wanted));
    for (const char* part : {"location", "body", "start", "responseStatus", "organizer"}) EXPECT_EQ(members(got.body[part]), members(wanted[part])) << part;
    EXPECT_EQ(members(got.body["attendees"][0]), members(wanted["attendees"][0]));
    EXPECT_EQ(got.body["body"], wanted["body"]);
    EXPECT_EQ(got.body["start"], wanted["start"]);  // a POST speaks in the request's zone
    EXPECT_EQ(got.body["location"], wanted["location"]);
    EXPECT_EQ(got.body["bodyPreview"], wanted["bodyPreview"]);
    EXPECT_EQ(got.body["transactionId"], wanted["transactionId"]);
    EXPECT_EQ(got.header("Content-Type"), pair["response"]["headers"]["Content-Type"].get<std::string>());
    EXPECT_NE(got.header("Location").find("calendar/events('AAMk"), std::string::npos);
    EXPECT_EQ(got.header("ETag"), got.body["@odata.etag"].get<std::string>());
    EXPECT_EQ(got.body["id"].get<std::string>().size(), 152u);
}

TEST(MicrosoftEvents, SeriesAnswersLikeTheRecordedOne) {
    Tenant tenant;
    const json pair = example("02-create-recurring-event.json")["pairs"][0];
    const Answer got = tenant.call("POST", tenant.events("ada"), pair["request"]["body"]);
    ASSERT_EQ(got.status, 201) << got.text;
    EXPECT_EQ(members(got.body), members(pair["response"]["body"]));
    EXPECT_EQ(got.body["recurrence"], pair["response"]["body"]["recurrence"]);
    EXPECT_EQ(got.body["location"], pair["response"]["body"]["location"]);
    EXPECT_EQ(got.body["type"], "seriesMaster");
}

TEST(MicrosoftEvents, GetSpeaksUtcUnlessAskedOtherwise) {
    Tenant tenant;
    const Answer made = tenant.call("POST", tenant.events("ada"), tenant.meeting("x", "2026-03-10T10:00:00", "2026-03-10T11:00:00"));
    const std::string path = "/users/ada%40calrig.example/events/" + made.body["id"].get<std::string>();
    const Answer plain = tenant.call("GET", path);
    ASSERT_EQ(plain.status, 200) << plain.text;
    EXPECT_EQ(plain.body["start"], (json{{"dateTime", "2026-03-10T09:00:00.0000000"}, {"timeZone", "UTC"}}));
    const Answer zoned = tenant.call("GET", path, nullptr, {{"Prefer", "outlook.timezone=\"W. Europe Standard Time\", outlook.body-content-type=\"text\""}});
    EXPECT_EQ(zoned.body["start"], (json{{"dateTime", "2026-03-10T10:00:00.0000000"}, {"timeZone", "W. Europe Standard Time"}}));
    EXPECT_EQ(zoned.body["body"]["contentType"], "text");
    EXPECT_EQ(zoned.header("Preference-Applied"), "outlook.timezone=\"W. Europe Standard Time\", outlook.body-content-type=\"text\"");
    const Answer unknown = tenant.call("GET", path, nullptr, {{"Prefer", "outlook.timezone=\"Middle Earth\""}});
    EXPECT_EQ(unknown.status, 400);
    EXPECT_EQ(unknown.body["error"]["code"], "TimeZoneNotSupportedException");
    EXPECT_FALSE(unknown.rule.empty());
}

TEST(MicrosoftEvents, DigitsWithZAreLocalDigits) {
    Tenant tenant;
    json body = tenant.meeting("x", "2026-03-10T10:00:00Z", "2026-03-10T11:00:00Z");
    const Answer made = tenant.call("POST", tenant.events("ada"), body);
    const Answer got = tenant.call("GET", tenant.events("ada") + "/" + made.body["id"].get<std::string>());
    EXPECT_EQ(got.body["start"]["dateTime"], "2026-03-10T09:00:00.0000000");
}

TEST(MicrosoftEvents, SelectKeepsIdAndEtag) {
    Tenant tenant;
    const Answer made = tenant.call("POST", tenant.events("ada"), tenant.meeting("x", "2026-03-10T10:00:00", "2026-03-10T11:00:00"));
    const Answer got = tenant.call("GET", "/users/ada@calrig.example/events/" + made.body["id"].get<std::string>() + "?$select=subject,start");
    EXPECT_EQ(members(got.body), (std::set<std::string>{"@odata.context", "@odata.etag", "id", "subject", "start"}));
    EXPECT_NE(got.body["@odata.context"].get<std::string>().find("/events(subject,start)/$entity"), std::string::npos);
    EXPECT_EQ(tenant.call("GET", tenant.events("ada") + "?$select=colour").status, 400);
}

TEST(MicrosoftEvents, IdsAreMalformedOrNotFound) {
    Tenant tenant;
    const Answer made = tenant.call("POST", tenant.events("ada"), tenant.meeting("x", "2026-03-10T10:00:00", "2026-03-10T11:00:00"));
    std::string id = made.body["id"];
    EXPECT_EQ(tenant.call("GET", tenant.events("ada") + "/abc").body["error"]["code"], "ErrorInvalidIdMalformed");
    EXPECT_EQ(tenant.call("GET", tenant.events("ada") + "/" + id.substr(0, 148)).body["error"]["code"], "ErrorInvalidIdMalformed");
    const Answer other = tenant.call("GET", tenant.events("bo") + "/" + id);
    EXPECT_EQ(other.status, 404);
    EXPECT_EQ(other.body["error"]["code"], "ErrorItemNotFound");
    EXPECT_EQ(tenant.call("DELETE", tenant.events("ada") + "/" + id).status, 204);
    EXPECT_EQ(tenant.call("GET", tenant.events("ada") + "/" + id).status, 404);
    EXPECT_EQ(tenant.call("DELETE", tenant.events("ada") + "/" + id).status, 404);
}

TEST(MicrosoftEvents, PathsInAnyCaseAndInKeyForm) {
    Tenant tenant;
    const Answer made = tenant.call("POST", tenant.events("ada"), tenant.meeting("x", "2026-03-10T10:00:00", "2026-03-10T11:00:00"));
    const std::string id = made.body["id"];
    EXPECT_EQ(tenant.call("GET", "/Users/ADA@calrig.example/Events/" + id).status, 200);
    EXPECT_EQ(tenant.call("GET", "/users('ada@calrig.example')/events('" + id + "')").status, 200);
    EXPECT_EQ(tenant.call("GET", "/users/ada@calrig.example/nonsense").body["error"]["message"], "Resource not found for the segment 'nonsense'.");
    EXPECT_EQ(tenant.call("GET", "/me/events").status, 400);
    EXPECT_EQ(tenant.call("GET", "/users/nobody@calrig.example/events").body["error"]["code"], "ErrorInvalidUser");
    EXPECT_EQ(tenant.call("GET", "/users/onprem@calrig.example/events").body["error"]["code"], "MailboxNotEnabledForRESTAPI");
    EXPECT_EQ(tenant.call("GET", "/users/ada@calrig.example").body["error"]["code"], "Authorization_RequestDenied");
}

TEST(MicrosoftEvents, PatchMergesAndChecksIfMatch) {
    Tenant tenant;
    json body = tenant.meeting("x", "2026-03-10T10:00:00", "2026-03-10T11:00:00");
    body["location"] = {{"displayName", "@webex"}};
    const Answer made = tenant.call("POST", tenant.events("ada"), body);
    const std::string path = tenant.events("ada") + "/" + made.body["id"].get<std::string>();
    const std::string old = made.body["@odata.etag"];
    const Answer patched = tenant.call("PATCH", path, {{"subject", "y"}}, {{"If-Match", old}});
    ASSERT_EQ(patched.status, 200) << patched.text;
    EXPECT_EQ(patched.body["subject"], "y");
    EXPECT_EQ(patched.body["location"]["displayName"], "@webex");
    EXPECT_NE(patched.body["@odata.etag"], old);
    const Answer stale = tenant.call("PATCH", path, {{"subject", "z"}}, {{"If-Match", old}});
    EXPECT_EQ(stale.status, 412);
    EXPECT_EQ(stale.body["error"]["code"], "ErrorIrresolvableConflict");
    EXPECT_EQ(tenant.call("GET", path).body["subject"], "y");
}

TEST(MicrosoftEvents, ExtendedPropertiesShowOnlyWhenExpanded) {
    Tenant tenant;
    const std::string name = "String {7c1a9b0e-52f4-4c7b-9a37-6b0f2f1d9d10} Name HcalJoinInfo";
    json body = tenant.meeting("x", "2026-03-10T10:00:00", "2026-03-10T11:00:00");
    body["singleValueExtendedProperties"] = {{{"id", name}, {"value", "{\"sip\":1}"}}};
    const Answer made = tenant.call("POST", tenant.events("ada"), body);
    ASSERT_EQ(made.status, 201) << made.text;
    EXPECT_FALSE(made.body.contains("singleValueExtendedProperties"));
    const std::string encoded = "?$expand=singleValueExtendedProperties($filter=id%20eq%20'String%20%7B7c1a9b0e-52f4-4c7b-9a37-6b0f2f1d9d10%7D%20Name%20HcalJoinInfo')";
    const std::string path = tenant.events("ada") + "/" + made.body["id"].get<std::string>();
    EXPECT_EQ(tenant.call("GET", path + encoded).body["singleValueExtendedProperties"][0]["value"], "{\"sip\":1}");
    EXPECT_EQ(tenant.call("GET", tenant.events("ada") + encoded).body["value"][0]["singleValueExtendedProperties"].size(), 1u);
    const std::string filter = "?$filter=singleValueExtendedProperties/Any(ep: ep/id eq '" + name + "' and ep/value eq '{\"SIP\":1}')";
    EXPECT_EQ(tenant.call("GET", tenant.events("ada") + filter).body["value"].size(), 1u);
    tenant.call("PATCH", path, {{"singleValueExtendedProperties", {{{"id", name}, {"value", nullptr}}}}});
    EXPECT_FALSE(tenant.call("GET", path + encoded).body.contains("singleValueExtendedProperties"));
    body["singleValueExtendedProperties"][0]["id"] = "Join";
    EXPECT_EQ(tenant.call("POST", tenant.events("ada"), body).body["error"]["code"], "ErrorInvalidPropertySet");
}

TEST(MicrosoftEvents, BodiesKeepTheAuthorsBytes) {
    Tenant tenant;
    json body = tenant.meeting("x", "2026-03-10T10:00:00", "2026-03-10T11:00:00");
    body["body"] = {{"contentType", "text"}, {"content", "a < b\nsecond"}};
    const Answer made = tenant.call("POST", tenant.events("ada"), body);
    EXPECT_NE(made.body["body"]["content"].get<std::string>().find("a &lt; b<br>"), std::string::npos);
    EXPECT_EQ(made.body["body"]["contentType"], "html");
    const std::string own = "<html><body><p>Mine</p></body></html>";
    const Answer patched = tenant.call("PATCH", tenant.events("ada") + "/" + made.body["id"].get<std::string>(), {{"body", {{"contentType", "HTML"}, {"content", own}}}});
    EXPECT_EQ(patched.body["body"]["content"], own);
    EXPECT_EQ(patched.body["bodyPreview"], "Mine");
}

TEST(MicrosoftEvents, APreviewHasAtMost255CharactersWhateverStandsAtItsEnd) {
    Tenant tenant;
    for (const std::string& piece : {std::string("word "), std::string("<p>a</p>"), std::string("\xC4\x85\xC4\x99 "), std::string("x")}) {
        json body = tenant.meeting("x", "2026-03-10T10:00:00", "2026-03-10T11:00:00");
        std::string content;
        for (int i = 0; i < 600; ++i) content += piece;
        body["body"] = {{"contentType", "html"}, {"content", content}};
        const std::string preview = tenant.call("POST", tenant.events("ada"), body).body["bodyPreview"];
        const auto characters = std::count_if(preview.begin(), preview.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
        EXPECT_LE(characters, 255) << piece;
        EXPECT_GE(characters, 253) << piece;
    }
}

TEST(MicrosoftEvents, RefusesWhatTheServiceRefuses) {
    Tenant tenant;
    const auto code = [&](json body) { return tenant.call("POST", tenant.events("ada"), std::move(body)).body["error"]["code"].get<std::string>(); };
    json good = tenant.meeting("x", "2026-03-10T10:00:00", "2026-03-10T11:00:00");
    json body = good;
    body["start"] = "2026-03-10T10:00:00";
    EXPECT_EQ(code(body), "UnableToDeserializePostBody");
    body = good;
    body["start"]["timeZone"] = "";
    EXPECT_EQ(code(body), "TimeZoneNotSupportedException");
    body = good;
    body["colour"] = "red";
    EXPECT_EQ(code(body), "RequestBodyRead");
    body = good;
    body["end"]["dateTime"] = "2026-03-10T09:00:00";
    EXPECT_EQ(code(body), "ErrorPropertyValidationFailure");
    body = good;
    body["isAllDay"] = true;
    EXPECT_EQ(code(body), "ErrorInvalidRequest");
    body = good;
    body.erase("start");
    EXPECT_EQ(code(body), "ErrorPropertyValidationFailure");
    fakes::Request request;
    request.method = "POST";
    request.host = "graph.microsoft.com";
    request.target = "/v1.0" + tenant.events("ada");
    request.headers = {{"Authorization", tenant.bearer}, {"Content-Type", "application/json"}};
    request.body = "{\"subject\": ";
    EXPECT_EQ(tenant.raw(request).body["error"]["message"], "were unable to deserialize ");
    request.body = std::string(5000, '[');
    EXPECT_EQ(tenant.raw(request).status, 400);
    request.body = std::string(5u << 20, ' ');
    EXPECT_EQ(tenant.raw(request).status, 413);
}

TEST(MicrosoftEvents, TransactionIdMakesOneEvent) {
    Tenant tenant;
    json body = tenant.meeting("x", "2026-03-10T10:00:00", "2026-03-10T11:00:00");
    body["transactionId"] = "t-1";
    const Answer first = tenant.call("POST", tenant.events("ada"), body);
    const Answer second = tenant.call("POST", tenant.events("ada"), body);
    EXPECT_EQ(second.status, 201);
    EXPECT_EQ(first.body["id"], second.body["id"]);
    EXPECT_EQ(tenant.call("GET", tenant.events("ada")).body["value"].size(), 1u);
}

TEST(MicrosoftEvents, PagesFollowTheNextLink) {
    Tenant tenant;
    for (int i = 0; i < 25; ++i)
        tenant.call("POST", tenant.events("ada"), tenant.meeting("n" + std::to_string(i), "2026-03-10T10:00:00", "2026-03-10T11:00:00"));
    EXPECT_EQ(tenant.call("GET", tenant.events("ada")).body["value"].size(), 10u);
    std::set<std::string> seen;
    std::string path = tenant.events("ada") + "?$top=7&$orderby=subject%20desc&$count=true";
    int pages = 0;
    for (;; ++pages) {
        const Answer page = tenant.call("GET", path);
        ASSERT_EQ(page.status, 200) << page.text;
        EXPECT_EQ(page.body["@odata.count"], 25);
        for (const json& event : page.body["value"]) EXPECT_TRUE(seen.insert(event["id"]).second);
        if (!page.body.contains("@odata.nextLink")) break;
        const std::string next = page.body["@odata.nextLink"];
        ASSERT_EQ(next.rfind("https://graph.microsoft.com/v1.0/users/", 0), 0u);
        path = next.substr(std::string("https://graph.microsoft.com/v1.0").size());
    }
    EXPECT_EQ(pages, 3);
    EXPECT_EQ(seen.size(), 25u);
    EXPECT_EQ(tenant.call("GET", tenant.events("ada") + "?$top=1001").status, 400);
    EXPECT_EQ(tenant.call("GET", tenant.events("ada") + "?$search=x").status, 400);
}

TEST(MicrosoftEvents, FiltersByStartSubjectAndType) {
    Tenant tenant;
    tenant.call("POST", tenant.events("ada"), tenant.meeting("O'Brien", "2026-03-10T10:00:00", "2026-03-10T11:00:00"));
    tenant.call("POST", tenant.events("ada"), tenant.meeting("later", "2026-04-10T10:00:00", "2026-04-10T11:00:00"));
    const auto subjects = [&](const std::string& filter) {
        std::string out;
        const Answer got = tenant.call("GET", tenant.events("ada") + "?$filter=" + filter);
        EXPECT_EQ(got.status, 200) << got.text;
        for (const json& event : got.body["value"]) out += event["subject"].get<std::string>() + ";";
        return out;
    };
    EXPECT_EQ(subjects("subject eq 'O''Brien'"), "O'Brien;");
    EXPECT_EQ(subjects("start/dateTime ge '2026-04-01T00:00:00'"), "later;");
    EXPECT_EQ(subjects("not (startswith(subject,'lat') or type eq 'seriesMaster')"), "O'Brien;");
    EXPECT_EQ(subjects("isAllDay eq true"), "");
    EXPECT_EQ(tenant.call("GET", tenant.events("ada") + "?$filter=attendees eq 'x'").body["error"]["code"], "ErrorInvalidUrlQueryFilter");
}

TEST(MicrosoftEvents, MultiValuePropertiesShowOnlyWhenExpanded) {
    Tenant tenant;
    const std::string name = "StringArray {66f5a359-4659-4830-9070-00050ec6ac6e} Name Palette";
    json body = tenant.meeting("x", "2026-03-10T10:00:00", "2026-03-10T11:00:00");
    body["multiValueExtendedProperties"] = {{{"id", name}, {"value", {"Green", "Aqua", "Blue"}}}};
    const Answer made = tenant.call("POST", tenant.events("ada"), body);
    ASSERT_EQ(made.status, 201) << made.text;
    EXPECT_FALSE(made.body.contains("multiValueExtendedProperties"));
    const std::string path = tenant.events("ada") + "/" + made.body["id"].get<std::string>();
    const std::string expanded = "?$expand=multiValueExtendedProperties($filter=id%20eq%20'StringArray%20%7B66f5a359-4659-4830-9070-00050ec6ac6e%7D%20Name%20Palette')";
    const Answer got = tenant.call("GET", path + expanded);
    EXPECT_EQ(got.body["multiValueExtendedProperties"], (json{{{"id", name}, {"value", {"Green", "Aqua", "Blue"}}}})) << got.text;
    EXPECT_NE(got.body["@odata.context"].get<std::string>().find("multiValueExtendedProperties()"), std::string::npos);
    tenant.call("PATCH", path, {{"multiValueExtendedProperties", {{{"id", name}, {"value", {"Red"}}}}}});
    EXPECT_EQ(tenant.call("GET", path + expanded).body["multiValueExtendedProperties"][0]["value"], json::array({"Red"}));
    tenant.call("PATCH", path, {{"multiValueExtendedProperties", {{{"id", name}, {"value", nullptr}}}}});
    EXPECT_FALSE(tenant.call("GET", path + expanded).body.contains("multiValueExtendedProperties"));
    body["multiValueExtendedProperties"][0]["id"] = "String {66f5a359-4659-4830-9070-00050ec6ac6e} Name Palette";
    EXPECT_EQ(tenant.call("POST", tenant.events("ada"), body).body["error"]["code"], "ErrorInvalidPropertySet") << "that type holds one value";
    body["multiValueExtendedProperties"][0] = {{"id", name}, {"value", "Green"}};
    EXPECT_EQ(tenant.call("POST", tenant.events("ada"), body).status, 400);
}

TEST(MicrosoftEvents, EnumerationsAreTakenInAnyCase) {
    Tenant tenant;
    json body = tenant.meeting("x", "2026-03-10T10:00:00", "2026-03-10T11:00:00");
    body["recurrence"] = {{"pattern", {{"type", "Weekly"}, {"interval", 1}, {"daysOfWeek", {"Tuesday"}}, {"firstDayOfWeek", "MONDAY"}, {"index", "First"}}},
                          {"range", {{"type", "Numbered"}, {"startDate", "2026-03-10"}, {"numberOfOccurrences", 3}}}};
    const Answer made = tenant.call("POST", tenant.events("ada"), body);
    ASSERT_EQ(made.status, 201) << made.text;
    EXPECT_EQ(made.body["recurrence"]["pattern"]["type"], "weekly");
    EXPECT_EQ(made.body["recurrence"]["pattern"]["daysOfWeek"], json::array({"tuesday"}));
    EXPECT_EQ(made.body["recurrence"]["range"]["type"], "numbered");
}

TEST(MicrosoftEvents, TheCountSegmentIsABareNumber) {
    Tenant tenant;
    for (int i = 0; i < 12; ++i) tenant.call("POST", tenant.events("ada"), tenant.meeting("m" + std::to_string(i), "2026-03-10T10:00:00", "2026-03-10T11:00:00"));
    const Answer all = tenant.call("GET", "/users/ada@calrig.example/events/$count");
    EXPECT_EQ(all.status, 200);
    EXPECT_EQ(all.text, "12");
    EXPECT_EQ(all.header("Content-Type"), "text/plain");
    EXPECT_EQ(tenant.call("GET", tenant.events("ada") + "/$count?$filter=startswith(subject,'m1')").text, "3");
    EXPECT_EQ(tenant.call("GET", "/users/ada@calrig.example/calendarView/$count?startDateTime=2026-03-10&endDateTime=2026-03-11").text, "12");
    EXPECT_EQ(tenant.call("GET", tenant.events("ada") + "?$count=maybe").status, 400);
    EXPECT_EQ(members(tenant.call("GET", tenant.events("ada") + "?$select=*").body["value"][0]), members(tenant.call("GET", tenant.events("ada")).body["value"][0]));
}

TEST(MicrosoftEvents, MinimalAnswersToWritesHaveNoEntity) {
    Tenant tenant;
    const std::vector<fakes::Header> minimal = {{"Prefer", "return=minimal"}};
    const Answer made = tenant.call("POST", tenant.events("ada"), tenant.meeting("x", "2026-03-10T10:00:00", "2026-03-10T11:00:00"), minimal);
    EXPECT_EQ(made.status, 204);
    EXPECT_TRUE(made.text.empty());
    EXPECT_EQ(made.header("Preference-Applied"), "return=minimal");
    EXPECT_EQ(made.header("Location"), made.header("OData-EntityId"));
    const std::string path = made.header("Location").substr(made.header("Location").find("/users("));
    const Answer got = tenant.call("GET", path);
    ASSERT_EQ(got.status, 200) << got.text;
    const Answer patched = tenant.call("PATCH", path, {{"subject", "y"}}, minimal);
    EXPECT_EQ(patched.status, 204);
    EXPECT_NE(patched.header("ETag"), got.body["@odata.etag"].get<std::string>());
    EXPECT_EQ(tenant.call("GET", path).body["subject"], "y");
}

TEST(MicrosoftEvents, ExtendedPropertiesHoldValuesOfTheirTypes) {
    Tenant tenant;
    const std::string guid = " {00020329-0000-0000-C000-000000000046} Name X";
    const auto written = [&](const std::string& id, const std::string& value) {
        json body = tenant.meeting("Typed", "2026-03-17T07:00:00", "2026-03-17T08:00:00");
        body["singleValueExtendedProperties"] = {{{"id", id}, {"value", value}}};
        const Answer answer = tenant.call("POST", tenant.events("ada"), body);
        return answer.status == 201 ? std::string() : answer.body["error"]["code"].get<std::string>();
    };
    const std::vector<std::pair<std::string, std::string>> good = {{"String", "any text"}, {"Integer", "-5"}, {"Short", "32767"}, {"Long", "9000000000"}, {"Boolean", "true"}, {"Double", "2.5e3"}, {"Currency", "100"},
        {"SystemTime", "2026-03-17T07:00:00Z"}, {"Binary", "AQID"}, {"CLSID", "66f5a359-4659-4830-9070-00047ec6ac6e"}, {"integer", "7"}};
    for (const auto& [type, value] : good) EXPECT_EQ(written(type + guid, value), "") << type;
    const std::vector<std::pair<std::string, std::string>> bad = {{"Integer", "five"}, {"Integer", "3000000000"}, {"Short", "40000"}, {"Boolean", "maybe"}, {"Double", "2,5"}, {"SystemTime", "tomorrow"}, {"Binary", "*"}, {"CLSID", "abc"}};
    for (const auto& [type, value] : bad) EXPECT_EQ(written(type + guid, value), "ErrorInvalidExtendedPropertyValue") << type << value;
    for (const char* id : {"StringArray {00020329-0000-0000-C000-000000000046} Name X", "String X", "Text {00020329-0000-0000-C000-000000000046} Name X", "String {00020329} Name X", "String {00020329-0000-0000-C000-000000000046} Id X", "String 0xZZ"})
        EXPECT_EQ(written(id, "x"), "ErrorInvalidPropertySet") << id;
    for (const char* id : {"String 0x0037", "Integer {00062002-0000-0000-C000-000000000046} Id 0x8205", "String 00020329-0000-0000-c000-000000000046 Name Y"}) EXPECT_EQ(written(id, "1"), "") << id;
    // Type and guid in any case, with braces or without, name one property; names of two cases name two.
    const auto count = [&](const std::string& id) {
        return tenant.call("GET", tenant.events("ada") + "?$count=true&$filter=singleValueExtendedProperties/any(p:p/id%20eq%20'" + id + "'%20and%20p/value%20eq%20'any%20text')").body["@odata.count"];
    };
    EXPECT_EQ(count("String%20{00020329-0000-0000-c000-000000000046}%20Name%20X"), 1);
    EXPECT_EQ(count("string%2000020329-0000-0000-C000-000000000046%20Name%20X"), 1);
    EXPECT_EQ(count("String%20{00020329-0000-0000-C000-000000000046}%20Name%20x"), 0);
    const json found = tenant.call("GET", tenant.events("ada") + "?$filter=subject%20eq%20'Typed'&$top=1&$orderby=createdDateTime&$expand=singleValueExtendedProperties($filter=id%20eq%20'String%20{00020329-0000-0000-c000-000000000046}%20Name%20X')").body["value"][0];
    ASSERT_TRUE(found.contains("singleValueExtendedProperties")) << found.dump();
    EXPECT_EQ(found["singleValueExtendedProperties"][0]["value"], "any text");
}

TEST(MicrosoftEvents, WhatIsKnownAlreadyIsNotSentAgain) {
    Tenant tenant;
    const Answer made = tenant.call("POST", tenant.events("ada"), tenant.meeting("Known", "2026-03-17T07:00:00", "2026-03-17T08:00:00"));
    const std::string path = tenant.events("ada") + "/" + made.body["id"].get<std::string>(), etag = made.header("ETag");
    const Answer same = tenant.call("GET", path, nullptr, {{"If-None-Match", etag}});
    EXPECT_EQ(same.status, 304);
    EXPECT_EQ(same.text, "");
    EXPECT_EQ(same.header("ETag"), etag);
    EXPECT_EQ(tenant.call("GET", path, nullptr, {{"If-None-Match", "W/\"other\", " + etag}}).status, 304);
    EXPECT_EQ(tenant.call("GET", path, nullptr, {{"If-None-Match", "W/\"other\""}}).status, 200);
    tenant.call("PATCH", path, {{"subject", "New"}});
    EXPECT_EQ(tenant.call("GET", path, nullptr, {{"If-None-Match", etag}}).body["subject"], "New");
}
