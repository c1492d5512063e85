#include "engine/sync/google_codec.hpp"

#include <nlohmann/json.hpp>

#include "engine/json_text.hpp"
#include "engine/sync/json_reading.hpp"
#include "engine/sync/room_calendar.hpp"
#include "engine/text/zone.hpp"

namespace engine::sync {
namespace {

using namespace reading;
using Json = nlohmann::json;


meeting::Response response_of(std::string_view word) {
    if (word == "accepted") return meeting::Response::accepted;
    if (word == "tentative") return meeting::Response::tentative;
    if (word == "declined") return meeting::Response::declined;
    return meeting::Response::none;
}

/// Whether the text is HTML, as Google's own editor makes it, or plain: the field's type does not say.
bool looks_like_html(std::string_view text) {
    for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1)) {
        std::string_view rest = text.substr(at + 1);
        if (!rest.empty() && rest.front() == '/') rest.remove_prefix(1);
        const bool name = !rest.empty() && ((rest.front() >= 'a' && rest.front() <= 'z') ||
                                            (rest.front() >= 'A' && rest.front() <= 'Z'));
        // "<b>" and "<a href=...>" are tags; "<ana@example.com>" and "<https://...>" are not.
        if (!name) continue;
        const std::size_t end = rest.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ123456");
        if (end != std::string_view::npos && (rest[end] == '>' || rest[end] == ' ' || rest[end] == '/') &&
            rest.substr(end, 2) != "//")
            return true;
    }
    return false;
}

struct Moment {
    bool all_day = false;
    std::string date;
    Instant at{};
};

std::optional<Moment> moment(const element& from, std::string_view key) {
    const std::optional<element> part = member(from, key);
    if (!part) return std::nullopt;
    Moment moment;
    if (const std::string_view date = reading::text(*part, "date"); !date.empty()) {
        moment.all_day = true;
        moment.date = std::string(date);
        const std::optional<Instant> at = text::day_to_utc(date, "UTC");
        if (!at) return std::nullopt;
        moment.at = *at;
        return moment;
    }
    std::string_view zone = reading::text(*part, "timeZone");
    if (zone.empty()) zone = "UTC";
    const std::optional<Instant> at = text::to_utc(reading::text(*part, "dateTime"), zone);
    if (!at) return std::nullopt;
    moment.at = *at;
    return moment;
}

/// UNTIL and the absence of UNTIL and COUNT say when a series ends; COUNT does not say it without an expansion.
void read_recurrence(const element& from, ProviderEvent& event) {
    const auto lines = list(from, "recurrence");
    if (!lines || lines->size() == 0) return;
    event.shape = meeting::EventShape::series_master;
    bool bounded = false;
    for (const element line : *lines) {
        std::string_view rule;
        if (line.get(rule) != simdjson::SUCCESS || !rule.starts_with("RRULE:")) continue;
        const std::size_t until = rule.find("UNTIL=");
        bounded = bounded || until != std::string_view::npos || rule.find("COUNT=") != std::string_view::npos;
        if (until == std::string_view::npos || rule.size() < until + 14) continue;
        const std::string_view day = rule.substr(until + 6, 8);
        const std::string date = std::string(day.substr(0, 4)) + "-" + std::string(day.substr(4, 2)) + "-" +
                                 std::string(day.substr(6, 2));
        const std::optional<Instant> last = text::day_to_utc(date, "UTC");
        if (last) event.series_end = *last + std::chrono::hours(24) + (event.end - event.start);
    }
    event.series_never_ends = !bounded;
}

