#include "fakes/microsoft/input.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "fakes/microsoft/attachments.hpp"
#include "fakes/microsoft/body.hpp"
#include "fakes/microsoft/extended_property.hpp"
#include "fakes/microsoft/extension.hpp"
#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/names.hpp"
#include "fakes/microsoft/reading.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

using nlohmann::json;

using namespace reading;

constexpr std::string_view event_type = "microsoft.graph.event";

std::string body_html(const json& value) {
    object(value, "body");
    std::string content, type = "html";
    for (const auto& [name, member] : value.items()) {
        if (name == "content") content = text(member);
        else if (name == "contentType") type = lower(text(member));
        else if (!annotation(name)) refuse(errors::unknown_property(name, "microsoft.graph.itemBody"));
    }
    if (type != "html" && type != "text") refuse(errors::bad_literal(type, "microsoft.graph.bodyType"));
    return type == "html" ? stored_html(content) : stored_text(content);
}

Location location(const json& value) {
    object(value, "location");
    Location out;
    for (const auto& [name, member] : value.items()) {
        if (name == "displayName") out.name = text(member);
        else if (name == "locationEmailAddress") out.address = text(member);
        else if (name == "locationUri") out.uri = text(member);
        else if (name == "locationType") {
            out.type = text(member);
            if (!known_location_type(out.type)) refuse(errors::bad_literal(out.type, "microsoft.graph.locationType"));
        } else if (name == "address" || name == "coordinates") {
            if (!member.is_null() && !object(member, name).empty()) (name == "address" ? out.postal : out.coordinates) = member.dump();
        } else if (name != "uniqueId" && name != "uniqueIdType" && !annotation(name)) {
            refuse(errors::unknown_property(name, "microsoft.graph.location"));
        }
    }
    return out;
}

Attendee attendee(const json& value) {
    object(value, "an attendee");
    Attendee out;
    for (const auto& [name, member] : value.items()) {
        if (name == "emailAddress") {
            for (const auto& [part, content] : object(member, "emailAddress").items()) {
                if (part == "address") out.address = text(content);
                else if (part == "name") out.name = text(content);
                else if (!annotation(part)) refuse(errors::unknown_property(part, "microsoft.graph.emailAddress"));
            }
        } else if (name == "type") {
            out.role = word(member, role_named, "microsoft.graph.attendeeType");
        } else if (name != "status" && name != "proposedNewTime" && !annotation(name)) {
            refuse(errors::unknown_property(name, "microsoft.graph.attendee"));
        }
    }
    if (out.address.empty()) refuse(errors::recipients_invalid(""));
    if (out.name.empty()) out.name = out.address;
    return out;
}

Date date(const json& value) {
    const std::optional<Date> parsed = parse_date(text(value));
    if (!parsed) refuse(errors::bad_literal(shown(value), "Edm.Date"));
    return *parsed;
}

recurrence::PatternedRecurrence patterned(const json& value) {
    object(value, "recurrence");
    recurrence::PatternedRecurrence out;
    const json* pattern = nullptr;
    const json* range = nullptr;
    for (const auto& [name, member] : value.items()) {
        if (name == "pattern") pattern = &object(member, "pattern");
        else if (name == "range") range = &object(member, "range");
        else if (!annotation(name)) refuse(errors::unknown_property(name, "microsoft.graph.patternedRecurrence"));
    }
    if (!pattern || !range) refuse(errors::property_invalid("A recurrence needs its pattern and its range."));
    for (const auto& [name, member] : pattern->items()) {
        if (name == "type") out.pattern.type = word(member, recurrence::pattern_type, "microsoft.graph.recurrencePatternType");
        else if (name == "interval") out.pattern.interval = number(member);
        else if (name == "month") out.pattern.month = number(member);
        else if (name == "dayOfMonth") out.pattern.day_of_month = number(member);
        else if (name == "daysOfWeek") {
            for (const json& day : array(member, "daysOfWeek"))
                out.pattern.days_of_week.push_back(word(day, recurrence::weekday_named, "microsoft.graph.dayOfWeek"));
        } else if (name == "firstDayOfWeek") out.pattern.first_day_of_week = word(member, recurrence::weekday_named, "microsoft.graph.dayOfWeek");
        else if (name == "index") out.pattern.index = word(member, recurrence::week_index, "microsoft.graph.weekIndex");
        else if (!annotation(name)) refuse(errors::unknown_property(name, "microsoft.graph.recurrencePattern"));
    }
    for (const auto& [name, member] : range->items()) {
        if (name == "type") out.range.type = word(member, recurrence::range_type, "microsoft.graph.recurrenceRangeType");
        else if (name == "startDate") out.range.start_date = date(member);
        else if (name == "endDate") out.range.end_date = date(member);
        else if (name == "recurrenceTimeZone") out.range.zone = text(member);
        else if (name == "numberOfOccurrences") out.range.number_of_occurrences = number(member);
        else if (!annotation(name)) refuse(errors::unknown_property(name, "microsoft.graph.recurrenceRange"));
    }
    if (!pattern->contains("type") || !range->contains("type") || !range->contains("startDate"))
        refuse(errors::property_invalid("A recurrence needs pattern.type, range.type and range.startDate."));
    return out;
}

