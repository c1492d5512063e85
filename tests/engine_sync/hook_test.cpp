// The meeting cloud's notices at the engine's hook: only those it signed are believed.
#include <gmock/gmock.h>

#include "engine/sync/hook_signature.hpp"
#include "tests/engine_sync/world.hpp"

namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;
using world::World;

engine::HttpRequest notice(const std::string& body, const std::string& signature) {
    engine::HttpRequest request;
    request.method = "POST";
    request.url = "https://engine.calrig.example/hooks/cloud";
    request.headers.push_back({"Content-Type", "application/json"});
    if (!signature.empty()) request.headers.push_back({"X-Calendar-Signature", signature});
    request.body = body;
    return request;
}

constexpr const char* bell = R"({"type":"directory.changed"})";

TEST(HookSignature, IsHmacSha256OfTheBody) {
    // RFC 4231 4.3, test case 2.
    EXPECT_EQ(engine::sync::hook_signature("Jefe", "what do ya want for nothing?"), "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_FALSE(engine::sync::is_signed("", bell, engine::sync::hook_signature("", bell))) << "no secret, nothing to believe";
    EXPECT_FALSE(engine::sync::is_signed("secret", bell, ""));
    EXPECT_TRUE(engine::sync::is_signed("secret", bell, engine::sync::hook_signature("secret", bell)));
}

TEST(CloudNotices, AreRefusedUnlessTheCloudSignedThem) {
    World w;
    w.start_engine();
    w.run_for(1min);
    const std::size_t read_before = w.sent_to("GET", "/identity/api/v1/orgs/").size();
    const std::string good = engine::sync::hook_signature(w.identity->hook_secret(), bell);
    std::string other_letter = good;
    other_letter.back() = other_letter.back() == '0' ? '1' : '0';
    for (const std::string& forged : {std::string(), other_letter, good.substr(0, good.size() - 1), engine::sync::hook_signature("another secret", bell),
                                      engine::sync::hook_signature(w.identity->hook_secret(), R"({"type":"device.requests"})")})
        EXPECT_EQ(w.at_the_hook(notice(bell, forged)).status, 401) << forged;
    w.run_for(1min);
    EXPECT_THAT(w.sent_to("GET", "/identity/api/v1/orgs/"), SizeIs(read_before)) << "nobody made the engine read";
    EXPECT_EQ(w.at_the_hook(notice(bell, good)).status, 204);
    w.run_for(1min);
    EXPECT_GT(w.sent_to("GET", "/identity/api/v1/orgs/").size(), read_before);
    EXPECT_EQ(w.at_the_hook(notice("no json", engine::sync::hook_signature(w.identity->hook_secret(), "no json"))).status, 400);
}

TEST(CloudNotices, OfAnActivationAreSignedAndTaken) {
    World w;
    w.start_engine();
    w.run_for(1min);
    ASSERT_TRUE(w.cloud->activate("ben", false));
    w.run_for(1min);
    EXPECT_EQ(w.cloud->calendar_status("ben").state, "NOT_ACTIVATED");
    ASSERT_TRUE(w.cloud->activate("ben", true));
    w.run_for(1min);
    EXPECT_EQ(w.cloud->calendar_status("ben").state, "ACTIVATED");
}

}  // namespace
