#include <gtest/gtest.h>

#include "tests/microsoft/tenant.hpp"

using namespace microsoft_test;
using namespace std::chrono_literals;

namespace {

std::string form(const std::string& client, const std::string& secret, const std::string& scope = "https%3A%2F%2Fgraph.microsoft.com%2F.default") {
    return "client_id=" + client + "&scope=" + scope + "&client_secret=" + secret + "&grant_type=client_credentials";
}

}  // namespace

TEST(MicrosoftToken, AnswersWithExactlyTheDocumentedMembers) {
    Tenant tenant;
    const Answer got = tenant.token(form(tenant.organisation.microsoft_client, tenant.organisation.microsoft_secret));
    ASSERT_EQ(got.status, 200) << got.text;
    EXPECT_EQ(got.body.size(), 4u);
    EXPECT_EQ(got.body["token_type"], "Bearer");
    EXPECT_EQ(got.body["expires_in"], 3599);
    EXPECT_EQ(got.header("Cache-Control"), "no-store, no-cache");
}

TEST(MicrosoftToken, ErrorsCarryTheirNumbers) {
    Tenant tenant;
    const std::string client = tenant.organisation.microsoft_client, secret = tenant.organisation.microsoft_secret;
    const auto code = [](const Answer& answer) { return answer.body.at("error_codes").at(0).get<int>(); };
    const Answer wrong = tenant.token(form(client, "guess"));
    EXPECT_EQ(wrong.status, 401);
    EXPECT_EQ(code(wrong), 7000215);
    EXPECT_EQ(wrong.text.find(secret), std::string::npos);
    const json recorded = example("11-token.json")["pairs"][2]["response"]["body"];
    for (const auto& [name, value] : recorded.items()) EXPECT_TRUE(wrong.body.contains(name)) << name;
    EXPECT_EQ(code(tenant.token(form("00000000-0000-0000-0000-000000000000", secret))), 700016);
    EXPECT_EQ(code(tenant.token(form(client, secret, "https%3A%2F%2Fgraph.microsoft.com%2FCalendars.Read"))), 1002012);
    EXPECT_EQ(code(tenant.token(form(client, secret, "https%3A%2F%2Fother.example%2F.default"))), 500011);
    EXPECT_EQ(code(tenant.token("client_id=x")), 900144);
    fakes::Request request;
    request.method = "POST";
    request.host = "login.microsoftonline.com";
    request.body = form(client, secret);
    request.target = "/e455479e-03f4-9b0a-b2ac-bf9717f2e2e9/oauth2/v2.0/token";
    EXPECT_EQ(code(tenant.raw(request)), 90002);
    request.target = "/common/oauth2/v2.0/token";
    EXPECT_EQ(code(tenant.raw(request)), 50059);
    request.target = "/calrig.example/oauth2/v2.0/token";
    EXPECT_EQ(tenant.raw(request).status, 200);
}

TEST(MicrosoftToken, TenantsWithoutConsentOrWithAnOldSecret) {
    fakes::MicrosoftOptions options;
    options.consented = false;
    Tenant unknown(options);
    EXPECT_EQ(unknown.token(form(unknown.organisation.microsoft_client, unknown.organisation.microsoft_secret)).body["error"], "unauthorized_client");
    options = {};
    options.secret_expired = true;
    Tenant expired(options);
    EXPECT_EQ(expired.token(form(expired.organisation.microsoft_client, expired.organisation.microsoft_secret)).body["error_codes"][0], 7000222);
}

TEST(MicrosoftToken, DiscoveryNamesTheTokenEndpoint) {
    Tenant tenant;
    fakes::Request request;
    request.method = "GET";
    request.host = "login.microsoftonline.com";
    request.target = "/" + tenant.organisation.microsoft_tenant + "/v2.0/.well-known/openid-configuration";
    const Answer got = tenant.raw(request);
    EXPECT_EQ(got.body["token_endpoint"], "https://login.microsoftonline.com/" + tenant.organisation.microsoft_tenant + "/oauth2/v2.0/token");
    request.target = "/nowhere.example/v2.0/.well-known/openid-configuration";
    EXPECT_EQ(tenant.raw(request).body["error"], "invalid_tenant");
}

TEST(MicrosoftAccess, TokensAreCheckedAtTheDoor) {
    Tenant tenant;
    const std::string good = tenant.bearer;
    tenant.bearer.clear();
    const Answer none = tenant.call("GET", tenant.events("ada"));
    EXPECT_EQ(none.status, 401);
    EXPECT_EQ(none.body["error"]["message"], "Access token is empty.");
    EXPECT_EQ(none.header("WWW-Authenticate").rfind("Bearer realm=\"\"", 0), 0u);
    EXPECT_EQ(none.body["error"]["innerError"]["request-id"], none.header("request-id"));
    tenant.bearer = "Bearer nonsense";
    EXPECT_EQ(tenant.call("GET", tenant.events("ada")).status, 401);
    tenant.bearer = good;
    tenant.bearer.back() = good.back() == 'A' ? 'B' : 'A';
    EXPECT_EQ(tenant.call("GET", tenant.events("ada")).status, 401);
    tenant.bearer = good;
    EXPECT_EQ(tenant.call("GET", tenant.events("ada")).status, 200);
    tenant.service->expire_access_tokens(tenant.now);
    EXPECT_EQ(tenant.call("GET", tenant.events("ada")).body["error"]["message"], "Lifetime validation failed, the token is expired.");
}

