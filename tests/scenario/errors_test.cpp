// Every class of mistake has a file with the message people get, whole.
#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "loading.hpp"

namespace {

const std::string kFolder = std::string(CALRIG_SOURCE_DIR) + "/tests/scenario/errors";

std::vector<std::string> names() {
    std::vector<std::string> out;
    for (const auto& file : std::filesystem::directory_iterator(kFolder))
        if (file.path().extension() == ".yaml") out.push_back(file.path().stem().string());
    std::ranges::sort(out);
    return out;
}

class Errors : public testing::TestWithParam<std::string> {};

}  // namespace

TEST_P(Errors, AreToldAsExpected) {
    const std::string text = file_text(kFolder + "/" + GetParam() + ".yaml").value();
    const std::string golden = kFolder + "/" + GetParam() + ".txt";
    // Files are looked for beside the scenario, but messages show the short path.
    const auto read = [](const std::string& path) { return file_text(kFolder + "/" + path); };
    const sim::Loaded loaded = sim::read_scenario(GetParam() + ".yaml", text, read);
    const std::string told = sim::render_diagnostics(GetParam() + ".yaml", text, loaded.diagnostics);
    if (std::getenv("CALRIG_UPDATE") != nullptr) std::ofstream(golden, std::ios::binary) << told;
    EXPECT_FALSE(loaded.diagnostics.empty()) << "this file is meant to be wrong";
    EXPECT_EQ(told, file_text(golden).value_or("")) << "if the new message is better, run with CALRIG_UPDATE=1";
}

INSTANTIATE_TEST_SUITE_P(Files, Errors, testing::ValuesIn(names()), [](const auto& param) { return param.param; });

TEST(Diagnostics, PutTheCaretUnderWideAndCombiningLetters) {
    const std::string text = "title: 会議e\xCC\x81 wrong\n";
    sim::Diagnostic d{{1, 13, 5}, "bad", "help", "here"};
    EXPECT_EQ(sim::render_diagnostics("x.yaml", text, {d}),
              "error: bad  x.yaml:1:13\n"
              "  |\n"
              "1 | title: 会議e\xCC\x81 wrong\n"
              "  |              ^^^^^ here\n"
              "  = help: help\n");
}

TEST(Diagnostics, CutALongLineAroundTheCaret) {
    const std::string text = std::string(500, 'a') + "X" + std::string(500, 'b');
    const std::string told = sim::render_diagnostics("x.yaml", text, {{{1, 501, 1}, "bad", "", ""}});
    const std::size_t line = told.find("1 | ") + 4;
    const std::size_t caret = told.find('^', line);
    const std::string shown_line = told.substr(line, told.find('\n', line) - line);
    EXPECT_LT(shown_line.size(), 140u);
    const std::size_t caret_line = told.rfind('\n', caret) + 1;
    EXPECT_EQ(shown_line.at(caret - caret_line - 4), 'X');
}

TEST(Diagnostics, LetNothingOfTheFileActOnTheTerminal) {
    const std::string text = "\xEF\xBB\xBFtitle: a\x1b[2Jb \xE2\x80\xAEx\n";  // byte order mark, escape, right-to-left override
    const std::string told = sim::render_diagnostics("x.yaml", text, {{{1, 12, 1}, "no `\x1b[31m`", "not \xC2\x9B", ""}});
    EXPECT_EQ(told, "error: no ` [31m`  x.yaml:1:12\n"
                    "  |\n"
                    "1 | title: a [2Jb  x\n"
                    "  |            ^\n"
                    "  = help: not  \n");
}

TEST(Diagnostics, HaveColourOnlyWhenAsked) {
    const std::vector<sim::Diagnostic> one{{{1, 1, 1}, "bad", "", ""}};
    EXPECT_EQ(sim::render_diagnostics("x", "a", one).find('\x1b'), std::string::npos);
    EXPECT_NE(sim::render_diagnostics("x", "a", one, true).find('\x1b'), std::string::npos);
}

TEST(DidYouMean, FindsNearWordsOnly) {
    const std::vector<std::string> words{"creates", "changes", "cancels", "żółw"};
    EXPECT_EQ(sim::did_you_mean("craetes", words), "creates");
    EXPECT_EQ(sim::did_you_mean("Cancel", words), "cancels");
    EXPECT_EQ(sim::did_you_mean("żołw", words), "żółw");
    EXPECT_EQ(sim::did_you_mean("eats", words), std::nullopt);
    EXPECT_EQ(sim::did_you_mean("", words), std::nullopt);
    EXPECT_EQ(sim::did_you_mean(std::string(5000, 'c'), words), std::nullopt);
}

TEST(Diagnostics, AMissingFileIsOneSentence) {
    const std::string told = sim::render_diagnostics("no.yaml", "", {sim::missing_file("no.yaml", "no such file")});
    EXPECT_EQ(told, "error: cannot read no.yaml: no such file  no.yaml\n  = help: give the path of a scenario file (.yaml)\n");
}
