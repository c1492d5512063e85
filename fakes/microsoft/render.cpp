#include "fakes/microsoft/render.hpp"

#include <algorithm>

#include "fakes/microsoft/attachments.hpp"
#include "fakes/microsoft/calendar_face.hpp"
#include "fakes/microsoft/body.hpp"
#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/names.hpp"
#include "fakes/microsoft/render_expanded.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

constexpr std::string_view never = "0001-01-01T00:00:00Z";

void put_bool(std::string& out, std::string_view name, bool value) {
    put_name(out, name);
    out += value ? "true" : "false";
}
void put_null(std::string& out, std::string_view name) {
    put_name(out, name);
    out += "null";
}

void put_zoned(std::string& out, std::string_view name, Instant at, bool all_day, const recurrence::Zone* zone, std::string_view zone_name) {
    put_name(out, name);
    out += "{\"dateTime\":\"";
    // All-day events float: their own midnights, whatever zone is preferred.
    put_local7(out, all_day || !zone ? utc_wall_clock(at) : zone->to_local(at));
    out += '"';
    put_member(out, "timeZone", zone_name);
    out += '}';
}

void put_address(std::string& out, std::string_view name, std::string_view address) {
    out += "\"emailAddress\":{";
    put_member(out, "name", name);
    put_member(out, "address", address);
    out += '}';
}

void put_location(std::string& out, const Location& location) {
    out += '{';
    put_member(out, "displayName", location.name);
    if (!location.uri.empty()) put_member(out, "locationUri", location.uri);
    if (!location.address.empty()) put_member(out, "locationEmailAddress", location.address);
    put_member(out, "locationType", location.type);
    if (!location.name.empty() || !location.address.empty()) {
        put_member(out, "uniqueId", location.address.empty() ? location.name : location.address);
        put_member(out, "uniqueIdType", location.address.empty() ? "private" : "directory");
        if (!location.postal.empty()) out += ",\"address\":" + location.postal;
        if (!location.coordinates.empty()) out += ",\"coordinates\":" + location.coordinates;
    } else {
        out += ",\"uniqueIdType\":\"unknown\",\"address\":{},\"coordinates\":{}";
    }
    out += '}';
}

void put_status(std::string& out, std::string_view name, std::string_view response, Instant at) {
    put_name(out, name);
    out += "{\"response\":\"";
    out += response;
    out += "\",\"time\":\"";
    if (at == Instant()) out += never;
    else put_instant(out, at);
    out += "\"}";
}

void put_attendees(std::string& out, const Copy& copy, const Content& content) {
    put_name(out, "attendees");
    out += '[';
    bool first = true;
    for (const Attendee& attendee : content.attendees) {
        out += first ? "{" : ",{";
        first = false;
        put_member(out, "type", name_of(attendee.role));
        const Answer* answer = nullptr;
        if (copy.organizer && copy.answers) {
            const std::string address = lower(attendee.address);
            for (const Answer& each : *copy.answers)
                if (each.address == address) answer = &each;
        }
        put_status(out, "status", name_of(answer ? answer->response : Response::none), answer ? answer->at : Instant());
        out += ',';
        put_address(out, attendee.name, attendee.address);
        if (answer && answer->proposal) {
            out += ",\"proposedNewTime\":{";
            put_zoned(out, "start", answer->proposal->start, false, nullptr, "UTC");
            put_zoned(out, "end", answer->proposal->end, false, nullptr, "UTC");
            out += '}';
        }
        out += '}';
    }
    out += ']';
}

