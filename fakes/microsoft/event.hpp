#pragma once
// Events as Exchange keeps them: what a meeting says (shared between the copies that say the same), and what each
// mailbox adds to its own copy. Values only.
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fakes/hands.hpp"
#include "fakes/microsoft/ids.hpp"
#include "fakes/microsoft/kept_content.hpp"
#include "fakes/recurrence/expand.hpp"
#include "fakes/recurrence/rule.hpp"
#include "fakes/recurrence/zones.hpp"

namespace fakes::microsoft {

enum class Importance { low, normal, high };

struct Location {
    std::string name;
    std::string address;                  // locationEmailAddress: a room's mailbox
    std::string uri;
    std::string type = "default";
    std::string postal, coordinates;      // JSON objects as sent, normalised; empty: not given
    bool operator==(const Location&) const = default;
};

struct Attendee {
    std::string address;
    std::string name;
    Role role = Role::required;
    bool operator==(const Attendee&) const = default;
};

/// A wall clock and the zone it was given in.
struct Moment {
    LocalTime local{};
    const recurrence::Zone* zone = nullptr;
    std::string zone_name;  // as sent: Windows or IANA
    bool operator==(const Moment&) const = default;
};

struct SeriesRule {
    recurrence::PatternedRecurrence pattern;
    recurrence::Series series;
};

struct OnlineMeeting {
    std::string join_url;
    std::string conference_id;
    bool operator==(const OnlineMeeting&) const = default;
};

/// HTML as stored; nullptr: empty. Bodies are equal when their texts are.
struct Body : std::shared_ptr<const std::string> {
    Body() = default;
    Body(std::shared_ptr<const std::string> html) : std::shared_ptr<const std::string>(std::move(html)) {}
    friend bool operator==(const Body& a, const Body& b) { return a.get() == b.get() || (a && b && *a.get() == *b.get()); }
};

struct Content;

/// What goes with the meeting: a file, an Outlook item, or a link to a file in the cloud (Graph docs, "attachment resource type").
struct Attachment {
    enum class Kind { file, item, reference };
    Kind kind = Kind::file;
    std::uint64_t number = 0;  // behind its id; the same in all copies
    std::string name, content_type, content_id, content_location;
    std::string bytes;         // the file; a message's or contact's members as JSON; where a link leads
    std::string item_type;     // "event", "message", "contact"
    std::shared_ptr<const Content> event;  // an attached event
    bool is_inline = false;    // shown within the body
    Instant modified{};
};
using Attachments = std::shared_ptr<const std::vector<Attachment>>;  // nullptr: none

/// What the meeting says to everyone. Never changed in place: an edit makes a new one.
struct Content {
    std::string subject;
    bool has_subject = false;                 // null until set
    Body body;
    Moment start, end;
    Instant start_at{}, end_at{};             // all-day: UTC midnights of the dates, whatever the zone
    bool all_day = false;
    std::vector<Location> locations;          // the first is `location`
    std::vector<Attendee> attendees;
    std::string organizer_name, organizer_address;
    Importance importance = Importance::normal;
    Sensitivity sensitivity = Sensitivity::normal;
    ShowAs show_as = ShowAs::busy;            // as the organizer wants it once accepted
    bool response_requested = true;
    bool allow_new_times = true;
    bool hide_attendees = false;
    std::shared_ptr<const OnlineMeeting> online;  // nullptr: none
    std::shared_ptr<const SeriesRule> rule;       // series masters only
    Attachments attachments;

    bool operator==(const Content&) const = default;
};

struct ExtendedProperty {
    std::string id;     // as written: "String {guid} Name x"
    std::string value;
    bool operator==(const ExtendedProperty&) const = default;
};

/// An extended property that holds an array.
struct MultiValueProperty {
    std::string id;  // as written: "StringArray {guid} Name x"
    std::vector<std::string> values;
    bool operator==(const MultiValueProperty&) const = default;
};

/// An openTypeExtension: a name and whatever members its application gave it.
struct OpenExtension {
    std::string name;
    std::string members;  // JSON members in the order of their names, without braces; empty: none
    bool operator==(const OpenExtension&) const = default;
};

/// The rarer things a mailbox adds to its own copy. Never changed in place.
struct Extras {
    std::vector<ExtendedProperty> properties;
    std::vector<MultiValueProperty> multi_properties;
    std::vector<OpenExtension> extensions;
    std::vector<std::string> categories;
    std::string transaction_id;
    int reminder_minutes = 15;
    bool reminder_on = true;
    bool draft = false;  // saved, invitations not sent
    bool operator==(const Extras&) const = default;
};

/// A time an attendee would rather meet at.
struct Proposal {
    Instant start{}, end{};
    bool operator==(const Proposal&) const = default;
};

/// What an attendee answered, as the organizer's copy knows it.
struct Answer {
    std::string address;  // lower case
    Response response = Response::none;
    Instant at{};
    std::optional<Proposal> proposal;
};

/// One calendar's state of a meeting, of a series or of one exception.
struct Copy {
    KeptContent content;
    std::shared_ptr<const Extras> extras;                  // nullptr: all defaults
    std::shared_ptr<const std::vector<Answer>> answers;    // organizer's copy only
    std::uint64_t change = 0;                              // number behind the change key
    Instant created{}, modified{}, responded{};
    Response response : 8 = Response::none;                // the owner's
    ShowAs show_as : 8 = ShowAs::busy;
    bool organizer = false;
    bool cancelled = false;
};

struct SeriesState {
    std::map<Date, Copy> exceptions;  // by the slot's local date
    std::set<Date> cancelled;
};

/// One stored item of a mailbox.
struct Item {
    std::uint64_t number = 0;
    MeetingId meeting;
    std::optional<Date> lone_slot;  // invited to this occurrence of the series only
    Copy copy;
    std::unique_ptr<SeriesState> series;  // masters only
    // where the mailbox's indexes have it
    Instant indexed_start{};
    std::uint64_t indexed_change = 0;

    bool is_master() const { return copy.content.is_series(); }
};

/// One event as it can be asked for: an item, or one slot of a series.
struct Entry {
    enum class Type { single, master, occurrence, exception };
    const Item* item = nullptr;
    const Copy* copy = nullptr;
    Type type = Type::single;
    std::optional<Date> slot;
    Instant start{}, end{};
    Instant original_start{};  // of a slot, by the rule
};

inline const Extras& extras_of(const Copy& copy) {
    static const Extras defaults;
    return copy.extras ? *copy.extras : defaults;
}

}  // namespace fakes::microsoft
