// Entra's documents, proof by certificate, verifiable tokens, admin consent, other clouds.
#include <cstdio>

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include "tests/microsoft/certificate.hpp"
#include "tests/microsoft/tenant.hpp"

using namespace microsoft_test;

namespace {

Answer authority(Tenant& tenant, const std::string& method, const std::string& target, const std::string& body = "", const std::string& host = "login.microsoftonline.com") {
    fakes::Request request;
    request.method = method;
    request.host = host;
    request.target = target;
    request.body = body;
    if (!body.empty()) request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
    return tenant.raw(std::move(request));
}

std::string assertion(const Tenant& tenant, const OwnCertificate& by, const std::string& algorithm, json claims = json::object(), json header = json::object()) {
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(tenant.now.time_since_epoch()).count();
    json head = {{"alg", algorithm}, {"typ", "JWT"}, {"x5t#S256", by.thumbprint_sha256()}};
    head.update(header);
    json body = {{"iss", tenant.organisation.microsoft_client}, {"sub", tenant.organisation.microsoft_client}, {"jti", "1"}, {"nbf", now}, {"exp", now + 600},
                 {"aud", "https://login.microsoftonline.com/" + tenant.organisation.microsoft_tenant + "/oauth2/v2.0/token"}};
    body.update(claims);
    const std::string text = jwt_part(head.dump()) + "." + jwt_part(body.dump());
    return text + "." + jwt_part(by.sign(text, algorithm == "PS256"));
}

Answer by_assertion(Tenant& tenant, const std::string& jwt) {
    return tenant.token("client_id=" + tenant.organisation.microsoft_client + "&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&grant_type=client_credentials"
                        "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=" + jwt);
}

json claims_of(const std::string& jwt) {
    const std::size_t first = jwt.find('.'), last = jwt.rfind('.');
    return json::parse(jwt_part_decode(jwt.substr(first + 1, last - first - 1)));
}

}  // namespace

TEST(MicrosoftEntra, KeysVerifyTokensWhenAskedTo) {
    fakes::MicrosoftOptions options;
    options.verifiable_tokens = true;
    Tenant tenant(options);
    const json keys = authority(tenant, "GET", "/common/discovery/v2.0/keys").body["keys"];
    ASSERT_EQ(keys.size(), 1u);
    const std::string token = tenant.bearer.substr(7);
    const json header = json::parse(jwt_part_decode(token.substr(0, token.find('.'))));
    EXPECT_EQ(header["kid"], keys[0]["kid"]);
    EXPECT_FALSE(header.contains("nonce"));
    EXPECT_TRUE(verifies(keys[0], token.substr(0, token.rfind('.')), jwt_part_decode(token.substr(token.rfind('.') + 1))));
    EXPECT_EQ(tenant.call("GET", tenant.events("ada")).status, 200);
    tenant.bearer[tenant.bearer.size() - 9] = tenant.bearer[tenant.bearer.size() - 9] == 'A' ? 'B' : 'A';
    EXPECT_EQ(tenant.call("GET", tenant.events("ada")).status, 401);
    // The certificate in x5c is the one that x5t names, with the same key.
    const std::string der = base64_decode(keys[0]["x5c"][0].get<std::string>());
    unsigned char digest[SHA_DIGEST_LENGTH];
    SHA1(reinterpret_cast<const unsigned char*>(der.data()), der.size(), digest);
    EXPECT_EQ(jwt_part({reinterpret_cast<const char*>(digest), sizeof digest}), keys[0]["x5t"].get<std::string>());
}

