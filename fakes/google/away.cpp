// Status events that decline invitations (guide "status events": autoDeclineMode of outOfOffice and focusTime).
#include <algorithm>

#include "fakes/google/calendars.hpp"
#include "fakes/google/limits.hpp"

namespace fakes::google {
namespace {

/// The status event of this calendar that declines what is at that time.
const Event* declining(const std::vector<View>& there, const Calendar& calendar, Seconds from, Seconds to) {
    for (const View& view : there) {
        if (view.event->rest->declines == AutoDecline::none || view.meeting->organizer != calendar.number) continue;
        if (view.start() < to && view.end() > from) return view.event;
    }
    return nullptr;
}

}  // namespace

void Calendars::invite_away(Meeting& meeting, Slot slot, const Event& before, bool times_changed, Instant now) {
    if (meeting.imported) return;
    for (const Attendee& guest : event_at(meeting, slot).attendees) {
        const Calendar* calendar = find(guest.address);
        if (calendar == nullptr || !calendar->declines_by_itself || calendar->number == meeting.organizer) continue;
        if (before.attendee(guest.address) != nullptr && !times_changed) continue;
        room_answers_.emplace(now, PendingAnswer{&meeting, calendar->number, slot});
    }
}

void Calendars::decline_invitations(Calendar& calendar, const Meeting& status_event, Instant now) {
    const AutoDecline what = status_event.event.rest->declines;
    if (what == AutoDecline::none) return;
    calendar.declines_by_itself = true;
    if (what != AutoDecline::all) return;
    for (const View& view : expanded(calendar, status_event.event.start.at, status_event.event.end.at))
        if (view.meeting->organizer != calendar.number) room_answers_.emplace(now, PendingAnswer{view.meeting, calendar.number, view.slot});
}

void Calendars::away_declines(const PendingAnswer& pending, Instant now) {
    Calendar& calendar = at(pending.room);
    Meeting& meeting = *pending.meeting;
    const auto decline = [&](const View& view) {
        if (!view || view.cancelled() || view.event->start.all_day) return;
        const Event* status = declining(expanded(calendar, view.start(), view.end()), calendar, view.start(), view.end());
        const Attendee* self = view.event->attendee(calendar.id());
        if (status == nullptr || self == nullptr || self->answer == Answer::declined) return;
        Attendee entry = *self;
        entry.answer = Answer::declined;
        entry.comment = status->rest->decline_message;
        answer_as(view, entry, now);
    };
    if (pending.slot != no_slot) return decline(find_occurrence(calendar, meeting, pending.slot));
    Row* row = calendar.rows.of(meeting, meeting.id);
    if (row == nullptr) return;
    const View whole = view_of(calendar, *row);
    if (!whole.is_master()) return decline(whole);
    const Seconds from = std::chrono::floor<std::chrono::seconds>(now);
    std::vector<Slot> slots;
    for (const View& each : occurrences(whole, from, from + limits::expansion_horizon, false)) slots.push_back(each.slot);
    for (const Slot slot : slots) decline(find_occurrence(calendar, meeting, slot));
}

}  // namespace fakes::google
