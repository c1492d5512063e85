#include "engine/adapters/system_clock.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace engine::adapters {
namespace {

using boost::system::error_code;
using TimePoint = boost::asio::system_timer::time_point;

TimePoint time_point(Instant when) { return TimePoint(std::chrono::duration_cast<TimePoint::duration>(when.time_since_epoch())); }

}  // namespace

Instant SystemClock::now() const { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

Task<void> SystemClock::sleep_until(Instant when) {
    if (running_ == Running::no) throw Stopped{};
    if (when <= now()) co_return;
    boost::asio::system_timer timer(io_);
    sleepers_.insert(&timer);
    while (running_ != Running::no) {
        if (running_ == Running::yes && when <= now()) break;
        timer.expires_at(running_ == Running::yes ? time_point(when) : TimePoint::max());
        error_code ignored;
        auto token = boost::asio::redirect_error(boost::asio::use_awaitable, ignored);
        co_await timer.async_wait(token);
    }
    sleepers_.erase(&timer);
    if (running_ == Running::no) throw Stopped{};
}

void SystemClock::set_running(Running running) {
    running_ = running;
    for (boost::asio::system_timer* timer : sleepers_) timer->cancel();
}

Task<void> SystemAlarm::wait() {
    while (running_ != Running::no) {
        if (running_ == Running::yes && when_ && *when_ <= clock_.now()) {
            when_.reset();
            co_return;
        }
        timer_.expires_at(running_ == Running::yes && when_ ? time_point(*when_) : TimePoint::max());
        error_code ignored;
        auto token = boost::asio::redirect_error(boost::asio::use_awaitable, ignored);
        co_await timer_.async_wait(token);
    }
    throw Stopped{};
}

void SystemAlarm::set(std::optional<Instant> when) {
    if (running_ == Running::no || (when && when_ && *when >= *when_)) return;
    when_ = when;
    timer_.cancel();
}

void SystemAlarm::set_running(Running running) {
    running_ = running;
    timer_.cancel();
}

}  // namespace engine::adapters
