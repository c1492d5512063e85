// "Keys are held where they belong" (KMS-CLOUD, KMS-HDS): an organisation with a key server of its own has its keys there
// and none at the cloud's; everybody else's are at the cloud's. What the engine publishes names keys of that server alone.
#include "sim/judge/history.hpp"
#include "sim/judge/invariants.hpp"

namespace sim {
std::vector<reports::Finding> check_key_places(const Trial& trial) {
    std::vector<reports::Finding> findings;
    if (trial.scenario.recording) return findings;
    const bool own = trial.scenario.organisation && trial.scenario.organisation->own_key_server;
    const std::string_view wanted = own ? "own-kms" : "kms";
    const char* requirement = own ? "KMS-HDS" : "KMS-CLOUD";
    const History history(trial.journal);
    const auto server_of = [&](const std::string& key) {
        const auto known = history.keys().find(key);
        return known == history.keys().end() ? std::string("no key server") : known->second.points.front().value->server;
    };
    reports::Finding held = general_finding(trial, "keys are held where they belong", requirement, "");
    std::size_t elsewhere = 0;
    for (const auto& [key, access] : history.keys()) {
        const std::string server = server_of(key);
        if (server == wanted) continue;
        if (++elsewhere <= 3) held.difference.push_back("key " + key + " is held by " + server + ", not by " + std::string(wanted));
    }
    if (elsewhere > 0) {
        held.title = std::to_string(elsewhere) + (elsewhere == 1 ? " key is" : " keys are") + " held by another server than the organisation's";
        findings.push_back(std::move(held));
    }
    for (const Exchange* exchange : history.exchanges()) {
        if (exchange->from != "engine" || exchange->to != "cloud") continue;
        const std::string key = wire_member(exchange->request_body, "encryptionKeyUrl");
        if (key.empty()) continue;
        const std::string server = server_of(key);
        if (server == wanted) continue;
        reports::Finding named = general_finding(trial, "keys are held where they belong", requirement, "what the engine published is sealed with a key of " + server);
        named.difference.push_back("key " + key + ", not of " + std::string(wanted));
        named.why.push_back(exchange_line(*exchange));
        findings.push_back(std::move(named));
        break;
    }
    return findings;
}

}  // namespace sim
