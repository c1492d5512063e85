#pragma once
// One edit of an event, from a request or from a person's hands, and its effect on what the event says. Pure.
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "fakes/microsoft/errors.hpp"
#include "fakes/microsoft/event.hpp"

namespace fakes::microsoft {

/// Only what is set changes.
struct Edit {
    std::optional<std::optional<std::string>> subject;  // inner empty: null
    std::optional<std::string> body;                    // HTML as stored
    std::optional<Moment> start, end;
    std::optional<bool> all_day;
    std::optional<std::vector<Location>> locations;
    std::optional<std::vector<Attendee>> attendees;
    std::optional<Importance> importance;
    std::optional<Sensitivity> sensitivity;
    std::optional<ShowAs> show_as;
    std::optional<bool> response_requested, allow_new_times, hide_attendees, draft;
    std::shared_ptr<const OnlineMeeting> online;  // asked for: a meeting to join, made by the caller
    std::optional<std::optional<recurrence::PatternedRecurrence>> recurrence;  // inner empty: no series any more
    std::vector<Attachment> attachments;           // added
    std::vector<std::uint64_t> gone_attachments;   // numbers
    // the own copy only
    std::optional<int> reminder_minutes;
    std::optional<bool> reminder_on;
    std::optional<std::vector<std::string>> categories;
    std::vector<std::pair<std::string, std::optional<std::string>>> properties;  // value empty: removed
    std::vector<std::pair<std::string, std::optional<std::vector<std::string>>>> multi_properties;  // the same
    std::vector<OpenExtension> extensions;   // added, or replaced by name
    std::vector<std::string> gone_extensions;  // names
    std::string transaction_id;
};

enum class EditOf { new_event, whole, slot };

/// What the event says after the edit, or the rule it would break.
std::variant<Content, Fault> edited(const Content& before, const Edit& edit, EditOf what);
/// What the own copy adds after the edit; nullptr for all defaults.
std::variant<std::shared_ptr<const Extras>, Fault> edited(const std::shared_ptr<const Extras>& before, const Edit& edit);
/// The exception of a series after the master changed: what it had in common with the master follows.
Content inherited(const Content& exception, const Content& master_before, const Content& master_after);
/// What a plain occurrence says: the master's words at the occurrence's time.
Content occurrence_content(const Content& master, Instant start, Instant end);
/// Does the meeting take place at another time (so that answers no longer count)?
bool moved(const Content& before, const Content& after);
/// Equal but for the list of attendees?
bool only_attendees_differ(const Content& before, const Content& after);

}  // namespace fakes::microsoft
