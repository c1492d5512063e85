#include "fakes/microsoft/propagation.hpp"

#include <algorithm>

#include "fakes/microsoft/edit.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

constexpr std::string_view cancelled_prefix = "Canceled: ";

bool lists(const Content& content, std::string_view address) {
    return std::any_of(content.attendees.begin(), content.attendees.end(),
                       [&](const Attendee& attendee) { return same_text(attendee.address, address); });
}

/// What a room keeps of a meeting (Set-CalendarProcessing: DeleteSubject, AddOrganizerToSubject, DeleteComments,
/// RemovePrivateProperty, DeleteAttachments).
KeptContent as_kept_by(const Mailbox& mailbox, const KeptContent& content) {
    if (!mailbox.owner().is_room) return content;
    const RoomMailbox& room = mailbox.owner().room;
    if (room.keeps_subject && room.keeps_comments && content->sensitivity == Sensitivity::normal && !content->attachments) return content;
    auto kept = std::make_shared<Content>(*content);
    if (!room.keeps_subject) {
        kept->subject = kept->organizer_name + " ";
        kept->has_subject = true;
    }
    if (!room.keeps_comments) kept->body.reset();
    kept->sensitivity = Sensitivity::normal;
    kept->attachments.reset();
    return KeptContent(std::move(kept));
}

ShowAs unanswered(const Content& content) { return content.show_as == ShowAs::free ? ShowAs::free : ShowAs::tentative; }

void forget_answer(Copy& copy) {
    copy.response = Response::none;
    copy.responded = {};
    copy.show_as = unanswered(*copy.content);
}

Copy invitation(const Mailbox& to, const Copy& from) {
    Copy copy;
    copy.content = as_kept_by(to, from.content);
    copy.cancelled = from.cancelled;
    forget_answer(copy);
    return copy;
}

void update(const Mailbox& to, Copy& copy, const KeptContent& content, bool time_changed) {
    copy.content = as_kept_by(to, content);
    copy.cancelled = false;
    if (time_changed) forget_answer(copy);
    else if (copy.response == Response::accepted) copy.show_as = copy.content->show_as;
}

/// The cancellation brings the organizer's subject, whatever the guest called the copy; a room's own stays what it made of it.
void call_off(const Mailbox& to, Copy& copy, const KeptContent& from) {
    if (copy.cancelled) return;
    auto content = std::make_shared<Content>(*copy.content);
    content->subject = std::string(cancelled_prefix) + (to.owner().is_room ? content->subject : from.subject());
    content->has_subject = true;
    copy.content = KeptContent(std::move(content));
    copy.cancelled = true;
    copy.show_as = ShowAs::free;
}

/// Who was invited by a list comes onto the organizer's own with the answer.
void name_member(Copy& copy, const std::string& address, const std::string& name) {
    if (lists(*copy.content, address)) return;
    auto content = std::make_shared<Content>(*copy.content);
    content->attendees.push_back({address, name, Role::required});
    copy.content = KeptContent(std::move(content));
}

void put_answer(Copy& copy, const std::string& address, Response response, Instant now, const std::optional<Proposal>& proposal) {
    auto answers = copy.answers ? std::make_shared<std::vector<Answer>>(*copy.answers) : std::make_shared<std::vector<Answer>>();
    const auto found = std::find_if(answers->begin(), answers->end(), [&](const Answer& answer) { return answer.address == address; });
    Answer& answer = found == answers->end() ? answers->emplace_back() : *found;
    answer.address = address;
    answer.response = response;
    answer.at = now;
    answer.proposal = proposal;
    copy.answers = std::move(answers);
}

}  // namespace

void set_response(Copy& copy, Response response, Instant now) {
    copy.response = response;
    copy.responded = now;
    copy.show_as = response == Response::accepted ? copy.content->show_as : unanswered(*copy.content);
}

Copy* exception_at(Item& master, Date slot) {
    if (!master.is_master() || !master.series || master.series->cancelled.contains(slot)) return nullptr;
    const auto found = master.series->exceptions.find(slot);
    if (found != master.series->exceptions.end()) return &found->second;
    const auto occurrence = master.copy.content->rule->series.on(slot);
    if (!occurrence) return nullptr;
    Copy copy = master.copy;
    copy.content = std::make_shared<const Content>(occurrence_content(*master.copy.content, occurrence->start, occurrence->end));
    return &master.series->exceptions.emplace(slot, std::move(copy)).first->second;
}

