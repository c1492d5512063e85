#include "sim/judge/invariants.hpp"

#include <algorithm>
#include <set>

#include "sim/scenario/requirements.hpp"

namespace sim {
bool is_calendar(const std::string& to) {
    return to == "graph" || to == "google" || to == "gmail";
}

namespace {

bool ends_access(const std::string& operation) {
    return operation == "OP-M-UNSUBSCRIBE" || operation == "OP-G-STOP" || operation == "OP-G-ACL-DELETE";
}

/// Adding events and trying permissions belongs to the test of a mailbox that an administrator asked for: this call was
/// made, about this person or any, while such a request waited for its answer.
bool is_asked_test(const Trial& trial, const Exchange& call) {
    const auto person = trial.scenario.people.find(call.person);
    for (const Record& record : trial.journal.records()) {
        const auto* asked = std::get_if<Exchange>(&record.what);
        if (asked == nullptr || asked->from != "admin" || !asked->target.ends_with("/test") || asked->sent > call.sent || asked->done < call.sent) continue;
        if (person != trial.scenario.people.end() && asked->request_body.find(person->second.person.address) != std::string::npos) return true;
    }
    return false;
}

/// Whether the service was provisioned at some moment: by the story's acts, where the story does it.
bool provisioned_at(const Trial& trial, Instant when) {
    const auto& organisation = trial.scenario.organisation;
    bool on = !organisation || organisation->provisioned;
    for (const Step& step : trial.scenario.story) {
        if (step.at > when) continue;
        const auto* provision = std::get_if<Provision>(&step.act);
        // An answer that is brought back twice counts the first time.
        if (step.may_be_refused && (provision == nullptr || provision->forges != "repetition")) continue;
        if (provision != nullptr) on = true;
        if (std::holds_alternative<Deprovision>(step.act)) on = false;
    }
    return on;
}

/// When a person was activated, as (instant, active) by time; before the first entry: inactive.
std::vector<std::pair<Instant, bool>> activation(const Trial& trial, const std::string& key) {
    std::vector<std::pair<Instant, bool>> out;
    const auto person = trial.scenario.people.find(key);
    out.emplace_back(Instant::min(), person != trial.scenario.people.end() && person->second.activated);
    for (const Step& step : trial.scenario.story)
        if (const auto* act = std::get_if<Activate>(&step.act); act != nullptr && act->person == key)
            out.emplace_back(step.at, act->active);
    return out;
}

bool active_at(const std::vector<std::pair<Instant, bool>>& changes, Instant when) {
    bool active = false;
    for (const auto& [at, on] : changes)
        if (at <= when) active = on;
    return active;
}

}  // namespace

const std::vector<Invariant>& invariants() {
    static const std::vector<Invariant> all = {
        {"nothing sensitive leaves in clear", "ENC-TRANSIT, ENC-REST",
         "titles, bodies, places, names and addresses appear in nothing the engine sends to anyone but a calendar provider, stores or logs, in any common encoding; and no token, secret or key in its store or log",
         check_leaks},
        {"only listed operations", "OP-*", "the engine calls no provider operation outside the two references' lists", check_operations},
        {"only activated users", "G-ACTIVATED-ONLY", "the engine touches only calendars of users who are activated", check_activated},
        {"no echo loop", "SCHED-WRITEBACK", "the engine writes an event at most once per change a person makes to it", check_echo},
        {"no mailbox is crowded", "", "the engine never has more than four calls to one mailbox under way: a provider refuses the fifth", check_crowds},
        {"no bad requests", "", "no provider, cloud or key server answers the engine that its request was malformed", check_refusals},
        {"acts are carried out", "", "every act of the story is accepted, unless the scenario says that it is refused", check_acts},
        {"converged at the end", "LIST-APP, LIST-DEVICE", "at the end every screen shows what its calendar holds inside the window", check_converged},
        {"keys are for those invited", "KMS-CLOUD, DATA-INVITEES",
         "at the end exactly the organizer, the organisation's own participants and the rooms of a meeting hold its key; nobody holds a key of a meeting they are not in",
         check_key_holders},
        {"keys are held where they belong", "KMS-CLOUD, KMS-HDS",
         "keys are made and held by the organisation's own key server where it has one, else by the cloud's; whatever the engine publishes names a key of that one",
         check_key_places},
        {"keys in use are good", "KMS-CLOUD, KMS-HDS",
         "what stands in a list at the end is sealed with a key that its server has neither revoked nor let expire", check_key_standing},
        {"no nonce is used twice", "ENC-TRANSIT", "no two texts that the engine sends are sealed with the same nonce", check_nonces},
        {"recording is followed", "",
         "with a recording in place of the provider, the engine asks everything that was recorded and nothing else", check_recording},
    };
    return all;
}

reports::Finding general_finding(const Trial& trial, const char* rule, const char* requirement, std::string title) {
    reports::Finding finding;
    finding.rule = rule;
    finding.requirement = requirement;
    finding.title = std::move(title);
    finding.file = trial.scenario.path;
    return finding;
}

std::map<std::string, std::uint64_t> operations_used(const Journal& journal) {
    std::map<std::string, std::uint64_t> counts;
    for (const Record& record : journal.records())
        if (const auto* exchange = std::get_if<Exchange>(&record.what); exchange && exchange->from == "engine" && is_calendar(exchange->to))
            ++counts[exchange->operation];
    return counts;
}

std::vector<reports::Finding> check_operations(const Trial& trial) {
    std::vector<reports::Finding> findings;
    std::set<std::string> said;
    for (const Record& record : trial.journal.records()) {
        const auto* exchange = std::get_if<Exchange>(&record.what);
        if (exchange == nullptr || exchange->from != "engine" || !is_calendar(exchange->to)) continue;
        const bool out_of_place = exchange->operation == "OP-M-EVENT-ADD" && !is_asked_test(trial, *exchange);
        if (out_of_place && said.insert("out of place").second) {
            reports::Finding finding = general_finding(trial, "only listed operations", "OP-M-EVENT-ADD", "the engine added an event outside a test of provisioning");
            finding.why.push_back(exchange_line(*exchange));
            findings.push_back(std::move(finding));
        }
        if (!exchange->operation.empty()) continue;
        const std::string route = exchange->method + " " + exchange->target.substr(0, exchange->target.find('?'));
        if (!said.insert(exchange->method + exchange->to).second) continue;
        reports::Finding finding = general_finding(trial, "only listed operations", "OP-*", "the engine made a call that is not on the list");
        finding.difference.push_back(route);
        finding.why.push_back(exchange_line(*exchange));
        findings.push_back(std::move(finding));
    }
    return findings;
}

std::vector<reports::Finding> check_activated(const Trial& trial) {
    std::vector<reports::Finding> findings;
    std::map<std::string, std::vector<std::pair<Instant, bool>>> known;
    std::set<std::string> said;
    for (const Record& record : trial.journal.records()) {
        const auto* exchange = std::get_if<Exchange>(&record.what);
        if (exchange == nullptr || exchange->from != "engine" || !is_calendar(exchange->to) || exchange->person.empty()) continue;
        // Bookings at devices are organized by the tenant's scheduling account (facts/webex.md 4.4), which is nobody's mailbox.
        if (exchange->person == "admin") continue;
        const auto place = known.try_emplace(exchange->person);
        if (place.second) place.first->second = activation(trial, exchange->person);
        const bool active = active_at(place.first->second, exchange->sent) && provisioned_at(trial, exchange->sent);
        if (active || ends_access(exchange->operation) || is_asked_test(trial, *exchange)) continue;
        if (!said.insert(exchange->person).second) continue;
        reports::Finding finding = general_finding(trial, "only activated users", "G-ACTIVATED-ONLY",
                                                   "the engine touched the calendar of " + exchange->person + ", who is not activated");
        finding.why.push_back(exchange_line(*exchange));
        findings.push_back(std::move(finding));
    }
    return findings;
}

/// The iCalendar uid in an answered event: "iCalUId" at Graph, "iCalUID" at Google.
std::string uid_answered(const std::string& body) {
    for (const std::string_view name : {"\"iCalUId\"", "\"iCalUID\""}) {
        const std::size_t at = body.find(name);
        if (at == std::string::npos) continue;
        const std::size_t from = body.find('"', at + name.size());
        const std::size_t to = from == std::string::npos ? from : body.find('"', from + 1);
        if (to != std::string::npos) return body.substr(from + 1, to - from - 1);
    }
    return {};
}

std::vector<reports::Finding> check_echo(const Trial& trial) {
    // What the engine wrote to an event, against what people did to it: each act is worth one write, as is each setting that
    // changes what join details say. A copy that no act names (a booking of a device, say) has the whole story's acts.
    if (trial.scenario.recording) return {};  // what people did is not known, and the recording bounds the writes
    struct Written {
        int count = 0;
        const Exchange* last = nullptr;
        std::string uid;
    };
    std::map<std::string, Written> writes;
    std::map<std::string, int> acts;  // by uid
    int all_acts = 0, settings = 0;
    for (const Record& record : trial.journal.records()) {
        if (const auto* act = std::get_if<ActDone>(&record.what); act != nullptr) {
            if (act->event.empty()) ++settings;
            else ++all_acts, ++acts[act->uid];
        }
        const auto* exchange = std::get_if<Exchange>(&record.what);
        if (exchange == nullptr || exchange->from != "engine" || exchange->status < 200 || exchange->status > 299) continue;
        if (exchange->operation != "OP-M-EVENT-PATCH" && exchange->operation != "OP-G-EVENT-PATCH") continue;
        Written& written = writes[exchange->target.substr(0, exchange->target.find('?'))];
        ++written.count;
        written.last = exchange;
        if (written.uid.empty()) written.uid = uid_answered(exchange->reply_body);
    }
    std::vector<reports::Finding> findings;
    for (const auto& [target, written] : writes) {
        const auto known = acts.find(written.uid);
        const int changes = known == acts.end() ? all_acts : known->second + settings;
        if (written.count <= changes) continue;
        reports::Finding finding = general_finding(trial, "no echo loop", "SCHED-WRITEBACK",
                                                   "the engine wrote one event " + std::to_string(written.count) + " times");
        finding.difference.push_back("people acted " + std::to_string(changes) + " times on " + (known == acts.end() ? "events" : "it, or on what it says,") + " in the whole story");
        finding.why.push_back(exchange_line(*written.last));
        findings.push_back(std::move(finding));
    }
    return findings;
}

std::vector<reports::Finding> check_refusals(const Trial& trial) {
    std::vector<reports::Finding> findings;
    std::set<std::string> said;
    // A handshake that the network lost, garbled or kept for a while, or that found nobody in: Graph then refuses the
    // subscription, which is no fault of the request.
    std::vector<Instant> lost_handshakes;
    for (const Record& record : trial.journal.records())
        if (const auto* exchange = std::get_if<Exchange>(&record.what);
            exchange && exchange->to == "engine" && (!exchange->fault.empty() || exchange->status == 0) && exchange->target.find("validationToken=") != std::string::npos)
            lost_handshakes.push_back(exchange->sent);
    const auto lost_handshake_of = [&](const Exchange& exchange) {
        return exchange.operation == "OP-M-SUBSCRIBE" && std::ranges::any_of(lost_handshakes, [&](Instant sent) {
                   return sent >= exchange.sent;
               });
    };
    for (const Record& record : trial.journal.records()) {
        const auto* exchange = std::get_if<Exchange>(&record.what);
        if (exchange == nullptr || exchange->from != "engine" || !exchange->fault.empty() || lost_handshake_of(*exchange)) continue;
        const int status = exchange->status;
        if (status == 501 && trial.scenario.recording && is_calendar(exchange->to)) continue;  // "recording is followed" tells more
        const bool malformed = status == 400 || status == 405 || status == 411 || status == 413 || status == 414 || status == 415 || status == 422 || status == 501;
        if (!malformed || exchange->to == "google-token" || exchange->to == "entra") continue;
        if (!said.insert(exchange->to + exchange->method + std::to_string(status) + exchange->broken_rule).second) continue;
        if (findings.size() >= 5) break;
        reports::Finding finding = general_finding(trial, "no bad requests", "", exchange->to + " refused a request of the engine as malformed");
        finding.difference.push_back(exchange->broken_rule.empty() ? "answered " + std::to_string(status) : exchange->broken_rule);
        finding.why.push_back(exchange_line(*exchange));
        if (!exchange->reply_body.empty()) finding.why.push_back(exchange->reply_body.substr(0, 300));
        findings.push_back(std::move(finding));
    }
    return findings;
}

std::vector<reports::Finding> check_acts(const Trial& trial) {
    std::vector<reports::Finding> findings;
    for (const Record& record : trial.journal.records()) {
        if (const auto* note = std::get_if<Note>(&record.what); note != nullptr && note->kind == Note::Kind::idle_fault) {
            reports::Finding finding = placed_finding(trial, "acts are carried out", note->text, note->place, "nothing came its way");
            finding.difference.emplace_back("no message of that kind was sent after the act, or `skip` or an earlier fault had them all");
            findings.push_back(std::move(finding));
            continue;
        }
        const auto* act = std::get_if<ActDone>(&record.what);
        if (act == nullptr) continue;
        const auto step = std::ranges::find_if(trial.scenario.story, [&](const Step& one) {
            return one.place.line == act->place.line && one.place.column == act->place.column;
        });
        const bool may = step != trial.scenario.story.end() && step->may_be_refused;
        const bool otherwise = may && !act->refusal.empty() && !step->because.empty() && !act->refusal.starts_with(step->because + ":");
        if (otherwise) {
            reports::Finding finding = placed_finding(trial, "acts are carried out", "the act was refused for another reason: " + act->refusal, act->place, step->because);
            finding.why.push_back("at " + local_text(trial.scenario, record.at) + ": " + act->text);
            findings.push_back(std::move(finding));
            continue;
        }
        if (act->refusal.empty() == !may) continue;
        reports::Finding finding = placed_finding(trial, "acts are carried out",
                                                  act->refusal.empty() ? "the act was accepted, but the scenario says that it is refused"
                                                                       : "the act was refused: " + act->refusal,
                                                  act->place, act->refusal.empty() ? "accepted" : "refused");
        finding.why.push_back("at " + local_text(trial.scenario, record.at) + ": " + act->text);
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace sim
