#include "engine/sync/graph_codec.hpp"

#include <nlohmann/json.hpp>

#include "engine/engine.hpp"
#include "engine/json_text.hpp"
#include "engine/sync/json_reading.hpp"
#include "engine/text/keywords.hpp"
#include "engine/text/zone.hpp"

namespace engine::sync {
namespace {

using namespace reading;
using Json = nlohmann::json;

constexpr std::size_t kNoticesMax = 5'000;

meeting::Response answer_of(std::string_view word) {
    if (same_word(word, "organizer")) return meeting::Response::organizer;
    if (same_word(word, "accepted")) return meeting::Response::accepted;
    if (same_word(word, "tentativelyaccepted")) return meeting::Response::tentative;
    if (same_word(word, "declined")) return meeting::Response::declined;
    return meeting::Response::none;
}

meeting::ShowAs show_as_of(std::string_view word) {
    if (same_word(word, "free")) return meeting::ShowAs::free;
    if (same_word(word, "tentative")) return meeting::ShowAs::tentative;
    if (same_word(word, "oof")) return meeting::ShowAs::out_of_office;
    if (same_word(word, "workingelsewhere")) return meeting::ShowAs::elsewhere;
    return meeting::ShowAs::busy;
}

std::string sensitivity_of(std::string_view word) {
    if (same_word(word, "private")) return "Private";
    if (same_word(word, "personal")) return "Personal";
    if (same_word(word, "confidential")) return "Confidential";
    return "Normal";
}

meeting::EventShape shape_of(std::string_view word) {
    if (same_word(word, "seriesmaster")) return meeting::EventShape::series_master;
    if (same_word(word, "occurrence")) return meeting::EventShape::occurrence;
    if (same_word(word, "exception")) return meeting::EventShape::exception;
    return meeting::EventShape::single;
}

template <typename From>
std::optional<Instant> instant(const From& from, std::string_view key) {
    const std::optional<element> part = member(from, key);
    if (!part) return std::nullopt;
    return text::to_utc(reading::text(*part, "dateTime"), reading::text(*part, "timeZone"));
}

void read_range(const Members& from, ProviderEvent& event) {
    const std::optional<element> recurrence = member(from, "recurrence");
    if (!recurrence) return;
    const std::optional<element> range = member(*recurrence, "range");
    if (!range) return;
    const std::string_view type = reading::text(*range, "type");
    event.series_never_ends = same_word(type, "noend");
    if (!same_word(type, "enddate")) return;
    std::string_view zone = reading::text(*range, "recurrenceTimeZone");
    if (!text::is_known_zone(zone)) zone = "UTC";
    // endDate is the last day on which an occurrence may start (Graph docs: recurrenceRange).
    const std::optional<Instant> day = text::day_to_utc(reading::text(*range, "endDate"), zone);
    if (day) event.series_end = *day + std::chrono::hours(24) + (event.end - event.start);
}

std::optional<ProviderEvent> read_item(const element& item) {
    const Members from(item);
    ProviderEvent event;
    event.id = copy(from, "id");
    if (event.id.empty()) return std::nullopt;
    event.etag = copy(from, "@odata.etag");
    event.uid = copy(from, "iCalUId");
    event.master_id = copy(from, "seriesMasterId");
    event.shape = shape_of(reading::text(from, "type"));
    event.cancelled = flag(from, "isCancelled");
    event.is_organizer = flag(from, "isOrganizer");
    event.all_day = flag(from, "isAllDay");
    if (event.all_day) {
        // All-day events are floating: their own dates at midnight, whatever zone was preferred.
        const std::optional<element> start = member(from, "start");
        const std::optional<element> end = member(from, "end");
        if (!start || !end) return std::nullopt;
        event.start_date = std::string(reading::text(*start, "dateTime").substr(0, 10));
        event.end_date = std::string(reading::text(*end, "dateTime").substr(0, 10));
    }
    const std::optional<Instant> start = instant(from, "start");
    const std::optional<Instant> end = instant(from, "end");
    if (!start || !end) return std::nullopt;
    event.start = *start;
    event.end = *end;
    if (const std::string_view slot = reading::text(from, "originalStart"); !slot.empty())
        event.original_start = text::to_utc(slot, "UTC");
    event.modified = text::to_utc(reading::text(from, "lastModifiedDateTime"), "UTC").value_or(Instant{});
    event.subject = copy(from, "subject");
    event.sensitivity = sensitivity_of(reading::text(from, "sensitivity"));
    event.show_as = show_as_of(reading::text(from, "showAs"));
    if (const auto location = member(from, "location")) event.location = copy(*location, "displayName");
    if (const auto body = member(from, "body")) {
        event.body = copy(*body, "content");
        event.body_is_html = !same_word(reading::text(*body, "contentType"), "text");
    }
    if (const auto response = member(from, "responseStatus"))
        event.own_response = answer_of(reading::text(*response, "response"));
    if (const auto organizer = member(from, "organizer")) {
        if (const auto mail = member(*organizer, "emailAddress")) {
            event.organizer_address = copy(*mail, "address");
            event.organizer_name = copy(*mail, "name");
        }
    }
    if (const auto attendees = list(from, "attendees")) {
        event.attendees.reserve(attendees->size());
        for (const element one : *attendees) {
            if (event.attendees.size() >= kAttendeesReadMax) break;
            ProviderAttendee attendee;
            if (const auto mail = member(one, "emailAddress")) {
                attendee.address = copy(*mail, "address");
                attendee.name = copy(*mail, "name");
            }
            if (const auto status = member(one, "status"))
                attendee.response = answer_of(reading::text(*status, "response"));
            const std::string_view type = reading::text(one, "type");
            attendee.optional = same_word(type, "optional");
            attendee.resource = same_word(type, "resource");
            event.attendees.push_back(std::move(attendee));
        }
    }
    if (const auto meeting = member(from, "onlineMeeting")) event.provider_join_url = copy(*meeting, "joinUrl");
    if (const auto locations = list(from, "locations"); locations && locations->size() > 1)
        event.locations_json = simdjson::minify(*locations);
    if (const auto properties = list(from, "singleValueExtendedProperties")) {
        for (const element one : *properties)
            if (reading::text(one, "id").ends_with(" Name CalrigJoin")) event.own_record = copy(one, "value");
    }
    read_range(from, event);
    return event;
}

}  // namespace

struct GraphCodec::Parser {
    simdjson::dom::parser dom;
    std::optional<element> parse(std::string_view body) {
        element root;
        if (dom.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS) return std::nullopt;
        return root;
    }
};

GraphCodec::GraphCodec() : parser_(std::make_unique<Parser>()) {}
GraphCodec::~GraphCodec() = default;

std::optional<ProviderEvent> GraphCodec::event(std::string_view body) {
    const std::optional<element> root = parser_->parse(body);
    return root ? read_item(*root) : std::nullopt;
}

namespace {

/// A page of a list: `take` gets the page and each of its rows.
template <class Take>
std::optional<EventPage> page_of(const std::optional<element>& root, const Take& take) {
    if (!root) return std::nullopt;
    const auto values = list(*root, "value");
    if (!values) return std::nullopt;
    EventPage page;
    page.next = copy(*root, "@odata.nextLink");
    for (const element one : *values) take(page, one);
    return page;
}

}  // namespace

std::optional<EventPage> GraphCodec::page(std::string_view body) {
    return page_of(parser_->parse(body), [](EventPage& page, const element& one) {
        if (std::optional<ProviderEvent> event = read_item(one)) page.events.push_back(std::move(*event));
    });
}

std::optional<EventPage> GraphCodec::states(std::string_view body) {
    return page_of(parser_->parse(body), [](EventPage& page, const element& one) {
        EventState state{copy(one, "id"), copy(one, "@odata.etag")};
        if (!state.id.empty()) page.states.push_back(std::move(state));
    });
}

std::optional<MailboxSettings> GraphCodec::settings(std::string_view body) {
    const std::optional<element> root = parser_->parse(body);
    if (!root || is_error(*root)) return std::nullopt;
    MailboxSettings settings;
    settings.zone = copy(*root, "timeZone");
    if (const auto language = member(*root, "language")) settings.language = copy(*language, "locale");
    return settings;
}

std::optional<std::optional<meeting::AutomaticReplies>> GraphCodec::replies(std::string_view body) {
    const std::optional<element> root = parser_->parse(body);
    if (!root || is_error(*root)) return std::nullopt;
    const std::optional<element> setting = member(*root, "automaticRepliesSetting");
    if (!setting) return std::optional<meeting::AutomaticReplies>{};
    std::string_view start, start_zone, end, end_zone;
    if (const auto from = member(*setting, "scheduledStartDateTime")) {
        start = reading::text(*from, "dateTime");
        start_zone = reading::text(*from, "timeZone");
    }
    if (const auto to = member(*setting, "scheduledEndDateTime")) {
        end = reading::text(*to, "dateTime");
        end_zone = reading::text(*to, "timeZone");
    }
    return meeting::from_graph(reading::text(*setting, "status"), start, start_zone, end, end_zone);
}

std::optional<Subscription> GraphCodec::subscription(std::string_view body) {
    const std::optional<element> root = parser_->parse(body);
    if (!root) return std::nullopt;
    Subscription subscription;
    subscription.id = copy(*root, "id");
    const std::optional<Instant> expires = text::to_utc(reading::text(*root, "expirationDateTime"), "UTC");
    if (subscription.id.empty() || !expires) return std::nullopt;
    subscription.expires = *expires;
    return subscription;
}

std::optional<std::vector<GraphNotice>> GraphCodec::notices(std::string_view body) {
    const std::optional<element> root = parser_->parse(body);
    if (!root) return std::nullopt;
    const auto values = list(*root, "value");
    if (!values) return std::nullopt;
    std::vector<GraphNotice> notices;
    for (const element one : *values) {
        if (notices.size() >= kNoticesMax) break;
        GraphNotice notice;
        notice.subscription_id = copy(one, "subscriptionId");
        notice.client_state = copy(one, "clientState");
        notice.lifecycle = copy(one, "lifecycleEvent");
        if (const auto resource = member(one, "resourceData")) {
            notice.event_id = copy(*resource, "id");
            // A deletion may carry the etag of the state that was deleted.
            if (!same_word(reading::text(one, "changeType"), "deleted")) notice.event_etag = copy(*resource, "@odata.etag");
        }
        notices.push_back(std::move(notice));
    }
    return notices;
}

std::string GraphCodec::patch_body(const JoinPatch& patch) {
    Json several = patch.keeps_location || patch.locations_json.empty() ? Json() : Json::parse(patch.locations_json, nullptr, false);
    bool kept_others = false;
    if (several.is_array()) {
        // Writing `location` would drop the rooms among the places: only the keyword's entry is rewritten.
        const Policies any;
        for (Json& place : several) {
            if (!place.is_object() || !place.contains("displayName") || !place["displayName"].is_string()) continue;
            const std::string name = place["displayName"].get<std::string>();
            if (kept_others || !text::find_keyword(name, any)) continue;
            place = Json{{"displayName", name + " " + patch.join_url}};
            kept_others = true;
        }
    }
    std::string out;
    out.reserve(patch.body.size() + patch.own_record.size() + 512);
    out += R"({"body":{"content":)";
    append_json_text(out, patch.body);
    out += patch.body_is_html ? R"(,"contentType":"html"})" : R"(,"contentType":"text"})";
    if (kept_others) {
        out += R"(,"locations":)" + dumped(several);
    } else if (!patch.keeps_location) {
        out += R"(,"location":{"displayName":)";
        append_json_text(out, patch.location);
        out += '}';
    }
    out += R"(,"singleValueExtendedProperties":[{"id":)";
    append_json_text(out, kGraphRecordId);
    out += R"(,"value":)";
    append_json_text(out, patch.own_record);
    return out += "}]}";
}

std::string GraphCodec::test_event_body(Instant now) {
    const auto moment = [](Instant at) {
        std::string text = text::utc_text(at);
        text.pop_back();  // Z: the zone stands beside it
        return Json{{"dateTime", text}, {"timeZone", "UTC"}};
    };
    const Instant begins = std::chrono::floor<std::chrono::minutes>(now);
    Json body;
    body["subject"] = "Test of the hybrid calendar service";
    body["body"] = {{"contentType", "text"}, {"content", "The service may write to this calendar. This event can be deleted."}};
    body["start"] = moment(begins);
    body["end"] = moment(begins + std::chrono::minutes(1));
    body["showAs"] = "free";
    body["isReminderOn"] = false;
    body["transactionId"] = "calendar-service-test-" + text::utc_text(begins);
    return dumped(body);
}

std::string GraphCodec::subscribe_body(std::string_view address, std::string_view hook_base, std::string_view secret,
                                       Instant expires) {
    Json body;
    body["changeType"] = "created,updated,deleted";
    body["notificationUrl"] = std::string(hook_base) + "/graph";
    body["lifecycleNotificationUrl"] = std::string(hook_base) + "/graph/lifecycle";
    body["resource"] = "users/" + std::string(address) + "/events";
    body["expirationDateTime"] = text::utc_text(expires);
    body["clientState"] = secret;
    return dumped(body);
}

}  // namespace engine::sync
