#include "engine/sync/bookings.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace engine::sync {
namespace {

constexpr Duration kLookAgain = std::chrono::seconds(5);
constexpr std::size_t kAtOnce = 64;
/// A room answers within seconds; the device waits a minute.
constexpr std::array<Duration, 4> kRoomAsked{std::chrono::seconds(3), std::chrono::seconds(6), std::chrono::seconds(12),
                                             std::chrono::seconds(20)};
constexpr Duration kMargin = std::chrono::seconds(5);  // so long before its end a request is given up
constexpr Duration kDay = std::chrono::hours(24);

// RoomOS: causes of a booking that failed.
constexpr const char* kDecline = "Decline";
constexpr const char* kConfig = "ConfigError";
constexpr const char* kHttp = "HttpError";
constexpr const char* kKms = "KmsError";
constexpr const char* kTimeout = "Timeout";

/// Google takes ids of 0-9 and a-v: the request's UUID without its dashes.
std::string event_id_for(const std::string& request_id) {
    std::string id = "calrig";
    for (const char c : request_id)
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'v')) id += c;
    return id;
}

meeting::Response answer_in(const ProviderEvent& event, const MailboxRef& room) {
    for (const ProviderAttendee& one : event.attendees)
        if (lower_case(one.address) == lower_case(room.address)) return one.response;
    return meeting::Response::none;
}

bool same_address(const std::string& a, const std::string& b) { return lower_case(a) == lower_case(b); }

}  // namespace

Bookings::Bookings(Ports& ports, const Config& config, Agenda& agenda, People& people, CalendarProvider& provider,
                   RoomCalendar& rooms, Cloud& cloud, Keys& keys, Calls calls)
    : ports_(ports),
      config_(config),
      agenda_(agenda),
      people_(people),
      provider_(provider),
      rooms_(rooms),
      cloud_(cloud),
      keys_(keys),
      calls_(std::move(calls)),
      timer_([this] { look(); }, Agenda::Slot::Meant::as_pause) {}

void Bookings::look() {
    again_ = running_;
    if (running_) return;
    running_ = true;
    boost::asio::co_spawn(ports_.executor, run(), boost::asio::detached);
}

Task<void> Bookings::run() {
    try {
        do {
            again_ = false;
            const Failure failure = co_await read();
            if (failure.any()) {
                ports_.log.line(Log::Level::warning, "device_requests.unreadable " + describe(failure));
                agenda_.no_later(timer_, ports_.clock.now() + kLookAgain);
            }
        } while (again_);
        running_ = false;
    } catch (const Stopped&) {
        co_return;
    }
}

Task<Failure> Bookings::read() {
    Outcome<std::vector<DeviceRequest>> waiting = co_await cloud_.device_requests();
    if (!waiting.ok()) co_return std::move(waiting.failure);
    for (DeviceRequest& request : waiting.value) {
        if (request.id.empty() || taken_.contains(request.id)) continue;
        // Whose request it is must be known first; too many at once wait their turn.
        if (!calls_.people_known() || taken_.size() >= kAtOnce) {
            agenda_.no_later(timer_, ports_.clock.now() + kLookAgain);
            break;
        }
        begin(std::move(request));
    }
    co_return Failure{};
}

void Bookings::begin(DeviceRequest request) {
    taken_.insert(request.id);
    boost::asio::co_spawn(ports_.executor, take(std::move(request)), boost::asio::detached);
}

Task<void> Bookings::take(DeviceRequest request) {
    bool broken = false;
    try {
        const Verdict verdict = co_await carry_out(request);
        ports_.log.line(Log::Level::info, "device_request.answered user=" + request.user_id + " type=" + request.type +
                                              (verdict.cause.empty() ? std::string() : " cause=" + verdict.cause));
        const Failure told = co_await cloud_.answer_device(request.id, verdict.cause, verdict.item_id);
        // The device gave up: a room must not be taken by a booking that nobody was told of.
        if (told.kind == Failure::Kind::gone && !verdict.booked.empty()) {
            co_await take_back(request, verdict.booked);
        }
    } catch (const Stopped&) {
        co_return;
    } catch (const std::exception&) {
        broken = true;  // what() may quote someone's text
    }
    if (broken) ports_.log.line(Log::Level::error, "bug.exception_in_booking user=" + request.user_id);
    taken_.erase(request.id);
}

