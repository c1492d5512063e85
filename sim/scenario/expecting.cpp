#include "sim/scenario/expecting.hpp"

#include <algorithm>

#include "sim/scenario/vocabulary.hpp"

namespace sim {
namespace {

struct Span {
    Instant from{}, to{};
    bool throughout = false;
    bool whole = false;  // `always`
};

template <typename T>
std::optional<T> said(LoadState& state, Read<T> read, const Place& place) {
    if (const Misread* misread = std::get_if<Misread>(&read)) {
        state.misread(place, *misread);
        return std::nullopt;
    }
    return std::get<T>(std::move(read));
}

/// at: T | between: A and B | from: A, until: B | from: A until B
std::optional<Span> span_of(LoadState& state, const YamlNode& node, const TimeContext& time) {
    const YamlEntry* between = node.find("between");
    const YamlEntry* from = node.find("from");
    const YamlEntry* until = node.find("until");
    const YamlEntry* at = between != nullptr || from != nullptr ? node.find("at") : time_entry(node);
    if (at != nullptr && at->key != "at") state.error(at->place, "unknown key `" + at->key + "` in the expectation", "did you mean `at`?");
    const auto text = [&](const YamlEntry& entry) -> std::optional<std::string> {
        if (entry.value.kind == YamlNode::Kind::text) return entry.value.text;
        state.error(entry.place, "`" + entry.key + "` takes a time", "write `at: 09:00` or `between: 09:00 and 09:05`");
        return std::nullopt;
    };
    if ((at != nullptr) + (between != nullptr) + (from != nullptr) != 1) {
        state.error(node.place, at == nullptr && between == nullptr && from == nullptr ? "the expectation has no time"
                                                                                        : "the expectation has two times",
                    "begin it with one of `- at: 09:00`, `- between: 09:00 and 09:05`, `- from: 09:00 until 10:00`, `- always:`");
        return std::nullopt;
    }
    if (at != nullptr) {
        const auto words = text(*at);
        if (!words) return std::nullopt;
        const auto instant = said(state, read_time(*words, time), at->value.place);
        return instant ? std::optional(Span{*instant, *instant, false, false}) : std::nullopt;
    }
    const YamlEntry& entry = between != nullptr ? *between : *from;
    auto words = text(entry);
    if (!words) return std::nullopt;
    if (between == nullptr && until != nullptr) {
        const auto last = text(*until);
        if (!last) return std::nullopt;
        *words += " until " + *last;
    }
    const auto pair = said(state, read_span(*words, between != nullptr ? "and" : "until", time), entry.value.place);
    return pair ? std::optional(Span{pair->first, pair->second, between == nullptr, false}) : std::nullopt;
}

/// `nothing sensitive leaves in clear: true` under `always`: what holds anyway may be said.
bool is_invariant(LoadState& state, const YamlEntry& entry) {
    const auto row = std::ranges::find(invariant_rows(), entry.key, &InvariantRow::name);
    if (row == invariant_rows().end()) return false;
    const std::string& value = entry.value.text;
    if (value != "true" && value != "yes")
        state.error(entry.value.place, "an invariant holds unless it is relaxed", "write `relax: [" + entry.key + "]` at the top");
    else if (std::ranges::find(state.scenario.relaxed, entry.key) != state.scenario.relaxed.end())
        state.error(entry.place, "`" + entry.key + "` is relaxed in this scenario: nobody looks whether it holds", "take it out of `relax`, or leave this line out");
    return true;
}

const ClaimRow* claim_named(LoadState& state, const YamlEntry& entry, std::string& subject) {
    const ClaimRow* best = nullptr;
    for (const ClaimRow& row : claim_rows()) {
        if (row.subject == Subject::none ? entry.key != row.phrase : !entry.key.starts_with(std::string(row.phrase) + " ")) continue;
        if (best == nullptr || row.phrase.size() > best->phrase.size()) best = &row;
    }
    if (best != nullptr) {
        if (best->subject != Subject::none) subject = entry.key.substr(best->phrase.size() + 1);
        return best;
    }
    // The last word is whose it is; the rest is what is misspelt.
    const std::size_t blank = entry.key.rfind(' ');
    const std::string who = blank == std::string::npos ? "" : entry.key.substr(blank);
    std::vector<std::string> phrases;
    std::string all;
    for (const ClaimRow& row : claim_rows()) {
        const bool subjectless = row.subject == Subject::none;
        phrases.push_back(std::string(row.phrase) + (subjectless ? "" : who));
        all += (all.empty() ? "" : ", ") + std::string(row.phrase) + (subjectless ? "" : " X");
    }
    for (const InvariantRow& row : invariant_rows()) phrases.emplace_back(row.name);
    state.unknown(entry.place, "nothing can be expected of `" + entry.key + "`", entry.key, phrases, "expectations are " + all);
    return nullptr;
}

/// "app ben" or "device wawel"; nothing, said, when there is no such screen.
std::optional<std::string> screen_of(LoadState& state, const ClaimRow& row, const std::string& key, const ScenarioPerson& person,
                                     const Place& place) {
    const bool list_of_room = row.phrase == "meeting list of" && person.person.is_room;
    if (row.subject == Subject::device_owner || list_of_room) {
        if (person.has_device) return "device " + key;
        state.error(place, "`" + key + "` has no device", "give them one: `" + key + ": { device: desk }`");
        return std::nullopt;
    }
    if (person.has_app) return "app " + key;
    state.error(place, "`" + key + "` has no app", person.members ? "it is a group: expect it of its members" : person.person.is_room ? "a room has a device: `device " + key + "`" : "they have `app: no`");
    return std::nullopt;
}

void read_claim(LoadState& state, const StoryBook& book, const YamlEntry& entry, const Span& span);

/// `calendar of ana: { ... }`, or a list of such maps.
void read_claims(LoadState& state, const StoryBook& book, const YamlEntry& entry, const Span& span) {
    if (span.whole && is_invariant(state, entry)) return;
    const auto& items = entry.value.items;
    const bool several = !items.empty() && std::ranges::all_of(items, [](const YamlNode& item) { return item.kind == YamlNode::Kind::map; });
    if (!several) return read_claim(state, book, entry, span);
    for (const YamlNode& item : items) read_claim(state, book, YamlEntry{entry.key, item.place, true, item}, span);
}

void read_claim(LoadState& state, const StoryBook& book, const YamlEntry& entry, const Span& span) {
    std::string subject;
    const ClaimRow* row = claim_named(state, entry, subject);
    if (row == nullptr) return;
    std::string screen;
    bool sound = true;
    if (row->subject != Subject::none) {
        const ScenarioPerson* person = state.person(subject, entry.place);
        if (person == nullptr) return;
        if (row->subject != Subject::person) {
            const auto found = screen_of(state, *row, subject, *person, entry.place);
            sound = found.has_value();
            screen = found.value_or("");
        }
    }
    const TimeContext time{state.zone, local_date(span.from, *state.zone), span.from};
    Fields fields(state, entry.value, row->keys, "`" + entry.key + "`", entry.place, row->short_key, &time);
    ClaimReading reading{state, book, fields, subject, screen, span.from, span.to, span.from != span.to, time.day, {}};
    row->read(reading);
    if (!sound) return;
    for (Claim& claim : reading.claims)
        state.scenario.expect.push_back(Expectation{span.from, span.to, span.throughout, std::move(claim), entry.place, fields.places()});
}

void check_span(LoadState& state, const Span& span, const Place& place) {
    if (span.to < state.scenario.begin)
        state.error(place, "the expectation is before the clock begins", "the clock begins at " + text_of(state.scenario.begin, *state.zone));
}

}  // namespace

std::vector<const YamlEntry*> read_expectations(LoadState& state, const StoryBook& book, const YamlNode& node, const Place& place) {
    std::vector<const YamlEntry*> always;
    if (node.kind != YamlNode::Kind::list || node.items.empty()) {
        state.error(node.kind == YamlNode::Kind::nothing ? place : node.place, "the scenario expects nothing",
                    "a scenario that checks nothing always passes: add `- at: 09:00` and what must be seen then");
        return always;
    }
    const Instant begin = state.scenario.begin;
    TimeContext time{state.zone, local_date(begin, *state.zone), begin};
    for (const YamlNode& item : node.items) {
        if (item.kind != YamlNode::Kind::map) {
            state.error(item.place, "an expectation has a time and claims", "write `- at: 09:00`, and below it `calendar of ana: { ... }`");
            continue;
        }
        if (const YamlEntry* whole = item.find("always")) {
            if (item.entries.size() > 1) state.error(item.place, "`always` stands alone",
                                                       "write `- always: { calls: { at most: 9 } }`, and what is expected at a time as a list item of its own");
            if (whole->value.kind != YamlNode::Kind::map || whole->value.entries.empty())
                state.error(whole->place, "`always` expects nothing", "write `- always: { device wawel: { ... } }`");
            for (const YamlEntry& entry : whole->value.entries) always.push_back(&entry);
            continue;
        }
        const auto span = span_of(state, item, time);
        const YamlEntry* at = time_entry(item);
        bool claims = false;
        for (const YamlEntry& entry : item.entries) {
            if (&entry == at || entry.key == "between" || entry.key == "from" || entry.key == "until") continue;
            claims = true;
            if (span) read_claims(state, book, entry, *span);
        }
        if (!claims) state.error(item.place, "the expectation claims nothing", "add for example `calendar of ana: { ... }`");
        if (!span) continue;
        check_span(state, *span, item.entries.front().value.place);
        if (span->to >= begin) time = {state.zone, local_date(span->from, *state.zone), span->from};
    }
    return always;
}

void read_always(LoadState& state, const StoryBook& book, const std::vector<const YamlEntry*>& claims) {
    for (const YamlEntry* entry : claims) read_claims(state, book, *entry, Span{state.scenario.begin, state.scenario.end, true, true});
}

}  // namespace sim
