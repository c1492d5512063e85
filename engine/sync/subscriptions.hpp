#pragma once
// One subscription or channel per mailbox: made, replaced before it expires (the new one first, then the old one ends),
// made anew when it was lost.
#include <map>
#include <string>

#include "engine/engine.hpp"
#include "engine/sync/mailbox.hpp"

namespace engine::sync {

class Records;

class Subscriptions {
  public:
    Subscriptions(Ports& ports, const Config& config, Agenda& agenda, CalendarProvider& provider, Records& records)
        : ports_(ports), config_(config), agenda_(agenda), provider_(provider), records_(records) {}

    /// A new subscription takes the place of the old one. When the provider no longer knew the old one, changes may
    /// have gone untold: a full look is then asked for.
    Task<Failure> renew(Mailbox& mailbox);
    Task<Failure> end(Mailbox& mailbox);

    /// The mailbox that this notification is about: id and secret must both fit (compared in constant time).
    Mailbox* owner(const std::string& id, const std::string& secret);
    /// After a restart: knows the mailbox's subscription again.
    void remember(Mailbox& mailbox);

  private:
    std::string random_hex(std::size_t bytes);

    Ports& ports_;
    const Config& config_;
    Agenda& agenda_;
    CalendarProvider& provider_;
    Records& records_;
    std::map<std::string, Mailbox*> by_id_;
};

}  // namespace engine::sync
