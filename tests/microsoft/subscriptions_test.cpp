#include <gtest/gtest.h>

#include "tests/microsoft/tenant.hpp"

using namespace microsoft_test;
using namespace std::chrono_literals;

TEST(MicrosoftSubscriptions, AreMadeOnlyAfterTheEcho) {
    Tenant tenant;
    const Answer made = tenant.subscribe("ada", {{"lifecycleNotificationUrl", "https://hook.calrig.example/lifecycle?x=1"}});
    ASSERT_EQ(made.status, 201) << made.text;
    ASSERT_EQ(tenant.sent.size(), 2u);
    EXPECT_EQ(tenant.sent[0].url.rfind("https://hook.calrig.example/graph?validationToken=Validation%3A%20Testing", 0), 0u);
    EXPECT_EQ(tenant.sent[1].url.rfind("https://hook.calrig.example/lifecycle?x=1&validationToken=", 0), 0u);
    EXPECT_EQ(tenant.sent[0].body, "");
    const json recorded = example("07-create-subscription.json")["pairs"][0]["response"]["body"];
    for (const auto& [name, value] : recorded.items()) EXPECT_TRUE(made.body.contains(name)) << name;
    EXPECT_EQ(made.body["clientState"], "state-1");
    EXPECT_EQ(made.body["expirationDateTime"], "2026-03-08T09:15:00.0000000Z");
    const std::string path = "/subscriptions/" + made.body["id"].get<std::string>();
    EXPECT_TRUE(tenant.call("GET", path).body["clientState"].is_null());
    EXPECT_EQ(tenant.call("GET", "/subscriptions").body["value"].size(), 1u);
    EXPECT_EQ(tenant.call("DELETE", path).status, 204);
    EXPECT_EQ(tenant.call("DELETE", path).body["error"]["code"], "ResourceNotFound");
}

TEST(MicrosoftSubscriptions, BadHandshakesAreRefused) {
    Tenant tenant;
    const auto refuse = [&](int status, std::string type, std::string body) {
        tenant.hook = [=](const fakes::Outgoing&) {
            auto reply = std::make_unique<fakes::Reply>();
            reply->status = status;
            reply->headers.push_back({"Content-Type", type});
            reply->body = body;
            return reply;
        };
        return tenant.subscribe("ada");
    };
    const Answer forbidden = refuse(403, "text/plain", "");
    EXPECT_EQ(forbidden.status, 400);
    EXPECT_EQ(forbidden.body["error"], [&] {
        json error = example("07-create-subscription.json")["pairs"][2]["response"]["body"]["error"];
        error["innerError"] = forbidden.body["error"]["innerError"];
        return error;
    }());
    EXPECT_EQ(refuse(202, "text/plain", "x").status, 400);
    EXPECT_EQ(refuse(200, "text/plain", "Validation%3A").status, 400);
    tenant.hook = [](const fakes::Outgoing&) { return std::unique_ptr<fakes::Reply>(); };
    EXPECT_EQ(tenant.subscribe("ada").body["error"]["message"], "Subscription validation request timed out.");
    EXPECT_EQ(tenant.call("GET", "/subscriptions").body["value"].size(), 0u);
}

TEST(MicrosoftSubscriptions, HandshakeEndsAfterTenSeconds) {
    Tenant tenant;
    fakes::Effects effects;
    fakes::Request request;
    request.method = "POST";
    request.host = "graph.microsoft.com";
    request.target = "/v1.0/subscriptions";
    request.headers = {{"Authorization", tenant.bearer}, {"Content-Type", "application/json"}};
    request.body = R"({"changeType":"updated","notificationUrl":"https://h.example/","resource":"/users/ada@calrig.example/events","expirationDateTime":"2026-03-03T09:15:00Z"})";
    tenant.service->request(77, request, tenant.now, effects);
    EXPECT_TRUE(effects.answers.empty());
    ASSERT_EQ(effects.outgoing.size(), 1u);
    const auto due = tenant.service->next_wake();
    ASSERT_TRUE(due);
    EXPECT_EQ(*due, tenant.now + 10s);
    tenant.service->wake(*due, effects);
    ASSERT_EQ(effects.answers.size(), 1u);
    EXPECT_EQ(effects.answers[0].to, 77u);
    EXPECT_EQ(effects.answers[0].reply.status, 400);
}

