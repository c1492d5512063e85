// Events that change hands: events.move and events.import (facts/google.md 6.15).
#include <algorithm>

#include "fakes/google/calendars.hpp"

namespace fakes::google {

Refusal Calendars::move(View at_view, Calendar& destination, Instant now, View& moved) {
    Calendar& source = *at_view.calendar;
    Meeting& meeting = *at_view.meeting;
    moved = at_view;
    if (at_view.slot != no_slot)
        return refuse::event_type_restriction("cannotChangeOrganizerOfInstance",
                                              "Cannot change the organizer of an instance of a recurring event.");
    if (source.number != meeting.organizer || meeting.imported)
        return refuse::event_type_restriction("cannotChangeOrganizer", "Cannot change the organizer of the event.");
    if (meeting.event.rest->event_type != "default")
        return refuse::event_type_restriction("eventTypeRestriction", "Events of this type cannot be moved.");
    if (&source == &destination) return {};
    const Row* there = destination.rows.find(meeting.id);
    if (there != nullptr && there->meeting != &meeting) return refuse::duplicate();
    const Own own = *at_view.row->own;
    const std::vector<Row*> exceptions = exception_rows(source, meeting);
    const Event before = meeting.event;
    meeting.organizer = destination.number;
    meeting.organizer_address = destination.id();
    Row& row = *row_for(destination, meeting, no_slot);
    row.own = own;
    row.removed = false;
    propagate(meeting, no_slot, before, now);
    // It stays behind cancelled, unless the old organizer is a guest.
    settle(source, *at_view.row);
    if (at_view.row->gone) touch(source, *at_view.row, now);
    for (Row* exception : exceptions) {
        const auto at_slot = meeting.repeats->exceptions.find(exception->slot());
        if (at_slot == meeting.repeats->exceptions.end()) continue;
        const Event was = at_slot->second.event;
        if (Row* copy = row_for(destination, meeting, exception->slot())) copy->own = exception->own;
        propagate(meeting, exception->slot(), was, now);
        settle(source, *exception);
        if (exception->gone) touch(source, *exception, now);
    }
    moved = view_of(destination, row);
    return {};
}

/// One occurrence of a series that was imported before: its uid, and when it would take place by the rule (RFC 5545 3.8.4.4).
Refusal Calendars::import_occurrence(Calendar& calendar, Meeting& meeting, Edit& edit, std::string_view actor, Instant now, View& made) {
    const View occurrence = find_occurrence(calendar, meeting, *edit.original);
    if (!occurrence) return refuse::invalid("Invalid original start time.", "the series has no occurrence at originalStartTime");
    edit.recurrence = meeting.repeats->recurrence;
    edit.sets = members_shared & ~static_cast<std::uint32_t>(member_recurrence);
    edit.sequence = edit.event.sequence;
    if (Refusal r = change(occurrence, actor, std::move(edit), now, made)) return r;
    made = find_occurrence(calendar, meeting, occurrence.slot);
    return {};
}

Refusal Calendars::import(Calendar& calendar, std::string_view actor, Edit edit, Instant now, View& made) {
    if (const View known = find_uid(calendar, edit.uid); known) {
        if (!known.meeting->imported && calendar.number != known.meeting->organizer)
            return refuse::non_organizer("an event it was invited to");
        if (edit.event.sequence != 0 && edit.event.sequence < known.event->sequence) return refuse::sequence_below();
        known.row->removed = false;
        Meeting& meeting = *known.meeting;
        if (edit.original && meeting.recurring()) return import_occurrence(calendar, meeting, edit, actor, now, made);
        recurrence::Series series;
        const Event& event = edit.event;
        if (!edit.recurrence.empty() && !make_series(event.start, event.end.at - event.start.at, edit.recurrence, series))
            return refuse::invalid("Invalid recurrence rule.", "recurrence holds RFC 5545 lines without DTSTART");
        const Event before = meeting.event;
        const recurrence::Zone& old_zone = zone_of(before.start);
        meeting.event = std::move(edit.event);
        meeting.event.sequence = std::max(meeting.event.sequence, before.sequence);
        if (meeting.repeats || !edit.recurrence.empty()) {
            meeting.repeats.edit().recurrence = std::move(edit.recurrence);
            meeting.repeats.edit().series = series;
        }
        known.row->own = std::move(edit.own);
        refit_exceptions(meeting, old_zone, now);
        propagate(meeting, no_slot, before, now);
        made = view_of(calendar, *known.row);
        return {};
    }
    // Everybody who imports the same meeting gets it under one id.
    if (const auto known = foreign_uids_.find(edit.uid); known != foreign_uids_.end()) edit.id = known->second;
    edit.imported = true;
    return insert(calendar, actor, std::move(edit), now, made);
}

}  // namespace fakes::google
