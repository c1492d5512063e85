// The agenda under a clock that somebody sets: pauses last, what is due by the clock is due by the new one.
#include "engine/sync/agenda.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace {

using namespace engine;
using engine::sync::Agenda;
using namespace std::chrono_literals;

/// Time that a test moves; the alarm rings each time it is asked.
struct Hand final : Clock, Alarm {
    Instant now() const override { return Instant(1'000'000s) + even + ahead; }
    Duration passed() const override { return even; }
    Task<void> pause(Duration) override { co_return; }
    Task<void> wait() override {
        if (rings-- <= 0) throw Stopped{};
        co_return;
    }
    void set(std::optional<Instant> when) override { asked = when; }

    Duration even{0}, ahead{0};
    int rings = 0;
    std::optional<Instant> asked;
};

struct Bench {
    void round() {
        hand.rings = 1;
        const auto run = [this]() -> Task<void> {
            try {
                co_await agenda.run();
            } catch (const Stopped&) {
            }
        };
        boost::asio::co_spawn(io, run(), boost::asio::detached);
        io.restart();
        io.run();
    }
    boost::asio::io_context io;
    Hand hand;
    std::vector<Duration> jumps;
    std::string fired;
    Agenda agenda{hand, hand, [this](Duration by) { jumps.push_back(by); }};
    Agenda::Call hour{[this] { fired += "clock;"; }};
    Agenda::Call rest{[this] { fired += "pause;"; }, Agenda::Slot::Meant::as_pause};
};

TEST(Agenda, KeepsPausesAndFollowsTheClock) {
    Bench bench;
    bench.agenda.set(bench.hour, bench.hand.now() + 10min);
    bench.agenda.set(bench.rest, bench.hand.now() + 5min);
    bench.hand.ahead = 1h;
    bench.round();
    EXPECT_EQ(bench.jumps, std::vector<Duration>{1h});
    EXPECT_EQ(bench.fired, "clock;") << "by the new clock it is past; the pause has just begun";
    bench.hand.even += 5min;
    bench.round();
    EXPECT_EQ(bench.fired, "clock;pause;");
    EXPECT_EQ(bench.jumps.size(), 1u);
}

TEST(Agenda, APauseOutlivesAClockSetBack) {
    Bench bench;
    bench.agenda.set(bench.rest, bench.hand.now() + 5min);
    bench.hand.ahead = -24h;
    bench.round();
    EXPECT_EQ(bench.fired, "");
    EXPECT_EQ(bench.hand.asked, bench.hand.now() + 5min);
    bench.hand.even += 5min;
    bench.round();
    EXPECT_EQ(bench.fired, "pause;");
}

TEST(Agenda, ATimerSetAfterTheJumpIsNotMovedByIt) {
    Bench bench;
    bench.agenda.set(bench.hour, bench.hand.now() + 48h);
    bench.hand.ahead = -1h;
    bench.agenda.set(bench.rest, bench.hand.now() + 5min);  // before the alarm told of the jump
    EXPECT_TRUE(bench.jumps.empty()) << "whoever sets a timer is not interrupted";
    bench.round();
    EXPECT_EQ(bench.jumps, std::vector<Duration>{-1h});
    EXPECT_EQ(bench.rest.when(), bench.hand.now() + 5min);
}

TEST(Agenda, ASteeredClockIsNoJump) {
    Bench bench;
    bench.agenda.set(bench.rest, bench.hand.now() + 5min);
    const auto before = bench.rest.when();
    bench.hand.ahead = 400ms;
    bench.round();
    EXPECT_TRUE(bench.jumps.empty());
    EXPECT_EQ(bench.rest.when(), before);
}

}  // namespace
