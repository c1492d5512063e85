#pragma once
// The judge: expectation and journal in, findings out. It never asks the engine and never looks at the world.
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reports/run.hpp"
#include "sim/judge/journal.hpp"
#include "sim/scenario/scenario.hpp"

namespace sim {

/// Files beside the scenario, for goldens: reads a file, or nothing when it is not there.
using ReadFile = std::function<std::optional<std::string>(const std::string& relative_path)>;
/// Notes a golden that differs or is missing; the command line writes it when asked to.
using PendingGolden = std::function<void(const std::string& relative_path, const std::string& wire)>;

struct JudgeFiles {
    ReadFile read;
    PendingGolden pending;
};

/// Everything the judge needs to know beside the journal. `text` of the scenario serves the carets.
struct Trial {
    const Scenario& scenario;
    Provider provider = Provider::microsoft;
    const Journal& journal;
    JudgeFiles files;
    std::function<void(const reports::LeakSearch&)> searched = {};  // told how much was searched for leaks
};

/// All findings, by line of the expectation, invariants last. Empty: the case passed.
std::vector<reports::Finding> judge(const Trial& trial);

/// The engine's calls to calendar providers by statement id; "": not on the list of operations.
std::map<std::string, std::uint64_t> operations_used(const Journal& journal);

/// The invariants that hold in every scenario unless it relaxes them by name (`relax:`).
struct Invariant {
    const char* name;         // as written in `relax:` and shown as the finding's rule
    const char* requirement;  // statement ids
    const char* sentence;     // for help and the guide
    std::vector<reports::Finding> (*check)(const Trial& trial);
};
const std::vector<Invariant>& invariants();

}  // namespace sim
