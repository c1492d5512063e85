#include "fakes/google/outbox.hpp"

#include <algorithm>

#include "fakes/google/limits.hpp"

namespace fakes {

std::string_view name_of(Mail::About about) {
    switch (about) {
        case Mail::About::invitation: return "invitation";
        case Mail::About::update: return "update";
        case Mail::About::cancellation: return "cancellation";
        case Mail::About::reply: return "reply";
    }
    return "update";
}

namespace google {
namespace {

bool holds(const std::vector<Attendee>& list, const std::string& address) {
    return std::any_of(list.begin(), list.end(), [&](const Attendee& a) { return a.address == address; });
}

std::string_view subject_of(Mail::About about) {
    switch (about) {
        case Mail::About::invitation: return "Invitation: ";
        case Mail::About::update: return "Updated invitation: ";
        case Mail::About::cancellation: return "Cancelled event: ";
        case Mail::About::reply: return "Reply: ";
    }
    return "";
}

}  // namespace

Outbox::Before Outbox::before(const View& view) {
    Before before;
    before.known = true;
    before.attendees = view.event->attendees;
    before.id = view.slot == no_slot ? view.meeting->id.str() : instance_id(*view.meeting, view.slot);
    before.uid = view.meeting->uid();
    before.summary = view.event->summary;
    return before;
}

void Outbox::send(Mail::About about, const Calendar& from, const std::string& to, const Before& event, Instant now,
                  SendUpdates to_whom) {
    if (to == from.id()) return;
    const Calendar* known = calendars_.find(to);
    if (known != nullptr && (to_whom == SendUpdates::external_only || known->person->is_room || known->secondary)) return;
    Mail mail{now, about, from.id(), to, std::string(subject_of(about)) + event.summary, event.id, event.uid};
    mails_.push_back(std::move(mail));
    if (mails_.size() > limits::max_mails) mails_.pop_front();
}

void Outbox::tell(const Calendar& actor, const Before& before, const View& view, SendUpdates to_whom, Instant now) {
    if (to_whom == SendUpdates::none) return;
    static const std::vector<Attendee> nobody;
    const bool lives = view && !view.cancelled();
    Before event = view ? Outbox::before(view) : before;
    if (event.summary.empty()) event.summary = before.summary.empty() ? "(No title)" : before.summary;
    const std::vector<Attendee>& after = lives ? view.event->attendees.list() : nobody;
    const bool organizes = !view || view.meeting->organizer == actor.number;
    if (!organizes) {
        // A guest's answer goes to the organizer; other edits of a guest tell nobody.
        const auto answer_in = [&](const std::vector<Attendee>& list) {
            const auto it = std::find_if(list.begin(), list.end(), [&](const Attendee& a) { return a.address == actor.id(); });
            return it == list.end() ? Answer::needs_action : it->answer;
        };
        if (answer_in(before.attendees) != (lives ? answer_in(after) : Answer::declined))
            send(Mail::About::reply, actor, view.meeting->organizer_address.text(), event, now, to_whom);
        return;
    }
    for (const Attendee& a : before.attendees)
        if (!holds(after, a.address)) send(Mail::About::cancellation, actor, a.address, event, now, to_whom);
    for (const Attendee& a : after)
        send(before.known && holds(before.attendees, a.address) ? Mail::About::update : Mail::About::invitation, actor,
             a.address, event, now, to_whom);
}

}  // namespace google
}  // namespace fakes
