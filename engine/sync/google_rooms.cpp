// Google's part of what rooms need: freeBusy, insert, quickAdd, delete, and answers by patch (OP-G-*).
#include <nlohmann/json.hpp>

#include "engine/sync/google.hpp"
#include "engine/json_text.hpp"
#include "engine/text/zone.hpp"

namespace engine::sync {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kBusyLimit = 1'000;

Json moment(Instant at) { return Json{{"dateTime", text::utc_text(at)}, {"timeZone", "UTC"}}; }

Json booking_mark() { return Json{{"shared", Json{{kGoogleBookingKey, "1"}}}}; }

std::optional<std::vector<BusyTime>> busy_in(const std::string& body, const std::string& calendar) {
    const Json json = Json::parse(body, nullptr, false);
    if (!json.is_object() || !json.contains("calendars") || !json["calendars"].is_object()) return std::nullopt;
    const auto found = json["calendars"].find(calendar);
    if (found == json["calendars"].end() || !found->is_object()) return std::nullopt;
    // A calendar that cannot be seen comes with errors and looks free (Google docs: freebusy query).
    if (found->contains("errors") || !found->contains("busy") || !(*found)["busy"].is_array()) return std::nullopt;
    std::vector<BusyTime> times;
    for (const Json& one : (*found)["busy"]) {
        if (!one.is_object() || times.size() >= kBusyLimit) return std::nullopt;
        const auto start = text::to_utc(one.value("start", ""), "UTC");
        const auto end = text::to_utc(one.value("end", ""), "UTC");
        if (!start || !end) return std::nullopt;
        times.push_back(BusyTime{*start, *end});
    }
    return times;
}

}  // namespace

MailboxRef Google::scheduling_account() const { return MailboxRef{config_.google_admin, false}; }

Task<Outcome<ProviderEvent>> Google::written(Outcome<HttpResponse> answer) {
    if (answer.failure.kind == Failure::Kind::denied && answer.failure.status == 403)
        answer.failure.kind = Failure::Kind::refused;  // about this event, not about the calendar
    co_return read_from(std::move(answer), [this](std::string_view body) { return codec_.event(body); });
}

Task<Outcome<std::vector<BusyTime>>> Google::busy(const MailboxRef& room, Instant from, Instant to) {
    const Json query{{"timeMin", text::utc_text(from)},
                     {"timeMax", text::utc_text(to)},
                     {"timeZone", "UTC"},
                     {"items", Json::array({Json{{"id", room.address}}})}};
    Outcome<HttpResponse> answer =
        co_await send("POST", config_.google_base + "/freeBusy", dumped(query), rules(room, true), std::string());
    co_return read_from(std::move(answer), [&room](const std::string& body) { return busy_in(body, room.address); });
}

Task<Outcome<ProviderEvent>> Google::book(const RoomBooking& booking) {
    const bool desk = !booking.guest.address.empty();
    const MailboxRef account = desk ? booking.guest : scheduling_account();
    Json body{{"id", booking.event_id},
                    {"summary", booking.title},
                    {"start", moment(booking.start)},
                    {"end", moment(booking.end)},
                    {"attendees", Json::array({Json{{"email", booking.room.address}, {"resource", true}}})},
                    {"extendedProperties", booking_mark()}};
    if (desk) body["transparency"] = "transparent";
    // Repeatable because of the id: the second time is a 409.
    Outcome<HttpResponse> answer = co_await send("POST", calendar_url(account) + "/events?sendUpdates=none",
                                                 dumped(body), rules(account, true), std::string());
    if (answer.failure.status == 409) {
        co_return co_await get(account, booking.event_id);
    }
    co_return co_await written(std::move(answer));
}

Task<Outcome<ProviderEvent>> Google::quick_book(const std::string& words) {
    const MailboxRef account = scheduling_account();
    Outcome<HttpResponse> answer =
        co_await send("POST", calendar_url(account) + "/events/quickAdd?sendUpdates=none&text=" + percent(words),
                      std::string(), rules(account, false), std::string());
    co_return co_await written(std::move(answer));
}

Task<Outcome<ProviderEvent>> Google::invite(const ProviderEvent& event, const MailboxRef& room) {
    const MailboxRef account = scheduling_account();
    Json attendees = Json::array();
    for (const ProviderAttendee& one : event.attendees) attendees.push_back(Json{{"email", one.address}});
    attendees.push_back(Json{{"email", room.address}, {"resource", true}});
    const Json body{{"attendees", std::move(attendees)}, {"extendedProperties", booking_mark()}};
    Outcome<HttpResponse> answer =
        co_await send("PATCH", calendar_url(account) + "/events/" + percent(event.id) + "?sendUpdates=none&timeZone=UTC",
                      dumped(body), rules(account, true), event.etag);
    co_return co_await written(std::move(answer));
}

Task<Failure> Google::remove(const MailboxRef& organizer, const std::string& event_id) {
    Outcome<HttpResponse> answer =
        co_await send("DELETE", calendar_url(organizer) + "/events/" + percent(event_id) + "?sendUpdates=none",
                      std::string(), rules(organizer, true), std::string());
    // Gone, or deleted before (410): that is what was wanted.
    const bool gone = answer.failure.kind == Failure::Kind::gone || answer.failure.kind == Failure::Kind::sync_lost;
    if (gone) co_return Failure{};
    co_return std::move(answer.failure);
}

Task<Outcome<ProviderEvent>> Google::set_end(const MailboxRef& organizer, const ProviderEvent& event, Instant end) {
    const Json body{{"end", moment(end)}};
    Outcome<HttpResponse> answer = co_await send(
        "PATCH", calendar_url(organizer) + "/events/" + percent(event.id) + "?sendUpdates=none&timeZone=UTC",
        dumped(body), rules(organizer, true), event.etag);
    co_return co_await written(std::move(answer));
}

Task<Failure> Google::answer(const MailboxRef& room, const std::string& event_id, meeting::Response response) {
    const char* word = response == meeting::Response::accepted   ? "accepted"
                       : response == meeting::Response::declined ? "declined"
                                                                 : "tentative";
    // attendeesOmitted: only the room's own answer is meant (Google docs: events resource).
    const Json body{{"attendeesOmitted", true},
                    {"attendees", Json::array({Json{{"email", room.address}, {"responseStatus", word}}})}};
    Outcome<HttpResponse> answer =
        co_await send("PATCH", calendar_url(room) + "/events/" + percent(event_id) + "?sendUpdates=all&timeZone=UTC",
                      dumped(body), rules(room, true), std::string());
    if (answer.failure.kind == Failure::Kind::denied) answer.failure.kind = Failure::Kind::refused;
    co_return std::move(answer.failure);
}

Task<Outcome<std::vector<ProviderEvent>>> Google::taking_place(const MailboxRef& room, Instant from, Instant to) {
    std::string url = calendar_url(room) + "/events?singleEvents=true&timeZone=UTC";
    co_return co_await all_between(room, std::move(url), from, to);
}

}  // namespace engine::sync
