#pragma once
// `expect:` of a scenario: what must be seen, at a time, within a span, or always.
#include "sim/scenario/reading.hpp"
#include "sim/scenario/story_book.hpp"

namespace sim {

/// Reads what is expected at a time; what is expected `always` comes back, for the end is not known yet.
std::vector<const YamlEntry*> read_expectations(LoadState& state, const StoryBook& book, const YamlNode& node, const Place& place);
/// True throughout, from the beginning to the scenario's end.
void read_always(LoadState& state, const StoryBook& book, const std::vector<const YamlEntry*>& claims);

}  // namespace sim
