#pragma once
// One case: a loaded scenario on one provider, played and judged.
#include <string>
#include <utility>
#include <vector>

#include "reports/run.hpp"
#include "sim/cli/run.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/wire/har.hpp"

namespace sim {

struct CaseOutcome {
    reports::Case told;
    std::string journal;                                       // its text, when asked for
    std::string recording;                                     // HAR, when asked for
    std::vector<std::pair<std::string, std::string>> goldens;  // pending: path, wire text
};

/// The recording that answers in place of the provider; what is wrong with it is said.
HarRead read_recording(const Scenario& scenario);

CaseOutcome play_case(const Scenario& scenario, Provider provider, const RunOptions& options);

const char* provider_name(Provider provider);

}  // namespace sim
