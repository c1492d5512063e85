#include "sim/serve/served_world.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sim/scenario/loader.hpp"
#include "sim/serve/discovery.hpp"
#include "sim/serve/environment.hpp"
#include "sim/serve/ready_world.hpp"
#include "sim/serve/service.hpp"
#include "tests/serve/running_host.hpp"

namespace {

using serve_test::monday;
using sim::Service;

class Nobody final : public sim::Outside {
  public:
    void answer(fakes::ExchangeId id, fakes::Reply&& reply) override { answers[id] = std::move(reply); }
    void deliver(sim::DeliveryId, fakes::Outgoing&& outgoing) override { sent.push_back(std::move(outgoing)); }
    void cut(fakes::ExchangeId id, std::optional<fakes::Reply>&&) override { cuts.push_back(id); }
    std::vector<fakes::ExchangeId> cuts;
    std::map<fakes::ExchangeId, fakes::Reply> answers;
    std::vector<fakes::Outgoing> sent;
};

std::vector<fakes::SeenEvent> seen(sim::ServedWorld& world, sim::Provider provider, const std::string& who) {
    return world.calendars(provider).calendar(who, monday() - std::chrono::days(3), monday() + std::chrono::days(20));
}

TEST(Service, PathsTellWhoseTheyAre) {
    EXPECT_EQ(sim::service_of("/v1.0/me"), Service::microsoft);
    EXPECT_EQ(sim::service_of("/v1.0?x"), Service::microsoft);
    EXPECT_EQ(sim::service_of("/calendar/v3/calendars/primary/events"), Service::google);
    EXPECT_EQ(sim::service_of("/calendar/api/v1/calendarEvents"), Service::cloud);
    EXPECT_EQ(sim::service_of("/gmail/v1/users/me/settings/vacation"), Service::google);
    EXPECT_EQ(sim::service_of("/token"), Service::google);
    EXPECT_EQ(sim::service_of("/batch/calendar/v3"), Service::google);
    EXPECT_EQ(sim::service_of("/encryption/api/v1/kms/messages"), Service::kms);
    EXPECT_EQ(sim::service_of("/tokens/oauth2/v2.0/token"), Service::microsoft) << "a tenant of that name";
    EXPECT_EQ(sim::actor_of(Service::microsoft, "/v1.0/me"), "graph");
    EXPECT_EQ(sim::actor_of(Service::microsoft, "/common/discovery/instance"), "entra");
    EXPECT_EQ(sim::actor_of(Service::google, "/token"), "google-token");
    EXPECT_EQ(sim::actor_of(Service::google, "/gmail/v1/x"), "gmail");
}

TEST(ServedWorld, TheReadyOrganisationHasItsMeetingsOnBothSides) {
    Nobody outside;
    sim::ServedWorld world(sim::ready_world(monday()), {}, outside);
    world.run_due(monday());
    EXPECT_EQ(world.refusals(), std::vector<std::string>{});
    for (const sim::Provider provider : {sim::Provider::microsoft, sim::Provider::google}) {
        EXPECT_GE(seen(world, provider, "ana@calrig.example").size(), 15u);
        EXPECT_GE(seen(world, provider, "wawel@calrig.example").size(), 2u) << "the room has its bookings";
    }
    EXPECT_TRUE(outside.sent.empty());
}

TEST(ServedWorld, TheSameSeedGivesTheSameIdsAndAnotherGivesOthers) {
    const auto uids = [](std::uint64_t seed) {
        Nobody outside;
        sim::ServedWorldSettings settings;
        settings.seed = seed;
        sim::ServedWorld world(sim::ready_world(monday()), settings, outside);
        world.run_due(monday());
        std::vector<std::string> out{world.organisation().microsoft_tenant, world.organisation().microsoft_secret};
        for (const auto& event : seen(world, sim::Provider::microsoft, "ana@calrig.example")) out.push_back(event.uid);
        for (const auto& event : seen(world, sim::Provider::google, "ana@calrig.example")) out.push_back(event.uid);
        return out;
    };
    EXPECT_EQ(uids(7), uids(7));
    EXPECT_NE(uids(7), uids(8));
}

TEST(ServedWorld, ActsAheadHappenWhenTheClockGetsThere) {
    const std::string text =
        "clock: 2026-03-02 08:00 UTC\npeople: { ana: {}, ben: {}, idle: {} }\n"
        "story:\n  - { at: 2026-03-02 08:00, ana creates: { id: early, title: Early, when: 12:00-13:00, invites: ben } }\n"
        "  - { at: 2026-03-02 09:00, ana creates: { id: late, title: Late, when: 14:00-15:00, invites: ben } }\n";
    sim::Loaded loaded = sim::read_world("w.yaml", text);
    ASSERT_TRUE(loaded.scenario) << sim::render_diagnostics("w.yaml", text, loaded.diagnostics, false);
    EXPECT_TRUE(loaded.diagnostics.empty()) << "a world need not expect anything, nor use everybody";
    Nobody outside;
    sim::ServedWorld world(std::move(*loaded.scenario), {}, outside);
    world.run_due(monday());
    EXPECT_EQ(seen(world, sim::Provider::google, "ben@calrig.example").size(), 1u);
    ASSERT_TRUE(world.next_due());
    world.run_due(monday() + std::chrono::hours(1));
    EXPECT_EQ(seen(world, sim::Provider::google, "ben@calrig.example").size(), 2u);
    EXPECT_EQ(seen(world, sim::Provider::microsoft, "ben@calrig.example").size(), 2u);
}

TEST(ServedWorld, AScenarioStillNeedsItsPromise) {
    EXPECT_FALSE(sim::read_scenario("s.yaml", "clock: 2026-03-02 08:00 UTC\npeople: { ana: {} }\n").scenario);
}

TEST(ServedWorld, AppsReadTheMeetingCloudWithoutALeavingTheHouse) {
    Nobody outside;
    sim::ServedWorld world(sim::ready_world(monday()), {}, outside);
    world.run_due(monday() + std::chrono::hours(1));
    EXPECT_TRUE(outside.sent.empty()) << "cloud, key server, apps and devices talk among themselves";
    EXPECT_GE(world.edges().size(), 7u);
}

TEST(Environment, NamesEverybodyOnce) {
    Nobody outside;
    sim::ServedWorld world(sim::ready_world(monday()), {}, outside);
    world.run_due(monday());
    const sim::Environment environment = sim::environment_of(world, {}, {"ca.pem", "it's.json"});
    const auto json = nlohmann::json::parse(sim::json_text(environment));
    for (const char* name : {"GRAPH_BASE", "AUTHORITY_BASE", "TENANT", "CLIENT_ID", "CLIENT_SECRET", "GRAPH_USER", "OTHER_USER", "DENIED_USER", "NO_MAILBOX_USER",
                             "GOOGLE_BASE", "GOOGLE_TOKEN_URI", "SA_KEY_JSON", "SUBJECT", "PEER", "ROOM", "CALRIG_CA", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CALRIG_CONTROL"})
        EXPECT_NE(json.value(name, ""), "") << name;
    EXPECT_EQ(json["DENIED_USER"], "denied@calrig.example");
    EXPECT_EQ(json["NO_MAILBOX_USER"], "nomail@calrig.example");
    EXPECT_NE(sim::shell_text(environment).find("export SA_KEY_JSON='it'\\''s.json'\n"), std::string::npos);
    const auto key = nlohmann::json::parse(sim::service_account_key_json(world, {}));
    EXPECT_EQ(key["token_uri"], "https://localhost:8443/token");
    EXPECT_EQ(key["type"], "service_account");
}

TEST(Discovery, DocumentsPointHereAndScopesStayNames) {
    const auto documents = sim::discovery_documents("https://localhost:1");
    const auto get = [&](const std::string& target) {
        fakes::Reply out;
        out.status = 0;
        documents->take({"GET", "localhost", target, {}, ""}, "google", monday(), [&](fakes::Reply reply) { out = std::move(reply); });
        return out;
    };
    const auto calendar = nlohmann::json::parse(get("/discovery/v1/apis/calendar/v3/rest").body);
    EXPECT_EQ(calendar["rootUrl"], "https://localhost:1/");
    EXPECT_EQ(calendar["baseUrl"], "https://localhost:1/calendar/v3/");
    EXPECT_EQ(calendar["batchPath"], "batch/calendar/v3");
    EXPECT_TRUE(calendar["auth"]["oauth2"]["scopes"].contains("https://www.googleapis.com/auth/calendar"));
    for (const char* method : {"list", "get", "insert", "patch", "update", "delete", "instances", "watch", "quickAdd", "move", "import"})
        EXPECT_TRUE(calendar["resources"]["events"]["methods"].contains(method)) << method;
    const auto gmail = nlohmann::json::parse(get("/$discovery/rest?version=v1").body);
    EXPECT_EQ(gmail["rootUrl"], "https://localhost:1/");
    EXPECT_EQ(nlohmann::json::parse(get("/discovery/v1/apis").body)["items"].size(), 2u);
    EXPECT_EQ(get("/discovery/v1/apis/drive/v3/rest").status, 0) << "not mine: Google's 404 is due";
}

}  // namespace
