// What people do in Outlook, and administrators in their consoles.
#include <algorithm>

#include "fakes/microsoft/body.hpp"
#include "fakes/microsoft/graph.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

Done refused(std::string why) {
    Done out;
    out.ok = false;
    out.refusal = std::move(why);
    return out;
}

/// Outlook names zones as Windows does.
std::optional<Moment> moment_at(LocalTime local, const std::string& zone) {
    Moment out;
    out.local = local;
    out.zone = recurrence::Zone::find(zone);
    if (!out.zone) return std::nullopt;
    const bool iana = recurrence::Zone::kind_of(zone) == recurrence::ZoneNameKind::iana;
    out.zone_name = iana && !out.zone->windows().empty() ? out.zone->windows() : zone;
    return out;
}

std::optional<std::string> put_when(Edit& edit, const When& when) {
    edit.start = moment_at(when.start, when.zone);
    edit.end = moment_at(when.end, when.zone);
    if (!edit.start || !edit.end) return "The time zone '" + when.zone + "' is not known.";
    edit.all_day = when.all_day;
    return std::nullopt;
}

std::string html_of(const std::string& body, bool is_html) { return is_html ? stored_html(body) : stored_text(body); }

/// The place as typed, then the rooms, as Outlook lists them.
std::vector<Location> places(const std::string& typed, const std::vector<Attendee>& attendees) {
    std::vector<Location> out;
    if (!typed.empty()) out.emplace_back().name = typed;
    for (const Attendee& attendee : attendees) {
        if (attendee.role != Role::resource) continue;
        Location& room = out.emplace_back();
        room.name = attendee.name;
        room.address = attendee.address;
        room.type = "conferenceRoom";
    }
    return out;
}

}  // namespace

const Mailbox* Graph::mailbox_of(std::string_view actor) const {
    if (const Mailbox* mailbox = mailboxes_.of_address(actor)) return mailbox;
    const auto key = address_of_key_.find(actor);
    return key == address_of_key_.end() ? nullptr : mailboxes_.of_address(key->second);
}

Mailbox* Graph::mailbox_of(std::string_view actor) {
    if (Mailbox* mailbox = mailboxes_.of_address(actor)) return mailbox;
    const auto key = address_of_key_.find(actor);
    return key == address_of_key_.end() ? nullptr : mailboxes_.of_address(key->second);
}

/// The own mailbox, or that of somebody who lets this person write into the calendar. What a delegate makes there is
/// organized by the mailbox's owner (Graph docs: share or delegate a calendar).
Mailbox* Graph::mailbox_for(std::string_view actor, std::string_view whose, Done& refused_with) {
    Mailbox* own = mailbox_of(actor);
    if (!own) {
        refused_with = refused("There is no mailbox of " + std::string(actor) + ".");
        return nullptr;
    }
    if (whose.empty() || mailbox_of(whose) == own) return own;
    Mailbox* mailbox = mailbox_of(whose);
    if (!mailbox) {
        refused_with = refused("There is no mailbox of " + std::string(whose) + ".");
        return nullptr;
    }
    const auto role = mailbox->shared_with.find(own->owner().address);
    if (role != mailbox->shared_with.end() && role->second != "reader") return mailbox;
    refused_with = refused("Access is denied. " + std::string(actor) + " may not change the calendar of " + std::string(whose) + ".");
    return nullptr;
}

Done Graph::done(const std::optional<Fault>& fault, Instant now) {
    drain(now);
    return fault ? refused(fault->rule) : Done();
}

std::optional<Fault> Graph::resolve(Mailbox& mailbox, const EventRef& event, std::uint64_t& item, std::optional<Date>& slot) const {
    const std::optional<MeetingId> meeting = parse_ical_uid(event.uid);
    if (!meeting) return errors::item_not_found();
    const Item* found = mailbox.of_meeting(meeting->key);
    slot = event.occurrence;
    if (!found && event.occurrence) {
        found = mailbox.of_meeting(meeting->key, event.occurrence);
        slot.reset();
    }
    if (!found) return errors::item_not_found();
    if (slot && !mailbox.entry(found->number, slot)) return errors::item_cancelled();
    item = found->number;
    return std::nullopt;
}

