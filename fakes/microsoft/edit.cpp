#include "fakes/microsoft/edit.hpp"

#include <algorithm>

#include "fakes/microsoft/body.hpp"
#include "fakes/microsoft/extended_property.hpp"
#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

using recurrence::Zone;

constexpr std::string_view teams_place = "Microsoft Teams Meeting";

bool midnight(LocalTime at) { return at == std::chrono::floor<std::chrono::days>(at); }

Instant instant_of(const Moment& moment, bool all_day) {
    return all_day ? utc(moment.local) : Instant(moment.zone->to_utc(moment.local));
}

std::optional<Fault> set_times(Content& content) {
    if (!content.start.zone || !content.end.zone) return errors::property_invalid("An event needs start and end, each with its zone.");
    if (content.all_day && (!midnight(content.start.local) || !midnight(content.end.local) ||
                            content.start.zone != content.end.zone || content.end.local < content.start.local + std::chrono::days(1)))
        return errors::all_day_not_midnight();
    content.start_at = instant_of(content.start, content.all_day);
    content.end_at = instant_of(content.end, content.all_day);
    if (content.end_at < content.start_at) return errors::property_invalid("An event ends at or after its start.");
    return std::nullopt;
}

/// The rule at work for the content's times; moves the content to its first occurrence.
std::optional<Fault> set_series(Content& content, recurrence::PatternedRecurrence pattern, bool date_given) {
    if (pattern.range.zone.empty()) pattern.range.zone = content.start.zone_name;
    const Zone* zone = Zone::find(pattern.range.zone, content.start.zone);
    if (!zone) return errors::zone_not_supported(pattern.range.zone);
    recurrence::SeriesStart start;
    start.start = content.all_day ? content.start.local : zone->to_local(content.start_at);
    // All-day events float: their instants are the UTC midnights of their own dates, whatever zone the rule names.
    start.zone = content.all_day ? &Zone::utc() : zone;
    start.all_day = content.all_day;
    start.duration = content.all_day ? std::chrono::floor<std::chrono::seconds>(content.end_at - content.start_at)
                                     : recurrence::duration_between(zone->to_local(content.start_at), zone->to_local(content.end_at), *zone, false);
    if (date_given && pattern.range.start_date != date_of(start.start))
        return errors::property_invalid("The range's startDate is the date of the event's start.");
    pattern.range.start_date = date_of(start.start);
    if (const auto refusal = recurrence::validate(pattern)) return errors::property_invalid(refusal->reason);
    const int interval_max = pattern.pattern.type == recurrence::PatternType::daily ? limits::interval_days : limits::interval_other;
    if (pattern.pattern.interval > interval_max) return errors::property_invalid("The interval of a pattern is limited.");
    auto rule = std::make_shared<SeriesRule>();
    rule->series = recurrence::Series(start, recurrence::rule_of(pattern));
    rule->pattern = std::move(pattern);
    const auto first = rule->series.first();
    if (!first) return errors::recurrence_has_no_occurrence();
    content.start_at = first->start;
    content.end_at = first->end;
    content.start.local = content.all_day ? first->original : content.start.zone->to_local(first->start);
    content.end.local = content.all_day ? utc_wall_clock(first->end) : content.end.zone->to_local(first->end);
    content.rule = std::move(rule);
    return std::nullopt;
}

std::optional<Fault> set_attendees(Content& content, const std::vector<Attendee>& attendees) {
    if (attendees.size() > limits::attendees) return errors::property_invalid("An event has at most 500 attendees.");
    std::vector<Attendee> list;
    for (const Attendee& attendee : attendees) {
        if (attendee.address.find('@') == std::string::npos) return errors::recipients_invalid(attendee.address);
        if (same_text(attendee.address, content.organizer_address)) continue;  // the organizer is not listed
        const auto same = [&](const Attendee& other) { return same_text(other.address, attendee.address); };
        if (std::none_of(list.begin(), list.end(), same)) list.push_back(attendee);
    }
    content.attendees = std::move(list);
    return std::nullopt;
}

