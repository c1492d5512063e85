// The tenant's signing keys over time.
#include <gtest/gtest.h>

#include <set>

#include "fakes/microsoft/signing.hpp"
#include "tests/microsoft/tenant.hpp"

using namespace microsoft_test;
using fakes::microsoft::signing::KeyRing;
using fakes::microsoft::signing::SigningKey;

namespace {

std::vector<std::string> shown_keys(Tenant& tenant) {
    fakes::Request request;
    request.method = "GET";
    request.host = "login.microsoftonline.com";
    request.target = "/" + tenant.organisation.microsoft_tenant + "/discovery/v2.0/keys";
    const Answer answer = tenant.raw(request);
    std::vector<std::string> out;
    for (const json& key : answer.body["keys"]) out.push_back(key["kid"]);
    return out;
}

std::string fresh_bearer(Tenant& tenant) {
    const Answer answer = tenant.token("grant_type=client_credentials&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&client_id=" + tenant.organisation.microsoft_client +
                                       "&client_secret=" + tenant.organisation.microsoft_secret);
    return "Bearer " + answer.body.value("access_token", "");
}

fakes::MicrosoftOptions verifiable() {
    fakes::MicrosoftOptions options;
    options.verifiable_tokens = true;
    return options;
}

}  // namespace

TEST(MicrosoftKeys, AreTheSameForTheSameDice) {
    fakes::Dice first(7), second(7), third(8);
    const fakes::Instant now = at("2026-03-02T09:15:00Z");
    const SigningKey one = SigningKey::drawn(first, now), same = SigningKey::drawn(second, now), other = SigningKey::drawn(third, now);
    EXPECT_EQ(one.jwk("i"), same.jwk("i"));
    EXPECT_NE(one.id(), other.id());
    const std::string signature = one.rs256("words");
    EXPECT_EQ(signature.size(), 256u) << "2048 bits";
    EXPECT_TRUE(same.rs256_holds("words", signature));
    EXPECT_FALSE(same.rs256_holds("other words", signature));
    EXPECT_FALSE(other.rs256_holds("words", signature));
}

TEST(MicrosoftKeys, ARotatedKeySignsAndTheFormerOneStaysForADay) {
    Tenant tenant(verifiable());
    tenant.bearer = fresh_bearer(tenant);
    const std::vector<std::string> before = shown_keys(tenant);
    ASSERT_EQ(before.size(), 1u);
    const std::string made = tenant.service->rotate_signing_key(false, tenant.now);
    EXPECT_EQ(shown_keys(tenant), (std::vector<std::string>{made, before[0]}));
    EXPECT_EQ(tenant.call("GET", tenant.events("ada")).status, 200) << "tokens of the former key hold while they live";
    const std::string old = std::exchange(tenant.bearer, fresh_bearer(tenant));
    EXPECT_NE(old.substr(0, old.find('.')), tenant.bearer.substr(0, tenant.bearer.find('.'))) << "the header names another key";
    EXPECT_EQ(tenant.call("GET", tenant.events("ada")).status, 200);
    tenant.now += std::chrono::hours(24);
    EXPECT_EQ(shown_keys(tenant), std::vector<std::string>{made});
}

TEST(MicrosoftKeys, AfterAnEmergencyTheFormerKeyCountsNoMore) {
    Tenant tenant(verifiable());
    tenant.bearer = fresh_bearer(tenant);
    ASSERT_EQ(tenant.call("GET", tenant.events("ada")).status, 200);
    const std::string made = tenant.service->rotate_signing_key(true, tenant.now);
    EXPECT_EQ(shown_keys(tenant), std::vector<std::string>{made});
    EXPECT_EQ(tenant.call("GET", tenant.events("ada")).body["error"]["code"], "InvalidAuthenticationToken");
    tenant.bearer = fresh_bearer(tenant);
    EXPECT_EQ(tenant.call("GET", tenant.events("ada")).status, 200);
    const std::string next = tenant.service->rotate_signing_key(false, tenant.now);
    EXPECT_EQ(shown_keys(tenant), (std::vector<std::string>{next, made}));
}

TEST(MicrosoftKeys, ATokenHasTheRolesThatWereGrantedWhenItWasMade) {
    Tenant tenant;
    tenant.service->grant({"Calendars.Read"}, tenant.now);
    tenant.bearer = fresh_bearer(tenant);
    EXPECT_EQ(tenant.call("GET", tenant.events("ada")).status, 200);
    EXPECT_EQ(tenant.call("POST", tenant.events("ada"), tenant.meeting("x", "2026-03-10T10:00:00", "2026-03-10T11:00:00")).status, 403);
    EXPECT_EQ(tenant.call("GET", "/users/ada@calrig.example/mailboxSettings").status, 403);
}
