#include "sim/scenario/further_acts.hpp"

#include <algorithm>

#include "sim/scenario/story.hpp"

namespace sim {

FurtherActs read_further_acts(const Scenario& world, const KnownEvents& events, std::string_view text, Instant now) {
    FurtherActs out;
    YamlTree tree = read_yaml(text);
    LoadState state;
    const ReadFile no_file;
    state.diagnostics = std::move(tree.mistakes);
    state.read_file = &no_file;
    state.running = true;
    state.scenario.people = world.people;
    state.scenario.organisation = world.organisation;
    state.scenario.providers = world.providers;
    state.scenario.zone = world.zone;
    state.scenario.begin = now;
    state.zone = Zone::find(world.zone);
    if (state.zone == nullptr) state.zone = &Zone::utc();
    if (tree.whole && tree.root.kind != YamlNode::Kind::map)
        state.error(tree.root.place, "acts are a map", "write `ana creates: { title: Lunch, when: 12:00-13:00 }`");
    if (tree.whole && tree.root.kind == YamlNode::Kind::map) {
        StoryBook book(state);
        const TimeContext time{state.zone, local_date(now, *state.zone), now};
        for (const auto& [name, when] : events) {
            KnownEvent known;
            known.id = name;
            known.unsure = true;
            known.draft.when = when;
            if (when.start == fakes::LocalTime{}) known.draft.when.start = std::chrono::local_days(time.day);
            book.events.emplace(name, std::move(known));
        }
        if (const YamlEntry* at = tree.root.find("at"))
            state.error(at->place, "acts happen at once: `at` has no meaning here", "leave it out, or move the clock first");
        read_step_acts(state, book, tree.root, time);
    }
    std::ranges::stable_sort(state.diagnostics, {}, [](const Diagnostic& d) { return std::pair{d.place.line, d.place.column}; });
    if (!has_errors(state.diagnostics)) out.steps = std::move(state.scenario.story);
    out.diagnostics = std::move(state.diagnostics);
    return out;
}

std::vector<std::string> events_named_in(std::string_view text) {
    std::vector<std::string> out;
    const YamlTree tree = read_yaml(text);
    if (!tree.whole) return out;
    const auto of_map = [&](const YamlNode& map) {
        if (const YamlEntry* event = map.find("event"); event != nullptr && event->value.kind == YamlNode::Kind::text) out.push_back(event->value.text);
    };
    for (const YamlEntry& act : tree.root.entries) {
        if (act.value.kind == YamlNode::Kind::map) of_map(act.value);
        if (act.value.kind == YamlNode::Kind::text) out.push_back(act.value.text);  // `ben accepts: standup`
        for (const YamlNode& item : act.value.items)
            if (item.kind == YamlNode::Kind::map) of_map(item);
    }
    return out;
}

}  // namespace sim