std::optional<ProviderEvent> read_event(const element& from) {
    ProviderEvent event;
    event.id = copy(from, "id");
    if (event.id.empty()) return std::nullopt;
    event.etag = copy(from, "etag");
    event.uid = copy(from, "iCalUID");
    event.master_id = copy(from, "recurringEventId");
    event.cancelled = reading::text(from, "status") == "cancelled";
    if (const std::optional<Moment> slot = moment(from, "originalStartTime")) event.original_start = slot->at;
    const std::optional<Moment> start = moment(from, "start");
    const std::optional<Moment> end = moment(from, "end");
    if (!start || !end) {
        if (!event.cancelled) return std::nullopt;
        event.uid.clear();  // a tombstone: only its id is promised (Google docs: sync guide)
        return event;
    }
    event.all_day = start->all_day;
    event.start = start->at;
    event.end = end->at;
    event.start_date = start->date;
    event.end_date = end->date;
    if (!event.master_id.empty()) event.shape = meeting::EventShape::occurrence;
    event.modified = text::to_utc(reading::text(from, "updated"), "UTC").value_or(Instant{});
    event.subject = copy(from, "summary");
    event.location = copy(from, "location");
    event.body = copy(from, "description");
    event.body_is_html = looks_like_html(event.body);
    const std::string_view visibility = reading::text(from, "visibility");
    if (visibility == "private") event.sensitivity = "Private";
    if (visibility == "confidential") event.sensitivity = "Confidential";
    const std::string_view type = reading::text(from, "eventType");
    event.status_only = type == "workingLocation" || type == "birthday";
    if (reading::text(from, "transparency") == "transparent") event.show_as = meeting::ShowAs::free;
    if (type == "outOfOffice") event.show_as = meeting::ShowAs::out_of_office;
    if (const auto organizer = member(from, "organizer")) {
        event.organizer_address = copy(*organizer, "email");
        event.organizer_name = copy(*organizer, "displayName");
        event.is_organizer = flag(*organizer, "self");
    }
    if (event.is_organizer) event.own_response = meeting::Response::organizer;
    if (const auto attendees = list(from, "attendees")) {
        event.attendees.reserve(attendees->size());
        for (const element one : *attendees) {
            if (event.attendees.size() >= kAttendeesReadMax) break;
            ProviderAttendee attendee;
            attendee.address = copy(one, "email");
            attendee.name = copy(one, "displayName");
            attendee.response = response_of(reading::text(one, "responseStatus"));
            attendee.optional = flag(one, "optional");
            attendee.resource = flag(one, "resource");
            if (flag(one, "self") && !event.is_organizer) event.own_response = attendee.response;
            event.attendees.push_back(std::move(attendee));
        }
    }
    if (const auto conference = member(from, "conferenceData")) {
        if (const auto points = list(*conference, "entryPoints"))
            for (const element point : *points)
                if (reading::text(point, "entryPointType") == "video") event.provider_join_url = copy(point, "uri");
    }
    if (event.provider_join_url.empty()) event.provider_join_url = copy(from, "hangoutLink");
    if (const auto properties = member(from, "extendedProperties")) {
        if (const auto own = member(*properties, "private")) event.own_record = copy(*own, kGoogleRecordKey);
        if (const auto all = member(*properties, "shared")) event.booked_at_device = !reading::text(*all, kGoogleBookingKey).empty();
    }
    read_recurrence(from, event);
    return event;
}

}  // namespace

struct GoogleCodec::Parser {
    simdjson::dom::parser dom;
    std::optional<element> parse(std::string_view body) {
        element root;
        if (dom.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS) return std::nullopt;
        return root;
    }
};

GoogleCodec::GoogleCodec() : parser_(std::make_unique<Parser>()) {}
GoogleCodec::~GoogleCodec() = default;

std::optional<ProviderEvent> GoogleCodec::event(std::string_view body) {
    const std::optional<element> root = parser_->parse(body);
    return root ? read_event(*root) : std::nullopt;
}

std::optional<EventPage> GoogleCodec::page(std::string_view body) {
    const std::optional<element> root = parser_->parse(body);
    if (!root) return std::nullopt;
    const auto items = list(*root, "items");
    if (!items) return std::nullopt;
    EventPage page;
    page.next = copy(*root, "nextPageToken");
    page.sync_token = copy(*root, "nextSyncToken");
    page.zone = copy(*root, "timeZone");
    page.events.reserve(items->size());
    for (const element one : *items)
        if (std::optional<ProviderEvent> event = read_event(one)) page.events.push_back(std::move(*event));
    return page;
}

std::optional<std::string> GoogleCodec::setting(std::string_view body) {
    const std::optional<element> root = parser_->parse(body);
    if (!root || is_error(*root)) return std::nullopt;
    return copy(*root, "value");
}

std::optional<meeting::AutomaticReplies> GoogleCodec::vacation(std::string_view body) {
    const std::optional<element> root = parser_->parse(body);
    if (!root || is_error(*root)) return std::nullopt;
    return meeting::from_gmail(flag(*root, "enableAutoReply"), number(*root, "startTime"), number(*root, "endTime"));
}

std::optional<Subscription> GoogleCodec::channel(std::string_view body) {
    const std::optional<element> root = parser_->parse(body);
    if (!root) return std::nullopt;
    Subscription channel;
    channel.id = copy(*root, "id");
    channel.resource_id = copy(*root, "resourceId");
    if (channel.id.empty() || channel.resource_id.empty()) return std::nullopt;
    if (const auto expires = number(*root, "expiration")) channel.expires = Instant(Duration(*expires));
    return channel;
}

std::string GoogleCodec::patch_body(const JoinPatch& patch) {
    Json body;
    if (!patch.keeps_location) body["location"] = patch.location;
    body["description"] = patch.body;
    body["extendedProperties"]["private"][kGoogleRecordKey] = patch.own_record;
    return dumped(body);
}

std::string GoogleCodec::watch_body(std::string_view id, std::string_view secret, std::string_view hook_base,
                                    Instant expires) {
    Json body;
    body["id"] = id;
    body["type"] = "web_hook";
    body["address"] = std::string(hook_base) + "/google";
    body["token"] = secret;
    body["expiration"] = std::to_string(expires.time_since_epoch().count());
    return body.dump();
}

std::string GoogleCodec::stop_body(const Subscription& channel) {
    return Json{{"id", channel.id}, {"resourceId", channel.resource_id}}.dump();
}

std::string GoogleCodec::rule_body(std::string_view grantee) {
    return Json{{"role", "reader"}, {"scope", Json{{"type", "user"}, {"value", grantee}}}}.dump();
}

}  // namespace engine::sync
