#pragma once
// From a scenario to the organisation the fakes are born with and the configuration the engine is started with.
#include <map>
#include <string>

#include "engine/engine.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/wire/streams.hpp"

namespace sim {

inline constexpr const char* hook_host = "engine.calrig.example";

fakes::Organisation organisation_of(const Scenario& scenario, Provider provider, const Streams& streams);
engine::Config config_of(const Scenario& scenario, Provider provider, const fakes::Organisation& organisation,
                         const std::string& service_token, const Streams& streams);

}  // namespace sim
