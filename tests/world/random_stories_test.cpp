// What holds in every scenario holds in stories that nobody thought of: nothing leaks, nothing echoes, no request is
// malformed, and at the end every screen shows what its calendar holds.
//
// CALRIG_STORIES=N plays N seeds of each block instead of four: for an evening, or after a large change.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/world/cases.hpp"
#include "tests/world/random_story.hpp"

namespace {

constexpr std::uint64_t blocks = 4;

std::uint64_t stories_per_block() {
    const char* wish = std::getenv("CALRIG_STORIES");
    const long count = wish == nullptr ? 0 : std::strtol(wish, nullptr, 10);
    return count > 0 ? static_cast<std::uint64_t>(count) : 4;
}

class RandomStories : public ::testing::TestWithParam<std::tuple<sim::Provider, std::uint64_t>> {};

TEST_P(RandomStories, KeepWhatHoldsInEveryScenario) {
    const auto [provider, block] = GetParam();
    int played = 0;
    for (std::uint64_t i = 0; i < stories_per_block(); ++i) {
        const std::uint64_t seed = block * 1'000'000 + i;
        const std::string yaml = random_story::yaml(seed, provider == sim::Provider::google);
        const sim::Loaded loaded = sim::read_scenario("story.yaml", yaml, cases::read);
        if (!loaded.scenario) continue;
        ++played;
        const cases::Told told = cases::play(*loaded.scenario, provider, sim::Transport::direct, 1);
        EXPECT_EQ(told.findings, "") << "of this story:\n" << yaml;
    }
    EXPECT_GT(played, 0) << "no story of this block is valid";
}

INSTANTIATE_TEST_SUITE_P(Providers, RandomStories,
                         ::testing::Combine(::testing::Values(sim::Provider::microsoft, sim::Provider::google),
                                            ::testing::Range(std::uint64_t{0}, blocks)),
                         [](const auto& info) {
                             return std::string(std::get<0>(info.param) == sim::Provider::google ? "google" : "microsoft") + "_" +
                                    std::to_string(std::get<1>(info.param));
                         });

}  // namespace
