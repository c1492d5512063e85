#pragma once
// What the engine asks of a calendar provider, in the words both have. One implementation each: graph.*, google.*.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/meeting/decorate.hpp"
#include "engine/meeting/presence.hpp"
#include "engine/meeting/should_list.hpp"
#include "engine/ports.hpp"
#include "engine/sync/outcome.hpp"

namespace engine::sync {

/// Whose calendar, as the provider knows it.
struct MailboxRef {
    std::string address;
    bool is_room = false;
    bool left = false;  // the service has to leave it: only what ends its work there may still be asked
};

struct ProviderAttendee {
    std::string address, name;
    meeting::Response response = meeting::Response::none;
    bool optional = false;
    bool resource = false;
};

/// One event as read: a single one, a series master, or one occurrence.
struct ProviderEvent {
    std::string id;
    std::string etag;
    std::string uid;        // iCalendar uid
    std::string master_id;  // occurrences and exceptions
    meeting::EventShape shape = meeting::EventShape::single;
    bool cancelled = false;     // or a tombstone
    bool is_organizer = false;  // the calendar's owner organizes it
    bool all_day = false;
    Instant start{}, end{};     // timed events
    std::string start_date, end_date;     // all-day events: "2026-03-04", the end exclusive
    std::optional<Instant> original_start;  // occurrences: the slot by the rule
    Instant modified{};
    std::string subject, location, body;
    bool body_is_html = true;
    std::string sensitivity = "Normal";
    meeting::ShowAs show_as = meeting::ShowAs::busy;
    meeting::Response own_response = meeting::Response::none;
    std::string organizer_address, organizer_name;
    std::vector<ProviderAttendee> attendees;
    std::string provider_join_url;
    std::string own_record;        // our extended property; empty when absent
    std::string locations_json;    // Graph, when there are several: kept whole when the keyword's one is changed
    std::optional<Instant> series_end;  // masters: none of its occurrences ends later; unset when unknown
    bool series_never_ends = false;
    bool booked_at_device = false;  // an ad hoc booking of ours
    bool status_only = false;  // Google's working locations and birthdays: no meetings
};

/// Which state an event is in, without what it says.
struct EventState {
    std::string id, etag;
};

struct EventPage {
    std::vector<ProviderEvent> events;
    std::vector<EventState> states;  // in place of events, where only states were asked for
    std::string next;        // cursor of the next page; empty on the last
    std::string sync_token;  // on the last page, where the provider has such a thing
    std::string zone;        // of the calendar, where the provider says it
};

struct MailboxSettings {
    std::string language;  // BCP 47 or the provider's spelling
    std::string zone;      // IANA or Windows name
};

/// A subscription or channel as held: enough to recognise its notifications and to end it.
struct Subscription {
    std::string id;
    std::string resource_id;  // Google
    std::string secret;       // clientState / channel token
    Instant expires{};
    bool operator==(const Subscription&) const = default;
};

struct JoinPatch {
    std::string event_id, etag;
    std::string location, body;
    bool keeps_location = false;  // `location` and `join_url` do not count
    bool body_is_html = true;
    std::string own_record;
    std::string join_url;
    std::string locations_json;  // of the event as read
};

class CalendarProvider {
  public:
    virtual ~CalendarProvider() = default;

    /// Settings of the mailbox; also the proof that the service may work with it.
    virtual Task<Outcome<MailboxSettings>> settings(const MailboxRef& who) = 0;
    /// `seen`: digest of the answer that was read last, 0 at first. The same answer again is not read again: no value.
    virtual Task<Outcome<std::optional<meeting::AutomaticReplies>>> automatic_replies(const MailboxRef& who, std::uint64_t& seen) = 0;

    /// Whether list() can be given a sync token.
    virtual bool has_sync_tokens() const = 0;
    /// One page of singles and masters (Google: exceptions and tombstones too). `sync_token` empty: everything that
    /// ends after `from`; `cursor` empty: the first page. `states_only`: where the provider can.
    virtual Task<Outcome<EventPage>> list(const MailboxRef& who, Instant from, const std::string& sync_token,
                                          const std::string& cursor, bool states_only) = 0;
    virtual Task<Outcome<ProviderEvent>> get(const MailboxRef& who, const std::string& id) = 0;
    /// All occurrences of a master that overlap [from, to), exceptions included, cancelled ones left out.
    virtual Task<Outcome<std::vector<ProviderEvent>>> instances(const MailboxRef& who, const std::string& master_id,
                                                                Instant from, Instant to) = 0;
    /// One conditional write; its outcome may be unclear.
    virtual Task<Outcome<ProviderEvent>> patch_join(const MailboxRef& who, const JoinPatch& patch) = 0;

    /// `id` and `secret` are used where the provider lets the subscriber choose.
    virtual Task<Outcome<Subscription>> subscribe(const MailboxRef& who, const std::string& id,
                                                  const std::string& secret, Instant expires) = 0;
    virtual Task<Failure> unsubscribe(const MailboxRef& who, const Subscription& subscription) = 0;

    /// Tries every permission on a mailbox; leaves an event in it where the provider has no gentler proof (O365-TEST-MAIL).
    virtual Task<Failure> prove(const MailboxRef& who, Instant now) = 0;
    /// Names of the grants that are missing for this mailbox, as far as the provider can tell; empty: none, or unknown.
    virtual Task<std::string> missing_grants(const MailboxRef& who) = 0;

    /// Makes a room's calendar readable for the service and takes that back; nothing to do for Graph.
    virtual Task<Failure> share(const MailboxRef& room) = 0;
    virtual Task<Failure> unshare(const MailboxRef& room) = 0;
};



/// Name of the record that says "decorated by us": Graph singleValueExtendedProperty, Google private property.
inline constexpr char kGraphRecordId[] = "String {00020329-0000-0000-C000-000000000046} Name CalrigJoin";
inline constexpr char kGoogleRecordKey[] = "calrigJoin";

}  // namespace engine::sync
