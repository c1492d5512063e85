#pragma once
// How fast one mailbox may be asked: so many calls under way (Graph docs: four per application and mailbox), so many a
// minute (Graph docs: 10,000 in ten minutes; Google docs: 600 a minute and user). The rest waits, first come first served,
// so that nobody's calendar is shut by our own haste, and one mailbox in need of much keeps no other waiting.
#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <list>
#include <string>
#include <unordered_map>

#include "engine/policies.hpp"
#include "engine/ports.hpp"

namespace engine::sync {

class Pace {
  public:
    Pace(Ports& ports, const Policies& policies) : ports_(ports), policies_(policies) {}
    Pace(const Pace&) = delete;
    Pace& operator=(const Pace&) = delete;

    /// Whether a call about the mailbox may be sent now; else `wait` returns when it may. The caller then makes a Hold, for
    /// as long as the call is under way.
    bool enters(const std::string& mailbox);
    Task<void> wait(std::string mailbox);

    class Hold {
      public:
        Hold(Pace& pace, const std::string& mailbox) : pace_(pace), mailbox_(mailbox) {}
        ~Hold() { pace_.leave(mailbox_); }
        Hold(const Hold&) = delete;
        Hold& operator=(const Hold&) = delete;

      private:
        Pace& pace_;
        const std::string& mailbox_;
    };

  private:
    struct Gate {
        int under_way = 0;
        int sent = 0;           // in the minute that began ...
        Instant minute{};       // ... then
        std::list<std::function<void()>> waiting;  // mostly empty
    };
    void leave(const std::string& mailbox);
    bool counts(Gate& gate, Instant now) const;
    void forget_idle(Instant now);

    Ports& ports_;
    const Policies& policies_;
    std::unordered_map<std::string, Gate> gates_;  // of those asked lately; never walked for anything that can be seen
    Instant forgotten_at_{};
};

}  // namespace engine::sync
