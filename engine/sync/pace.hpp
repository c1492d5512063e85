#pragma once
// How fast one mailbox may be asked: so many calls under way (Graph docs: four per application and mailbox), so many a
// minute (Graph docs: 10,000 in ten minutes; Google docs: 600 a minute and user). The rest waits, first come first served,
// so that nobody's calendar is shut by our own haste, and one mailbox in need of much keeps no other waiting.
// Whoever was asked for patience has the whole mailbox rest at that service (Graph docs: calls made meanwhile still count;
// at Google calendar and mail count apart), and then one call goes ahead to see whether the others may follow.
#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <list>
#include <map>
#include <string>
#include <string_view>
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

    /// The service at `origin` wants no call about the mailbox for so long.
    void rest(const std::string& mailbox, std::string_view origin, Duration span);
    /// Returns when a call may go on its way; what came of it is then told to `answered`, or to `rest` again.
    bool rests() const { return !rests_.empty(); }
    Task<void> end_of_rest(std::string mailbox, std::string origin);
    void answered(const std::string& mailbox, std::string_view origin);

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
    struct Rest {
        Instant from{};
        Duration span{};
        bool tried = false;  // somebody is ahead
    };
    void leave(const std::string& mailbox);
    bool counts(Gate& gate, Instant now) const;
    void forget_idle(Instant now);

    Ports& ports_;
    const Policies& policies_;
    std::unordered_map<std::string, Gate> gates_;  // of those asked lately; never walked for anything that can be seen
    std::map<std::string, Rest> rests_;  // by origin and mailbox
    Instant forgotten_at_{};
};

}  // namespace engine::sync
