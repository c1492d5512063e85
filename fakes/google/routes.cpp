// The tables of operations: method, path, the vendor's name, and the scopes that open it (the discovery documents of
// calendar v3 and gmail v1).
#include "fakes/google/google.hpp"

namespace fakes::google {
namespace {

constexpr std::uint32_t reads_events = scope_calendar | scope_calendar_readonly | scope_events | scope_events_readonly;
constexpr std::uint32_t writes_events = scope_calendar | scope_events;
constexpr std::uint32_t writes_rules = scope_calendar | scope_acls;
constexpr std::uint32_t reads_rules = writes_rules | scope_acls_readonly;
constexpr std::uint32_t reads_calendars =
    scope_calendar | scope_calendar_readonly | scope_calendars | scope_calendars_readonly;
constexpr std::uint32_t writes_calendars = scope_calendar | scope_calendars;
constexpr std::uint32_t reads_list = scope_calendar | scope_calendar_readonly | scope_calendar_list | scope_calendar_list_readonly;
constexpr std::uint32_t writes_list = scope_calendar | scope_calendar_list;
constexpr std::uint32_t reads_settings = scope_calendar | scope_calendar_readonly | scope_settings_readonly;

}  // namespace

Google::Routes Google::calendar_routes() {
    static const Route routes[] = {
        {"GET", "calendars/{}/events", "calendar.v3.Events.List", reads_events, &Google::events_list},
        {"GET", "calendars/{}/events/{}", "calendar.v3.Events.Get", reads_events, &Google::events_get},
        {"GET", "calendars/{}/events/{}/instances", "calendar.v3.Events.Instances", reads_events, &Google::events_instances},
        {"POST", "calendars/{}/events/quickAdd", "calendar.v3.Events.QuickAdd", writes_events, &Google::events_quick_add},
        {"POST", "calendars/{}/events/watch", "calendar.v3.Events.Watch", reads_events, &Google::events_watch},
        {"POST", "calendars/{}/events/import", "calendar.v3.Events.Import", writes_events, &Google::events_import},
        {"POST", "calendars/{}/events", "calendar.v3.Events.Insert", writes_events, &Google::events_insert},
        {"POST", "calendars/{}/events/{}/move", "calendar.v3.Events.Move", writes_events, &Google::events_move},
        {"PATCH", "calendars/{}/events/{}", "calendar.v3.Events.Patch", writes_events, &Google::events_patch},
        {"PUT", "calendars/{}/events/{}", "calendar.v3.Events.Update", writes_events, &Google::events_update},
        {"DELETE", "calendars/{}/events/{}", "calendar.v3.Events.Delete", writes_events, &Google::events_delete},
        {"POST", "channels/stop", "calendar.v3.Channels.Stop",
         reads_events | reads_rules | reads_list | reads_settings, &Google::channels_stop},
        {"GET", "users/me/settings/{}", "calendar.v3.Settings.Get", reads_settings, &Google::setting},
        {"GET", "users/me/settings", "calendar.v3.Settings.List", reads_settings, &Google::settings_list},
        {"POST", "users/me/settings/watch", "calendar.v3.Settings.Watch", reads_settings, &Google::settings_watch},
        {"POST", "calendars/{}/acl", "calendar.v3.Acl.Insert", writes_rules, &Google::acl_insert},
        {"POST", "calendars/{}/acl/watch", "calendar.v3.Acl.Watch", reads_rules, &Google::acl_watch},
        {"GET", "calendars/{}/acl", "calendar.v3.Acl.List", reads_rules, &Google::acl_list},
        {"GET", "calendars/{}/acl/{}", "calendar.v3.Acl.Get", reads_rules | scope_calendar_readonly, &Google::acl_get},
        {"PATCH", "calendars/{}/acl/{}", "calendar.v3.Acl.Patch", writes_rules, &Google::acl_patch},
        {"PUT", "calendars/{}/acl/{}", "calendar.v3.Acl.Update", writes_rules, &Google::acl_update},
        {"DELETE", "calendars/{}/acl/{}", "calendar.v3.Acl.Delete", writes_rules, &Google::acl_delete},
        {"POST", "freeBusy", "calendar.v3.Freebusy.Query",
         scope_calendar | scope_calendar_readonly | scope_free_busy, &Google::free_busy},
        {"GET", "colors", "calendar.v3.Colors.Get", reads_list, &Google::colors},
        {"GET", "calendars/{}", "calendar.v3.Calendars.Get", reads_calendars, &Google::calendars_get},
        {"POST", "calendars", "calendar.v3.Calendars.Insert", writes_calendars, &Google::calendars_insert},
        {"PATCH", "calendars/{}", "calendar.v3.Calendars.Patch", writes_calendars, &Google::calendars_patch},
        {"PUT", "calendars/{}", "calendar.v3.Calendars.Update", writes_calendars, &Google::calendars_update},
        {"DELETE", "calendars/{}", "calendar.v3.Calendars.Delete", writes_calendars, &Google::calendars_delete},
        {"POST", "calendars/{}/clear", "calendar.v3.Calendars.Clear", writes_calendars, &Google::calendars_clear},
        {"GET", "users/me/calendarList", "calendar.v3.CalendarList.List", reads_list, &Google::calendar_list},
        {"GET", "users/me/calendarList/{}", "calendar.v3.CalendarList.Get", reads_list, &Google::calendar_list_get},
        {"POST", "users/me/calendarList/watch", "calendar.v3.CalendarList.Watch", reads_list, &Google::calendar_list_watch},
        {"POST", "users/me/calendarList", "calendar.v3.CalendarList.Insert", writes_list, &Google::calendar_list_insert},
        {"PATCH", "users/me/calendarList/{}", "calendar.v3.CalendarList.Patch", writes_list, &Google::calendar_list_patch},
        {"PUT", "users/me/calendarList/{}", "calendar.v3.CalendarList.Update", writes_list, &Google::calendar_list_update},
        {"DELETE", "users/me/calendarList/{}", "calendar.v3.CalendarList.Delete", writes_list, &Google::calendar_list_delete},
    };
    return {std::begin(routes), std::end(routes)};
}

Google::Routes Google::gmail_routes() {
    static const Route routes[] = {
        {"GET", "users/{}/settings/vacation", "caribou.api.proto.MailboxService.GetVacationSettings",
         scope_gmail_settings | scope_gmail_read, &Google::vacation},
        {"PUT", "users/{}/settings/vacation", "caribou.api.proto.MailboxService.UpdateVacationSettings",
         scope_gmail_settings, &Google::update_vacation},
    };
    return {std::begin(routes), std::end(routes)};
}

const Google::Route* Google::find_route(Routes routes, const Call& call, std::size_t skip, bool& path_known) {
    const std::vector<std::string>& path = call.target.path;
    for (const Route* route = routes.begin; route != routes.end; ++route) {
        std::string_view pattern = route->pattern;
        std::size_t at = skip;
        bool fits = true;
        while (fits && !pattern.empty()) {
            const std::size_t slash = std::min(pattern.find('/'), pattern.size());
            const std::string_view part = pattern.substr(0, slash);
            pattern.remove_prefix(std::min(slash + 1, pattern.size()));
            fits = at < path.size() && (part == "{}" || part == path[at]);
            ++at;
        }
        if (!fits || at != path.size()) continue;
        path_known = true;
        if (call.method == route->method) return route;
    }
    return nullptr;
}

std::vector<GoogleService::Operation> Google::operations() const {
    std::vector<Operation> all;
    for (const auto& [routes, root] : {std::pair{calendar_routes(), "/calendar/v3/"}, std::pair{gmail_routes(), "/gmail/v1/"}})
        for (const Route* route = routes.begin; route != routes.end; ++route)
            all.push_back({route->name, route->method, std::string(root) + route->pattern});
    return all;
}

}  // namespace fakes::google
