#include "sim/world/world.hpp"

#include "sim/world/running_world.hpp"

namespace sim {

Played play(const Scenario& scenario, Provider provider, const WorldSettings& settings) {
    RunningWorld world(scenario, provider, settings);
    world.start_engine();
    for (const Step& step : scenario.story) world.time().at(step.at, [&world, &step] { world.act(step); });
    world.run_until(scenario.end);
    return world.finish();
}

}  // namespace sim
