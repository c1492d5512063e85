#pragma once
// Instants as journals, recordings and findings write them.
#include <string>

#include "fakes/hands.hpp"

namespace sim {

/// "2026-03-02T07:00:00.000Z": always with milliseconds, so that lines stay in columns.
std::string iso_text(fakes::Instant at);

}  // namespace sim