std::pair<std::string, std::optional<std::string>> extended_property(const json& value) {
    object(value, "an extended property");
    const json id = value.value("id", json());
    if (!id.is_string() || !known_property_id(id.get<std::string>(), false)) refuse(errors::property_id_invalid());
    const auto found = value.find("value");
    if (found == value.end() || found->is_null()) return {id.get<std::string>(), std::nullopt};
    std::string content = text(*found);
    if (content.size() > limits::extended_property_bytes) refuse(errors::property_set_invalid("The value of an extended property is limited."));
    if (!fits_property(id.get<std::string>(), content)) refuse(errors::property_value_invalid());
    return {id.get<std::string>(), std::move(content)};
}

std::pair<std::string, std::optional<std::vector<std::string>>> multi_value_property(const json& value) {
    object(value, "an extended property");
    const json id = value.value("id", json());
    if (!id.is_string() || !known_property_id(id.get<std::string>(), true)) refuse(errors::property_id_invalid());
    const auto found = value.find("value");
    if (found == value.end() || found->is_null()) return {id.get<std::string>(), std::nullopt};
    std::vector<std::string> values;
    std::size_t bytes = 0;
    for (const json& each : array(*found, "value")) bytes += values.emplace_back(text(each)).size();
    if (bytes > limits::extended_property_bytes || values.size() > limits::property_values)
        refuse(errors::property_set_invalid("The values of an extended property are limited."));
    if (!std::all_of(values.begin(), values.end(), [&](const std::string& each) { return fits_property(id.get<std::string>(), each); })) refuse(errors::property_value_invalid());
    return {id.get<std::string>(), std::move(values)};
}

bool read_only(std::string_view name) {
    static constexpr std::array<std::string_view, 22> names = {
        "id", "changeKey", "iCalUId", "uid", "createdDateTime", "lastModifiedDateTime", "isOrganizer", "isCancelled", "type", "seriesMasterId",
        "webLink", "onlineMeeting", "onlineMeetingUrl", "organizer", "responseStatus", "bodyPreview", "hasAttachments",
        "originalStart", "originalStartTimeZone", "originalEndTimeZone", "cancelledOccurrences"};
    for (const std::string_view known : names)
        if (known == name) return true;
    return false;
}

