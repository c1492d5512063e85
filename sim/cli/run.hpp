#pragma once
// `calrig run`, `lint` and `list`: what the command line asked for, as values.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/run.hpp"
#include "sim/cli/allocations.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/wire/network.hpp"

namespace sim {

/// Exit codes of the program.
enum ExitCode { exit_ok = 0, exit_check_failed = 1, exit_scenario_invalid = 2, exit_usage = 3, exit_harness_bug = 4 };

/// Says the sentence on standard error; exit_usage.
int usage(const std::string& sentence);

struct RunOptions {
    std::vector<std::string> paths;
    std::optional<Provider> provider;
    std::optional<std::uint64_t> seed;
    Transport transport = Transport::memory;
    std::string filter;         // part of a case's id or title
    unsigned jobs = 1;
    bool fail_fast = false;
    bool twice = false;
    bool update = false;        // write pending goldens
    bool operations = false;    // tell which provider operations were used
    std::string junit, json, journal, record;  // files; empty: none
};
int run_command(const RunOptions& options);

int lint_command(const std::vector<std::string>& paths);

struct ListOptions {
    std::vector<std::string> paths;
    bool requirements = false;
};
int list_command(const ListOptions& options);

/// Of the organisation that `bench users` plays, and of the calendars of `bench serve`; 0: the sizes that end within a minute.
struct BenchSize {
    Allocations (*allocations)() = [] { return Allocations{}; };
    int user_count = 0;
    int day_count = 0;
    int event_count = 0;
};
int bench_command(const std::vector<std::string>& what, const BenchSize& size);
/// `allocations` is handed in by the program: only there the heap is counted.
bool bench_engine(int user_count, Allocations (*allocations)());
bool bench_serve(int event_count);
int inspect_command(const std::string& what, const std::string& file);

const char* transport_name(Transport transport);

}  // namespace sim
