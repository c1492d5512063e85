#pragma once
// The organisation that is served when no world file is given.
#include "sim/scenario/scenario.hpp"

namespace sim {

/// Four people with calendars, one whom the administrators keep the service away from, one without a mailbox, a room;
/// a few meetings in the working week of `day` and the next.
Scenario ready_world(Instant day);

}  // namespace sim