TEST(MicrosoftSubscriptions, RefuseWhatTheServiceRefuses) {
    Tenant tenant;
    const auto code = [&](json more) { return tenant.subscribe("ada", std::move(more)).body["error"]["code"].get<std::string>(); };
    EXPECT_EQ(code({{"expirationDateTime", "2026-03-09T09:15:00Z"}}), "ExtensionError");
    EXPECT_EQ(code({{"expirationDateTime", "2026-03-01T09:15:00Z"}}), "InvalidRequest");
    EXPECT_EQ(code({{"notificationUrl", "http://hook.calrig.example/"}}), "InvalidRequest");
    EXPECT_EQ(code({{"resource", "users/nobody@calrig.example/events"}}), "ErrorInvalidUser");
    EXPECT_EQ(code({{"resource", "users/onprem@calrig.example/events"}}), "MailboxNotEnabledForRESTAPI");
    EXPECT_EQ(code({{"resource", "me/events"}}), "BadRequest");
    EXPECT_EQ(code({{"changeType", "moved"}}), "InvalidRequest");
    EXPECT_EQ(code({{"clientState", std::string(129, 'x')}}), "InvalidRequest");
    EXPECT_TRUE(tenant.sent.empty());
    const Answer shorter = tenant.subscribe("ada", {{"expirationDateTime", "2026-03-02T09:16:00Z"}});
    EXPECT_EQ(shorter.body["expirationDateTime"], "2026-03-02T10:00:00Z");  // raised to 45 minutes
}

TEST(MicrosoftSubscriptions, EveryKindOfChangeIsTold) {
    Tenant tenant;
    tenant.subscribe("ada");
    const Answer made = tenant.call("POST", tenant.events("ada"), tenant.meeting("x", "2026-03-10T10:00:00", "2026-03-10T11:00:00", {"bo"}));
    const std::string id = made.body["id"], path = tenant.events("ada") + "/" + id;
    tenant.run_for(500ms);
    EXPECT_TRUE(tenant.take_notifications().empty());
    tenant.run_for(10s);
    auto got = tenant.take_notifications();
    ASSERT_EQ(got.size(), 1u);
    json recorded = example("08-change-notifications.json")["pairs"][0]["request"]["body"]["value"][0];
    for (const auto& [name, value] : recorded.items()) EXPECT_TRUE(got[0].contains(name)) << name;
    EXPECT_EQ(got[0]["changeType"], "created");
    EXPECT_EQ(got[0]["clientState"], "state-1");
    EXPECT_EQ(got[0]["subscriptionExpirationDateTime"], "2026-03-08T09:15:00+00:00");
    EXPECT_EQ(got[0]["resourceData"]["id"], id);
    EXPECT_EQ(got[0]["resourceData"]["@odata.type"], "#Microsoft.Graph.Event");
    const std::string resource = got[0]["resource"];
    EXPECT_EQ(resource.rfind("Users/", 0), 0u);
    EXPECT_EQ(tenant.call("GET", "/" + resource).status, 200);

    tenant.call("PATCH", path, {{"subject", "y"}});  // the service's own write is told too
    tenant.service->respond("bo", {made.body["iCalUId"].get<std::string>(), std::nullopt}, fakes::Response::accepted, true, tenant.now);
    tenant.run_for(10s);
    got = tenant.take_notifications();
    ASSERT_EQ(got.size(), 2u);  // gathered in one POST
    EXPECT_EQ(got[0]["changeType"], "updated");
    EXPECT_EQ(tenant.sent.back().what, "graph notification");
    tenant.call("DELETE", path);
    tenant.run_for(10s);
    got = tenant.take_notifications();
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0]["changeType"], "deleted");
}

TEST(MicrosoftSubscriptions, OccurrencesAreToldByTheirMaster) {
    Tenant tenant;
    tenant.subscribe("bo");
    fakes::Draft series;
    series.title = "s";
    series.when = {wall("2026-03-10T10:00:00"), wall("2026-03-10T11:00:00"), "Europe/Warsaw", false};
    series.repeat.emplace();
    series.repeat->days = {std::chrono::Tuesday};
    series.invitees = {{"bo@calrig.example", fakes::Role::required}};
    const fakes::Done made = tenant.service->create("ada", series, tenant.now);
    tenant.run_for(10s);
    tenant.take_notifications();
    fakes::Change change;
    change.title = "t";
    tenant.service->change("ada", {made.uid, day("2026-03-17")}, change, tenant.now);
    tenant.run_for(10s);
    const auto got = tenant.take_notifications();
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0]["resourceData"]["id"], tenant.call("GET", tenant.events("bo")).body["value"][0]["id"]);
}

