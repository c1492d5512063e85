#pragma once
// One expectation against what was visible at one instant: a list of differences, empty when it holds.
#include <optional>
#include <string>
#include <vector>

#include "sim/judge/history.hpp"
#include "sim/judge/judge.hpp"

namespace sim {

struct Mismatch {
    std::string rule;                     // "meeting-list", "join-button", "calendar", "presence", "calls", "status", "golden"
    std::string title;                    // one sentence
    std::vector<std::string> difference;  // by path
    std::string person;                   // whose exchanges explain it; "" for all
    std::string key{};                    // of the claim's value that differs first, for the caret; "": none of them
    std::optional<Place> place{};         // of that value, when it is deeper than a key
    bool holds() const { return rule.empty(); }
};

/// The claim at the end of instant `when`. Calls are counted by `calls_between`, not here.
Mismatch check_claim(const Trial& trial, const History& history, const Claim& claim, Instant when);
Mismatch calls_between(const Trial& trial, const History& history, const ExpectCalls& claim, Instant from, Instant to);
/// The encrypted list on the wire, canonical: one item per line, by id; and its comparison with the golden file.
Mismatch check_golden(const Trial& trial, const History& history, const ExpectList& claim, Instant when);

Mismatch check_list(const Trial& trial, const History& history, const ExpectList& claim, Instant when);
Mismatch check_provisioning(const History& history, const ExpectProvisioning& claim, Instant when);
Mismatch check_tenant(const History& history, const ExpectTenant& claim, Instant when);
Mismatch check_stored(const Trial& trial, const History& history, const ExpectStored& claim, Instant when);
Mismatch check_place(const Trial& trial, const History& history, const ExpectPlace& claim, Instant when);

/// "ana's personal room" -> her room's URL; anything else is returned as it is.
std::string resolve_join(const Trial& trial, const History& history, const std::string& words);
/// Tags dropped, entities decoded, white space folded: what a reader of an HTML body sees.
std::string visible_text(const std::string& html);
/// How many blocks of join details a body holds, by their first line.
int join_block_count(const std::string& body);
/// Wall clock in the scenario's zone: "2026-03-02 09:00 Europe/Warsaw".
std::string local_text(const Scenario& scenario, Instant when);

}  // namespace sim
