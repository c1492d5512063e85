#pragma once
// Request bodies to values, with the service's own validation and wording (facts/google.md 3, 5).
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/google/calendars.hpp"
#include "fakes/google/limits.hpp"

namespace fakes::google {

enum class BodyKind {
    insert,  // start and end required
    patch,   // merged into what `base` shows
    update,  // PUT: what is missing goes back to its default
    import,  // like insert, with iCalUID required and perhaps an organizer from elsewhere
};

/// `base`: the event as it is (patch, update), else nullptr. `zone`: the calendar's.
Refusal parse_event(std::string_view body, BodyKind kind, const View* base, const std::string& zone,
                    bool conference_allowed, Edit& edit);

struct ChannelBody {
    std::string id, type, address, token, resource_id;
    std::optional<std::int64_t> expiration_ms;
    std::optional<std::int64_t> ttl_s;
};
Refusal parse_channel(std::string_view body, ChannelBody& channel);

struct RuleBody {
    std::string role, scope_type, scope_value;
};
Refusal parse_rule(std::string_view body, RuleBody& rule);

/// Gmail's VacationSettings; what is missing goes back to its default.
Refusal parse_vacation(std::string_view body, AutomaticReplies& replies, VacationMembers& members);

/// A Calendar or CalendarListEntry body: what is set.
struct CalendarBody {
    std::optional<std::string> id, summary, description, location, zone;  // null in the body: empty text
    std::optional<std::string> summary_override, color_id, background, foreground, reminders;
    std::optional<bool> selected, hidden;
};
Refusal parse_calendar(std::string_view body, CalendarBody& calendar);

struct FreeBusyBody {
    Seconds from{}, to{};
    std::string zone;
    std::vector<std::string> ids;
    int calendars_max = limits::max_free_busy_calendars;
    int members_max = limits::max_free_busy_members;
};
Refusal parse_free_busy(std::string_view body, FreeBusyBody& query);

/// A JWT part: strings and numbers at the top level, as texts ("iat": 5 and "iat": "5" alike). False: no JSON object.
bool parse_flat(std::string_view json, std::map<std::string, std::string>& members);

}  // namespace fakes::google
