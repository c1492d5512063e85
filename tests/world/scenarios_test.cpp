// Every scenario of the project holds on every provider it names.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/world/cases.hpp"
#include "tests/world/published.hpp"

namespace {
namespace fs = std::filesystem;

std::vector<std::string> folders() {
    std::vector<std::string> out;
    for (const fs::directory_entry& entry : fs::directory_iterator(cases::scenario_folder()))
        if (entry.is_directory()) out.push_back(entry.path().filename().string());
    std::ranges::sort(out);
    return out;
}

std::vector<std::string> files_of(const std::string& folder) {
    std::vector<std::string> out;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(cases::scenario_folder() + "/" + folder))
        if (entry.path().extension() == ".yaml") out.push_back(entry.path().generic_string());
    std::ranges::sort(out);
    return out;
}

class ScenariosOf : public ::testing::TestWithParam<std::string> {};

TEST_P(ScenariosOf, HoldOnEveryProvider) {
    const std::vector<std::string> files = files_of(GetParam());
    // Recordings and golden lists have folders of their own below; a folder of scenarios has scenarios.
    EXPECT_FALSE(files.empty()) << "no scenario in scenarios/" << GetParam();
    std::ofstream published;
    if (const char* folder = std::getenv("CALRIG_PUBLISHED")) {
        fs::create_directories(folder);
        published.open(fs::path(folder) / (GetParam() + ".jsonl"));
    }
    for (const std::string& path : files) {
        const sim::Loaded loaded = cases::load(path);
        if (!loaded.scenario) {
            ADD_FAILURE() << sim::render_diagnostics(path, cases::read(path).value_or(""), loaded.diagnostics);
            continue;
        }
        for (const sim::Provider provider : loaded.scenario->providers) {
            const cases::Told told = cases::play(*loaded.scenario, provider, sim::Transport::direct, loaded.scenario->seed.value_or(1), [&](const sim::Journal& journal) {
                if (published.is_open()) cases::append_published(published, *loaded.scenario, provider, journal);
            });
            EXPECT_EQ(told.findings, "");
            EXPECT_GT(told.exchange_count, 0u) << path << ": nothing happened";
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Folder, ScenariosOf, ::testing::ValuesIn(folders()), [](const auto& info) {
    std::string name = info.param;
    std::ranges::replace_if(name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
    return name;
});

TEST(Scenarios, NoneLiesOutsideAFolder) {
    for (const fs::directory_entry& entry : fs::directory_iterator(cases::scenario_folder()))
        EXPECT_NE(entry.path().extension(), ".yaml") << entry.path() << " belongs into the folder of its subject";
}

}  // namespace