Done Graph::create(std::string_view actor, const Draft& draft, Instant now) {
    Done why;
    Mailbox* mailbox = mailbox_for(actor, draft.calendar, why);
    if (!mailbox) return why;
    Edit edit;
    edit.subject = draft.title;
    edit.body = html_of(draft.body, draft.body_is_html);
    if (auto wrong = put_when(edit, draft.when)) return refused(*wrong);
    edit.attendees.emplace();
    for (const Invitee& invitee : draft.invitees) edit.attendees->push_back({invitee.address, mailboxes_.name_of(invitee.address), invitee.role});
    edit.locations = places(draft.location, *edit.attendees);
    edit.sensitivity = draft.sensitivity;
    edit.show_as = draft.show_as;
    if (draft.repeat) edit.recurrence = recurrence::pattern_of(*draft.repeat, date_of(draft.when.start), edit.start->zone_name);
    if (draft.provider_meeting) edit.online = calendars_.new_online_meeting(*mailbox);
    const auto made = calendars_.create(*mailbox, edit, now);
    drain(now);
    if (const Fault* fault = std::get_if<Fault>(&made)) return refused(fault->rule);
    Done out;
    out.uid = ical_uid(mailbox->find(std::get<std::uint64_t>(made))->meeting);
    return out;
}

Done Graph::change(std::string_view actor, const EventRef& event, const Change& change, Instant now) {
    Done why;
    Mailbox* mailbox = mailbox_for(actor, event.calendar, why);
    if (!mailbox) return why;
    std::uint64_t item = 0;
    std::optional<Date> slot;
    if (const auto fault = resolve(*mailbox, event, item, slot)) return refused(fault->rule);
    const Content& before = *mailbox->entry(item, slot)->copy->content;
    Edit edit;
    if (change.title) edit.subject = *change.title;
    if (change.body) edit.body = html_of(*change.body, change.body_is_html.value_or(false));
    if (change.when)
        if (auto wrong = put_when(edit, *change.when)) return refused(*wrong);
    if (!change.add.empty() || !change.remove.empty()) {
        edit.attendees = before.attendees;
        std::erase_if(*edit.attendees, [&](const Attendee& attendee) {
            return std::any_of(change.remove.begin(), change.remove.end(), [&](const std::string& gone) { return same_text(gone, attendee.address); });
        });
        for (const Invitee& invitee : change.add) edit.attendees->push_back({invitee.address, mailboxes_.name_of(invitee.address), invitee.role});
    }
    if (change.location || edit.attendees) {
        const bool typed = !before.locations.empty() && before.locations.front().address.empty();
        edit.locations = places(change.location.value_or(typed ? before.locations.front().name : std::string()),
                                edit.attendees ? *edit.attendees : before.attendees);
    }
    edit.sensitivity = change.sensitivity;
    edit.show_as = change.show_as;
    if (change.repeat) {
        const Moment& start = edit.start ? *edit.start : before.start;
        edit.recurrence = recurrence::pattern_of(*change.repeat, date_of(start.local), start.zone_name);
    } else if (edit.start && before.rule && !slot && !edit.all_day.value_or(false) && edit.start->zone != before.start.zone) {
        // Outlook shows a series one zone: chosen anew it is the rule's, too.
        edit.recurrence = before.rule->pattern;
        (*edit.recurrence)->range.zone = edit.start->zone_name;
        (*edit.recurrence)->range.start_date = date_of(edit.start->local);
    }
    Done out = done(calendars_.edit(*mailbox, item, slot, std::move(edit), now), now);
    out.uid = event.uid;
    return out;
}

Done Graph::cancel(std::string_view actor, const EventRef& event, Instant now) {
    Done why;
    Mailbox* mailbox = mailbox_for(actor, event.calendar, why);
    if (!mailbox) return why;
    std::uint64_t item = 0;
    std::optional<Date> slot;
    if (const auto fault = resolve(*mailbox, event, item, slot)) return refused(fault->rule);
    return done(calendars_.remove(*mailbox, item, slot, now), now);
}

Done Graph::respond(std::string_view actor, const EventRef& event, Response response, bool tell, Instant now) {
    Done why;
    Mailbox* mailbox = mailbox_for(actor, event.calendar, why);
    if (!mailbox) return why;
    if (response == Response::none || response == Response::organizer) return refused("An answer is accepted, tentative or declined.");
    std::uint64_t item = 0;
    std::optional<Date> slot;
    if (const auto fault = resolve(*mailbox, event, item, slot)) return refused(fault->rule);
    return done(calendars_.respond(*mailbox, item, slot, response, tell, now), now);
}

Done Graph::set_automatic_replies(std::string_view actor, const AutomaticReplies& replies, Instant now) {
    Mailbox* mailbox = mailbox_of(actor);
    if (!mailbox) return refused("There is no mailbox of " + std::string(actor) + ".");
    if (replies.on && replies.from && replies.until && *replies.until <= *replies.from) return refused("Automatic replies end after their start.");
    Replies& set = mailbox->settings.replies;
    set.status = !replies.on ? Replies::Status::disabled : replies.from || replies.until ? Replies::Status::scheduled : Replies::Status::always;
    set.internal = set.external = replies.message.empty() ? std::string() : "<html>\n<body>\n" + replies.message + "\n</body>\n</html>\n";
    set.audience = "all";
    set.from = replies.from;
    set.until = replies.until;
    // Outlook writes "scheduled" with both ends: from now on when only the end was chosen.
    if (replies.on && replies.until && !replies.from) set.from = now;
    mailbox->bump();
    return {};
}

