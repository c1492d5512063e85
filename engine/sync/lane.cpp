#include "engine/sync/lane.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <exception>

namespace engine::sync {
namespace {

constexpr int kHurriedInARow = 8;  // then one of those that can wait: nobody starves

}  // namespace

void Lane::want(Mailbox& mailbox) {
    LaneState& state = mailbox.lane(name_);
    if (state.phase == LaneState::Phase::running) state.again = true;
    if (state.phase != LaneState::Phase::idle) return;
    state.phase = LaneState::Phase::queued;
    (urgent_ && urgent_(mailbox) ? hurried_ : queue_).push_back(&mailbox);
    pump();
}

/// There is one.
Mailbox& Lane::next() {
    const bool hurry = !hurried_.empty() && (queue_.empty() || hurried_in_a_row_ < kHurriedInARow);
    hurried_in_a_row_ = hurry ? hurried_in_a_row_ + 1 : 0;
    std::deque<Mailbox*>& from = hurry ? hurried_ : queue_;
    Mailbox& mailbox = *from.front();
    from.pop_front();
    return mailbox;
}

void Lane::pump() {
    while (!stopped_ && running_ < at_once_ && !(queue_.empty() && hurried_.empty())) {
        Mailbox& mailbox = next();
        mailbox.lane(name_).phase = LaneState::Phase::running;
        ++running_;
        boost::asio::co_spawn(ports_.executor, run(mailbox), boost::asio::detached);
    }
}

Task<void> Lane::run(Mailbox& mailbox) {
    bool broken = false;
    try {
        co_await work_(mailbox);
    } catch (const Stopped&) {
        stopped_ = true;
        co_return;
    } catch (const std::exception&) {
        broken = true;  // what() may quote someone's text
    }
    if (broken) ports_.log.line(Log::Level::error, "bug.exception_in_work user=" + mailbox.user_id);
    LaneState& state = mailbox.lane(name_);
    state.phase = LaneState::Phase::idle;
    --running_;
    const bool again = state.again;
    state.again = false;
    if (again) want(mailbox);
    pump();
}

}  // namespace engine::sync
