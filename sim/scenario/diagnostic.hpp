#pragma once
// A person's mistake in a scenario, told with its place. One renderer for the terminal, CI and editors alike.
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/scenario.hpp"

namespace sim {

struct Diagnostic {
    enum class Severity { error, warning };
    Place place;
    std::string what;   // one sentence without a full stop: "unknown key `titel`"
    std::string help;   // what to write instead; may be empty
    std::string label;  // beside the caret run: "not a key of `creates`"; may be empty
    Severity severity = Severity::error;
};

/// All diagnostics of one file, sorted by place, each with its source line and a caret run. `text` is the file.
///     error: unknown key `titel`  scenarios/x.yaml:3:5
///       |
///     3 |     titel: Stand-up
///       |     ^^^^^ not a key of `creates`
///       = help: did you mean `title`?
std::string render_diagnostics(std::string_view path, std::string_view text, std::vector<Diagnostic> diagnostics,
                               bool colour = false);

bool has_errors(std::span<const Diagnostic> diagnostics);

/// The candidate that a person most likely meant, if one is near enough: edit distance over code points, a swap of
/// neighbours counting once, at most a third of the word.
std::optional<std::string> did_you_mean(std::string_view word, std::span<const std::string> candidates);

}  // namespace sim
