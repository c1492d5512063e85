// How notifications reach slow hosts, what a subscription's filter keeps back, lifecycle events by order.
#include <gtest/gtest.h>

#include "fakes/microsoft/endpoints.hpp"
#include "tests/microsoft/tenant.hpp"

using namespace microsoft_test;
using namespace std::chrono_literals;
using fakes::microsoft::Endpoints;

namespace {

/// One change, told after a second; its notification is answered after `takes`.
bool told_after(Tenant& tenant, int& number, std::chrono::milliseconds takes) {
    tenant.call("POST", tenant.events("ada"), tenant.meeting("m" + std::to_string(++number), "2026-03-10T10:00:00", "2026-03-10T11:00:00"));
    tenant.now += 1s;
    fakes::Effects effects;
    tenant.service->wake(tenant.now, effects);
    if (effects.outgoing.empty()) return false;
    const fakes::OutgoingId id = effects.outgoing.front().id;
    fakes::Reply accepted;
    accepted.status = 202;
    tenant.now += takes;
    fakes::Effects after;
    tenant.service->answered(id, &accepted, tenant.now, after);
    return true;
}

fakes::MicrosoftOptions sample_of(std::size_t answers) {
    fakes::MicrosoftOptions options;
    options.endpoint_sample = answers;
    return options;
}

std::string endpoint_of(Tenant& tenant) { return tenant.service->subscriptions(tenant.now).at(0).endpoint; }

}  // namespace

TEST(MicrosoftEndpoints, TenPercentLateAnswersMakeAHostSlow) {
    Endpoints endpoints(100);
    const std::string url = "https://hook.calrig.example:8443/graph?x=1";
    fakes::Instant now = at("2026-03-02T09:15:00Z");
    for (int i = 0; i < 99; ++i) endpoints.answered(url, now += 1s, i < 11 ? 3001ms : 3000ms);
    EXPECT_EQ(endpoints.state(url, now), Endpoints::State::good) << "99 answers are too few to judge";
    endpoints.answered(url, now += 1s, 10ms);
    EXPECT_EQ(endpoints.state("https://HOOK.calrig.example:8443/other", now), Endpoints::State::slow) << "eleven of a hundred, judged by host";
    EXPECT_EQ(endpoints.state("https://hook.calrig.example/graph", now), Endpoints::State::good) << "another port is another host";
    EXPECT_EQ(endpoints.state(url, now + 10min), Endpoints::State::good);
    endpoints.answered(url, now + 10min, 5s);
    EXPECT_EQ(endpoints.state(url, now + 10min), Endpoints::State::good) << "after the penalty it begins with a clean sheet";
}

TEST(MicrosoftEndpoints, TenOfAHundredAreBorneAndOldAnswersAreForgotten) {
    Endpoints endpoints(100);
    const std::string url = "https://hook.calrig.example/graph";
    fakes::Instant now = at("2026-03-02T09:15:00Z");
    for (int i = 0; i < 100; ++i) endpoints.answered(url, now, i < 10 ? 4s : 1ms);
    EXPECT_EQ(endpoints.state(url, now), Endpoints::State::good);
    now += 11min;
    for (int i = 0; i < 100; ++i) endpoints.answered(url, now, i < 10 ? 4s : 1ms);
    EXPECT_EQ(endpoints.state(url, now), Endpoints::State::good);
    endpoints.answered(url, now, 4s);
    EXPECT_EQ(endpoints.state(url, now), Endpoints::State::slow);
}

TEST(MicrosoftEndpoints, NotificationsToASlowHostComeTenMinutesLate) {
    Tenant tenant(sample_of(5));
    ASSERT_EQ(tenant.subscribe("ada").status, 201);
    int number = 0;
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(told_after(tenant, number, 4s));
    EXPECT_EQ(endpoint_of(tenant), "slow");
    EXPECT_FALSE(told_after(tenant, number, 4s));
    tenant.run_for(9min + 58s);
    EXPECT_TRUE(tenant.take_notifications().empty());
    tenant.run_for(5s);
    EXPECT_EQ(tenant.take_notifications().size(), 1u);
    EXPECT_EQ(endpoint_of(tenant), "good");
}