Task<Bookings::Verdict> Bookings::carry_out(const DeviceRequest& request) {
    Mailbox* room = people_.find(request.user_id);
    // Rooms are booked at their devices; people have their own calendars for that.
    if (room == nullptr || !room->usable() || !room->ref.is_room) co_return Verdict{kConfig, {}, {}};
    if (request.type == "EXTEND") {
        co_return co_await extend(request, *room);
    }
    // Everything else makes, ends or answers events: not among Microsoft's listed operations.
    if (!rooms_.books() || !config_.policies.book_at_devices) co_return Verdict{kConfig, {}, {}};
    const MailboxRef who = room->ref;
    Verdict verdict{kConfig, {}, {}};
    if (request.type == "BOOK") {
        verdict = co_await book(request, who);
    } else if (request.type == "QUICK_BOOK") {
        verdict = co_await quick_book(request, who);
    } else if (request.type == "RELEASE") {
        verdict = co_await release(request, *room);
    } else if (request.type == "RESPOND") {
        verdict = co_await respond(request, *room);
    }
    if (verdict.cause.empty()) calls_.look_soon(*room);
    co_return verdict;
}

MailboxRef Bookings::organizer_of(const DeviceRequest& request) {
    const Mailbox* guest = request.guest.empty() ? nullptr : people_.find(request.guest);
    return guest == nullptr ? rooms_.scheduling_account() : guest->ref;
}

Task<Outcome<std::string>> Bookings::opened(const DeviceRequest& request) {
    Outcome<meeting::Secret> key = co_await keys_.retrieve(request.key_uri);
    if (!key.ok()) co_return Outcome<std::string>::failed(std::move(key.failure));
    meeting::Sealer sealer(key.value);
    std::optional<std::string> plain = sealer.open(request.sealed);
    Outcome<std::string> outcome;
    if (plain)
        outcome.value = std::move(*plain);
    else
        outcome.failure.kind = Failure::Kind::malformed;
    co_return outcome;
}

Task<Bookings::Verdict> Bookings::book(const DeviceRequest& request, const MailboxRef& room) {
    const Mailbox* guest = request.guest.empty() ? nullptr : people_.find(request.guest);
    const bool stranger = !request.guest.empty() && (guest == nullptr || !guest->usable() || guest->ref.is_room);
    if (stranger) co_return Verdict{kConfig, {}, {}};
    Outcome<std::string> title = co_await opened(request);
    if (!title.ok()) co_return Verdict{kKms, {}, {}};
    RoomBooking booking;
    booking.event_id = event_id_for(request.id);
    booking.title = std::move(title.value);
    booking.room = room;
    if (guest != nullptr) booking.guest = guest->ref;
    booking.start = request.start;
    booking.end = request.start + std::chrono::minutes(request.minutes);
    const Instant busy_to = booking.end;
    Outcome<std::vector<BusyTime>> busy = co_await rooms_.busy(room, booking.start, busy_to);
    if (!busy.ok()) co_return Verdict{kHttp, {}, {}};
    if (!busy.value.empty()) co_return Verdict{kDecline, {}, {}};
    Outcome<ProviderEvent> made = co_await rooms_.book(booking);
    if (!made.ok()) co_return Verdict{kHttp, {}, {}};
    const std::string id = made.value.id;
    Verdict verdict = co_await await_room(std::move(made.value), request, room);
    if (!verdict.cause.empty()) {
        co_await take_back(request, id);
    }
    co_return verdict;
}

Task<void> Bookings::take_back(const DeviceRequest& request, const std::string& event_id) {
    const MailboxRef account = organizer_of(request);
    const Failure undone = co_await rooms_.remove(account, event_id);
    ports_.log.line(Log::Level::info, "booking.taken_back user=" + request.user_id +
                                          (undone.any() ? " " + describe(undone) : std::string()));
}

