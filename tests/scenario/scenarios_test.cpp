// The scenarios of the project themselves: each loads without a word, is short, and is named by its promise.
#include <algorithm>
#include <filesystem>

#include "loading.hpp"

namespace {

const std::string kScenarios = std::string(CALRIG_SOURCE_DIR) + "/scenarios";

std::vector<std::string> paths() {
    std::vector<std::string> out;
    for (const auto& file : std::filesystem::recursive_directory_iterator(kScenarios))
        if (file.path().extension() == ".yaml") out.push_back(file.path().string());
    std::ranges::sort(out);
    return out;
}

}  // namespace

TEST(Scenarios, AllLoadWithoutAWord) {
    EXPECT_GE(paths().size(), 50u);
    for (const std::string& path : paths()) {
        const std::string text = file_text(path).value();
        const sim::Loaded loaded = load_text(text, path);
        EXPECT_TRUE(loaded.scenario && loaded.diagnostics.empty()) << shown(loaded, text, path);
    }
}

TEST(Scenarios, AreShort) {
    for (const std::string& path : paths()) {
        const std::string text = file_text(path).value();
        EXPECT_LE(std::ranges::count(text, '\n'), 60) << path;
    }
}

TEST(Scenarios, PromiseEachInItsOwnWords) {
    std::map<std::string, std::string> titles;
    for (const std::string& path : paths()) {
        const sim::Loaded loaded = load_text(file_text(path).value(), path);
        if (!loaded.scenario) continue;
        const auto [twin, fresh] = titles.emplace(loaded.scenario->title, path);
        EXPECT_TRUE(fresh) << path << " and " << twin->second << " have the same title";
        EXPECT_FALSE(loaded.scenario->covers.empty()) << path << " says nothing about what it proves";
    }
}
