#include "sim/scenario/loader.hpp"

#include <algorithm>

#include "sim/scenario/characters.hpp"
#include "sim/scenario/expecting.hpp"
#include "sim/scenario/people.hpp"
#include "sim/scenario/organisation.hpp"
#include "sim/scenario/policies.hpp"
#include "sim/scenario/provisioning.hpp"
#include "sim/scenario/requirements.hpp"
#include "sim/scenario/story.hpp"
#include "sim/scenario/vocabulary.hpp"

namespace sim {

using namespace std::chrono;

namespace {

// After the last line the scenario plays on: longer than one poll for automatic replies and any backed-off retry.
constexpr milliseconds kSettling = minutes(30);

void read_clock_key(LoadState& state, Fields& top) {
    state.zone = &Zone::utc();
    state.scenario.begin = Instant(sys_days(year(2026) / 1 / 1));
    if (const auto text = top.text("clock")) {
        auto clock = read_clock(*text);
        if (const Misread* misread = std::get_if<Misread>(&clock)) {
            state.misread(top.place("clock"), *misread);
            if (const auto further = wrong_beside_the_zone(*text)) state.misread(top.place("clock"), *further);
        } else {
            state.zone = std::get<ClockStart>(clock).zone;
            state.scenario.begin = std::get<ClockStart>(clock).at;
        }
    }
    state.scenario.zone = state.zone->iana();
}

void read_providers(LoadState& state, Fields& top) {
    auto& providers = state.scenario.providers;
    if (!top.has("providers")) {
        providers = {Provider::microsoft, Provider::google};
        return;
    }
    for (const std::string& name : top.texts("providers")) {
        if (name != "microsoft" && name != "google") {
            const std::vector<std::string> names{"microsoft", "google"};
            state.unknown(top.place("providers"), "there is no provider `" + name + "`", name, names, "there are microsoft and google");
            continue;
        }
        const Provider provider = name == "google" ? Provider::google : Provider::microsoft;
        if (state.plays(provider)) state.error(top.place("providers"), "`" + name + "` is named twice", "");
        else providers.push_back(provider);
    }
    if (top.node("providers")->kind == YamlNode::Kind::list && top.node("providers")->items.empty())
        state.error(top.place("providers"), "nobody plays it: the list is empty", "leave `providers` out: it is played on both");
    if (providers.empty()) providers.push_back(Provider::microsoft);
}

void read_recording_key(LoadState& state, Fields& top) {
    state.scenario.recording = top.beside("recording");
    if (!state.scenario.recording) return;
    if (state.scenario.providers.size() != 1)
        state.error(top.place("recording"), "a recording answers for one provider", "say for which: `providers: [microsoft]`");
    if (state.read_file == nullptr || !*state.read_file) return;
    const std::size_t slash = state.scenario.path.rfind('/');
    const std::string path = slash == std::string::npos ? *state.scenario.recording
                                                        : state.scenario.path.substr(0, slash + 1) + *state.scenario.recording;
    if (!(*state.read_file)(path))
        state.error(top.place("recording"), "cannot read the file " + path,
                    "record it: `calrig run SCENARIO --provider P --record " + path + "`; paths are relative to the scenario's folder");
}

void read_covers(LoadState& state, Fields& top) {
    const YamlNode* node = top.node("covers");
    if (node == nullptr) return;
    const auto each = [&](const YamlNode& item) {
        const Requirement* known = find_requirement(item.text);
        if (known == nullptr) {
            std::vector<std::string> ids;
            for (const Requirement& requirement : requirements()) ids.emplace_back(requirement.id);
            state.unknown(item.place, "there is no statement `" + item.text + "`", item.text, ids,
                          "the guide lists them (scenarios/README.md)");
            return;
        }
        const bool played = (known->microsoft && state.plays(Provider::microsoft)) || (known->google && state.plays(Provider::google));
        if (!played)
            state.error(item.place, "`" + item.text + "` is a statement about the other provider",
                        known->google ? "play it on google: `providers: [google]`" : "play it on microsoft: `providers: [microsoft]`");
        auto& covers = state.scenario.covers;
        if (std::ranges::find(covers, item.text) != covers.end()) state.error(item.place, "`" + item.text + "` is named twice", "");
        else covers.push_back(item.text);
    };
    if (node->kind == YamlNode::Kind::list) std::ranges::for_each(node->items, each);
    else if (node->kind == YamlNode::Kind::text) each(*node);
    else state.error(top.place("covers"), "`covers` is a list of ids", "write [SCHED-KEYWORD, OBTP]");
}

std::optional<std::string> canonical(LoadState& state, const PolicyRow& row, const YamlNode& value) {
    const KeyRow key{row.name,
                     row.kind == PolicyRow::Kind::duration ? Takes::duration
                     : row.kind == PolicyRow::Kind::flag   ? Takes::flag
                     : row.kind == PolicyRow::Kind::number ? Takes::number
                                                           : Takes::word,
                     false, row.meaning, row.choices};
    Fields one(state, value, std::span(&key, 1), "the policy", value.place, row.name);
    switch (row.kind) {
        case PolicyRow::Kind::duration:
            if (const auto d = one.duration(row.name)) return std::to_string(d->count());
            break;
        case PolicyRow::Kind::flag:
            if (const auto flag = one.flag(row.name)) return *flag ? "true" : "false";
            break;
        case PolicyRow::Kind::number:
            if (const auto number = one.number(row.name)) return std::to_string(*number);
            break;
        case PolicyRow::Kind::choice: return one.word(row.name);
    }
    return std::nullopt;
}

}  // namespace

void read_policy_table(LoadState& state, const YamlNode* node, const Place& place) {
    if (node == nullptr) return;
    if (node->kind != YamlNode::Kind::map) {
        state.error(place, "`policy` needs names and values", "write { join lead: 10m }");
        return;
    }
    for (const YamlEntry& entry : node->entries) {
        const auto row = std::ranges::find(policies(), entry.key, &PolicyRow::name);
        if (row == policies().end()) {
            std::vector<std::string> names;
            for (const PolicyRow& known : policies()) names.emplace_back(known.name);
            std::string all;
            for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
            state.unknown(entry.place, "there is no policy `" + entry.key + "`", entry.key, names, "there are " + all);
            continue;
        }
        if (entry.value.kind != YamlNode::Kind::text) {
            state.error(entry.place, "the policy `" + entry.key + "` takes one value", "unless said it is " + std::string(row->standard));
            continue;
        }
        const auto value = canonical(state, *row, entry.value);
        if (!value) continue;
        if (entry.value.text == row->standard)
            state.warning(entry.value.place, "`" + entry.key + "` is " + entry.value.text + " anyway", "leave out what is the default");
        state.scenario.policies[entry.key] = *value;
        state.scenario.policy_places[entry.key] = entry.place;
    }
}

namespace {

void read_relax(LoadState& state, Fields& top) {
    const YamlNode* node = top.node("relax");
    if (node == nullptr) return;
    const auto each = [&](const YamlNode& item) {
        if (std::ranges::find(invariant_rows(), item.text, &InvariantRow::name) != invariant_rows().end()) {
            if (std::ranges::find(state.scenario.relaxed, item.text) != state.scenario.relaxed.end())
                state.error(item.place, "`" + item.text + "` is relaxed already", "leave one out");
            state.scenario.relaxed.push_back(item.text);
            return;
        }
        std::vector<std::string> names;
        std::string all;
        for (const InvariantRow& row : invariant_rows()) {
            names.emplace_back(row.name);
            all += (all.empty() ? "" : ", ") + names.back();
        }
        state.unknown(item.place, "there is no invariant `" + item.text + "`", item.text, names, "there are " + all);
    };
    if (node->kind == YamlNode::Kind::list) std::ranges::for_each(node->items, each);
    else each(*node);
}

void read_end(LoadState& state, Fields& top) {
    Scenario& scenario = state.scenario;
    Instant last = scenario.begin;
    for (const Step& step : scenario.story) last = std::max(last, step.at);
    for (const Expectation& one : scenario.expect) last = std::max(last, one.to);
    scenario.end = last + kSettling;
    const auto end = top.time("end");
    if (!end) return;
    if (*end < last)
        state.error(top.place("end"), "the scenario ends before its last line", "the last one is at " + text_of(last, *state.zone));
    scenario.end = std::max(*end, last);
}

enum class Purpose { story, world };

/// A world need neither promise nor expect anything.
std::vector<KeyRow> keys_for(Purpose purpose) {
    std::vector<KeyRow> out(scenario_keys().begin(), scenario_keys().end());
    if (purpose == Purpose::world)
        for (KeyRow& row : out) row.required = row.required && row.name != "title" && row.name != "expect";
    return out;
}

void whole_file_checks(LoadState& state, Fields& top, Purpose purpose) {
    for (const auto& [key, person] : state.scenario.people)
        if (purpose == Purpose::story && !state.scenario.recording && !state.story_unsure && !state.used_people.contains(key))
            state.warning(person.place, "`" + key + "` does nothing and nothing is expected of them", "leave them out");
    if (purpose == Purpose::world && state.scenario.organisation && state.scenario.organisation->own_key_server)
        state.error(top.key_place("organisation"), "a served world has the cloud's key server alone", "leave out `key server: own`");
    constexpr milliseconds kLongest = days(400);
    if (state.scenario.end - state.scenario.begin > kLongest)
        state.error(top.owner_place(), "the scenario spans more than 400 days", "check the dates of the story and of `expect`");
}

Loaded read(Purpose purpose, std::string path, std::string text, const ReadFile& read_file) {
    Loaded loaded;
    YamlTree tree = read_yaml(text);
    if (!tree.whole) {
        loaded.diagnostics = std::move(tree.mistakes);
        return loaded;
    }
    LoadState state;
    state.diagnostics = std::move(tree.mistakes);
    state.read_file = &read_file;
    state.scenario.path = std::move(path);
    state.scenario.text = std::move(text);
    if (tree.root.kind != YamlNode::Kind::map) {
        state.error(tree.root.place, "a scenario is made of keys", "begin with `title:`");
        loaded.diagnostics = std::move(state.diagnostics);
        return loaded;
    }
    const std::vector<KeyRow> keys = keys_for(purpose);
    Fields top(state, tree.root, keys, purpose == Purpose::story ? "the scenario" : "the world", Place{1, 1, 1});
    read_clock_key(state, top);
    read_providers(state, top);
    const auto title = top.text("title");
    state.scenario.title = title.value_or("");
    if (title && trimmed(*title).empty()) state.error(top.place("title"), "the title is empty", "say the promise in one sentence");
    read_covers(state, top);
    if (const YamlNode* people = top.node("people")) read_people(state, *people, top.key_place("people"));
    if (const YamlNode* organisation = top.node("organisation"))
        read_organisation(state, *organisation, top.key_place("organisation"));
    read_policy_table(state, top.node("policy"), top.place("policy"));
    read_recording_key(state, top);
    check_provisioning(state, top.key_place("organisation"));
    StoryBook book(state);
    if (const YamlNode* story = top.node("story")) read_story(state, book, *story, top.key_place("story"));
    std::vector<const YamlEntry*> always;
    if (const YamlNode* expect = top.node("expect")) always = read_expectations(state, book, *expect, top.key_place("expect"));
    read_relax(state, top);
    if (const auto seed = top.number("seed")) state.scenario.seed = static_cast<std::uint64_t>(*seed);
    read_end(state, top);
    read_always(state, book, always);
    whole_file_checks(state, top, purpose);
    std::ranges::stable_sort(state.diagnostics, {}, [](const Diagnostic& d) { return std::pair{d.place.line, d.place.column}; });
    loaded.diagnostics = std::move(state.diagnostics);
    if (!has_errors(loaded.diagnostics)) loaded.scenario = std::move(state.scenario);
    return loaded;
}

}  // namespace

Loaded read_scenario(std::string path, std::string text, const ReadFile& read_file) {
    return read(Purpose::story, std::move(path), std::move(text), read_file);
}

Loaded read_world(std::string path, std::string text, const ReadFile& read_file) {
    return read(Purpose::world, std::move(path), std::move(text), read_file);
}

Diagnostic missing_file(std::string_view path, std::string_view reason) {
    return {{}, "cannot read " + std::string(path) + ": " + std::string(reason), "give the path of a scenario file (.yaml)", ""};
}

}  // namespace sim
