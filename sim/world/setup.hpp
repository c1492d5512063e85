#pragma once
// From a scenario to the organisation the fakes are born with and the configuration the engine is started with.
#include <map>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "fakes/cloud/cloud.hpp"
#include "fakes/cloud/edge.hpp"
#include "fakes/google/service.hpp"
#include "fakes/microsoft/service.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/wire/streams.hpp"

namespace sim {

inline constexpr const char* hook_host = "engine.calrig.example";
inline constexpr const char* own_key_server_host = "keys.premises.calrig.example";
inline constexpr const char* service_account_address = "hybrid-calendar@calrig-sync.iam.gserviceaccount.com";

fakes::Organisation organisation_of(const Scenario& scenario, Provider provider, const Streams& streams);
engine::Policies policies_of(const Scenario& scenario);
engine::Config config_of(const Scenario& scenario, Provider provider, const fakes::Organisation& organisation,
                         const fakes::Identity& identity, const std::string& service_token, const Streams& streams);

/// Whether an administrator of the story provisions the service.
bool by_story(const Scenario& scenario);
/// Whether the organisation runs its own key server, at own_key_server_host (KMS-HDS).
bool has_own_key_server(const Scenario& scenario);
/// What the scenario says of its tenant or domain; the seed is the world's to set.
fakes::MicrosoftOptions microsoft_options_of(const Scenario& scenario, const Streams& streams);
fakes::GoogleOptions google_options_of(const Scenario& scenario);
std::string another_tenant_of(const Streams& streams);

/// What the cloud knows of the scenario's people when the world begins: `provider` is whose calendars it works with.
fakes::CloudOptions cloud_options_of(const Scenario& scenario, Provider provider, const fakes::Organisation& organisation);
/// The apps and devices of the scenario's people, in the organisation's order, an app before the device.
std::vector<fakes::EdgeOptions> edges_of(const Scenario& scenario, const fakes::Organisation& organisation, const fakes::Identity& identity,
                                           const Streams& streams);

}  // namespace sim
