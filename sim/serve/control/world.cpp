// The world and its clock: load, begin anew, move on.
#include <nlohmann/json.hpp>

#include "fakes/recurrence/zones.hpp"
#include "sim/scenario/loader.hpp"
#include "sim/scenario/times.hpp"
#include "sim/serve/control/routes.hpp"

namespace sim::control {
namespace {

constexpr auto journey_max = std::chrono::days(400);

ordered_json world_json(Control& control) {
    ServedWorld& world = control.host.world();
    ordered_json out;
    out["title"] = world.scenario().title;
    out["path"] = world.scenario().path;
    out["seed"] = control.host.seed();
    out["clock"] = clock_json(control);
    out["refusedActs"] = world.refusals();
    out["revision"] = revision_of(control);
    return out;
}

void begin(Control& control, Scenario world, std::uint64_t seed) {
    control.begun = world;
    control.ledger.clear();
    control.ledger.clear_counts();
    control.host.load(std::move(world), seed);
    control.made.clear();
    ++control.worlds;
    if (control.settings.world_changed) control.settings.world_changed();
}

void go(Control& control, Call& call, Instant to) {
    if (to < call.now) return call.refuse(409, "the clock goes forwards only", "it is " + iso(call.now) + "; POST /_calrig/reset begins anew");
    if (to - call.now > journey_max) return call.refuse(400, "the clock moves by at most 400 days at a time", "move it in steps");
    control.host.advance_to(to, [&control, answer = call.answer](bool moved) {
        if (moved) answer(json_reply(clock_json(control)));
        else answer(refusal(409, "the clock was not moved: another journey goes further, or the world was changed on the way"));
    });
}

}  // namespace

ordered_json clock_json(const Control& control) {
    const Scenario& world = control.host.world().scenario();
    const Instant now = control.host.now();
    ordered_json out{{"now", iso(now)}, {"virtual", control.host.clock_is_virtual()}, {"zone", world.zone}};
    if (const Zone* zone = Zone::find(world.zone)) out["local"] = text_of(now, *zone);
    return out;
}

void get_world(Control& control, Call& call) {
    ordered_json out = world_json(control);
    out["text"] = control.host.world().scenario().text;
    call.give(out);
}

void put_world(Control& control, Call& call) {
    const std::string& text = call.request.body;
    if (text.size() > kScenarioBytesMax) return call.refuse(413, "a world file has at most " + std::to_string(kScenarioBytesMax) + " bytes");
    Loaded loaded = read_world("body", text);
    if (!loaded.scenario) return call.refuse(loaded.diagnostics, text);
    const std::uint64_t seed = call.query.contains("seed") ? static_cast<std::uint64_t>(*call.number("seed")) : loaded.scenario->seed.value_or(1);
    begin(control, std::move(*loaded.scenario), seed);
    call.give(world_json(control));
}

void post_reset(Control& control, Call& call) {
    const std::uint64_t seed = call.members.contains("seed") ? call.members["seed"].get<std::uint64_t>() : control.host.seed();
    begin(control, Scenario(control.begun), seed);
    call.give(world_json(control));
}

void get_clock(Control& control, Call& call) { call.give(clock_json(control)); }

void put_clock(Control& control, Call& call) {
    const Zone* zone = Zone::find(control.host.world().scenario().zone);
    if (zone == nullptr) zone = &Zone::utc();
    const auto read = read_time(call.members["now"].get<std::string>(), {zone, local_date(call.now, *zone), call.now});
    if (const auto* misread = std::get_if<Misread>(&read)) return call.refuse(400, misread->what, misread->help);
    go(control, call, std::get<Instant>(read));
}

void post_advance(Control& control, Call& call) {
    const auto read = read_duration(call.members["by"].get<std::string>());
    if (const auto* misread = std::get_if<Misread>(&read)) return call.refuse(400, misread->what, misread->help);
    go(control, call, call.now + std::get<std::chrono::milliseconds>(read));
}

}  // namespace sim::control
