// The program as people and CI use it: what it prints, what it writes, and how it exits.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/world/cases.hpp"

namespace {
namespace fs = std::filesystem;

struct Ran {
    int code = -1;
    std::string out;  // standard output and standard error, in a pipe
};

constexpr const char* good = R"(title: Ben sees Ana's meeting
clock: 2026-03-02 08:00 UTC
people: { ana: {}, ben: {} }
story: [ { at: 08:01, ana creates: { title: Lunch, when: 12:00-13:00, invites: ben } } ]
expect: [ { at: 08:05, meeting list of ben: { is: Lunch } } ]
)";

class CommandLine : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "calrig-command-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    /// Runs `calrig ARGUMENTS` inside the test's folder.
    Ran run(const std::string& arguments) const {
        const std::string command = "cd '" + folder_ + "' && '" CALRIG_BINARY "' " + arguments + " 2>&1";
        Ran ran;
        std::FILE* pipe = ::popen(command.c_str(), "r");
        if (pipe == nullptr) return ran;
        char piece[4096];
        for (std::size_t count = 0; (count = std::fread(piece, 1, sizeof piece, pipe)) > 0;) ran.out.append(piece, count);
        const int status = ::pclose(pipe);
        ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        return ran;
    }
    void write(const std::string& name, const std::string& text) const { std::ofstream(folder_ + "/" + name, std::ios::binary) << text; }
    std::string text_of(const std::string& name) const { return cases::read(folder_ + "/" + name).value_or(""); }
    /// Everything in the folder, by name.
    std::vector<std::string> files() const {
        std::vector<std::string> out;
        for (const fs::directory_entry& entry : fs::directory_iterator(folder_)) out.push_back(entry.path().filename().string());
        std::sort(out.begin(), out.end());
        return out;
    }
    /// The file is invalid, exits with 2 and says `words`.
    void expect_invalid(const std::string& text, std::initializer_list<const char*> words) const {
        write("x.yaml", text);
        for (const char* command : {"run x.yaml --transport direct", "lint x.yaml"}) {
            const Ran ran = run(command);
            EXPECT_EQ(ran.code, 2) << command << "\n" << ran.out;
            for (const char* word : words) EXPECT_NE(ran.out.find(word), std::string::npos) << command << " does not say \"" << word << "\":\n" << ran.out;
        }
    }
    std::string folder_;
};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST_F(CommandLine, AScenarioThatHoldsExitsWithZero) {
    write("x.yaml", good);
    const Ran ran = run("run x.yaml");
    EXPECT_EQ(ran.code, 0) << ran.out;
    EXPECT_NE(ran.out.find("2 passed"), std::string::npos) << ran.out;
}

TEST_F(CommandLine, AScenarioThatFailsExitsWithOneAndShowsPlaceDifferenceAndRerun) {
    write("x.yaml", replaced(good, "is: Lunch", "is: Dinner"));
    const Ran ran = run("run x.yaml --provider google --transport direct");
    EXPECT_EQ(ran.code, 1) << ran.out;
    for (const char* word : {"x.yaml:5:", "^", "Dinner", "Lunch", "calrig run x.yaml --provider google"})
        EXPECT_NE(ran.out.find(word), std::string::npos) << word << " in\n" << ran.out;
}

TEST_F(CommandLine, WhyShowsWhatLedToAListNotPollsAndKeyHandshakes) {
    write("x.yaml", replaced(replaced(good, "is: Lunch", "is: Dinner"), "at: 08:05", "at: 08:45"));
    const Ran ran = run("run x.yaml --provider microsoft");
    EXPECT_EQ(ran.code, 1) << ran.out;
    EXPECT_NE(ran.out.find("engine -> cloud PUT"), std::string::npos) << ran.out;
    EXPECT_EQ(ran.out.find("mailboxSettings"), std::string::npos) << ran.out;
    EXPECT_EQ(ran.out.find("-> kms"), std::string::npos) << ran.out;
}

TEST_F(CommandLine, AMissingFileExitsWithTwo) {
    const Ran ran = run("run nothing.yaml");
    EXPECT_EQ(ran.code, 2) << ran.out;
    EXPECT_NE(ran.out.find("nothing.yaml"), std::string::npos) << ran.out;
}