TEST(MicrosoftSubscriptions, UnacknowledgedNotificationsAreRetriedForFourHours) {
    Tenant tenant;
    tenant.subscribe("ada", {{"lifecycleNotificationUrl", "https://hook.calrig.example/lifecycle"}});
    tenant.sent.clear();
    tenant.hook = [](const fakes::Outgoing& outgoing) {
        auto reply = polite_hook(outgoing);
        if (outgoing.what == "graph notification") reply->status = 500;
        return reply;
    };
    const Instant begin = tenant.now;
    tenant.call("POST", tenant.events("ada"), tenant.meeting("x", "2026-03-10T10:00:00", "2026-03-10T11:00:00"));
    tenant.run_for(12h);
    std::size_t tries = 0;
    for (const auto& outgoing : tenant.sent) {
        if (outgoing.what != "graph notification") continue;
        ++tries;
        EXPECT_LE(outgoing.not_before, begin + 4h + 1s);
    }
    EXPECT_GT(tries, 8u);
    EXPECT_LT(tries, 40u);
    EXPECT_EQ(json::parse(tenant.sent.back().body)["value"][0]["lifecycleEvent"], "missed");
    EXPECT_EQ(tenant.sent.back().url, "https://hook.calrig.example/lifecycle");
}

TEST(MicrosoftSubscriptions, RenewalKeepsThemAliveAndExpiryEndsThem) {
    Tenant tenant;
    const std::string path = "/subscriptions/" + tenant.subscribe("ada", {{"expirationDateTime", "2026-03-02T12:00:00Z"}}).body["id"].get<std::string>();
    const Answer renewed = tenant.call("PATCH", path, {{"expirationDateTime", "2026-03-02T15:00:00Z"}});
    EXPECT_EQ(renewed.status, 200);
    EXPECT_EQ(renewed.body["expirationDateTime"], "2026-03-02T15:00:00Z");
    EXPECT_EQ(tenant.call("POST", path + "/reauthorize").status, 204);
    tenant.run_until(at("2026-03-02T14:00:00Z"));
    EXPECT_EQ(tenant.call("GET", path).status, 401);  // the token is over by now
    const Answer got = tenant.token("client_id=" + tenant.organisation.microsoft_client + "&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&client_secret=" +
                                    tenant.organisation.microsoft_secret + "&grant_type=client_credentials");
    tenant.bearer = "Bearer " + got.body["access_token"].get<std::string>();
    EXPECT_EQ(tenant.call("GET", path).status, 200);
    tenant.run_until(at("2026-03-02T15:00:00Z"));
    tenant.service->create("ada", {}, tenant.now);
    EXPECT_EQ(tenant.call("PATCH", path, {{"expirationDateTime", "2026-03-02T18:00:00Z"}}).status, 404);
}

TEST(MicrosoftSubscriptions, LifecycleWarnsBeforeTheEnd) {
    Tenant tenant;
    tenant.subscribe("ada", {{"expirationDateTime", "2026-03-02T12:00:00Z"}, {"lifecycleNotificationUrl", "https://hook.calrig.example/lifecycle"}});
    tenant.sent.clear();
    tenant.run_until(at("2026-03-02T11:59:00Z"));
    ASSERT_EQ(tenant.sent.size(), 1u);
    EXPECT_EQ(tenant.sent[0].not_before, at("2026-03-02T11:00:00Z"));
    const json item = json::parse(tenant.sent[0].body)["value"][0];
    EXPECT_EQ(item["lifecycleEvent"], "reauthorizationRequired");
    EXPECT_FALSE(item.contains("resourceData"));
}

TEST(MicrosoftSubscriptions, DroppedOnesSayNothing) {
    Tenant tenant;
    tenant.subscribe("ada");
    tenant.sent.clear();
    tenant.service->drop_subscriptions(tenant.now);
    tenant.call("POST", tenant.events("ada"), tenant.meeting("x", "2026-03-10T10:00:00", "2026-03-10T11:00:00"));
    tenant.run_for(1h);
    EXPECT_TRUE(tenant.sent.empty());
    EXPECT_TRUE(tenant.call("GET", "/subscriptions").body["value"].empty());
}
