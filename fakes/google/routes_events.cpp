// events.*, channels.stop: from request to state and back (facts/google.md 6.1 to 6.7, 6.12, 6.13).
#include "fakes/google/google.hpp"
#include "fakes/google/limits.hpp"
#include "fakes/google/parse.hpp"
#include "fakes/text.hpp"

namespace fakes::google {
namespace {

/// "&q=lunch": what narrows a watched list, as it was sent.
std::string narrowing_query(std::string_view target) {
    std::string out;
    std::string_view rest = target.substr(std::min(target.size(), target.find('?')));
    while (!rest.empty()) {
        rest.remove_prefix(1);
        const std::size_t end = std::min(rest.size(), rest.find('&'));
        const std::string_view name = rest.substr(0, rest.find('='));
        for (const std::string_view known : {"eventTypes", "q", "iCalUID", "privateExtendedProperty", "sharedExtendedProperty", "timeMin", "timeMax"})
            if (name == known) out.append("&").append(rest.substr(0, end));
        rest.remove_prefix(end);
    }
    return out;
}

}  // namespace
Refusal Google::open(Call& call, AccessRole wanted) {
    const std::string& id = call.target.path[3];
    call.calendar = calendars_->find(id == "primary" ? call.grant->address : lower(id));
    if (call.calendar == nullptr) return refuse::not_found("no such calendar");
    call.role = calendars_->role_of(*call.calendar, call.grant->address);
    if (call.role < AccessRole::reader)
        return refuse::not_found(call.grant->address + " has no access to the events of " + call.calendar->id());
    if (call.role < wanted) return refuse::access_level(name_of(wanted));
    return {};
}

Refusal Google::find_event(Call& call, View& view) {
    view = calendars_->find_event(*call.calendar, call.target.path[5]);
    if (!view) return refuse::not_found("no such event on this calendar");
    return {};
}

Refusal Google::check_match(const Call& call, const View& view) const {
    const std::string* wanted = find_header(call.request.headers, "If-Match");
    if (wanted == nullptr || *wanted == "*" || *wanted == etag_of(view)) return {};
    return refuse::condition_not_met();
}

Refusal Google::open_any(Call& call, AccessRole wanted) {
    const std::string& id = call.target.path[3];
    call.calendar = calendars_->find(id == "primary" ? call.grant->address : lower(id));
    if (call.calendar == nullptr) return refuse::not_found("no such calendar");
    call.role = calendars_->role_of(*call.calendar, call.grant->address);
    if (call.role == AccessRole::none) return refuse::not_found("the calendar is not shared with the caller");
    if (call.role < wanted) return refuse::access_level(name_of(wanted));
    return {};
}

Refusal Google::write_parameters(const Call& call, WriteParameters& parameters) const {
    const Parameters& p = call.target.parameters;
    int version = 0;
    if (Refusal r = p.number("conferenceDataVersion", 0, 1, version)) return r;
    if (Refusal r = p.one_of("sendUpdates", {"all", "externalOnly", "none"})) return r;
    if (const std::string* text = p.find("conferenceDataVersion"); text != nullptr && *text != "0" && *text != "1")
        return refuse::invalid_parameter("conferenceDataVersion", *text, "0 or 1");
    bool notifications = false;
    if (Refusal r = p.flag("sendNotifications", notifications)) return r;
    bool attachments = false;
    if (Refusal r = p.flag("supportsAttachments", attachments)) return r;
    int max_attendees = 0;
    if (Refusal r = p.number("maxAttendees", 1, 1000000, max_attendees)) return r;
    parameters.conference = version == 1;
    // The old name counts where the new one is silent.
    if (notifications) parameters.send_updates = SendUpdates::all;
    if (const std::string* whom = p.find("sendUpdates"))
        parameters.send_updates = *whom == "all"            ? SendUpdates::all
                                  : *whom == "externalOnly" ? SendUpdates::external_only
                                                            : SendUpdates::none;
    return {};
}

void Google::show(Call& call, const View& view, bool conference, bool tombstone_short) {
    Shown shown;
    shown.details = call.role >= AccessRole::writer;
    shown.conference = conference;
    shown.tombstones_short = tombstone_short;
    int max_attendees = 0;
    if (!call.target.parameters.number("maxAttendees", 1, 1000000, max_attendees)) shown.max_attendees = max_attendees;
    std::string body;
    body.reserve(1024);
    // Living events look the same in lists and alone: they share the cached rendering.
    if (!view.cancelled()) shown.tombstones_short = true;
    if (const std::string* zone = call.target.parameters.find("timeZone"))
        shown.zone = recurrence::Zone::find_iana(*zone);
    if (call.pretty && !call.target.parameters.has("fields")) {
        shown.layout = Layout::pretty_alone;
        call.laid_out = true;
    }
    renderings_.append(body, view, shown);
    body += '\n';
    answer_body(call, std::move(body), etag_of(view));
}

Refusal Google::events_list(Call& call) {
    if (Refusal r = open(call, AccessRole::reader)) return r;
    std::string body, etag;
    call.laid_out = call.pretty && !call.target.parameters.has("fields");
    if (Refusal r = listing_.list(*call.calendar, call.grant->address, call.role, call.target.parameters, call.laid_out, call.now, body, etag))
        return r;
    answer_body(call, std::move(body), etag);
    return {};
}

Refusal Google::events_get(Call& call) {
    if (Refusal r = open(call, AccessRole::reader)) return r;
    const Parameters& p = call.target.parameters;
    int max_attendees = 0;
    if (Refusal r = p.number("maxAttendees", 1, 1000000, max_attendees)) return r;
    if (const std::string* zone = p.find("timeZone"); zone != nullptr && recurrence::Zone::find_iana(*zone) == nullptr)
        return refuse::invalid("Invalid time zone definition.", "timeZone must be an IANA zone", "timeZone");
    View view;
    if (Refusal r = find_event(call, view)) return r;
    show(call, view, true, false);
    return {};
}

Refusal Google::events_instances(Call& call) {
    if (Refusal r = open(call, AccessRole::reader)) return r;
    View view;
    if (Refusal r = find_event(call, view)) return r;
    std::string body, etag;
    call.laid_out = call.pretty && !call.target.parameters.has("fields");
    if (Refusal r = listing_.instances(view, call.role, call.target.parameters, call.laid_out, call.now, body, etag)) return r;
    answer_body(call, std::move(body), etag);
    return {};
}

Refusal Google::events_insert(Call& call) {
    if (Refusal r = open(call, AccessRole::writer)) return r;
    WriteParameters parameters;
    if (Refusal r = write_parameters(call, parameters)) return r;
    Edit edit;
    if (Refusal r = parse_event(call.request.body, BodyKind::insert, nullptr, call.calendar->zone(), parameters.conference, edit)) return r;
    if (call.grant->service_account && !edit.event.attendees.empty()) return refuse::service_accounts_cannot_invite();
    if (edit.event.rest->event_type != "default" && (call.calendar->person->is_room || call.calendar->secondary))
        return refuse::event_type_restriction("eventTypeRestriction", "Status events exist only on primary calendars.");
    View made;
    if (Refusal r = calendars_->insert(*call.calendar, call.grant->address, std::move(edit), call.now, made)) return r;
    outbox_.tell(*call.calendar, {}, made, parameters.send_updates, call.now);
    show(call, made, true, true);
    return {};
}

Refusal Google::write_event(Call& call, bool whole) {
    if (Refusal r = open(call, AccessRole::writer)) return r;
    WriteParameters parameters;
    if (Refusal r = write_parameters(call, parameters)) return r;
    View view;
    if (Refusal r = find_event(call, view)) return r;
    if (Refusal r = check_match(call, view)) return r;
    Edit edit;
    if (Refusal r = parse_event(call.request.body, whole ? BodyKind::update : BodyKind::patch, &view,
                                call.calendar->zone(), parameters.conference, edit))
        return r;
    if (view.cancelled()) {
        // Only its organizer brings a deleted event back, by confirming it (facts/google.md 5, status).
        const bool restores = (edit.sets & member_status) != 0 && edit.event.status != Status::cancelled &&
                              view.event->status == Status::cancelled &&
                              view.calendar->number == view.meeting->organizer &&
                              (view.slot == no_slot || view.meeting->event.status != Status::cancelled);
        if (!restores) return refuse::deleted();
    }
    if (call.grant->service_account && (edit.sets & member_attendees) != 0 && !edit.event.attendees.empty())
        return refuse::service_accounts_cannot_invite();
    const Outbox::Before before = Outbox::before(view);
    View changed;
    if (Refusal r = calendars_->change(view, call.grant->address, std::move(edit), call.now, changed)) return r;
    if (!changed) return refuse::not_found("the change took this occurrence away");
    outbox_.tell(*call.calendar, before, changed, parameters.send_updates, call.now);
    show(call, changed, true, true);
    return {};
}

Refusal Google::events_patch(Call& call) { return write_event(call, false); }
Refusal Google::events_update(Call& call) { return write_event(call, true); }

Refusal Google::events_delete(Call& call) {
    if (Refusal r = open(call, AccessRole::writer)) return r;
    WriteParameters parameters;
    if (Refusal r = write_parameters(call, parameters)) return r;
    View view;
    if (Refusal r = find_event(call, view)) return r;
    if (view.cancelled()) return refuse::deleted();
    if (Refusal r = check_match(call, view)) return r;
    const Outbox::Before before = Outbox::before(view);
    if (Refusal r = calendars_->remove(view, call.grant->address, call.now)) return r;
    outbox_.tell(*call.calendar, before, calendars_->find_event(*call.calendar, before.id), parameters.send_updates, call.now);
    call.reply.status = 204;
    return {};
}

Refusal Google::events_quick_add(Call& call) {
    if (Refusal r = open(call, AccessRole::writer)) return r;
    WriteParameters parameters;
    if (Refusal r = write_parameters(call, parameters)) return r;
    const std::string* text = call.target.parameters.find("text");
    if (text == nullptr || text->find_first_not_of(' ') == std::string::npos) return refuse::required("Required", "text");
    if (text->size() > limits::max_short_text_bytes)
        return refuse::invalid("Invalid value for: text", "the text is too long", "text");
    Edit edit = read_quick_text(*text, zone_of(*call.calendar), call.now, 60);
    View made;
    if (Refusal r = calendars_->insert(*call.calendar, call.grant->address, std::move(edit), call.now, made)) return r;
    outbox_.tell(*call.calendar, {}, made, parameters.send_updates, call.now);
    show(call, made, true, true);
    return {};
}

Refusal Google::events_move(Call& call) {
    if (Refusal r = open(call, AccessRole::writer)) return r;
    WriteParameters parameters;
    if (Refusal r = write_parameters(call, parameters)) return r;
    const std::string* id = call.target.parameters.find("destination");
    if (id == nullptr || id->empty()) return refuse::required("Required", "destination");
    View view;
    if (Refusal r = find_event(call, view)) return r;
    if (view.cancelled()) return refuse::deleted();
    Calendar* destination = calendars_->find(*id == "primary" ? call.grant->address : lower(*id));
    if (destination == nullptr) return refuse::not_found("no such destination calendar");
    const AccessRole role = calendars_->role_of(*destination, call.grant->address);
    if (role < AccessRole::reader) return refuse::not_found("the destination is not shared with the caller");
    if (role < AccessRole::writer) return refuse::access_level("writer");
    const Outbox::Before before = Outbox::before(view);
    View moved;
    if (Refusal r = calendars_->move(view, *destination, call.now, moved)) return r;
    outbox_.tell(*destination, before, moved, parameters.send_updates, call.now);
    show(call, moved, true, true);
    return {};
}

Refusal Google::events_import(Call& call) {
    if (Refusal r = open(call, AccessRole::writer)) return r;
    WriteParameters parameters;
    if (Refusal r = write_parameters(call, parameters)) return r;
    Edit edit;
    if (Refusal r = parse_event(call.request.body, BodyKind::import, nullptr, call.calendar->zone(), parameters.conference, edit))
        return r;
    View made;
    if (Refusal r = calendars_->import(*call.calendar, call.grant->address, std::move(edit), call.now, made)) return r;
    show(call, made, true, true);
    return {};
}

Refusal Google::watch(Call& call, const Calendar& calendar, Collection collection, Channels::Narrowed narrowed) {
    ChannelBody wanted;
    if (Refusal r = parse_channel(call.request.body, wanted)) return r;
    std::string body;
    if (Refusal r = channels_.watch(calendar, collection, std::move(narrowed), call.grant->address, wanted, call.now, body, call.effects)) return r;
    answer_body(call, std::move(body), "");
    return {};
}

Refusal Google::events_watch(Call& call) {
    if (lower(call.target.path[3]).ends_with("@group.v.calendar.google.com")) return refuse::push_not_supported();
    if (Refusal r = open(call, AccessRole::reader)) return r;
    Channels::Narrowed narrowed;
    if (Refusal r = listing_.narrow(*call.calendar, call.grant->address, call.role, call.target.parameters, call.now, narrowed.admits)) return r;
    if (narrowed.admits) narrowed.query = narrowing_query(call.request.target);
    return watch(call, *call.calendar, Collection::events, std::move(narrowed));
}

Refusal Google::channels_stop(Call& call) {
    ChannelBody which;
    if (Refusal r = parse_channel(call.request.body, which)) return r;
    if (Refusal r = channels_.stop(which, call.now)) return r;
    call.reply.status = 204;
    return {};
}

}  // namespace fakes::google
