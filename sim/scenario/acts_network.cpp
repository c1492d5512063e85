// The rude network: rules that catch the next messages of a kind. And what a key server's administrator does.
#include <array>

#include "sim/scenario/acts.hpp"
#include "sim/scenario/story_book.hpp"
#include "sim/scenario/vocabulary.hpp"

namespace sim {
namespace {

using FaultKind = NetworkFault::Kind;

struct Outcome {
    std::string_view key;
    FaultKind kind;
};
constexpr std::array kOutcomes{Outcome{"answer", FaultKind::answer},       Outcome{"latency", FaultKind::latency},
                               Outcome{"cut", FaultKind::cut_within},      Outcome{"lose", FaultKind::lose},
                               Outcome{"duplicate", FaultKind::duplicate}, Outcome{"delay", FaultKind::delay}};

/// How often, whom, until when: the same for every fault.
bool read_extent(ActReading& r, NetworkFault& fault) {
    Fields& f = r.fields;
    if (f.has("next") && f.has("until")) {
        r.state.error(f.key_place("until"), "`next` and `until` together", "count the messages or set an end, not both");
        return false;
    }
    fault.until = f.has("until") ? f.time("until") : std::nullopt;
    fault.count = f.has("until") ? 0 : f.number("next").value_or(1);
    fault.skip = f.number("skip").value_or(0);
    fault.percent = f.number("percent").value_or(100);
    fault.person = f.person("person").value_or("");
    if (f.has("next") && fault.count == 0) r.state.error(f.place("next"), "a fault of no messages does nothing", "write 1 or more");
    if (fault.percent < 1 || fault.percent > 100)
        r.state.error(f.place("percent"), "a percentage goes from 1 to 100", "");
    if (fault.until && *fault.until <= r.at)
        r.state.error(f.place("until"), "the fault ends before it begins", "it begins at " + text_of(r.at, *r.state.zone));
    return true;
}

std::string channel(std::string_view word) {
    if (word == "notifications") return "engine";
    if (word == "pushes") return "devices";
    return std::string(word);
}

/// `lose: notifications`: the outcome's own value says what is caught.
void read_target(ActReading& r, NetworkFault& fault, std::string_view outcome) {
    Fields& f = r.fields;
    const bool of_messages = outcome == "lose" || outcome == "duplicate" || outcome == "delay";
    if (!of_messages) {
        if (!f.has("calls to")) {
            r.state.error(f.owner_place(), "the fault does not say which calls it catches", "add `calls to: calendar`");
            return;
        }
        fault.to = f.word("calls to").value_or("");
    } else {
        const auto what = f.word(outcome);
        if (!what) return;
        fault.to = channel(*what);
        if (*what == "calls") {
            fault.to = f.word("calls to").value_or("anything");
        } else if (f.has("calls to")) {
            r.state.error(f.key_place("calls to"), "`calls to` does not go with " + *what, "leave it out");
        }
    }
    const auto& organisation = r.state.scenario.organisation;
    if (fault.to == "own-kms" && !(organisation && organisation->own_key_server))
        r.state.error(f.place("calls to"), "the organisation has no key server of its own", "add `organisation: { key server: own }`, or write `calls to: kms`");
    if (f.has("operation") && fault.to != "calendar" && fault.to != "anything")
        r.state.error(f.key_place("operation"), "operations are calls to the calendar", "write `calls to: calendar`");
    fault.operation = f.operation("operation").value_or("");
}

/// The event is alive: what its key is by then, the meeting cloud's lists tell.
void act_on_key(ActReading& r, ActOnKey::What what) {
    if (const KnownEvent* event = r.book.living_event(r.fields, "event", r.at)) r.acts.push_back(ActOnKey{what, event->id});
}

}  // namespace

void read_kms_revokes(ActReading& r) { act_on_key(r, ActOnKey::What::revoke); }
void read_kms_renews(ActReading& r) { act_on_key(r, ActOnKey::What::renew); }
void read_kms_moves(ActReading& r) { act_on_key(r, ActOnKey::What::move); }

void read_network(ActReading& r) {
    Fields& f = r.fields;
    NetworkFault fault;
    std::string_view outcome;
    for (const Outcome& one : kOutcomes) {
        if (!f.has(one.key)) continue;
        if (!outcome.empty()) {
            r.state.error(f.key_place(one.key), "`" + std::string(outcome) + "` and `" + std::string(one.key) + "` together",
                          "one fault does one thing: write two");
            return;
        }
        outcome = one.key;
        fault.kind = one.kind;
    }
    if (outcome.empty()) {
        r.state.error(f.owner_place(), "the fault does nothing", "add one of answer, latency, cut, lose, duplicate, delay");
        return;
    }
    if (!read_extent(r, fault)) return;
    read_target(r, fault, outcome);
    if (outcome == "answer") {
        fault.status = f.number("answer").value_or(500);
        if (fault.status < 400 || fault.status > 599)
            r.state.error(f.place("answer"), "a fault answers with a status from 400 to 599", "write for example 429, 500 or 503");
    } else if (outcome == "latency") {
        fault.wait = f.duration("latency").value_or(fault.wait);
    } else if (outcome == "cut") {
        fault.kind = f.word("cut").value_or("within") == "before" ? FaultKind::cut_before : FaultKind::cut_within;
    } else if (outcome == "delay") {
        if (!f.has("by")) r.state.error(f.owner_place(), "the delay has no length", "add `by: 10m`");
        fault.wait = f.duration("by").value_or(fault.wait);
    }
    if (f.has("by") && outcome != "delay") r.state.error(f.key_place("by"), "`by` goes only with `delay`", "leave it out");
    if (f.has("retry after")) {
        if (outcome != "answer") r.state.error(f.key_place("retry after"), "`retry after` goes only with `answer`", "leave it out");
        fault.wait = f.duration("retry after").value_or(fault.wait);
        fault.retry_after = true;
    }
    r.acts.push_back(std::move(fault));
}

void read_kms_slow(ActReading& r) {
    NetworkFault fault;
    fault.kind = FaultKind::latency;
    fault.to = "kms";
    fault.wait = r.fields.duration("by").value_or(fault.wait);
    if (read_extent(r, fault)) r.acts.push_back(std::move(fault));
}

void read_kms_refuses(ActReading& r) {
    NetworkFault fault;
    fault.kind = FaultKind::answer;
    fault.to = "kms";
    fault.status = r.fields.number("answer").value_or(403);
    if (fault.status < 400 || fault.status > 599)
        r.state.error(r.fields.place("answer"), "a refusal has a status from 400 to 599", "write for example 403 or 503");
    if (read_extent(r, fault)) r.acts.push_back(std::move(fault));
}

}  // namespace sim
