// The laws of the house, as far as a reader of text can see them. Each message says what is wrong, why the rule
// exists, and what to use instead.
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace {
namespace fs = std::filesystem;

struct Source {
    std::string path;  // relative to the project: "engine/http.cpp"
    std::vector<std::string> lines;
};

const std::vector<Source>& sources() {
    static const std::vector<Source> all = [] {
        std::vector<Source> out;
        const fs::path root = CALRIG_SOURCE_DIR;
        for (const char* room : {"engine", "fakes", "reports", "sim", "tests"})
            for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / room)) {
                const std::string extension = entry.path().extension().string();
                if (extension != ".cpp" && extension != ".hpp") continue;
                Source source{fs::relative(entry.path(), root).generic_string(), {}};
                std::ifstream in(entry.path());
                for (std::string line; std::getline(in, line);) source.lines.push_back(line);
                out.push_back(std::move(source));
            }
        std::sort(out.begin(), out.end(), [](const Source& a, const Source& b) { return a.path < b.path; });
        return out;
    }();
    return all;
}

std::string room_of(const std::string& path) {
    return path.substr(0, path.find('/'));
}

std::string without_comment(const std::string& line) {
    const std::size_t slashes = line.find("//");
    return slashes == std::string::npos ? line : line.substr(0, slashes);
}

/// Text literals are prose, not code.
std::string without_literals(const std::string& line) {
    std::string out;
    bool inside = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '\\' && inside) {
            ++i;
            continue;
        }
        if (line[i] == '"' && (i == 0 || line[i - 1] != '\'')) {
            inside = !inside;
            continue;
        }
        if (!inside) out += line[i];
    }
    return out;
}

template <typename Check>
std::string complaints(Check check) {
    std::ostringstream out;
    for (const Source& source : sources())
        for (std::size_t i = 0; i < source.lines.size(); ++i)
            if (const std::string what = check(source, source.lines[i]); !what.empty())
                out << source.path << ":" << i + 1 << ": " << what << "\n    " << source.lines[i] << "\n";
    return out.str();
}

TEST(Tidy, TheThreeLeavesNeverIncludeOneAnother) {
    static const re2::RE2 include(R"(^\s*#include\s+"(engine|fakes|reports|sim|tests)/)");
    EXPECT_EQ(complaints([](const Source& source, const std::string& line) -> std::string {
                  std::string to;
                  if (!re2::RE2::PartialMatch(line, include, &to)) return {};
                  const std::string from = room_of(source.path);
                  if (from == to || from == "tests" || (from == "sim" && to != "tests")) return {};
                  return from + " includes " + to + ": engine and fakes must be strangers, or a common mistake passes every check; "
                         "what both need is written twice or lives in sim";
              }),
              "");
}

TEST(Tidy, TimeChanceNetworkAndFilesComeThroughPorts) {
    static const re2::RE2 banned(
        R"((system_clock::now|steady_clock::now|high_resolution_clock|std::random_device|std::mt19937|uniform_int_distribution|uniform_real_distribution|std::shuffle|\bgetenv\b|std::(i|o)?fstream\b|\bfopen\b|\bstd::rand\b|\bsrand\b|\btime\(nullptr\)|absl::Now|steady_timer|system_timer))");
    EXPECT_EQ(complaints([](const Source& source, const std::string& line) -> std::string {
                  // The command line and the engine's real ports face the machine; the tcp transport owns sockets and the real clock of its guard; a
                  // served world's sockets and clock are in net_*.
                  static const std::vector<std::string> allowed = {"sim/cli/", "sim/serve/net_", "engine/adapters/", "engine/service/service.cpp", "sim/wire/tcp", "sim/wire/tls", "sim/wire/network_settle", "sim/wire/quiet", "tests/"};
                  for (const std::string& prefix : allowed)
                      if (source.path.starts_with(prefix)) return {};
                  if (!re2::RE2::PartialMatch(without_literals(without_comment(line)), banned)) return {};
                  return "time, chance, environment or files past the ports: the run would not be reproducible; use Clock, Random, Store (engine) or what the world hands in";
              }),
              "");
}

TEST(Tidy, CoAwaitStandsAlone) {
    static const re2::RE2 condition(R"(\b(if|while|switch|for)\s*\([^;]*co_await)");
    static const re2::RE2 brace(R"(co_await[^;]*\{)");
    static constexpr std::string_view awaiting = "co_await";
    EXPECT_EQ(complaints([](const Source& source, const std::string& line) -> std::string {
                  if (room_of(source.path) == "tests") return {};
                  const std::string code = without_literals(without_comment(line));
                  if (code.find(awaiting) == std::string::npos) return {};
                  if (re2::RE2::PartialMatch(code, condition)) return "co_await inside a condition: some compilers miscompile it; name the result first";
                  if (re2::RE2::PartialMatch(code, brace)) return "a brace in a co_await statement: some compilers miscompile it; name the argument first";
                  return {};
              }),
              "");
}

