// Answers against the published schemas: no unknown property, no required one missing.
#include <fstream>

#include <gtest/gtest.h>

#include "tests/microsoft/tenant.hpp"

using namespace microsoft_test;

namespace {

class Schemas {
  public:
    bool load() {
        std::ifstream in(std::string(CALRIG_SOURCE_DIR) + "/../shared/api/graph-openapi-subset.json");
        if (!in) return false;
        all_ = json::parse(in).at("components").at("schemas");
        return true;
    }
    void check(const json& value, const std::string& name) const { check(value, all_.at(name), name); }

  private:
    const json& resolved(const json& schema) const {
        if (!schema.contains("$ref")) return schema;
        const std::string ref = schema["$ref"];
        return resolved(all_.at(ref.substr(ref.rfind('/') + 1)));
    }
    void gather(const json& raw, json& properties, std::set<std::string>& required) const {
        const json& schema = resolved(raw);
        const json parts = schema.value("allOf", json::array());
        for (const json& part : parts) gather(part, properties, required);
        const json own = schema.value("properties", json::object());
        for (const auto& [name, property] : own.items())
            if (!properties.contains(name)) properties[name] = property;  // the base comes first and says more
        const json needed = schema.value("required", json::array());
        for (const json& name : needed) required.insert(name);
    }
    void check(const json& value, const json& raw, const std::string& path) const {
        const json& schema = resolved(raw);
        const json choices = schema.value("anyOf", json::array());
        for (const json& each : choices)
            if (value.is_object() && resolved(each).value("type", "") != "null") return check(value, each, path);
        if (value.is_array()) {
            if (!schema.contains("items")) return;
            for (const json& item : value) check(item, schema["items"], path + "[]");
            return;
        }
        if (schema.contains("enum") && value.is_string()) {
            bool known = false;
            for (const json& word : schema["enum"]) known = known || word == value;
            EXPECT_TRUE(known) << path << " is " << value;
        }
        if (!value.is_object()) return;
        json properties = json::object();
        std::set<std::string> required;
        gather(schema, properties, required);
        if (properties.empty()) return;
        for (const std::string& name : required) EXPECT_TRUE(value.contains(name)) << path << " lacks " << name;
        for (const auto& [name, member] : value.items()) {
            if (name.find('@') != std::string::npos) continue;
            EXPECT_TRUE(properties.contains(name)) << path << " has the unknown member " << name;
            if (properties.contains(name)) check(member, properties[name], path + "." + name);
        }
    }
    json all_;
};

}  // namespace

TEST(MicrosoftShapes, AnswersFollowThePublishedSchemas) {
    Schemas schemas;
    if (!schemas.load()) GTEST_SKIP() << "the published schemas are not part of the repository";
    Tenant tenant;
    json series = tenant.meeting("s", "2026-03-16T09:00:00", "2026-03-16T09:30:00", {"bo", "birch"});
    series["recurrence"] = {{"pattern", {{"type", "daily"}, {"interval", 2}}}, {"range", {{"type", "numbered"}, {"startDate", "2026-03-16"}, {"numberOfOccurrences", 4}}}};
    series["location"] = {{"displayName", "Place"}};
    const Answer master = tenant.call("POST", tenant.events("ada"), series);
    ASSERT_EQ(master.status, 201) << master.text;
    schemas.check(master.body, "profile.event");
    json online = tenant.meeting("o", "2026-03-16T12:00:00", "2026-03-16T12:30:00");
    online["isOnlineMeeting"] = true;
    online["onlineMeetingProvider"] = "teamsForBusiness";
    schemas.check(tenant.call("POST", tenant.events("ada"), online).body, "profile.event");
    json days = tenant.meeting("d", "2026-03-16T00:00:00", "2026-03-18T00:00:00");
    days["isAllDay"] = true;
    schemas.check(tenant.call("POST", tenant.events("ada"), days).body, "profile.event.allDay");
    tenant.run_for(std::chrono::seconds(10));
    for (const char* who : {"ada", "bo", "birch"}) schemas.check(tenant.call("GET", tenant.events(who)).body, "profile.eventCollection");
    const std::string path = tenant.events("ada") + "/" + master.body["id"].get<std::string>();
    const Answer instances = tenant.call("GET", path + "/instances?startDateTime=2026-03-01&endDateTime=2026-05-01");
    EXPECT_EQ(instances.body["value"].size(), 4u);
    schemas.check(instances.body, "profile.eventCollection");
    schemas.check(tenant.call("GET", "/users/ada@calrig.example/mailboxSettings").body, "profile.mailboxSettings");
    schemas.check(tenant.subscribe("ada").body, "profile.subscription");
    schemas.check(tenant.call("GET", "/users/ada@calrig.example/events/abc").body, "profile.error");
    tenant.call("PATCH", path, {{"subject", "t"}});
    tenant.run_for(std::chrono::seconds(10));
    for (const auto& item : tenant.take_notifications()) schemas.check(item, "profile.changeNotification.basic");
    const Answer token = tenant.token("client_id=x");
    schemas.check(token.body, "profile.tokenError");
}

