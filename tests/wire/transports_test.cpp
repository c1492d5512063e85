// What holds between transports, and what only real connections have.
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/wire/bench.hpp"
#include "tests/wire/stage.hpp"

using namespace wire_test;
using sim::NetworkFault;
using sim::Transport;

namespace {

// The conversation that every transport must tell in the same words.
engine::Task<void> converse(engine::Ports ports, int person) {
    for (int turn = 0; turn < 5; ++turn) {
        auto request = Stage::get("/v1.0/size/" + std::to_string(100 + 37 * person + turn));
        auto first = co_await ports.http.exchange(std::move(request));
        auto second_request = Stage::get("/v1.0/things/" + std::to_string(ports.random.below(1000)));
        second_request.method = "PATCH";
        second_request.body = std::to_string(first.response.body.size());
        auto second = co_await ports.http.exchange(std::move(second_request));
        co_await ports.clock.pause(std::chrono::milliseconds(500 * (1 + turn % 2)));
    }
}

std::string story(Transport transport, std::uint64_t seed, int people, std::size_t fragment = 0) {
    Stage stage(transport, seed, fragment);
    stage.listen();
    auto rude = fault(NetworkFault::Kind::answer, "calendar");
    rude.status = 503;
    rude.count = 0;
    rude.percent = 20;
    stage.faults.add(rude, {});
    auto cut = fault(NetworkFault::Kind::cut_within, "calendar");
    cut.count = 0;
    cut.percent = 10;
    stage.faults.add(cut, {});
    auto twice = fault(NetworkFault::Kind::duplicate, "engine");
    twice.count = 0;
    twice.percent = 50;
    stage.faults.add(twice, {});
    for (int i = 0; i < people; ++i) {
        auto task = converse(stage.life->ports(), i);
        boost::asio::co_spawn(stage.io, std::move(task), boost::asio::detached);
        stage.service.notify("hello " + std::to_string(i), stage.begin + i * 250ms);
    }
    stage.network.touched(stage.service);
    stage.run(10s);
    EXPECT_TRUE(stage.network.complaints().empty());
    return stage.journal.text();
}

TEST(Transports, TellTheSameStoryInTheSameWords) {
    const std::string direct = story(Transport::direct, 7, 20);
    EXPECT_GT(std::count(direct.begin(), direct.end(), '\n'), 200);
    EXPECT_EQ(direct, story(Transport::memory, 7, 20));
    EXPECT_EQ(direct, story(Transport::memory, 7, 20, 7));
    EXPECT_EQ(direct, story(Transport::tcp, 7, 20));
    EXPECT_NE(direct, story(Transport::direct, 8, 20));
}

TEST(Transports, AThousandRunsAreOneRun) {
    const std::string first = story(Transport::memory, 3, 2);
    for (int i = 0; i < 1000; ++i) ASSERT_EQ(first, story(i % 2 ? Transport::direct : Transport::memory, 3, 2)) << i;
}

TEST(Transports, ConnectionsAreKept) {
    for (const auto transport : {Transport::memory, Transport::tcp}) {
        Stage stage(transport);
        for (int i = 0; i < 5; ++i) {
            stage.ask(Stage::get("/v1.0/a"));
            stage.network.settle();
        }
        EXPECT_EQ(stage.network.connections(), 1u);
        stage.ask(Stage::get("/v1.0/a"));
        stage.ask(Stage::get("/v1.0/a"));
        stage.network.settle();
        EXPECT_EQ(stage.network.connections(), 2u);
    }
}

TEST(Tls, AWrongNameIsNotTrusted) {
    Stage stage(Transport::tcp);
    stage.network.present(graph_host, sim::Network::Certificate::wrong_name);
    auto& asked = stage.ask(Stage::get("/v1.0/a"));
    stage.network.settle();
    EXPECT_EQ(asked.result.failure, engine::HttpFailure::untrusted) << asked.result.detail;
    EXPECT_EQ(stage.service.requests.size(), 0u);
    stage.network.present(graph_host, sim::Network::Certificate::right);
    auto& again = stage.ask(Stage::get("/v1.0/a"));
    stage.network.settle();
    EXPECT_TRUE(again.result.ok()) << again.result.detail;
}

TEST(Tls, AForeignAuthorityIsNotTrusted) {
    Stage stage(Transport::tcp);
    stage.network.present(graph_host, sim::Network::Certificate::foreign);
    auto& asked = stage.ask(Stage::get("/v1.0/a"));
    stage.network.settle();
    EXPECT_EQ(asked.result.failure, engine::HttpFailure::untrusted) << asked.result.detail;
    EXPECT_EQ(stage.service.requests.size(), 0u);
}

TEST(Tls, ServicesVerifyTheEngineToo) {
    Stage stage(Transport::tcp);
    stage.listen();
    stage.network.present(hook_host, sim::Network::Certificate::wrong_name);
    const auto id = stage.service.notify("hello");
    stage.network.touched(stage.service);
    stage.run(1s);
    EXPECT_TRUE(stage.notified.empty());
    EXPECT_EQ(stage.service.outcomes[id], std::vector<int>{0});
}

TEST(Figures, CountEveryExchange) {
    for (const auto transport : {Transport::direct, Transport::memory, Transport::tcp}) {
        std::chrono::nanoseconds ticks{0};
        const auto figures = sim::measure_transport(transport, 200, 2048, [&] { return ticks += 1s; });
        EXPECT_EQ(figures.exchanges, 200u);
        EXPECT_DOUBLE_EQ(figures.exchanges_per_second, 200.0);
    }
}

}  // namespace
