#pragma once
// One origin, many services: which of them a path belongs to.
#include <optional>
#include <string_view>

namespace sim {

enum class Service { microsoft, google, cloud, kms };

/// Never fails: what nobody else knows is a tenant of the authority, whose answer to unknown paths is a 404 of its own.
Service service_of(std::string_view target);
/// False for a path that only the authority might know: there most strangers have left out a prefix.
bool is_below_a_prefix(std::string_view target);

/// Who answers there, as journals, faults and error bodies call them: "graph", "entra", "google", "gmail",
/// "google-token", "cloud", "kms".
std::string_view actor_of(Service service, std::string_view target);

}  // namespace sim
