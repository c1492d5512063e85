// What happened: exchanges, counts per operation, mails.
#include <nlohmann/json.hpp>

#include "sim/scenario/requirements.hpp"
#include "sim/serve/control/routes.hpp"
#include "sim/wire/masking.hpp"

namespace sim::control {
namespace {

constexpr std::int64_t exchanges_shown = 100, exchanges_shown_max = 1'000;

/// Tokens travel in queries, too: `?access_token=`.
std::string masked_target(Masking& masking, const std::string& target) {
    const std::size_t mark = target.find('?');
    if (mark == std::string::npos) return masking.known(target);
    return masking.known(target.substr(0, mark + 1)) + masking.body(target.substr(mark + 1));
}

ordered_json headers_json(Masking& masking, const std::vector<fakes::Header>& headers) {
    ordered_json out = ordered_json::array();
    for (const fakes::Header& header : headers) out.push_back({{"name", header.name}, {"value", masking.header(header.name, header.value)}});
    return out;
}

ordered_json body_json(Masking& masking, const LedgerEntry::Body& body) {
    ordered_json out{{"bytes", body.size}};
    // A body that is not whole cannot be read, so its secrets would not be found.
    const bool whole = body.kept.size() == body.size;
    const bool may_hold_secrets = body.kept.find("token") != std::string::npos || body.kept.find("secret") != std::string::npos || body.kept.find("assertion") != std::string::npos || body.kept.find("clientState") != std::string::npos;
    if (whole || !may_hold_secrets) out["text"] = masking.body(std::string(body.kept));
    if (!whole) out["shortened"] = true;
    return out;
}

ordered_json entry_json(Masking& masking, const LedgerEntry& entry, bool with_bodies) {
    ordered_json out{{"number", entry.number}, {"at", iso(entry.begun)}, {"actor", entry.actor}, {"outgoing", entry.outgoing},
                     {"method", entry.method}, {"target", masked_target(masking, entry.target)}, {"status", entry.status()}};
    if (!entry.operation.empty()) out["operation"] = entry.operation;
    if (!entry.what.empty()) out["what"] = masking.known(entry.what);
    if (entry.reply && !entry.reply->broken_rule.empty()) out["why"] = masking.known(entry.reply->broken_rule);
    if (entry.done != entry.begun) out["done"] = iso(entry.done);
    if (!with_bodies) return out;
    out["request"] = {{"headers", headers_json(masking, entry.request_headers)}, {"body", body_json(masking, entry.request_body())}};
    if (entry.reply) out["reply"] = {{"headers", headers_json(masking, entry.reply->headers)}, {"body", body_json(masking, entry.reply_body())}};
    return out;
}

ordered_json count_json(const OperationCount& count) {
    return {{"calls", count.calls}, {"good", count.good}, {"refused", count.refused}, {"failed", count.failed}, {"unanswered", count.unanswered}};
}

}  // namespace

void get_exchanges(Control& control, Call& call) {
    const std::uint64_t after = static_cast<std::uint64_t>(call.number("after").value_or(0));
    const std::int64_t asked = call.number("limit").value_or(exchanges_shown);
    if (asked < 1 || asked > exchanges_shown_max) return call.refuse(400, "`limit` cannot be " + std::to_string(asked), "it is 1 to " + std::to_string(exchanges_shown_max));
    const auto limit = static_cast<std::size_t>(asked);
    const auto actor = call.text("actor");
    const bool bodies = call.text("bodies") == "yes";
    const auto& entries = control.ledger.entries();
    std::vector<const LedgerEntry*> chosen;
    for (auto entry = entries.rbegin(); entry != entries.rend() && chosen.size() < limit && entry->number > after; ++entry)
        if (!actor || entry->actor == *actor) chosen.push_back(&*entry);
    Masking masking(Secrets::of_callers_and_receivers);
    ordered_json list = ordered_json::array();
    for (auto entry = chosen.rbegin(); entry != chosen.rend(); ++entry) list.push_back(entry_json(masking, **entry, bodies));
    call.give({{"noted", control.ledger.noted()}, {"kept", entries.size()}, {"bytes", control.ledger.bytes()}, {"exchanges", list}});
}

void get_exchange(Control& control, Call& call) {
    const std::string& text = call.path["number"];
    const bool digits = !text.empty() && text.size() < 19 && text.find_first_not_of("0123456789") == std::string::npos;
    const LedgerEntry* entry = digits ? control.ledger.find(std::stoull(text)) : nullptr;
    if (entry == nullptr) {
        const auto& entries = control.ledger.entries();
        return call.refuse(404, "there is no exchange `" + text.substr(0, 40) + "`",
                           entries.empty() ? std::string("none is kept") : "kept are " + std::to_string(entries.front().number) + " to " + std::to_string(entries.back().number));
    }
    Masking masking(Secrets::of_callers_and_receivers);
    call.give(entry_json(masking, *entry, true));
}

void delete_exchanges(Control& control, Call& call) {
    control.ledger.clear();
    call.give({{"kept", 0}});
}

void get_coverage(Control& control, Call& call) {
    const auto& counts = control.ledger.operations();
    ordered_json operations = ordered_json::array();
    std::size_t listed = 0, called = 0;
    for (const Requirement& requirement : requirements()) {
        if (requirement.operation.empty()) continue;
        const auto count = counts.find(requirement.id);
        ordered_json one{{"id", requirement.id}};
        one.update(count_json(count == counts.end() ? OperationCount{} : count->second));
        one["operation"] = requirement.operation;
        ++listed;
        if (count != counts.end()) ++called;
        operations.push_back(std::move(one));
    }
    ordered_json actors = ordered_json::object();
    for (const auto& [actor, count] : control.ledger.actors()) actors[actor] = count_json(count);
    call.give({{"listed", listed}, {"called", called}, {"operations", operations}, {"actors", actors}});
}

void delete_coverage(Control& control, Call& call) {
    control.ledger.clear_counts();
    call.give({{"called", 0}});
}

void get_mails(Control& control, Call& call) {
    ordered_json list = ordered_json::array();
    for (const fakes::Mail& mail : control.host.world().google().outbox())
        list.push_back({{"sent", iso(mail.sent)}, {"about", fakes::name_of(mail.about)}, {"from", mail.from}, {"to", mail.to},
                        {"subject", mail.subject}, {"event", mail.event_id}, {"uid", mail.uid}});
    call.give({{"mails", list}});
}

void delete_mails(Control& control, Call& call) {
    control.host.world().google().clear_outbox();
    call.give({{"mails", ordered_json::array()}});
}

}  // namespace sim::control
