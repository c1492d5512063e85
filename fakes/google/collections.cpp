// Calendars beside people's primary ones, people's lists of calendars, and what watching them needs.
#include "fakes/google/calendars.hpp"

namespace fakes::google {

std::string_view name_of(Collection collection) {
    switch (collection) {
        case Collection::events: return "events";
        case Collection::rules: return "acl";
        case Collection::calendar_list: return "calendarList";
        case Collection::settings: return "settings";
    }
    return "events";
}

Calendar& Calendars::make_secondary(Calendar& owner, Instant now) {
    Person& stand_in = secondary_.emplace_back();
    stand_in.address = "c_" + ids_.text(64, "0123456789abcdef") + "@group.calendar.google.com";
    stand_in.language = owner.language;
    stand_in.zone = owner.zone();
    stand_in.room.accepts_by_itself = false;
    auto made = std::make_unique<Calendar>();
    Calendar& calendar = *made;
    calendar.number = static_cast<CalendarNumber>(all_.size());
    calendar.person = &stand_in;
    calendar.secondary = true;
    calendar.language = owner.language;
    calendar.updated = now;
    set_zone(calendar, stand_in.zone);
    by_address_.emplace(stand_in.address, calendar.number);
    all_.push_back(std::move(made));
    set_rule(calendar, "user:" + stand_in.address, AccessRole::owner, "owner", now);
    set_rule(calendar, "user:" + owner.id(), AccessRole::owner, "owner", now);
    touch_metadata(calendar, now);
    ListEntry& entry = list_entry(owner, calendar);
    entry.selected = true;
    touch_list(owner, entry);
    return calendar;
}

void Calendars::remove_calendar(Calendar& calendar, Instant now) {
    calendar.deleted = true;
    touch_metadata(calendar, now);
    for (const auto& owner : all_) {
        const auto it = owner->list.find(calendar.number);
        if (it == owner->list.end() || it->second.deleted) continue;
        it->second.deleted = true;
        touch_list(*owner, it->second);
    }
}

void Calendars::touch_metadata(Calendar& calendar, Instant now) {
    calendar.metadata_etag =
        std::max(static_cast<std::uint64_t>(now.time_since_epoch().count()) * 1000, calendar.metadata_etag + 1000);
    // Who has it on the list sees it there.
    if (!calendar.secondary) touch_list(calendar, list_entry(calendar, calendar));
    for (const auto& owner : all_)
        if (const auto it = owner->list.find(calendar.number); it != owner->list.end() && owner.get() != &calendar)
            touch_list(*owner, it->second);
}

ListEntry& Calendars::list_entry(Calendar& owner, const Calendar& calendar) {
    const auto [it, fresh] = owner.list.try_emplace(calendar.number);
    if (fresh && &owner == &calendar) {
        it->second.selected = true;
        if (!calendar.person->is_room) it->second.reminders = "[{\"method\":\"popup\",\"minutes\":10}]";
    }
    return it->second;
}

void Calendars::touch_list(Calendar& owner, ListEntry& entry) {
    entry.change = ++last_change_;
    changed_.emplace(owner.number, Collection::calendar_list);
}

void Calendars::touch_settings(Calendar& owner) {
    ++owner.settings_etag;
    changed_.emplace(owner.number, Collection::settings);
}

}  // namespace fakes::google