void put_recurrence(std::string& out, const recurrence::PatternedRecurrence& recurrence) {
    const recurrence::Pattern& pattern = recurrence.pattern;
    const recurrence::Range& range = recurrence.range;
    put_name(out, "recurrence");
    out += "{\"pattern\":{";
    put_member(out, "type", recurrence::name_of(pattern.type));
    out += ",\"interval\":" + std::to_string(pattern.interval) + ",\"month\":" + std::to_string(pattern.month) +
           ",\"dayOfMonth\":" + std::to_string(pattern.day_of_month) + ",\"daysOfWeek\":[";
    for (std::size_t i = 0; i < pattern.days_of_week.size(); ++i) {
        if (i != 0) out += ',';
        put_json(out, recurrence::name_of(pattern.days_of_week[i]));
    }
    out += ']';
    put_member(out, "firstDayOfWeek", recurrence::name_of(pattern.first_day_of_week));
    put_member(out, "index", recurrence::name_of(pattern.index));
    out += "},\"range\":{";
    put_member(out, "type", recurrence::name_of(range.type));
    out += ",\"startDate\":\"";
    put_date(out, range.start_date);
    out += "\",\"endDate\":\"";
    put_date(out, range.type == recurrence::RangeType::end_date ? range.end_date : Date(std::chrono::year(1) / 1 / 1));
    out += '"';
    put_member(out, "recurrenceTimeZone", range.zone);
    out += ",\"numberOfOccurrences\":" + std::to_string(range.type == recurrence::RangeType::numbered ? range.number_of_occurrences : 0) + "}}";
}

void put_body(std::string& out, const std::string& html, bool as_text) {
    put_name(out, "body");
    out += '{';
    put_member(out, "contentType", as_text ? "text" : "html");
    put_member(out, "content", as_text ? plain_text(html) : html);
    out += '}';
}

void put_first_location(std::string& out, const Content& content) {
    put_name(out, "location");
    static const Location nowhere;
    put_location(out, content.locations.empty() ? nowhere : content.locations.front());
}

void put_locations(std::string& out, const Content& content) {
    put_name(out, "locations");
    out += '[';
    for (std::size_t i = 0; i < content.locations.size(); ++i) {
        if (i != 0) out += ',';
        put_location(out, content.locations[i]);
    }
    out += ']';
}

void put_own_response(std::string& out, const Copy& copy) {
    const bool open = copy.response == Response::none;
    put_status(out, "responseStatus", copy.organizer ? "organizer" : open ? "notResponded" : name_of(copy.response), open ? Instant() : copy.responded);
}

}  // namespace

std::string event_id(const Mailbox& mailbox, const Entry& entry, bool immutable) {
    const std::uint64_t number = entry.item->number;
    if (immutable) return immutable_id(mailbox.ids(), number, entry.slot);
    return entry.slot ? occurrence_id(mailbox.ids(), number, *entry.slot) : item_id(mailbox.ids(), number);
}

std::string etag(const Mailbox& mailbox, const Copy& copy) { return "W/\"" + change_key(mailbox.ids(), copy.change) + "\""; }

void put_attached_event(std::string& out, const Content& content) {
    put_null(out, "changeKey");
    put_member(out, "originalStartTimeZone", content.start.zone_name);
    put_member(out, "originalEndTimeZone", content.end.zone_name);
    if (content.has_subject) put_member(out, "subject", content.subject);
    else put_null(out, "subject");
    const std::string body = content.body ? *content.body : std::string();
    put_member(out, "bodyPreview", preview(body));
    put_member(out, "importance", name_of(content.importance));
    put_member(out, "sensitivity", name_of(content.sensitivity));
    put_bool(out, "isAllDay", content.all_day);
    put_member(out, "showAs", name_of(content.show_as));
    put_member(out, "type", name_of(content.rule ? Entry::Type::master : Entry::Type::single));
    if (content.rule) put_recurrence(out, content.rule->pattern);
    else put_null(out, "recurrence");
    put_body(out, body, false);
    put_zoned(out, "start", content.start_at, content.all_day, nullptr, "UTC");
    put_zoned(out, "end", content.end_at, content.all_day, nullptr, "UTC");
    put_first_location(out, content);
    put_locations(out, content);
    put_attendees(out, Copy(), content);
}

