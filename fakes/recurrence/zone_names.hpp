#pragma once
// What zones.cpp needs to know about names.
#include <string_view>

#include "fakes/recurrence/zones.hpp"

namespace fakes::recurrence {

enum class SpecialName { none, utc, caller };

SpecialName special_name(std::string_view name);
/// Has the form of an IANA id; keeps paths, URLs and the machine's own zone away from the zone loader.
bool may_be_iana(std::string_view name);
bool same_ignoring_case(std::string_view a, std::string_view b);

}  // namespace fakes::recurrence
