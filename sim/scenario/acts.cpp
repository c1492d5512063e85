#include "sim/scenario/acts.hpp"

#include <algorithm>

#include "sim/scenario/characters.hpp"
#include "sim/scenario/story_book.hpp"

namespace sim {

using namespace std::chrono;
using fakes::Change;
using fakes::Date;
using fakes::Draft;
using fakes::Invitee;
using fakes::Response;
using fakes::Role;

namespace {

std::string slug(std::string_view title) {
    std::string out;
    for (const char c : lower_ascii(title)) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
        else if (!out.empty() && out.back() != '-') out += '-';
    }
    while (out.ends_with('-')) out.pop_back();
    return out.empty() ? "event" : out;
}

std::optional<fakes::Sensitivity> sensitivity(Fields& fields) {
    const auto word = fields.word("sensitivity");
    if (!word) return std::nullopt;
    if (*word == "personal") return fakes::Sensitivity::personal;
    if (*word == "private") return fakes::Sensitivity::private_;
    if (*word == "confidential") return fakes::Sensitivity::confidential;
    return fakes::Sensitivity::normal;
}

std::optional<fakes::ShowAs> show_as(Fields& fields) {
    const auto word = fields.word("shows as");
    if (!word) return std::nullopt;
    if (*word == "free") return fakes::ShowAs::free;
    if (*word == "tentative") return fakes::ShowAs::tentative;
    if (*word == "out of office") return fakes::ShowAs::out_of_office;
    if (*word == "working elsewhere") return fakes::ShowAs::working_elsewhere;
    return fakes::ShowAs::busy;
}

struct Body {
    std::string text;
    bool html = false;
};
std::optional<Body> body(ActReading& r) {
    std::string_view given;
    for (const std::string_view key : {"body", "html", "html file"}) {
        if (!r.fields.has(key)) continue;
        if (!given.empty()) {
            r.state.error(r.fields.key_place(key), "`" + std::string(given) + "` and `" + std::string(key) + "` together",
                          "an event has one body: keep one of them");
            return std::nullopt;
        }
        given = key;
    }
    if (given.empty()) return std::nullopt;
    Body out;
    out.html = given != "body";
    if (given == "html file") {
        r.fields.file(given, out.text);
        return out;
    }
    auto text = r.fields.text(given);
    if (!text) return std::nullopt;
    out.text = std::move(*text);
    return out;
}

/// The key of the person in whose calendar it is done: the actor, or somebody who lets the actor write there.
const std::string& principal(ActReading& r) {
    if (!r.fields.has("in calendar of") || !r.principal.empty()) return r.principal.empty() ? r.actor : r.principal;
    r.principal = r.fields.person("in calendar of").value_or(r.actor);
    if (r.principal == r.actor) {
        r.state.error(r.fields.place("in calendar of"), "that is the calendar of `" + r.actor + "` anyway", "leave `in calendar of` out");
        return r.actor;
    }
    const auto role = r.book.shared.find({r.principal, r.actor});
    const bool may = role != r.book.shared.end() && role->second != "reader";
    if (!may && !r.refused && !r.state.running)
        r.state.error(r.fields.place("in calendar of"), "`" + r.actor + "` may not write in the calendar of `" + r.principal + "`",
                      "first: `" + r.principal + " shares: { with: " + r.actor + ", as: writer }`; to see it refused, add `refused: yes`");
    return r.principal;
}

/// As acts carry it: empty for the own calendar.
std::string calendar_address(ActReading& r) {
    const std::string& whose = principal(r);
    return whose == r.actor ? std::string() : address_of(r.state, whose);
}

struct PlacedInvitee {
    Invitee invitee;
    Place place;
};
std::vector<PlacedInvitee> invitees(ActReading& r, std::string_view key, Role role) {
    std::vector<PlacedInvitee> out;
    for (const auto& [address, place] : r.fields.addresses(key)) {
        Role own = role;
        for (const auto& [unused, person] : r.state.scenario.people)
            if (person.person.address == address && person.person.is_room) own = Role::resource;
        if (address == address_of(r.state, principal(r))) {
            r.state.error(place, "`" + principal(r) + "` invites themselves", "the organizer is there anyway");
            continue;
        }
        out.push_back({{address, own}, place});
    }
    return out;
}

/// Whom an invited address reaches, when it is a group's.
void reach(ActReading& r, KnownEvent& event, const std::string& address, bool invited) {
    for (const auto& [key, group] : r.state.scenario.people) {
        if (!group.members || group.person.address != address) continue;
        for (const std::string& member : *group.members) {
            const std::string& whom = r.state.scenario.people.at(member).person.address;
            if (invited) event.by_group.insert(whom);
            else if (event.by_group.erase(whom) > 0) event.no_longer.insert(whom);
        }
    }
}

/// Only who made an event can move, change or cancel it for all.
bool organizes(ActReading& r, const KnownEvent& event) {
    if (event.organizer == principal(r) || r.refused) return true;
    r.state.error(r.fields.owner_place(), "`" + principal(r) + "` did not make `" + event.id + "`",
                  "only `" + event.organizer + "` can do this, or a writer of that calendar with `in calendar of: " + event.organizer +
                      "`; to see it refused, add `refused: yes`");
    return false;
}

/// What an event says the organizer changes for all. In Exchange an invitee has a copy, and may write in it.
bool may_write(ActReading& r, const KnownEvent& event) {
    const bool own_copy = event.organizer != principal(r) && event.has_part(address_of(r.state, principal(r)));
    if (!own_copy || !r.state.plays(Provider::google)) return own_copy || organizes(r, event);
    if (r.refused || r.state.running) return true;
    r.state.error(r.fields.owner_place(), "`" + principal(r) + "` did not make `" + event.id + "`",
                  "with `providers: [microsoft]` an invitee may write in the own copy; on Google only `" + event.organizer +
                      "` can do this: to see it refused there, add `refused: yes` and `providers: [google]`");
    return false;
}

bool is_invited(ActReading& r, const KnownEvent& event) {
    const std::string address = address_of(r.state, principal(r));
    if (r.refused || event.has_part(address)) return true;
    r.state.error(r.fields.owner_place(), "`" + principal(r) + "` is not invited to `" + event.id + "`",
                  event.organizer == principal(r) ? "the organizer has nothing to answer"
                                             : "invite them first: `" + event.organizer + " invites: { event: " +
                                                   event.id + ", who: " + r.actor + " }`");
    return false;
}

Date today_of(const KnownEvent& event) { return Date(floor<days>(event.draft.when.start)); }

void respond(ActReading& r, Response response, std::string_view already) {
    KnownEvent* event = r.book.living_event(r.fields, "event", r.at);
    if (event == nullptr || !is_invited(r, *event)) return;
    const auto occurrence = r.book.occurrence(r.fields, *event, r.day, r.at);
    if (!occurrence) return;
    const bool tell = r.fields.flag_or("tells organizer", true);
    if (!r.refused) {
        const std::string address = address_of(r.state, principal(r));
        Response& whole = event->invitees[address];
        Response& before = *occurrence ? event->answers.try_emplace({address, **occurrence}, whole).first->second : whole;
        if (before == Response::declined && response != Response::declined && r.state.plays(Provider::microsoft) && !r.state.running)
            r.state.error(r.fields.owner_place(), "`" + principal(r) + "` has declined, and on Microsoft a declined invitation leaves the calendar",
                          "nothing is there to be answered: add `providers: [google]`, or `refused: yes`");
        else if (before == response)
            r.state.error(r.fields.owner_place(), "`" + principal(r) + "` has " + std::string(already) + " already",
                          "a step that changes nothing proves nothing: leave it out");
        before = response;
    }
    r.acts.push_back(RespondEvent{event->id, *occurrence, response, tell, calendar_address(r)});
}

}  // namespace

