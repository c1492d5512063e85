#include "sim/wire/faults.hpp"

#include <algorithm>
#include <utility>

namespace sim {
std::string seconds_text(std::chrono::milliseconds span) {
    std::string text = std::to_string(span.count() / 1000);
    if (const auto rest = span.count() % 1000; rest != 0) {
        const std::string digits = std::to_string(1000 + rest);
        text += '.' + digits.substr(1);
    }
    return text + " s";
}

std::string name_of(const NetworkFault& fault) {
    switch (fault.kind) {
        case NetworkFault::Kind::answer: return std::to_string(fault.status);
        case NetworkFault::Kind::latency: return seconds_text(fault.wait) + " latency";
        case NetworkFault::Kind::cut_before: return "cut before the request arrived";
        case NetworkFault::Kind::cut_within: return "cut within the response";
        case NetworkFault::Kind::lose: return "lost";
        case NetworkFault::Kind::duplicate: return "sent twice";
        case NetworkFault::Kind::delay: return seconds_text(fault.wait) + " late";
    }
    return {};
}

namespace {

std::string told(const NetworkFault& fault, Place place) {
    return name_of(fault) + " by fault" + (place.line > 0 ? " at line " + std::to_string(place.line) : std::string());
}

bool closes_the_case(NetworkFault::Kind kind) {
    return kind == NetworkFault::Kind::answer || kind == NetworkFault::Kind::cut_before ||
           kind == NetworkFault::Kind::cut_within || kind == NetworkFault::Kind::lose;
}

}  // namespace

bool is_target_kind(std::string_view kind, std::string_view actor) {
    if (kind == "anything") return true;
    if (kind == "calendar") return actor == "graph" || actor == "google" || actor == "gmail";
    if (kind == "token") return actor == "entra" || actor == "google-token";
    if (kind == "devices") return actor.starts_with("app ") || actor.starts_with("device ");
    return kind == actor;  // "cloud", "kms", "own-kms", "engine"
}

std::uint64_t FaultRules::add(const NetworkFault& rule, Place place) {
    rules_.push_back(Rule{++added_, rule, place});
    return added_;
}

bool FaultRules::remove(std::uint64_t number) {
    return std::erase_if(rules_, [&](const Rule& rule) { return rule.number == number; }) > 0;
}

FaultVerdict FaultRules::judge(const MessageTraits& message, Instant now) {
    FaultVerdict verdict;
    bool closed = false;
    for (Rule& rule : rules_) {
        const NetworkFault& fault = rule.fault;
        if (rule.spent) continue;
        if (fault.until && now >= *fault.until) {
            rule.spent = true;
            continue;
        }
        if (!is_target_kind(fault.to, message.to)) continue;
        if (!fault.operation.empty() && fault.operation != message.operation) continue;
        if (!fault.person.empty() && fault.person != message.person) continue;
        // A message that another rule answered or cut is not one that this rule could catch: it stays for the next.
        if (closed && closes_the_case(fault.kind)) continue;
        if (rule.skipped < fault.skip) {
            ++rule.skipped;
            continue;
        }
        if (fault.percent < 100 && chance_.below(100) >= static_cast<std::uint64_t>(std::max(fault.percent, 0))) {
            ++rule.passed_up;
            continue;
        }
        ++rule.caught;
        if (fault.count > 0 && rule.caught >= fault.count) rule.spent = true;
        if (!verdict.told.empty()) verdict.told += "; ";
        verdict.told += told(fault, rule.place);
        closed = closed || closes_the_case(fault.kind);
        switch (fault.kind) {
            case NetworkFault::Kind::answer: {
                fakes::Reply reply = provider_error(message.to, fault.status, GatewayMark{now, ++answered_});
                if (fault.retry_after) {
                    const auto seconds = std::chrono::ceil<std::chrono::seconds>(fault.wait).count();
                    reply.headers.push_back({"Retry-After", std::to_string(seconds)});
                }
                verdict.answer = std::move(reply);
                break;
            }
            case NetworkFault::Kind::latency: verdict.latency += fault.wait; break;
            case NetworkFault::Kind::delay: verdict.delay += fault.wait; break;
            case NetworkFault::Kind::cut_before: verdict.cut = FaultVerdict::Cut::before; break;
            case NetworkFault::Kind::cut_within: verdict.cut = FaultVerdict::Cut::within; break;
            case NetworkFault::Kind::lose: verdict.lose = true; break;
            case NetworkFault::Kind::duplicate: verdict.duplicate = true; break;
        }
    }
    return verdict;
}

std::vector<std::pair<std::string, Place>> FaultRules::idle(Provider provider) const {
    std::vector<std::pair<std::string, Place>> out;
    for (const Rule& rule : rules_) {
        const bool elsewhere = rule.fault.operation.starts_with(provider == Provider::google ? "OP-M-" : "OP-G-");
        if (rule.caught == 0 && rule.passed_up == 0 && !elsewhere) out.emplace_back(name_of(rule.fault), rule.place);
    }
    return out;
}

}  // namespace sim
