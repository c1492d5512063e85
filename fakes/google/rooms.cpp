// Rooms answer invitations by themselves, by their availability (facts/google.md 5.1).
#include <algorithm>

#include "fakes/google/calendars.hpp"
#include "fakes/google/limits.hpp"

namespace fakes::google {

void Calendars::invite_rooms(Meeting& meeting, Slot slot, const Event& before, bool times_changed, Instant now) {
    if (meeting.imported) return;  // a private copy invites nobody
    Event& event = event_at(meeting, slot);
    if (event.attendees.empty()) return;
    for (Attendee& guest : event.attendees.edit()) {
        const Calendar* room = find(guest.address);
        if (room == nullptr || !room->person->is_room) continue;
        guest.resource = true;
        if (guest.name.empty()) guest.name = room->person->name;
        if (room->number == meeting.organizer) continue;
        if (before.attendee(guest.address) != nullptr && !times_changed) continue;
        guest.answer = Answer::needs_action;
        if (!room->person->room.accepts_by_itself) continue;
        room_answers_.emplace(now + std::chrono::seconds{room->person->room.answer_seconds},
                              PendingAnswer{&meeting, room->number, slot});
    }
}

std::optional<Instant> Calendars::next_room_answer() const {
    if (room_answers_.empty()) return std::nullopt;
    return room_answers_.begin()->first;
}

void Calendars::answer_invitations(Instant now) {
    while (!room_answers_.empty() && room_answers_.begin()->first <= now) {
        const PendingAnswer pending = room_answers_.begin()->second;
        room_answers_.erase(room_answers_.begin());
        room_decides(pending, now);
    }
}

/// By start. A booking not answered yet does not block: who asked first is answered first.
std::vector<std::pair<Seconds, Seconds>> Calendars::booked(Calendar& room, const Meeting& except, Seconds from,
                                                           Seconds to) {
    std::vector<std::pair<Seconds, Seconds>> times;
    for (const View& view : expanded(room, from, to)) {
        if (view.meeting == &except || view.row->own->transparent) continue;
        const Attendee* self = view.event->attendee(room.id());
        if (self != nullptr && self->answer != Answer::accepted && self->answer != Answer::tentative) continue;
        const bool all_day = view.event->start.all_day;
        times.emplace_back(instant_on(room, all_day, view.start()), instant_on(room, all_day, view.end()));
    }
    return times;
}

void Calendars::room_decides(const PendingAnswer& pending, Instant now) {
    Calendar& room = at(pending.room);
    if (!room.person->is_room) return away_declines(pending, now);
    Meeting& meeting = *pending.meeting;
    View view;
    if (pending.slot == no_slot) {
        if (Row* row = room.rows.of(meeting, meeting.id)) view = view_of(room, *row);
    } else {
        view = find_occurrence(room, meeting, pending.slot);
    }
    if (!view || view.cancelled()) return;
    const Attendee* self = view.event->attendee(room.id());
    if (self == nullptr || self->answer != Answer::needs_action) return;

    const bool all_day = view.event->start.all_day;
    if (!view.is_master()) {
        const Seconds start = instant_on(room, all_day, view.start());
        const Seconds end = instant_on(room, all_day, view.end());
        const bool taken = !booked(room, meeting, start, end).empty();
        answer(view, room.id(), taken ? Answer::declined : Answer::accepted, now);
        return;
    }
    recurrence::Limits bounds;
    bounds.results = limits::room_occurrences_checked;
    const Instant from = now;
    const recurrence::Expansion slots =
        meeting.repeats->series.within(from, from + limits::expansion_horizon, recurrence::Match::overlaps, bounds);
    std::vector<Slot> conflicts;
    if (slots.occurrences.empty()) {
        answer(view, room.id(), Answer::declined, now);
        return;
    }
    // Exceptions may lie outside the rule's own span: a week of margin, and the longest booking decides how far back
    // an earlier start can still reach in.
    const Seconds first = std::chrono::floor<std::chrono::seconds>(slots.occurrences.front().start) - std::chrono::days{7};
    const Seconds last = std::chrono::floor<std::chrono::seconds>(slots.occurrences.back().end) + std::chrono::days{7};
    const std::vector<std::pair<Seconds, Seconds>> times = booked(room, meeting, first, last);
    std::chrono::seconds longest{0};
    for (const auto& [from_time, to_time] : times) longest = std::max(longest, to_time - from_time);
    const auto taken = [&](Seconds start, Seconds end) {
        start = instant_on(room, all_day, start);
        end = instant_on(room, all_day, end);
        auto it = std::lower_bound(times.begin(), times.end(), std::pair{start - longest, Seconds::min()});
        for (; it != times.end() && it->first < end; ++it)
            if (it->second > start) return true;
        return false;
    };
    for (const recurrence::Occurrence& occurrence : slots.occurrences) {
        const Slot slot = std::chrono::floor<std::chrono::seconds>(occurrence.start);
        const auto exception = meeting.repeats->exceptions.find(slot);
        if (exception != meeting.repeats->exceptions.end() && exception->second.event.status == Status::cancelled) continue;
        const Event* own = exception != meeting.repeats->exceptions.end() ? &exception->second.event : nullptr;
        const Seconds start = own != nullptr ? own->start.at : slot;
        const Seconds end = own != nullptr ? own->end.at : slot + meeting.length();
        if (taken(start, end)) conflicts.push_back(slot);
    }
    if (static_cast<int>(conflicts.size()) >= limits::room_conflicts_declined_whole) {
        answer(view, room.id(), Answer::declined, now);
        return;
    }
    answer(view, room.id(), Answer::accepted, now);
    for (const Slot slot : conflicts) {
        const View occurrence = find_occurrence(room, meeting, slot);
        if (occurrence) answer(occurrence, room.id(), Answer::declined, now);
    }
}

}  // namespace fakes::google
