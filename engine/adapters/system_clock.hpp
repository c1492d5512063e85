#pragma once
// The real clock and alarm. When somebody sets the system's clock, pauses last on, and the alarm looks anew within a second.
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <set>

#include "engine/ports.hpp"

namespace engine::adapters {

/// How far the life of the process has come; the same for clock and alarm.
enum class Running {
    yes,
    held,  // nobody is woken any more: what is under way may end, nothing new begins
    no,    // whoever waits is thrown Stopped
};

class SystemClock final : public Clock {
  public:
    explicit SystemClock(boost::asio::io_context& io) : io_(io) {}
    Instant now() const override;
    Duration passed() const override;
    Task<void> pause(Duration length) override;
    void set_running(Running running);
    std::size_t sleepers() const { return sleepers_.size(); }

  private:
    boost::asio::io_context& io_;
    Running running_ = Running::yes;
    std::set<boost::asio::steady_timer*> sleepers_;  // order reaches nothing
};

class SystemAlarm final : public Alarm {
  public:
    SystemAlarm(boost::asio::io_context& io, const Clock& clock) : clock_(clock), timer_(io), offset_(offset()) {}
    Task<void> wait() override;
    void set(std::optional<Instant> when) override;
    void set_running(Running running);

  private:
    Duration offset() const { return clock_.now().time_since_epoch() - clock_.passed(); }

    const Clock& clock_;
    boost::asio::steady_timer timer_;
    Duration offset_;
    std::optional<Instant> when_;
    Running running_ = Running::yes;
};

}  // namespace engine::adapters
