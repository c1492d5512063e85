#pragma once
// Acts read one by one while their world is running: the same words, the same table and the same mistakes as in a story.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/diagnostic.hpp"
#include "sim/scenario/scenario.hpp"

namespace sim {

/// What acts may point at: events by name, with the organizer's time of each (empty when unknown).
using KnownEvents = std::map<std::string, fakes::When, std::less<>>;

struct FurtherActs {
    std::vector<Step> steps;              // empty when there is an error
    std::vector<Diagnostic> diagnostics;  // by place
};

/// `text` is a map as in a step, YAML or JSON: `ana creates: { title: Lunch, when: 12:00-13:00 }`; `at` is not taken, they happen
/// at `now`. People and zone are the world's. What a service may refuse is not judged here.
FurtherActs read_further_acts(const Scenario& world, const KnownEvents& events, std::string_view text, Instant now);

/// The names that stand behind `event:` in such a text; empty when it cannot be read.
std::vector<std::string> events_named_in(std::string_view text);

}  // namespace sim