Task<Bookings::Verdict> Bookings::quick_book(const DeviceRequest& request, const MailboxRef& room) {
    Outcome<std::string> words = co_await opened(request);
    if (!words.ok()) co_return Verdict{kKms, {}, {}};
    Outcome<ProviderEvent> made = co_await rooms_.quick_book(words.value);
    if (!made.ok()) co_return Verdict{kHttp, {}, {}};
    const std::string id = made.value.id;
    Verdict verdict = co_await invite_room(std::move(made.value), request, room);
    if (!verdict.cause.empty()) {
        co_await take_back(request, id);
    }
    co_return verdict;
}

/// Only now it is known when that would be.
Task<Bookings::Verdict> Bookings::invite_room(ProviderEvent event, const DeviceRequest& request, const MailboxRef& room) {
    const bool no_time = event.all_day || event.shape != meeting::EventShape::single || event.end <= ports_.clock.now();
    if (no_time) co_return Verdict{kDecline, {}, {}};
    Outcome<std::vector<BusyTime>> busy = co_await rooms_.busy(room, event.start, event.end);
    if (!busy.ok()) co_return Verdict{kHttp, {}, {}};
    if (!busy.value.empty()) co_return Verdict{kDecline, {}, {}};
    Outcome<ProviderEvent> invited = co_await rooms_.invite(event, room);
    if (!invited.ok()) co_return Verdict{kHttp, {}, {}};
    co_return co_await await_room(std::move(invited.value), request, room);
}

/// The room's own rules have the last word: between the look at its busy times and the booking somebody may have come first.
Task<Bookings::Verdict> Bookings::await_room(ProviderEvent event, const DeviceRequest& request, const MailboxRef& room) {
    const MailboxRef account = organizer_of(request);
    const std::string id = event.id;
    if (Mailbox* mailbox = people_.find(request.user_id); mailbox != nullptr) calls_.look_soon(*mailbox);
    meeting::Response answer = answer_in(event, room);
    for (const Duration pause : kRoomAsked) {
        if (answer != meeting::Response::none) break;
        if (ports_.clock.now() + pause + kMargin > request.expires) break;
        co_await ports_.clock.pause(pause);
        Outcome<ProviderEvent> fresh = co_await provider_.get(account, id);
        if (fresh.ok()) answer = answer_in(fresh.value, room);
    }
    const bool has_room = answer == meeting::Response::accepted || answer == meeting::Response::tentative;
    if (has_room) co_return Verdict{{}, item_id(event.uid, Item::kNoSlot), id};
    co_return Verdict{answer == meeting::Response::declined ? kDecline : kTimeout, {}, {}};
}

std::optional<Bookings::Found> Bookings::find(const Mailbox& mailbox, const std::string& item) {
    for (const auto& [id, source] : mailbox.sources)
        for (const Item& one : source.items)
            if (item_id(source.uid, one.slot) == item) return Found{id, source.uid, one.slot, one.start, one.end};
    return std::nullopt;
}

bool Bookings::is_taken(const Mailbox& room, const Found& except, Instant from, Instant to) {
    for (const auto& [id, source] : room.sources)
        for (const Item& one : source.items)
            if ((id != except.source_id || one.slot != except.slot) && one.start < to && one.end > from) return true;
    return false;
}

Task<Outcome<ProviderEvent>> Bookings::event_of(const MailboxRef& who, const Found& found) {
    if (found.slot == Item::kNoSlot) {
        co_return co_await provider_.get(who, found.source_id);
    }
    Outcome<std::vector<ProviderEvent>> members =
        co_await provider_.instances(who, found.source_id, found.start - kDay, found.end + kDay);
    if (!members.ok()) co_return Outcome<ProviderEvent>::failed(std::move(members.failure));
    for (ProviderEvent& one : members.value) {
        if (one.original_start != found.slot) continue;
        Outcome<ProviderEvent> outcome;
        outcome.value = std::move(one);
        co_return outcome;
    }
    Failure gone;
    gone.kind = Failure::Kind::gone;
    co_return Outcome<ProviderEvent>::failed(std::move(gone));
}

