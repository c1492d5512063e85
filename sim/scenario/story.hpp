#pragma once
// `story:` of a scenario: steps in order of time, each with its acts.
#include "sim/scenario/reading.hpp"
#include "sim/scenario/story_book.hpp"

namespace sim {

void read_story(LoadState& state, StoryBook& book, const YamlNode& node, const Place& place);

/// The acts of one step, `at` left out; they are put at the end of the scenario's story, at `time.previous`.
void read_step_acts(LoadState& state, StoryBook& book, const YamlNode& step, const TimeContext& time);

}  // namespace sim
