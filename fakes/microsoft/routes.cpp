#include "fakes/microsoft/routes.hpp"

#include <vector>

#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

using Resource = Route::Resource;

std::vector<std::string> segments_of(std::string_view path) {
    std::vector<std::string> out;
    while (!path.empty()) {
        if (path.front() == '/') path.remove_prefix(1);
        const std::size_t slash = path.find('/');
        const std::string segment = percent_decode(path.substr(0, slash), false);
        path = slash == std::string_view::npos ? std::string_view() : path.substr(slash);
        const std::size_t key = segment.find("('");
        if (key != std::string::npos && key > 0 && segment.ends_with("')")) {
            out.push_back(segment.substr(0, key));
            out.push_back(segment.substr(key + 2, segment.size() - key - 4));
        } else if (!segment.empty()) {
            out.push_back(segment);
        }
    }
    return out;
}

Route unknown(std::string segment) {
    Route route;
    route.bad_segment = std::move(segment);
    return route;
}

Route of_events(Route route, const std::vector<std::string>& at, std::size_t next) {
    if (at.size() == next) {
        route.resource = Resource::events;
        return route;
    }
    route.event = at[next];
    if (at.size() == next + 1) {
        route.resource = Resource::event;
        return route;
    }
    // Further resources of one event (accept, decline, extensions, ...) belong here.
    if (at.size() == next + 2 && same_text(at[next + 1], "instances")) {
        route.resource = Resource::instances;
        return route;
    }
    return unknown(at[next + 1]);
}

Route of_user(const std::vector<std::string>& at) {
    Route route;
    route.user = at[1];
    if (at.size() == 2) {
        route.resource = Resource::user;
        return route;
    }
    const std::string word = lower(at[2]);
    if (word == "events") {
        route.collection = "events";
        return of_events(std::move(route), at, 3);
    }
    // Further resources of the calendar (calendarView, getSchedule, ...) belong here.
    if (word == "calendar" && at.size() > 3 && same_text(at[3], "events")) {
        route.collection = "calendar/events";
        return of_events(std::move(route), at, 4);
    }
    if (word == "calendars" && at.size() > 4 && same_text(at[4], "events")) {
        route.calendar = at[3];
        route.collection = "calendars('" + percent_encode(at[3], true) + "')/events";
        return of_events(std::move(route), at, 5);
    }
    if (word == "mailboxsettings" && at.size() <= 4) {
        route.resource = Resource::settings;
        if (at.size() == 4) route.part = lower(at[3]);
        return route;
    }
    return unknown(word == "calendar" && at.size() > 3 ? at[3] : at[2]);
}

}  // namespace

Route route_of(std::string_view path, std::string_view version_path) {
    if (path.size() < version_path.size() || !same_text(path.substr(0, version_path.size()), version_path)) {
        const std::vector<std::string> at = segments_of(path);
        return unknown(at.empty() ? "" : at.front());
    }
    const std::vector<std::string> at = segments_of(path.substr(version_path.size()));
    if (at.empty()) return unknown("");
    Route route;
    const std::string word = lower(at[0]);
    if (word == "me") {
        route.resource = Resource::me;
    } else if (word == "users") {
        if (at.size() > 1) return of_user(at);
        route.resource = Resource::users;
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
