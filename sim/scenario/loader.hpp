#pragma once
// From a scenario file's text to a Scenario, or to every mistake in it at once. The `lint` of the command line is this.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/diagnostic.hpp"
#include "sim/scenario/scenario.hpp"

namespace sim {

/// Reads a file named in a scenario (a body, a golden), given as path relative to the working directory; nothing when
/// it cannot be read. The loader itself opens no file (law of ports).
using ReadFile = std::function<std::optional<std::string>(const std::string& path)>;

struct Loaded {
    std::optional<Scenario> scenario;      // set when there is no error
    std::vector<Diagnostic> diagnostics;   // errors and warnings by place
};

/// `path` is the scenario's id and only shown. Files are looked for beside it.
Loaded read_scenario(std::string path, std::string text, const ReadFile& read_file = {});

/// The world part of a scenario: nothing need be expected, and people may be there without doing anything.
Loaded read_world(std::string path, std::string text, const ReadFile& read_file = {});

/// The diagnostic for a scenario file that cannot be read at all.
Diagnostic missing_file(std::string_view path, std::string_view reason);

/// Longest scenario file that is looked at.
inline constexpr std::size_t kScenarioBytesMax = 1'000'000;

}  // namespace sim
