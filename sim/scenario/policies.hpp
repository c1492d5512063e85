#pragma once
// Policies: where the real product's behaviour is undocumented, the choice has a name, a default and a reason.
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sim {

struct PolicyRow {
    enum class Kind { duration, flag, number, choice };
    std::string_view name;      // as written in a scenario: "join lead"
    Kind kind;
    std::string_view standard;  // default, as written in a scenario: "5m", "yes", "1500"
    std::string_view choices;   // of a choice: "apart|space|room"
    std::string_view meaning;
    std::string_view why;       // why this default
};

std::span<const PolicyRow> policies();

/// Scenario::policies holds values in canonical form: a duration as whole milliseconds ("300000"), a flag as "true" or
/// "false", a number in decimal, a choice as its word. These read them; the text must be canonical.
std::chrono::milliseconds policy_duration(std::string_view canonical);
bool policy_flag(std::string_view canonical);
std::int64_t policy_number(std::string_view canonical);

}  // namespace sim
