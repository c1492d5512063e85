#include "fakes/microsoft/routes.hpp"

#include <vector>

#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

using Resource = Route::Resource;

std::vector<std::string> segments_of(std::string_view path) {
    std::vector<std::string> out;
    out.reserve(8);
    while (!path.empty()) {
        if (path.front() == '/') path.remove_prefix(1);
        const std::size_t slash = path.find('/');
        std::string segment = percent_decode(path.substr(0, slash), false);
        path = slash == std::string_view::npos ? std::string_view() : path.substr(slash);
        const std::size_t key = segment.find("('");
        if (key != std::string::npos && key > 0 && segment.ends_with("')")) {
            out.push_back(segment.substr(0, key));
            out.push_back(segment.substr(key + 2, segment.size() - key - 4));
        } else if (!segment.empty()) {
            out.push_back(std::move(segment));
        }
    }
    return out;
}

Route unknown(std::string segment) {
    Route route;
    route.bad_segment = std::move(segment);
    return route;
}

/// A bound function, by its short or its full name, with or without parentheses.
bool is_function(std::string_view segment, std::string_view name) {
    if (segment.ends_with("()")) segment.remove_suffix(2);
    static constexpr std::string_view space = "microsoft.graph.";
    if (same_text(segment.substr(0, space.size()), space)) segment.remove_prefix(space.size());
    return same_text(segment, name);
}

Route of_events(Route route, const std::vector<std::string>& at, std::size_t next) {
    if (at.size() == next) {
        route.resource = Resource::events;
        return route;
    }
    if (is_function(at[next], "delta") && at.size() == next + 1) {
        route.resource = Resource::events_delta;
        return route;
    }
    if (same_text(at[next], "$count") && at.size() == next + 1) {
        route.resource = Resource::events;
        route.counts = true;
        return route;
    }
    route.event = at[next];
    if (at.size() == next + 1) {
        route.resource = Resource::event;
        return route;
    }
    const std::string& word = at[next + 1];
    if (at.size() == next + 2 && same_text(word, "instances")) {
        route.resource = Resource::instances;
        return route;
    }
    if (same_text(word, "extensions") && at.size() <= next + 3) {
        route.resource = at.size() == next + 2 ? Resource::extensions : Resource::extension;
        if (at.size() == next + 3) route.extension = at[next + 2];
        return route;
    }
    const bool bytes = at.size() == next + 4 && same_text(at[next + 3], "$value");
    if (same_text(word, "attachments") && (at.size() <= next + 3 || bytes)) {
        route.resource = bytes ? Resource::attachment_bytes : Resource::attachments;
        if (at.size() > next + 2) route.attachment = at[next + 2];
        return route;
    }
    for (const std::string_view action : {"accept", "decline", "tentativelyaccept", "cancel", "dismissreminder", "snoozereminder", "forward"}) {
        if (at.size() != next + 2 || !is_function(word, action)) continue;
        route.resource = Resource::action;
        route.action = action;
        return route;
    }
    return unknown(word);
}

/// What stands below a calendar: its events, views and free/busy.
Route of_calendar(Route route, std::string prefix, const std::vector<std::string>& at, std::size_t next) {
    if (at.size() == next) {
        route.resource = Resource::calendar;
        return route;
    }
    const std::string word = lower(at[next]);
    if (word == "events") {
        route.collection = prefix + "events";
        return of_events(std::move(route), at, next + 1);
    }
    if (word == "calendarview" && at.size() <= next + 2) {
        route.collection = prefix + "calendarView";
        route.counts = at.size() == next + 2 && same_text(at[next + 1], "$count");
        route.resource = at.size() == next + 1 || route.counts ? Resource::calendar_view : Resource::calendar_view_delta;
        if (at.size() == next + 2 && !route.counts && !is_function(at[next + 1], "delta")) return unknown(at[next + 1]);
        return route;
    }
    if (word == "calendarpermissions" && at.size() <= next + 2 && !prefix.empty()) {
        route.resource = Resource::calendar_permissions;
        if (at.size() == next + 2) route.part = at[next + 1];
        route.collection = prefix + "calendarPermissions";
        return route;
    }
    if (is_function(at[next], "getSchedule") && at.size() == next + 1 && !prefix.empty()) {
        route.resource = Resource::schedule;
        return route;
    }
    return unknown(at[next]);
}