void read_creates(ActReading& r) {
    Fields& f = r.fields;
    const Zone* own_zone = f.zone("zone");
    const Zone& zone = own_zone != nullptr ? *own_zone : *r.state.zone;
    CreateEvent create;
    Draft& draft = create.draft;
    draft.title = f.text("title").value_or("");
    if (f.has("title")) r.book.titles.insert(draft.title);
    else r.book.other_titles = true;  // missed: said
    draft.calendar = calendar_address(r);
    create.id = f.has("id") ? f.text("id").value_or("") : slug(draft.title);
    const auto when = f.when("when", r.day, zone);
    if (when) draft.when = *when;
    if (f.has("repeats")) draft.repeat = f.repeat("repeats", Date(floor<days>(draft.when.start)));
    draft.location = f.text("location").value_or("");
    if (auto b = body(r)) draft.body = std::move(b->text), draft.body_is_html = b->html;
    KnownEvent event;
    for (const auto& [key, role] : {std::pair{"invites", Role::required}, std::pair{"optional", Role::optional}}) {
        for (PlacedInvitee& one : invitees(r, key, role)) {
            if (!event.invitees.emplace(one.invitee.address, Response::none).second)
                r.state.error(one.place, one.invitee.address + " is invited twice", "name each invitee once");
            reach(r, event, one.invitee.address, true);
            draft.invitees.push_back(std::move(one.invitee));
        }
    }
    draft.sensitivity = sensitivity(f).value_or(fakes::Sensitivity::normal);
    draft.show_as = show_as(f).value_or(fakes::ShowAs::busy);
    draft.provider_meeting = f.flag_or("online", false);
    const auto twice = r.book.events.find(create.id);
    if (twice != r.book.events.end()) {
        r.state.error(f.place(f.has("id") ? "id" : "title"), "there is an event `" + create.id + "` already",
                      twice->second.place.line > 0 ? "give this one an `id` of its own; the first is in line " + std::to_string(twice->second.place.line)
                                                         : "give this one an `id` of its own");
        return;
    }
    if (r.refused) return void(r.acts.push_back(std::move(create)));
    event.unsure = !when || (f.has("repeats") && !draft.repeat);
    event.id = create.id;
    event.organizer = principal(r);
    event.place = f.owner_place();
    event.created = r.at;
    event.draft = draft;
    if (draft.repeat && when && !r.book.is_slot(event, today_of(event)))
        r.state.warning(f.place("repeats"), "the first day, " + text_of(today_of(event)) + ", is not a day of the rule",
                        "Google counts it in, Exchange does not; rule days near it: " +
                            r.book.slots_near(event, today_of(event)));
    r.book.events.emplace(create.id, std::move(event));
    r.acts.push_back(std::move(create));
}

