// People's acts by hand, on the same state as the wire (fakes/hands.hpp).
#include <algorithm>

#include "fakes/google/conference.hpp"
#include "fakes/google/google.hpp"
#include "fakes/text.hpp"

namespace fakes::google {
namespace {

Done refused(std::string why) { return Done{false, {}, std::move(why)}; }

Done done_or(const Refusal& refusal, const std::string& uid) {
    if (refusal) return refused(refusal.message + " (" + refusal.broken_rule + ")");
    return Done{true, uid, {}};
}

/// False: the zone is unknown.
bool set_times(const When& when, const recurrence::Zone& fallback, Event& event) {
    const recurrence::Zone* zone = recurrence::Zone::find(when.zone, &fallback);
    if (zone == nullptr) return false;
    event.start.all_day = event.end.all_day = when.all_day;
    if (when.all_day) {
        event.start.at = std::chrono::floor<std::chrono::days>(Seconds{when.start.time_since_epoch()});
        event.end.at = std::chrono::floor<std::chrono::days>(Seconds{when.end.time_since_epoch()});
        event.start.zone = {};
        event.end.zone = {};
    } else {
        event.start.at = zone->to_utc(when.start);
        event.end.at = zone->to_utc(when.end);
        event.start.zone = event.end.zone = zone->iana();
    }
    return true;
}

std::vector<std::string> lines_for(const Repeat& repeat, const Event& event) {
    return {"RRULE:" + recurrence::text_of(recurrence::rule_of(repeat, event.start.all_day, zone_of(event.start)))};
}

Visibility visibility_of(Sensitivity sensitivity) {
    switch (sensitivity) {
        case Sensitivity::normal: return Visibility::normal;
        case Sensitivity::personal:
        case Sensitivity::private_: return Visibility::private_;
        case Sensitivity::confidential: return Visibility::confidential;
    }
    return Visibility::normal;
}

Attendee guest_of(const Invitee& invitee) {
    Attendee guest;
    guest.address = lower(invitee.address);
    guest.optional = invitee.role == Role::optional;
    guest.resource = invitee.role == Role::resource;
    return guest;
}

/// Calendar's own clients put the organizer among the guests (facts/google.md 5, attendees).
void add_organizer(Few<Attendee>& list, const std::string& address) {
    const bool there = std::any_of(list.begin(), list.end(), [&](const Attendee& a) { return a.address == address; });
    if (list.empty() || there) return;
    Attendee self;
    self.address = address;
    self.answer = Answer::accepted;
    list.edit().insert(list.begin(), std::move(self));
}

Response response_of(Answer answer) {
    switch (answer) {
        case Answer::needs_action: return Response::none;
        case Answer::declined: return Response::declined;
        case Answer::tentative: return Response::tentative;
        case Answer::accepted: return Response::accepted;
    }
    return Response::none;
}

}  // namespace

Calendar* Google::calendar_of(std::string_view actor, Done& refused_with) const {
    Calendar* calendar = calendars_->find(lower(actor));
    if (calendar == nullptr) refused_with = refused(std::string(actor) + " has no Google calendar");
    return calendar;
}

/// The own calendar, or that of somebody who lets this person write there.
Calendar* Google::calendar_for(std::string_view actor, std::string_view whose, Done& refused_with) const {
    if (whose.empty() || lower(whose) == lower(actor)) return calendar_of(actor, refused_with);
    Calendar* calendar = calendar_of(whose, refused_with);
    if (calendar == nullptr || calendars_->role_of(*calendar, lower(actor)) >= AccessRole::writer) return calendar;
    refused_with = refused("You need to have writer access to this calendar: " + std::string(actor) + " may not change that of " + calendar->id());
    return nullptr;
}

View Google::pointed_at(Calendar& calendar, const EventRef& event, Done& refused_with) const {
    View view = calendars_->find_uid(calendar, event.uid);
    if (!view) {
        refused_with = refused("no event " + event.uid + " on the calendar of " + calendar.id());
        return {};
    }
    if (!event.occurrence) return view;
    if (!view.is_master()) {
        refused_with = refused("the event " + event.uid + " does not repeat");
        return {};
    }
    const std::optional<recurrence::Occurrence> occurrence = view.meeting->repeats->series.on(*event.occurrence);
    if (occurrence)
        view = calendars_->find_occurrence(calendar, *view.meeting, std::chrono::floor<std::chrono::seconds>(occurrence->start));
    if (!occurrence || !view) {
        refused_with = refused("the series " + event.uid + " has no occurrence on that date");
        return {};
    }
    return view;
}

Done Google::create(std::string_view actor, const Draft& draft, Instant now) {
    Done why;
    Calendar* calendar = calendar_for(actor, draft.calendar, why);
    if (calendar == nullptr) return why;
    Edit edit;
    Event& event = edit.event;
    event.summary = draft.title;
    event.description = draft.body;
    event.location = draft.location;
    if (!set_times(draft.when, zone_of(*calendar), event)) return refused("the time zone " + draft.when.zone + " is unknown");
    if (event.end.at < event.start.at || (event.start.all_day && event.end.at == event.start.at))
        return refused("The specified time range is empty.");
    if (draft.repeat) edit.recurrence = lines_for(*draft.repeat, event);
    for (const Invitee& invitee : draft.invitees)
        if (event.attendee(lower(invitee.address)) == nullptr) event.attendees.push_back(guest_of(invitee));
    add_organizer(event.attendees, calendar->id());
    edit.own.visibility = visibility_of(draft.sensitivity);
    edit.own.transparent = draft.show_as == ShowAs::free;
    if (draft.provider_meeting)
        event.rest.edit().opaque[Opaque::conference] = meet_conference(
            draft.title + std::to_string(calendars_->last_change()) + calendar->id(), event.rest.edit().hangout_link);
    View made;
    const Refusal refusal = calendars_->insert(*calendar, lower(actor), std::move(edit), now, made);
    return done_or(refusal, refusal ? std::string() : made.meeting->uid());
}

Done Google::change(std::string_view actor, const EventRef& ref, const Change& change, Instant now) {
    Done why;
    Calendar* calendar = calendar_for(actor, ref.calendar, why);
    if (calendar == nullptr) return why;
    const View view = pointed_at(*calendar, ref, why);
    if (!view) return why;
    if (view.cancelled()) return refused("the event " + ref.uid + " is cancelled on the calendar of " + calendar->id());
    Edit edit;
    edit.event = *view.event;
    edit.event.start.at = view.start();
    edit.event.end.at = view.end();
    edit.own = *view.row->own;
    edit.recurrence = view.meeting->repeats->recurrence;
    Event& event = edit.event;
    if (change.title) event.summary = *change.title, edit.sets |= member_summary;
    if (change.body) event.description = *change.body, edit.sets |= member_description;
    if (change.location) event.location = *change.location, edit.sets |= member_location;
    if (change.when) {
        if (!set_times(*change.when, zone_of(*calendar), event))
            return refused("the time zone " + change.when->zone + " is unknown");
        if (event.end.at < event.start.at) return refused("The specified time range is empty.");
        edit.sets |= member_times;
    }
    if (change.repeat) {
        if (view.slot != no_slot) return refused("one occurrence has no rule of its own");
        edit.recurrence = lines_for(*change.repeat, event);
        edit.sets |= member_recurrence;
    }
    if (change.sensitivity) edit.own.visibility = visibility_of(*change.sensitivity), edit.sets |= member_visibility;
    if (change.show_as) edit.own.transparent = *change.show_as == ShowAs::free, edit.sets |= member_transparency;
    if (!change.add.empty() || !change.remove.empty()) {
        for (const std::string& address : change.remove) calendars_->remove_with_members(event, lower(address));
        for (const Invitee& invitee : change.add) {
            if (Attendee* there = event.attendee(lower(invitee.address))) there->by_group = false;
            else event.attendees.push_back(guest_of(invitee));
        }
        add_organizer(event.attendees, view.meeting->organizer_address.text());
        edit.sets |= member_attendees;
    }
    View changed;
    const std::string uid = view.meeting->uid();
    return done_or(calendars_->change(view, calendar->id(), std::move(edit), now, changed), uid);
}

Done Google::cancel(std::string_view actor, const EventRef& ref, Instant now) {
    Done why;
    Calendar* calendar = calendar_for(actor, ref.calendar, why);
    if (calendar == nullptr) return why;
    const View view = pointed_at(*calendar, ref, why);
    if (!view) return why;
    return done_or(calendars_->remove(view, calendar->id(), now), ref.uid);
}

Done Google::respond(std::string_view actor, const EventRef& ref, Response response, bool, Instant now) {
    Done why;
    Calendar* calendar = calendar_for(actor, ref.calendar, why);
    if (calendar == nullptr) return why;
    const View view = pointed_at(*calendar, ref, why);
    if (!view) return why;
    if (view.cancelled()) return refused("the event " + ref.uid + " is cancelled on the calendar of " + calendar->id());
    if (view.event->attendee(calendar->id()) == nullptr) return refused(calendar->id() + " is not among the guests");
    Answer answer = Answer::needs_action;
    switch (response) {
        case Response::none: break;
        case Response::accepted: answer = Answer::accepted; break;
        case Response::tentative: answer = Answer::tentative; break;
        case Response::declined: answer = Answer::declined; break;
        case Response::organizer: return refused("organizer is no answer");
    }
    calendars_->answer(view, calendar->id(), answer, now);
    return Done{true, ref.uid, {}};
}

Done Google::set_automatic_replies(std::string_view actor, const AutomaticReplies& replies, Instant) {
    Done why;
    Calendar* calendar = calendar_of(actor, why);
    if (calendar == nullptr) return why;
    if (replies.from && replies.until && *replies.until <= *replies.from)
        return refused("the vacation must end after it starts");
    calendar->vacation = replies;
    calendar->vacation_members = {};
    return {};
}

Done Google::set_language(std::string_view actor, std::string_view language, Instant) {
    Done why;
    Calendar* calendar = calendar_of(actor, why);
    if (calendar == nullptr) return why;
    calendar->language = language;
    calendars_->touch_settings(*calendar);
    return {};
}

Done Google::share(std::string_view address, std::string_view grantee, std::string_view role, Instant now) {
    Done why;
    Calendar* calendar = calendar_of(address, why);
    if (calendar == nullptr) return why;
    const std::optional<AccessRole> wanted = role.empty() ? AccessRole::none : role_named(role);
    if (!wanted) return refused("no role is called " + std::string(role));
    if (lower(grantee) == calendar->id()) return refused("Cannot change your own access level.");
    calendars_->set_rule(*calendar, "user:" + lower(grantee), *wanted, std::string(name_of(*wanted)), now);
    return {};
}

Done Google::allow_service(std::string_view address, bool allowed, Instant) {
    if (calendars_->person(lower(address)) == nullptr) return refused(std::string(address) + " is not in the domain");
    tokens_.allow(lower(address), allowed);
    return {};
}

Done Google::grant(const std::vector<std::string>& permissions, Instant) {
    tokens_.delegate(permissions);
    return {};
}

std::vector<TenantApplication> Google::applications() const {
    std::vector<std::string> scopes = tokens_.delegated();
    if (scopes.empty()) return {};
    return {TenantApplication{tokens_.client_id(), "Calendar Service", std::move(scopes)}};
}

void Google::expire_sync_tokens(Instant) { listing_.expire_sync_tokens(); }
void Google::expire_access_tokens(Instant) { tokens_.expire_all(); }
void Google::drop_subscriptions(Instant) { channels_.drop_all(); }

std::vector<SeenEvent> Google::calendar(std::string_view owner, Instant from, Instant to) const {
    std::vector<SeenEvent> rows;
    Calendar* calendar = calendars_->find(lower(owner));
    if (calendar == nullptr) return rows;
    for (const View& view : calendars_->expanded(*calendar, std::chrono::floor<std::chrono::seconds>(from),
                                                 std::chrono::ceil<std::chrono::seconds>(to))) {
        const Event& event = *view.event;
        SeenEvent& row = rows.emplace_back();
        row.uid = view.meeting->uid();
        if (view.slot != no_slot)
            row.occurrence = Date{std::chrono::floor<std::chrono::days>(zone_of(view.meeting->event.start).to_local(view.slot))};
        row.all_day = event.start.all_day;
        row.start = Calendars::instant_on(*calendar, row.all_day, view.start());
        row.end = Calendars::instant_on(*calendar, row.all_day, view.end());
        row.title = event.summary;
        row.location = event.location;
        row.body = event.description;
        row.body_is_html = row.body.find("</") != std::string::npos || row.body.find("<br") != std::string::npos;
        row.private_ = view.row->own->visibility == Visibility::private_ || view.row->own->visibility == Visibility::confidential;
        row.exception = view.slot != no_slot && !view.plain_occurrence;
        const bool organizes = view.meeting->organizer == calendar->number;
        for (const Attendee& guest : event.attendees) {
            if (guest.address == calendar->id()) row.own_response = response_of(guest.answer);
            if (guest.address != view.meeting->organizer_address.text())
                row.attendees.emplace_back(guest.address, response_of(guest.answer));
        }
        if (organizes) row.own_response = Response::organizer;
        row.extended_properties = view.row->own->private_properties;
    }
    std::stable_sort(rows.begin(), rows.end(), [](const SeenEvent& a, const SeenEvent& b) {
        return a.start != b.start ? a.start < b.start : a.uid < b.uid;
    });
    return rows;
}

std::uint64_t Google::calendar_revision(std::string_view owner) const {
    const Calendar* calendar = calendars_->find(lower(owner));
    return calendar == nullptr ? 0 : calendar->revision;
}

}  // namespace fakes::google