void read_member(EventInput& out, const std::string& name, const json& value, bool list_given) {
    Edit& edit = out.edit;
    if (name == "subject") edit.subject = value.is_null() ? std::optional<std::string>() : std::optional<std::string>(text(value));
    else if (name == "body") edit.body = body_html(value);
    else if (name == "start") edit.start = moment(value, "start");
    else if (name == "end") edit.end = moment(value, "end");
    else if (name == "isAllDay") edit.all_day = boolean(value);
    else if (name == "location") {
        if (list_given) return;
        edit.locations.emplace();
        if (value.is_null()) return;
        Location place = location(value);
        if (place != Location()) edit.locations->push_back(std::move(place));
    } else if (name == "locations") {
        edit.locations.emplace();
        for (const json& each : array(value, name)) edit.locations->push_back(location(each));
    } else if (name == "attendees") {
        edit.attendees.emplace();
        for (const json& each : array(value, name)) edit.attendees->push_back(attendee(each));
    } else if (name == "importance") edit.importance = word(value, importance_named, "microsoft.graph.importance");
    else if (name == "sensitivity") edit.sensitivity = word(value, sensitivity_named, "microsoft.graph.sensitivity");
    else if (name == "showAs") edit.show_as = word(value, show_as_named, "microsoft.graph.freeBusyStatus");
    else if (name == "responseRequested") edit.response_requested = boolean(value);
    else if (name == "allowNewTimeProposals") edit.allow_new_times = boolean(value);
    else if (name == "hideAttendees") edit.hide_attendees = boolean(value);
    else if (name == "isDraft") edit.draft = boolean(value);
    else if (name == "isReminderOn") edit.reminder_on = boolean(value);
    else if (name == "reminderMinutesBeforeStart") edit.reminder_minutes = number(value);
    else if (name == "isOnlineMeeting") out.wants_online = boolean(value);
    else if (name == "recurrence") edit.recurrence = value.is_null() ? std::optional<recurrence::PatternedRecurrence>() : std::optional(patterned(value));
    else if (name == "transactionId") edit.transaction_id = text(value).substr(0, 256);
    else if (name == "categories") {
        edit.categories.emplace();
        for (const json& each : array(value, name)) edit.categories->push_back(text(each));
    } else if (name == "singleValueExtendedProperties") {
        for (const json& each : array(value, name)) edit.properties.push_back(extended_property(each));
    } else if (name == "extensions") {
        for (const json& each : array(value, name)) edit.extensions.push_back(extension_of(each, nullptr));
    } else if (name == "multiValueExtendedProperties") {
        for (const json& each : array(value, name)) edit.multi_properties.push_back(multi_value_property(each));
    } else if (name == "attachments") {
        for (const json& each : array(value, name)) edit.attachments.push_back(attachment_of(each));
    } else if (name == "onlineMeetingProvider") {
        // Meetings are Teams meetings here, whichever of the known providers is named.
        const std::string provider = lower(text(value));
        if (!value.is_null() && provider != "unknown" && provider != "teamsforbusiness" && provider != "skypeforbusiness" && provider != "skypeforconsumer")
            refuse(errors::bad_literal(provider.substr(0, 80), "microsoft.graph.onlineMeetingProviderType"));
    } else if (!read_only(name) && !annotation(name)) {
        refuse(errors::unknown_property(name.substr(0, 80), event_type));
    }
}

}  // namespace

std::variant<EventInput, Fault> read_event(std::string_view body) {
    try {
        const json value = parsed(body);
        EventInput out;
        const bool list_given = value.contains("locations");
        for (const auto& [name, member] : value.items()) read_member(out, name, member, list_given);
        return out;
    } catch (Refused& refused) {
        return std::move(refused.fault);
    }
}

std::variant<SubscriptionInput, Fault> read_subscription(std::string_view body) {
    try {
        const json value = parsed(body);
        SubscriptionInput out;
        for (const auto& [name, member] : value.items()) {
            const auto optional_text = [&, &content = member]() -> std::optional<std::string> {
                return content.is_null() ? std::optional<std::string>() : std::optional<std::string>(text(content));
            };
            if (name == "changeType") out.change_type = optional_text();
            else if (name == "notificationUrl") out.notification_url = optional_text();
            else if (name == "resource") out.resource = optional_text();
            else if (name == "clientState") out.client_state = optional_text();
            else if (name == "lifecycleNotificationUrl") out.lifecycle_url = optional_text();
            else if (name == "latestSupportedTlsVersion") out.tls_version = optional_text();
            else if (name == "notificationQueryOptions") out.query_options = optional_text();
            else if (name == "encryptionCertificate") out.certificate = optional_text();
            else if (name == "encryptionCertificateId") out.certificate_id = optional_text();
            else if (name == "notificationUrlAppId") out.app_id = optional_text();
            else if (name == "includeResourceData") {
                if (!member.is_null()) out.include_resource_data = boolean(member);
            } else if (name == "expirationDateTime") {
                out.expiration_text = text(member);
                const std::optional<ParsedTime> time = parse_time(out.expiration_text);
                if (!time || !time->offset) refuse(errors::bad_literal(out.expiration_text.substr(0, 60), "Edm.DateTimeOffset"));
                out.expiration = parse_instant(out.expiration_text);
            } else if (name != "id" && name != "applicationId" && name != "creatorId" && !annotation(name)) {
                refuse(errors::unknown_property(name, "microsoft.graph.subscription"));
            }
        }
        return out;
    } catch (Refused& refused) {
        return std::move(refused.fault);
    }
}

}  // namespace fakes::microsoft
