// The real ports one by one: store, clock, chance, log.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <nlohmann/json.hpp>
#include <thread>

#include "engine/adapters/json_log.hpp"
#include "engine/adapters/secure_random.hpp"
#include "engine/adapters/system_clock.hpp"
#include "engine/adapters/turn_store.hpp"
#include "tests/service/process.hpp"

namespace {

using namespace engine;
using namespace engine::adapters;
using namespace std::chrono_literals;
using service_test::Folder;

// ---- store

TEST(SqliteStore, KeepsBytesInKeyOrderAndForgetsWhatIsErased) {
    Folder folder;
    const std::string path = (folder / "store").string();
    const std::string zeros("\0a\0", 3);
    {
        SqliteStore store(path);
        store.put("s/b/2", "two");
        store.put("s/b/1", zeros);
        store.put("s/b/1", zeros + "!");
        store.put("s/c/1", "other");
        store.put("s/a", "");
        store.put("t", "gone");
        store.erase("t");
        store.erase("never there");
    }
    SqliteStore store(path);
    EXPECT_EQ(store.get("s/b/1"), zeros + "!");
    EXPECT_EQ(store.get("s/a"), "");
    EXPECT_EQ(store.get("t"), std::nullopt);
    std::vector<std::string> seen;
    store.scan("s/b/", [&](std::string_view key, std::string_view value) { seen.push_back(std::string(key) + "=" + std::string(value)); });
    EXPECT_EQ(seen, (std::vector<std::string>{"s/b/1=" + zeros + "!", "s/b/2=two"}));
    seen.clear();
    store.scan("", [&](std::string_view key, std::string_view) { seen.emplace_back(key); });
    EXPECT_EQ(seen.size(), 4u);
}

TEST(SqliteStore, WhatPutReturnedFromSurvivesAKill) {
    Folder folder;
    const std::string path = (folder / "store").string();
    for (int round = 0; round < 5; ++round) {
        int pipe_ends[2];
        ASSERT_EQ(::pipe(pipe_ends), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            SqliteStore store(path);
            for (int i = 0;; ++i) {
                store.put("key " + std::to_string(i), std::string(500, 'x') + std::to_string(round));
                (void)!::write(pipe_ends[1], &i, sizeof i);
            }
        }
        int last = -1;
        for (int i = 0; i < 40 + 17 * round; ++i) ASSERT_EQ(::read(pipe_ends[0], &last, sizeof last), static_cast<ssize_t>(sizeof last));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        ::close(pipe_ends[0]);
        ::close(pipe_ends[1]);
        SqliteStore store(path);
        for (int i = 0; i <= last; ++i) EXPECT_EQ(store.get("key " + std::to_string(i)), std::string(500, 'x') + std::to_string(round));
    }
}

std::string refusal(const std::string& path) {
    try {
        SqliteStore store(path);
    } catch (const StoreFailure& failure) {
        return failure.what();
    }
    return "opened";
}

TEST(SqliteStore, RefusesWhatIsNotItsOwn) {
    Folder folder;
    EXPECT_NE(refusal((folder / "nowhere/store").string()).find("cannot be opened"), std::string::npos);
    service_test::write(folder / "text", std::string(5'000, 't'));
    EXPECT_NE(refusal((folder / "text").string()).find("not a database"), std::string::npos);
    service_test::write(folder / "open", "", 0644);
    EXPECT_NE(refusal((folder / "open").string()).find("chmod 600"), std::string::npos);
    std::filesystem::create_symlink(folder / "text", folder / "link");
    EXPECT_NE(refusal((folder / "link").string()), "opened");
    const SqliteStore first((folder / "used").string());
    EXPECT_NE(refusal((folder / "used").string()).find("another engine is using it"), std::string::npos);
}

TEST(TurnStore, OneCommitForATurnAndOneBeforeAnythingLeaves) {
    Folder folder;
    SqliteStore file((folder / "store").string());
    boost::asio::io_context io{1};
    std::string failure;
    TurnStore store(file, io.get_executor(), [&](const std::string& why) { failure = why; });
    const std::uint64_t before = file.commits();
    for (int i = 0; i < 100; ++i) store.put("k" + std::to_string(i), "v");
    EXPECT_EQ(store.get("k7"), "v");
    EXPECT_EQ(file.commits(), before);
    io.run();
    EXPECT_EQ(file.commits(), before + 1);
    store.put("x", "1");
    store.settle();
    EXPECT_EQ(file.commits(), before + 2);
    io.restart();
    io.run();
    EXPECT_EQ(file.commits(), before + 2) << "nothing is left for the turn's end";
    EXPECT_EQ(failure, "");
}

// ---- clock, chance, log

TEST(SystemClock, SleepsIsHeldAndIsStopped) {
    boost::asio::io_context io{1};
    SystemClock clock(io);
    SystemAlarm alarm(io, clock);
    std::vector<std::string> said;
    const auto sleep = [&](std::string name, Duration span) -> Task<void> {
        try {
            const Instant until = clock.now() + span;
            co_await clock.pause(span);
            said.push_back(name + (clock.now() >= until ? " on time" : " early"));
        } catch (const Stopped&) {
            said.push_back(name + " stopped");
        }
    };
    const auto ring = [&]() -> Task<void> {
        try {
            co_await alarm.wait();
            said.push_back("rung");
            co_await alarm.wait();
        } catch (const Stopped&) {
            said.push_back("alarm stopped");
        }
    };
    boost::asio::co_spawn(io, sleep("short", 20ms), boost::asio::detached);
    boost::asio::co_spawn(io, sleep("held", 150ms), boost::asio::detached);
    boost::asio::co_spawn(io, ring(), boost::asio::detached);
    alarm.set(clock.now() + 1h);
    alarm.set(clock.now() + 40ms);  // brought forward
    alarm.set(clock.now() + 2h);    // not put off
    boost::asio::steady_timer hold(io, 90ms), stop(io, 300ms);
    hold.async_wait([&](const boost::system::error_code&) {
        clock.set_running(Running::held);
        alarm.set_running(Running::held);
        alarm.set(clock.now());
    });
    stop.async_wait([&](const boost::system::error_code&) {
        EXPECT_EQ(said, (std::vector<std::string>{"short on time", "rung"})) << "who is held is not woken";
        clock.set_running(Running::no);
        alarm.set_running(Running::no);
    });
    io.run();
    std::sort(said.begin(), said.end());
    EXPECT_EQ(said, (std::vector<std::string>{"alarm stopped", "held stopped", "rung", "short on time"}));
}

TEST(SecureRandom, FillsAndStaysBelow) {
    SecureRandom random;
    std::array<std::uint8_t, 64> one{}, two{};
    random.fill(one);
    random.fill(two);
    EXPECT_NE(one, two);
    std::array<int, 3> seen{};
    for (int i = 0; i < 3'000; ++i) ++seen[random.below(3)];
    for (const int count : seen) EXPECT_NEAR(count, 1'000, 200);
    EXPECT_EQ(random.below(1), 0u);
    EXPECT_LT(random.below(UINT64_MAX), UINT64_MAX);
}

TEST(JsonLog, OneObjectALineWhateverTheText) {
    const Instant at{std::chrono::milliseconds(1'772'438'400'123)};
    EXPECT_EQ(json_line(at, Log::Level::warning, "work.rests user=ab-1 denied status=403 code=x=y wait_ms=60000"),
              "{\"time\":\"2026-03-02T08:00:00.123Z\",\"level\":\"warning\",\"event\":\"work.rests\",\"user\":\"ab-1\",\"status\":403,\"code\":\"x=y\",\"wait_ms\":60000,\"what\":\"denied\"}\n");
    for (const std::string& text : {std::string(), std::string("  "), std::string("e \"\n\x01=\xff k=\"\n"), std::string(10'000, 'x'), std::string("e time=1 id=007 big=12345678901234567890")}) {
        const std::string line = json_line(at, Log::Level::info, text);
        EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1) << line;
        EXPECT_TRUE(nlohmann::json::parse(line, nullptr, false).is_object()) << line;
        EXPECT_LT(line.size(), 6'000u);
    }
    EXPECT_NE(json_line(at, Log::Level::info, "e id=007").find("\"007\""), std::string::npos) << "leading zeros are not lost";
}

}  // namespace