TEST(MicrosoftShapes, TheNeighboursFollowThePublishedSchemasToo) {
    Schemas schemas;
    if (!schemas.load()) GTEST_SKIP() << "the published schemas are not part of the repository";
    Tenant tenant;
    const std::string user = "/users/ada@calrig.example";
    json series = tenant.meeting("s", "2026-03-16T09:00:00", "2026-03-16T09:30:00", {"bo"});
    series["recurrence"] = {{"pattern", {{"type", "daily"}, {"interval", 2}}}, {"range", {{"type", "numbered"}, {"startDate", "2026-03-16"}, {"numberOfOccurrences", 4}}}};
    const std::string id = tenant.call("POST", tenant.events("ada"), series).body["id"];
    const std::string window = "?startDateTime=2026-03-01&endDateTime=2026-05-01";
    schemas.check(tenant.call("GET", user + "/calendarView" + window).body, "profile.eventCollection");
    schemas.check(tenant.call("GET", user + "/calendarView" + window + "&$select=subject").body, "profile.eventCollection.selected");
    const auto rows = [&](const std::string& path) {
        const Answer page = tenant.call("GET", path);
        EXPECT_EQ(page.status, 200) << page.text;
        for (const json& row : page.body["value"]) schemas.check(row, row.contains("@removed") ? "profile.removed" : "profile.event.any");
        EXPECT_FALSE(page.body["value"].empty());
        return page.body.value("@odata.deltaLink", "");
    };
    const std::string link = rows(user + "/calendarView/delta" + window);
    tenant.call("DELETE", tenant.events("ada") + "/" + id);
    rows(link.substr(link.find("/v1.0") + 5));
    schemas.check(tenant.call("GET", user + "/calendar").body, "microsoft.graph.calendar");
    const json ask = {{"schedules", {"ada@calrig.example", "nobody@calrig.example"}}, {"startTime", {{"dateTime", "2026-03-16T00:00:00"}, {"timeZone", "UTC"}}}, {"endTime", {{"dateTime", "2026-03-17T00:00:00"}, {"timeZone", "UTC"}}}};
    schemas.check(tenant.call("POST", user + "/calendar/getSchedule", ask).body, "profile.scheduleCollection");
    const Answer batch = tenant.call("POST", "/$batch", {{"requests", {{{"id", "1"}, {"method", "GET"}, {"url", user + "/events"}}}}});
    schemas.check(batch.body, "profile.batchResponse");
    schemas.check(batch.body["responses"][0]["body"], "profile.eventCollection");
    const std::string event = tenant.events("ada") + "/" + tenant.call("POST", tenant.events("ada"), tenant.meeting("e", "2026-03-16T09:00:00", "2026-03-16T09:30:00")).body["id"].get<std::string>();
    schemas.check(tenant.call("GET", event, nullptr, {{"Prefer", "IdType=\"ImmutableId\""}}).body, "profile.event");
    schemas.check(tenant.call("PATCH", user + "/mailboxSettings", {{"language", {{"locale", "de-DE"}}}}).body, "microsoft.graph.mailboxSettings");
    fakes::Request request;
    request.method = "GET";
    request.host = "login.microsoftonline.com";
    request.target = "/common/discovery/v2.0/keys";
    schemas.check(tenant.raw(request).body, "profile.jwks");
    // The schema of the discovery document names only some of its members: those it needs are looked for.
    request.target = "/common/v2.0/.well-known/openid-configuration";
    const json about = tenant.raw(request).body;
    for (const char* name : {"issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "token_endpoint_auth_methods_supported", "response_types_supported", "subject_types_supported", "id_token_signing_alg_values_supported"})
        EXPECT_TRUE(about.contains(name)) << name;
}
