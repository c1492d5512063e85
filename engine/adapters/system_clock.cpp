#include "engine/adapters/system_clock.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace engine::adapters {
namespace {

using boost::system::error_code;
using Steady = std::chrono::steady_clock;

constexpr Duration kLook = std::chrono::seconds(1);  // how soon the alarm notices that the clock was set

}  // namespace

Instant SystemClock::now() const { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

Duration SystemClock::passed() const { return std::chrono::floor<Duration>(Steady::now().time_since_epoch()); }

Task<void> SystemClock::pause(Duration length) {
    if (running_ == Running::no) throw Stopped{};
    if (length <= Duration(0)) co_return;
    const Steady::time_point until = Steady::now() + length;
    boost::asio::steady_timer timer(io_);
    sleepers_.insert(&timer);
    while (running_ != Running::no) {
        if (running_ == Running::yes && until <= Steady::now()) break;
        timer.expires_at(running_ == Running::yes ? until : Steady::time_point::max());
        error_code ignored;
        auto token = boost::asio::redirect_error(boost::asio::use_awaitable, ignored);
        co_await timer.async_wait(token);
    }
    sleepers_.erase(&timer);
    if (running_ == Running::no) throw Stopped{};
}

void SystemClock::set_running(Running running) {
    running_ = running;
    for (boost::asio::steady_timer* timer : sleepers_) timer->cancel();
}

Task<void> SystemAlarm::wait() {
    while (running_ != Running::no) {
        if (running_ == Running::yes && when_ && *when_ <= clock_.now()) {
            when_.reset();
            co_return;
        }
        const Duration jump = offset() - offset_;
        if (running_ == Running::yes && (jump >= kLook || jump <= -kLook)) {
            offset_ += jump;
            co_return;
        }
        const Duration rest = when_ ? std::min<Duration>(*when_ - clock_.now(), kLook) : kLook;
        timer_.expires_at(running_ == Running::yes ? Steady::now() + rest : Steady::time_point::max());
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
