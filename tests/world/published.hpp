#pragma once
// Everything sealed that the engine published in a case, for readers that nobody here wrote (tests/clients/node/jose).
#include <ostream>

#include "sim/scenario/scenario.hpp"
#include "sim/judge/journal.hpp"

namespace cases {

/// One JSON object a line: the body, the key of the simulated key server (of a world that ended with its case), and what our
/// own reader opens, by JSON pointer.
void append_published(std::ostream& out, const sim::Scenario& scenario, sim::Provider provider, const sim::Journal& journal);

}  // namespace cases
