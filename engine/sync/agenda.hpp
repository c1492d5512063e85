#pragma once
// All users' timers in one queue, ordered by (when, order of setting), and one coroutine that sleeps on the Alarm port.
// Somebody may set the clock: then pauses still last as long as they were meant to, and what is due by the clock is due by
// the new one.
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
        enum class Meant : std::uint8_t { by_the_clock, as_pause };
        Slot(const Slot&) = delete;
        Slot& operator=(const Slot&) = delete;
        std::optional<Instant> when() const { return is_set_ ? std::optional<Instant>(key_.first) : std::nullopt; }

      protected:
        explicit Slot(Meant meant) : meant_(meant) {}
        ~Slot() = default;

      private:
        friend class Agenda;
        virtual void due() = 0;  // starts work, never does it

        std::pair<Instant, std::uint64_t> key_;
        bool is_set_ = false;
        const Meant meant_;
    };
    /// For owners that are not many.
    class Call final : public Slot {
      public:
        explicit Call(std::function<void()> due, Meant meant = Meant::by_the_clock) : Slot(meant), due_(std::move(due)) {}

      private:
        void due() override { due_(); }
        std::function<void()> due_;
    };

    /// `jumped`: told by how much somebody has set the clock, back when negative.
    Agenda(Clock& clock, Alarm& alarm, std::function<void(Duration)> jumped)
        : clock_(clock), alarm_(alarm), jumped_(std::move(jumped)), offset_(offset()) {}

    void set(Slot& slot, std::optional<Instant> when);
    /// Only brings forward: keeps an earlier time that is already set.
    void no_later(Slot& slot, Instant when);
    /// Sleeps and fires, for ever; ends by Stopped.
    Task<void> run();
    std::size_t size() const { return queue_.size(); }

  private:
    void tell_alarm();
    Duration offset() const { return clock_.now().time_since_epoch() - clock_.passed(); }
    void notice_jump();

    Clock& clock_;
    Alarm& alarm_;
    std::function<void(Duration)> jumped_;
    Duration offset_;
    Duration untold_{0};  // of jumps that were noticed while somebody set a timer
    std::map<std::pair<Instant, std::uint64_t>, Slot*> queue_;
    std::uint64_t next_order_ = 0;
    std::optional<Instant> told_;
};

}  // namespace engine::sync
