#pragma once
// What devices and rooms need of a calendar provider beyond reading: bookings, extensions, answers in a room's name. One
// implementation each: google_rooms.cpp, graph_rooms.cpp. What a provider's listed operations cannot do, it says.
#include <string>
#include <vector>

#include "engine/sync/provider.hpp"

namespace engine::sync {

struct BusyTime {
    Instant start{}, end{};
};

/// An ad hoc booking: the scheduling account organizes it and invites the room, so that the room's own rules decide
/// (facts/webex.md 4.4).
struct RoomBooking {
    std::string event_id;  // chosen by us, so that a repeated call makes nothing twice; fit for Google: 0-9, a-v
    std::string title;
    MailboxRef room;
    MailboxRef guest;      // of a hot desk: the booking is theirs, and does not make them busy; no address: none
    Instant start{}, end{};
};

class RoomCalendar {
  public:
    virtual ~RoomCalendar() = default;

    /// Whether events may be made and ended, and rooms' answers be written. Microsoft's list has none of these operations
    /// outside provisioning.
    virtual bool books() const = 0;
    /// Who organizes ad hoc bookings.
    virtual MailboxRef scheduling_account() const = 0;
    virtual Task<Outcome<std::vector<BusyTime>>> busy(const MailboxRef& room, Instant from, Instant to) = 0;
    /// Made already with this id: that one.
    virtual Task<Outcome<ProviderEvent>> book(const RoomBooking& booking) = 0;
    /// The provider reads title and time out of `words`; no room is invited yet. Its outcome may be unclear.
    virtual Task<Outcome<ProviderEvent>> quick_book(const std::string& words) = 0;
    /// Invites the room to what quick_book made, and marks it as a booking.
    virtual Task<Outcome<ProviderEvent>> invite(const ProviderEvent& event, const MailboxRef& room) = 0;
    virtual Task<Failure> remove(const MailboxRef& organizer, const std::string& event_id) = 0;
    /// One conditional write on the organizer's event.
    virtual Task<Outcome<ProviderEvent>> set_end(const MailboxRef& organizer, const ProviderEvent& event, Instant end) = 0;
    /// Accepted, tentative or declined in the room's name; the organizer is told.
    virtual Task<Failure> answer(const MailboxRef& room, const std::string& event_id, meeting::Response response) = 0;
    /// What takes place in the room's calendar in [from, to), occurrences one by one.
    virtual Task<Outcome<std::vector<ProviderEvent>>> taking_place(const MailboxRef& room, Instant from, Instant to) = 0;
};

/// Shared property of bookings made here: in every copy, so that the room's own says whose booking it is.
inline constexpr char kGoogleBookingKey[] = "calrigBooking";

}  // namespace engine::sync