void read_moves(ActReading& r) {
    KnownEvent* event = r.book.living_event(r.fields, "event", r.at);
    if (event == nullptr || !organizes(r, *event)) return;
    const auto occurrence = r.book.occurrence(r.fields, *event, r.day, r.at);
    if (!occurrence) return;
    const Zone* own_zone = r.fields.zone("zone");
    const Zone* zone = own_zone != nullptr ? own_zone : Zone::find(event->draft.when.zone);
    const Date day = *occurrence ? **occurrence : today_of(*event);
    const auto when = r.fields.when("when", day, zone != nullptr ? *zone : *r.state.zone);
    if (!when) return;
    fakes::When before = event->draft.when;
    if (*occurrence) {
        const auto moved = event->moved.find(**occurrence);
        if (moved != event->moved.end()) {
            before = moved->second;
        } else {
            const auto by = local_days(**occurrence) - local_days(today_of(*event));
            before.start += by;
            before.end += by;
        }
    }
    if (before.start == when->start && before.end == when->end && before.all_day == when->all_day &&
        before.zone == when->zone && !r.refused)
        r.state.error(r.fields.place("when"), "`" + event->id + "` is at that time already",
                      "a step that changes nothing proves nothing: leave it out");
    Change change;
    change.when = *when;
    if (!r.refused) {
        if (*occurrence) event->moved[**occurrence] = *when;
        else event->draft.when = *when, event->rescheduled = true;
        // Another time asks everybody anew.
        for (auto& [address, response] : event->invitees) {
            if (*occurrence) event->answers[{address, **occurrence}] = Response::none;
            else response = Response::none;
        }
        if (!*occurrence) event->answers.clear();
    }
    r.acts.push_back(ChangeEvent{event->id, *occurrence, std::move(change), calendar_address(r)});
}

