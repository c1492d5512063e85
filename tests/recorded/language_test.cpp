// What a scenario with a recording cannot say is found without playing.
#include "sim/scenario/vocabulary.hpp"
#include "tests/recorded/stage.hpp"

using namespace recorded_test;

namespace {
const std::string base = "recording: day.har\n";

/// Nobody looks whether the recording is there: what else is wrong is told.
std::string mistake_without_files(const std::string& text) {
    const sim::Loaded loaded = sim::read_scenario("test.yaml", text, nullptr);
    return loaded.diagnostics.empty() ? "none" : loaded.diagnostics.front().what;
}
}

TEST(RecordingLanguage, IsOfOneProvider) {
    EXPECT_EQ(mistake_without_files(std::string("title: A day\n") + head + base + listed), "a recording answers for one provider");
}

TEST(RecordingLanguage, HasNoActsOnCalendars) {
    EXPECT_EQ(mistake_without_files(on("microsoft", base + meeting + listed)),
              "`ana creates` acts on a calendar, but a recording answers for the calendars");
    EXPECT_EQ(mistake_without_files(on("microsoft", base + "story: [ { at: 08:01, provider drops: subscriptions } ]\n" + listed)),
              "`provider drops` acts on a calendar, but a recording answers for the calendars");
    EXPECT_EQ(mistake_without_files(on("microsoft", base + "story: [ { at: 08:01, network: { next: 1, calls to: cloud, answer: 503 } }, "
                                                   "{ at: 08:02, engine restarts: 1m }, { at: 08:03, admin deactivates: ben } ]\n" + listed)),
              "none");
}

TEST(RecordingLanguage, HasNoCalendarsAndNoEventsToNameButTitles) {
    EXPECT_EQ(mistake_without_files(on("google", base + "expect: [ { at: 08:10, calendar of ana: { event: sync, join details: once } } ]\n")),
              "a recording has no calendars to look into");
    EXPECT_EQ(mistake_without_files(on("google", base + "expect: [ { at: 08:10, meeting list of ben: { is: [ { event: sync } ] } } ]\n")),
              "with a recording the story makes no events");
    EXPECT_EQ(mistake_without_files(on("google", base + "expect: [ { at: 09:58, app ben: { shows join button for: Sync in Lublin } } ]\n")), "none");
}

TEST(RecordingLanguage, AMissingFileIsToldWithHowToRecordIt) {
    const std::string text = on("google", base + listed);
    const sim::Loaded loaded = sim::read_scenario("test.yaml", text, [](const std::string&) { return std::optional<std::string>(); });
    ASSERT_EQ(loaded.diagnostics.size(), 1u);
    EXPECT_EQ(loaded.diagnostics[0].what, "cannot read the file day.har");
    EXPECT_NE(loaded.diagnostics[0].help.find("--record day.har"), std::string::npos);
}

TEST(Invariants, AreTheSameInTheLanguageAndInTheJudge) {
    std::vector<std::string> said, judged;
    for (const sim::InvariantRow& row : sim::invariant_rows()) said.emplace_back(row.name);
    for (const sim::Invariant& one : sim::invariants()) judged.emplace_back(one.name);
    EXPECT_EQ(said, judged);
}
