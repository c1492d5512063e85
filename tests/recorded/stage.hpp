#pragma once
// Plays scenario texts in a test, recording or replaying, and judges them.
#include <gtest/gtest.h>

#include "sim/judge/judge.hpp"
#include "sim/scenario/diagnostic.hpp"
#include "sim/wire/har.hpp"
#include "sim/world/world.hpp"
#include "tests/scenario/loading.hpp"

namespace recorded_test {

inline sim::Scenario scenario(const std::string& text, const std::string& path = "test.yaml") {
    sim::Loaded loaded = sim::read_scenario(path, text, nullptr);
    EXPECT_TRUE(loaded.scenario) << sim::render_diagnostics(path, text, loaded.diagnostics);
    return loaded.scenario.value_or(sim::Scenario{});
}

inline sim::Recording record(const sim::Scenario& story, std::string* text = nullptr) {
    sim::HarRecorder recorder(sim::RecordedRun{1, story.begin});
    sim::WorldSettings settings;
    settings.transport = sim::Transport::direct;
    settings.recorder = &recorder;
    const sim::Played played = sim::play(story, story.providers.front(), settings);
    EXPECT_TRUE(sim::judge({story, story.providers.front(), played.journal, {}}).empty());
    if (text != nullptr) *text = recorder.text();
    sim::HarRead read = sim::read_har(recorder.text(), "day.har");
    EXPECT_TRUE(read.problems.empty());
    return read.recording.value_or(sim::Recording{});
}

inline std::vector<reports::Finding> replay(const sim::Scenario& story, sim::Recording recording, sim::WorldSettings settings = {}) {
    settings.replay = std::move(recording);
    const sim::Played played = sim::play(story, story.providers.front(), settings);
    EXPECT_TRUE(played.complaints.empty());
    return sim::judge({story, story.providers.front(), played.journal, {}});
}

inline std::string told(const std::vector<reports::Finding>& findings) {
    std::string out;
    for (const reports::Finding& finding : findings) {
        out += finding.rule + ": " + finding.title + "\n";
        for (const std::string& line : finding.difference) out += "  " + line + "\n";
    }
    return out;
}

inline const char* const head = "clock: 2026-03-02 08:00 Europe/Warsaw\npeople: { ana: {}, ben: {} }\n";

inline std::string on(const std::string& provider, const std::string& rest) {
    return "title: A day\nproviders: [" + provider + "]\n" + head + rest;
}

inline const char* const meeting =
    "story: [ { at: 08:01, ana creates: { id: sync, title: Sync in Lublin, when: 10:00-10:30, location: '@webex', invites: ben } } ]\n";
inline const char* const listed =
    "expect: [ { at: 08:10, meeting list of ben: { is: [ { title: Sync in Lublin, joins: ana's personal room } ] } } ]\n";

}  // namespace recorded_test
