// "No mailbox is crowded": four calls of one application to one mailbox at a time (Graph docs: throttling limits of the
// Outlook service, MailboxConcurrency).
#include <map>

#include "sim/judge/invariants.hpp"

namespace sim {
namespace {

constexpr int calls_at_once = 4;

}  // namespace

std::vector<reports::Finding> check_crowds(const Trial& trial) {
    std::vector<reports::Finding> findings;
    struct Turn {
        int change = 0;
        const Exchange* exchange = nullptr;
    };
    // By person and time; at one instant what ends makes room for what begins.
    std::map<std::string, std::multimap<std::pair<Instant, int>, Turn>> calls;
    for (const Record& record : trial.journal.records()) {
        const auto* exchange = std::get_if<Exchange>(&record.what);
        if (exchange == nullptr || exchange->from != "engine" || !is_calendar(exchange->to) || exchange->person.empty() || exchange->done <= exchange->sent) continue;
        auto& of_person = calls[exchange->person];
        of_person.emplace(std::pair(exchange->sent, 1), Turn{1, exchange});
        of_person.emplace(std::pair(exchange->done, 0), Turn{-1, exchange});
    }
    for (const auto& [person, turns] : calls) {
        int now = 0;
        for (const auto& [at, turn] : turns) {
            now += turn.change;
            if (now <= calls_at_once) continue;
            reports::Finding finding = general_finding(trial, "no mailbox is crowded", "", std::to_string(now) + " calls to the mailbox of " + person + " were under way at once");
            finding.why.push_back(exchange_line(*turn.exchange));
            findings.push_back(std::move(finding));
            break;
        }
    }
    return findings;
}

}  // namespace sim
