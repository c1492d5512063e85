#include <gtest/gtest.h>

#include "tests/wire/stage.hpp"

using namespace wire_test;
using sim::NetworkFault;
using sim::Transport;

namespace {

std::string name_of(const testing::TestParamInfo<Transport>& info) {
    switch (info.param) {
        case Transport::direct: return "direct";
        case Transport::memory: return "memory";
        case Transport::tcp: return "tcp";
    }
    return {};
}

class EveryTransport : public testing::TestWithParam<Transport> {};
INSTANTIATE_TEST_SUITE_P(Wire, EveryTransport, testing::Values(Transport::direct, Transport::memory, Transport::tcp),
                         name_of);

TEST_P(EveryTransport, CarriesRequestAndReplyWithoutVirtualTime) {
    Stage stage(GetParam());
    auto request = Stage::get("/v1.0/users/ana%40calrig.example/calendar/events?$top=10");
    request.method = "POST";
    request.headers.push_back({"Prefer", "outlook.timezone=\"UTC\""});
    request.body = "{\"subject\":\"Plan\"}";
    auto& asked = stage.ask(request);
    stage.network.settle();
    ASSERT_TRUE(asked.result.ok()) << asked.result.detail;
    EXPECT_EQ(asked.result.response.status, 200);
    EXPECT_EQ(asked.result.response.body, "{\"method\":\"POST\",\"got\":18}");
    ASSERT_EQ(asked.result.response.headers.size(), 1u);
    EXPECT_EQ(asked.result.response.headers[0].name, "Content-Type");
    ASSERT_EQ(stage.service.requests.size(), 1u);
    const auto& got = stage.service.requests[0];
    EXPECT_EQ(got.method, "POST");
    EXPECT_EQ(got.host, graph_host);
    EXPECT_EQ(got.target, "/v1.0/users/ana%40calrig.example/calendar/events?$top=10");
    ASSERT_EQ(got.headers.size(), 1u);
    EXPECT_EQ(got.headers[0].value, "outlook.timezone=\"UTC\"");
    EXPECT_EQ(got.body, "{\"subject\":\"Plan\"}");
    EXPECT_EQ(stage.time.now(), stage.begin);
    ASSERT_EQ(stage.exchanges.size(), 1u);
    EXPECT_EQ(stage.exchanges[0].operation, "OP-M-EVENT-ADD");
    EXPECT_EQ(stage.exchanges[0].person, "ana");
    EXPECT_EQ(stage.exchanges[0].from, "engine");
    EXPECT_EQ(stage.exchanges[0].to, "graph");
    EXPECT_TRUE(stage.network.quiescent());
    EXPECT_TRUE(stage.network.complaints().empty());
}

TEST_P(EveryTransport, CarriesBodiesOfThreeMegabytesBothWays) {
    Stage stage(GetParam());
    auto& down = stage.ask(Stage::get("/v1.0/size/3000000"));
    auto request = Stage::get("/v1.0/big");
    request.method = "PUT";
    request.body.assign(3'000'000, 'b');
    auto& up = stage.ask(request);
    stage.network.settle();
    ASSERT_TRUE(down.result.ok()) << down.result.detail;
    EXPECT_EQ(down.result.response.body, std::string(3'000'000, 'z'));
    ASSERT_TRUE(up.result.ok()) << up.result.detail;
    EXPECT_EQ(up.result.response.body, "{\"method\":\"PUT\",\"got\":3000000}");
    EXPECT_EQ(stage.time.now(), stage.begin);
    EXPECT_TRUE(stage.network.quiescent());
}

TEST_P(EveryTransport, AnswersWithoutBodyStayWithout) {
    Stage stage(GetParam());
    auto request = Stage::get("/v1.0/subscriptions/1");
    request.method = "DELETE";
    auto& asked = stage.ask(request);
    stage.network.settle();
    EXPECT_EQ(asked.result.response.status, 204);
    EXPECT_EQ(asked.result.response.body, "");
}

TEST_P(EveryTransport, LateAnswerComesAtItsVirtualInstant) {
    Stage stage(GetParam());
    auto& asked = stage.ask(Stage::get("/v1.0/wait/5"));
    stage.run(4999ms);
    EXPECT_EQ(asked.result.response.status, 0);
    stage.run(1ms);
    EXPECT_EQ(asked.result.response.status, 200);
    ASSERT_EQ(stage.exchanges.size(), 1u);
    EXPECT_EQ(stage.exchanges[0].sent, stage.begin);
    EXPECT_EQ(stage.exchanges[0].done, stage.begin + 5s);
}

TEST_P(EveryTransport, WaitingTooLongIsATimeout) {
    Stage stage(GetParam());
    auto& asked = stage.ask(Stage::get("/v1.0/wait/31"));
    stage.run(1min);
    EXPECT_EQ(asked.result.failure, engine::HttpFailure::timed_out);
    ASSERT_EQ(stage.exchanges.size(), 1u);
    EXPECT_EQ(stage.exchanges[0].done, stage.begin + 30s);
    EXPECT_EQ(stage.exchanges[0].fault, "no answer within 30 s");
    EXPECT_EQ(stage.exchanges[0].target, "/v1.0/wait/31");
    auto& next = stage.ask(Stage::get("/v1.0/a"));
    stage.network.settle();
    EXPECT_TRUE(next.result.ok()) << "a timed out exchange must not spoil the connection of the next";
}

TEST_P(EveryTransport, UnknownHostsAreNotConnected) {
    Stage stage(GetParam());
    auto request = Stage::get("/");
    request.url = "https://nowhere.example/";
    auto& asked = stage.ask(request);
    stage.network.settle();
    EXPECT_EQ(asked.result.failure, engine::HttpFailure::not_connected);
    EXPECT_EQ(asked.result.detail, "no such host: nowhere.example");
}

TEST_P(EveryTransport, AnsweredByFaultNeverReachesTheService) {
    Stage stage(GetParam());
    auto rule = fault(NetworkFault::Kind::answer, "calendar");
    rule.status = 429;
    rule.wait = 7s;
    rule.retry_after = true;
    rule.skip = 1;
    stage.faults.add(rule, sim::Place{12, 3, 4});
    for (int i = 0; i < 3; ++i) {
        stage.ask(Stage::get("/v1.0/a"));
        stage.network.settle();
    }
    EXPECT_EQ(stage.asked[0].result.response.status, 200);
    const auto& limited = stage.asked[1].result.response;
    EXPECT_EQ(limited.status, 429);
    ASSERT_NE(engine::find_header(limited.headers, "retry-after"), nullptr);
    EXPECT_EQ(*engine::find_header(limited.headers, "retry-after"), "7");
    EXPECT_NE(limited.body.find("\"code\":\"ApplicationThrottled\""), std::string::npos);
    EXPECT_EQ(stage.asked[2].result.response.status, 200);
    EXPECT_EQ(stage.service.requests.size(), 2u);
    EXPECT_EQ(stage.exchanges[1].fault, "429 by fault at line 12");
}

TEST_P(EveryTransport, CutBeforeKeepsTheServiceUntouchedCutWithinDoesNot) {
    Stage stage(GetParam());
    stage.faults.add(fault(NetworkFault::Kind::cut_before, "calendar"), {});
    stage.ask(Stage::get("/v1.0/a"));
    stage.network.settle();
    EXPECT_EQ(stage.asked[0].result.failure, engine::HttpFailure::cut);
    EXPECT_EQ(stage.asked[0].result.detail, "connection closed before the response");
    EXPECT_EQ(stage.service.requests.size(), 0u);
    stage.faults.add(fault(NetworkFault::Kind::cut_within, "calendar"), {});
    stage.ask(Stage::get("/v1.0/size/50000"));
    stage.network.settle();
    EXPECT_EQ(stage.asked[1].result.failure, engine::HttpFailure::cut);
    EXPECT_EQ(stage.asked[1].result.detail, "connection closed within the response");
    EXPECT_EQ(stage.service.requests.size(), 1u);
    EXPECT_EQ(stage.exchanges[1].status, 0);
    stage.ask(Stage::get("/v1.0/a"));
    stage.network.settle();
    EXPECT_TRUE(stage.asked[2].result.ok());
}

TEST_P(EveryTransport, LatencyDelaysTheServiceAndSurvivesTheAskersTimeout) {
    Stage stage(GetParam());
    auto rule = fault(NetworkFault::Kind::latency, "calendar");
    rule.wait = 40s;
    stage.faults.add(rule, {});
    auto& asked = stage.ask(Stage::get("/v1.0/a"));
    stage.run(35s);
    EXPECT_EQ(asked.result.failure, engine::HttpFailure::timed_out);
    EXPECT_EQ(stage.service.requests.size(), 0u);
    stage.run(5s);
    EXPECT_EQ(stage.service.requests.size(), 1u);
    EXPECT_TRUE(stage.network.complaints().empty());
}

TEST_P(EveryTransport, NotificationsReachTheHookAtTheirTime) {
    Stage stage(GetParam());
    stage.listen();
    const auto now_id = stage.service.notify("now");
    const auto late_id = stage.service.notify("late", stage.begin + 3s);
    stage.network.touched(stage.service);
    stage.run(10s);
    ASSERT_EQ(stage.notified.size(), 2u);
    EXPECT_EQ(stage.notified[0].body, "now");
    EXPECT_EQ(stage.notified[0].at, stage.begin);
    EXPECT_EQ(stage.notified[1].at, stage.begin + 3s);
    EXPECT_EQ(stage.service.outcomes[now_id], std::vector<int>{202});
    EXPECT_EQ(stage.service.outcomes[late_id], std::vector<int>{202});
    EXPECT_EQ(stage.exchanges[0].what, "graph notification");
    EXPECT_EQ(stage.exchanges[0].to, "engine");
}

TEST_P(EveryTransport, NotificationsAreLostDoubledAndDelayed) {
    Stage stage(GetParam());
    stage.listen();
    stage.faults.add(fault(NetworkFault::Kind::lose, "engine"), {});
    const auto lost = stage.service.notify("one");
    stage.network.touched(stage.service);
    stage.run(9s);
    EXPECT_TRUE(stage.notified.empty());
    EXPECT_TRUE(stage.service.outcomes[lost].empty());
    stage.run(2s);
    EXPECT_EQ(stage.service.outcomes[lost], std::vector<int>{0});

    stage.faults.add(fault(NetworkFault::Kind::duplicate, "engine"), {});
    const auto twice = stage.service.notify("two");
    stage.network.touched(stage.service);
    stage.run(1s);
    ASSERT_EQ(stage.notified.size(), 2u);
    EXPECT_EQ(stage.notified[1].body, "two");
    EXPECT_EQ(stage.service.outcomes[twice], std::vector<int>{202});

    auto rule = fault(NetworkFault::Kind::delay, "engine");
    rule.wait = 1min;
    stage.faults.add(rule, {});
    const auto before = stage.time.now();
    stage.service.notify("three");
    stage.network.touched(stage.service);
    stage.run(2min);
    ASSERT_EQ(stage.notified.size(), 3u);
    EXPECT_EQ(stage.notified[2].at, before + 1min);
}

TEST_P(EveryTransport, ADeadEngineIsNotReached) {
    Stage stage(GetParam());
    stage.listen();
    stage.network.close_hook();
    const auto id = stage.service.notify("hello");
    stage.network.touched(stage.service);
    stage.run(1s);
    EXPECT_EQ(stage.service.outcomes[id], std::vector<int>{0});
    EXPECT_EQ(stage.exchanges.at(0).fault, "nobody answers at engine.calrig.example");
}

TEST_P(EveryTransport, KilledInTheMiddleOfAnExchangeTheEngineIsStopped) {
    Stage stage(GetParam());
    auto& asked = stage.ask(Stage::get("/v1.0/wait/5"));
    stage.run(1s);
    stage.life->kill();
    stage.network.settle();
    EXPECT_TRUE(asked.stopped);
    stage.run(10s);
    ASSERT_EQ(stage.exchanges.size(), 1u);
    EXPECT_EQ(stage.exchanges[0].fault, "the engine stopped while it waited");
    EXPECT_TRUE(stage.network.complaints().empty());
    auto& after = stage.ask(Stage::get("/v1.0/a"));
    stage.network.settle();
    EXPECT_TRUE(after.stopped);
}

TEST_P(EveryTransport, KilledBeforeTheRequestArrivedItStillArrives) {
    Stage stage(GetParam());
    auto& asked = stage.ask(Stage::get("/v1.0/a"));
    stage.io.poll();  // sent, and not yet handed over
    stage.life->kill();
    stage.network.settle();
    EXPECT_TRUE(asked.stopped);
    EXPECT_EQ(stage.service.requests.size(), 1u);
    EXPECT_TRUE(stage.network.complaints().empty());
}

TEST_P(EveryTransport, HeadersThatBytesCannotCarryAreRefusedEverywhere) {
    Stage stage(GetParam());
    auto request = Stage::get("/v1.0/a");
    request.headers.push_back({"X-Bad", "a\r\nHost: other"});
    auto& asked = stage.ask(request);
    stage.network.settle();
    EXPECT_EQ(asked.result.failure, engine::HttpFailure::not_connected);
    EXPECT_EQ(stage.service.requests.size(), 0u);
    EXPECT_EQ(stage.network.complaints().size(), 1u);
}

TEST_P(EveryTransport, BodiesOverTheLimitAreNamed) {
    Stage stage(GetParam());
    auto request = Stage::get("/v1.0/a");
    request.method = "PUT";
    request.body.assign(16 * 1024 * 1024 + 1, 'x');
    auto& asked = stage.ask(request);
    stage.network.settle();
    EXPECT_EQ(asked.result.failure, engine::HttpFailure::not_connected);
    EXPECT_EQ(asked.result.detail, "limit reached: a body of 16777217 bytes, at most 16777216");
}

/// Two exchanges pass, the third does not.
void third_is_refused(sim::NetworkLimits limits, const char* complaint) {
    boost::asio::io_context io;
    sim::VirtualTime time{fakes::Instant{}};
    sim::FaultRules faults{fakes::Dice(1)};
    sim::NetworkSettings settings;
    settings.limits = limits;
    sim::Network network(io, time, settings, faults, nullptr);
    Service service;
    sim::ServerSeat seat;
    seat.server = &service;
    seat.actor = "graph";
    seat.hosts.emplace(graph_host, "graph");
    network.add_server(std::move(seat));
    sim::EngineHttp http(network, io.get_executor());
    engine::HttpResult results[3];
    bool stopped = false;
    for (auto& result : results) {
        auto task = asking(http, Stage::get("/v1.0/a"), result, stopped);
        boost::asio::co_spawn(io, std::move(task), boost::asio::detached);
        network.settle();
    }
    EXPECT_TRUE(results[1].ok());
    EXPECT_EQ(results[2].failure, engine::HttpFailure::not_connected);
    ASSERT_EQ(network.complaints().size(), 1u);
    EXPECT_EQ(network.complaints()[0], complaint);
}

TEST(Limits, ExchangesOfARunAreCounted) {
    sim::NetworkLimits limits;
    limits.exchanges = 2;
    third_is_refused(limits, "limit reached: 2 exchanges in one run");
}

TEST(Limits, ExchangesOfAnInstantAreCounted) {
    sim::NetworkLimits limits;
    limits.exchanges_per_instant = 2;
    third_is_refused(limits, "limit reached: 2 exchanges at one instant, the last from engine to graph");
}

}  // namespace
