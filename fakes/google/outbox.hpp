#pragma once
// Mails about events: who hears of an act, when its sendUpdates asks for it (facts/google.md 6.4, 6.12, 6.13).
#include "fakes/google/calendars.hpp"
#include "fakes/google/service.hpp"

namespace fakes::google {

enum class SendUpdates : std::uint8_t { none, external_only, all };

class Outbox {
  public:
    explicit Outbox(const Calendars& calendars) : calendars_(calendars) {}

    /// What an event looked like before an act.
    struct Before {
        std::vector<Attendee> attendees;
        bool known = false;      // false: the event is new
        std::string id, uid, summary;
    };
    static Before before(const View& view);

    /// Mails for the difference; `view` empty: nothing is left of the event.
    void tell(const Calendar& actor, const Before& before, const View& view, SendUpdates to_whom, Instant now);

    const std::deque<Mail>& mails() const { return mails_; }
    void clear() { mails_.clear(); }

  private:
    void send(Mail::About about, const Calendar& from, const std::string& to, const Before& event, Instant now,
              SendUpdates to_whom);

    const Calendars& calendars_;
    std::deque<Mail> mails_;
};

}  // namespace fakes::google
