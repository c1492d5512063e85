// Planted defects of what devices and rooms do: bookings, extensions, releases, check-ins, answers, guests, network.
#include "tests/defects/defects.hpp"

namespace defects {
namespace {

using fakes::Provider;

constexpr const char* booking = "devices/room_is_booked_at_its_board";

/// Busy times are never asked for; the room looks free.
sim::Doubles room_looks_free() {
    return never_sent("POST", "/freeBusy", 200, R"({"kind":"calendar#freeBusy","calendars":{"wawel@calrig.example":{"busy":[]}}})");
}

/// What `actor` wants to send for this purpose is lost, and it believes that it arrived.
sim::Doubles lost_of(const char* actor, std::function<bool(const fakes::Outgoing&)> which) {
    Tamper tamper;
    tamper.actor = actor;
    tamper.swallow = std::move(which);
    return at_the_service(std::move(tamper));
}

/// An event as Google would answer, of `start` and `end`, with a room that accepted.
std::string made_event(const char* start, const char* end) {
    return Json{{"kind", "calendar#event"},
                {"id", "ghost"},
                {"iCalUID", "ghost@google.com"},
                {"etag", "\"1\""},
                {"status", "confirmed"},
                {"start", {{"dateTime", start}}},
                {"end", {{"dateTime", end}}},
                {"organizer", {{"email", "admin@calrig.example"}, {"self", true}}},
                {"attendees", Json::array({Json{{"email", "wawel@calrig.example"}, {"responseStatus", "accepted"}}})}}
        .dump();
}

std::vector<Defect> of_bookings() {
    return {
        {"MailboxesAreCrowded", "calls to one mailbox are not counted", "faults/slow_calendar_is_asked_few_things_at_once", Provider::google,
         "no mailbox is crowded", "calls to the mailbox of", [] { return with_config([](engine::Config& config) { config.policies.mailbox_at_once = 50; }); }},
        {"BookingsAreNotMade", "a booking is confirmed without being in the calendar", booking, Provider::google, "calendar", "does not have huddle",
         [] { return never_sent("POST", "/events?sendUpdates", 200, made_event("2026-03-02T08:02:00Z", "2026-03-02T08:47:00Z")); }},
        {"SpokenBookingsAreNotMade", "what was said is never handed to the calendar", "devices/booking_by_spoken_words", Provider::google,
         "calls", "the engine made 0", [] { return never_sent("POST", "/events/quickAdd", 200, made_event("2026-03-03T14:00:00Z", "2026-03-03T15:00:00Z")); }},
        {"BusyTimesAreNotAsked", "a taken room is booked", "devices/busy_room_is_not_booked", Provider::google, "calls", "the engine made 1",
         [] { return room_looks_free(); }},
        {"ExtensionIgnoresTheNextMeeting", "a meeting is extended into the next one", "devices/extension_into_the_next_meeting_is_refused",
         Provider::google, "device-answer", "confirmed", [] { return room_looks_free(); }},
        {"ExtensionIsNotWritten", "the longer end never reaches the calendar", "devices/running_meeting_is_extended_at_the_board",
         Provider::microsoft, "device-answer", "expected confirmed", [] { return never_sent("PATCH", "/calendar/events/", 200, "{}"); }},
        {"ReleasedBookingStays", "a released booking is not deleted", "devices/own_booking_is_released_at_the_board", Provider::google, "calendar",
         "still has huddle", [] { return never_sent("DELETE", "/events/", 204); }},
        {"LateBookingStays", "a booking that came too late keeps the room", "devices/late_booking_is_taken_back", Provider::google, "meeting-list",
         "unexpected", [] { return never_sent("DELETE", "/events/", 204); }},
        {"ReleasedRoomStaysInTheMeeting", "the room's no is not written", "devices/released_invitation_is_declined_by_the_room", Provider::google,
         "calendar", "declined", [] { return never_sent("PATCH", "sendUpdates=all", 200, "{}"); }},
        {"DevicesAreNotAnswered", "the device never hears what came of its booking", booking, Provider::google, "device-answer", "confirmed",
         [] { return never_sent("PUT", "/deviceRequests/", 204); }},
        {"TitleOfABookingIsToldInClear", "the answer to the device repeats the title", booking, Provider::google, "nothing sensitive leaves in clear",
         "title of huddle",
         [] {
             Meddle meddle;
             meddle.before = [](HttpRequest& request) {
                 if (is(request, "PUT", "/deviceRequests/")) request.url += "?title=Huddle%20about%20the%20tram%20order";
             };
             return on_the_wire(std::move(meddle));
         }},
    };
}

std::vector<Defect> of_rooms() {
    return {
        {"NoShowKeepsTheRoom", "nobody comes and the room stays taken", "devices/nobody_checks_in_and_the_room_is_released", Provider::google,
         "calendar", "declined", [] { return with_config([](engine::Config& c) { c.policies.release_no_shows = false; }); }},
        {"CheckInIsForgotten", "the cloud is not told of a check-in, and a reboot forgets it", "devices/check_in_keeps_the_room", Provider::google,
         "calendar", "accepted", [] { return lost_of("device wawel", [](const fakes::Outgoing& out) { return out.what == "check-in"; }); }},
        {"GuestIsNotToldAnything", "nothing is pushed to who is signed in at a desk", "devices/hot_desk_shows_its_guests_meetings",
         Provider::microsoft, "join-button", "device desk",
         [] { return lost_of("cloud", [](const fakes::Outgoing& out) { return out.url.ends_with("/push/guest"); }); }},
        {"BoardDoesNotCatchUp", "a board that is back does not ask what it missed", "devices/board_without_network_catches_up", Provider::google,
         "meeting-list", "missing", [] { return lost_of("device wawel", [](const fakes::Outgoing& out) { return out.what == "list fetch"; }); }},
        {"DeclinedMeetingStaysOnTheBoard", "a room shows what it declined", "rooms/double_booking_is_not_shown_on_the_board", Provider::google,
         "meeting-list", "unexpected", [] { return with_config([](engine::Config& c) { c.policies.list_declined_rooms = true; }); }},
        {"RoomsHaveNoLeadOfTheirOwn", "boards light up when apps do", "rooms/boards_may_light_up_earlier_than_apps", Provider::microsoft,
         "join-button", "device wawel", [] { return with_config([](engine::Config& c) { c.policies.room_join_lead = std::chrono::minutes(5); }); }},
        {"ButtonHasNoTail", "the Join button goes out at the end", "rooms/button_may_stay_after_the_end", Provider::google, "join-button",
         "does not show", [] { return with_config([](engine::Config& c) { c.policies.join_tail = std::chrono::minutes(0); }); }},
        {"RoomIsAnsweredForInVain", "the service's answer for a room is not written", "rooms/service_answers_for_a_room_that_does_not",
         Provider::google, "calendar", "accepted", [] { return never_sent("PATCH", "sendUpdates=all", 200, "{}"); }},
        {"TakenRoomIsAccepted", "the service says yes for a room that is taken", "rooms/service_answers_for_a_room_that_does_not", Provider::google,
         "calendar", "declined", [] { return never_sent("GET", "singleEvents=true", 200, R"({"kind":"calendar#events","items":[]})"); }},
        {"RoomIsAnsweredForUnasked", "the service answers for rooms although nobody wants it", "rooms/room_that_waits_is_not_answered_for",
         Provider::google, "calendar", "no response", [] { return with_config([](engine::Config& c) { c.policies.room_answers = engine::RoomAnswering::accepts; }); }},
    };
}

std::vector<Defect> of_absences() {
    return {
        {"PresenceOutlivesTheAbsence", "presence is told with a life beyond the absence", "presence/absence_ends_while_the_engine_is_down",
         Provider::google, "presence", "out of office",
         [] {
             Meddle meddle;
             meddle.before = [](HttpRequest& request) {
                 if (is(request, "POST", "/apheleia/"))
                     edit_json(request.body, [](Json& json) { if (json.contains("ttl")) json["ttl"] = 200'000; });
             };
             return on_the_wire(std::move(meddle));
         }},
        {"PresenceNeverLapses", "what nobody confirms stays for two days", "presence/presence_lapses_in_a_long_outage", Provider::microsoft, "presence",
         "out of office", [] { return with_config([](engine::Config& c) { c.policies.away_status_life = std::chrono::hours(48); }); }},
        {"PresenceOfADeactivatedUserStays", "the way out does not clear presence", "presence/deactivated_user_is_no_longer_away", Provider::google,
         "presence", "out of office",
         [] {
             Meddle meddle;
             meddle.instead = [](const HttpRequest& request) -> std::optional<HttpResult> {
                 if (is(request, "POST", "/apheleia/") && request.body.find("\"clear\"") != std::string::npos) return answer(204);
                 return std::nullopt;
             };
             return on_the_wire(std::move(meddle));
         }},
        {"PollsAreTwiceAsRare", "automatic replies are looked at half as often as promised", "presence/seen_within_one_poll", Provider::microsoft,
         "presence", "", [] { return with_config([](engine::Config& c) { c.policies.away_poll *= 2; }); }},
        {"DesksAreNotGivenBack", "who signs out early keeps the desk booked", "devices/desk_is_booked_until_the_hour_of_sign_out", Provider::google, "calendar",
         "still has bens-desk", [] { return never_sent("DELETE", "/events/", 204); }},
        {"DeskBookingsAreTheServicesOwn", "a desk's booking is not its guest's", "devices/desk_is_booked_until_the_hour_of_sign_out", Provider::google, "meeting-list",
         "Hot desk", [] { return misread("\"guest\"", "\"guest-of\"", "/deviceRequests"); }},
    };
}

}  // namespace

std::vector<Defect> of_devices() {
    std::vector<Defect> all = of_bookings();
    for (Defect& defect : of_rooms()) all.push_back(std::move(defect));
    for (Defect& defect : of_absences()) all.push_back(std::move(defect));
    return all;
}

}  // namespace defects
