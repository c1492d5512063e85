// Acts on events: insert, change, answer, remove (facts/google.md 5.1, 6.4).
#include <algorithm>

#include "fakes/google/calendars.hpp"
#include "fakes/google/limits.hpp"

namespace fakes::google {
namespace {

constexpr std::size_t max_eras = 8;  // own: former rules remembered per series

void apply(Event& event, const Edit& edit, std::uint32_t members) {
    if (members & member_summary) event.summary = edit.event.summary;
    if (members & member_description) event.description = edit.event.description;
    if (members & member_location) event.location = edit.event.location;
    if (members & member_times) {
        event.start = edit.event.start;
        event.end = edit.event.end;
    }
    if (members & member_attendees) event.attendees = edit.event.attendees;
    EventRest rest = *event.rest;
    if (members & member_shared_properties) rest.shared_properties = edit.event.rest->shared_properties;
    if (members & member_opaque) {
        rest.opaque = edit.event.rest->opaque;
        rest.hangout_link = edit.event.rest->hangout_link;
        rest.declines = edit.event.rest->declines;
        rest.decline_message = edit.event.rest->decline_message;
    }
    event.rest = std::move(rest);
    if (members & member_status) event.status = edit.event.status;
    if (members & member_guest_rights) {
        event.guests_can_modify = edit.event.guests_can_modify;
        event.guests_can_invite = edit.event.guests_can_invite;
        event.guests_can_see_guests = edit.event.guests_can_see_guests;
        event.anyone_can_add_self = edit.event.anyone_can_add_self;
    }
}

void apply_own(Rare<Own>& kept, const Edit& edit) {
    Own own = *kept;
    if (edit.sets & member_private_properties) own.private_properties = edit.own.private_properties;
    if (edit.sets & member_color) own.color = edit.own.color;
    if (edit.sets & member_transparency) own.transparent = edit.own.transparent;
    if (edit.sets & member_visibility) own.visibility = edit.own.visibility;
    if (edit.sets & member_reminders) own.reminders = edit.own.reminders;
    kept = std::move(own);
}

/// Members of `edit` that really differ from what `at` shows.
std::uint32_t differing(const View& at, const Edit& edit) {
    const Event& is = *at.event;
    const Event& to = edit.event;
    const Own& own = *at.row->own;
    std::uint32_t sets = edit.sets;
    const auto drop_if = [&](bool same, std::uint32_t member) {
        if (same) sets &= ~member;
    };
    drop_if(is.summary == to.summary, member_summary);
    drop_if(is.description == to.description, member_description);
    drop_if(is.location == to.location, member_location);
    EventTime start = is.start;
    EventTime end = is.end;
    start.at = at.start();
    end.at = at.end();
    drop_if(start == to.start && end == to.end, member_times);
    drop_if(is.attendees == to.attendees, member_attendees);
    drop_if(is.rest->shared_properties == to.rest->shared_properties, member_shared_properties);
    drop_if(is.rest->opaque == to.rest->opaque && is.rest->hangout_link == to.rest->hangout_link, member_opaque);
    drop_if(is.status == to.status, member_status);
    drop_if(is.guests_can_modify == to.guests_can_modify && is.guests_can_invite == to.guests_can_invite &&
                is.guests_can_see_guests == to.guests_can_see_guests && is.anyone_can_add_self == to.anyone_can_add_self,
            member_guest_rights);
    drop_if(at.slot != no_slot || at.meeting->repeats->recurrence == edit.recurrence, member_recurrence);
    drop_if(own.private_properties == edit.own.private_properties, member_private_properties);
    drop_if(own.color == edit.own.color, member_color);
    drop_if(own.transparent == edit.own.transparent, member_transparency);
    drop_if(own.visibility == edit.own.visibility, member_visibility);
    drop_if(own.reminders == edit.own.reminders, member_reminders);
    return sets;
}

/// A guest gave the whole list: fine while it only changes the own answer, or adds people where guests may.
bool guest_may_set_list(const View& at, const std::vector<Attendee>& list) {
    const std::string& self = at.calendar->id();
    std::size_t kept = 0;
    for (const Attendee& entry : list) {
        const Attendee* is = at.event->attendee(entry.address);
        if (is == nullptr) {
            if (!at.event->guests_can_invite) return false;
            continue;
        }
        ++kept;
        if (entry.address != self && !(entry == *is)) return false;
    }
    return kept == at.event->attendees.size();
}

}  // namespace

Event& Calendars::event_at(Meeting& meeting, Slot slot) {
    return slot == no_slot ? meeting.event : exception_for(meeting, slot).event;
}

Exception& Calendars::exception_for(Meeting& meeting, Slot slot) {
    const auto [it, fresh] = meeting.repeats.edit().exceptions.try_emplace(slot);
    if (fresh) {
        it->second.event = meeting.event;
        it->second.event.start.at = slot;
        it->second.event.end.at = slot + meeting.length();
    }
    return it->second;
}

Refusal Calendars::insert(Calendar& calendar, std::string_view actor, Edit edit, Instant now, View& made) {
    if (!edit.id.empty() && calendar.rows.contains(edit.id)) return refuse::duplicate();
    auto meeting = std::make_unique<Meeting>();
    meeting->id = edit.id.empty() ? fresh_event_id() : edit.id;
    if (edit.uid != meeting->uid()) meeting->foreign_uid = edit.uid;
    meeting->creator = actor;
    meeting->organizer = calendar.number;
    meeting->organizer_address = edit.organizer_address.empty() ? calendar.id() : edit.organizer_address;
    meeting->organizer_name = std::move(edit.organizer_name);
    meeting->imported = edit.imported;
    meeting->created = std::chrono::floor<std::chrono::seconds>(now);
    meeting->event = std::move(edit.event);
    if (!meeting->imported) add_members(meeting->event, calendar, Event{});
    if (!edit.recurrence.empty()) meeting->repeats.edit().recurrence = std::move(edit.recurrence);
    if (meeting->recurring() &&
        !make_series(meeting->event.start, meeting->length(), meeting->repeats->recurrence, meeting->repeats.edit().series))
        return refuse::invalid("Invalid recurrence rule.", "recurrence holds RFC 5545 lines without DTSTART");
    if (!edit.uid.empty()) foreign_uids_.emplace(edit.uid, meeting->id);
    meeting->event.rest = EventRest(*meeting->event.rest);  // read from a body, it may hold nothing
    Meeting& m = *meetings_.emplace_back(std::move(meeting));
    Row& row = *row_for(calendar, m, no_slot);
    row.own = std::move(edit.own);
    const Event before{};
    invite_rooms(m, no_slot, before, false, now);
    invite_away(m, no_slot, before, false, now);
    decline_invitations(calendar, m, now);
    propagate(m, no_slot, before, now);
    made = view_of(calendar, row);
    return {};
}

Refusal Calendars::change(View at_view, std::string_view actor, Edit edit, Instant now, View& changed) {
    changed = at_view;
    Calendar& calendar = *at_view.calendar;
    Meeting& meeting = *at_view.meeting;
    const Slot slot = at_view.slot;
    const bool organizes = calendar.number == meeting.organizer;

    if (edit.own_answer_only) {
        const Attendee* given = edit.event.attendee(calendar.id());
        if (given == nullptr || at_view.event->attendee(calendar.id()) == nullptr)
            return refuse::neither_organizer_nor_attendee();
        edit.sets &= ~static_cast<std::uint32_t>(member_attendees);
        const Attendee entry = *given;
        edit.sets = differing(at_view, edit);
        if (!organizes && !at_view.event->guests_can_modify && (edit.sets & members_shared) != 0)
            return refuse::non_organizer("members that all copies share");
        if (!(entry == *at_view.event->attendee(calendar.id()))) answer_as(at_view, entry, now);
        changed = slot == no_slot ? at_view : find_occurrence(calendar, meeting, slot);
        if (!changed || edit.sets == 0) return {};
        at_view = changed;
    } else {
        if ((edit.sets & member_attendees) != 0 && !meeting.imported) add_members(edit.event, at(meeting.organizer), *at_view.event);
        edit.sets = differing(at_view, edit);
    }
    if (edit.sets == 0) return {};

    if ((edit.sets & member_status) != 0 && edit.event.status == Status::cancelled) return remove(at_view, actor, now);
    const std::uint32_t shared = edit.sets & members_shared;
    if (shared != 0 && !organizes) {
        const bool list_is_fine = (shared & ~static_cast<std::uint32_t>(member_attendees)) == 0 &&
                                  guest_may_set_list(at_view, edit.event.attendees);
        if (!at_view.event->guests_can_modify && !list_is_fine)
            return refuse::non_organizer("members that all copies share");
        if ((shared & (member_guest_rights | member_status)) != 0) return refuse::non_organizer("guests' rights or status");
    }
    if (shared != 0)
        if (Refusal refusal = change_shared(at_view, edit, now)) return refusal;
    if (slot != no_slot) at_view = find_occurrence(calendar, meeting, slot);
    if (at_view && (edit.sets & ~static_cast<std::uint32_t>(members_shared)) != 0) change_own(at_view, edit, now);
    changed = slot == no_slot ? at_view : find_occurrence(calendar, meeting, slot);
    return {};
}

void Calendars::change_own(View at_view, const Edit& edit, Instant now) {
    Calendar& calendar = *at_view.calendar;
    Meeting& meeting = *at_view.meeting;
    Row* row = at_view.row;
    if (at_view.plain_occurrence) {
        exception_for(meeting, at_view.slot);
        row = row_for(calendar, meeting, at_view.slot);
        if (row == nullptr) return;
        settle(calendar, *row);
    }
    const Visibility old_visibility = row->own->visibility;
    apply_own(row->own, edit);
    // Reminders belong to one person and do not count as a change (facts/google.md 5): only the etag moves.
    const std::uint32_t own = edit.sets & ~static_cast<std::uint32_t>(members_shared);
    if (own == member_reminders && row->change != 0)
        row->etag += 2;
    else
        touch(calendar, *row, now);
    // Occurrences with an own row follow the series' own members.
    if (!row->occurrence && meeting.recurring())
        for (const auto& [slot, exception] : meeting.repeats->exceptions) {
            if (Row* exceptional = calendar.rows.of(meeting, instance_id(meeting, slot))) {
                Edit follows = edit;
                follows.sets &= ~static_cast<std::uint32_t>(member_private_properties);
                apply_own(exceptional->own, follows);
            }
        }
    if (old_visibility == row->own->visibility || calendar.number != meeting.organizer || row->occurrence) return;
    for (const CalendarNumber number : meeting.holders) {
        Calendar& other = at(number);
        Row* copy = number == calendar.number ? nullptr : other.rows.of(meeting, meeting.id);
        if (copy == nullptr || copy->own->visibility != old_visibility) continue;
        copy->own.edit().visibility = row->own->visibility;
        if (!copy->gone) touch(other, *copy, now);
    }
}

Refusal Calendars::change_shared(View at_view, const Edit& edit, Instant now) {
    Meeting& meeting = *at_view.meeting;
    const std::uint32_t members = edit.sets & members_shared;
    const bool moves = (members & (member_times | member_recurrence)) != 0;
    if (at_view.slot == no_slot) {
        const EventTime start = (members & member_times) ? edit.event.start : meeting.event.start;
        const EventTime end = (members & member_times) ? edit.event.end : meeting.event.end;
        const std::vector<std::string>& lines = (members & member_recurrence) ? edit.recurrence : meeting.repeats->recurrence;
        recurrence::Series series;
        if (moves && !lines.empty() && !make_series(start, end.at - start.at, lines, series))
            return refuse::invalid("Invalid recurrence rule.", "recurrence holds RFC 5545 lines without DTSTART");
        const Event before = meeting.event;
        apply(meeting.event, edit, members);
        if (moves || (members & member_location)) ++meeting.event.sequence;
        meeting.event.sequence = std::max(meeting.event.sequence, edit.sequence);
        follow_master(meeting, before, members, now);
        if (moves) {
            const recurrence::Zone& old_zone = zone_of(before.start);
            if (meeting.recurring()) {
                std::vector<Era>& former = meeting.repeats.edit().former;
                former.push_back({last_change_ + 1, meeting.repeats->series});
                if (former.size() > max_eras) former.erase(former.begin());
            }
            if (meeting.repeats || !lines.empty()) {
                Repeats& repeats = meeting.repeats.edit();
                if (&lines != &repeats.recurrence) repeats.recurrence = lines;
                repeats.series = series;
            }
            refit_exceptions(meeting, old_zone, now);
        }
        invite_rooms(meeting, no_slot, before, moves, now);
        invite_away(meeting, no_slot, before, moves, now);
        decline_invitations(at(meeting.organizer), meeting, now);
        propagate(meeting, no_slot, before, now);
        return {};
    }
    Exception& exception = exception_for(meeting, at_view.slot);
    const Event before = exception.event;
    apply(exception.event, edit, members);
    exception.overridden |= members;
    if ((members & (member_times | member_location)) != 0) ++exception.event.sequence;
    exception.event.sequence = std::max(exception.event.sequence, edit.sequence);
    invite_rooms(meeting, at_view.slot, before, (members & member_times) != 0, now);
    invite_away(meeting, at_view.slot, before, (members & member_times) != 0, now);
    propagate(meeting, at_view.slot, before, now);
    return {};
}

void Calendars::follow_master(Meeting& meeting, const Event& before, std::uint32_t members, Instant now) {
    Edit edit;
    edit.event = meeting.event;
    if (!meeting.repeats) return;
    for (auto& [slot, exception] : meeting.repeats.edit().exceptions) {
        const std::uint32_t follows = members & ~exception.overridden &
                                      ~static_cast<std::uint32_t>(member_times | member_status | member_recurrence);
        const Event was = exception.event;
        apply(exception.event, edit, follows);
        if ((members & member_attendees) == 0 || (exception.overridden & member_attendees) == 0) {
            if (follows != 0) spread(meeting, slot, was, now);
            continue;
        }
        // Its list is its own: only who joined or left the series joins or leaves it.
        std::vector<Attendee>& list = exception.event.attendees.edit();
        std::erase_if(list, [&](const Attendee& a) {
            return before.attendee(a.address) != nullptr && meeting.event.attendee(a.address) == nullptr;
        });
        for (const Attendee& a : meeting.event.attendees)
            if (before.attendee(a.address) == nullptr && exception.event.attendee(a.address) == nullptr) list.push_back(a);
        spread(meeting, slot, was, now);
    }
}

void Calendars::answer(const View& at_view, std::string_view address, Answer answer, Instant now) {
    const Attendee* is = at_view.event->attendee(address);
    if (is == nullptr) return;
    Attendee entry = *is;
    entry.answer = answer;
    answer_as(at_view, entry, now);
}

void Calendars::answer_as(const View& at_view, const Attendee& entry, Instant now) {
    Meeting& meeting = *at_view.meeting;
    const auto write = [&](Event& event) {
        Attendee* is = event.attendee(entry.address);
        if (is == nullptr) return false;
        is->answer = entry.answer;
        is->comment = entry.comment;
        is->additional_guests = entry.additional_guests;
        return true;
    };
    if (at_view.slot != no_slot) {
        Exception& exception = exception_for(meeting, at_view.slot);
        const Event before = exception.event;
        if (!write(exception.event)) return;
        exception.overridden |= member_attendees;
        propagate(meeting, at_view.slot, before, now);
        return;
    }
    const Event before = meeting.event;
    if (!write(meeting.event)) return;
    propagate(meeting, no_slot, before, now);
    // An answer to the series is one to all its occurrences.
    if (!meeting.repeats) return;
    for (auto& [slot, exception] : meeting.repeats.edit().exceptions) {
        const Attendee* is = exception.event.attendee(entry.address);
        if (is == nullptr || is->answer == entry.answer || exception.event.status == Status::cancelled) continue;
        const Event old = exception.event;
        write(exception.event);
        spread(meeting, slot, old, now);
    }
}

Refusal Calendars::remove(View at_view, std::string_view, Instant now) {
    if (at_view.cancelled()) return refuse::deleted();
    Calendar& calendar = *at_view.calendar;
    Meeting& meeting = *at_view.meeting;
    if (calendar.number == meeting.organizer) {
        if (at_view.slot == no_slot) {
            const Event before = meeting.event;
            meeting.event.status = Status::cancelled;
            propagate(meeting, no_slot, before, now);
            return {};
        }
        Exception& exception = exception_for(meeting, at_view.slot);
        const Event before = exception.event;
        exception.event.status = Status::cancelled;
        exception.overridden |= member_status;
        propagate(meeting, at_view.slot, before, now);
        return {};
    }
    // A guest who throws the copy away has declined.
    const std::string self = calendar.id();
    if (const Attendee* is = at_view.event->attendee(self); is != nullptr && is->answer != Answer::declined)
        answer(at_view, self, Answer::declined, now);
    if (at_view.slot != no_slot) exception_for(meeting, at_view.slot);
    Row* row = row_for(calendar, meeting, at_view.slot);
    if (row == nullptr) return {};
    row->removed = true;
    settle(calendar, *row);
    touch(calendar, *row, now);
    if (at_view.slot == no_slot)
        for (const auto& [slot, exception] : meeting.repeats->exceptions) {
            Row* exceptional = calendar.rows.of(meeting, instance_id(meeting, slot));
            if (exceptional != nullptr) exceptional->removed = exceptional->gone = true;
        }
    return {};
}

}  // namespace fakes::google