TEST_F(CommandLine, AFolderWithoutScenariosExitsWithTwo) {
    fs::create_directory(folder_ + "/empty");
    EXPECT_EQ(run("run empty").code, 2);
}

TEST_F(CommandLine, AnUnquotedKeywordIsToldToBeQuoted) {
    expect_invalid(replaced(good, "invites: ben", "location: @webex, invites: ben"), {"x.yaml:4:", "@webex", "quote"});
}

TEST_F(CommandLine, AKeyGivenTwiceIsRefused) {
    expect_invalid(std::string(good) + "title: Another\n", {"x.yaml:6:", "title"});
}

TEST_F(CommandLine, ABrokenFlowMapIsRefused) { expect_invalid(replaced(good, "ben: {} }", "ben: {}"), {"x.yaml:"}); }

TEST_F(CommandLine, AHugeFileIsRefusedWithoutBeingRead) {
    expect_invalid(std::string(10'000'000, '#'), {"x.yaml", "more than 1000000"});
}

TEST_F(CommandLine, AnAliasThatHoldsItselfIsRefused) { expect_invalid(replaced(good, "people: {", "people: &all { all: *all,"), {"x.yaml:3:"}); }

TEST_F(CommandLine, DeepNestingIsRefused) {
    expect_invalid(replaced(good, "ana: {}", "ana: " + std::string(2'000, '[') + std::string(2'000, ']')), {"x.yaml:3:"});
}

TEST_F(CommandLine, AnUnknownPersonIsRefusedWithThoseThatExist) {
    expect_invalid(replaced(good, "invites: ben", "invites: bne"), {"x.yaml:4:", "bne", "ben"});
}

TEST_F(CommandLine, AnEndBeforeTheStartIsRefused) { expect_invalid(replaced(good, "12:00-13:00", "13:00-12:00"), {"x.yaml:4:", "13:00-12:00"}); }

TEST_F(CommandLine, ATimeThatTheClockSkipsIsRefused) {
    std::string text = replaced(good, "08:00 UTC", "08:00 Europe/Warsaw");
    text = replaced(text, "12:00-13:00", "2026-03-29 02:30 for 30m");
    expect_invalid(text, {"x.yaml:4:", "02:30"});
}

TEST_F(CommandLine, BytesThatAreNoUtf8AreRefused) { expect_invalid(replaced(good, "Lunch", "L\xff\xfench"), {"x.yaml"}); }

TEST_F(CommandLine, UsageMistakesExitWithThree) {
    write("x.yaml", good);
    for (const char* arguments : {"", "run x.yaml --no-such-option", "run x.yaml --provider yahoo", "run x.yaml --transport pigeon", "run x.yaml --seed many", "run x.yaml --seed -1", "run x.yaml --seed 18446744073709551616", "run x.yaml --seed ''", "run x.yaml --junit ''",
                                  "run x.yaml --jobs 0", "dance", "run x.yaml --filter nowhere", "run x.yaml --record x.har"}) {
        const Ran ran = run(arguments);
        EXPECT_EQ(ran.code, 3) << "calrig " << arguments << "\n" << ran.out;
        EXPECT_NE(ran.out.find("calrig"), std::string::npos) << arguments;
    }
}

TEST_F(CommandLine, AFilterChoosesByPathTitleAndProvider) {
    write("x.yaml", good);
    EXPECT_NE(run("run x.yaml --transport direct --filter sees").out.find("2 passed"), std::string::npos);
    EXPECT_NE(run("run x.yaml --transport direct --filter '[google]'").out.find("1 passed"), std::string::npos);
}

TEST_F(CommandLine, ReportsAreWrittenAndValid) {
    write("x.yaml", replaced(good, "is: Lunch", "is: \"<Dinner> & \\\"wine\\\"\""));
    const Ran ran = run("run x.yaml --transport direct --json r.json --junit r.xml --journal r.log");
    EXPECT_EQ(ran.code, 1) << ran.out;
    const auto json = nlohmann::json::parse(text_of("r.json"), nullptr, false);
    ASSERT_TRUE(json.is_object()) << text_of("r.json");
    EXPECT_EQ(json["totals"]["failed"], 2);
    EXPECT_EQ(json["cases"].size(), 2u);
    EXPECT_FALSE(text_of("r.log").empty());
    const std::string xml = text_of("r.xml");
    EXPECT_TRUE(xml.starts_with("<?xml")) << xml;
    EXPECT_EQ(xml.find("<Dinner>"), std::string::npos) << "text is not escaped:\n" << xml;
    for (const char* word : {"<testsuite", "failures=\"2\"", "<failure", "</testsuites>", "&lt;Dinner&gt; &amp;"})
        EXPECT_NE(xml.find(word), std::string::npos) << word << " in\n" << xml;
    EXPECT_EQ(files(), (std::vector<std::string>{"r.json", "r.log", "r.xml", "x.yaml"})) << "something half-written stays behind";
}

TEST_F(CommandLine, OperationsAreToldPerProviderWithCounts) {
    write("x.yaml", good);
    const Ran ran = run("run x.yaml --operations --json x.json");
    EXPECT_EQ(ran.code, 0) << ran.out;
    EXPECT_NE(ran.out.find("provider operations used by the engine, microsoft"), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("OP-G-QUICK-ADD"), std::string::npos) << ran.out;
    const auto told = nlohmann::json::parse(text_of("x.json"));
    EXPECT_GT(told["operations"]["microsoft"]["OP-M-SUBSCRIBE"].get<int>(), 0);
    EXPECT_EQ(told["operations"]["microsoft"]["OP-M-EVENT-PATCH"], 0);  // no keyword in the story: nothing is written
    EXPECT_EQ(told["operations"]["google"]["notListed"], 0);
    EXPECT_EQ(told["operations"]["microsoft"].size(), 8u + 1u);
    EXPECT_EQ(told["operations"]["google"].size(), 14u + 1u);
}

TEST_F(CommandLine, EqualRunsGiveEqualJsonBytes) {
    write("x.yaml", good);
    EXPECT_EQ(run("run x.yaml --transport direct --json a.json --jobs 1").code, 0);
    EXPECT_EQ(run("run x.yaml --transport direct --json b.json --jobs 4").code, 0);
    EXPECT_FALSE(text_of("a.json").empty());
    EXPECT_EQ(text_of("a.json"), text_of("b.json"));
}

TEST_F(CommandLine, AnUnwritableReportIsSaidAndExitsWithThree) {
    write("x.yaml", good);
    const Ran full = run("run x.yaml --transport direct --json /dev/full");
    EXPECT_EQ(full.code, 3) << full.out;
    EXPECT_NE(full.out.find("cannot write /dev/full"), std::string::npos) << full.out;
    const Ran nowhere = run("run x.yaml --transport direct --junit no/such/folder/r.xml");
    EXPECT_EQ(nowhere.code, 3) << nowhere.out;
    EXPECT_NE(nowhere.out.find("no/such/folder"), std::string::npos) << nowhere.out;
    EXPECT_EQ(nowhere.out.find("passed"), std::string::npos) << "played although the report cannot be written:\n" << nowhere.out;
    EXPECT_EQ(files(), std::vector<std::string>{"x.yaml"});
}

TEST_F(CommandLine, AReportNeverReplacesAScenarioOrAnotherReport) {
    write("x.yaml", good);
    const Ran over = run("run x.yaml --transport direct --journal ./x.yaml");
    EXPECT_EQ(over.code, 3) << over.out;
    EXPECT_NE(over.out.find("over a scenario"), std::string::npos) << over.out;
    EXPECT_EQ(text_of("x.yaml"), good);
    const Ran both = run("run x.yaml --transport direct --junit r --json ./r");
    EXPECT_EQ(both.code, 3) << both.out;
    EXPECT_EQ(files(), std::vector<std::string>{"x.yaml"});
    EXPECT_EQ(run("run x.yaml --transport direct --junit /dev/null --json /dev/null").code, 0);
}

TEST_F(CommandLine, WhatCannotBePrintedIsAnError) {
    write("x.yaml", good);
    const auto code = [&](const std::string& arguments, const char* output) {
        return WEXITSTATUS(std::system(("cd '" + folder_ + "' && '" CALRIG_BINARY "' " + arguments + " 2> told " + output).c_str()));
    };
    for (const char* arguments : {"run x.yaml --transport direct", "lint x.yaml", "list x.yaml", "schema", "completion bash", "--help"}) {
        EXPECT_EQ(code(arguments, "> /dev/full"), 3) << arguments;
        EXPECT_NE(text_of("told").find("standard output"), std::string::npos) << arguments << "\n" << text_of("told");
        EXPECT_EQ(code(arguments, ">&-"), 0) << arguments << "\n" << text_of("told");
    }
}

TEST_F(CommandLine, AFolderAsReportLeavesNothingBehind) {
    write("x.yaml", good);
    fs::create_directory(folder_ + "/taken");
    const Ran ran = run("run x.yaml --transport direct --json taken");
    EXPECT_EQ(ran.code, 3) << ran.out;
    EXPECT_EQ(files(), (std::vector<std::string>{"taken", "x.yaml"}));
}

TEST_F(CommandLine, TwiceComparesTheJournals) {
    write("x.yaml", good);
    const Ran ran = run("run x.yaml --transport direct --twice");
    EXPECT_EQ(ran.code, 0) << ran.out;
}

TEST_F(CommandLine, AMisspeltWordIsToldWhatWasMeant) {
    const Ran option = run("run --filtr=x");
    EXPECT_EQ(option.code, 3);
    EXPECT_NE(option.out.find("did you mean `--filter`?"), std::string::npos) << option.out;
    const Ran command = run("rnu");
    EXPECT_EQ(command.code, 3);
    EXPECT_NE(command.out.find("did you mean `run`?"), std::string::npos) << command.out;
    EXPECT_NE(run("run --provider gogle").out.find("did you mean `google`?"), std::string::npos);
    EXPECT_NE(run("inspect zon").out.find("did you mean `zone`?"), std::string::npos);
    EXPECT_NE(command.out.find("there is no command `rnu`"), std::string::npos) << command.out;
    EXPECT_EQ(run("run --zzzzzz").out.find("did you mean"), std::string::npos);
}

TEST_F(CommandLine, AnotherSeedIsAccepted) {
    write("x.yaml", good);
    EXPECT_EQ(run("run x.yaml --transport direct --seed 18446744073709551615").code, 0);
}

TEST_F(CommandLine, APipeGetsNoEscapeCodesAndNoProgress) {
    write("x.yaml", replaced(good, "is: Lunch", "is: Dinner"));
    for (const char* arguments : {"run x.yaml --transport direct", "lint x.yaml", "--help", "run --help", "language"}) {
        const Ran ran = run(arguments);
        EXPECT_EQ(ran.out.find('\x1b'), std::string::npos) << arguments << "\n" << ran.out;
        EXPECT_EQ(ran.out.find('\r'), std::string::npos) << arguments << "\n" << ran.out;
    }
}

TEST_F(CommandLine, ATerminalGetsColourAndReportsNever) {
    write("x.yaml", replaced(good, "invites: ben", "invites: bne"));
    if (std::system("script --version > /dev/null 2>&1") != 0) GTEST_SKIP() << "no `script` here: there is no terminal to try";
    const auto on_terminal = [&](const std::string& before) {
        const std::string command = "cd '" + folder_ + "' && " + before + " script -qec \"'" CALRIG_BINARY "' run x.yaml --json r.json --junit r.xml\" /dev/null > told 2>&1";
        EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 2);
        return text_of("told").find('\x1b') != std::string::npos;
    };
    EXPECT_TRUE(on_terminal("env -u NO_COLOR TERM=xterm"));
    EXPECT_EQ(text_of("r.json").find("\\u001b"), std::string::npos);
    EXPECT_EQ(text_of("r.xml").find("\xEF\xBF\xBD"), std::string::npos);
    EXPECT_FALSE(on_terminal("env NO_COLOR=1 TERM=xterm"));
    EXPECT_FALSE(on_terminal("env -u NO_COLOR TERM=dumb"));
}

