#include "engine/sync/agenda.hpp"

#include <utility>
#include <vector>

namespace engine::sync {
namespace {

constexpr Duration kJump = std::chrono::seconds(1);  // less is a clock that is being steered

}  // namespace

/// Pauses move along with the clock.
void Agenda::notice_jump() {
    const Duration by = offset() - offset_;
    if (by < kJump && by > -kJump) return;
    offset_ += by;
    untold_ += by;
    std::vector<Slot*> pauses;
    for (const auto& [key, slot] : queue_)
        if (slot->meant_ == Slot::Meant::as_pause) pauses.push_back(slot);
    for (Slot* slot : pauses) {
        queue_.erase(slot->key_);
        slot->key_.first += by;
        queue_.emplace(slot->key_, slot);
    }
}

void Agenda::set(Slot& slot, std::optional<Instant> when) {
    notice_jump();
    if (slot.is_set_) {
        if (when && slot.key_.first == *when) return;
        queue_.erase(slot.key_);
        slot.is_set_ = false;
    }
    if (when) {
        slot.key_ = {*when, next_order_++};
        slot.is_set_ = true;
        queue_.emplace(slot.key_, &slot);
    }
    tell_alarm();
}

void Agenda::no_later(Slot& slot, Instant when) {
    if (!slot.is_set_ || slot.key_.first > when) set(slot, when);
}

void Agenda::tell_alarm() {
    const std::optional<Instant> earliest =
        queue_.empty() ? std::nullopt : std::optional<Instant>(queue_.begin()->first.first);
    if (earliest == told_) return;
    told_ = earliest;
    alarm_.set(earliest);
}

Task<void> Agenda::run() {
    for (;;) {
        co_await alarm_.wait();
        told_.reset();  // the alarm is spent
        notice_jump();
        if (const Duration by = std::exchange(untold_, Duration(0)); by != Duration(0)) jumped_(by);
        const Instant now = clock_.now();
        // What a due timer sets for this same instant waits for the next round, so that no round is endless.
        const std::uint64_t round = next_order_;
        while (!queue_.empty()) {
            const auto first = queue_.begin();
            if (first->first.first > now || first->first.second >= round) break;
            Slot& slot = *first->second;
            queue_.erase(first);
            slot.is_set_ = false;
            slot.due();
        }
        told_.reset();
        tell_alarm();
        if (queue_.empty()) alarm_.set(std::nullopt);
    }
}

}  // namespace engine::sync
