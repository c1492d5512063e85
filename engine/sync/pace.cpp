#include "engine/sync/pace.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>

namespace engine::sync {
namespace {

constexpr Duration kMinute = std::chrono::minutes(1);

}  // namespace

/// One more in this minute; false: no more until the next.
bool Pace::counts(Gate& gate, Instant now) const {
    const bool other_minute = now >= gate.minute + kMinute || now < gate.minute;  // the clock may have been set back
    if (other_minute) {
        gate.minute = now;
        gate.sent = 0;
    }
    if (gate.sent >= policies_.mailbox_calls_a_minute) return false;
    ++gate.sent;
    return true;
}

bool Pace::enters(const std::string& mailbox) {
    const Instant now = ports_.clock.now();
    forget_idle(now);
    Gate& gate = gates_[mailbox];
    if (gate.under_way >= policies_.mailbox_at_once || !gate.waiting.empty() || !counts(gate, now)) return false;
    ++gate.under_way;
    return true;
}

Task<void> Pace::wait(std::string mailbox) {
    Gate& gate = gates_[mailbox];  // stays where it is, and is not forgotten while a call is under way or waits
    if (gate.under_way < policies_.mailbox_at_once) {
        ++gate.under_way;
    } else {
        using Token = boost::asio::use_awaitable_t<boost::asio::any_io_executor>;
        Token token;
        // The handler can only be moved, a std::function only copied: a shared holder serves both.
        auto park = [&gate](auto handler) {
            auto held = std::make_shared<decltype(handler)>(std::move(handler));
            gate.waiting.push_back([held] { std::move (*held)(); });
        };
        co_await boost::asio::async_initiate<Token, void()>(park, token);
    }
    while (!counts(gate, ports_.clock.now())) {
        const Duration rest = gate.minute + kMinute - ports_.clock.now();
        co_await ports_.clock.pause(rest);
    }
}

void Pace::leave(const std::string& mailbox) {
    Gate& gate = gates_[mailbox];
    if (gate.waiting.empty()) {
        --gate.under_way;
        return;
    }
    // The place is handed over, not freed: nobody overtakes between the post and the resumption.
    std::function<void()> next = std::move(gate.waiting.front());
    gate.waiting.pop_front();
    boost::asio::post(ports_.executor, std::move(next));
}

void Pace::forget_idle(Instant now) {
    if (now < forgotten_at_ + kMinute && now >= forgotten_at_) return;
    forgotten_at_ = now;
    std::erase_if(gates_, [now](const auto& one) { return one.second.under_way == 0 && one.second.minute + kMinute <= now; });
}

}  // namespace engine::sync
