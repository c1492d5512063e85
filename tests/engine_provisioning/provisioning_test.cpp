// The rules of provisioning: consents that are open, id_tokens, permissions, regions, the record.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "engine/provisioning/consent_book.hpp"
#include "engine/provisioning/grants.hpp"
#include "engine/provisioning/identity_token.hpp"
#include "engine/provisioning/region.hpp"
#include "engine/provisioning/standing.hpp"
#include "fakes/microsoft/signing.hpp"

namespace {

using namespace engine::provisioning;
using engine::Instant;
using nlohmann::json;
using fakes::microsoft::signing::jwt_part;

const Instant now{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} + std::chrono::hours(8)};
constexpr const char* tenant = "0b1c2d3e-4f50-4172-8394-a5b6c7d8e9f0";
constexpr const char* issuer = "https://login.microsoftonline.com/0b1c2d3e-4f50-4172-8394-a5b6c7d8e9f0/v2.0";

class Counting final : public engine::Random {
  public:
    void fill(std::span<std::uint8_t> bytes) override {
        for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>((next_ += 0x9E3779B97F4A7C15u) >> 56);
    }
    std::uint64_t below(std::uint64_t bound) override { return (next_ += 0x9E3779B97F4A7C15u) % bound; }

  private:
    std::uint64_t next_ = 0;
};

std::string token(const json& change = json::object(), const json& header_change = json::object()) {
    const std::int64_t now_s = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    json header{{"typ", "JWT"}, {"alg", "RS256"}, {"kid", fakes::microsoft::signing::SigningKey::built_in().id()}};
    json claims{{"iss", issuer}, {"aud", "app"}, {"tid", tenant}, {"nonce", "n-1"}, {"nbf", now_s}, {"exp", now_s + 3600}};
    header.update(header_change);
    claims.update(change);
    const std::string text = jwt_part(header.dump()) + "." + jwt_part(claims.dump());
    return text + "." + jwt_part(fakes::microsoft::signing::SigningKey::built_in().rs256(text));
}

std::string keys() { return "{\"keys\":[" + fakes::microsoft::signing::SigningKey::built_in().jwk(issuer) + "]}"; }

TokenRules rules() { return {issuer, "app", "n-1", tenant, now}; }

TEST(IdToken, IsTakenWhenEverythingIsOurs) { EXPECT_EQ(check_id_token(token(), keys(), rules()), ""); }

TEST(IdToken, IsRefusedForEachThingThatIsNotOurs) {
    const std::int64_t now_s = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    EXPECT_EQ(check_id_token(token({{"nonce", "n-2"}}), keys(), rules()), "nonce");
    EXPECT_EQ(check_id_token(token({{"aud", "another"}}), keys(), rules()), "audience");
    EXPECT_EQ(check_id_token(token({{"iss", "https://evil.example/v2.0"}}), keys(), rules()), "issuer");
    EXPECT_EQ(check_id_token(token({{"tid", "11111111-4f50-4172-8394-a5b6c7d8e9f0"}}), keys(), rules()), "tenant");
    EXPECT_EQ(check_id_token(token({{"exp", now_s - 301}}), keys(), rules()), "exp");
    EXPECT_EQ(check_id_token(token({{"nbf", now_s + 301}}), keys(), rules()), "nbf");
    EXPECT_EQ(check_id_token(token({{"exp", "soon"}}), keys(), rules()), "exp");
    EXPECT_EQ(check_id_token(token(json::object(), {{"alg", "none"}}), keys(), rules()), "signature");
    EXPECT_EQ(check_id_token(token(json::object(), {{"kid", "another"}}), keys(), rules()), "signature");
    EXPECT_EQ(check_id_token(token(), "{\"keys\":[]}", rules()), "signature");
    TokenRules no_nonce = rules();
    no_nonce.nonce.clear();
    EXPECT_EQ(check_id_token(token({{"nonce", ""}}), keys(), no_nonce), "nonce");
    std::string changed = token();
    changed[changed.find('.') + 10] ^= 1;
    EXPECT_NE(check_id_token(changed, keys(), rules()), "");
    for (const char* nonsense : {"", ".", "..", "a.b.c", "x"}) EXPECT_EQ(check_id_token(nonsense, keys(), rules()), "form") << nonsense;
}