void read_changes(ActReading& r) {
    Fields& f = r.fields;
    KnownEvent* event = r.book.living_event(f, "event", r.at);
    if (event == nullptr || !may_write(r, *event)) return;
    const bool for_all = event->organizer == principal(r);
    const auto occurrence = r.book.occurrence(f, *event, r.day, r.at);
    if (!occurrence) return;
    Change change;
    change.title = f.text("title");
    if (change.title) r.book.titles.insert(*change.title);
    change.location = f.text("location");
    if (auto b = body(r)) change.body = std::move(b->text), change.body_is_html = b->html;
    change.sensitivity = sensitivity(f);
    change.show_as = show_as(f);
    if (f.has("repeats")) change.repeat = f.repeat("repeats", today_of(*event));
    if (change.repeat && *occurrence)
        r.state.error(f.key_place("repeats"), "one occurrence has no repetition of its own", "leave out `occurrence` to change the series");
    const bool body_failed = !change.body && (f.has("body") || f.has("html") || f.has("html file"));  // and said
    if (body_failed) return;
    if (!change.title && !change.location && !change.body && !change.sensitivity && !change.show_as && !f.has("repeats")) {
        r.state.error(f.owner_place(), "nothing is changed", "add title, location, body, html, html file, repeats, sensitivity or shows as");
        return;
    }
    if (change.repeat && !for_all && !r.refused)
        r.state.error(f.key_place("repeats"), "`" + principal(r) + "` did not make `" + event->id + "`", "only `" + event->organizer + "` changes its rule");
    const Draft& was = event->draft;
    if (for_all && !*occurrence && !r.refused && !change.repeat && !change.sensitivity && !change.show_as &&
        (!change.title || *change.title == was.title) && (!change.location || *change.location == was.location) &&
        (!change.body || *change.body == was.body))
        r.state.error(f.owner_place(), "`" + event->id + "` is like that already", "a step that changes nothing proves nothing: leave it out");
    if (for_all && !*occurrence && !r.refused) {
        if (change.title) event->draft.title = *change.title;
        if (change.location) event->draft.location = *change.location;
        if (change.body) event->draft.body = *change.body;
        if (change.repeat) event->draft.repeat = change.repeat, event->rescheduled = true;
    }
    r.acts.push_back(ChangeEvent{event->id, *occurrence, std::move(change), calendar_address(r)});
}

void read_cancels(ActReading& r) {
    KnownEvent* event = r.book.living_event(r.fields, "event", r.at);
    if (event == nullptr || !organizes(r, *event)) return;
    const auto occurrence = r.book.occurrence(r.fields, *event, r.day, r.at);
    if (!occurrence) return;
    if (!r.refused) {
        if (*occurrence) event->cancelled_occurrences[**occurrence] = r.at;
        else event->cancelled = r.at;
    }
    r.acts.push_back(CancelEvent{event->id, *occurrence, calendar_address(r)});
}

void read_removes(ActReading& r) {
    KnownEvent* event = r.book.living_event(r.fields, "event", r.at);
    if (event == nullptr || !is_invited(r, *event)) return;
    const auto occurrence = r.book.occurrence(r.fields, *event, r.day, r.at);
    if (!occurrence) return;
    const bool again = !*occurrence && !event->removed_by.insert(address_of(r.state, principal(r))).second;
    if (again) r.state.error(r.fields.owner_place(), "`" + r.actor + "` has removed `" + event->id + "` already", "");
    r.acts.push_back(CancelEvent{event->id, *occurrence, calendar_address(r)});
}

void read_accepts(ActReading& r) { respond(r, Response::accepted, "accepted"); }
void read_declines(ActReading& r) { respond(r, Response::declined, "declined"); }
void read_tentatively_accepts(ActReading& r) { respond(r, Response::tentative, "tentatively accepted"); }

void read_invites(ActReading& r) {
    KnownEvent* event = r.book.living_event(r.fields, "event", r.at);
    if (event == nullptr || !organizes(r, *event)) return;
    const auto occurrence = r.book.occurrence(r.fields, *event, r.day, r.at);
    if (!occurrence) return;
    Change change;
    for (auto& [invitee, place] : invitees(r, "who", r.fields.flag_or("optional", false) ? Role::optional : Role::required)) {
        if (!*occurrence && !event->invitees.emplace(invitee.address, Response::none).second && !r.refused)
            r.state.error(place, invitee.address + " is invited to `" + event->id + "` already", "leave them out");
        if (*occurrence) event->invitees.emplace(invitee.address, Response::none);
        reach(r, *event, invitee.address, true);
        change.add.push_back(std::move(invitee));
    }
    if (!change.add.empty()) r.acts.push_back(ChangeEvent{event->id, *occurrence, std::move(change), calendar_address(r)});
}

void read_uninvites(ActReading& r) {
    KnownEvent* event = r.book.living_event(r.fields, "event", r.at);
    if (event == nullptr || !organizes(r, *event)) return;
    const auto occurrence = r.book.occurrence(r.fields, *event, r.day, r.at);
    if (!occurrence) return;
    Change change;
    for (const auto& [address, place] : r.fields.addresses("who")) {
        change.remove.push_back(address);
        if (!*occurrence) reach(r, *event, address, false);
        event->no_longer.insert(address);
        const bool was = *occurrence ? event->invitees.contains(address) : event->invitees.erase(address) > 0;
        if (!was && !r.refused)
            r.state.error(place, address + " is not invited to `" + event->id + "`", "leave them out");
    }
    if (!change.remove.empty()) r.acts.push_back(ChangeEvent{event->id, *occurrence, std::move(change), calendar_address(r)});
}

}  // namespace sim
