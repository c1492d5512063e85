#pragma once
// From a request target to the resource it names. Segments are matched without regard to case, ids with it; the key form
// `users('x')` equals `users/x`.
#include <string>
#include <string_view>

namespace fakes::microsoft {

struct Route {
    enum class Resource {
        unknown, me, users, user, organization, batch,
        calendar, calendars, calendar_groups, calendar_group, calendar_permissions, calendar_view, calendar_view_delta, events_delta, schedule, meeting_times,
        events, event, instances, action, extensions, extension, attachments, attachment_bytes,
        settings, time_zones, languages, translate_ids, subscriptions, subscription, reauthorize,
    };
    Resource resource = Resource::unknown;
    bool counts = false;       // the collection's $count segment
    std::string user;          // as sent, decoded
    std::string collection;    // "events", "calendar/events", "calendarView", ..., for contexts
    std::string calendar_group;  // id in /calendarGroups/{id}/, or empty
    std::string calendar;      // id in /calendars/{id}/, or empty
    std::string event;
    std::string action;        // of an event, lower case: "accept"
    std::string extension;     // of an event, as sent
    std::string attachment;    // of an event, as sent
    std::string part;          // of mailboxSettings, lower case
    std::string subscription;
    std::string bad_segment;   // of an unknown resource
};

/// `path` begins with the version segment's '/', query excluded: "/v1.0/users/...".
Route route_of(std::string_view path, std::string_view version_path);

}  // namespace fakes::microsoft
