#pragma once
// Work for mailboxes: at most one coroutine per mailbox and lane, at most `at_once` per lane, first come first served.
// Nobody waits in a parked coroutine.
#include <deque>
#include <functional>

#include "engine/sync/mailbox.hpp"

namespace engine::sync {

class Lane {
  public:
    using Work = std::function<Task<void>(Mailbox&)>;
    Lane(Ports& ports, LaneName name, int at_once, Work work)
        : ports_(ports), name_(name), at_once_(at_once), work_(std::move(work)) {}

    /// Runs the work for this mailbox soon; once more afterwards when it is running already.
    void want(Mailbox& mailbox);
    std::size_t queued() const { return queue_.size(); }
    std::size_t running() const { return static_cast<std::size_t>(running_); }

  private:
    void pump();
    Task<void> run(Mailbox& mailbox);

    Ports& ports_;
    LaneName name_;
    int at_once_;
    Work work_;
    std::deque<Mailbox*> queue_;
    int running_ = 0;
    bool stopped_ = false;
};

}  // namespace engine::sync
