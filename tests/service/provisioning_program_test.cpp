// `provisioning: by administrator` over real sockets: consent pages walked through, a mailbox tested, everybody activated,
// and everything gone at the end.
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/service/two_processes.hpp"

namespace {

using nlohmann::json;
using service_test::eventually;
using service_test::TwoProcesses;
using namespace std::chrono_literals;

constexpr const char* kWorld = R"(title: An organisation whose administrator provisions the service
clock: 2026-03-02 08:00 Europe/Warsaw
organisation: { provisioned: no }
people: { ana: {}, ben: {}, wawel: { kind: room, device: board } }
)";

/// How the administrator's n-th journey ended; empty while it goes on.
json journey(TwoProcesses& two, std::size_t number) {
    const json state = two.control("/state");
    const json ended = state.is_object() && state.contains("journeys") ? state["journeys"]["ended"] : json::array();
    return ended.size() < number ? json() : ended[number - 1];
}

class ProvisionedProgram : public ::testing::TestWithParam<const char*> {};

TEST_P(ProvisionedProgram, BeginsAndEndsWithTheAdministrator) {
    TwoProcesses two(GetParam(), false, kWorld);
    const std::string config = service_test::text_of(two.config());
    EXPECT_NE(config.find("provisioning: by administrator"), std::string::npos);
    EXPECT_EQ(config.find("  tenant:"), std::string::npos) << "the consent will say it";
    two.start_engine();
    ASSERT_TRUE(eventually([&] { return two.operations("/healthz") == 200; })) << two.log();
    EXPECT_EQ(two.metric("calrig_mailboxes{state=\"active\"}"), 0) << "nobody is touched yet";

    const json refused{{"admin provisions", {{"as", "read-only administrator"}, {"refused", "yes"}}}};
    ASSERT_EQ(two.act(refused).status, 200) << two.act(refused).body;
    ASSERT_TRUE(eventually([&] { return journey(two, 1).is_object(); })) << two.log();
    EXPECT_NE(journey(two, 1).value("refusal", "").find("not_privileged"), std::string::npos) << journey(two, 1);

    ASSERT_EQ(two.act({{"admin provisions", json::object()}}).status, 200);
    ASSERT_TRUE(eventually([&] { return journey(two, 2).is_object(); })) << two.control("/state")["journeys"] << two.log();
    EXPECT_TRUE(journey(two, 2).value("done", false)) << journey(two, 2) << two.log();
    EXPECT_TRUE(eventually([&] { return two.metric("calrig_mailboxes{state=\"active\"}") >= 3; })) << two.metrics() << two.log();

    ASSERT_EQ(two.act({{"admin tests mailbox", "ana"}}).status, 200);
    ASSERT_TRUE(eventually([&] { return journey(two, 3).is_object(); })) << two.log();
    EXPECT_TRUE(journey(two, 3).value("done", false)) << journey(two, 3) << two.log();

    ASSERT_EQ(two.act({{"ana creates", {{"title", "Launch"}, {"when", "tomorrow 10:00-11:00"}, {"location", "@webex"}, {"invites", "ben"}}}}).status, 200);
    EXPECT_TRUE(eventually([&] { return two.shown_to("ben").contains("Launch"); })) << two.log();

    // What was provisioned outlives the process.
    EXPECT_EQ(two.end_engine(SIGTERM), 0);
    two.start_engine();
    EXPECT_TRUE(eventually([&] { return two.metric("calrig_mailboxes{state=\"active\"}") >= 3; })) << two.metrics() << two.log();

    ASSERT_EQ(two.act({{"admin deprovisions", json::object()}}).status, 200);
    ASSERT_TRUE(eventually([&] { return journey(two, 4).is_object(); })) << two.log();
    EXPECT_TRUE(journey(two, 4).value("done", false)) << journey(two, 4) << two.log();
    EXPECT_TRUE(eventually([&] { return two.shown_to("ben").empty() && two.metric("calrig_mailboxes{state=\"active\"}") == 0; })) << two.log();
    EXPECT_EQ(two.end_engine(SIGTERM), 0);
}

INSTANTIATE_TEST_SUITE_P(Providers, ProvisionedProgram, ::testing::Values("microsoft", "google"), [](const auto& it) { return std::string(it.param); });

}  // namespace
