#include "fakes/google/calendars.hpp"

#include <algorithm>
#include <utility>

#include "fakes/google/json_text.hpp"
#include "fakes/google/limits.hpp"

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
    if (it == by_address_.end() || !all_[it->second]->person->has_mailbox) return nullptr;
    return all_[it->second].get();
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
    return role;
}

void Calendars::set_rule(Calendar& calendar, const std::string& id, AccessRole role, std::string role_name, Instant now) {
    if (role == AccessRole::none) {
        calendar.rules.erase(id);
        return;
    }
    AclRule& rule = calendar.rules[id];
    rule.role = role;
    rule.role_name = std::move(role_name);
    rule.etag = std::max(static_cast<std::uint64_t>(now.time_since_epoch().count()) * 1000, rule.etag + 1000);
}

Seconds Calendars::instant_on(const Calendar& calendar, bool all_day, Seconds at) {
    if (!all_day) return at;
    const recurrence::Zone* zone = recurrence::Zone::find(calendar.zone(), &recurrence::Zone::utc());
    if (zone == nullptr) return at;
    return zone->to_utc(std::chrono::local_seconds{at.time_since_epoch()});
}

View Calendars::view_of(Calendar& calendar, Row& row) {
    View view{&calendar, &row, row.meeting, &row.meeting->event, row.slot, false, false};
    if (row.slot != no_slot) {
        // A tombstone may have outlived its exception: then the master's members stand in.
        const auto it = row.meeting->exceptions.find(row.slot);
        if (it != row.meeting->exceptions.end()) view.event = &it->second.event;
    }
    return view;
}

View Calendars::find_event(Calendar& calendar, std::string_view id) {
    if (const auto it = calendar.rows.find(id); it != calendar.rows.end()) return view_of(calendar, it->second);
    std::string_view master;
    const std::optional<Slot> slot = slot_of(id, master);
    if (!slot) return {};
    const auto it = calendar.rows.find(master);
    if (it == calendar.rows.end() || it->second.slot != no_slot) return {};
    Meeting& meeting = *it->second.meeting;
    if (!meeting.recurring() || instance_id(meeting, *slot) != id) return {};
    return find_occurrence(calendar, meeting, *slot);
}

View Calendars::find_occurrence(Calendar& calendar, Meeting& meeting, Slot slot) {
    if (meeting.exceptions.contains(slot)) {
        const auto it = calendar.rows.find(instance_id(meeting, slot));
        if (it != calendar.rows.end() && it->second.meeting == &meeting) return view_of(calendar, it->second);
    }
    const auto master = calendar.rows.find(meeting.id);
    if (master == calendar.rows.end() || master->second.meeting != &meeting) return {};
    if (!meeting.has_occurrence(slot)) return {};
    return View{&calendar, &master->second, &meeting, &meeting.event, slot, true, false};
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
    const auto it = calendar.rows.find(id);
    return it == calendar.rows.end() ? View{} : view_of(calendar, it->second);
}

bool Calendars::overlaps(const View& view, Seconds from, Seconds to) {
    const bool all_day = view.event->start.all_day;
    const Seconds start = instant_on(*view.calendar, all_day, view.start());
    const Seconds end = instant_on(*view.calendar, all_day, view.end());
    return start < to && (end > from || (start == end && start >= from));
}

void Calendars::append_plain(std::vector<View>& views, const View& master, Seconds from, Seconds to) {
    Meeting& meeting = *master.meeting;
    // All-day dates are floating: a day more on both sides, then the exact test.
    const std::chrono::seconds slack{meeting.event.start.all_day ? 86400 : 0};
    recurrence::Limits bounds;
    bounds.results = static_cast<std::uint32_t>(limits::max_expanded);
    const recurrence::Expansion found =
        meeting.series.within(from - slack, to + slack, recurrence::Match::overlaps, bounds);
    for (const recurrence::Occurrence& occurrence : found.occurrences) {
        const Slot slot = std::chrono::floor<std::chrono::seconds>(occurrence.start);
        if (meeting.exceptions.contains(slot) && master.calendar->rows.contains(instance_id(meeting, slot))) continue;
        const View plain{master.calendar, master.row, &meeting, &meeting.event, slot, true, false};
        if (slack.count() == 0 || overlaps(plain, from, to)) views.push_back(plain);
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

std::vector<View> Calendars::expanded(Calendar& calendar, Seconds from, Seconds to, bool with_cancelled) {
    std::vector<View> views;
    for (auto& [ordinal, row] : calendar.by_ordinal) {
        if (row->gone && !with_cancelled) continue;
        const View view = view_of(calendar, *row);
        if (view.is_master())
            append_plain(views, view, from, to);
        else if (overlaps(view, from, to))
            views.push_back(view);
    }
    sort_by_start(views);
    return views;
}

std::vector<View> Calendars::occurrences(const View& master, Seconds from, Seconds to, bool with_cancelled) {
    std::vector<View> views;
    Meeting& meeting = *master.meeting;
    if (!master.cancelled() || with_cancelled) append_plain(views, master, from, to);
    for (const auto& [slot, exception] : meeting.exceptions) {
        const auto it = master.calendar->rows.find(instance_id(meeting, slot));
        if (it == master.calendar->rows.end() || it->second.meeting != &meeting) continue;
        const View view = view_of(*master.calendar, it->second);
        if ((!view.cancelled() || with_cancelled) && overlaps(view, from, to)) views.push_back(view);
    }
    sort_by_start(views);
    return views;
}

std::set<CalendarNumber> Calendars::take_changed() { return std::exchange(changed_, {}); }

std::string Calendars::fresh_event_id() { return ids_.text(26, "0123456789abcdefghijklmnopqrstuv"); }

}  // namespace fakes::google