void set_online(Content& content, const Edit& edit) {
    if (edit.online && !content.online) {
        content.online = edit.online;
        if (content.locations.empty()) {
            Location place;
            place.name = teams_place;
            content.locations.push_back(std::move(place));
        }
        const std::string block = "<div class=\"me-email-text\">________________________________________________________________"
                                  "________________<br>\r\n<a href=\"" + content.online->join_url +
                                  "\">Join the meeting now</a><br>\r\nMeeting ID: " + content.online->conference_id + "</div>\r\n";
        content.body = std::make_shared<const std::string>(with_block(content.body ? *content.body : std::string(), block));
    } else if (content.online && edit.body && edit.body->find(content.online->join_url) == std::string::npos) {
        content.online.reset();  // Graph docs, event: a body without the meeting's block disables the meeting
    }
}

std::optional<Fault> set_attachments(Content& content, const Edit& edit) {
    if (edit.attachments.empty() && edit.gone_attachments.empty()) return std::nullopt;
    std::vector<Attachment> list = content.attachments ? *content.attachments : std::vector<Attachment>();
    std::erase_if(list, [&](const Attachment& each) {
        return std::find(edit.gone_attachments.begin(), edit.gone_attachments.end(), each.number) != edit.gone_attachments.end();
    });
    list.insert(list.end(), edit.attachments.begin(), edit.attachments.end());
    std::size_t bytes = 0;
    for (const Attachment& each : list) bytes += each.bytes.size();
    if (list.size() > limits::attachments || bytes > limits::attachments_bytes) return errors::attachments_too_large();
    content.attachments = list.empty() ? nullptr : std::make_shared<const std::vector<Attachment>>(std::move(list));
    return std::nullopt;
}

/// Sets, adds or (no value) removes the property of this id.
template <typename Property, typename Value>
void put_property(std::vector<Property>& all, const std::string& id, const std::optional<Value>& value, Value Property::*member) {
    const auto found = std::find_if(all.begin(), all.end(), [&, identity = property_identity(id)](const Property& each) { return each.id == id || property_identity(each.id) == identity; });
    if (!value) {
        if (found != all.end()) all.erase(found);
    } else if (found != all.end()) {
        (*found).*member = *value;
    } else {
        all.push_back({id, *value});
    }
}

}  // namespace

std::variant<Content, Fault> edited(const Content& before, const Edit& edit, EditOf what) {
    Content content = before;
    if (edit.subject) {
        content.has_subject = edit.subject->has_value();
        content.subject = edit.subject->value_or("");
        const auto lead = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
        if (static_cast<std::size_t>(std::count_if(content.subject.begin(), content.subject.end(), lead)) > limits::subject_characters)
            return errors::property_invalid("A subject has at most 255 characters.");
    }
    if (edit.body) {
        if (edit.body->empty()) content.body.reset();
        else if (!content.body || *content.body != *edit.body) content.body = std::make_shared<const std::string>(*edit.body);
    }
    if (edit.locations) content.locations = *edit.locations;
    if (edit.importance) content.importance = *edit.importance;
    if (edit.sensitivity) content.sensitivity = *edit.sensitivity;
    if (edit.show_as) content.show_as = *edit.show_as;
    if (edit.response_requested) content.response_requested = *edit.response_requested;
    if (edit.allow_new_times) content.allow_new_times = *edit.allow_new_times;
    if (edit.hide_attendees) content.hide_attendees = *edit.hide_attendees;
    if (edit.attendees)
        if (auto fault = set_attendees(content, *edit.attendees)) return *fault;
    if (auto fault = set_attachments(content, edit)) return *fault;
    set_online(content, edit);

    if (edit.all_day) content.all_day = *edit.all_day;
    if (edit.start) content.start = *edit.start;
    if (edit.end) content.end = *edit.end;
    const bool times = content.start != before.start || content.end != before.end || content.all_day != before.all_day;
    if (times || what == EditOf::new_event)
        if (auto fault = set_times(content)) return *fault;
    if (edit.recurrence && what == EditOf::slot && edit.recurrence->has_value())
        return errors::property_set_invalid("An occurrence has no recurrence of its own.");
    if (edit.recurrence && !edit.recurrence->has_value()) content.rule.reset();
    else if (edit.recurrence && what != EditOf::slot) {
        if (times || !before.rule || before.rule->pattern != **edit.recurrence)
            if (auto fault = set_series(content, **edit.recurrence, true)) return *fault;
    } else if (times && before.rule) {
        if (auto fault = set_series(content, before.rule->pattern, false)) return *fault;
    }
    return content;
}