TEST_F(CommandLine, InspectTellsTheLineAndTheMemberAndGoesOn) {
    const std::string event = R"("start":{"dateTime":"2026-03-02T09:00:00","timeZone":"UTC"},"end":{"dateTime":"2026-03-02T10:00:00","timeZone":"UTC"})";
    const std::string window = R"("window":{"start":"2026-03-01","end":"2026-03-05"})";
    write("lines", "\n{\"event\":{\"recurrence\":{\"pattern\":{\"type\":\"daily\"},\"range\":{\"type\":\"noEnd\"}}," + event + "}," + window + "}\n{\"event\":\n" +
                       "{\"event\":{\"recurrence\":[5]," + event + "}," + window + "}\n{\"event\":{" + event + "}," + window + "}\n");
    const Ran ran = run("inspect occurrences lines");
    EXPECT_EQ(ran.code, 1) << ran.out;
    std::vector<nlohmann::json> rows;
    std::istringstream lines(ran.out);
    for (std::string line; std::getline(lines, line);) rows.push_back(nlohmann::json::parse(line, nullptr, false));
    ASSERT_EQ(rows.size(), 4u) << ran.out;
    EXPECT_EQ(rows[0], (nlohmann::json{{"error", "\"startDate\" is missing"}, {"line", 2}}));
    EXPECT_EQ(rows[1]["line"], 3);
    EXPECT_NE(rows[1]["error"].get<std::string>().find("at column 10"), std::string::npos) << ran.out;
    EXPECT_EQ(rows[2]["error"], "\"recurrence\" must be a string");
    EXPECT_EQ(rows[3]["count"], 1) << "a single event is one occurrence";
    EXPECT_EQ(run("inspect zone .").code, 3);
}

