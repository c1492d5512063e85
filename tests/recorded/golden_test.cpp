// Goldens: equal bytes pass, and a difference is shown opened on both sides.
#include <gmock/gmock.h>

#include "tests/recorded/stage.hpp"

using namespace recorded_test;
using testing::HasSubstr;

namespace {

class Golden : public testing::TestWithParam<std::string> {
  protected:
    sim::Played play(const sim::Scenario& one, sim::Transport transport = sim::Transport::direct) const {
        sim::WorldSettings settings;
        settings.transport = transport;
        return sim::play(one, one.providers.front(), settings);
    }
    /// What the judge says about the golden `text` (none: no file), and what it would have written.
    std::string judged(const sim::Played& played, const sim::Scenario& one, const std::optional<std::string>& text) {
        sim::JudgeFiles files{[&](const std::string& path) {
                                  asked = path;
                                  return text;
                              },
                              [&](const std::string&, const std::string& wire) { pending = wire; }};
        return told(sim::judge({one, one.providers.front(), played.journal, files}));
    }
    std::string story(const std::string& title) const {
        return on(GetParam(), "story: [ { at: 08:01, ana creates: { id: sync, title: " + title +
                                  ", when: 10:00-10:30, location: '@webex', invites: ben } } ]\n"
                                  "expect: [ { at: 08:10, meeting list of ben: { golden: lists/ben.json } } ]\n");
    }
    std::string asked, pending;
};

}  // namespace

TEST_P(Golden, IsTheSameOnEveryTransport) {
    const sim::Scenario one = scenario(story("Sync in Lublin"), "days/test.yaml");
    EXPECT_THAT(judged(play(one), one, std::nullopt), HasSubstr("golden: there is no golden days/lists/ben." + GetParam() + ".json"));
    EXPECT_EQ(asked, "days/lists/ben." + GetParam() + ".json");
    const std::string wire = std::exchange(pending, "");
    ASSERT_THAT(wire, HasSubstr("encryptedSubject"));
    for (const sim::Transport transport : {sim::Transport::direct, sim::Transport::memory, sim::Transport::tcp})
        EXPECT_EQ(judged(play(one, transport), one, wire), "");
    EXPECT_EQ(pending, "");
}

TEST_P(Golden, AnotherTitleIsShownOpenedOnBothSides) {
    const sim::Scenario one = scenario(story("Sync in Lublin"));
    const sim::Scenario other = scenario(story("Sync in Radom!"));
    judged(play(one), one, std::nullopt);
    const std::string text = judged(play(other), other, pending);
    EXPECT_THAT(text, HasSubstr("$[0].encryptedSubject  ciphertexts part at byte"));
    EXPECT_THAT(text, HasSubstr("golden opens to \"Sync in Lublin\""));
    EXPECT_THAT(text, HasSubstr("wire   opens to \"Sync in Radom!\""));
}

TEST_P(Golden, AnItemThatOnlyOneSideHasIsToldByItsTitle) {
    const std::string second = ", { at: 08:02, ana creates: { title: Review, when: 12:00-12:30, invites: ben } } ]";
    std::string text = story("Sync in Lublin");
    const sim::Scenario one = scenario(text);
    text.replace(text.find(" ]\nexpect"), 2, second);
    const sim::Scenario two = scenario(text);
    judged(play(one), one, std::nullopt);
    const std::string golden_of_one = std::exchange(pending, "");
    EXPECT_THAT(judged(play(two), two, golden_of_one), testing::ContainsRegex("not in the golden: 2026-03-02T11:00:00.000Z  encryptedSubject opens to \"Review\""));
    const std::string golden_of_two = pending;
    const std::string missing = judged(play(one), one, golden_of_two);
    // The key of what is missing was not given to anybody in this run.
    EXPECT_THAT(missing, HasSubstr("missing on the wire: 2026-03-02T11:00:00.000Z"));
    EXPECT_THAT(missing, testing::Not(HasSubstr("ciphertexts part")));
}

TEST_P(Golden, OneOtherByteIsFound) {
    const sim::Scenario one = scenario(story("Sync in Lublin"));
    const sim::Played played = play(one);
    judged(played, one, std::nullopt);
    const std::string wire = pending;
    std::string spoilt = wire;
    const std::size_t at = spoilt.find("\"encryptedSubject\":\"") + 20 + 50;
    spoilt[at] = spoilt[at] == 'A' ? 'B' : 'A';
    EXPECT_THAT(judged(played, one, spoilt), testing::AllOf(HasSubstr("ciphertexts part at byte 50"), HasSubstr("golden cannot be opened")));
    EXPECT_THAT(judged(played, one, wire + " "), HasSubstr("the same JSON in other bytes, first at byte " + std::to_string(wire.size())));
    EXPECT_THAT(judged(played, one, wire.substr(0, 200)), HasSubstr("the golden is no JSON; they part at byte 200"));
}

INSTANTIATE_TEST_SUITE_P(Providers, Golden, testing::Values("microsoft", "google"), [](const auto& param) { return param.param; });