TEST(MicrosoftAccess, RolesDecide) {
    fakes::MicrosoftOptions options;
    options.roles = {"Calendars.Read"};
    Tenant reader(options);
    EXPECT_EQ(reader.call("GET", reader.events("ada")).status, 200);
    const Answer refused = reader.call("POST", reader.events("ada"), reader.meeting("x", "2026-03-10T10:00:00", "2026-03-10T11:00:00"));
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.body["error"]["code"], "ErrorAccessDenied");
    EXPECT_EQ(reader.call("GET", "/users/ada@calrig.example/mailboxSettings").status, 403);
    options.roles.clear();
    Tenant nobody(options);
    EXPECT_FALSE(nobody.bearer.empty());  // a token comes, without roles
    EXPECT_EQ(nobody.call("GET", nobody.events("ada")).status, 403);
}

TEST(MicrosoftAccess, PolicyBlocksAMailboxAfterItsDelay) {
    fakes::MicrosoftOptions options;
    options.policy_after = 30min;
    Tenant tenant(options);
    ASSERT_TRUE(tenant.service->allow_service("ada@calrig.example", false, tenant.now).ok);
    EXPECT_EQ(tenant.call("GET", tenant.events("ada")).status, 200);
    tenant.run_for(30min);
    const Answer blocked = tenant.call("GET", tenant.events("ada"));
    EXPECT_EQ(blocked.status, 403);
    EXPECT_EQ(blocked.body["error"]["message"], "Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.");
    EXPECT_EQ(tenant.call("GET", tenant.events("bo")).status, 200);
    EXPECT_EQ(tenant.subscribe("ada").status, 403);
    tenant.service->allow_service("ada@calrig.example", true, tenant.now);
    tenant.run_for(30min);
    EXPECT_EQ(tenant.call("GET", tenant.events("ada")).status, 200);
}

TEST(MicrosoftSettings, ShowLanguageZoneAndAutomaticReplies) {
    Tenant tenant;
    const std::string path = "/users/ada@calrig.example/mailboxSettings";
    Answer got = tenant.call("GET", path);
    ASSERT_EQ(got.status, 200) << got.text;
    const json recorded = example("10-mailbox-settings.json")["pairs"][0]["response"]["body"];
    for (const auto& [name, value] : recorded.items()) EXPECT_TRUE(got.body.contains(name)) << name;
    EXPECT_EQ(got.body["language"], recorded["language"]);
    EXPECT_EQ(got.body["timeZone"], "Central European Standard Time");
    EXPECT_EQ(got.body["automaticRepliesSetting"]["status"], "disabled");
    fakes::AutomaticReplies replies;
    replies.on = true;
    replies.from = at("2026-03-18T00:00:00Z");
    replies.until = at("2026-03-20T00:00:00Z");
    replies.message = "Back on Friday.";
    const std::uint64_t before = tenant.service->calendar_revision("ada");
    tenant.service->set_automatic_replies("ada", replies, tenant.now);
    EXPECT_GT(tenant.service->calendar_revision("ada"), before);
    EXPECT_EQ(tenant.call("GET", path).body["automaticRepliesSetting"], recorded["automaticRepliesSetting"]);
    replies.from.reset();
    replies.until.reset();
    tenant.service->set_automatic_replies("ada", replies, tenant.now);
    got = tenant.call("GET", path + "/automaticRepliesSetting");
    EXPECT_EQ(got.body["status"], "alwaysEnabled");
    tenant.service->set_language("ada", "de-DE", tenant.now);
    EXPECT_EQ(tenant.call("GET", path).body["language"]["locale"], "de-DE");
    EXPECT_EQ(tenant.call("GET", path).body["language"]["displayName"], "Deutsch (Deutschland)");
}

TEST(MicrosoftAccess, TheSameSeedGivesTheSameBytes) {
    std::string texts[2];
    for (std::string& text : texts) {
        Tenant tenant;
        text = tenant.call("POST", tenant.events("ada"), tenant.meeting("x", "2026-03-10T10:00:00", "2026-03-10T11:00:00", {"bo", "birch"})).text;
        tenant.subscribe("bo");
        tenant.run_for(1h);
        text += tenant.call("GET", tenant.events("bo")).text + tenant.call("GET", tenant.events("birch")).text;
        for (const auto& outgoing : tenant.sent) text += outgoing.url + outgoing.body;
    }
    EXPECT_EQ(texts[0], texts[1]);
}