TEST_F(CommandLine, InspectTellsWhyAJweIsRejected) {
    const std::string key = R"("key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")";
    write("make", "{\"text\":\"Grüße\"," + key + "}\n");
    const Ran made = run("inspect jwe make");
    ASSERT_EQ(made.code, 0) << made.out;
    const std::string compact = nlohmann::json::parse(made.out)["compact"];
    const auto why = [&](const std::string& text) {
        write("open", "{\"compact\":\"" + text + "\"," + key + "}\n");
        const auto told = nlohmann::json::parse(run("inspect jwe open").out);
        return told["verdict"] == "decrypt" ? told["text"].get<std::string>() : told["why"].get<std::string>();
    };
    EXPECT_EQ(why(compact), "Grüße");
    EXPECT_NE(why("a.b").find("five parts"), std::string::npos);
    EXPECT_NE(why(compact + "=").find("the tag is no base64url"), std::string::npos);
    EXPECT_NE(why("e30" + compact.substr(compact.find('.'))).find("no \"alg\""), std::string::npos);
    EXPECT_NE(why("eyJhbGciOiJub25lIn0" + compact.substr(compact.find('.'))).find("allowed is dir"), std::string::npos);
    std::string bent = compact;
    bent.back() = bent.back() == 'A' ? 'Q' : 'A';
    EXPECT_NE(why(bent).find("tag"), std::string::npos);
}