TEST(MicrosoftEntra, CertificatesProveTheClient) {
    const OwnCertificate registered, stranger;
    fakes::MicrosoftOptions options;
    options.client_certificates = {registered.pem()};
    Tenant tenant(options);
    for (const char* algorithm : {"RS256", "PS256"}) {
        const Answer got = by_assertion(tenant, assertion(tenant, registered, algorithm));
        ASSERT_EQ(got.status, 200) << got.text;
        EXPECT_EQ(claims_of(got.body["access_token"])["appidacr"], "2");
    }
    // MSAL for Python 1.21 pads its thumbprints.
    EXPECT_EQ(by_assertion(tenant, assertion(tenant, registered, "RS256", json::object(), {{"x5t#S256", registered.thumbprint_sha256() + "="}})).status, 200);
    const auto code = [&](const std::string& jwt) {
        const Answer got = by_assertion(tenant, jwt);
        EXPECT_GE(got.status, 400) << got.text;
        return got.status >= 400 ? got.body["error_codes"][0].get<int>() : 0;
    };
    EXPECT_EQ(code(assertion(tenant, stranger, "RS256")), 700027);
    EXPECT_EQ(code(assertion(tenant, stranger, "PS256", json::object(), {{"x5t#S256", registered.thumbprint_sha256()}})), 700027);
    EXPECT_EQ(code(assertion(tenant, registered, "RS256", {{"sub", "somebody"}})), 700021);
    EXPECT_EQ(code(assertion(tenant, registered, "RS256", {{"aud", "https://login.microsoftonline.us/x/oauth2/v2.0/token"}})), 700023);
    EXPECT_EQ(code(assertion(tenant, registered, "RS256", {{"exp", 1}})), 700024);
    EXPECT_EQ(code(assertion(tenant, registered, "RS256", {{"nbf", 99999999999}})), 700024);
    EXPECT_EQ(code(assertion(tenant, registered, "none")), 50027);
    EXPECT_EQ(code(assertion(tenant, registered, "RS512")), 5002730);
    EXPECT_NE(by_assertion(tenant, assertion(tenant, stranger, "RS256")).text.find("Thumbprint of key used by client: '"), std::string::npos);
    EXPECT_EQ(code("a.b"), 50027);
    EXPECT_EQ(code(".."), 50027);
    EXPECT_THROW(Tenant([] { fakes::MicrosoftOptions bad; bad.client_certificates = {"no certificate"}; return bad; }()), std::invalid_argument);
}

TEST(MicrosoftEntra, DocumentsAreComplete) {
    fakes::MicrosoftOptions options;
    options.graph_base = "https://127.0.0.1:8443/v1.0";
    options.authority_base = "https://127.0.0.1:8443";
    Tenant tenant(options);
    const std::string tid = tenant.organisation.microsoft_tenant;
    const json about = authority(tenant, "GET", "/" + tid + "/v2.0/.well-known/openid-configuration", "", "127.0.0.1").body;
    EXPECT_EQ(about["token_endpoint"], "https://127.0.0.1:8443/" + tid + "/oauth2/v2.0/token");
    EXPECT_EQ(about["issuer"], "https://127.0.0.1:8443/" + tid + "/v2.0");
    const json common = authority(tenant, "GET", "/common/v2.0/.well-known/openid-configuration", "", "127.0.0.1").body;
    EXPECT_EQ(common["issuer"], "https://127.0.0.1:8443/{tenantid}/v2.0");
    const json instance = authority(tenant, "GET", "/common/discovery/instance?api-version=1.1&authorization_endpoint=https%3A%2F%2F127.0.0.1%3A8443%2F" + tid + "%2Foauth2%2Fv2.0%2Fauthorize", "", "127.0.0.1").body;
    EXPECT_EQ(instance["tenant_discovery_endpoint"], "https://127.0.0.1:8443/" + tid + "/v2.0/.well-known/openid-configuration");
    EXPECT_EQ(instance["metadata"][0]["aliases"][0], "127.0.0.1:8443");
    const Answer strange = authority(tenant, "GET", "/common/discovery/instance?authorization_endpoint=https%3A%2F%2Fevil.example%2Fcommon", "", "127.0.0.1");
    EXPECT_EQ(strange.body["error"], "invalid_instance");
}

