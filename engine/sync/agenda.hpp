#pragma once
// All users' timers in one queue, ordered by (when, order of setting), and one coroutine that sleeps on the Alarm port.
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "engine/ports.hpp"

namespace engine::sync {

class Agenda {
  public:
    /// One timer of one owner; lives inside its owner. At most one time is set in it.
    class Slot {
      public:
        explicit Slot(std::function<void()> due) : due_(std::move(due)) {}
        Slot(const Slot&) = delete;
        Slot& operator=(const Slot&) = delete;
        std::optional<Instant> when() const { return key_ ? std::optional<Instant>(key_->first) : std::nullopt; }

      private:
        friend class Agenda;
        std::function<void()> due_;  // starts work, never does it
        std::optional<std::pair<Instant, std::uint64_t>> key_;
    };

    Agenda(Clock& clock, Alarm& alarm) : clock_(clock), alarm_(alarm) {}

    void set(Slot& slot, std::optional<Instant> when);
    /// Only brings forward: keeps an earlier time that is already set.
    void no_later(Slot& slot, Instant when);
    /// Sleeps and fires, for ever; ends by Stopped.
    Task<void> run();
    std::size_t size() const { return queue_.size(); }

  private:
    void tell_alarm();

    Clock& clock_;
    Alarm& alarm_;
    std::map<std::pair<Instant, std::uint64_t>, Slot*> queue_;
    std::uint64_t next_order_ = 0;
    std::optional<Instant> told_;
};

}  // namespace engine::sync