TEST(Tidy, NoUnorderedContainerWhereOrderCanBeSeen) {
    EXPECT_EQ(complaints([](const Source& source, const std::string& line) -> std::string {
                  const std::string code = without_literals(without_comment(line));
                  if (room_of(source.path) == "tests" || code.find("#include") != std::string::npos) return {};
                  if (code.find("unordered_") == std::string::npos) return {};
                  // A look-up table that is never walked says so on its line.
                  if (line.find("never walked") != std::string::npos) return {};
                  return "an unordered container: its order differs between libraries and would reach the wire; use std::map or a sorted vector, "
                         "or say `never walked` beside a pure look-up table";
              }),
              "");
}

TEST(Tidy, HeavyLibrariesHaveOneHome) {
    EXPECT_EQ(complaints([](const Source& source, const std::string& line) -> std::string {
                  if (line.find("#include") == std::string::npos || room_of(source.path) == "tests") return {};
                  const bool header = source.path.ends_with(".hpp");
                  if (line.find("boost/beast") != std::string::npos && !source.path.starts_with("sim/wire/") && source.path != "engine/adapters/http_codec.cpp" && source.path != "engine/adapters/beast_once.cpp") return "Beast outside the two HTTP codecs costs half a minute per file: use their types";
                  if (line.find("yaml-cpp") != std::string::npos && !source.path.starts_with("sim/scenario/")) return "yaml-cpp outside the loader: scenarios arrive as values";
                  if (line.find("nlohmann/json.hpp") != std::string::npos && header && source.path != "engine/precompiled.hpp") return "JSON in a header: include nlohmann/json_fwd.hpp";
                  if (line.find("<boost/asio.hpp>") != std::string::npos) return "all of Asio: include the headers that are needed";
                  if (line.find("<regex>") != std::string::npos) return "std::regex overflows the stack on long input: use RE2";
                  return {};
              }),
              "");
}

TEST(Tidy, TheProjectSpeaksOfItselfAlone) {
    static const re2::RE2 machine(R"((^|[^A-Za-z0-9_.])/(tmp|root|work|home)/[A-Za-z0-9_.-]+)");
    static const re2::RE2 left_open(R"(\b(TODO|FIXME|XXX|HACK)\b)");
    EXPECT_EQ(complaints([](const Source& source, const std::string& line) -> std::string {
                  if (source.path == "tests/house/tidy_test.cpp") return {};
                  if (re2::RE2::PartialMatch(line, machine)) return "the path of a machine: nobody else has it";
                  if (re2::RE2::PartialMatch(line, left_open)) return "something left open: do it, or write it into the README's honest limits";
                  return {};
              }),
              "");
}

TEST(Tidy, NamesSayWhatAThingIs) {
    static const re2::RE2 vague(R"(\b(class|struct)\s+\w*(Manager|Helper|Util|Utils|Impl|Handler)\b)");
    EXPECT_EQ(complaints([](const Source& source, const std::string& line) -> std::string {
                  if (source.path == "tests/house/tidy_test.cpp" || !re2::RE2::PartialMatch(without_literals(without_comment(line)), vague)) return {};
                  return "a name that says nothing: use the field's nouns (event, mailbox, channel, meeting list)";
              }),
              "");
}

TEST(Tidy, AFileHasOneReason) {
    std::ostringstream out;
    for (const Source& source : sources())
        if (source.lines.size() > 520) out << source.path << ": " << source.lines.size() << " lines; past about 400 a file usually holds two reasons: split it by reason\n";
    EXPECT_EQ(out.str(), "");
}

TEST(Tidy, EveryRoomSaysItsReasonInFortyLines) {
    for (const char* room : {"engine", "fakes", "reports", "sim", "scenarios", "tests"}) {
        std::ifstream in(fs::path(CALRIG_SOURCE_DIR) / room / "README.md");
        ASSERT_TRUE(in) << room << "/README.md is missing: a room says its reason, what it knows, what it never includes, how to add one more";
        std::size_t count = 0;
        for (std::string line; std::getline(in, line);) ++count;
        if (std::string(room) != "scenarios") EXPECT_LE(count, 40u) << room << "/README.md is longer than 40 lines";
    }
    // What lies in a room is no longer: reference goes into a file of its own beside it.
    for (const char* room : {"fakes", "sim", "reports", "tests"})
        for (const auto& each : fs::recursive_directory_iterator(fs::path(CALRIG_SOURCE_DIR) / room)) {
            if (each.path().filename() != "README.md") continue;
            std::ifstream in(each.path());
            const auto lines = std::count(std::istreambuf_iterator<char>(in), {}, '\n');
            EXPECT_LE(lines, 40) << each.path() << " is longer than 40 lines";
        }
}

}  // namespace
