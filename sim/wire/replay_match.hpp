#pragma once
// Whether a request is the recorded one, part by part.
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/wire/har.hpp"

namespace sim {

struct PartMatch {
    std::string part;    // "method", "host", "path", "query", "header prefer", "body"
    bool same = false;
    std::string detail;  // what was asked and what was recorded; empty when they are the same
};

/// What the engine chose for a recorded value: recorded -> asked.
using Substitutions = std::map<std::string, std::string>;

std::vector<PartMatch> match_parts(const fakes::Request& asked, const fakes::Request& recorded,
                                   const ReplaySettings& settings, const Substitutions& known);
/// The volatile values of a matching pair that differ.
void learn(const fakes::Request& asked, const fakes::Request& recorded, const ReplaySettings& settings,
           Substitutions& known);
std::string substituted(std::string text, const Substitutions& known);

std::string path_of(std::string_view target);  // decoded, without query
/// Whether the paths are the same, with what may differ in them.
bool same_path(const fakes::Request& asked, const fakes::Request& recorded, const ReplaySettings& settings, const Substitutions& known);
/// The hosts that the recording's subscriptions asked to be notified at.
std::set<std::string> receivers_of(const Recording& recording);

}  // namespace sim
