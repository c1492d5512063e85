#pragma once
// Out-of-office presence: polls automatic replies, tells the cloud, keeps it told, and switches exactly at scheduled
// instants (OOO-PRESENCE). Neither provider notifies about automatic replies.
#include <functional>

#include "engine/sync/cloud.hpp"
#include "engine/sync/mailbox.hpp"

namespace engine::sync {

class Records;

class Away {
  public:
    Away(Ports& ports, const Config& config, Agenda& agenda, CalendarProvider& provider, Cloud& cloud, Records& records,
         std::function<void(Mailbox&)> access_lost)
        : ports_(ports),
          config_(config),
          agenda_(agenda),
          provider_(provider),
          cloud_(cloud),
          records_(records),
          access_lost_(std::move(access_lost)) {}

    Task<void> work(Mailbox& mailbox);

  private:
    Task<void> poll(Mailbox& mailbox);

    Ports& ports_;
    const Config& config_;
    Agenda& agenda_;
    CalendarProvider& provider_;
    Cloud& cloud_;
    Records& records_;
    std::function<void(Mailbox&)> access_lost_;
};

}  // namespace engine::sync