void put_event(std::string& out, const Mailbox& mailbox, const Entry& entry, const Shape& shape) {
    const Copy& copy = *entry.copy;
    const std::shared_ptr<const Content> said = copy.content.whole();
    const Content& content = *said;
    const Extras& extras = extras_of(copy);
    const bool member = entry.slot.has_value();
    const std::string body = content.body ? *content.body : std::string();
    const std::string own_id = event_id(mailbox, entry, shape.immutable);
    const auto master_id = [&] {
        return shape.immutable ? immutable_id(mailbox.ids(), entry.item->number, std::nullopt) : item_id(mailbox.ids(), entry.item->number);
    };
    const auto want = [&](std::string_view name) {
        return !shape.select || std::any_of(shape.select->begin(), shape.select->end(), [&](const std::string& each) { return same_text(each, name); });
    };
    put_member(out, "@odata.etag", etag(mailbox, copy));
    put_member(out, "id", own_id);
    const auto put_time = [&](std::string_view name, Instant at) {
        if (!want(name)) return;
        put_name(out, name);
        out += '"';
        put_instant7(out, at);
        out += '"';
    };
    put_time("createdDateTime", copy.created);
    put_time("lastModifiedDateTime", copy.modified);
    if (want("changeKey")) put_member(out, "changeKey", change_key(mailbox.ids(), copy.change));
    if (want("categories")) {
        put_name(out, "categories");
        out += '[';
        for (std::size_t i = 0; i < extras.categories.size(); ++i) {
            if (i != 0) out += ',';
            put_json(out, extras.categories[i]);
        }
        out += ']';
    }
    if (want("transactionId")) {
        if (extras.transaction_id.empty()) put_null(out, "transactionId");
        else put_member(out, "transactionId", extras.transaction_id);
    }
    if (want("originalStartTimeZone")) put_member(out, "originalStartTimeZone", content.start.zone_name);
    if (want("originalEndTimeZone")) put_member(out, "originalEndTimeZone", content.end.zone_name);
    if (want("iCalUId")) put_member(out, "iCalUId", ical_uid(entry.item->meeting, member ? entry.slot : entry.item->lone_slot));
    if (want("reminderMinutesBeforeStart")) put_name(out, "reminderMinutesBeforeStart"), out += std::to_string(extras.reminder_minutes);
    if (want("isReminderOn")) put_bool(out, "isReminderOn", extras.reminder_on);
    if (want("hasAttachments")) put_bool(out, "hasAttachments", has_attachments(content));
    if (want("subject")) {
        if (content.has_subject) put_member(out, "subject", content.subject);
        else put_null(out, "subject");
    }
    if (want("bodyPreview")) put_member(out, "bodyPreview", preview(body));
    if (want("importance")) put_member(out, "importance", name_of(content.importance));
    if (want("sensitivity")) put_member(out, "sensitivity", name_of(content.sensitivity));
    if (want("isAllDay")) put_bool(out, "isAllDay", content.all_day);
    if (want("isCancelled")) put_bool(out, "isCancelled", copy.cancelled);
    if (want("isOrganizer")) put_bool(out, "isOrganizer", copy.organizer);
    if (want("responseRequested")) put_bool(out, "responseRequested", content.response_requested);
    if (want("seriesMasterId")) {
        if (member) put_member(out, "seriesMasterId", master_id());
        else put_null(out, "seriesMasterId");
    }
    if (want("showAs")) put_member(out, "showAs", name_of(copy.show_as));
    if (want("type")) put_member(out, "type", name_of(entry.type));
    if (want("webLink")) put_member(out, "webLink", "https://outlook.office365.com/owa/?itemid=" + percent_encode(own_id, true) + "&exvsurl=1&path=/calendar/item");
    if (want("onlineMeetingUrl")) put_null(out, "onlineMeetingUrl");
    if (want("isOnlineMeeting")) put_bool(out, "isOnlineMeeting", content.online != nullptr);
    if (want("onlineMeetingProvider")) put_member(out, "onlineMeetingProvider", content.online ? "teamsForBusiness" : "unknown");
    if (want("allowNewTimeProposals")) put_bool(out, "allowNewTimeProposals", content.allow_new_times);
    if (want("isDraft")) put_bool(out, "isDraft", extras.draft);
    if (want("hideAttendees")) put_bool(out, "hideAttendees", content.hide_attendees);
    if (want("recurrence")) {
        if (content.rule && entry.type == Entry::Type::master) put_recurrence(out, content.rule->pattern);
        else put_null(out, "recurrence");
    }
    if (want("onlineMeeting")) {
        if (content.online) {
            put_name(out, "onlineMeeting");
            out += '{';
            put_member(out, "joinUrl", content.online->join_url);
            put_member(out, "conferenceId", content.online->conference_id);
            out += '}';
        } else {
            put_null(out, "onlineMeeting");
        }
    }
    if (want("responseStatus")) put_own_response(out, copy);
    if (want("body")) put_body(out, body, shape.text_body);
    if (want("start")) put_zoned(out, "start", entry.start, content.all_day, shape.start_zone, shape.start_zone_name);
    if (want("end")) put_zoned(out, "end", entry.end, content.all_day, shape.end_zone, shape.end_zone_name);
    if (want("location")) put_first_location(out, content);
    if (want("locations")) put_locations(out, content);
    if (want("attendees")) put_attendees(out, copy, content);
    if (want("organizer")) {
        put_name(out, "organizer");
        out += '{';
        put_address(out, content.organizer_name, content.organizer_address);
        out += '}';
    }
    if (member && want("originalStart")) {
        put_name(out, "originalStart");
        out += '"';
        put_instant(out, entry.original_start);
        out += '"';
    }
    const bool exceptions_asked = shape.expand && shape.expand->exceptions && entry.type == Entry::Type::master;
    if (entry.type == Entry::Type::master && (exceptions_asked || (shape.select && want("cancelledOccurrences")))) {
        put_name(out, "cancelledOccurrences");
        out += '[';
        bool first = true;
        for (const Date& date : entry.item->series->cancelled) {
            std::string text = "OID." + own_id + ".";
            put_date(text, date);
            if (!first) out += ',';
            first = false;
            put_json(out, text);
        }
        out += ']';
    }
    if (shape.expand) put_expanded(out, mailbox, entry, shape);
}

