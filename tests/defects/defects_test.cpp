// The judge can say no: each planted defect makes the scenario named for it fail, with the finding meant for it.
#include "tests/defects/defects.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "sim/judge/judge.hpp"
#include "sim/scenario/loader.hpp"
#include "sim/scenario/requirements.hpp"

namespace defects {
namespace {

std::optional<std::string> read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::nullopt;
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

/// Loaded once; nullptr when the file is not there or has mistakes.
const sim::Scenario* scenario_of(const std::string& name) {
    static std::map<std::string, std::optional<sim::Scenario>> known;
    const auto [place, fresh] = known.try_emplace(name);
    if (fresh) {
        const std::string path = std::string(CALRIG_SOURCE_DIR) + "/scenarios/" + name + ".yaml";
        if (const std::optional<std::string> text = read(path)) place->second = sim::read_scenario(path, *text, read).scenario;
    }
    return place->second ? &*place->second : nullptr;
}

sim::Played play(const sim::Scenario& scenario, sim::Provider provider, sim::Doubles doubles) {
    sim::WorldSettings settings;
    settings.transport = sim::Transport::direct;
    settings.seed = scenario.seed.value_or(1);
    if (scenario.recording) {
        const std::string path = scenario.path.substr(0, scenario.path.rfind('/') + 1) + *scenario.recording;
        sim::HarRead har = sim::read_har(read(path).value_or(""), path);
        EXPECT_TRUE(har.recording) << path;
        if (har.recording && har.recording->run) settings.seed = har.recording->run->seed;
        settings.replay = std::move(har.recording);
    }
    settings.doubles = std::move(doubles);
    return sim::play(scenario, provider, settings);
}

std::vector<reports::Finding> findings_of(const sim::Scenario& scenario, sim::Provider provider, sim::Doubles doubles) {
    const sim::Played played = play(scenario, provider, std::move(doubles));
    EXPECT_EQ(played.complaints, std::vector<std::string>{}) << "the harness itself is broken";
    return sim::judge(sim::Trial{scenario, provider, played.journal, {read, {}}});
}

std::string text_of(const std::vector<reports::Finding>& findings) {
    std::string out;
    for (const reports::Finding& finding : findings) {
        out += "\n  " + finding.rule + ": " + finding.title;
        for (const std::string& row : finding.difference) out += "\n      " + row;
    }
    return out.empty() ? "nothing at all" : out;
}

bool says(const reports::Finding& finding, const std::string& text) {
    if (finding.title.find(text) != std::string::npos) return true;
    for (const std::string& row : finding.difference)
        if (row.find(text) != std::string::npos) return true;
    return false;
}

/// What the judge says of the same case without any defect.
const std::string& without_defect(const std::string& name, sim::Provider provider) {
    static std::map<std::pair<std::string, sim::Provider>, std::string> known;
    const auto [place, fresh] = known.try_emplace({name, provider});
    if (fresh) place->second = text_of(findings_of(*scenario_of(name), provider, {}));
    return place->second;
}

class Planted : public ::testing::TestWithParam<Defect> {};

TEST_P(Planted, IsNoticedByItsScenario) {
    const Defect& defect = GetParam();
    const sim::Scenario* scenario = scenario_of(defect.scenario);
    ASSERT_NE(scenario, nullptr) << "scenarios/" << defect.scenario << ".yaml cannot be loaded";
    EXPECT_EQ(without_defect(defect.scenario, defect.provider), "nothing at all") << "there are findings without the defect";
    const std::vector<reports::Finding> findings = findings_of(*scenario, defect.provider, defect.plant());
    const bool noticed = std::ranges::any_of(findings, [&](const reports::Finding& finding) {
        return finding.rule == defect.rule && says(finding, defect.text);
    });
    EXPECT_TRUE(noticed) << "planted: " << defect.wrong << "\nexpected a finding of \"" << defect.rule << "\" that says \"" << defect.text
                         << "\" in " << defect.scenario << "\nfound: " << text_of(findings);
}

INSTANTIATE_TEST_SUITE_P(Defects, Planted, ::testing::ValuesIn(all_defects()),
                         [](const ::testing::TestParamInfo<Defect>& info) { return info.param.name; });

TEST(Planted, EveryStatementWithAStoryIsBrokenByADefectThatTheStoryNotices) {
    std::map<std::string, const Defect*> by_name;
    const std::vector<Defect> all = all_defects();
    for (const Defect& defect : all) EXPECT_TRUE(by_name.emplace(defect.name, &defect).second) << defect.name << " is there twice";
    std::set<std::string> broken;
    for (const Broken& row : broken_statements()) {
        EXPECT_NE(sim::find_requirement(row.statement), nullptr) << row.statement;
        const auto found = by_name.find(row.defect);
        ASSERT_NE(found, by_name.end()) << row.statement << ": there is no defect " << row.defect;
        const sim::Scenario* scenario = scenario_of(found->second->scenario);
        ASSERT_NE(scenario, nullptr) << found->second->scenario;
        EXPECT_TRUE(std::ranges::find(scenario->covers, row.statement) != scenario->covers.end())
            << found->second->scenario << " notices " << row.defect << " but does not name " << row.statement << " in its covers";
        broken.insert(row.statement);
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(std::string(CALRIG_SOURCE_DIR) + "/scenarios")) {
        if (entry.path().extension() != ".yaml") continue;
        const std::string name = std::filesystem::relative(entry.path(), std::string(CALRIG_SOURCE_DIR) + "/scenarios").replace_extension().string();
        if (const sim::Scenario* scenario = scenario_of(name))
            for (const std::string& statement : scenario->covers)
                EXPECT_TRUE(broken.contains(statement)) << name << " covers " << statement << ", which no planted defect breaks: add one, and a row in statements.cpp";
    }
}

TEST(Planted, RealChanceIsSeenInTheDigest) {
    const sim::Scenario* scenario = scenario_of("keywords/webex_adds_the_personal_room");
    ASSERT_NE(scenario, nullptr);
    const auto chance = [] {
        return with_log_line([] { return "lottery number=" + std::to_string(std::random_device{}()); });
    };
    const auto digest = [&](sim::Doubles doubles) { return play(*scenario, sim::Provider::microsoft, std::move(doubles)).journal.digest(); };
    EXPECT_EQ(digest({}), digest({}));
    EXPECT_NE(digest(chance()), digest(chance()));
}

TEST(Planted, ARealClockIsSeenInTheDigest) {
    // The engine's own request differs by one header from play to play; nothing visible differs.
    const sim::Scenario* scenario = scenario_of("keywords/webex_adds_the_personal_room");
    ASSERT_NE(scenario, nullptr);
    const auto digest = [&](int play_number) {
        Meddle meddle;
        meddle.before = [=](HttpRequest& request) { request.headers.push_back({"X-Sent", std::to_string(play_number)}); };
        return play(*scenario, sim::Provider::google, on_the_wire(std::move(meddle))).journal.digest();
    };
    EXPECT_EQ(digest(1), digest(1));
    EXPECT_NE(digest(1), digest(2));
}

TEST(Planted, EveryRuleOfTheJudgeIsProvokedByADefect) {
    std::map<std::string, int> rules;
    for (const Defect& defect : all_defects()) ++rules[defect.rule];
    for (const sim::Invariant& invariant : sim::invariants())
        if (std::string(invariant.name) != "acts are carried out") EXPECT_GT(rules[invariant.name], 0) << invariant.name;
    for (const char* rule : {"meeting-list", "join-button", "calendar", "presence", "calls", "status", "device-answer", "provisioning", "tenant", "stored-data"}) EXPECT_GT(rules[rule], 0) << rule;
}

TEST(Planted, ARefusedActIsAFinding) {
    // A person who changes an event that the calendar no longer has: the story itself went wrong.
    const sim::Scenario* scenario = scenario_of("changes/rescheduled_meeting_moves_the_button");
    ASSERT_NE(scenario, nullptr);
    sim::Scenario broken = *scenario;
    ASSERT_GE(broken.story.size(), 2u);
    std::get<sim::ChangeEvent>(broken.story[1].act).event = "another";
    const std::vector<reports::Finding> findings = findings_of(broken, sim::Provider::microsoft, {});
    EXPECT_TRUE(std::ranges::any_of(findings, [](const reports::Finding& finding) { return finding.rule == "acts are carried out"; }))
        << text_of(findings);
}

}  // namespace
}  // namespace defects
