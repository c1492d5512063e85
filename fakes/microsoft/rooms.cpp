// Rooms that answer invitations by themselves (Set-CalendarProcessing: AutomateProcessing AutoAccept).
#include <algorithm>

#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/propagation.hpp"

namespace fakes::microsoft {

void Propagation::ask_room(const Mailbox& room, const Item& item, std::optional<Date> slot, Instant now) {
    if (!room.owner().is_room || !room.owner().room.accepts_by_itself) return;
    const Instant at = now + std::chrono::seconds(std::max(0, room.owner().room.answer_seconds));
    due_[{at, ++asked_}] = {room.index(), item.number, slot};
}

std::optional<Instant> Propagation::next_wake() const {
    if (due_.empty()) return std::nullopt;
    return due_.begin()->first.first;
}

void Propagation::wake(Instant now) {
    while (!due_.empty() && due_.begin()->first.first <= now) {
        const RoomAnswer answer = due_.begin()->second;
        due_.erase(due_.begin());
        answer_as_room(answer, now);
    }
}

void Propagation::answer_as_room(const RoomAnswer& answer, Instant now) {
    Mailbox& room = mailboxes_.all()[answer.room];
    Item* item = room.find(answer.item);
    if (!item || item->copy.organizer) return;
    Copy* copy = answer.slot ? exception_at(*item, *answer.slot) : &item->copy;
    if (!copy || copy->cancelled || copy->response != Response::none) return;
    if (room_is_free(room, *item, answer.slot, now)) {
        set_response(*copy, Response::accepted, now);
        if (!answer.slot && item->series)
            for (auto& [slot, exception] : item->series->exceptions)
                if (!exception.cancelled) set_response(exception, Response::accepted, now);
        room.touch(*item, answer.slot, now);
        answered(room, *item, answer.slot, Response::accepted, now);
        return;
    }
    // A declined invitation leaves the calendar: its id is gone.
    answered(room, *item, answer.slot, Response::declined, now);
    if (answer.slot) {
        item->series->exceptions.erase(*answer.slot);
        item->series->cancelled.insert(*answer.slot);
        room.touch(*item, std::nullopt, now);
    } else {
        room.remove(item->number, now);
    }
}

bool Propagation::room_is_free(const Mailbox& room, const Item& item, std::optional<Date> slot, Instant now) const {
    const Instant horizon = now + std::chrono::days(booking_days_);
    std::vector<Entry> wanted;
    if (slot || !item.is_master()) {
        const std::optional<Entry> entry = room.entry(item.number, slot);
        if (!entry) return false;
        wanted.push_back(*entry);
    } else {
        // Exchange: a series that runs beyond the booking window is declined as a whole (EnforceSchedulingHorizon).
        const auto last = item.copy.content->rule->series.last();
        if (!last || last->end > horizon) return false;
        wanted = room.instances(item, now, horizon);
    }
    Instant from = Instant::max(), to = Instant::min();
    for (const Entry& entry : wanted) {
        if (entry.end > horizon || entry.end - entry.start > limits::room_duration) return false;
        from = std::min(from, entry.start);
        to = std::max(to, entry.end);
    }
    if (wanted.empty()) return true;
    const std::vector<Entry> booked = room.view(from, to);
    for (const Entry& other : booked) {
        if (other.item == &item || other.copy->cancelled || other.copy->show_as == ShowAs::free) continue;
        if (other.copy->response != Response::accepted && !other.copy->organizer) continue;
        for (const Entry& entry : wanted)
            if (entry.start < other.end && entry.end > other.start) return false;
    }
    return true;
}

}  // namespace fakes::microsoft