Route of_calendars(Route route, std::string prefix, const std::vector<std::string>& at, std::size_t next) {
    route.collection = prefix + "calendars";
    if (at.size() == next) {
        route.resource = Resource::calendars;
        return route;
    }
    if (same_text(at[next], "$count") && at.size() == next + 1) {
        route.resource = Resource::calendars;
        route.counts = true;
        return route;
    }
    route.calendar = at[next];
    return of_calendar(std::move(route), prefix + "calendars('" + percent_encode(at[next], true) + "')/", at, next + 1);
}

Route of_user(std::vector<std::string>& at) {
    Route route;
    route.user = std::move(at[1]);
    if (at.size() == 2) {
        route.resource = Resource::user;
        return route;
    }
    const std::string word = lower(at[2]);
    if (word == "events" || word == "calendarview") return of_calendar(std::move(route), "", at, 2);
    if (word == "calendar") return of_calendar(std::move(route), "calendar/", at, 3);
    if (word == "calendars") return of_calendars(std::move(route), "", at, 3);
    if (word == "calendargroups") {
        if (at.size() > 3) route.calendar_group = at[3];
        if (at.size() > 4 && same_text(at[4], "calendars")) return of_calendars(std::move(route), "calendarGroups('" + percent_encode(at[3], true) + "')/", at, 5);
        if (at.size() > 4) return unknown(at[4]);
        route.resource = at.size() == 3 ? Resource::calendar_groups : Resource::calendar_group;
        return route;
    }
    if (word == "mailboxsettings" && at.size() <= 4) {
        route.resource = Resource::settings;
        if (at.size() == 4) route.part = lower(at[3]);
        if (at.size() == 4) route.bad_segment = at[3];  // should it be none
        return route;
    }
    if (word == "outlook" && at.size() == 4 && lower(at[3]).starts_with("supportedtimezones")) {
        route.resource = Resource::time_zones;
        route.part = lower(at[3]).substr(18);
        route.bad_segment = at[3];
        return route;
    }
    if (word == "outlook" && at.size() == 4 && is_function(at[3], "supportedLanguages")) {
        route.resource = Resource::languages;
        return route;
    }
    if (word == "outlook" && at.size() > 3) return unknown(at[3]);
    if (is_function(at[2], "findMeetingTimes") && at.size() == 3) {
        route.resource = Resource::meeting_times;
        return route;
    }
    if (is_function(at[2], "translateExchangeIds") && at.size() == 3) {
        route.resource = Resource::translate_ids;
        return route;
    }
    Route other = unknown(at[2]);
    other.user = std::move(route.user);
    return other;
}

}  // namespace

Route route_of(std::string_view path, std::string_view version_path) {
    if (path.size() < version_path.size() || !same_text(path.substr(0, version_path.size()), version_path)) {
        const std::vector<std::string> at = segments_of(path);
        return unknown(at.empty() ? "" : at.front());
    }
    std::vector<std::string> at = segments_of(path.substr(version_path.size()));
    if (at.empty()) return unknown("");
    Route route;
    const std::string word = lower(at[0]);
    if (word == "me") {
        route.resource = Resource::me;
    } else if (word == "users") {
        if (at.size() > 1) return of_user(at);
        route.resource = Resource::users;
    } else if (word == "$batch" && at.size() == 1) {
        route.resource = Resource::batch;
    } else if (word == "organization" && at.size() == 1) {
        route.resource = Resource::organization;
    } else if (word == "subscriptions" && at.size() <= 3) {
        route.resource = at.size() == 1 ? Resource::subscriptions : Resource::subscription;
        if (at.size() > 1) route.subscription = lower(at[1]);
        if (at.size() == 3) {
            if (!same_text(at[2], "reauthorize")) return unknown(at[2]);
            route.resource = Resource::reauthorize;
        }
    } else {
        return unknown(at[0]);
    }
    return route;
}

}  // namespace fakes::microsoft
