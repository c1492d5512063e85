#pragma once
// How far the service is provisioned when a scenario begins, and the names of permissions.
#include "sim/scenario/reading.hpp"

namespace sim {

/// The keys of `organisation:` that are about the tenant, consent and regions.
void read_provisioning(LoadState& state, Fields& organisation);
/// Once the recording is known too.
void check_provisioning(LoadState& state, const Place& place);

/// Names of permissions or scopes at `key`, of the scenario's providers; what is none is said. Scopes come out whole.
std::vector<std::string> read_permissions(LoadState& state, Fields& fields, std::string_view key);

}  // namespace sim
