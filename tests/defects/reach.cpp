// defect_reach [STATEMENT...]: plays every scenario under the planted defect that breaks a statement, on the provider for
// which it is planted, and says which scenarios fail that do not name the statement in `covers:`. STATEMENT=DEFECT tries
// another defect for it. Runs long: no test.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <string_view>

#include "tests/defects/defects.hpp"
#include "tests/world/cases.hpp"

namespace {

std::vector<sim::Scenario> all_scenarios() {
    std::vector<std::string> paths;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(cases::scenario_folder()))
        if (entry.path().extension() == ".yaml") paths.push_back(entry.path().string());
    std::sort(paths.begin(), paths.end());
    std::vector<sim::Scenario> out;
    for (const std::string& path : paths)
        if (sim::Loaded loaded = cases::load(path); loaded.scenario) out.push_back(std::move(*loaded.scenario));
    return out;
}

/// The rules by which the judge notices the defect; empty: it does not.
std::set<std::string> noticed(const sim::Scenario& scenario, const defects::Defect& defect) {
    sim::WorldSettings settings;
    settings.transport = sim::Transport::direct;
    settings.seed = scenario.seed.value_or(1);
    settings.doubles = defect.plant();
    std::set<std::string> rules;
    const sim::Played played = sim::play(scenario, defect.provider, settings);
    for (const reports::Finding& finding : sim::judge(sim::Trial{scenario, defect.provider, played.journal, {cases::read, {}}})) rules.insert(finding.rule);
    if (!played.complaints.empty()) rules.insert("harness");
    return rules;
}

std::string joined(const std::set<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
}

}  // namespace

int main(int count, char** words) {
    std::set<std::string> asked;
    std::map<std::string, std::string> instead;
    for (const std::string_view word : std::span(words + 1, words + count)) {
        const std::size_t equals = word.find('=');
        asked.emplace(word.substr(0, equals));
        if (equals != std::string_view::npos) instead.emplace(word.substr(0, equals), word.substr(equals + 1));
    }
    const std::vector<sim::Scenario> scenarios = all_scenarios();
    const std::vector<defects::Defect> all = defects::all_defects();
    const std::string folder = cases::scenario_folder() + "/";
    int sharp = 0, statements = 0;
    for (defects::Broken row : defects::broken_statements()) {
        if (const auto other = instead.find(row.statement); other != instead.end()) row.defect = other->second;
        if (!asked.empty() && !asked.contains(row.statement)) continue;
        const auto defect = std::ranges::find(all, row.defect, &defects::Defect::name);
        if (defect == all.end()) return 2;
        int played = 0, inside = 0;
        std::vector<std::string> outside;
        for (const sim::Scenario& scenario : scenarios) {
            if (scenario.recording || std::ranges::find(scenario.providers, defect->provider) == scenario.providers.end()) continue;
            ++played;
            const std::set<std::string> rules = noticed(scenario, *defect);
            if (rules.empty()) continue;
            if (std::ranges::find(scenario.covers, row.statement) != scenario.covers.end()) ++inside;
            else outside.push_back(scenario.path.substr(folder.size()) + "  (" + joined(rules) + ")");
        }
        ++statements;
        sharp += outside.empty() ? 1 : 0;
        std::printf("%-20s %-36s %3d scenarios played, %3d that cover it fail, %3zu others\n", row.statement.c_str(), row.defect.c_str(), played, inside, outside.size());
        for (const std::string& path : outside) std::printf("    %s\n", path.c_str());
        std::fflush(stdout);
    }
    std::printf("%d of %d statements: only scenarios that cover it catch its defect\n", sharp, statements);
    return 0;
}
