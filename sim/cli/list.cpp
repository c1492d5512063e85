#include <cstdio>
#include <map>

#include "sim/cli/case.hpp"
#include "sim/cli/files.hpp"
#include "sim/cli/run.hpp"
#include "sim/scenario/loader.hpp"
#include "sim/scenario/requirements.hpp"

namespace sim {

int list_command(const ListOptions& options) {
    const FoundScenarios found = find_scenarios(options.paths);
    for (const std::string& error : found.errors) std::fprintf(stderr, "calrig: %s\n", error.c_str());
    if (!found.errors.empty()) return exit_scenario_invalid;
    const auto read = [](const std::string& path) { return read_file(path, kScenarioBytesMax).text; };
    std::map<std::string, std::vector<std::string>> proofs;
    int code = exit_ok;
    int cases = 0;
    for (const std::string& path : found.paths) {
        FileText file = read_file(path, kScenarioBytesMax);
        const Loaded loaded = file.text ? read_scenario(path, *file.text, read) : Loaded{};
        if (!loaded.scenario) {
            std::fprintf(stderr, "calrig: %s is not valid: see  calrig lint %s\n", path.c_str(), path.c_str());
            code = exit_scenario_invalid;
            continue;
        }
        std::string providers;
        for (const Provider provider : loaded.scenario->providers) {
            providers += (providers.empty() ? "" : ", ") + std::string(provider_name(provider));
            ++cases;
        }
        for (const std::string& id : loaded.scenario->covers) proofs[id].push_back(path);
        if (!options.requirements) std::printf("%s  [%s]\n    %s\n", path.c_str(), providers.c_str(), loaded.scenario->title.c_str());
    }
    if (!options.requirements) {
        std::printf("\n%zu scenarios, %d cases\n", found.paths.size(), cases);
        return code;
    }
    int covered = 0;
    for (const Requirement& row : requirements()) {
        const auto proof = proofs.find(std::string(row.id));
        const std::size_t count = proof == proofs.end() ? 0 : proof->second.size();
        covered += count > 0;
        std::printf("%s %-19.*s %.*s\n", count > 0 ? "+" : "-", static_cast<int>(row.id.size()), row.id.data(),
                    static_cast<int>(row.sentence.size()), row.sentence.data());
        if (count > 0)
            for (const std::string& path : proof->second) std::printf("      %s\n", path.c_str());
    }
    std::printf("\n%d of %zu statements covered\n", covered, requirements().size());
    return code;
}

}  // namespace sim
