// "Keys in use are good" (KMS-CLOUD, KMS-HDS): what stands in a list at the end is sealed with a key that its server has
// neither revoked nor let expire.
#include "sim/judge/invariants.hpp"
#include "sim/judge/published.hpp"

namespace sim {

std::vector<reports::Finding> check_key_standing(const Trial& trial) {
    std::vector<reports::Finding> findings;
    const History history(trial.journal);
    for (const auto& [uid, series] : published_series(history))
        for (const auto& [key, people] : series.listed_by) {
            const auto access = history.keys().find(key);
            const KeyAccess* now = access == history.keys().end() ? nullptr : access->second.at(trial.scenario.end);
            if (now == nullptr || (!now->revoked && !now->retired)) continue;
            if (findings.size() == 5) return findings;
            reports::Finding finding = general_finding(trial, "keys in use are good", now->server == "own-kms" ? "KMS-HDS" : "KMS-CLOUD",
                                                       std::string("items are still sealed with a key that was ") + (now->revoked ? "revoked" : "to be renewed"));
            std::string readers;
            for (const std::string& person : people) readers += (readers.empty() ? "" : ", ") + person;
            finding.difference.push_back("key " + key.substr(key.rfind('/') + 1) + " of " + uid + ", in the lists of " + readers);
            findings.push_back(std::move(finding));
        }
    return findings;
}

}  // namespace sim
