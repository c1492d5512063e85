#pragma once
// `story:` of a scenario: steps in order of time, each with its acts.
#include "sim/scenario/reading.hpp"
#include "sim/scenario/story_book.hpp"

namespace sim {

void read_story(LoadState& state, StoryBook& book, const YamlNode& node, const Place& place);

}  // namespace sim
