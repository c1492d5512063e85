#pragma once
// What happened in a run, as values: the only thing the reports know. Every report is a function of this.
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace reports {

/// passed and failed speak of the engine; invalid of the scenario's text; broken of the harness itself.
enum class Verdict { passed, failed, invalid, broken };

/// One thing that is not as promised. Printed in the order of its members.
struct Finding {
    std::string rule;         // stable id: "meeting-list", "join-button", "leak", "echo-loop", ...
    std::string requirement;  // statement ids the scenario covers that this speaks of; may be empty
    std::string title;        // one sentence: "meeting list of ben differs"
    std::string file;         // scenario as given on the command line
    int line = 0;             // 1-based; 0: no place
    int column = 0;
    std::string snippet;      // the author's line with the caret run under it, rendered
    std::vector<std::string> difference;  // by path: "[2].start  expected 07:00Z, shown 08:00Z"
    std::vector<std::string> why;         // last exchanges, virtual time
};

/// What was searched for texts that must not leave in clear.
struct LeakSearch {
    std::map<std::string, std::uint64_t> bytes;  // by channel: "request lines", "bodies", "log", ...
    std::uint64_t secrets = 0;                   // texts searched for ...
    std::uint64_t forms = 0;                     // ... in so many spellings ...
    std::set<std::string> encodings;             // ... by these
    std::uint64_t hits = 0;

    std::uint64_t bytes_total() const;
    LeakSearch& operator+=(const LeakSearch& other);
};

struct Case {
    std::string path;       // scenario as given
    std::string title;
    std::string provider;   // "microsoft" or "google"
    std::string transport;  // "direct", "memory" or "tcp"
    std::uint64_t seed = 0;
    std::vector<std::string> covers;
    Verdict verdict = Verdict::passed;
    std::vector<Finding> findings;
    std::string diagnostics;  // rendered text of what is wrong with the scenario file (verdict invalid), or only odd (any other)
    std::string coloured_diagnostics;  // the same for a terminal with colours; empty: as above
    std::uint64_t exchange_count = 0;
    std::map<std::string, std::uint64_t> operations;  // calls of the engine to providers, by statement id; "": not on the list
    LeakSearch leaks;         // nothing: the scenario relaxes the search
    std::string digest;       // of the journal
    double wall_ms = 0;       // real time; never in stable outputs
    std::string rerun;        // the one command that plays just this case again

    /// "scenarios/ooo/x.yaml [microsoft]": the id in every output.
    std::string id() const { return provider.empty() ? path : path + " [" + provider + "]"; }
};

/// An operation that the references list.
struct Operation {
    std::string id;        // "OP-M-INSTANCES"
    std::string provider;  // "microsoft" or "google"
    std::string call;      // "GET /users/{user}/..."
};

struct Run {
    std::vector<Case> cases;
    std::string tzdata;       // version of the time-zone data
    double wall_ms = 0;
    bool stopped_early = false;
    int planned_count = 0;
    std::vector<Operation> listed_operations;  // in the order of the references
};

struct Totals {
    int passed = 0, failed = 0, invalid = 0, broken = 0;
};
Totals totals(const Run& run);

LeakSearch leaks_of(const Run& run);

/// Calls in all cases of a provider: of one statement id, or ("") outside the list.
std::uint64_t calls_of(const Run& run, const std::string& provider, const std::string& id);

/// 0 ok, 1 a check failed, 2 scenario invalid, 4 harness bug or non-determinism; the gravest wins, 4 over 2 over 1.
int exit_code(const Run& run);

}  // namespace reports