TEST(MicrosoftEndpoints, NotificationsToAHopelessHostAreDropped) {
    Tenant tenant(sample_of(5));
    ASSERT_EQ(tenant.subscribe("ada").status, 201);
    int number = 0;
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(told_after(tenant, number, 10s));
    EXPECT_EQ(endpoint_of(tenant), "drop");
    EXPECT_FALSE(told_after(tenant, number, 10s));
    tenant.run_for(11min);
    EXPECT_TRUE(tenant.take_notifications().empty()) << "what fell into the penalty is lost";
    tenant.call("POST", tenant.events("ada"), tenant.meeting("later", "2026-03-10T10:00:00", "2026-03-10T11:00:00"));
    tenant.run_for(5s);
    EXPECT_EQ(tenant.take_notifications().size(), 1u);
}

TEST(MicrosoftEndpoints, WhatWasDroppedIsToldAsMissedOnce) {
    Tenant tenant(sample_of(5));
    ASSERT_EQ(tenant.subscribe("ada", {{"lifecycleNotificationUrl", "https://life.calrig.example/lifecycle"}}).status, 201);
    int number = 0;
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(told_after(tenant, number, 10s));
    ASSERT_EQ(endpoint_of(tenant), "drop");
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(told_after(tenant, number, 10s));
    tenant.sent.clear();
    tenant.run_for(11min);
    int missed = 0;
    for (const fakes::Outgoing& each : tenant.sent)
        if (each.url.starts_with("https://life.")) missed += json::parse(each.body)["value"][0]["lifecycleEvent"] == "missed";
    EXPECT_EQ(missed, 1);
    tenant.sent.clear();
    tenant.run_for(30min);
    EXPECT_TRUE(tenant.sent.empty());
}

TEST(MicrosoftSubscriptions, AFilterInTheResourceKeepsOtherEventsBack) {
    Tenant tenant;
    const Answer made = tenant.subscribe("ada", {{"resource", "users/ada@calrig.example/events?$filter=contains(subject,'plan')&$select=subject"}});
    ASSERT_EQ(made.status, 201) << made.text;
    tenant.call("POST", tenant.events("ada"), tenant.meeting("lunch", "2026-03-10T10:00:00", "2026-03-10T11:00:00"));
    const Answer plan = tenant.call("POST", tenant.events("ada"), tenant.meeting("The Plan", "2026-03-10T10:00:00", "2026-03-10T11:00:00"));
    tenant.run_for(5s);
    const std::vector<json> told = tenant.take_notifications();
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0]["resourceData"]["id"], plan.body["id"]);
    tenant.call("PATCH", tenant.events("ada") + "/" + plan.body["id"].get<std::string>(), {{"subject", "Lunch"}});
    tenant.run_for(5s);
    EXPECT_TRUE(tenant.take_notifications().empty()) << "as it is now, the filter keeps it back";
    EXPECT_EQ(tenant.subscribe("ada", {{"resource", "users/ada@calrig.example/events?$filter=colour eq 'red'"}}).status, 400);
    EXPECT_EQ(tenant.subscribe("ada", {{"resource", "users/ada@calrig.example/events?$top=5"}}).status, 400);
}

TEST(MicrosoftLifecycle, EachEventCanBeToldByOrder) {
    using Event = fakes::MicrosoftService::LifecycleEvent;
    Tenant tenant;
    const Answer made = tenant.subscribe("ada", {{"lifecycleNotificationUrl", "https://hook.calrig.example/lifecycle"}});
    ASSERT_EQ(tenant.subscribe("bo").status, 201) << "one without a lifecycle URL";
    const std::string id = made.body["id"];
    const auto last = [&] {
        tenant.run_for(1s);
        return json::parse(tenant.sent.back().body)["value"][0];
    };
    EXPECT_EQ(tenant.service->tell_lifecycle(Event::missed, "", tenant.now), 1u);
    EXPECT_EQ(last()["lifecycleEvent"], "missed");
    EXPECT_EQ(tenant.service->tell_lifecycle(Event::reauthorization_required, id, tenant.now), 1u);
    const json asked = last();
    EXPECT_EQ(asked["lifecycleEvent"], "reauthorizationRequired");
    EXPECT_EQ(asked["subscriptionId"], id);
    EXPECT_EQ(asked["clientState"], "state-1");
    EXPECT_EQ(tenant.call("GET", "/subscriptions/" + id).status, 200);
    EXPECT_EQ(tenant.service->tell_lifecycle(Event::subscription_removed, id, tenant.now), 1u);
    EXPECT_EQ(last()["lifecycleEvent"], "subscriptionRemoved");
    EXPECT_EQ(tenant.call("GET", "/subscriptions/" + id).status, 404);
    EXPECT_EQ(tenant.call("GET", "/subscriptions").body["value"].size(), 1u);
    EXPECT_EQ(tenant.service->tell_lifecycle(Event::missed, "", tenant.now), 0u);
}
