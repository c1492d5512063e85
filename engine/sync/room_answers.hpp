#pragma once
// Answers invitations in the place of rooms that leave them open (policy RoomAnswering): yes or perhaps when the room is free,
// no when it is taken; of a series, no only to the occurrences that are in the way. Google's patch of the answer
// (OP-G-EVENT-PATCH); Microsoft lists no operation for it.
#include <span>

#include "engine/engine.hpp"
#include "engine/sync/mailbox.hpp"
#include "engine/sync/room_calendar.hpp"

namespace engine::sync {

class RoomAnswers {
  public:
    RoomAnswers(Ports& ports, const Config& config, RoomCalendar& rooms) : ports_(ports), config_(config), rooms_(rooms) {}

    bool asked(const Mailbox& mailbox, const ProviderEvent& event) const;
    /// `occurrences`: all of the event within the window; a single event itself.
    Task<Failure> answer(const Mailbox& room, const ProviderEvent& event, std::span<const ProviderEvent> occurrences);

  private:
    Ports& ports_;
    const Config& config_;
    RoomCalendar& rooms_;
};

}  // namespace engine::sync
