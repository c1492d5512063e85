#pragma once
// Every limit of the service in one place, each with the page of the vendor's documentation (or other source) it comes
// from. The pages are those of learn.microsoft.com/graph unless said otherwise.
#include <chrono>
#include <cstddef>

namespace fakes::microsoft::limits {

using namespace std::chrono_literals;

// "Microsoft Graph service-specific throttling limits", "Best practices": one REST request carries up to 4 MB.
inline constexpr std::size_t request_bytes = 4 * 1024 * 1024;
// Ours: the service's own nesting limit is not published; OData readers stop at 100 levels ("ODataMessageQuotas").
inline constexpr std::size_t json_depth = 100;
// Ours (IIS default maxUrl and maxQueryString together stay below it).
inline constexpr std::size_t target_bytes = 16 * 1024;

// "Use query parameters", "List events": $top 1..1000, default page 10.
inline constexpr int page_default = 10;
inline constexpr int page_max = 1000;
// "List calendarView", recorded answers: a window spans at most 1825 days.
inline constexpr auto window_max = std::chrono::days(1825);
// Ours: one answer of /instances looks at no more slots of a series.
inline constexpr std::size_t slots_max = 20'000;
// Ours: depth of parentheses and count of terms in a $filter.
inline constexpr int filter_depth = 20;
inline constexpr int filter_terms = 100;
inline constexpr int expand_properties = 20;

// "event resource type": subject up to 255 characters.
inline constexpr std::size_t subject_characters = 255;
// "event resource type", attendees: up to 500.
inline constexpr std::size_t attendees = 500;
// Exchange Online: "bodyPreview: the first 255 characters".
inline constexpr std::size_t preview_characters = 255;
// "recurrencePattern": Outlook's dialogs take 1-999 days, 1-99 weeks and months; numbered series end at 999.
inline constexpr int interval_days = 999;
inline constexpr int interval_other = 99;
// MS-OXOSFLD / Exchange: extended properties on one item (the practical quota of named properties is far higher).
inline constexpr std::size_t extended_properties = 250;
inline constexpr std::size_t property_values = 1000;  // of one multi-value property; a limit of this fake's own
// "singleValueLegacyExtendedProperty": a property larger than this cannot be read with $expand.
inline constexpr std::size_t extended_property_bytes = 64 * 1024;

// "Add attachment": files of less than 3 MB in one request; larger ones by an upload session.
inline constexpr std::size_t attachment_bytes = 3 * 1024 * 1024;
// Ours: how long an upload session stays (its answer says when it ends), and what all of them may bring together.
inline constexpr auto upload_life = 24h;
inline constexpr std::size_t uploads_bytes = 100 * 1024 * 1024;
// Exchange Online limits, "Message limits": 250 attachments of one item. Ours: their bytes together.
inline constexpr std::size_t attachments = 250;
inline constexpr std::size_t attachments_bytes = 25 * 1024 * 1024;

// "calendar: getSchedule": 20 schedules, and recorded answers: a window up to 62 days; over 1000 entries is error 5006.
inline constexpr std::size_t schedules = 20;
inline constexpr auto schedule_span = std::chrono::days(62);
inline constexpr std::size_t schedule_entries = 1000;
// "user: translateExchangeIds": up to 1000 ids.
inline constexpr std::size_t translated_ids = 1000;
// Ours: members of one open extension, and open extensions on one item (two are recommended, "Add custom data").
inline constexpr std::size_t extension_bytes = 64 * 1024;
inline constexpr std::size_t extensions_per_item = 50;
// Set-MailboxAutoReplyConfiguration: a reply has up to 128 KB.
inline constexpr std::size_t reply_bytes = 128 * 1024;
// "Microsoft Graph service-specific throttling limits", Outlook: concurrent requests of one application to one mailbox.
inline constexpr std::size_t concurrent_requests = 4;
// "Combine multiple requests in one HTTP call using JSON batching": up to 20 requests.
inline constexpr std::size_t batch_steps = 20;
// "List users": pages of 100 unless asked otherwise, 999 at most.
inline constexpr int users_default = 100;
inline constexpr int users_max = 999;

// "subscription resource type": Outlook event 10,080 minutes documented; the live service takes 10,070.
inline constexpr auto subscription_life = 10'070min;
// The same page: with resource data 1,440 minutes; encryptionCertificateId up to 128 characters.
inline constexpr auto rich_subscription_life = 1'440min;
inline constexpr std::size_t certificate_id = 128;
// Ours: a certificate of a 4096-bit key with room to spare; and the life of the token that comes with resource data.
inline constexpr std::size_t certificate_bytes = 16 * 1024;
inline constexpr auto validation_token_life = 65min;
// The same page: requests for less are raised to 45 minutes from now.
inline constexpr auto subscription_life_min = 45min;
// The same page: 1000 active subscriptions per mailbox, over all applications.
inline constexpr std::size_t subscriptions_per_mailbox = 1000;
// The same page: clientState up to 128 characters.
inline constexpr std::size_t client_state = 128;
// "Receive change notifications through webhooks": the endpoint has 10 s to echo the validation token ...
inline constexpr auto handshake = 10s;
// ... and a notification that is not acknowledged is retried for up to 4 hours.
inline constexpr auto notification_retry = 4h;
// Ours: the first pauses between retries; doubled each time up to half an hour. The real series is not published.
inline constexpr auto retry_pause_first = 10s;
inline constexpr auto retry_pause_max = 30min;
// Ours: notifications in one POST, and unacknowledged POSTs kept per subscription before the rest is dropped.
inline constexpr std::size_t notifications_per_post = 50;
inline constexpr std::size_t posts_in_flight = 500;
// The same page: of the answers within ten minutes, more than 10 % later than 3 s make an endpoint slow (its deliveries come
// 10 minutes late), more than 15 % later than 10 s make Graph drop its notifications for 10 minutes. By host.
inline constexpr auto endpoint_window = 10min;
inline constexpr auto endpoint_slow_after = 3s;
inline constexpr auto endpoint_drop_after = 10s;
inline constexpr std::size_t endpoint_slow_percent = 10;
inline constexpr std::size_t endpoint_drop_percent = 15;
inline constexpr auto endpoint_penalty = 10min;
// Ours: answers remembered per host, and hosts.
inline constexpr std::size_t endpoint_answers = 1000;
inline constexpr std::size_t endpoints = 1000;
// Ours: notifications that wait for one subscription's slow endpoint before further ones are lost.
inline constexpr std::size_t notifications_waiting = 10'000;
// "Reduce missing subscriptions and change notifications": reauthorizationRequired comes as the expiry nears.
inline constexpr auto reauthorize_before = 60min;

// "Access tokens in the Microsoft identity platform": 60-90 minutes; tokens of client credentials carry 3599 s of
// expires_in while the signature lives 3900 s from its issue.
inline constexpr auto token_expires_in = 3599s;
inline constexpr auto token_life = 3900s;
// Entra docs, "signing key rollover": a former key stays in the document for a while; how long is not published.
inline constexpr auto former_key_life = 24h;
// The same page: five minutes of skew are borne.
inline constexpr auto clock_skew = 5min;
inline constexpr std::size_t token_bytes = 8 * 1024;
// Ours: a token request of real clients has up to 14.
inline constexpr std::size_t form_parameters = 64;
inline constexpr std::size_t tokens_cached = 64;

// Set-CalendarProcessing (Exchange PowerShell): MaximumDurationInMinutes 1440.
inline constexpr auto room_duration = 1440min;

// Ours: further calendars of a mailbox, ever made; their ids have eight bits for it.
inline constexpr std::uint64_t calendars_per_mailbox = 200;
inline constexpr std::size_t calendar_name_bytes = 1024;

// Ours: single events up to this long are found by their start alone; longer ones are few and looked at each time.
inline constexpr auto indexed_length = std::chrono::days(1);

// Ours: events that are given memory together, at most.
inline constexpr std::size_t items_per_slab = 1024;

// Ours: organizers, and spellings of zones, that events share instead of repeating.
inline constexpr std::size_t shared_pairs = 65'536;

// Ours: queries kept as read, and how long a text of them may be.
inline constexpr std::size_t known_queries = 256;
inline constexpr std::size_t known_query_bytes = 1024;

// Ours: shapes ($select, $expand, Prefer) and bytes of rendered events that are kept, over all mailboxes.
inline constexpr std::size_t shapes_kept = 256;
inline constexpr std::size_t rendered_bytes = 64 * 1024 * 1024;

}  // namespace fakes::microsoft::limits
