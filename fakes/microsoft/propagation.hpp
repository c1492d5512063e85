#pragma once
// What one mailbox's change does to the others: invitations, updates and cancellations from the organizer, answers back,
// and rooms that answer by themselves. Copies are items of their own with the meeting's iCalUId.
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "fakes/microsoft/mailbox.hpp"

namespace fakes::microsoft {

class Propagation {
  public:
    Propagation(Mailboxes& mailboxes, int room_booking_days) : mailboxes_(mailboxes), booking_days_(room_booking_days) {}

    /// The organizer saved a single event or a series; `before` is nullptr for the first time.
    void meeting_saved(const Item& item, const Content* before, Instant now);
    /// The organizer saved one occurrence, which is now an exception.
    void occurrence_saved(const Item& master, Date slot, const Content& before, Instant now);
    /// The organizer calls the meeting, or one slot of it, off. Before the organizer's own item goes.
    void cancelled(const Item& item, std::optional<Date> slot, Instant now);
    /// An attendee's answer travels to the organizer.
    void answered(const Mailbox& from, const Item& item, std::optional<Date> slot, Response response, Instant now,
                  const std::optional<Proposal>& proposal = std::nullopt);

    /// Rooms answer what is due.
    void wake(Instant now);
    std::optional<Instant> next_wake() const;

  private:
    struct RoomAnswer {
        std::size_t room = 0;
        std::uint64_t item = 0;
        std::optional<Date> slot;
    };
    std::vector<Mailbox*> reached(const Content& content);
    void deliver(Mailbox& to, const Item& from, bool time_changed, Instant now);
    void deliver_slot(Mailbox& to, const Item& master, Date slot, const Copy& exception, bool time_changed, Instant now);
    void withdraw(Mailbox& to, const Item& from, Instant now);
    void withdraw_slot(Mailbox& to, const Item& from, Date slot, Instant now);
    void ask_room(const Mailbox& room, const Item& item, std::optional<Date> slot, Instant now);
    void answer_as_room(const RoomAnswer& answer, Instant now);
    bool room_is_free(const Mailbox& room, const Item& item, std::optional<Date> slot, Instant now) const;

    Mailboxes& mailboxes_;
    int booking_days_;
    std::map<std::pair<Instant, std::uint64_t>, RoomAnswer> due_;
    std::uint64_t asked_ = 0;
};

/// Sets a copy's answer and what follows from it.
void set_response(Copy& copy, Response response, Instant now);
/// The exception at `slot`, made from the plain occurrence when there is none yet; nullptr when the slot is not there.
Copy* exception_at(Item& master, Date slot);

}  // namespace fakes::microsoft
