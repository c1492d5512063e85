#pragma once
// Every limit of the fake, with the vendor's page where Google publishes it. "own": ours, so that no input is unbounded.
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace fakes::google::limits {

// https://developers.google.com/workspace/calendar/api/v3/reference/events/list
inline constexpr int default_page_events = 250;
inline constexpr int max_page_events = 2500;
// https://developers.google.com/workspace/calendar/api/v3/reference/acl/list
inline constexpr int default_page_rules = 100;
inline constexpr int max_page_rules = 250;

// https://developers.google.com/workspace/calendar/api/v3/reference/events
inline constexpr std::size_t min_event_id_chars = 5;
inline constexpr std::size_t max_event_id_chars = 1024;
inline constexpr std::size_t max_reminder_overrides = 5;
inline constexpr int max_reminder_minutes = 40320;
// https://developers.google.com/workspace/calendar/api/guides/extended-properties
inline constexpr std::size_t max_property_key_chars = 44;
inline constexpr std::size_t max_property_value_chars = 1024;
inline constexpr std::size_t max_properties = 300;
inline constexpr std::size_t max_properties_bytes = 32 * 1024;
// https://support.google.com/a/answer/1626902: guests of one event, then descriptions (observed)
inline constexpr std::size_t max_attendees = 2000;
inline constexpr std::size_t max_description_bytes = 8192 * 4;  // own
inline constexpr std::size_t max_short_text_bytes = 8192;       // own: summary, location

// https://developers.google.com/workspace/calendar/api/v3/reference/freebusy/query
inline constexpr int max_free_busy_calendars = 50;
inline constexpr int max_free_busy_members = 100;  // of one group
inline constexpr std::size_t max_group_expansion = 200;  // members that an invited group brings along
inline constexpr std::chrono::days max_free_busy_range{92};  // own reading of "about 2-3 months"

// https://developers.google.com/workspace/calendar/api/v3/reference/events/watch
inline constexpr std::size_t max_channel_id_chars = 64;
inline constexpr std::size_t max_channel_token_chars = 256;
inline constexpr std::chrono::seconds default_channel_life{604800};
inline constexpr std::chrono::days max_channel_life{30};  // observed
inline constexpr int max_delivery_attempts = 6;           // own
inline constexpr std::chrono::seconds first_retry_delay{2};  // own; doubles
inline constexpr std::size_t max_pending_deliveries = 100000;  // own

// https://developers.google.com/identity/protocols/oauth2/service-account
inline constexpr std::chrono::hours former_key_life{24};  // own: how long a former ID token key stays is not published
inline constexpr std::chrono::seconds token_life{3600};
inline constexpr std::int64_t token_life_said_s = 3599;
inline constexpr std::chrono::seconds max_assertion_life{3600};
inline constexpr std::chrono::seconds assertion_ahead_tolerance{300};  // observed
inline constexpr std::chrono::seconds assertion_past_grace{60};        // observed
inline constexpr std::size_t max_assertion_bytes = 16 * 1024;          // own

// https://developers.google.com/workspace/calendar/api/guides/sync: tokens expire "after weeks"
inline constexpr std::chrono::days sync_token_life{28};
inline constexpr std::chrono::days updated_min_age{28};

inline constexpr std::size_t max_body_bytes = 1024 * 1024;  // own
inline constexpr std::size_t max_attachments = 25;              // events, "attachments": "at most 25 attachments per event"
inline constexpr std::size_t max_json_depth = 16;                   // own
inline constexpr std::size_t max_selector_bytes = 4096;    // own
inline constexpr std::size_t max_target_bytes = 16 * 1024;  // own
inline constexpr std::size_t max_parameters = 100;          // own
inline constexpr std::size_t max_recurrence_lines = 64;     // own
inline constexpr std::chrono::days expansion_horizon{730};  // own: where open-ended series stop without timeMax
inline constexpr std::size_t max_expanded = 20000;          // own: occurrences of one series in one answer

// Room calendars (observed): a booking with this many conflicts is declined as a whole.
inline constexpr int room_conflicts_declined_whole = 6;
inline constexpr std::size_t room_occurrences_checked = 500;  // own

// https://developers.google.com/workspace/calendar/api/guides/batch and .../gmail/api/guides/batch
inline constexpr std::size_t max_batch_parts = 50;
inline constexpr std::size_t max_gmail_batch_parts = 100;

inline constexpr std::size_t max_mails = 5000;           // own
inline constexpr std::size_t max_armed_refusals = 1000;  // own
inline constexpr std::size_t max_secondary_calendars = 10000;  // own, of the whole domain
// https://developers.google.com/workspace/calendar/api/v3/reference/calendarList/list
inline constexpr int default_page_calendars = 100;
inline constexpr int max_page_calendars = 250;

inline constexpr std::size_t cached_renderings = 8192;                     // own
inline constexpr std::size_t cached_rendering_bytes = 32 * 1024 * 1024;    // own
inline constexpr unsigned pretty_indent = 1;                               // observed; the front end uses two
inline constexpr unsigned pretty_indent_front_end = 2;

}  // namespace fakes::google::limits
