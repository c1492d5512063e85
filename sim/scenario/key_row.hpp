#pragma once
// One key of the scenario language: its name, what it takes, and what it means.
#include <string_view>

namespace sim {

/// What a key takes. Each has one reader (reading.hpp), one form in the schema, one phrase in the guide.
enum class Takes {
    text,       // one text
    texts,      // one text or a list of them
    word,       // one of `choices` (separated by |)
    flag,       // yes or no
    number,     // a whole number, at least 0
    duration,   // 30s, 5m, 2h, 3d, 1w
    time,       // 09:00, 2026-03-04 08:30, +5m, ...
    span,       // `A and B`, `A until B`
    clock,      // date, time and zone
    date,       // 2026-03-04
    when,       // 09:00-09:15, all day ...
    repeat,     // weekly on mon, wed until 2026-04-08
    person,     // a key of `people`
    people,     // one or a list of them, or e-mail addresses
    event,      // the id of an event made in the story
    language,   // BCP 47: pl-PL
    zone,       // IANA: Europe/Warsaw
    file,       // path beside the scenario
    operation,  // OP-M-INSTANCES
    how_often,  // once, twice, none, or a number
    button,     // an event's id
    meetings,   // a list of expected meetings
    responses,  // { ben: accepted, ... }
    language_texts,  // { en: Welcome, pl: Witamy }
    room_mailbox, organisation, people_table, policy_table, story, expectations, invariants, ids, providers
};

struct KeyRow {
    std::string_view name;
    Takes takes;
    bool required;
    std::string_view meaning;
    std::string_view choices = {};
};

}  // namespace sim
