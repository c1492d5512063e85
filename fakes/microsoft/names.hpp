#pragma once
// Graph's words for enumerations: lower camel case in answers, any case in requests.
#include <optional>
#include <string_view>

#include "fakes/microsoft/event.hpp"

namespace fakes::microsoft {

std::string_view name_of(Importance value);
std::string_view name_of(Sensitivity value);
std::string_view name_of(ShowAs value);
std::string_view name_of(Role value);
std::string_view name_of(Response value);  // as an attendee's status on the organizer's copy
std::string_view name_of(Entry::Type value);

std::optional<Importance> importance_named(std::string_view name);
std::optional<Sensitivity> sensitivity_named(std::string_view name);
std::optional<ShowAs> show_as_named(std::string_view name);
std::optional<Role> role_named(std::string_view name);
bool known_location_type(std::string_view name);

}  // namespace fakes::microsoft
