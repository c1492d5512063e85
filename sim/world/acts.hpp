#pragma once
// Carries out the acts of a story: each is one call of somebody's hands.
#include <functional>
#include <map>
#include <string>

#include "fakes/cloud/cloud.hpp"
#include "fakes/cloud/edge.hpp"
#include "fakes/cloud/kms.hpp"
#include "fakes/hands.hpp"
#include "sim/judge/journal.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/wire/faults.hpp"

namespace sim {

/// What acts act upon. `calendars` is nullptr when a recording stands in for the provider.
struct Stage {
    const Scenario& scenario;
    fakes::CalendarService* calendars = nullptr;
    fakes::Cloud& cloud;
    FaultRules& faults;
    std::function<void(std::chrono::milliseconds down)> restart_engine;
    std::map<std::string, std::string> uids;  // scenario's event id -> iCalendar uid
    std::map<std::string, fakes::Edge*> devices = {};  // by their owners' keys
    std::shared_ptr<const fakes::Identity> identity = nullptr;
    std::function<void(const std::string& host, bool unplugged)> unplug = {};
    std::function<void(std::chrono::milliseconds by)> jump_clock = {};  // of the engine's host
    fakes::KeyServer* keys = nullptr;  // which holds the organisation's keys
};

/// Does the act at `now`; the returned record says what was done or why it was refused.
ActDone carry_out(Stage& stage, const Step& step, Instant now);

}  // namespace sim
