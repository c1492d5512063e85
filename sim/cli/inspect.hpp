#pragma once
// The four questions of `calrig inspect`, each JSON in, JSON out.
#include <nlohmann/json_fwd.hpp>
#include <stdexcept>

namespace sim {

/// A line that cannot be answered; the sentence goes to the person.
struct InspectError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

nlohmann::ordered_json inspect_join(const nlohmann::ordered_json& input);
nlohmann::ordered_json inspect_occurrences(const nlohmann::ordered_json& input);
nlohmann::ordered_json inspect_zone(const nlohmann::ordered_json& input);
nlohmann::ordered_json inspect_jwe(const nlohmann::ordered_json& input);

}  // namespace sim
