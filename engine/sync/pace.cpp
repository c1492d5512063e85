#include "engine/sync/pace.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>

namespace engine::sync {
namespace {

constexpr Duration kMinute = std::chrono::minutes(1);
constexpr Duration kBehind = std::chrono::milliseconds(500);  // between looks after the one that is ahead

std::string rest_key(std::string_view origin, std::string_view mailbox) {
    std::string key(origin);
    key += ' ';
    key += mailbox;
    return key;
}

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

void Pace::rest(const std::string& mailbox, std::string_view origin, Duration span) {
    rests_[rest_key(origin, mailbox)] = Rest{ports_.clock.now(), span, false};
}

Task<void> Pace::end_of_rest(std::string mailbox, std::string origin) {
    const std::string key = rest_key(origin, mailbox);
    while (true) {
        const auto found = rests_.find(key);
        if (found == rests_.end()) co_return;
        const Duration rested = ports_.clock.now() - found->second.from;
        Duration wait = kBehind;
        // A clock that was set makes no rest longer.
        if (rested >= Duration(0) && rested < found->second.span) {
            wait = found->second.span - rested;
        } else if (!found->second.tried) {
            found->second.tried = true;
            co_return;
        }
        co_await ports_.clock.pause(wait);
    }
}

void Pace::answered(const std::string& mailbox, std::string_view origin) { rests_.erase(rest_key(origin, mailbox)); }

void Pace::forget_idle(Instant now) {
    if (now < forgotten_at_ + kMinute && now >= forgotten_at_) return;
    forgotten_at_ = now;
    std::erase_if(gates_, [now](const auto& one) { return one.second.under_way == 0 && one.second.minute + kMinute <= now; });
}

}  // namespace engine::sync