/// Everybody whom one of these invitations reaches, once each, in the order of the list; never the organizer.
std::vector<Mailbox*> Propagation::reached(const Content& content) {
    std::vector<Mailbox*> out;
    for (const Attendee& attendee : content.attendees)
        for (Mailbox* one : mailboxes_.reached_by(attendee.address))
            if (!same_text(one->owner().address, content.organizer_address) && std::find(out.begin(), out.end(), one) == out.end()) out.push_back(one);
    return out;
}

void Propagation::meeting_saved(const Item& item, const Content* before, Instant now) {
    const std::shared_ptr<const Content> said = item.copy.content.whole();
    const Content& after = *said;
    const bool time_changed = before && moved(*before, after);
    const bool list_only = before && only_attendees_differ(*before, after);
    if (before && *before == after) return;
    const std::vector<Mailbox*> then = before ? reached(*before) : std::vector<Mailbox*>(), still = reached(after);
    for (Mailbox* to : then)
        if (std::find(still.begin(), still.end(), to) == still.end()) withdraw(*to, item, now);
    for (Mailbox* to : still) {
        // Graph docs, update event: a change of the attendees alone is told to those it concerns.
        if (list_only && std::find(then.begin(), then.end(), to) != then.end()) continue;
        deliver(*to, item, time_changed, now);
    }
}

void Propagation::occurrence_saved(const Item& master, Date slot, const Content& before, Instant now) {
    const auto found = master.series->exceptions.find(slot);
    if (found == master.series->exceptions.end() || *found->second.content == before) return;
    const Copy& exception = found->second;
    const Content after = *exception.content;
    const bool time_changed = moved(before, after);
    const bool list_only = only_attendees_differ(before, after);
    const std::vector<Mailbox*> then = reached(before), still = reached(after);
    for (Mailbox* to : then)
        if (std::find(still.begin(), still.end(), to) == still.end()) withdraw_slot(*to, master, slot, now);
    for (Mailbox* to : still) {
        if (list_only && std::find(then.begin(), then.end(), to) != then.end()) continue;
        deliver_slot(*to, master, slot, exception, time_changed, now);
    }
}

void Propagation::cancelled(const Item& item, std::optional<Date> slot, Instant now) {
    std::map<std::string, bool> told;  // lower case: once each, in a fixed order
    const auto add = [&](const Content& content) {
        for (const Attendee& attendee : content.attendees) told[lower(attendee.address)] = true;
    };
    add(*item.copy.content);
    if (item.series)
        for (const auto& [date, copy] : item.series->exceptions)
            if (!slot || *slot == date) add(*copy.content);
    for (const auto& [address, yes] : told)
        for (Mailbox* to : mailboxes_.reached_by(address)) {
            if (slot) withdraw_slot(*to, item, *slot, now);
            else withdraw(*to, item, now);
        }
}

void Propagation::deliver(Mailbox& to, const Item& from, bool time_changed, Instant now) {
    Item* item = to.of_meeting(from.meeting.key);
    const bool first = item == nullptr;
    const bool as_master = from.is_master();
    if (first) {
        item = &to.add(from.meeting, std::nullopt, invitation(to, from.copy), now);
    } else {
        const std::shared_ptr<const Content> before = item->copy.content.whole();
        update(to, item->copy, from.copy.content, time_changed);
        if (as_master && item->series) {
            if (time_changed) {
                *item->series = SeriesState();
            } else {
                for (auto& [slot, copy] : item->series->exceptions)
                    if (!from.series->exceptions.contains(slot))
                        copy.content = std::make_shared<const Content>(inherited(*copy.content, *before, *item->copy.content));
            }
        }
        to.touch(*item, std::nullopt, now);
    }
    if (as_master && from.series) {
        if (first || time_changed) item->series->cancelled = from.series->cancelled;
        for (const auto& [slot, exception] : from.series->exceptions) {
            const std::vector<Mailbox*> there = reached(*exception.content);
            if (item->series->cancelled.contains(slot) || std::find(there.begin(), there.end(), &to) == there.end()) continue;
            const auto own = item->series->exceptions.find(slot);
            if (own == item->series->exceptions.end()) {
                Copy copy = invitation(to, exception);
                copy.change = item->copy.change;
                copy.created = item->copy.created;
                copy.modified = now;
                item->series->exceptions.emplace(slot, std::move(copy));
            } else {
                update(to, own->second, exception.content, time_changed);
            }
        }
    }
    if (item->copy.response == Response::none) ask_room(to, *item, std::nullopt, now);
}

