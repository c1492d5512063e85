// How an act reaches every copy: rows, tombstones, the change log, and exceptions after a series moved
// (facts/google.md 5.1, 6.4).
#include <algorithm>
#include <utility>

#include "fakes/google/calendars.hpp"

namespace fakes::google {
namespace {

void insert_sorted(std::vector<CalendarNumber>& numbers, CalendarNumber number) {
    const auto it = std::lower_bound(numbers.begin(), numbers.end(), number);
    if (it == numbers.end() || *it != number) numbers.insert(it, number);
}

}  // namespace

void Calendars::touch(Calendar& calendar, Row& row, Instant now) {
    if (row.change != 0) calendar.by_change.erase(row.change);
    row.change = ++last_change_;
    calendar.by_change.emplace(row.change, &row);
    // Twice the microseconds, as seen on the wire; a second write in the same millisecond must differ too.
    row.etag = std::max(static_cast<std::uint64_t>(now.time_since_epoch().count()) * 2000, row.etag + 2);
    calendar.revision = last_change_;
    calendar.updated = now;
    changed_.emplace(calendar.number, Collection::events);
    place(calendar, row);
}

Row* Calendars::row_for(Calendar& calendar, Meeting& meeting, Slot slot) {
    std::string instance;
    if (slot != no_slot) instance = instance_id(meeting, slot);
    const std::string_view id = slot == no_slot ? std::string_view(meeting.id) : instance;
    if (Row* found = calendar.rows.find(id)) return found->meeting == &meeting ? found : nullptr;
    auto row = std::make_unique<Row>();
    row->meeting = &meeting;
    row->ordinal = ++last_ordinal_;
    const Row* master = slot == no_slot ? nullptr : calendar.rows.of(meeting, meeting.id);
    if (master != nullptr) {
        row->own = master->own;
        row->removed = row->gone = master->removed;  // who threw the series away hears no more of its occurrences
    } else if (const Row* theirs = calendar.number == meeting.organizer ? nullptr : at(meeting.organizer).rows.of(meeting, meeting.id)) {
        row->own = Own{.visibility = theirs->own->visibility};  // a private meeting arrives private
    }
    if (slot != no_slot) row->occurrence = std::make_unique<const Row::Occurrence>(slot, std::move(instance));
    Row& made = calendar.rows.add(std::move(row));
    calendar.by_ordinal.push_back(&made);
    meeting.holders.add(calendar.number);
    return &made;
}

void Calendars::settle(const Calendar& calendar, Row& row) const {
    const Meeting& meeting = *row.meeting;
    const Event* event = &meeting.event;
    bool lost = false;
    if (row.occurrence) {
        const auto it = meeting.repeats->exceptions.find(row.slot());
        lost = it == meeting.repeats->exceptions.end();
        if (!lost) event = &it->second.event;
    }
    const bool concerned = calendar.number == meeting.organizer || event->attendee(calendar.id()) != nullptr;
    row.gone = lost || row.removed || !concerned || event->status == Status::cancelled ||
               meeting.event.status == Status::cancelled;
}

void Calendars::settle_exceptions(Meeting& meeting) {
    for (const CalendarNumber number : meeting.holders)
        for (const auto& [slot, exception] : meeting.repeats->exceptions) {
            if (Row* row = at(number).rows.of(meeting, instance_id(meeting, slot))) settle(at(number), *row);
        }
}

void Calendars::propagate(Meeting& meeting, Slot slot, const Event& before, Instant now) {
    const Event& event = event_at(meeting, slot);
    std::vector<CalendarNumber> concerned{meeting.organizer};
    const auto collect = [&](const std::vector<Attendee>& list) {
        if (meeting.imported) return;  // a private copy: nobody else has it
        for (const Attendee& a : list)
            if (const Calendar* calendar = find(a.address)) insert_sorted(concerned, calendar->number);
    };
    collect(event.attendees);
    collect(before.attendees);
    for (const CalendarNumber number : concerned) {
        Calendar& calendar = at(number);
        Row* row = row_for(calendar, meeting, slot);
        if (row == nullptr) continue;
        const bool invited_anew = event.attendee(calendar.id()) != nullptr && before.attendee(calendar.id()) == nullptr;
        if (invited_anew) {
            row->removed = false;
            if (slot == no_slot)
                for (Row* exception : exception_rows(calendar, meeting)) exception->removed = false;
        }
        if (row->removed && row->gone) {  // thrown away: its owner hears no more of it
            place(calendar, *row);
            continue;
        }
        settle(calendar, *row);
        touch(calendar, *row, now);
    }
    if (slot == no_slot) settle_exceptions(meeting);
}

void Calendars::spread(Meeting& meeting, Slot slot, const Event& before, Instant now) {
    const std::string id = instance_id(meeting, slot);
    if (at(meeting.organizer).rows.contains(id)) {
        propagate(meeting, slot, before, now);
        return;
    }
    for (const CalendarNumber number : meeting.holders) {
        Row* row = at(number).rows.of(meeting, id);
        if (row == nullptr) continue;
        settle(at(number), *row);
        touch(at(number), *row, now);
    }
}

void Calendars::refit_exceptions(Meeting& meeting, const recurrence::Zone& old_zone, Instant now) {
    std::map<Slot, Exception> old = meeting.repeats ? std::exchange(meeting.repeats.edit().exceptions, {}) : std::map<Slot, Exception>();
    std::vector<std::pair<Slot, Slot>> moved;
    std::vector<Slot> reshaped;  // kept their slot, but not their times
    for (auto& [slot, exception] : old) {
        Slot fits = no_slot;
        if (meeting.has_occurrence(slot)) {
            fits = slot;
        } else if (meeting.recurring()) {
            const auto day = std::chrono::floor<std::chrono::days>(old_zone.to_local(slot));
            if (const auto same_day = meeting.repeats->series.on(std::chrono::year_month_day{day}))
                fits = std::chrono::floor<std::chrono::seconds>(same_day->start);
        }
        if (fits == no_slot || meeting.repeats->exceptions.contains(fits)) continue;
        if ((exception.overridden & member_times) == 0) {
            const EventTime start = exception.event.start;
            const EventTime end = exception.event.end;
            exception.event.start = meeting.event.start;
            exception.event.end = meeting.event.end;
            exception.event.start.at = fits;
            exception.event.end.at = fits + meeting.length();
            if (fits == slot && !(start == exception.event.start && end == exception.event.end)) reshaped.push_back(slot);
        }
        if (fits != slot) moved.emplace_back(slot, fits);
        meeting.repeats.edit().exceptions.emplace(fits, std::move(exception));
    }
    // Rows of slots that are no more become tombstones; rows of moved ones carry their own members along.
    for (const CalendarNumber number : meeting.holders) {
        Calendar& calendar = at(number);
        std::vector<std::pair<Slot, Own>> carried;
        for (Row* row : exception_rows(calendar, meeting)) {
            const auto to = std::find_if(moved.begin(), moved.end(), [&](const auto& m) { return m.first == row->slot(); });
            if (to != moved.end()) carried.emplace_back(to->second, *row->own);
            const bool was_gone = row->gone;
            settle(calendar, *row);
            const bool seen_anew = !row->gone && std::binary_search(reshaped.begin(), reshaped.end(), row->slot());
            if (row->gone != was_gone || seen_anew) touch(calendar, *row, now);
            else place(calendar, *row);
        }
        for (auto& [slot, own] : carried)
            if (Row* row = row_for(calendar, meeting, slot)) {
                row->own = own;
                settle(calendar, *row);
                touch(calendar, *row, now);
            }
    }
}

std::vector<Row*> Calendars::exception_rows(Calendar& calendar, const Meeting& meeting) {
    std::vector<Row*> rows = calendar.rows.beginning_with(meeting.id.str() + '_');
    std::erase_if(rows, [&](const Row* row) { return row->meeting != &meeting || !row->occurrence; });
    std::sort(rows.begin(), rows.end(), [](const Row* a, const Row* b) { return a->ordinal < b->ordinal; });
    return rows;
}

}  // namespace fakes::google