TEST(IdToken, NamesATenantOnlyAsAGuid) {
    EXPECT_EQ(tenant_named_in(token()), tenant);
    EXPECT_FALSE(tenant_named_in(token({{"tid", "../common"}})));
    EXPECT_FALSE(tenant_named_in(token({{"tid", "evil.example"}})));
}

TEST(Clouds, OnlyTheWorldwideOneIsOurs) {
    TenantDocument document{issuer, "https://login.microsoftonline.com/keys", "microsoftonline.com", ""};
    EXPECT_FALSE(foreign_cloud(document));
    document.region_sub_scope = "GCC";  // government tenants of the worldwide cloud
    EXPECT_FALSE(foreign_cloud(document));
    document.region_sub_scope = "DODCON";
    EXPECT_EQ(foreign_cloud(document), "USGovGCCHigh");
    document.region_sub_scope = "DOD";
    EXPECT_EQ(foreign_cloud(document), "USGovDoD");
    document = {issuer, "", "partner.microsoftonline.cn", ""};
    EXPECT_EQ(foreign_cloud(document), "China");
}

TEST(Consents, CountOnceInTheirBrowserAndInTheirOrder) {
    Counting random;
    ConsentBook book(random);
    const OpenConsent first = book.open("eu", "PL", now);
    EXPECT_FALSE(book.take(OpenConsent::Stage::sign_in, first.state, "another session", now));
    EXPECT_FALSE(book.take(OpenConsent::Stage::sign_in, first.state, first.session, now)) << "a wrong answer uses it up, too";
    const OpenConsent second = book.open("eu", "PL", now);
    EXPECT_NE(second.state, second.nonce);
    EXPECT_FALSE(book.take(OpenConsent::Stage::sign_in, "made up", second.session, now));
    auto taken = book.take(OpenConsent::Stage::sign_in, second.state, second.session, now);
    ASSERT_TRUE(taken);
    const OpenConsent next = book.continued(std::move(*taken), tenant, now);
    EXPECT_NE(next.state, second.state);
    EXPECT_FALSE(book.take(OpenConsent::Stage::consent, second.state, second.session, now));
    EXPECT_FALSE(book.take(OpenConsent::Stage::consent, next.state, next.session, now + std::chrono::minutes(15)));
}

TEST(Consents, AreReadBackFromTheirRecordWithoutThoseThatHaveEnded) {
    Counting random;
    ConsentBook book(random);
    EXPECT_EQ(book.to_record(now), "") << "nothing open, nothing kept";
    const OpenConsent old = book.open("eu", "PL", now - std::chrono::minutes(14));
    const OpenConsent first = book.open("eu", "PL", now);
    auto signed_in = book.take(OpenConsent::Stage::sign_in, first.state, first.session, now);
    ASSERT_TRUE(signed_in);
    const OpenConsent next = book.continued(std::move(*signed_in), tenant, now);
    const std::string record = book.to_record(now);

    ConsentBook again(random);
    again.from_record(record, now + std::chrono::minutes(2));
    EXPECT_FALSE(again.take(OpenConsent::Stage::sign_in, old.state, old.session, now)) << "its quarter of an hour was over";
    EXPECT_FALSE(again.take(OpenConsent::Stage::sign_in, first.state, first.session, now)) << "used up before the record was made";
    const auto taken = again.take(OpenConsent::Stage::consent, next.state, next.session, now);
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->tenant, tenant);
    EXPECT_EQ(taken->nonce, next.nonce);
    EXPECT_EQ(taken->region, "eu");
    EXPECT_EQ(taken->country, "PL");
    for (const char* broken : {"", "[]", "{\"version\":1,\"open\":[1,{\"state\":\"s\"}]}", "{\"version\":2}"}) {
        again.from_record(broken, now);
        EXPECT_EQ(again.to_record(now), "") << broken;
    }
}

