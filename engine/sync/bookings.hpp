#pragma once
// What people do at room devices becomes what calendars say: ad hoc bookings, extensions, releases, answers. The meeting
// cloud rings, the engine fetches; a request is answered within its minute or taken back.
#include <functional>
#include <set>

#include "engine/sync/cloud.hpp"
#include "engine/sync/keys.hpp"
#include "engine/sync/mailbox.hpp"
#include "engine/sync/room_calendar.hpp"

namespace engine::sync {

class Bookings {
  public:
    struct Calls {
        std::function<void(Mailbox&)> look_soon;  // something was written that this calendar shows
        std::function<bool()> people_known;       // the directory was read
    };
    Bookings(Ports& ports, const Config& config, Agenda& agenda, People& people, CalendarProvider& provider,
             RoomCalendar& rooms, Cloud& cloud, Keys& keys, Calls calls);

    /// Soon; once more when it is looking right now.
    void look();

  private:
    /// `cause` empty: done. `booked`: an event to be taken back when nobody waits for it any more.
    struct Verdict {
        std::string cause, item_id, booked;
    };
    struct Found {
        std::string source_id, uid;
        Instant slot{}, start{}, end{};
    };
    Task<void> run();
    Task<Failure> read();
    void begin(DeviceRequest request);
    Task<void> take(DeviceRequest request);
    /// Whose event a booking is: the guest's at a desk, else the scheduling account's.
    MailboxRef organizer_of(const DeviceRequest& request);
    Task<Verdict> carry_out(const DeviceRequest& request);
    Task<Verdict> book(const DeviceRequest& request, const MailboxRef& room);
    Task<Verdict> quick_book(const DeviceRequest& request, const MailboxRef& room);
    Task<Verdict> invite_room(ProviderEvent event, const DeviceRequest& request, const MailboxRef& room);
    Task<Verdict> extend(const DeviceRequest& request, Mailbox& room);
    Task<Verdict> release(const DeviceRequest& request, Mailbox& room);
    Task<Verdict> respond(const DeviceRequest& request, Mailbox& room);
    Task<Outcome<std::string>> opened(const DeviceRequest& request);
    Task<void> take_back(const DeviceRequest& request, const std::string& event_id);
    Task<Verdict> await_room(ProviderEvent event, const DeviceRequest& request, const MailboxRef& room);
    Task<Outcome<ProviderEvent>> event_of(const MailboxRef& who, const Found& found);
    static std::optional<Found> find(const Mailbox& mailbox, const std::string& item);
    static bool is_taken(const Mailbox& room, const Found& except, Instant from, Instant to);

    Ports& ports_;
    const Config& config_;
    Agenda& agenda_;
    People& people_;
    CalendarProvider& provider_;
    RoomCalendar& rooms_;
    Cloud& cloud_;
    Keys& keys_;
    Calls calls_;
    Agenda::Call timer_;
    bool running_ = false, again_ = false;
    std::set<std::string> taken_;  // ids of requests that are being worked on
};

}  // namespace engine::sync
