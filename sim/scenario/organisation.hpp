#pragma once
// `organisation:` of a scenario: what the administrator set for everybody's invitations.
#include "sim/scenario/reading.hpp"

namespace sim {

void read_organisation(LoadState& state, const YamlNode& node, const Place& place);

}  // namespace sim