std::uint32_t Renderer::shape_number(const std::string& what) {
    const auto found = shapes_.find(what);
    if (found != shapes_.end()) return found->second;
    if (shapes_.size() >= limits::shapes_kept) return 0;
    const auto number = static_cast<std::uint32_t>(shapes_.size() + 1);
    shapes_.emplace(what, number);
    return number;
}

const std::string& Renderer::keep(const Key& key, Kept kept) {
    if (young_bytes_ > limits::rendered_bytes / 2) {
        old_ = std::exchange(young_, {});
        young_bytes_ = 0;
    }
    young_bytes_ += kept.text.size() + sizeof(Key) + sizeof(Kept);
    return (young_[key] = std::move(kept)).text;
}

void Renderer::put(std::string& out, const Mailbox& mailbox, const Entry& entry, const Shape& shape, Keep keep_it) {
    const auto put_fresh = [&] {
        scratch_.clear();
        put_event(scratch_, mailbox, entry, shape);
        out += scratch_;
    };
    if (shape.kept_as == 0) return put_fresh();
    const std::uint32_t slot = entry.slot ? static_cast<std::uint32_t>(std::chrono::sys_days(*entry.slot).time_since_epoch().count()) : 0x8000'0000u;
    const Key key{static_cast<std::uint64_t>(mailbox.index()) << 40 | entry.item->number, static_cast<std::uint64_t>(shape.kept_as) << 32 | slot};
    // An exception has no change of its own that its master does not have too: every saved change touches the item.
    const std::uint64_t change = entry.item->copy.change;
    if (const auto found = young_.find(key); found != young_.end() && found->second.change == change) {
        out += found->second.text;
        return;
    }
    if (const auto found = old_.find(key); found != old_.end() && found->second.change == change) {
        Kept again = std::move(found->second);
        old_.erase(found);
        out += keep(key, std::move(again));
        return;
    }
    put_fresh();
    if (keep_it == Keep::yes) keep(key, Kept{change, scratch_});
}

}  // namespace fakes::microsoft