TEST(Consents, TheOldestGoesWhenThereAreTooMany) {
    Counting random;
    ConsentBook book(random);
    const OpenConsent first = book.open("eu", "PL", now);
    for (int i = 0; i < 50; ++i) book.open("eu", "PL", now);
    EXPECT_FALSE(book.take(OpenConsent::Stage::sign_in, first.state, first.session, now));
}

TEST(Permissions, AreComparedBothWays) {
    const auto token_with = [](const json& claims) { return "x." + jwt_part(claims.dump()) + ".x"; };
    const auto roles = roles_in(token_with({{"roles", {"Calendars.ReadWrite", "Mail.Read"}}}));
    ASSERT_TRUE(roles);
    const Compared compared = compare(*roles, graph_roles_asked());
    EXPECT_EQ(joined(compared.missing), "MailboxSettings.ReadWrite");
    EXPECT_EQ(joined(compared.excess), "Mail.Read");
    EXPECT_FALSE(compared.exact());
    EXPECT_EQ(roles_in(token_with(json::object())), std::set<std::string>());
    EXPECT_FALSE(roles_in("opaque"));
    EXPECT_FALSE(roles_in(token_with({{"roles", "all"}})));
    // Names are shown to people: what is none does not come through.
    EXPECT_EQ(roles_in(token_with({{"roles", {"<b>Mail</b>"}}})), std::set<std::string>{"bMailb"});
}

TEST(Regions, FollowTheCountry) {
    EXPECT_EQ(region_of("PL"), "eu");
    EXPECT_EQ(region_of("ch"), "eu");
    EXPECT_EQ(region_of("US"), "us");
    EXPECT_EQ(region_of("JP"), "us");
    for (const char* none : {"", "P", "POL", "1A", "--"}) EXPECT_FALSE(region_of(none)) << none;
    EXPECT_EQ(in_region("https://cloud-{region}.example", "eu"), "https://cloud-eu.example");
    EXPECT_EQ(in_region("https://cloud.example", "eu"), "https://cloud.example");
}

TEST(Standing, ComesBackFromItsRecord) {
    Standing standing;
    standing.state = Standing::State::error;
    standing.why = {std::string(reason::permission_missing), "MailboxSettings.ReadWrite"};
    standing.tenant = tenant;
    standing.country = "PL";
    standing.region = "eu";
    standing.permissions = {"Calendars.ReadWrite"};
    standing.test = Standing::Test::failed;
    standing.test_why = {std::string(reason::mailbox_closed), ""};
    standing.since = now;
    EXPECT_EQ(from_record(to_record(standing)), standing);
    for (const char* nonsense : {"", "{}", "[]", "{\"version\":2}"}) EXPECT_FALSE(from_record(nonsense)) << nonsense;
    const json page = json::parse(shown(standing, engine::Provider::microsoft, {3, 1, 2}));
    EXPECT_EQ(page["reason"], "permission_missing");
    EXPECT_EQ(page["message"], "The tenant did not grant all permissions: MailboxSettings.ReadWrite.");
    EXPECT_EQ(page["users"]["error"], 2);
}

TEST(Reasons, EachHasASentenceAndARefusingStatus) {
    for (const std::string_view word : {reason::not_signed_in, reason::second_tenant, reason::unsupported_cloud, reason::scope_missing, reason::consent_unknown}) {
        EXPECT_EQ(about(word).word, word);
        EXPECT_GE(about(word).status, 400);
        EXPECT_FALSE(about(word).sentence.empty());
    }
    EXPECT_EQ((Refusal{std::string(reason::unsupported_cloud), "China"}).message(), "Only tenants of the worldwide Microsoft 365 cloud are supported: China.");
}

}  // namespace