Done Graph::set_language(std::string_view actor, std::string_view language, Instant) {
    Mailbox* mailbox = mailbox_of(actor);
    if (!mailbox) return refused("There is no mailbox of " + std::string(actor) + ".");
    mailbox->settings.language = language;
    mailbox->bump();
    return {};
}

Done Graph::share(std::string_view calendar, std::string_view grantee, std::string_view role, Instant) {
    // Folder permissions are between people: an application with its own roles sees nothing of them.
    Mailbox* shared = mailbox_of(calendar);
    const Mailbox* with = mailbox_of(grantee);
    if (!shared) return refused("There is no mailbox of " + std::string(calendar) + ".");
    if (!with) return refused("There is no mailbox of " + std::string(grantee) + ".");
    if (!role.empty() && role != "reader" && role != "writer" && role != "owner") return refused("A calendar is shared with a reader, writer or owner.");
    if (role.empty()) shared->shared_with.erase(with->owner().address);
    else shared->shared_with[with->owner().address] = role;
    return {};
}

Done Graph::allow_service(std::string_view address, bool allowed, Instant now) {
    Mailbox* mailbox = mailbox_of(address);
    if (!mailbox) return refused("There is no mailbox of " + std::string(address) + ".");
    const Instant at = now + options_.policy_after;
    mailbox->policy_change = {at, allowed};
    policies_due_[at].push_back(mailbox->index());
    apply_policies(now);
    return {};
}

Done Graph::grant(const std::vector<std::string>& permissions, Instant) {
    tokens_.set_grants(permissions);
    return {};
}

std::vector<TenantApplication> Graph::applications() const {
    std::vector<TenantApplication> out;
    if (auto application = tokens_.application()) out.push_back(std::move(*application));
    return out;
}

void Graph::expire_sync_tokens(Instant) { sync_tokens_.expire_all(); }
void Graph::expire_access_tokens(Instant) { tokens_.expire_all(); }
std::string Graph::rotate_signing_key(bool at_once, Instant now) {
    keys_.rotate(now, at_once);
    if (at_once) tokens_.expire_all();
    else tokens_.forget_checked();
    return keys_.current().id();
}

void Graph::drop_subscriptions(Instant now) { subscriptions_.drop_all(now); }

std::vector<SeenEvent> Graph::calendar(std::string_view owner, Instant from, Instant to) const {
    std::vector<SeenEvent> out;
    const Mailbox* mailbox = mailbox_of(owner);
    if (!mailbox) return out;
    const std::vector<Entry> entries = mailbox->view(from, to);
    out.reserve(entries.size());
    for (const Entry& entry : entries) {
        const Copy& copy = *entry.copy;
        const Content& content = *copy.content;
        SeenEvent& seen = out.emplace_back();
        seen.uid = ical_uid(entry.item->meeting);
        seen.occurrence = entry.slot ? entry.slot : entry.item->lone_slot;
        seen.start = entry.start;
        seen.end = entry.end;
        seen.all_day = content.all_day;
        seen.title = content.subject;
        if (!content.locations.empty()) seen.location = content.locations.front().name;
        if (content.body) seen.body = *content.body;
        seen.cancelled = copy.cancelled;
        seen.private_ = content.sensitivity == Sensitivity::private_;
        seen.exception = entry.type == Entry::Type::exception;
        seen.own_response = copy.response;
        seen.by_group = !copy.organizer && !content.attendees.empty() &&
                        std::none_of(content.attendees.begin(), content.attendees.end(),
                                     [&](const Attendee& one) { return same_text(one.address, mailbox->owner().address); });
        for (const Attendee& attendee : content.attendees) {
            Response response = Response::none;
            if (copy.organizer && copy.answers)
                for (const Answer& answer : *copy.answers)
                    if (same_text(answer.address, attendee.address)) response = answer.response;
            seen.attendees.emplace_back(attendee.address, response);
        }
        for (const ExtendedProperty& property : extras_of(copy).properties) seen.extended_properties.emplace_back(property.id, property.value);
    }
    std::stable_sort(out.begin(), out.end(), [](const SeenEvent& a, const SeenEvent& b) { return a.start != b.start ? a.start < b.start : a.uid < b.uid; });
    return out;
}

std::uint64_t Graph::calendar_revision(std::string_view owner) const {
    const Mailbox* mailbox = mailbox_of(owner);
    return mailbox ? mailbox->revision() : 0;
}

}  // namespace fakes::microsoft
