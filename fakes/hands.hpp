#pragma once
// What people and administrators do to calendars by hand, in any calendar client, in words common to both providers.
// Each provider's fake implements it on its own state, with its own rules; a refusal is a sentence, never an exception.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fakes/server.hpp"

namespace fakes {

using LocalTime = std::chrono::local_seconds;  // wall clock in some zone
using Date = std::chrono::year_month_day;

/// Local start and end (exclusive) in `zone` (IANA or Windows name). All-day: both at midnight.
struct When {
    LocalTime start{};
    LocalTime end{};
    std::string zone;
    bool all_day = false;
};

/// A repetition in the words both providers can express.
struct Repeat {
    enum class Every { day, week, month_day, month_weekday, year_day, year_weekday };
    Every every = Every::week;
    int interval = 1;
    std::vector<std::chrono::weekday> days;  // week; month_weekday/year_weekday
    int month_day = 0;                       // month_day, year_day: 1..31, -1 = last day of the month
    int nth = 0;                             // *_weekday: 1..4, -1 = last
    int month = 0;                           // year_*: 1..12
    std::optional<Date> until;               // inclusive local date
    std::optional<int> count;
    std::chrono::weekday week_start = std::chrono::Monday;
};

enum class Role { required, optional, resource };
enum class Response { none, accepted, tentative, declined, organizer };
enum class Sensitivity { normal, personal, private_, confidential };
enum class ShowAs { busy, free, tentative, out_of_office, working_elsewhere };

struct Invitee {
    std::string address;
    Role role = Role::required;
};

struct Draft {
    std::string calendar;  // address: in whose calendar, by somebody who may write there; empty: in the own one
    std::string title;
    std::string body;
    bool body_is_html = false;
    When when;
    std::optional<Repeat> repeat;
    std::string location;
    std::vector<Invitee> invitees;
    Sensitivity sensitivity = Sensitivity::normal;
    ShowAs show_as = ShowAs::busy;
    bool provider_meeting = false;  // a Teams meeting (Graph onlineMeeting) or a Meet conference (Google conferenceData)
};

/// Only what is set changes.
struct Change {
    std::optional<std::string> title;
    std::optional<std::string> body;
    std::optional<bool> body_is_html;
    std::optional<When> when;
    std::optional<Repeat> repeat;
    std::optional<std::string> location;
    std::optional<Sensitivity> sensitivity;
    std::optional<ShowAs> show_as;
    std::vector<Invitee> add;
    std::vector<std::string> remove;  // addresses
};

/// An event as people point at it: the meeting's iCalendar uid (the same in every copy) and, for one occurrence of a
/// series, the local date of its slot by the rule (which stays when the occurrence is moved).
struct EventRef {
    std::string uid;
    std::optional<Date> occurrence;
    std::string calendar{};  // address: in whose calendar, by somebody who may write there; empty: in the own one
};

struct AutomaticReplies {
    bool on = false;
    std::optional<Instant> from;   // unset: from now on
    std::optional<Instant> until;  // unset: open-ended
    std::string message;
};

/// Outcome of an act: `uid` for a created event; a refusal says in one sentence why the service would not do it.
struct Done {
    bool ok = true;
    std::string uid;
    std::string refusal;
};

/// One row of a calendar as its owner sees it (series expanded, cancelled occurrences left out).
struct SeenEvent {
    std::string uid;
    std::optional<Date> occurrence;  // slot by the rule, for members of a series
    Instant start{};
    Instant end{};
    bool all_day = false;
    std::string title;
    std::string location;
    std::string body;  // as stored: HTML or text
    bool body_is_html = true;
    bool cancelled = false;
    bool private_ = false;
    bool exception = false;
    Response own_response = Response::none;
    bool by_group = false;  // invited by a list that stands among the attendees, not by name
    std::vector<std::pair<std::string, Response>> attendees;                 // address, response; organizer excluded
    std::vector<std::pair<std::string, std::string>> extended_properties;    // private to this copy
};

/// The service as a tenant's administrator sees it among the applications that were let in: Entra's enterprise
/// applications, the Workspace console's clients of domain-wide delegation.
struct TenantApplication {
    std::string id, name;
    std::vector<std::string> permissions;  // by name
    bool operator==(const TenantApplication&) const = default;
};

class Hands {
  public:
    virtual ~Hands() = default;

    virtual Done create(std::string_view actor, const Draft& draft, Instant now) = 0;
    virtual Done change(std::string_view actor, const EventRef& event, const Change& change, Instant now) = 0;
    /// Organizer: cancels for everyone. Others: removes the own copy (Google: that is a decline).
    virtual Done cancel(std::string_view actor, const EventRef& event, Instant now) = 0;
    /// `tell` false: the answer is not sent to the organizer (Outlook's "do not send a response").
    virtual Done respond(std::string_view actor, const EventRef& event, Response response, bool tell, Instant now) = 0;
    virtual Done set_automatic_replies(std::string_view actor, const AutomaticReplies& replies, Instant now) = 0;
    virtual Done set_language(std::string_view actor, std::string_view language, Instant now) = 0;
    /// Shares `calendar` with `grantee` as "reader", "writer" or "owner"; an empty role ends the sharing.
    virtual Done share(std::string_view calendar, std::string_view grantee, std::string_view role, Instant now) = 0;

    /// Policy: the tenant's administrator lets the service into this mailbox, or no longer (Graph: application access
    /// policy; Google: the user leaves the delegation's reach).
    virtual Done allow_service(std::string_view address, bool allowed, Instant now) = 0;
    /// The tenant's administrator lets the service have just these permissions (Graph's application roles, Google's scopes);
    /// none: takes the consent back.
    virtual Done grant(const std::vector<std::string>& permissions, Instant now) = 0;
    virtual std::vector<TenantApplication> applications() const = 0;
    virtual void expire_sync_tokens(Instant now) = 0;
    virtual void expire_access_tokens(Instant now) = 0;
    /// The provider forgets every subscription or channel, without a word.
    virtual void drop_subscriptions(Instant now) = 0;

    /// The rows of `owner`'s calendar that overlap [from, to), by start, then uid.
    virtual std::vector<SeenEvent> calendar(std::string_view owner, Instant from, Instant to) const = 0;
    /// Grows with every change visible in the owner's calendar; 0 for an unknown owner. For cheap change detection.
    virtual std::uint64_t calendar_revision(std::string_view owner) const = 0;
};

/// A calendar provider: its wire and its hands are two faces of one state.
class CalendarService : public Server, public Hands {};

}  // namespace fakes
