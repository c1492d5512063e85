#pragma once
// The members of an event, as values: what all copies share, and what each copy has of its own (facts/google.md 5, 5.1).
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fakes/google/rare.hpp"
#include "fakes/recurrence/expand.hpp"
#include "fakes/server.hpp"

namespace fakes::google {

using Seconds = std::chrono::sys_seconds;

/// Start of an occurrence by the rule: an instant, or for all-day series the date at 00:00 UTC. It names the occurrence
/// for life, also after a move.
using Slot = Seconds;
inline constexpr Slot no_slot{std::chrono::seconds{std::numeric_limits<std::int64_t>::min() / 4}};

struct EventTime {
    Seconds at{};  // all-day: the date at 00:00 UTC
    Name zone;     // IANA; all-day: empty
    bool all_day = false;

    bool operator==(const EventTime&) const = default;
};

enum class Answer : std::uint8_t { needs_action, declined, tentative, accepted };
std::string_view name_of(Answer answer);
std::optional<Answer> answer_named(std::string_view name);

enum class Status : std::uint8_t { confirmed, tentative, cancelled };
enum class Visibility : std::uint8_t { normal, public_, private_, confidential };

struct Attendee {
    std::string address;  // lower case
    std::string name;
    std::string comment;
    int additional_guests = 0;
    Answer answer = Answer::needs_action;
    bool optional = false;
    bool resource = false;
    bool by_group = false;  // came with a group that is invited, and goes with it unless invited by name

    bool operator==(const Attendee&) const = default;
};

using Properties = std::vector<std::pair<std::string, std::string>>;  // sorted by key

/// Members that are kept as the JSON text the client gave, in the order of the answer.
enum class Opaque : std::uint8_t { conference, gadget, source, out_of_office, focus_time, working_location, birthday, attachments };
std::string_view name_of(Opaque member);

/// What a status event does to invitations at its time (guide "status events").
enum class AutoDecline : std::uint8_t { none, new_ones, all };

/// What few events have; all copies share it.
struct EventRest {
    Properties shared_properties;
    std::map<Opaque, std::string> opaque;
    std::string hangout_link;
    std::string event_type = "default";
    AutoDecline declines = AutoDecline::none;
    std::string decline_message;

    bool operator==(const EventRest&) const = default;
};

/// What all copies share.
struct Event {
    Text summary;
    Text description;
    Text location;
    EventTime start;
    EventTime end;  // exclusive
    Few<Attendee> attendees;
    Rare<EventRest> rest;
    int sequence = 0;
    Status status = Status::confirmed;
    bool guests_can_modify = false;
    bool guests_can_invite = true;
    bool guests_can_see_guests = true;
    bool anyone_can_add_self = false;
    bool locked = false;

    const Attendee* attendee(std::string_view address) const;
    Attendee* attendee(std::string_view address);
};

/// What one copy has of its own.
struct Own {
    Properties private_properties;
    std::string color;
    std::string reminders;  // JSON text; empty: the calendar's default
    bool transparent = false;
    Visibility visibility = Visibility::normal;

    bool operator==(const Own&) const = default;
};

/// Which members an edit sets; for an exception, also which ones no longer follow the series master.
enum Member : std::uint32_t {
    member_summary = 1u << 0,
    member_description = 1u << 1,
    member_location = 1u << 2,
    member_times = 1u << 3,
    member_attendees = 1u << 4,
    member_shared_properties = 1u << 5,
    member_opaque = 1u << 6,
    member_status = 1u << 7,
    member_guest_rights = 1u << 8,
    member_recurrence = 1u << 9,
    members_shared = (1u << 10) - 1,
    member_private_properties = 1u << 10,
    member_color = 1u << 11,
    member_transparency = 1u << 12,
    member_visibility = 1u << 13,
    member_reminders = 1u << 14,
};

/// A wanted change, complete values for the members named in `sets`.
struct Edit {
    std::uint32_t sets = 0;
    Event event;
    Own own;
    std::vector<std::string> recurrence;
    int sequence = 0;              // of a change: at least this one afterwards
    bool own_answer_only = false;  // attendeesOmitted in the request: touch the caller's own entry only
    std::string id;                // insert only; empty: the server chooses
    std::string uid;               // insert only
    bool imported = false;         // import only, as the next two
    std::string organizer_address;  // empty: the calendar itself
    std::string organizer_name;
    std::optional<Slot> original;  // import only: the occurrence of a series that this is
};

struct Exception {
    Event event;
    std::uint32_t overridden = 0;  // Member bits
};

/// The occurrences a series had before an edit: slots only they named are reported as cancelled.
struct Era {
    std::uint64_t until_change = 0;
    recurrence::Series series;
};

using CalendarNumber = std::uint32_t;

/// What only a series has.
struct Repeats {
    std::vector<std::string> recurrence;
    recurrence::Series series;
    std::map<Slot, Exception> exceptions;
    std::vector<Era> former;
};

/// Calendars that have, or had, a row of a meeting, in order. Most meetings have one.
class Holders {
  public:
    void add(CalendarNumber number) {
        if (count_ == 0) {
            only_ = number;
            count_ = 1;
            return;
        }
        const auto at = std::lower_bound(begin(), end(), number);
        if (at != end() && *at == number) return;
        std::vector<CalendarNumber> all(begin(), end());
        all.insert(all.begin() + (at - begin()), number);
        count_ = static_cast<CalendarNumber>(all.size());
        more_ = std::move(all);
    }
    const CalendarNumber* begin() const { return count_ < 2 ? &only_ : more_->data(); }
    const CalendarNumber* end() const { return begin() + count_; }

  private:
    CalendarNumber only_ = 0, count_ = 0;
    Rare<std::vector<CalendarNumber>> more_;
};

struct Meeting {
    Text id;
    Rare<std::string> foreign_uid;  // empty: made here, see uid()
    Rare<std::string> organizer_name;  // of an organizer from elsewhere
    Name creator;  // address
    Name organizer_address;
    CalendarNumber organizer = 0;
    bool imported = false;       // a private copy: changes stay on this calendar
    Instant created{};
    Event event;
    Rare<Repeats> repeats;
    Holders holders;

    std::string uid() const { return foreign_uid ? *foreign_uid : id.str() + "@google.com"; }
    bool recurring() const { return !repeats->recurrence.empty(); }
    std::chrono::seconds length() const { return event.end.at - event.start.at; }
    bool has_occurrence(Slot slot) const { return recurring() && repeats->series.starting_at(slot).has_value(); }
};

/// Zone of a start: its own, UTC for all-day dates and unknown names.
const recurrence::Zone& zone_of(const EventTime& time);
/// Prepares `series` from the start and the recurrence lines; false when the lines are no rule.
bool make_series(const EventTime& start, std::chrono::seconds length, const std::vector<std::string>& lines,
                 recurrence::Series& series);

/// `<master>_<YYYYMMDDTHHMMSSZ>`, or `<master>_<YYYYMMDD>` for all-day series.
std::string instance_id(const Meeting& meeting, Slot slot);
/// The slot at the end of an instance id; `master` gets the part before it.
std::optional<Slot> slot_of(std::string_view id, std::string_view& master);

}  // namespace fakes::google