TEST_F(CommandLine, CompletionOffersWhatFitsThePlace) {
    EXPECT_EQ(run("completion bash > calrig.bash").code, 0);
    write("a b.yaml", good);
    write("offer", R"(source ./calrig.bash
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _calrig calrig; printf '%s|' "${COMPREPLY[@]}")");
    const auto offered = [&](const std::string& words) {
        EXPECT_EQ(WEXITSTATUS(std::system(("cd '" + folder_ + "' && bash offer calrig " + words + " > told").c_str())), 0) << words;
        return text_of("told");
    };
    EXPECT_EQ(offered("li"), "lint|list|");
    EXPECT_EQ(offered("run --provider ''"), "microsoft|google|");
    EXPECT_EQ(offered("run --provider = goo"), "google|");
    EXPECT_EQ(offered("run --tw"), "--twice|");
    EXPECT_EQ(offered("run --seed ''"), "|");
    EXPECT_EQ(offered("run a"), "a b.yaml|");
    EXPECT_EQ(offered("run --junit a"), "a b.yaml|");
    EXPECT_EQ(offered("completion ''"), "bash|zsh|");
    EXPECT_EQ(offered("schema ''"), "|");
    if (std::system("zsh --version > /dev/null 2>&1") == 0) {
        EXPECT_EQ(run("completion zsh > calrig.zsh").code, 0);
        EXPECT_EQ(WEXITSTATUS(std::system(("zsh -n '" + folder_ + "/calrig.zsh'").c_str())), 0);
    }
}

TEST_F(CommandLine, OneInvalidFileDoesNotKeepTheOthersFromBeingPlayed) {
    write("a.yaml", replaced(good, "invites: ben", "invites: bne"));
    write("b.yaml", good);
    const Ran ran = run("run a.yaml b.yaml --transport direct");
    EXPECT_EQ(ran.code, 2) << ran.out;
    EXPECT_NE(ran.out.find("2 passed"), std::string::npos) << ran.out;
}

}  // namespace
