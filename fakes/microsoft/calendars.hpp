#pragma once
// Everything that can be done to an event, by a request or by hand, with all that follows from it in other mailboxes.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "fakes/microsoft/edit.hpp"
#include "fakes/microsoft/propagation.hpp"

namespace fakes::microsoft {

class Calendars {
  public:
    Calendars(Mailboxes& mailboxes, std::string tenant, int room_booking_days, Dice dice)
        : mailboxes_(mailboxes), propagation_(mailboxes, room_booking_days), tenant_(std::move(tenant)), dice_(dice) {}

    /// The number of the new item (or of the one made by the same transactionId before).
    std::variant<std::uint64_t, Fault> create(Mailbox& mailbox, const Edit& edit, Instant now);
    std::optional<Fault> edit(Mailbox& mailbox, std::uint64_t number, std::optional<Date> slot, Edit edit, Instant now);
    /// Organizer: cancels for everyone. Others: removes the own copy.
    std::optional<Fault> remove(Mailbox& mailbox, std::uint64_t number, std::optional<Date> slot, Instant now);
    std::optional<Fault> respond(Mailbox& mailbox, std::uint64_t number, std::optional<Date> slot, Response response, bool tell, Instant now,
                                 const std::optional<Proposal>& proposal = std::nullopt);

    /// A Teams meeting to put into an edit.
    std::shared_ptr<const OnlineMeeting> new_online_meeting(const Mailbox& mailbox);

    void wake(Instant now) { propagation_.wake(now); }
    std::optional<Instant> next_wake() const { return propagation_.next_wake(); }

  private:
    std::optional<Fault> edit_slot(Mailbox& mailbox, Item& item, Date slot, const Edit& edit, Instant now);

    Mailboxes& mailboxes_;
    Propagation propagation_;
    std::string tenant_;
    Dice dice_;
    std::map<std::pair<std::size_t, std::string>, std::uint64_t> transactions_;
};

}  // namespace fakes::microsoft
