#pragma once
// Lights and puts out Join buttons at the instants the meetings ask for (OBTP).
#include "engine/sync/cloud.hpp"
#include "engine/sync/mailbox.hpp"

namespace engine::sync {

class Records;

class Buttons {
  public:
    Buttons(Ports& ports, const Config& config, Agenda& agenda, Cloud& cloud, Records& records)
        : ports_(ports), config_(config), agenda_(agenda), cloud_(cloud), records_(records) {
        in_rooms_ = config.policies;
        in_rooms_.join_lead = config.policies.room_join_lead;
    }

    /// Brings the cloud's buttons in line with now, and sets the timer to the next instant they differ.
    Task<void> work(Mailbox& mailbox);

  private:
    struct Step;
    std::optional<Step> next_step(Mailbox& mailbox);
    void note_before(Mailbox& mailbox, const Step& step);
    void collect_near(Mailbox& mailbox);
    void take_changed(Mailbox& mailbox);
    /// Rooms may have a lead of their own.
    const Policies& policies_of(const Mailbox& mailbox) const { return mailbox.ref.is_room ? in_rooms_ : config_.policies; }
    bool is_near(const Mailbox& mailbox, const Item& item, Instant now) const;

    Ports& ports_;
    const Config& config_;
    Agenda& agenda_;
    Cloud& cloud_;
    Records& records_;
    Policies in_rooms_;
};

}  // namespace engine::sync
