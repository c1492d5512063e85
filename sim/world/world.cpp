#include "sim/world/world.hpp"

#include "sim/world/running_world.hpp"

namespace sim {

Played play(const Scenario& scenario, Provider provider, const WorldSettings& settings) {
    RunningWorld world(scenario, provider, settings);
    world.start_engine();
    for (const Step& step : scenario.story) world.time().at(step.at, [&world, &step] { world.act(step); });
    // Whoever expects something of the administrator's page looks at it then.
    for (const Expectation& expectation : scenario.expect)
        if (std::holds_alternative<ExpectProvisioning>(expectation.claim)) {
            world.time().at(expectation.from, [&world] { world.look_at_provisioning(); });
            if (expectation.to != expectation.from) world.time().at(expectation.to, [&world] { world.look_at_provisioning(); });
        }
    world.run_until(scenario.end);
    return world.finish();
}

}  // namespace sim