TEST(MicrosoftEntra, TheOlderTokenEndpointTakesAResource) {
    Tenant tenant;
    const Answer got = authority(tenant, "POST", "/" + tenant.organisation.microsoft_tenant + "/oauth2/token",
                                 "client_id=" + tenant.organisation.microsoft_client + "&resource=https%3A%2F%2Fgraph.microsoft.com&client_secret=" +
                                     tenant.organisation.microsoft_secret + "&grant_type=client_credentials");
    ASSERT_EQ(got.status, 200) << got.text;
    EXPECT_EQ(got.body["expires_in"], "3599");
    EXPECT_EQ(got.body["resource"], "https://graph.microsoft.com");
}

TEST(MicrosoftEntra, ATokenForAnotherResourceOpensNothingAtGraph) {
    Tenant tenant;
    const std::string base = "client_id=" + tenant.organisation.microsoft_client + "&client_secret=" + tenant.organisation.microsoft_secret + "&grant_type=client_credentials";
    const std::string v1 = "/" + tenant.organisation.microsoft_tenant + "/oauth2/token", v2 = "/" + tenant.organisation.microsoft_tenant + "/oauth2/v2.0/token";
    const auto audience = [&](const std::string& path, const std::string& more) {
        const Answer got = authority(tenant, "POST", path, base + more);
        EXPECT_EQ(got.status, 200) << got.text;
        return got.status != 200 ? std::pair<std::string, int>() : std::pair<std::string, int>(claims_of(got.body["access_token"])["aud"],
            tenant.call("GET", "/users/ada@calrig.example/events", nullptr, {{"Authorization", "Bearer " + got.body["access_token"].get<std::string>()}}).status);
    };
    EXPECT_EQ(audience(v2, "&scope=https%3A%2F%2Foutlook.office365.com%2F.default"), std::pair(std::string("https://outlook.office365.com"), 401));
    EXPECT_EQ(audience(v2, "&scope=https%3A%2F%2Fgraph.microsoft.com%2F%2F.default"), std::pair(std::string("https://graph.microsoft.com/"), 200));
    EXPECT_EQ(audience(v1, "&resource=00000003-0000-0000-c000-000000000000"), std::pair(std::string("00000003-0000-0000-c000-000000000000"), 200));
    EXPECT_EQ(audience(v1, ""), std::pair(std::string("00000002-0000-0000-c000-000000000000"), 401)) << "the older endpoint has a resource by default";
}

TEST(MicrosoftEntra, TokenRequestsAreReadStrictly) {
    Tenant tenant;
    const std::string good = "client_id=" + tenant.organisation.microsoft_client + "&client_secret=" + tenant.organisation.microsoft_secret +
                             "&grant_type=client_credentials&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default";
    const auto code = [&](const std::string& body, const std::string& type = "application/x-www-form-urlencoded; charset=UTF-8") {
        fakes::Request request;
        request.method = "POST";
        request.host = "login.microsoftonline.com";
        request.target = "/" + tenant.organisation.microsoft_tenant + "/oauth2/v2.0/token";
        request.headers.push_back({"Content-Type", type});
        request.body = body;
        const Answer got = tenant.raw(request);
        EXPECT_EQ(got.header("Expires"), "-1");
        return got.status == 200 ? 0 : got.body["error_codes"][0].get<int>();
    };
    EXPECT_EQ(code(good), 0);
    EXPECT_EQ(code(good, "text/plain"), 900144) << "a body that is no form is not read";
    EXPECT_EQ(code(good + "&client_id=x"), 9000411);
    EXPECT_EQ(code(good + "&resource=https%3A%2F%2Fgraph.microsoft.com"), 901002);
    EXPECT_EQ(code(good + "+https%3A%2F%2Foutlook.office.com%2F.default"), 28000);
    EXPECT_EQ(code(good + "+https%3A%2F%2Fgraph.microsoft.com%2FMail.Read"), 1002012);
    EXPECT_EQ(code("client_id=x&grant_type=authorization_code"), 900144);
    EXPECT_EQ(code("client_id=x&grant_type=refresh_token&refresh_token=y"), 9002313);
    EXPECT_EQ(code("client_id=x&grant_type=magic"), 70003);
}

