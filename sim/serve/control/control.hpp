#pragma once
// The control plane of a served world: what tests and the page ask and command under /_calrig/, as JSON over HTTP.
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "sim/serve/environment.hpp"
#include "sim/serve/host.hpp"

namespace sim {

struct ControlSettings {
    /// Bearer that every call must bring; empty: none, and then only a host bound to loopback has a control plane.
    std::string token;
    /// The names of env.sh, for the world that is loaded now.
    std::function<Environment()> environment;
    /// Called after another world was loaded or this one was begun anew: files with its names may be stale.
    std::function<void()> world_changed;
};

/// Its reset goes back to the world that is loaded when it is made, so `load` first. `host` outlives it; it observes the
/// host's exchanges.
std::unique_ptr<Local> control_plane(Host& host, ControlSettings settings);

/// The OpenAPI 3.1 document of it, made from the table of its routes.
std::string control_openapi(const std::string& origin);

}  // namespace sim
