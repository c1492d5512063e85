#include <gtest/gtest.h>

#include "tests/google/domain.hpp"

namespace fakes {
namespace {

std::string both() { return std::string(calendar_scope) + " " + gmail_scope; }

std::string error_of(const Reply& reply) {
    const json body = json::parse(reply.body);
    return std::to_string(reply.status) + " " + body.value("error", "") + ": " + body.value("error_description", "");
}

TEST(Token, AnswersWithABearerFor3599Seconds) {
    Domain d;
    const Reply reply = d.post_token(Domain::assertion(d.claims("mia", both())));
    ASSERT_EQ(reply.status, 200) << reply.body;
    const json body = json::parse(reply.body);
    EXPECT_EQ(body.at("expires_in"), 3599);
    EXPECT_EQ(body.at("token_type"), "Bearer");
    EXPECT_EQ(body.at("access_token").get<std::string>().rfind("ya29.", 0), 0u);
    EXPECT_EQ(body.size(), 3u);
}

TEST(Token, RefusesEachBrokenAssertionInGooglesWords) {
    Domain d;
    const auto with = [&](const char* name, const json& value) {
        json claims = d.claims("mia", both());
        if (value.is_null()) claims.erase(name);
        else claims[name] = value;
        return error_of(d.post_token(Domain::assertion(claims)));
    };
    const std::int64_t now_s = std::chrono::floor<std::chrono::seconds>(d.now).time_since_epoch().count();
    const std::string frame =
        "400 invalid_grant: Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
        "Check your iat and exp values in the JWT claim.";
    EXPECT_EQ(with("iss", "someone@else.example"), "400 invalid_grant: Invalid grant: account not found");
    EXPECT_EQ(with("iat", nullptr), "400 invalid_grant: Invalid JWT: iat (issued at) is not set.");
    EXPECT_EQ(with("exp", nullptr).substr(0, 34), "400 invalid_grant: Invalid JWT: ex");
    EXPECT_EQ(with("exp", now_s - 120), frame);
    EXPECT_EQ(with("exp", now_s + 3601), frame);
    EXPECT_EQ(with("iat", now_s + 301), frame);
    EXPECT_EQ(with("scope", ""), "400 invalid_scope: Invalid OAuth scope or ID token audience provided.");
    EXPECT_EQ(with("aud", "https://elsewhere.example/token"), "400 invalid_grant: Invalid JWT: Failed audience check.");
    EXPECT_EQ(with("sub", "nobody@nordlys.example"), "400 invalid_grant: Invalid email or User ID");
    EXPECT_EQ(with("sub", Domain::address("fjord")), "400 invalid_grant: Invalid email or User ID");
    EXPECT_EQ(with("scope", "https://www.googleapis.com/auth/drive").substr(0, 23), "401 unauthorized_client");
    std::string tampered = Domain::assertion(d.claims("mia", both()));
    tampered[tampered.size() - 5] = tampered[tampered.size() - 5] == 'A' ? 'B' : 'A';
    EXPECT_EQ(error_of(d.post_token(tampered)), "400 invalid_grant: Invalid JWT Signature.");
    EXPECT_EQ(error_of(d.post_token(Domain::assertion(d.claims("mia", both()), {{"alg", "none"}}))),
              "400 invalid_grant: Invalid JWT Signature.");
    EXPECT_EQ(error_of(d.post_token("garbage")), "400 invalid_grant: Bad Request");
    EXPECT_EQ(error_of(d.raw({"POST", "oauth2.googleapis.com", "/token", {}, "grant_type=password"})),
              "400 unsupported_grant_type: Invalid grant_type: password");
}

TEST(IdToken, IsIssuedForATargetAudienceAndVerifiedByTheCertificates) {
    Domain d;
    json claims = d.claims("mia", "");
    claims.erase("sub");
    claims.erase("scope");
    claims["target_audience"] = "https://service.example/";
    const Reply reply = d.post_token(Domain::assertion(claims));
    ASSERT_EQ(reply.status, 200) << reply.body;
    const json body = json::parse(reply.body);
    EXPECT_EQ(body.size(), 1u) << "no access token comes with it";
    const std::string token = body.at("id_token");

    const json info = json::parse(d.raw({"GET", "oauth2.googleapis.com", "/tokeninfo?id_token=" + token, {}, ""}).body);
    EXPECT_EQ(info["aud"], "https://service.example/");
    EXPECT_EQ(info["iss"], "https://accounts.google.com");
    EXPECT_EQ(info["email_verified"], "true");
    const json keys = json::parse(d.raw({"GET", "www.googleapis.com", "/oauth2/v3/certs", {}, ""}).body)["keys"];
    ASSERT_EQ(keys.size(), 1u);
    EXPECT_EQ(keys[0]["kid"], info["kid"]);
    const json certificates = json::parse(d.raw({"GET", "www.googleapis.com", "/oauth2/v1/certs", {}, ""}).body);
    ASSERT_TRUE(certificates.contains(info["kid"].get<std::string>()));
    EXPECT_EQ(certificates[info["kid"].get<std::string>()].get<std::string>().rfind("-----BEGIN CERTIFICATE-----", 0), 0u);

    std::string bent = token;
    bent[bent.size() - 5] = bent[bent.size() - 5] == 'A' ? 'B' : 'A';
    EXPECT_EQ(d.raw({"GET", "oauth2.googleapis.com", "/tokeninfo?id_token=" + bent, {}, ""}).status, 400);
    EXPECT_EQ(d.raw({"GET", "oauth2.googleapis.com", "/calendar/v3/users/me/calendarList", {{"Authorization", "Bearer " + token}}, ""}).status, 401) << "it opens no API";
    d.pass(std::chrono::minutes(61));
    EXPECT_EQ(d.raw({"GET", "oauth2.googleapis.com", "/tokeninfo?id_token=" + token, {}, ""}).status, 400);
}

TEST(IdToken, KeysRotateAndTheFormerOneStaysAWhile) {
    Domain d;
    json claims = d.claims("mia", "");
    claims.erase("sub");
    claims.erase("scope");
    claims["target_audience"] = "https://service.example/";
    const auto issue = [&] { return json::parse(d.post_token(Domain::assertion(claims)).body).at("id_token").get<std::string>(); };
    const auto info = [&](const std::string& token) {
        const Reply reply = d.raw({"GET", "oauth2.googleapis.com", "/tokeninfo?id_token=" + token, {}, ""});
        return reply.status == 200 ? json::parse(reply.body)["kid"].get<std::string>() : std::to_string(reply.status);
    };
    const auto keys = [&] {
        std::vector<std::string> out;
        const json document = json::parse(d.raw({"GET", "www.googleapis.com", "/oauth2/v3/certs", {}, ""}).body);
        for (const json& each : document["keys"]) out.push_back(each["kid"]);
        return out;
    };
    const std::string first = issue(), first_key = info(first);
    const std::string second_key = d.service().rotate_id_token_key(false, d.now);
    EXPECT_NE(second_key, first_key);
    EXPECT_EQ(keys(), (std::vector{second_key, first_key}));
    EXPECT_EQ(json::parse(d.raw({"GET", "www.googleapis.com", "/oauth2/v1/certs", {}, ""}).body).size(), 2u);
    EXPECT_EQ(info(first), first_key) << "tokens signed before still hold";
    EXPECT_EQ(info(issue()), second_key);
    const std::string third_key = d.service().rotate_id_token_key(true, d.now);
    EXPECT_EQ(keys(), std::vector{third_key});
    EXPECT_EQ(info(first), "400");
}

TEST(IdToken, AScopeThatIsNoneIsReadAsItsAudienceButNeverForAPerson) {
    Domain d;
    json claims = d.claims("mia", "https://service.example/");
    EXPECT_EQ(error_of(d.post_token(Domain::assertion(claims))).substr(0, 23), "401 unauthorized_client");
    claims["target_audience"] = "x";
    claims.erase("scope");
    EXPECT_EQ(error_of(d.post_token(Domain::assertion(claims))).substr(0, 23), "401 unauthorized_client");
    claims = d.claims("mia", "https://service.example/");
    claims.erase("sub");
    const json body = json::parse(d.post_token(Domain::assertion(claims)).body);
    EXPECT_TRUE(body.contains("id_token") && !body.contains("access_token")) << body.dump();
}

TEST(Token, TakesDigitStringsAndItsOwnAddressAsAudience) {
    GoogleOptions options;
    options.more_audiences = {"https://127.0.0.1:8443/token"};
    Domain d(options);
    json claims = d.claims("mia", both());
    claims["aud"] = "https://127.0.0.1:8443/token";
    claims["iat"] = std::to_string(claims["iat"].get<std::int64_t>());
    claims["exp"] = std::to_string(claims["exp"].get<std::int64_t>());
    EXPECT_EQ(d.post_token(Domain::assertion(claims)).status, 200);
}

TEST(Token, EndsAfterAnHour) {
    Domain d;
    EXPECT_EQ(d.refusal("mia", "GET", events_of()), "200");
    d.pass(std::chrono::minutes{59});
    EXPECT_EQ(d.refusal("mia", "GET", events_of()), "200");
    d.pass(std::chrono::minutes{1});
    EXPECT_EQ(d.refusal("mia", "GET", events_of()), "401 authError");
}

TEST(Token, AllEndWhenTheServiceExpiresThem) {
    Domain d;
    EXPECT_EQ(d.refusal("mia", "GET", events_of()), "200");
    d.service().expire_access_tokens(d.now);
    EXPECT_EQ(d.refusal("mia", "GET", events_of()), "401 authError");
}

TEST(Token, UserOutsideTheDelegationIsRefusedUntilLetInAgain) {
    Domain d;
    EXPECT_EQ(d.refusal("mia", "GET", events_of()), "200");
    EXPECT_TRUE(d.service().allow_service(Domain::address("mia"), false, d.now).ok);
    EXPECT_EQ(d.refusal("mia", "GET", events_of()), "401 authError");
    EXPECT_EQ(error_of(d.post_token(Domain::assertion(d.claims("mia", both())))).substr(0, 23), "401 unauthorized_client");
    EXPECT_EQ(d.refusal("olav", "GET", events_of()), "200");
    d.service().allow_service(Domain::address("mia"), true, d.now);
    EXPECT_EQ(d.refusal("mia", "GET", events_of()), "200");
    EXPECT_FALSE(d.service().allow_service("nobody@nordlys.example", false, d.now).ok);
}

TEST(Token, ScopesBoundEachCall) {
    Domain d;
    const std::string mail_only = d.token_with("mia", gmail_scope);
    const Reply reply = d.raw({"GET", "www.googleapis.com", events_of(), {{"authorization", "Bearer " + mail_only}}, ""});
    ASSERT_EQ(reply.status, 403);
    const json error = json::parse(reply.body)["error"];
    EXPECT_EQ(error["errors"][0]["reason"], "insufficientPermissions");
    EXPECT_EQ(error["status"], "PERMISSION_DENIED");
    EXPECT_EQ(error["details"][0]["metadata"]["method"], "calendar.v3.Events.List");
    const Reply mail = d.raw({"GET", "gmail.googleapis.com", "/gmail/v1/users/me/settings/vacation",
                              {{"Authorization", "Bearer " + mail_only}}, ""});
    EXPECT_EQ(mail.status, 200);
}

TEST(Token, MissingOrWrongCredentialsGetAChallenge) {
    Domain d;
    Reply reply = d.raw({"GET", "www.googleapis.com", events_of(), {}, ""});
    EXPECT_EQ(reply.status, 401);
    EXPECT_EQ(json::parse(reply.body)["error"]["errors"][0]["reason"], "required");
    reply = d.raw({"GET", "www.googleapis.com", events_of(), {{"Authorization", "Bearer ya29.wrong"}}, ""});
    EXPECT_EQ(reply.status, 401);
    ASSERT_NE(find_header(reply.headers, "WWW-Authenticate"), nullptr);
    EXPECT_NE(find_header(reply.headers, "WWW-Authenticate")->find("invalid_token"), std::string::npos);
}

TEST(Token, ActsForItsUserOnly) {
    Domain d;
    d.ok("mia", "POST", events_of(), timed("Mine", "2026-03-09T10:00:00", "2026-03-09T11:00:00"));
    EXPECT_EQ(ids_in(d.ok("mia", "GET", events_of())).size(), 1u);
    EXPECT_EQ(ids_in(d.ok("olav", "GET", events_of())).size(), 0u);
    EXPECT_EQ(d.refusal("olav", "GET", events_of(Domain::address("mia"))), "404 notFound");
    EXPECT_EQ(d.refusal("ghost", "GET", events_of()), "403 notACalendarUser");
}

}  // namespace
}  // namespace fakes
