#include "sim/scenario/story.hpp"

#include <algorithm>

#include "sim/scenario/other_words.hpp"
#include "sim/scenario/vocabulary.hpp"

namespace sim {
namespace {

/// `device wawel books` to whose device and what.
const ActRow* device_act_named(LoadState& state, const YamlEntry& entry, std::string& actor) {
    const std::size_t first = entry.key.find(' ') + 1;
    const std::size_t second = entry.key.find(' ', first);
    actor = entry.key.substr(first, second == std::string::npos ? second : second - first);
    const std::string verb = second == std::string::npos ? "" : entry.key.substr(second + 1);
    const ScenarioPerson* owner = state.person(actor, entry.place);
    if (owner == nullptr) return nullptr;
    if (!owner->has_device) {
        state.error(entry.place, "`" + actor + "` has no device", "give them one: `" + actor + ": { device: desk }`");
        return nullptr;
    }
    std::vector<std::string> acts;
    std::string all;
    for (const ActRow& row : act_rows()) {
        if (row.actor != Actor::device) continue;
        if (row.verb == verb) return &row;
        acts.push_back("device " + actor + " " + std::string(row.verb));
        all += (all.empty() ? "" : ", ") + std::string(row.verb);
    }
    state.unknown(entry.place, verb.empty() ? "the device of `" + actor + "` does what?" : "there is no act `" + entry.key + "`", entry.key, acts,
                  "a device " + all);
    return nullptr;
}

/// `ana creates` to who and what; said when it is nobody or nothing.
const ActRow* act_named(LoadState& state, const YamlEntry& entry, std::string& actor) {
    if (entry.key.starts_with("device ")) return device_act_named(state, entry, actor);
    const std::size_t blank = entry.key.find(' ');
    actor = entry.key.substr(0, blank);
    const std::string verb = blank == std::string::npos ? "" : entry.key.substr(blank + 1);
    const bool person = state.scenario.people.contains(actor);
    const auto of_actor = [&](const ActRow& row, bool is_person) {
        return row.actor != Actor::device && (row.actor == Actor::person ? is_person : actor == word_of(row.actor));
    };
    const auto row_of = [&](bool is_person, std::string_view named) {
        const auto found = std::ranges::find_if(act_rows(), [&](const ActRow& row) { return of_actor(row, is_person) && row.verb == named; });
        return found == act_rows().end() ? nullptr : &*found;
    };
    const auto verbs_of = [&](bool is_person) {
        std::vector<std::string> verbs;
        for (const ActRow& row : act_rows())
            if (of_actor(row, is_person)) verbs.emplace_back(row.verb);
        return verbs;
    };
    if (const ActRow* row = row_of(person, verb)) return row;
    const std::vector<std::string> verbs = verbs_of(person);
    const bool known_actor = person || !verbs.empty();
    // What is wrong is read on as what was most likely meant, so that the mistakes behind it are told in the same go.
    if (known_actor) {
        if (person) state.used_people.insert(actor);
        const auto near = word_meant(verb, verbs);
        std::string all;
        for (const std::string& one : verbs) all += (all.empty() ? "" : ", ") + (one.empty() ? actor : actor + " " + one);
        state.error(entry.place, verb.empty() ? "`" + actor + "` does what?" : "there is no act `" + entry.key + "`",
                    near ? "did you mean `" + actor + " " + *near + "`?" : "acts are " + all);
        if (!near) return nullptr;
        state.story_unsure = true;
        return row_of(person, *near);
    }
    if (state.excused(actor)) return nullptr;
    std::vector<std::string> actors;
    for (const auto& [key, unused] : state.scenario.people) actors.push_back(key);
    for (const char* word : {"admin", "provider", "engine", "network", "kms", "device"}) actors.emplace_back(word);
    const auto near = did_you_mean(actor, actors);
    const std::string said = actor;
    const ActRow* row = nullptr;
    if (near && *near != said) {
        actor = *near;
        const bool near_person = state.scenario.people.contains(actor);
        row = row_of(near_person, verb);
        const auto meant = row != nullptr || verb.empty() ? std::nullopt : word_meant(verb, verbs_of(near_person));
        if (meant) row = row_of(near_person, *meant);
    }
    const std::string verb_meant = row != nullptr && !row->verb.empty() ? " " + std::string(row->verb) : "";
    state.error(entry.place, "nobody is called `" + said + "`",
                near ? "did you mean `" + *near + verb_meant + "`?"
                     : "an act begins with a person of `people:`, or admin, provider, engine, network, kms or device");
    return verb.empty() ? nullptr : row;
}

void read_one(LoadState& state, StoryBook& book, const ActRow& row, const std::string& actor, const YamlEntry& entry,
              const YamlNode& value, const Place& place, const TimeContext& time) {
    Fields fields(state, value, row.keys, "`" + entry.key + "`", place, row.short_key, &time);
    ActReading reading{state, book, fields, actor, time.previous, time.day, {}, false, {}};
    const bool refused = fields.flag_or("refused", false);
    reading.refused = refused || state.running;
    row.read(reading);
    const std::string who = row.actor == Actor::device ? "device" : actor;
    for (Act& act : reading.acts)
        state.scenario.story.push_back(Step{time.previous, std::holds_alternative<NetworkFault>(act) ? "network" : who, std::move(act), place, refused, reading.because});
}

/// Acts that somebody or something does at the provider; the others act on the service, its cloud or the network.
bool touches_calendars(const ActRow& row) {
    if (row.actor == Actor::admin) return row.verb != "activates" && row.verb != "deactivates";
    if (row.verb == "signs in" || row.verb == "is" || row.verb == "is no longer") return false;
    return row.actor == Actor::person || row.actor == Actor::provider;
}

/// `ana creates: { ... }`, or a list of such maps.
void read_act(LoadState& state, StoryBook& book, const YamlEntry& entry, const TimeContext& time) {
    std::string actor;
    const ActRow* row = act_named(state, entry, actor);
    if (row == nullptr) {
        state.story_unsure = true;
        return;
    }
    if (row->actor == Actor::person || row->actor == Actor::device) state.used_people.insert(actor);
    const bool wrong_provider = row->only == "google" && state.plays(Provider::microsoft) && !state.running;
    if (wrong_provider)
        state.error(entry.place, "`" + entry.key + "` is an act of Google calendars", "add `providers: [google]`");
    if (state.scenario.recording && touches_calendars(*row))
        return state.error(entry.place, "`" + entry.key + "` acts on a calendar, but a recording answers for the calendars",
                           "leave it out: what it did is in the recording");
    const auto& items = entry.value.items;
    const bool several = !items.empty() && std::ranges::all_of(items, [](const YamlNode& item) { return item.kind == YamlNode::Kind::map; });
    if (!several) return read_one(state, book, *row, actor, entry, entry.value, entry.place, time);
    for (const YamlNode& item : items) read_one(state, book, *row, actor, entry, item, item.place, time);
}

/// Nothing, said, when the step has no usable time.
std::optional<Instant> step_time(LoadState& state, const YamlNode& step, const TimeContext& before) {
    const YamlEntry* at = time_entry(step);
    if (at != nullptr && at->key != "at") state.error(at->place, "unknown key `" + at->key + "` in the step", "did you mean `at`?");
    if (at == nullptr) {
        state.error(step.place, "the step has no time", "begin it with `- at: 09:00` or `- at: +5m`");
        return std::nullopt;
    }
    if (at->value.kind != YamlNode::Kind::text) {
        state.error(at->place, "`at` takes one time", "write `at: 09:00`");
        return std::nullopt;
    }
    auto read = read_time(at->value.text, before);
    if (const Misread* misread = std::get_if<Misread>(&read)) {
        state.misread(at->value.place, *misread);
        return std::nullopt;
    }
    const Instant time = std::get<Instant>(read);
    if (time >= before.previous) return time;
    const bool first = before.previous == state.scenario.begin;
    state.error(at->value.place, first ? "the step is before the clock begins" : "the step is before the one above it",
                first ? "the clock begins at " + text_of(before.previous, *state.zone)
                      : "the one above is at " + text_of(before.previous, *state.zone) +
                            ": if this is a later day, write its date");
    return std::nullopt;
}

}  // namespace

void read_step_acts(LoadState& state, StoryBook& book, const YamlNode& step, const TimeContext& time) {
    bool acts = false;
    const YamlEntry* at = time_entry(step);
    for (const YamlEntry& entry : step.entries) {
        if (&entry == at) continue;
        acts = true;
        read_act(state, book, entry, time);
    }
    if (!acts) state.error(step.place, "the step does nothing", "add an act, such as `ana creates: { ... }`, or leave the step out");
}

void read_story(LoadState& state, StoryBook& book, const YamlNode& node, const Place& place) {
    if (node.kind == YamlNode::Kind::nothing) return;
    if (node.kind != YamlNode::Kind::list) {
        state.error(node.place, "`story` is a list of steps", "begin each with `- at: 09:00`");
        state.story_unsure = true;
        return;
    }
    constexpr std::size_t kStepsMax = 20'000;
    if (node.items.size() > kStepsMax) {
        state.error(place, "more than " + std::to_string(kStepsMax) + " steps", "");
        return;
    }
    TimeContext time{state.zone, local_date(state.scenario.begin, *state.zone), state.scenario.begin};
    for (const YamlNode& step : node.items) {
        if (step.kind != YamlNode::Kind::map) {
            state.error(step.place, "a step has a time and acts", "write `- at: 09:00`, and below it `ana creates: { ... }`");
            state.story_unsure = true;
            continue;
        }
        if (const auto at = step_time(state, step, time)) time = {state.zone, local_date(*at, *state.zone), *at};
        read_step_acts(state, book, step, time);
    }
}

}  // namespace sim
