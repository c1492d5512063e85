#pragma once
// The page at `/`: what people, rooms and devices of a served world see, and a clock and acts to click on. It talks to
// the control plane like anybody else.
#include <memory>

#include "sim/serve/local.hpp"

namespace sim {

/// To be added before the control plane, below whose prefix its style and scripts are.
std::unique_ptr<Local> front_page();

}  // namespace sim
