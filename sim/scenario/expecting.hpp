#pragma once
// `expect:` of a scenario: what must be seen, at a time, within a span, or always.
#include "sim/scenario/reading.hpp"
#include "sim/scenario/story_book.hpp"

namespace sim {

void read_expectations(LoadState& state, const StoryBook& book, const YamlNode& node, const Place& place);

}  // namespace sim
