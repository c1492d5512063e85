// Quotas by policy, refusals armed on purpose, token information, and that all operations are told.
#include <gtest/gtest.h>

#include <fstream>

#include "tests/google/domain.hpp"

namespace fakes {
namespace {

const std::string vacation = "/gmail/v1/users/me/settings/vacation";

TEST(Quota, CountsByMinuteUserAndProject) {
    GoogleOptions options;
    options.requests_per_minute_and_user = 3;
    options.requests_per_minute = 5;
    Domain d(options);
    d.now = std::chrono::floor<std::chrono::minutes>(d.now);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(d.refusal("mia", "GET", events_of()), "200");
    EXPECT_EQ(d.refusal("mia", "GET", events_of()), "403 userRateLimitExceeded");
    EXPECT_EQ(d.refusal("olav", "GET", events_of()), "200");
    EXPECT_EQ(d.refusal("eva", "GET", events_of()), "200");
    EXPECT_EQ(d.refusal("eva", "GET", events_of()), "403 rateLimitExceeded");
    d.pass(std::chrono::minutes{1});
    EXPECT_EQ(d.refusal("mia", "GET", events_of()), "200");
}

TEST(Armed, RefusesAsOftenAsAskedAndOnlyWhatFits) {
    Domain d;
    const auto arm = [&](const char* kind, std::uint32_t count, const std::string& operation = "", const std::string& user = "") {
        d.service().arm({refusal_kind_named(kind).value(), count, operation, user});
    };
    arm("429", 2, "Events.List");
    EXPECT_EQ(d.refusal("mia", "GET", events_of() + "/nosuch"), "404 notFound");
    EXPECT_EQ(d.refusal("mia", "GET", events_of()), "429 rateLimitExceeded");
    EXPECT_EQ(d.refusal("olav", "GET", events_of()), "429 rateLimitExceeded");
    EXPECT_EQ(d.refusal("mia", "GET", events_of()), "200");
    arm("quotaExceeded", 1, "", Domain::address("olav"));
    EXPECT_EQ(d.refusal("mia", "GET", events_of()), "200");
    const json body = json::parse(d.call("olav", "GET", events_of()).body);
    EXPECT_EQ(body, json::parse(R"({"error":{"errors":[{"domain":"usageLimits","reason":"quotaExceeded","message":"Calendar usage limits exceeded."}],"code":403,"message":"Calendar usage limits exceeded."}})"));
    arm("500", 1);
    EXPECT_EQ(d.refusal("mia", "GET", events_of()), "500 backendError");
    arm("429", 1);
    const json gmail = json::parse(d.call("mia", "GET", vacation).body);
    EXPECT_EQ(gmail["error"]["status"], "RESOURCE_EXHAUSTED") << "Gmail's shape of an error";
    EXPECT_EQ(gmail["error"]["errors"][0]["domain"], "usageLimits");
    arm("503", 5);
    d.service().disarm_all();
    EXPECT_EQ(d.refusal("mia", "GET", events_of()), "200");
    arm("410", 1);
    EXPECT_EQ(d.refusal("mia", "GET", events_of()), "410 fullSyncRequired");
    arm("401", 1);
    EXPECT_EQ(d.refusal("mia", "GET", events_of()), "401 authError");
    EXPECT_FALSE(refusal_kind_named("nonsense").has_value());
}

TEST(TokenInfo, SaysWhatATokenIsGoodForUntilItIsRevoked) {
    Domain d;
    const std::string token = d.token("mia");
    const auto info = [&] { return d.raw({"GET", "oauth2.googleapis.com", "/tokeninfo?access_token=" + token, {}, ""}); };
    const json is = json::parse(info().body);
    EXPECT_EQ(is["email"], "mia@nordlys.example");
    EXPECT_EQ(is["scope"], std::string(calendar_scope) + " " + gmail_scope);
    EXPECT_EQ(is["expires_in"], "3600");
    EXPECT_EQ(d.raw({"GET", "www.googleapis.com", "/oauth2/v3/tokeninfo?access_token=" + token, {}, ""}).status, 200);
    EXPECT_EQ(json::parse(d.raw({"GET", "oauth2.googleapis.com", "/tokeninfo?access_token=x", {}, ""}).body)["error"], "invalid_token");
    EXPECT_EQ(d.raw({"POST", "oauth2.googleapis.com", "/revoke", {}, "token=" + token}).status, 200);
    EXPECT_EQ(info().status, 400);
    EXPECT_EQ(d.refusal("mia", "GET", events_of()), "401 authError");
}

TEST(Kid, MustNameTheKeyWhereItIsKnown) {
    GoogleOptions options;
    options.key_id = "abc123";
    Domain d(options);
    const json claims = d.claims("mia", calendar_scope);
    EXPECT_EQ(d.post_token(Domain::assertion(claims)).status, 200) << "Node sends none";
    EXPECT_EQ(d.post_token(Domain::assertion(claims, {{"alg", "RS256"}, {"kid", "abc123"}})).status, 200);
    const Reply other = d.post_token(Domain::assertion(claims, {{"alg", "RS256"}, {"kid", "zzz"}}));
    EXPECT_EQ(json::parse(other.body)["error_description"], "Invalid JWT Signature.");
}

TEST(Operations, AreAllOfThePublishedOnes) {
    Domain d;
    std::set<std::string> have;
    for (const GoogleService::Operation& operation : d.service().operations()) have.insert(operation.method + " " + operation.path);
    EXPECT_EQ(have.size(), 39u);
    if (published_api_folder().empty()) GTEST_SKIP() << "the discovery documents are not beside the sources";
    std::ifstream in(published_api_folder() + "/calendar-discovery-subset.json");
    const json document = json::parse(in);
    for (const json& resource : document["resources"])
        for (const json& method : resource["methods"]) {
            std::string path = method["path"];
            for (std::size_t open = path.find('{'); open != std::string::npos; open = path.find('{', open + 2))
                path.replace(open, path.find('}', open) - open + 1, "{}");
            EXPECT_TRUE(have.contains(method["httpMethod"].get<std::string>() + " /calendar/v3/" + path)) << path;
        }
}

}  // namespace
}  // namespace fakes
