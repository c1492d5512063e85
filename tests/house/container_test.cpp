// The container is built elsewhere than the program; what the one installs, the other must not lack.
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <fstream>
#include <iterator>
#include <set>

namespace {

std::string text_of(const std::string& path) {
    std::ifstream in(CALRIG_SOURCE_DIR "/" + path);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::set<std::string> words_of(const std::string& text) {
    std::set<std::string> out;
    re2::StringPiece rest(text);
    for (std::string word; RE2::FindAndConsume(&rest, "([a-z0-9][a-z0-9.+-]+)", &word);) out.insert(word);
    return out;
}

TEST(Container, InstallsWhatTheBuildNeeds) {
    const std::string wrapper = text_of("calrig");
    const std::size_t from = wrapper.find("packages=(");
    ASSERT_NE(from, std::string::npos);
    const std::string rows = wrapper.substr(from, wrapper.find("\n)", from) - from);
    const std::set<std::string> installed = words_of(text_of("engine/service/Containerfile"));
    const std::set<std::string> for_tests{"libclang-rt-16-dev", "libgtest-dev", "libgmock-dev"};
    re2::StringPiece rest(rows);
    int seen = 0;
    for (std::string package; RE2::FindAndConsume(&rest, "\n  \"([^ ]+) ", &package); ++seen)
        if (!for_tests.contains(package)) EXPECT_TRUE(installed.contains(package)) << package << " is in the wrapper's list, not in engine/service/Containerfile";
    EXPECT_GT(seen, 15);
}

/// A library's package carries its soname's version, its -dev package does not: each of the one has one of the other.
TEST(Container, RunsWithTheLibrariesItWasBuiltWith) {
    const std::string file = text_of("engine/service/Containerfile");
    const std::size_t second = file.rfind("\nFROM ");
    const std::set<std::string> built = words_of(file.substr(0, second));
    const std::string runs = file.substr(second);
    const std::set<std::string> headers_only{"libcli11-dev", "libboost1.81-dev"};
    int seen = 0;
    for (const std::string& package : built) {
        std::string stem;
        if (headers_only.contains(package) || !RE2::FullMatch(package, "(lib.*?)(?:1\\.81)?-dev", &stem)) continue;
        ++seen;
        EXPECT_TRUE(RE2::PartialMatch(runs, "\\b" + RE2::QuoteMeta(stem) + "-?[0-9]")) << package << " has no " << stem << "N among what the container runs with";
    }
    EXPECT_GT(seen, 8);
}

}  // namespace
