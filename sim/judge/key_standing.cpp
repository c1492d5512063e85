// "Keys in use are good" (KMS-CLOUD, KMS-HDS): what stands in a list at the end is sealed with a key that its server has
// neither revoked nor let expire; so is the name of the space or one-time meeting made for it.
#include "sim/judge/invariants.hpp"
#include "sim/judge/places.hpp"
#include "sim/judge/published.hpp"

namespace sim {

namespace {

const KeyAccess* bad_key(const History& history, const std::string& key, Instant when) {
    const auto access = history.keys().find(key);
    const KeyAccess* now = access == history.keys().end() ? nullptr : access->second.at(when);
    return now != nullptr && (now->revoked || now->retired) ? now : nullptr;
}

reports::Finding finding_of(const Trial& trial, const KeyAccess& key, const char* what) {
    return general_finding(trial, "keys in use are good", key.server == "own-kms" ? "KMS-HDS" : "KMS-CLOUD",
                           std::string(what) + " still sealed with a key that was " + (key.revoked ? "revoked" : "to be renewed"));
}

}  // namespace

std::vector<reports::Finding> check_key_standing(const Trial& trial) {
    std::vector<reports::Finding> findings;
    const History history(trial.journal);
    std::set<std::string> listed;  // every key of a meeting that is in a list
    for (const auto& [uid, series] : published_series(history)) {
        if (!series.listed_by.empty()) listed.insert(series.keys.begin(), series.keys.end());
        for (const auto& [key, people] : series.listed_by) {
            const KeyAccess* bad = bad_key(history, key, trial.scenario.end);
            if (bad == nullptr) continue;
            if (findings.size() == 5) return findings;
            reports::Finding finding = finding_of(trial, *bad, "items are");
            std::string readers;
            for (const std::string& person : people) readers += (readers.empty() ? "" : ", ") + person;
            finding.difference.push_back("key " + key.substr(key.rfind('/') + 1) + " of " + uid + ", in the lists of " + readers);
            findings.push_back(std::move(finding));
        }
    }
    // Of a meeting that is over, nobody reads the name any more.
    for (const auto& [id, place] : made_places(history, trial.scenario.end)) {
        const KeyAccess* bad = bad_key(history, place.key_url, trial.scenario.end);
        if (bad == nullptr || place.deleted || !listed.contains(place.key_url) || findings.size() == 5) continue;
        reports::Finding finding = finding_of(trial, *bad, place.is_space ? "the name of a space is" : "the title of a one-time meeting is");
        finding.difference.push_back("key " + place.key_url.substr(place.key_url.rfind('/') + 1) + ", of " + place.join_url);
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace sim
