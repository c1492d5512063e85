#pragma once
// `people:` of a scenario, with the boring parts filled in.
#include <string>
#include <string_view>

#include "sim/scenario/reading.hpp"

namespace sim {

void read_people(LoadState& state, const YamlNode& node, const Place& place);

/// "Ana Archer": the key with a surname that hangs on the key alone.
std::string name_for(std::string_view key, bool is_room);

}  // namespace sim
