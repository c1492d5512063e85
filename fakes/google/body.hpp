#pragma once
// Private to the parsing files: a request body as a JSON object, within the limits.
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "fakes/google/errors.hpp"
#include "fakes/google/event.hpp"

namespace fakes::google {

/// An empty body counts as {}. Depth and size are limited before anything is built.
Refusal read_object(std::string_view body, nlohmann::json& object);

/// nullptr: the object has none of that name.
const nlohmann::json* member(const nlohmann::json& object, const char* name);

/// "Invalid value for: <name>".
Refusal bad_value(const char* name);

/// extendedProperties.private or .shared: merged into `to`; null deletes, long keys are dropped, long values cut.
Refusal merge_properties(const nlohmann::json& values, Properties& to);
/// attendees: the whole list, or (attendeesOmitted) the own answer only; what an entry does not say stays as it was.
Refusal merge_attendees(const nlohmann::json& value, bool own_answer_only, Event& event);
/// Members that are kept as they came: the values that are checked all the same.
Refusal check_kept_member(Opaque which, const nlohmann::json& value);
/// What outOfOfficeProperties or focusTimeProperties say about invitations.
void note_auto_decline(EventRest& rest, const nlohmann::json& value);
/// What an event of its type must look like.
Refusal check_status_event(const Edit& edit);
/// reminders: merged into the JSON text `to`; empty means the calendar's default.
Refusal merge_reminders(const nlohmann::json& value, std::string& to);

}  // namespace fakes::google
