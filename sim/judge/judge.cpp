#include "sim/judge/judge.hpp"

#include <algorithm>
#include <set>

#include "sim/judge/invariants.hpp"
#include "sim/scenario/diagnostic.hpp"

namespace sim {
namespace {

/// The instants inside a span at which something could have become visible: its ends and every record between them.
std::vector<Instant> moments(const Journal& journal, Instant from, Instant to) {
    std::set<Instant> out{from, to};
    for (const Record& record : journal.records())
        if (record.at > from && record.at < to && !std::holds_alternative<Exchange>(record.what)) out.insert(record.at);
    return {out.begin(), out.end()};
}

struct Verdict {
    Mismatch mismatch;
    Instant at{};
};

Verdict check_expectation(const Trial& trial, const History& history, const Expectation& expectation) {
    if (const auto* calls = std::get_if<ExpectCalls>(&expectation.claim)) {
        const Instant from = expectation.from == expectation.to ? trial.scenario.begin : expectation.from;
        return {calls_between(trial, history, *calls, from, expectation.to), expectation.to};
    }
    if (expectation.from == expectation.to)
        return {check_claim(trial, history, expectation.claim, expectation.to), expectation.to};
    bool held = false;
    for (const Instant when : moments(trial.journal, expectation.from, expectation.to)) {
        Mismatch mismatch = check_claim(trial, history, expectation.claim, when);
        if (mismatch.holds()) held = true;
        else if (expectation.throughout || held || when == expectation.to) return {std::move(mismatch), when};
    }
    return {};
}

/// Where the caret goes: to the value that differs, else to the claim.
Place place_of(const Expectation& expectation, const Mismatch& mismatch) {
    if (mismatch.place) return *mismatch.place;
    const auto value = expectation.places.find(mismatch.key);
    return value == expectation.places.end() ? expectation.place : value->second;
}

std::string covers_text(const Scenario& scenario) {
    std::string out;
    for (const std::string& id : scenario.covers) out += (out.empty() ? "" : ", ") + id;
    return out;
}

}  // namespace

reports::Finding placed_finding(const Trial& trial, const std::string& rule, std::string title, const Place& place,
                                const std::string& label) {
    reports::Finding finding = general_finding(trial, "", "", std::move(title));
    finding.rule = rule;
    finding.requirement = covers_text(trial.scenario);
    finding.line = place.line;
    finding.column = place.column;
    std::string snippet = render_diagnostics(trial.scenario.path, trial.scenario.text, {Diagnostic{place, "", "", label}});
    // The renderer's first line is the headline, which a finding prints itself.
    finding.snippet = snippet.substr(std::min(snippet.size(), snippet.find('\n') + 1));
    return finding;
}

std::vector<reports::Finding> judge(const Trial& trial) {
    const History history(trial.journal);
    std::vector<reports::Finding> findings;
    for (const Expectation& expectation : trial.scenario.expect) {
        Verdict verdict = check_expectation(trial, history, expectation);
        if (verdict.mismatch.holds()) continue;
        reports::Finding finding = placed_finding(trial, verdict.mismatch.rule, std::move(verdict.mismatch.title), place_of(expectation, verdict.mismatch),
                                                  "at " + local_text(trial.scenario, verdict.at));
        finding.difference = std::move(verdict.mismatch.difference);
        finding.why = history.exchanges_behind(finding.rule, verdict.mismatch.person, verdict.at, 4);
        findings.push_back(std::move(finding));
    }
    std::stable_sort(findings.begin(), findings.end(),
                     [](const reports::Finding& a, const reports::Finding& b) { return a.line < b.line; });
    for (const Invariant& invariant : invariants()) {
        const auto& relaxed = trial.scenario.relaxed;
        if (std::ranges::find(relaxed, invariant.name) != relaxed.end()) continue;
        std::vector<reports::Finding> broken = invariant.check(trial);
        std::ranges::move(broken, std::back_inserter(findings));
    }
    // A request that was not recorded is mostly the cause of all the rest.
    std::ranges::stable_partition(findings, [](const reports::Finding& one) { return one.rule == "recording is followed"; });
    return findings;
}

}  // namespace sim
