#pragma once
// Whole cases for tests: a scenario file played on real engine and fakes, and judged.
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "reports/terminal.hpp"
#include "sim/judge/judge.hpp"
#include "sim/scenario/diagnostic.hpp"
#include "sim/scenario/loader.hpp"
#include "sim/world/world.hpp"

namespace cases {

inline std::string scenario_folder() { return std::string(CALRIG_SOURCE_DIR) + "/scenarios"; }

inline std::optional<std::string> read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::nullopt;
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

inline sim::Loaded load(const std::string& path) {
    return sim::read_scenario(path, read(path).value_or(""), read);
}

struct Told {
    std::string findings;  // rendered; empty: passed
    std::string digest;
    std::uint64_t exchange_count = 0;
};

/// `seen` is shown the journal before it is judged.
inline Told play(const sim::Scenario& scenario, sim::Provider provider, sim::Transport transport, std::uint64_t seed,
                 const std::function<void(const sim::Journal&)>& seen = {}) {
    sim::WorldSettings settings;
    settings.transport = transport;
    settings.seed = seed;
    if (scenario.recording) {
        const std::string path = scenario.path.substr(0, scenario.path.rfind('/') + 1) + *scenario.recording;
        sim::HarRead har = sim::read_har(read(path).value_or(""), path);
        if (!har.recording) return {"the recording " + path + " cannot be read", "", 0};
        // Tenants, ids and jitter are those of the recorded run.
        if (har.recording->run) settings.seed = har.recording->run->seed;
        settings.replay = std::move(har.recording);
    }
    const sim::Played played = sim::play(scenario, provider, settings);
    if (seen) seen(played.journal);
    reports::Case told;
    told.path = scenario.path;
    told.provider = provider == sim::Provider::google ? "google" : "microsoft";
    Told out;
    for (const std::string& complaint : played.complaints) out.findings += "the harness is broken: " + complaint + "\n";
    for (const reports::Finding& finding : sim::judge(sim::Trial{scenario, provider, played.journal, {read, {}}}))
        out.findings += told.id() + "\n" + reports::render_finding(finding, told);
    out.digest = played.journal.digest();
    out.exchange_count = played.exchange_count;
    return out;
}

}  // namespace cases
