#pragma once
// Lights and puts out Join buttons at the instants the meetings ask for (OBTP).
#include "engine/sync/cloud.hpp"
#include "engine/sync/mailbox.hpp"

namespace engine::sync {

class Records;

class Buttons {
  public:
    Buttons(Ports& ports, const Config& config, Agenda& agenda, Cloud& cloud, Records& records)
        : ports_(ports), config_(config), agenda_(agenda), cloud_(cloud), records_(records) {}

    /// Brings the cloud's buttons in line with now, and sets the timer to the next instant they differ.
    Task<void> work(Mailbox& mailbox);

  private:
    struct Step;
    std::optional<Step> next_step(Mailbox& mailbox);
    void collect_near(Mailbox& mailbox);
    void take_changed(Mailbox& mailbox);
    bool is_near(const Mailbox& mailbox, const Item& item, Instant now) const;

    Ports& ports_;
    const Config& config_;
    Agenda& agenda_;
    Cloud& cloud_;
    Records& records_;
};

}  // namespace engine::sync
