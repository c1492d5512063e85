#pragma once
// The scenario language as one table: loader, JSON Schema, --help and the guide are all made from it. A new act is one
// row here and one reader in acts*.cpp; a new expectation one row and one reader in claims.cpp.
#include <span>
#include <string_view>

#include "sim/scenario/reading.hpp"

namespace sim {

enum class Actor { person, admin, provider, engine, network, kms, device };  // `device wawel books`: whose it is stands between

struct ActRow {
    Actor actor;
    std::string_view verb;        // "creates"; empty for `network:`
    std::string_view short_key;   // `ben accepts: standup` stands for { event: standup }; empty: none
    std::span<const KeyRow> keys;
    std::string_view meaning;
    std::string_view example;     // one act as in a step, loaded by a test
    void (*read)(ActReading&);
    std::string_view only = {};   // "google": the other provider cannot do it
};

/// One occurrence of a series: the same key in acts and in expectations.
inline constexpr KeyRow kOccurrence{"occurrence", Takes::date, false, "one occurrence of a series, by the day it has by the rule"};

enum class Subject { none, person, device_owner, app_owner };

struct ClaimRow {
    std::string_view phrase;     // "calendar of"; with a subject one word follows
    Subject subject;
    std::string_view short_key;
    std::span<const KeyRow> keys;
    std::string_view meaning;
    std::string_view example;
    void (*read)(ClaimReading&);
};

struct InvariantRow {
    std::string_view name;
    std::string_view meaning;
};

std::span<const KeyRow> scenario_keys();
std::span<const KeyRow> person_keys();
std::span<const KeyRow> room_mailbox_keys();
std::span<const KeyRow> organisation_keys();
std::span<const KeyRow> meeting_keys();
std::span<const ActRow> act_rows();
std::span<const ClaimRow> claim_rows();
/// What holds in every scenario without being named; `relax:` switches one off.
std::span<const InvariantRow> invariant_rows();

std::string_view word_of(Actor actor);  // "admin"; "PERSON" for people, "device X" for devices

}  // namespace sim
