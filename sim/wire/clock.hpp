#pragma once
// Virtual time: a queue of timers of our own, keyed (when, arrival), because Asio's timers neither notice a jump of a
// fake clock nor fire equal expiries in order. One timer fires, the world settles, then the next one fires.
#include <boost/asio/any_io_executor.hpp>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "engine/ports.hpp"
#include "fakes/server.hpp"
#include "sim/wire/pending.hpp"

namespace sim {

using fakes::Instant;

class VirtualTime {
  public:
    /// Names a timer; also its place in the queue.
    struct Timer {
        Instant when{};
        std::uint64_t arrival = 0;  // 0: no timer
        auto operator<=>(const Timer&) const = default;
        explicit operator bool() const { return arrival != 0; }
    };

    explicit VirtualTime(Instant begin) : now_(begin) {}
    VirtualTime(const VirtualTime&) = delete;
    VirtualTime& operator=(const VirtualTime&) = delete;

    Instant now() const { return now_; }
    /// Calls `callback` once when its turn comes; a time in the past counts as now. Equal times fire in order of arrival.
    Timer at(Instant when, std::function<void()> callback);
    /// A timer that fired already, or none, is ignored.
    void cancel(Timer& timer);
    std::optional<Instant> next() const;
    std::size_t pending() const { return queue_.size(); }
    /// Moves to the earliest timer and fires exactly that one. False when there is none.
    bool fire_one();
    /// Moves on without firing; must not pass a timer.
    void advance_to(Instant when);
    /// Timers fired since time last moved: an endless loop at one instant shows here.
    std::uint64_t fired_at_this_instant() const { return fired_now_; }
    std::uint64_t fired() const { return fired_; }

  private:
    Instant now_;
    std::uint64_t arrivals_ = 0, fired_now_ = 0, fired_ = 0;
    using Queue = std::map<Timer, std::function<void()>>;
    void keep(Queue::node_type node);
    Queue queue_;
    std::vector<Queue::node_type> spare_;  // most timers are cancelled soon, and another is set: their nodes serve again
};

/// One incarnation's clock. After `kill` every wait throws engine::Stopped, those in progress too.
class EngineClock final : public engine::Clock {
  public:
    EngineClock(VirtualTime& time, boost::asio::any_io_executor executor);
    ~EngineClock() override;
    Instant now() const override { return time_.now() + ahead_; }
    engine::Duration passed() const override { return time_.now().time_since_epoch(); }
    engine::Task<void> pause(engine::Duration length) override;
    /// What the host's clock is ahead of true time; behind, when negative.
    void set_ahead(engine::Duration ahead) { ahead_ = ahead; }
    void kill();

  private:
    struct Sleeper;
    void sleep(Instant when, std::unique_ptr<Pending<bool>> pending);

    engine::Duration ahead_{0};

    VirtualTime& time_;
    boost::asio::any_io_executor executor_;
    bool dead_ = false;
    std::uint64_t sleepers_seen_ = 0;
    std::map<std::uint64_t, Sleeper> sleepers_;  // by arrival
};

/// One incarnation's alarm.
class EngineAlarm final : public engine::Alarm {
  public:
    EngineAlarm(VirtualTime& time, boost::asio::any_io_executor executor);
    ~EngineAlarm() override;
    engine::Task<void> wait() override;
    /// nullopt clears it.
    void set(std::optional<Instant> when) override;
    /// Rings: the host's clock was set.
    void set_ahead(engine::Duration ahead);
    void kill();

  private:
    void arm();
    void ring();

    VirtualTime& time_;
    boost::asio::any_io_executor executor_;
    bool dead_ = false;
    engine::Duration ahead_{0};
    std::optional<Instant> when_;
    VirtualTime::Timer timer_;
    std::unique_ptr<Pending<bool>> waiting_;
};

}  // namespace sim