std::variant<std::shared_ptr<const Extras>, Fault> edited(const std::shared_ptr<const Extras>& before, const Edit& edit) {
    Extras extras = before ? *before : Extras();
    if (edit.reminder_minutes) extras.reminder_minutes = *edit.reminder_minutes;
    if (edit.reminder_on) extras.reminder_on = *edit.reminder_on;
    if (edit.draft) extras.draft = *edit.draft;
    if (edit.categories) extras.categories = *edit.categories;
    if (!edit.transaction_id.empty()) extras.transaction_id = edit.transaction_id;
    for (const auto& [id, value] : edit.properties) put_property(extras.properties, id, value, &ExtendedProperty::value);
    for (const auto& [id, values] : edit.multi_properties) put_property(extras.multi_properties, id, values, &MultiValueProperty::values);
    if (extras.properties.size() + extras.multi_properties.size() > limits::extended_properties)
        return errors::property_set_invalid("Too many extended properties on one item.");
    for (const std::string& name : edit.gone_extensions)
        std::erase_if(extras.extensions, [&](const OpenExtension& each) { return same_text(each.name, name); });
    for (const OpenExtension& extension : edit.extensions) {
        const auto found = std::find_if(extras.extensions.begin(), extras.extensions.end(), [&](const OpenExtension& each) { return same_text(each.name, extension.name); });
        if (found != extras.extensions.end()) *found = extension;
        else if (extras.extensions.size() >= limits::extensions_per_item) return errors::property_set_invalid("Too many open extensions on one item.");
        else extras.extensions.push_back(extension);
    }
    if (before ? extras == *before : extras == Extras()) return before;
    return std::make_shared<const Extras>(std::move(extras));
}

Content inherited(const Content& exception, const Content& before, const Content& after) {
    Content out = exception;
    if (exception.subject == before.subject && exception.has_subject == before.has_subject) {
        out.subject = after.subject;
        out.has_subject = after.has_subject;
    }
    const auto text = [](const Content& content) { return content.body ? std::string_view(*content.body) : std::string_view(); };
    if (exception.body == before.body || text(exception) == text(before)) out.body = after.body;
    if (exception.locations == before.locations) out.locations = after.locations;
    if (exception.attendees == before.attendees) out.attendees = after.attendees;
    if (exception.importance == before.importance) out.importance = after.importance;
    if (exception.sensitivity == before.sensitivity) out.sensitivity = after.sensitivity;
    if (exception.show_as == before.show_as) out.show_as = after.show_as;
    if (exception.online == before.online) out.online = after.online;
    if (exception.attachments == before.attachments) out.attachments = after.attachments;
    return out;
}

Content occurrence_content(const Content& master, Instant start, Instant end) {
    Content out = master;
    out.rule.reset();
    out.start_at = start;
    out.end_at = end;
    out.start.local = master.all_day ? LocalTime(utc_wall_clock(start)) : master.start.zone->to_local(start);
    out.end.local = master.all_day ? LocalTime(utc_wall_clock(end)) : master.end.zone->to_local(end);
    return out;
}

bool moved(const Content& before, const Content& after) {
    return before.start_at != after.start_at || before.end_at != after.end_at || before.all_day != after.all_day || before.rule != after.rule;
}

bool only_attendees_differ(const Content& before, const Content& after) {
    Content same = after;
    same.attendees = before.attendees;
    return same == before;
}

}  // namespace fakes::microsoft
