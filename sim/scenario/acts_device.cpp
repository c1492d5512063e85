// What people do at devices, and what happens to devices.
#include <algorithm>

#include "sim/scenario/acts.hpp"
#include "sim/scenario/story_book.hpp"
#include "sim/scenario/vocabulary.hpp"

namespace sim {
namespace {

using namespace std::chrono;
using What = AskDevice::What;

constexpr int minutes_most = 1440;  // RoomOS: Duration 1..1440

/// Whole minutes, as devices count; nothing, said, otherwise.
std::optional<int> whole_minutes(ActReading& r, std::string_view key) {
    const auto length = r.fields.duration(key);
    if (!length) return std::nullopt;
    const auto count = duration_cast<minutes>(*length).count();
    if (count >= 1 && count <= minutes_most && minutes(count) == *length) return static_cast<int>(count);
    r.state.error(r.fields.place(key), "devices book whole minutes, 1 to 1440", "write for example 30m");
    return std::nullopt;
}

bool is_room(ActReading& r) {
    const bool room = r.state.scenario.people.at(r.actor).person.is_room;
    if (!room) r.state.error(r.fields.owner_place(), "`" + r.actor + "` is no room", "a person's device has their calendar: use `" + r.actor + " creates`");
    return room;
}

void ask(ActReading& r, What what, int length = 0) {
    KnownEvent* event = r.book.living_event(r.fields, "event", r.at);
    if (event == nullptr) return;
    const auto occurrence = r.book.occurrence(r.fields, *event, r.day, r.at);
    if (!occurrence) return;
    const std::string address = r.state.scenario.people.at(r.actor).person.address;
    if (!event->unsure && !r.refused && event->organizer != r.actor && !event->has_part(address))
        r.state.error(r.fields.owner_place(), "`" + r.actor + "` is not invited to `" + event->id + "`", "a device shows what its room is invited to");
    if (what == What::extend) r.book.asked[{r.actor, event->id}].insert("extension");
    else if (what == What::release) r.book.asked[{r.actor, event->id}].insert("release");
    else if (what != What::check_in && what != What::join) r.book.asked[{r.actor, event->id}].insert("answer");
    // What comes of it is the service's to decide.
    if (what == What::extend || what == What::release) event->unsure = true;
    r.acts.push_back(AskDevice{r.actor, what, event->id, *occurrence, length});
}

/// When a device's booking is, as far as the story says: `moves` without a day is on that one.
fakes::When held(const ActReading& r, Instant start, Instant end) {
    fakes::When when;
    when.zone = r.state.zone->iana();
    when.start = floor<seconds>(r.state.zone->to_local(start));
    when.end = floor<seconds>(r.state.zone->to_local(end));
    return when;
}

}  // namespace

void read_device_books(ActReading& r) {
    Fields& f = r.fields;
    if (!is_room(r)) return;
    BookAtDevice book;
    book.device = r.actor;
    book.title = f.text("title").value_or("");
    r.book.titles.insert(book.title);
    book.words = f.text("words").value_or("");
    if (!book.words.empty()) r.book.other_titles = true;
    book.start = f.time("from");
    if (f.has("for")) book.minutes = whole_minutes(r, "for").value_or(30);
    book.id = f.text("id").value_or("booking");
    if (!book.words.empty() && (f.has("title") || f.has("from") || f.has("for")))
        r.state.error(f.key_place("words"), "`words` stands in place of title, from and for", "keep one of them");
    if (book.start && *book.start + minutes(book.minutes) <= r.at)
        r.state.error(f.place("from"), "the booking is over before it is made", "it is made at " + text_of(r.at, *r.state.zone));
    KnownEvent event;
    event.id = book.id;
    event.organizer = r.actor;
    event.place = f.owner_place();
    event.created = r.at;
    event.unsure = true;
    event.draft.when = held(r, book.start.value_or(r.at), book.start.value_or(r.at) + minutes(book.minutes));
    const auto twice = r.book.events.find(book.id);
    if (twice != r.book.events.end()) {
        r.state.error(f.has("id") ? f.place("id") : f.owner_place(), "there is an event `" + book.id + "` already", "give this one an `id` of its own");
        return;
    }
    r.book.events.emplace(book.id, std::move(event));
    r.book.asked[{r.actor, book.id}].insert("booking");
    r.acts.push_back(std::move(book));
}

namespace {

/// Until when a desk is booked: RoomOS' DefaultBookingEndTime is 17 o'clock.
std::optional<Instant> sign_out_hour(ActReading& r) {
    constexpr hours kDefault{17};
    const Instant until = r.fields.time("until").value_or(r.state.zone->to_utc(local_days(r.day) + kDefault));
    if (until > r.at && until - r.at <= hours(24)) return until;
    r.state.error(r.fields.has("until") ? r.fields.place("until") : r.fields.owner_place(), "the desk would be booked until " + text_of(until, *r.state.zone),
                  "say an hour within a day of the sign-in: `until: 20:00`");
    return std::nullopt;
}

}  // namespace

void read_device_extends(ActReading& r) {
    if (!is_room(r)) return;
    if (const auto by = whole_minutes(r, "by")) ask(r, What::extend, *by);
}
void read_device_releases(ActReading& r) {
    if (is_room(r)) ask(r, What::release);
}
void read_device_checks_in(ActReading& r) {
    if (!r.state.scenario.people.at(r.actor).check_in_within && !r.refused)
        r.state.error(r.fields.owner_place(), "the device of `" + r.actor + "` has no check-in", "give it one: `" + r.actor + ": { kind: room, check-in within: 10m }`");
    ask(r, What::check_in);
}
void read_device_joins(ActReading& r) { ask(r, What::join); }
void read_device_accepts(ActReading& r) { if (is_room(r)) ask(r, What::accept); }
void read_device_declines(ActReading& r) { if (is_room(r)) ask(r, What::decline); }
void read_device_tentatively_accepts(ActReading& r) { if (is_room(r)) ask(r, What::tentative); }

void read_device_senses(ActReading& r) {
    if (const auto people = r.fields.flag("people")) r.acts.push_back(DeviceSenses{r.actor, *people});
}

void read_device_signs_in(ActReading& r) {
    const auto person = r.fields.person("person");
    if (!person) return;
    if (!is_room(r)) return;
    if (r.state.scenario.people.at(*person).person.is_room) {
        r.state.error(r.fields.place("person"), "`" + *person + "` is a room", "people sign in at desks");
        return;
    }
    if (!r.book.guests[r.actor].empty() && !r.book.booked_desks.contains(r.actor) && !r.state.running)
        r.state.error(r.fields.owner_place(), "`" + r.book.guests[r.actor] + "` is signed in there already", "sign them out first");
    r.book.guests[r.actor] = *person;
    r.book.booked_desks.erase(r.actor);
    if (r.fields.has("books")) r.book.booked_desks.insert(r.actor);
    r.book.seated.emplace(r.actor, *person);
    DeskGuest act{r.actor, *person, {}, {}};
    if (const auto id = r.fields.text("books")) {
        r.book.titles.insert("Hot desk");
        if (r.book.events.contains(*id))
            return r.state.error(r.fields.place("books"), "there is an event `" + *id + "` already", "give this booking an id of its own");
        act.booking = *id;
        act.until = sign_out_hour(r);
        KnownEvent event;
        event.id = *id;
        event.organizer = *person;
        event.place = r.fields.owner_place();
        event.created = r.at;
        event.unsure = true;
        event.draft.when = held(r, r.at, act.until.value_or(r.at));
        event.invitees.emplace(r.state.scenario.people.at(r.actor).person.address, Response::none);
        r.book.events.emplace(*id, std::move(event));
        r.book.asked[{r.actor, *id}].insert("booking");
        r.book.asked[{r.actor, *id}].insert("release");
    } else if (r.fields.has("until")) {
        r.state.error(r.fields.key_place("until"), "`until` is the end of a booking", "add `books: desk-of-" + *person + "`");
    }
    r.acts.push_back(std::move(act));
}

void read_device_signs_out(ActReading& r) {
    if (r.book.guests[r.actor].empty() && !r.state.running)
        r.state.error(r.fields.owner_place(), "nobody is signed in at the device of `" + r.actor + "`", "a step that changes nothing proves nothing: leave it out");
    r.book.guests[r.actor].clear();
    r.book.booked_desks.erase(r.actor);
    r.acts.push_back(DeskGuest{r.actor, {}});
}

void read_device_goes_offline(ActReading& r) {
    if (!r.book.offline.insert(r.actor).second && !r.state.running)
        r.state.error(r.fields.owner_place(), "the device of `" + r.actor + "` is offline already", "a step that changes nothing proves nothing: leave it out");
    r.acts.push_back(DevicePower{r.actor, DevicePower::What::offline});
}

void read_device_comes_back(ActReading& r) {
    if (r.book.offline.erase(r.actor) == 0 && !r.state.running)
        r.state.error(r.fields.owner_place(), "the device of `" + r.actor + "` is not offline", "a step that changes nothing proves nothing: leave it out");
    r.acts.push_back(DevicePower{r.actor, DevicePower::What::back});
}

void read_device_reboots(ActReading& r) { r.acts.push_back(DevicePower{r.actor, DevicePower::What::reboot}); }

}  // namespace sim
