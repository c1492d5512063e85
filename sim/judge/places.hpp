#pragma once
// The spaces and one-time meetings the engine made, as it crossed the network.
#include <map>
#include <string>

#include "sim/judge/history.hpp"

namespace sim {

struct MadePlace {
    bool is_space = false;
    std::string join_url;
    std::string sealed_title, key_url;
    std::optional<Instant> start;  // one-time meetings
    int minutes = 0;
    bool deleted = false;
};

/// What the cloud accepted by the end of instant `when`, by id: a space's or a meeting's number.
std::map<std::string, MadePlace> made_places(const History& history, Instant when);

}  // namespace sim