TEST(MicrosoftEntra, ConsentIsGivenOnAPage) {
    fakes::MicrosoftOptions options;
    options.consented = false;
    Tenant tenant(options);
    EXPECT_TRUE(tenant.bearer.empty());
    const std::string target = "/organizations/v2.0/adminconsent", query = "client_id=" + tenant.organisation.microsoft_client +
                               "&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&redirect_uri=https%3A%2F%2Fhub.example%2Fcallback&state=12%2645%22%3E";
    const Answer page = authority(tenant, "GET", target + "?" + query);
    ASSERT_EQ(page.status, 200);
    EXPECT_EQ(page.text.find("45\">"), std::string::npos) << "the state is not escaped";
    EXPECT_NE(page.text.find("Calendars.ReadWrite"), std::string::npos);
    const std::size_t at = page.text.find("name=\"seal\" value=\"") + 19;
    const std::string seal = page.text.substr(at, page.text.find('"', at) - at);
    EXPECT_EQ(authority(tenant, "POST", target, query + "&decision=accept&seal=x").status, 400);
    const Answer declined = authority(tenant, "POST", target, query + "&decision=cancel&seal=" + seal);
    EXPECT_EQ(declined.status, 302);
    EXPECT_NE(declined.header("Location").find("error=access_denied"), std::string::npos);
    const std::string form = "client_id=" + tenant.organisation.microsoft_client + "&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&client_secret=" +
                             tenant.organisation.microsoft_secret + "&grant_type=client_credentials";
    EXPECT_EQ(tenant.token(form).body["error_codes"][0], 700016);
    const Answer accepted = authority(tenant, "POST", target, query + "&decision=accept&seal=" + seal);
    EXPECT_EQ(accepted.header("Location"), "https://hub.example/callback?admin_consent=True&tenant=" + tenant.organisation.microsoft_tenant +
                                               "&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&state=12%2645%22%3E");
    EXPECT_EQ(tenant.token(form).status, 200);
}

TEST(MicrosoftEntra, ConsentGoesBackToAllowedPlacesOnly) {
    fakes::MicrosoftOptions options;
    options.redirect_uris = {"https://hub.example/callback"};
    Tenant registered(options), open;
    const auto status = [](Tenant& tenant, const std::string& redirect) {
        return authority(tenant, "GET", "/organizations/v2.0/adminconsent?client_id=" + tenant.organisation.microsoft_client + "&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&redirect_uri=" + redirect).status;
    };
    EXPECT_EQ(status(registered, "https%3A%2F%2Fhub.example%2Fcallback"), 200);
    EXPECT_EQ(status(registered, "https%3A%2F%2Fhub.example%2Fother"), 400);
    EXPECT_EQ(status(open, "http%3A%2F%2Flocalhost%3A3000%2Fx"), 200);
    EXPECT_EQ(status(open, "http%3A%2F%2Flocalhost.evil.example%2Fx"), 400);
    EXPECT_EQ(status(open, "javascript%3Aalert(1)"), 400);
    EXPECT_EQ(status(open, "https%3A%2F%2Fx%0D%0ASet-Cookie%3A%20a"), 400);
    EXPECT_EQ(authority(open, "GET", "/unknown.example/v2.0/adminconsent?client_id=x&redirect_uri=y").status, 400);
}

TEST(MicrosoftEntra, OtherCloudsRefuse) {
    Tenant tenant;
    fakes::Request request;
    request.method = "GET";
    request.host = "graph.microsoft.us";
    request.target = "/v1.0/users/ada@calrig.example/events";
    request.headers.push_back({"Authorization", tenant.bearer});
    EXPECT_EQ(tenant.raw(request).status, 401);
    const Answer token = authority(tenant, "POST", "/" + tenant.organisation.microsoft_tenant + "/oauth2/v2.0/token", "client_id=x", "login.partner.microsoftonline.cn");
    EXPECT_EQ(token.body["error_codes"][0], 90002);
}
