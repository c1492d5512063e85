// One case is one journal: over each transport, in each play; and what holds does not depend on luck.
#include <gtest/gtest.h>

#include "tests/world/cases.hpp"

namespace {

struct Representative {
    const char* name;  // below scenarios/
    sim::Provider provider;
};

constexpr Representative representatives[] = {
    {"keywords/webex_adds_the_personal_room", sim::Provider::google},
    {"recurrence/declined_occurrence_is_the_only_one_lost", sim::Provider::microsoft},
    {"faults/throttling_is_waited_out", sim::Provider::microsoft},
    {"faults/cut_connection_does_not_write_twice_on_google", sim::Provider::google},
    {"faults/restart_in_the_middle_loses_nothing", sim::Provider::microsoft},
    {"bodies/letters_of_many_scripts_survive", sim::Provider::google},
};

class OneCase : public ::testing::TestWithParam<Representative> {
  protected:
    void SetUp() override {
        const std::string path = cases::scenario_folder() + "/" + GetParam().name + ".yaml";
        scenario_ = cases::load(path).scenario;
        ASSERT_TRUE(scenario_) << path << " cannot be loaded";
    }
    cases::Told play(sim::Transport transport, std::uint64_t seed) const {
        return cases::play(*scenario_, GetParam().provider, transport, seed);
    }
    std::optional<sim::Scenario> scenario_;
};

TEST_P(OneCase, IsTheSameOverEveryTransport) {
    const cases::Told direct = play(sim::Transport::direct, 1);
    const cases::Told memory = play(sim::Transport::memory, 1);
    const cases::Told tcp = play(sim::Transport::tcp, 1);
    EXPECT_EQ(direct.findings, "");
    EXPECT_EQ(memory.findings, "");
    EXPECT_EQ(tcp.findings, "");
    EXPECT_EQ(direct.digest, memory.digest);
    EXPECT_EQ(direct.digest, tcp.digest);
    EXPECT_EQ(direct.exchange_count, memory.exchange_count);
    EXPECT_EQ(direct.exchange_count, tcp.exchange_count);
}

TEST_P(OneCase, IsTheSameInEveryPlay) {
    EXPECT_EQ(play(sim::Transport::direct, 1).digest, play(sim::Transport::direct, 1).digest);
    EXPECT_EQ(play(sim::Transport::direct, 7).digest, play(sim::Transport::direct, 7).digest);
}

TEST_P(OneCase, OfAnotherSeedIsAnotherJournalWithTheSameVerdict) {
    const cases::Told one = play(sim::Transport::direct, 1);
    for (const std::uint64_t seed : {2u, 3u, 1'000'003u}) {
        const cases::Told other = play(sim::Transport::direct, seed);
        EXPECT_NE(other.digest, one.digest) << "seed " << seed << " changes nothing";
        EXPECT_EQ(other.findings, one.findings) << "with seed " << seed;
    }
}

INSTANTIATE_TEST_SUITE_P(Representative, OneCase, ::testing::ValuesIn(representatives), [](const auto& info) {
    std::string name = info.param.name;
    for (char& c : name)
        if (c == '/') c = '_';
    return name;
});

}  // namespace
