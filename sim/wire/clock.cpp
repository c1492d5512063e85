#include "sim/wire/clock.hpp"

#include <cassert>
#include <utility>

namespace sim {

VirtualTime::Timer VirtualTime::at(Instant when, std::function<void()> callback) {
    const Timer timer{when < now_ ? now_ : when, ++arrivals_};
    if (spare_.empty()) {
        queue_.emplace(timer, std::move(callback));
        return timer;
    }
    Queue::node_type node = std::move(spare_.back());
    spare_.pop_back();
    node.key() = timer;
    node.mapped() = std::move(callback);
    queue_.insert(std::move(node));
    return timer;
}

void VirtualTime::keep(Queue::node_type node) {
    constexpr std::size_t enough = 256;
    if (node.empty() || spare_.size() >= enough) return;
    node.mapped() = nullptr;
    spare_.push_back(std::move(node));
}

void VirtualTime::cancel(Timer& timer) {
    if (timer) keep(queue_.extract(timer));
    timer = Timer{};
}

std::optional<Instant> VirtualTime::next() const {
    if (queue_.empty()) return std::nullopt;
    return queue_.begin()->first.when;
}

bool VirtualTime::fire_one() {
    if (queue_.empty()) return false;
    auto node = queue_.extract(queue_.begin());
    if (node.key().when != now_) {
        now_ = node.key().when;
        fired_now_ = 0;
    }
    ++fired_now_;
    ++fired_;
    node.mapped()();
    keep(std::move(node));
    return true;
}

void VirtualTime::advance_to(Instant when) {
    assert(when >= now_);
    assert(queue_.empty() || queue_.begin()->first.when >= when);
    if (when != now_) fired_now_ = 0;
    now_ = when;
}

// ---- EngineClock ----------------------------------------------------------------------------------------------------

struct EngineClock::Sleeper {
    VirtualTime::Timer timer;
    std::unique_ptr<Pending<bool>> pending;  // resumed with true: stopped
};

EngineClock::EngineClock(VirtualTime& time, boost::asio::any_io_executor executor)
    : time_(time), executor_(std::move(executor)) {}

EngineClock::~EngineClock() {
    for (auto& [arrival, sleeper] : sleepers_) time_.cancel(sleeper.timer);
}

void EngineClock::sleep(Instant when, std::unique_ptr<Pending<bool>> pending) {
    const std::uint64_t arrival = ++sleepers_seen_;
    Sleeper sleeper;
    sleeper.pending = std::move(pending);
    sleeper.timer = time_.at(when, [this, arrival] {
        auto node = sleepers_.extract(arrival);
        node.mapped().pending->resume(false);
    });
    sleepers_.emplace(arrival, std::move(sleeper));
}

engine::Task<void> EngineClock::pause(engine::Duration length) {
    if (dead_) throw engine::Stopped{};
    if (length <= engine::Duration(0)) co_return;
    const Instant when = time_.now() + length;
    auto start = [this, when](std::unique_ptr<Pending<bool>> pending) { sleep(when, std::move(pending)); };
    auto stopped = co_await suspend<bool>(executor_, start);
    if (stopped || dead_) throw engine::Stopped{};
}

void EngineClock::kill() {
    dead_ = true;
    auto sleepers = std::exchange(sleepers_, {});
    for (auto& [arrival, sleeper] : sleepers) {
        time_.cancel(sleeper.timer);
        sleeper.pending->resume(true);
    }
}

// ---- EngineAlarm ----------------------------------------------------------------------------------------------------

EngineAlarm::EngineAlarm(VirtualTime& time, boost::asio::any_io_executor executor)
    : time_(time), executor_(std::move(executor)) {}

EngineAlarm::~EngineAlarm() { time_.cancel(timer_); }

void EngineAlarm::ring() {
    timer_ = {};
    when_.reset();
    if (auto waiting = std::move(waiting_)) waiting->resume(false);
}

void EngineAlarm::arm() {
    time_.cancel(timer_);
    if (when_ && waiting_) timer_ = time_.at(*when_ - ahead_, [this] { ring(); });
}

engine::Task<void> EngineAlarm::wait() {
    if (dead_) throw engine::Stopped{};
    assert(!waiting_ && "the agenda has a single waiter");
    auto start = [this](std::unique_ptr<Pending<bool>> pending) {
        waiting_ = std::move(pending);
        arm();
    };
    auto stopped = co_await suspend<bool>(executor_, start);
    if (stopped || dead_) throw engine::Stopped{};
}

void EngineAlarm::set(std::optional<Instant> when) {
    if (dead_ || (when && when_ && *when >= *when_)) return;
    when_ = when;
    arm();
}

void EngineAlarm::set_ahead(engine::Duration ahead) {
    if (ahead == std::exchange(ahead_, ahead)) return;
    time_.cancel(timer_);
    ring();
}

void EngineAlarm::kill() {
    dead_ = true;
    time_.cancel(timer_);
    if (auto waiting = std::move(waiting_)) waiting->resume(true);
}

}  // namespace sim