Task<Bookings::Verdict> Bookings::extend(const DeviceRequest& request, Mailbox& room) {
    const std::optional<Found> found = find(room, request.item_id);
    if (!found) co_return Verdict{kDecline, {}, {}};
    Outcome<ProviderEvent> seen = co_await event_of(room.ref, *found);
    if (!seen.ok()) co_return Verdict{kHttp, {}, {}};
    // The organizer's event is what all copies follow.
    MailboxRef organizer = rooms_.scheduling_account();
    Found theirs = *found;
    Mailbox* person = nullptr;
    if (!seen.value.booked_at_device || !same_address(seen.value.organizer_address, organizer.address)) {
        person = people_.by_address(seen.value.organizer_address);
        if (person == nullptr || !person->usable()) co_return Verdict{kDecline, {}, {}};
        organizer = person->ref;
        const std::optional<Found> own = find(*person, request.item_id);
        if (!own) co_return Verdict{kDecline, {}, {}};
        theirs = *own;
    }
    const Instant until = seen.value.end + std::chrono::minutes(request.minutes);
    if (rooms_.books()) {
        Outcome<std::vector<BusyTime>> busy = co_await rooms_.busy(room.ref, seen.value.end, until);
        if (!busy.ok()) co_return Verdict{kHttp, {}, {}};
        if (!busy.value.empty()) co_return Verdict{kDecline, {}, {}};
    } else if (is_taken(room, *found, seen.value.end, until)) {
        co_return Verdict{kDecline, {}, {}};
    }
    for (int tries = 0; tries < 3; ++tries) {
        Outcome<ProviderEvent> event = co_await event_of(organizer, theirs);
        if (!event.ok()) co_return Verdict{kHttp, {}, {}};
        if (event.value.end >= until) break;  // it is that long already
        Outcome<ProviderEvent> written = co_await rooms_.set_end(organizer, event.value, until);
        if (written.failure.kind == Failure::Kind::stale) continue;
        if (!written.ok()) co_return Verdict{kHttp, {}, {}};
        break;
    }
    calls_.look_soon(room);
    if (person != nullptr) calls_.look_soon(*person);
    co_return Verdict{{}, request.item_id, {}};
}

Task<Bookings::Verdict> Bookings::release(const DeviceRequest& request, Mailbox& room) {
    if (request.cause == "NoShow" && !config_.policies.release_no_shows) co_return Verdict{kDecline, {}, {}};
    const std::optional<Found> found = find(room, request.item_id);
    if (!found) co_return Verdict{};  // it is gone already
    Outcome<ProviderEvent> event = co_await event_of(room.ref, *found);
    if (event.failure.kind == Failure::Kind::gone) co_return Verdict{};
    if (!event.ok()) co_return Verdict{kHttp, {}, {}};
    const MailboxRef account = rooms_.scheduling_account();
    const bool ours = event.value.booked_at_device && same_address(event.value.organizer_address, account.address);
    const Mailbox* guest = request.cause == "HotdeskSignout" && event.value.booked_at_device ? people_.by_address(event.value.organizer_address) : nullptr;
    Failure failure;
    if (ours)
        failure = co_await rooms_.remove(account, event.value.id);
    else if (guest != nullptr && guest->usable())
        failure = co_await rooms_.remove(guest->ref, event.value.id);  // the same id in every copy
    else if (event.value.is_organizer)
        // Made in the room's own calendar: there is nobody whose meeting it would stay.
        failure = co_await rooms_.remove(room.ref, event.value.id);
    else
        // Somebody's invitation: the room leaves it, the meeting stays.
        failure = co_await rooms_.answer(room.ref, event.value.id, meeting::Response::declined);
    co_return Verdict{failure.any() ? kHttp : "", {}, {}};
}

Task<Bookings::Verdict> Bookings::respond(const DeviceRequest& request, Mailbox& room) {
    const std::optional<Found> found = find(room, request.item_id);
    if (!found) co_return Verdict{kDecline, {}, {}};
    Outcome<ProviderEvent> event = co_await event_of(room.ref, *found);
    if (!event.ok()) co_return Verdict{kHttp, {}, {}};
    const meeting::Response answer = request.response == "ACCEPTED"   ? meeting::Response::accepted
                                     : request.response == "DECLINED" ? meeting::Response::declined
                                                                      : meeting::Response::tentative;
    const Failure failure = co_await rooms_.answer(room.ref, event.value.id, answer);
    co_return Verdict{failure.any() ? kHttp : "", request.item_id, {}};
}

}  // namespace engine::sync
