#pragma once
// Work for mailboxes: at most one coroutine per mailbox and lane, at most `at_once` per lane, first come first served; those that
// cannot wait come before the others, but never more than a few in a row.
// Nobody waits in a parked coroutine.
#include <deque>
#include <functional>

#include "engine/sync/mailbox.hpp"

namespace engine::sync {

class Lane {
  public:
    using Work = std::function<Task<void>(Mailbox&)>;
    using Urgent = std::function<bool(const Mailbox&)>;
    Lane(Ports& ports, LaneName name, int at_once, Work work, Urgent urgent = {})
        : ports_(ports), name_(name), at_once_(at_once), work_(std::move(work)), urgent_(std::move(urgent)) {}

    /// Runs the work for this mailbox soon; once more afterwards when it is running already.
    void want(Mailbox& mailbox);
    std::size_t queued() const { return queue_.size() + hurried_.size(); }
    std::size_t running() const { return static_cast<std::size_t>(running_); }

  private:
    Mailbox& next();
    void pump();
    Task<void> run(Mailbox& mailbox);

    Ports& ports_;
    LaneName name_;
    int at_once_;
    Work work_;
    Urgent urgent_;
    std::deque<Mailbox*> queue_, hurried_;
    int hurried_in_a_row_ = 0;
    int running_ = 0;
    bool stopped_ = false;
};

}  // namespace engine::sync
