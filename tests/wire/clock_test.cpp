#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/wire/clock.hpp"
#include "sim/wire/memory_store.hpp"
#include "sim/wire/streams.hpp"

using namespace std::chrono_literals;
using sim::Instant;
using sim::VirtualTime;

namespace {

TEST(VirtualTime, EqualInstantsFireInOrderOfArrival) {
    VirtualTime time{Instant{}};
    std::string order;
    for (const char name : {'a', 'b', 'c', 'd'})
        time.at(Instant(name == 'b' ? 1s : 2s), [&order, name] { order += name; });
    while (time.fire_one()) {
    }
    EXPECT_EQ(order, "bacd");
    EXPECT_EQ(time.now(), Instant(2s));
}

TEST(VirtualTime, FiresOneAtATimeAndCancels) {
    VirtualTime time{Instant(10s)};
    int fired = 0;
    auto kept = time.at(Instant(1s), [&] { ++fired; });
    auto dropped = time.at(Instant(11s), [&] { fired += 100; });
    time.at(Instant(12s), [&] { ++fired; });
    EXPECT_EQ(time.next(), Instant(10s)) << "the past counts as now";
    time.cancel(dropped);
    EXPECT_FALSE(dropped);
    EXPECT_TRUE(time.fire_one());
    EXPECT_EQ(fired, 1);
    time.cancel(kept);
    EXPECT_TRUE(time.fire_one());
    EXPECT_FALSE(time.fire_one());
    EXPECT_EQ(fired, 2);
    EXPECT_EQ(time.fired_at_this_instant(), 1u);
}

engine::Task<void> sleeper(engine::Clock& clock, Instant when, std::string& said) {
    try {
        co_await clock.pause(when - clock.now());
        said += "woke;";
    } catch (const engine::Stopped&) {
        said += "stopped;";
    }
}

engine::Task<void> alarmed(engine::Alarm& alarm, const VirtualTime& time, std::vector<Instant>& rang) {
    try {
        for (;;) {
            co_await alarm.wait();
            rang.push_back(time.now());
        }
    } catch (const engine::Stopped&) {
        rang.push_back(Instant{});
    }
}

struct Bench {
    void run() {
        do io.poll();
        while (time.fire_one());
        io.poll();
        io.restart();
    }
    template <typename Task>
    void spawn(Task task) {
        boost::asio::co_spawn(io, std::move(task), boost::asio::detached);
        io.restart();
        io.poll();
        io.restart();
    }
    boost::asio::io_context io{1};
    VirtualTime time{Instant(100s)};
};

TEST(EngineClock, SleepsInVirtualTime) {
    Bench bench;
    sim::EngineClock clock(bench.time, bench.io.get_executor());
    std::string said;
    bench.spawn(sleeper(clock, Instant(50s), said));
    EXPECT_EQ(said, "woke;") << "the past needs no wait";
    bench.spawn(sleeper(clock, Instant(200s), said));
    bench.spawn(sleeper(clock, Instant(150s), said));
    bench.time.fire_one();
    bench.io.restart();
    bench.io.poll();
    EXPECT_EQ(said, "woke;woke;");
    EXPECT_EQ(clock.now(), Instant(150s));
}

TEST(EngineClock, KillingStopsWaitsInProgressAndLaterOnes) {
    Bench bench;
    sim::EngineClock clock(bench.time, bench.io.get_executor());
    std::string said;
    bench.spawn(sleeper(clock, Instant(200s), said));
    clock.kill();
    bench.io.restart();
    bench.io.poll();
    EXPECT_EQ(said, "stopped;");
    bench.spawn(sleeper(clock, Instant(1s), said));
    EXPECT_EQ(said, "stopped;stopped;");
    EXPECT_FALSE(bench.time.fire_one());
}

TEST(EngineClock, ASleeperThatFiredAndIsKilledInTheSameInstantIsStopped) {
    Bench bench;
    sim::EngineClock clock(bench.time, bench.io.get_executor());
    std::string said;
    bench.spawn(sleeper(clock, Instant(200s), said));
    bench.time.fire_one();
    clock.kill();
    bench.io.restart();
    bench.io.poll();
    EXPECT_EQ(said, "stopped;");
}

TEST(EngineClock, DestroyedWithASleeperItFreesTheCoroutine) {
    Bench bench;
    std::string said;
    {
        sim::EngineClock clock(bench.time, bench.io.get_executor());
        bench.spawn(sleeper(clock, Instant(200s), said));
    }
    EXPECT_EQ(bench.time.pending(), 0u);
    EXPECT_EQ(said, "");
}

TEST(EngineClock, LastsAsLongAsItWasMeantToWhereverItIsSet) {
    for (const auto ahead : {-3600s, 3600s}) {
        Bench bench;
        sim::EngineClock clock(bench.time, bench.io.get_executor());
        std::string said;
        bench.spawn(sleeper(clock, Instant(150s), said));
        const auto passed = clock.passed();
        clock.set_ahead(ahead);
        EXPECT_EQ(clock.now(), Instant(100s) + ahead);
        EXPECT_EQ(clock.passed(), passed);
        EXPECT_EQ(bench.time.next(), Instant(150s));
        bench.run();
        EXPECT_EQ(said, "woke;");
    }
}

TEST(EngineAlarm, RingsWhenTheClockIsSetAndIsThenDueByTheNewOne) {
    Bench bench;
    sim::EngineAlarm alarm(bench.time, bench.io.get_executor());
    std::vector<Instant> rang;
    alarm.set(Instant(300s));
    bench.spawn(alarmed(alarm, bench.time, rang));
    alarm.set_ahead(150s);
    bench.io.restart();
    bench.io.poll();
    EXPECT_EQ(rang, std::vector<Instant>{Instant(100s)});
    alarm.set(Instant(300s));
    bench.run();
    ASSERT_EQ(rang.size(), 2u);
    EXPECT_EQ(rang[1], Instant(150s));
    alarm.kill();
    bench.io.restart();
    bench.io.poll();
}

TEST(EngineAlarm, AnEarlierTimeBringsItForward) {
    Bench bench;
    sim::EngineAlarm alarm(bench.time, bench.io.get_executor());
    std::vector<Instant> rang;
    alarm.set(Instant(300s));
    bench.spawn(alarmed(alarm, bench.time, rang));
    alarm.set(Instant(250s));
    alarm.set(Instant(280s));
    bench.time.fire_one();
    bench.io.restart();
    bench.io.poll();
    EXPECT_EQ(rang, std::vector<Instant>{Instant(250s)});
    alarm.set(Instant(400s));
    alarm.set(std::nullopt);
    EXPECT_FALSE(bench.time.fire_one());
    alarm.set(Instant(10s));
    EXPECT_TRUE(bench.time.fire_one()) << "the past rings at once";
    bench.io.restart();
    bench.io.poll();
    EXPECT_EQ(rang.size(), 2u);
    alarm.kill();
    bench.io.restart();
    bench.io.poll();
    ASSERT_EQ(rang.size(), 3u);
    EXPECT_EQ(rang[2], Instant{});
}

TEST(Streams, AreIndependentByName) {
    const sim::Streams streams(42);
    auto faults = streams.named("faults");
    auto again = streams.named("faults");
    auto engine = streams.named("engine");
    const auto first = faults.next();
    EXPECT_EQ(first, again.next());
    EXPECT_NE(first, engine.next());
    EXPECT_NE(first, sim::Streams(43).named("faults").next());
}

TEST(EngineRandom, FillsEveryByte) {
    sim::EngineRandom random(sim::Streams(1).named("engine"));
    std::vector<std::uint8_t> bytes(37, 0);
    std::vector<bool> seen(bytes.size(), false);
    for (int i = 0; i < 20; ++i) {
        random.fill(bytes);
        for (std::size_t k = 0; k < bytes.size(); ++k) seen[k] = seen[k] || bytes[k] != 0;
    }
    for (const bool byte : seen) EXPECT_TRUE(byte);
}

TEST(EngineStore, SurvivesItsEngineAndIgnoresTheDead) {
    sim::StoredPairs pairs;
    std::string told;
    const auto observe = [&](std::string_view key, std::string_view value, bool erased) {
        told.append(key).append(erased ? " gone;" : "=").append(value).append(erased ? "" : ";");
    };
    {
        sim::EngineStore store(pairs, observe);
        store.put("a/1", "x");
        store.put("a/2", "y");
        store.put("b/1", "z");
        store.erase("a/1");
        store.erase("nothing");
        store.kill();
        store.put("a/2", "late");
        store.erase("b/1");
    }
    sim::EngineStore next(pairs, nullptr);
    EXPECT_EQ(next.get("a/2"), "y");
    EXPECT_EQ(next.get("a/1"), std::nullopt);
    std::string keys;
    next.scan("a/", [&](std::string_view key, std::string_view) { keys += key; });
    EXPECT_EQ(keys, "a/2");
    EXPECT_EQ(told, "a/1=x;a/2=y;b/1=z;a/1 gone;");
}

}  // namespace
