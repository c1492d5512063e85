#include "fakes/google/calendars.hpp"

#include <algorithm>
#include <utility>

#include "fakes/google/limits.hpp"
#include "fakes/text.hpp"

namespace fakes::google {
std::string_view name_of(AccessRole role) {
    switch (role) {
        case AccessRole::none: return "none";
        case AccessRole::free_busy_reader: return "freeBusyReader";
        case AccessRole::reader: return "reader";
        case AccessRole::writer: return "writer";
        case AccessRole::owner: return "owner";
    }
    return "none";
}

std::optional<AccessRole> role_named(std::string_view name) {
    if (name == "writerWithoutPrivateAccess") return AccessRole::writer;
    for (const AccessRole role : {AccessRole::none, AccessRole::free_busy_reader, AccessRole::reader, AccessRole::writer,
                                  AccessRole::owner})
        if (name_of(role) == name) return role;
    return std::nullopt;
}

Calendars::Calendars(Organisation organisation, Dice dice)
    : organisation_(std::move(organisation)), ids_(dice.stream("event ids")) {
    organisation_.domain = lower(organisation_.domain);
    for (Person& person : organisation_.people) person.address = lower(person.address);
    for (const Person& person : organisation_.people) {
        auto calendar = std::make_unique<Calendar>();
        calendar->number = static_cast<CalendarNumber>(all_.size());
        calendar->person = &person;
        calendar->language = person.language;
        calendar->summary = person.is_room ? person.name : person.address;
        set_zone(*calendar, person.zone);
        calendar->rules["user:" + person.address] = {AccessRole::owner, "owner", 0};
        // Workspace default: the domain sees free/busy (facts/google.md 5.1, example acl-list).
        calendar->rules["domain:" + organisation_.domain] = {AccessRole::free_busy_reader, "freeBusyReader", 0};
        by_address_.emplace(person.address, calendar->number);
        all_.push_back(std::move(calendar));
    }
}

const Person* Calendars::person(std::string_view address) const {
    const auto it = by_address_.find(address);
    return it == by_address_.end() ? nullptr : all_[it->second]->person;
}

Calendar* Calendars::find(std::string_view address) {
    return const_cast<Calendar*>(static_cast<const Calendars*>(this)->find(address));
}
const Calendar* Calendars::find(std::string_view address) const {
    const auto it = by_address_.find(address);
    if (it == by_address_.end()) return nullptr;
    const Calendar& calendar = *all_[it->second];
    return calendar.person->has_mailbox && !calendar.deleted ? &calendar : nullptr;
}

AccessRole Calendars::role_of(const Calendar& calendar, std::string_view address) const {
    if (address == calendar.id()) return AccessRole::owner;
    const Person* who = person(address);
    if (calendar.person->is_room && who != nullptr && who->key == "admin") return AccessRole::owner;
    AccessRole role = AccessRole::none;
    const auto take = [&](const std::string& id) {
        const auto it = calendar.rules.find(id);
        if (it != calendar.rules.end()) role = std::max(role, it->second.role);
    };
    take("user:" + std::string(address));
    const std::size_t at = address.find('@');
    if (at != std::string_view::npos) take("domain:" + std::string(address.substr(at + 1)));
    take("default");
    for (const auto& [group, about] : groups_)
        if (std::find(about.members.begin(), about.members.end(), address) != about.members.end()) take("group:" + group);
    return role;
}

void Calendars::set_rule(Calendar& calendar, const std::string& id, AccessRole role, std::string role_name, Instant now) {
    calendar.rules_etag =
        std::max(static_cast<std::uint64_t>(now.time_since_epoch().count()) * 1000, calendar.rules_etag + 1000);
    changed_.emplace(calendar.number, Collection::rules);
    if (role == AccessRole::none) {
        calendar.rules.erase(id);
        calendar.former_rules[id] = calendar.rules_etag;
        return;
    }
    AclRule& rule = calendar.rules[id];
    rule.role = role;
    rule.role_name = std::move(role_name);
    rule.etag = calendar.rules_etag;
    calendar.former_rules.erase(id);
}

Seconds Calendars::instant_on(const Calendar& calendar, bool all_day, Seconds at) {
    if (!all_day) return at;
    return calendar.time_zone->to_utc(std::chrono::local_seconds{at.time_since_epoch()});
}

View Calendars::view_of(Calendar& calendar, Row& row) {
    View view{&calendar, &row, row.meeting, &row.meeting->event, row.slot(), false, false};
    if (row.occurrence) {
        // A tombstone may have outlived its exception: then the master's members stand in.
        const auto it = row.meeting->repeats->exceptions.find(view.slot);
        if (it != row.meeting->repeats->exceptions.end()) view.event = &it->second.event;
    }
    return view;
}

View Calendars::find_event(Calendar& calendar, std::string_view id) {
    if (Row* row = calendar.rows.find(id)) return view_of(calendar, *row);
    std::string_view master;
    const std::optional<Slot> slot = slot_of(id, master);
    if (!slot) return {};
    const Row* series = calendar.rows.find(master);
    if (series == nullptr || series->occurrence) return {};
    Meeting& meeting = *series->meeting;
    if (!meeting.recurring() || instance_id(meeting, *slot) != id) return {};
    return find_occurrence(calendar, meeting, *slot);
}

View Calendars::find_occurrence(Calendar& calendar, Meeting& meeting, Slot slot) {
    if (meeting.repeats->exceptions.contains(slot)) {
        if (Row* row = calendar.rows.of(meeting, instance_id(meeting, slot))) return view_of(calendar, *row);
    }
    Row* master = calendar.rows.of(meeting, meeting.id);
    if (master == nullptr || !meeting.has_occurrence(slot)) return {};
    return View{&calendar, master, &meeting, &meeting.event, slot, true, false};
}

View Calendars::find_uid(Calendar& calendar, std::string_view uid) {
    static constexpr std::string_view ours = "@google.com";
    std::string_view id = uid;
    if (const auto it = foreign_uids_.find(uid); it != foreign_uids_.end())
        id = it->second;
    else if (uid.ends_with(ours))
        id = uid.substr(0, uid.size() - ours.size());
    else
        return {};
    Row* row = calendar.rows.find(id);
    return row == nullptr ? View{} : view_of(calendar, *row);
}

bool Calendars::overlaps(const View& view, Seconds from, Seconds to) {
    const bool all_day = view.event->start.all_day;
    const Seconds start = instant_on(*view.calendar, all_day, view.start());
    const Seconds end = instant_on(*view.calendar, all_day, view.end());
    return start < to && (end > from || (start == end && start >= from));
}

void Calendars::append_plain(std::vector<View>& views, const View& master, Seconds from, Seconds to,
                             recurrence::Match match) {
    Meeting& meeting = *master.meeting;
    // All-day dates are floating: a day more on both sides, then the exact test.
    const std::chrono::seconds slack{meeting.event.start.all_day ? 86400 : 0};
    recurrence::Limits bounds;
    bounds.results = static_cast<std::uint32_t>(limits::max_expanded);
    const recurrence::Expansion found = meeting.repeats->series.within(from - slack, to + slack, match, bounds);
    for (const recurrence::Occurrence& occurrence : found.occurrences) {
        const Slot slot = std::chrono::floor<std::chrono::seconds>(occurrence.start);
        if (meeting.repeats->exceptions.contains(slot) && master.calendar->rows.contains(instance_id(meeting, slot))) continue;
        const View plain{master.calendar, master.row, &meeting, &meeting.event, slot, true, false};
        if (slack.count() == 0) {
            views.push_back(plain);
            continue;
        }
        const Seconds start = instant_on(*master.calendar, true, slot);
        if (match == recurrence::Match::starts ? start >= from && start < to : overlaps(plain, from, to))
            views.push_back(plain);
    }
}

namespace {

void sort_by_start(std::vector<View>& views) {
    std::stable_sort(views.begin(), views.end(), [](const View& a, const View& b) {
        const Seconds sa = Calendars::instant_on(*a.calendar, a.event->start.all_day, a.start());
        const Seconds sb = Calendars::instant_on(*b.calendar, b.event->start.all_day, b.start());
        if (sa != sb) return sa < sb;
        return a.row->ordinal != b.row->ordinal ? a.row->ordinal < b.row->ordinal : a.slot < b.slot;
    });
}

}  // namespace

void Calendars::place(Calendar& calendar, Row& row) {
    const View view = view_of(calendar, row);
    if (view.is_master()) {
        calendar.by_time.take(row);
        calendar.masters.emplace(row.ordinal, &row);
        return;
    }
    if (!row.occurrence) calendar.masters.erase(row.ordinal);
    const bool all_day = view.event->start.all_day;
    calendar.by_time.put(row, instant_on(calendar, all_day, view.start()), instant_on(calendar, all_day, view.end()));
}

void Calendars::append_occurrences(std::vector<Found>& found, Calendar& calendar, Seconds from, Seconds to,
                                   bool with_cancelled) {
    std::vector<View> plain;
    for (const auto& [ordinal, row] : calendar.masters) {
        if (row->gone && !with_cancelled) continue;
        plain.clear();
        append_plain(plain, view_of(calendar, *row), from, to, recurrence::Match::starts);
        for (const View& view : plain)
            found.push_back({instant_on(calendar, view.event->start.all_day, view.slot), view});
    }
}

std::optional<Seconds> Calendars::next_start(const Calendar& calendar, Seconds from, bool with_cancelled) const {
    std::optional<Seconds> next = calendar.by_time.next_start(from);
    for (const auto& [ordinal, row] : calendar.masters) {
        if (row->gone && !with_cancelled) continue;
        const std::chrono::seconds slack{row->meeting->event.start.all_day ? 86400 : 0};
        const auto first = row->meeting->repeats->series.first_from(from - slack);
        if (!first) continue;
        const Seconds start = std::max(from, std::chrono::floor<std::chrono::seconds>(first->start) - slack);
        if (!next || start < *next) next = start;
    }
    return next;
}

bool Calendars::any_occurrence(const View& master, Seconds from, Seconds to) {
    const Meeting& meeting = *master.meeting;
    if (!meeting.repeats->exceptions.empty() || meeting.event.start.all_day)
        return !occurrences(master, from, to, true).empty();
    return meeting.repeats->series.any_within(from, to);
}

std::vector<View> Calendars::expanded(Calendar& calendar, Seconds from, Seconds to, bool with_cancelled) {
    std::vector<View> views;
    calendar.by_time.around(from, to, [&](Row& row) {
        if (row.gone && !with_cancelled) return true;
        const View view = view_of(calendar, row);
        if (overlaps(view, from, to)) views.push_back(view);
        return true;
    });
    for (const auto& [ordinal, row] : calendar.masters)
        if (!row->gone || with_cancelled) append_plain(views, view_of(calendar, *row), from, to);
    sort_by_start(views);
    return views;
}

void Calendars::set_zone(Calendar& calendar, const std::string& name) {
    calendar.zone_name = name;
    const recurrence::Zone* zone = recurrence::Zone::find(name, &recurrence::Zone::utc());
    calendar.time_zone = zone != nullptr ? zone : &recurrence::Zone::utc();
    for (Row* row : calendar.by_ordinal) place(calendar, *row);
}

std::vector<View> Calendars::occurrences(const View& master, Seconds from, Seconds to, bool with_cancelled) {
    std::vector<View> views;
    Meeting& meeting = *master.meeting;
    if (!master.cancelled() || with_cancelled) append_plain(views, master, from, to);
    for (const auto& [slot, exception] : meeting.repeats->exceptions) {
        Row* row = master.calendar->rows.of(meeting, instance_id(meeting, slot));
        if (row == nullptr) continue;
        const View view = view_of(*master.calendar, *row);
        if ((!view.cancelled() || with_cancelled) && overlaps(view, from, to)) views.push_back(view);
    }
    sort_by_start(views);
    return views;
}

std::set<Calendars::Changed> Calendars::take_changed() { return std::exchange(changed_, {}); }

std::string Calendars::fresh_event_id() { return ids_.text(26, "0123456789abcdefghijklmnopqrstuv"); }

}  // namespace fakes::google
