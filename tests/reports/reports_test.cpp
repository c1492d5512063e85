#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "reports/files.hpp"
#include "reports/terminal.hpp"

namespace {
using namespace reports;
using testing::HasSubstr;

Run sample() {
    Case passed;
    passed.path = "scenarios/a/one.yaml";
    passed.title = "One";
    passed.provider = "google";
    passed.transport = "memory";
    passed.seed = 1;
    passed.exchange_count = 12;
    passed.digest = "ab";
    Case failed = passed;
    failed.path = "scenarios/b/two.yaml";
    failed.provider = "microsoft";
    failed.verdict = Verdict::failed;
    failed.rerun = "calrig run scenarios/b/two.yaml --provider microsoft --seed 1";
    Finding finding;
    finding.rule = "meeting-list";
    finding.requirement = "LIST-APP";
    finding.title = "meeting list of app ben <differs> & \"so\"";
    finding.file = failed.path;
    finding.line = 12;
    finding.column = 5;
    finding.snippet = "    12 |     meeting list of ben: {...}\n       |     ^^^^";
    finding.difference = {"[0].title  expected \"A\", shown \"B\""};
    finding.why = {"#1 engine -> graph GET / 200"};
    failed.findings.push_back(finding);
    Case invalid;
    invalid.path = "scenarios/b/three.yaml";
    invalid.verdict = Verdict::invalid;
    invalid.diagnostics = "error: unknown key `titel`\n";
    Run run;
    run.cases = {passed, failed, invalid};
    run.tzdata = "2025b";
    run.planned_count = 3;
    return run;
}

std::string told(const Run& run, Style style) {
    std::FILE* out = std::tmpfile();
    Terminal terminal(out, style);
    terminal.start(run.planned_count);
    for (const Case& one : run.cases) terminal.done(one);
    terminal.finish(run);
    std::string text(static_cast<std::size_t>(std::ftell(out)), '\0');
    std::rewind(out);
    text.resize(std::fread(text.data(), 1, text.size(), out));
    std::fclose(out);
    return text;
}

TEST(Terminal, SaysHowManyDifferencesItLeftOut) {
    auto run = sample();
    std::vector<std::string>& rows = run.cases[1].findings[0].difference;
    for (int i = 1; i < 150; ++i) rows.push_back("+ unexpected  M" + std::to_string(i));
    const std::string text = told(run, Style{});
    EXPECT_THAT(text, HasSubstr("+ unexpected  M19\n    ... and 130 more differences (`--json FILE` has all)\n"));
    EXPECT_THAT(json(run), HasSubstr("M149"));
    rows.resize(21);
    EXPECT_THAT(told(run, Style{}), HasSubstr("+ unexpected  M20\n")) << "one more line takes no more room than saying so";
}

TEST(Terminal, InAPipeTheTextIsPlainAndComplete) {
    EXPECT_EQ(told(sample(), style_for(false, nullptr)),
              "ok      scenarios/a/one.yaml [google]\n"
              "FAILED scenarios/b/two.yaml [microsoft]\n"
              "  error: meeting list of app ben <differs> & \"so\"    scenarios/b/two.yaml:12:5\n"
              "  = rule   meeting-list  (LIST-APP)\n"
              "    12 |     meeting list of ben: {...}\n"
              "       |     ^^^^\n"
              "    [0].title  expected \"A\", shown \"B\"\n"
              "  = why    #1 engine -> graph GET / 200\n"
              "  = rerun  calrig run scenarios/b/two.yaml --provider microsoft --seed 1\n"
              "INVALID scenarios/b/three.yaml\n"
              "error: unknown key `titel`\n"
              "\n"
              "3 cases: 1 passed, 1 failed, 1 invalid; 24 exchanges; tzdata 2025b\n"
              "\n"
              "not ok\n"
              "  calrig run scenarios/b/two.yaml --provider microsoft --seed 1\n"
              "  scenarios/b/three.yaml\n");
}

TEST(LeakSearch, TotalsOfAllCasesStandInTheSummaryAndInJson) {
    reports::Run run = sample();
    run.cases[0].leaks = {{{"bodies", 100}, {"log", 20}}, 3, 40, {"plain", "hex"}, 0};
    run.cases[1].leaks = {{{"bodies", 1}, {"store", 5}}, 2, 10, {"plain", "JSON"}, 1};
    EXPECT_THAT(told(run, style_for(false, nullptr)),
                HasSubstr("\nleak search: 126 bytes (bodies 101, log 20, store 5), 5 secrets in 3 encodings (50 forms), 1 hit\n"));
    const std::string text = json(run);
    EXPECT_THAT(text, HasSubstr(R"("bytesByChannel": {
      "bodies": 101,)"));
    EXPECT_THAT(text, HasSubstr(R"("hits": 1)"));
}

TEST(Terminal, NoColorSwitchesOffColourAndProgressButOnlyWhenNotEmpty) {
    EXPECT_TRUE(style_for(true, nullptr).colour);
    EXPECT_TRUE(style_for(true, "").progress);
    EXPECT_FALSE(style_for(true, "1").colour);
    EXPECT_FALSE(style_for(true, "1").progress);
    EXPECT_FALSE(style_for(false, nullptr).colour);
    EXPECT_FALSE(style_for(true, "1").timings);
    EXPECT_FALSE(style_for(true, nullptr, "dumb").progress);
    EXPECT_TRUE(style_for(true, nullptr, "xterm").timings);
    EXPECT_TRUE(style_for(false, nullptr, nullptr, "1").colour);
    EXPECT_FALSE(style_for(false, nullptr, nullptr, "1").progress) << "a log keeps every line that was rewritten";
    EXPECT_FALSE(style_for(false, nullptr, nullptr, "0").colour);
    EXPECT_FALSE(style_for(false, "1", nullptr, "1").colour);
    EXPECT_THAT(told(sample(), style_for(true, nullptr)), HasSubstr("\x1b["));
}

TEST(ExitCode, TheGravestWins) {
    reports::Run run = sample();
    EXPECT_EQ(exit_code(run), 2);
    run.cases.pop_back();
    EXPECT_EQ(exit_code(run), 1);
    run.cases.pop_back();
    EXPECT_EQ(exit_code(run), 0);
    run.cases[0].verdict = Verdict::broken;
    EXPECT_EQ(exit_code(run), 4);
}

TEST(Junit, EscapesAndCountsFailuresApartFromErrors) {
    const std::string xml = junit(sample());
    EXPECT_THAT(xml, HasSubstr("<testsuites name=\"calrig\" tests=\"3\" failures=\"1\" errors=\"1\">"));
    EXPECT_THAT(xml, HasSubstr("&lt;differs&gt; &amp; &quot;so&quot;"));
    EXPECT_THAT(xml, HasSubstr("<testsuite name=\"scenarios/b\" tests=\"2\" failures=\"1\" errors=\"1\">"));
}

TEST(Junit, HoldsOnlyWhatXmlCanHold) {
    reports::Run run = sample();
    run.cases[1].findings[0].title = "\xE4\xB8\xAD \xF0\x9F\x99\x82 a\x1b[0mb \xC3( \xEF\xBF\xBE \xED\xA0\x80 \xF5 \xE4\xB8";
    const std::string gone = "\xEF\xBF\xBD";
    EXPECT_THAT(junit(run), HasSubstr("message=\"\xE4\xB8\xAD \xF0\x9F\x99\x82 a" + gone + "[0mb " + gone + "( " + gone + gone + gone + " " + gone + gone + gone + " " + gone + " " + gone + gone + "\""));
}

TEST(Json, IsTheSameForTheSameResultsWhateverTheyTook) {
    reports::Run slow = sample();
    for (Case& one : slow.cases) one.wall_ms = 1234;
    EXPECT_EQ(json(slow), json(sample()));
    const auto parsed = nlohmann::json::parse(json(slow));
    EXPECT_EQ(parsed["totals"]["failed"], 1);
    EXPECT_EQ(parsed["cases"][1]["findings"][0]["line"], 12);
}

}  // namespace