void Propagation::deliver_slot(Mailbox& to, const Item& master, Date slot, const Copy& exception, bool time_changed, Instant now) {
    Item* item = to.of_meeting(master.meeting.key);
    if (item && item->is_master()) {
        item->series->cancelled.erase(slot);
        Copy* copy = exception_at(*item, slot);
        if (!copy) copy = &item->series->exceptions.emplace(slot, invitation(to, exception)).first->second;
        update(to, *copy, exception.content, time_changed);
        to.touch(*item, slot, now);
        if (copy->response == Response::none) ask_room(to, *item, slot, now);
        return;
    }
    item = to.of_meeting(master.meeting.key, slot);
    if (item) {
        update(to, item->copy, exception.content, time_changed);
        to.touch(*item, std::nullopt, now);
    } else {
        item = &to.add(master.meeting, slot, invitation(to, exception), now);
    }
    if (item->copy.response == Response::none) ask_room(to, *item, std::nullopt, now);
}

void Propagation::withdraw(Mailbox& to, const Item& from, Instant now) {
    if (Item* item = to.of_meeting(from.meeting.key); item && !item->copy.organizer) {
        call_off(to, item->copy, from.copy.content);
        if (item->series)
            for (auto& [slot, copy] : item->series->exceptions) {
                const bool known = from.series && from.series->exceptions.contains(slot);
                call_off(to, copy, known ? from.series->exceptions.at(slot).content : from.copy.content);
            }
        to.touch(*item, std::nullopt, now);
    }
    if (!from.series) return;
    for (const auto& [slot, exception] : from.series->exceptions) {
        Item* lone = to.of_meeting(from.meeting.key, slot);
        if (!lone) continue;
        call_off(to, lone->copy, exception.content);
        to.touch(*lone, std::nullopt, now);
    }
}

void Propagation::withdraw_slot(Mailbox& to, const Item& from, Date slot, Instant now) {
    const bool known = from.series && from.series->exceptions.contains(slot);
    const KeptContent& said = known ? from.series->exceptions.at(slot).content : from.copy.content;
    if (Item* item = to.of_meeting(from.meeting.key); item && !item->copy.organizer) {
        if (Copy* copy = exception_at(*item, slot)) {
            call_off(to, *copy, said);
            to.touch(*item, slot, now);
        }
        return;
    }
    if (Item* lone = to.of_meeting(from.meeting.key, slot)) {
        call_off(to, lone->copy, said);
        to.touch(*lone, std::nullopt, now);
    }
}

void Propagation::answered(const Mailbox& from, const Item& item, std::optional<Date> slot, Response response, Instant now,
                           const std::optional<Proposal>& proposal) {
    Mailbox* organizer = mailboxes_.with_meeting(item.copy.content->organizer_address, item.meeting.key);
    if (!organizer) return;
    Item* own = organizer->of_meeting(item.meeting.key);
    if (!own || !own->copy.organizer) return;
    const std::string address = lower(from.owner().address);
    if (!slot) slot = item.lone_slot;
    if (slot && own->is_master()) {
        Copy* exception = exception_at(*own, *slot);
        if (!exception) return;
        name_member(*exception, from.owner().address, from.owner().name);
        put_answer(*exception, address, response, now, proposal);
    } else {
        name_member(own->copy, from.owner().address, from.owner().name);
        put_answer(own->copy, address, response, now, proposal);
        if (own->series)
            for (auto& [date, copy] : own->series->exceptions) put_answer(copy, address, response, now, proposal);
    }
    organizer->touch(*own, slot, now);
}

}  // namespace fakes::microsoft
