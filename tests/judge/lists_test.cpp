// Lists and calendars: what is right passes in whatever order and however little it says, what is wrong is named.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/recorded/stage.hpp"

using namespace recorded_test;
using testing::HasSubstr;
using testing::Not;

namespace {

const std::string kSeries =
    "story: [ { at: 08:01, ana creates: { id: ser, title: Rounds, when: 12:00-12:30, repeats: daily 3 times, invites: ben } } ]\n";

std::vector<reports::Finding> found(const std::string& story, const std::string& claim, const std::string& provider = "google", sim::Doubles doubles = {}) {
    const sim::Scenario one = scenario(on(provider, story + "expect: [ { at: 08:20, " + claim + " } ]\n"));
    if (one.providers.empty()) return {reports::Finding{.rule = "not loaded", .requirement = {}, .title = {}, .file = {}, .snippet = {}, .difference = {}, .why = {}}};
    sim::WorldSettings settings;
    settings.transport = sim::Transport::direct;
    settings.doubles = std::move(doubles);
    const sim::Played played = sim::play(one, one.providers.front(), settings);
    return sim::judge({one, one.providers.front(), played.journal, {}});
}

std::string judged(const std::string& story, const std::string& claim, const std::string& provider = "google", sim::Doubles doubles = {}) {
    return told(found(story, claim, provider, std::move(doubles)));
}

/// What stands above the caret run of the first finding.
std::string pointed_at(const std::string& story, const std::string& claim) {
    const std::vector<reports::Finding> findings = found(story, claim);
    if (findings.empty()) return "nothing";
    const std::string& snippet = findings.front().snippet;
    const std::size_t run = snippet.find('^'), line = snippet.rfind('\n', run), above = snippet.rfind('\n', line - 1);
    const std::size_t length = snippet.find_first_not_of('^', run) - run;
    return snippet.substr(above + (run - line), length);
}

TEST(ExpectedList, IsMatchedWhateverSaysLittleStandsFirst) {
    EXPECT_EQ(judged(kSeries, "meeting list of ben: { is: [ Rounds, { title: Rounds, when: 2026-03-03 12:00-12:30 }, { when: 2026-03-02 12:00-12:30 } ] }"), "");
    EXPECT_EQ(judged(kSeries, "meeting list of ben: { includes: [ Rounds, Rounds, { title: Rounds, when: 2026-03-02 12:00-12:30 } ] }"), "");
    EXPECT_THAT(judged(kSeries, "meeting list of ben: { includes: [ Rounds, Rounds, Rounds, Rounds ] }"), HasSubstr("- missing     \"Rounds\""));
    EXPECT_THAT(judged(kSeries, "meeting list of ben: { is: [ Rounds, { when: 2026-03-02 12:00-12:30 }, { when: 2026-03-02 12:00-12:30 } ] }"),
                HasSubstr("- missing     a meeting 2026-03-02 12:00 Europe/Warsaw"));
}

TEST(ExpectedList, WhatDiffersIsToldBesideTheNearestInTime) {
    const std::string text = judged(kSeries, "meeting list of ben: { includes: [ { title: Rounds, when: 2026-03-04 12:05-12:35 } ] }");
    EXPECT_THAT(text, HasSubstr("[0].start  expected 2026-03-04 12:05 Europe/Warsaw, shown 2026-03-04 12:00 Europe/Warsaw"));
}

TEST(Finding, PointsAtTheValueThatDiffers) {
    EXPECT_EQ(pointed_at(kSeries, "meeting list of ben: { includes: [ Rounds, { title: Rounds, when: 2026-03-04 12:05-12:35 } ] }"), "2026-03-04 12:05-12:35");
    EXPECT_EQ(pointed_at(kSeries, "meeting list of ben: { includes: [ { when: 2026-03-04 12:00-12:30, title: Round } ] }"), "Round");
    EXPECT_EQ(pointed_at(kSeries, "meeting list of ben: { excludes: Rounds }"), "Rounds");
    EXPECT_EQ(pointed_at(kSeries, "meeting list of ben: { count: 4 }"), "4");
    EXPECT_EQ(pointed_at(kSeries, "meeting list of ben: { is: [ Rounds ] }"), "meeting list of ben") << "what is there beyond is nowhere in the file";
    EXPECT_EQ(pointed_at(kSeries, "calendar of ana: { event: ser, title: Rounds, response: accepted }"), "accepted");
    EXPECT_EQ(pointed_at(kSeries, "calendar of ana: { event: ser, location: Attic }"), "Attic");
    EXPECT_EQ(pointed_at(kSeries, "presence of ben: out of office"), "out of office");
    EXPECT_EQ(pointed_at(kSeries, "status of ben: { is: error, reason: x }"), "x");
}

TEST(Fault, ThatCaughtNothingIsAFinding) {
    const std::string fault = "story: [ { at: 08:01, ana creates: { title: Plan, when: 12:00-12:30, invites: ben } }, { at: 08:15, network: { ";
    const std::string claim = "meeting list of ben: { count: 1 }";
    EXPECT_THAT(judged(fault + "lose: pushes } } ]\n", claim), HasSubstr("acts are carried out: a fault caught nothing: lost"));
    EXPECT_THAT(judged(fault + "calls to: calendar, skip: 900, answer: 500 } } ]\n", claim), HasSubstr("a fault caught nothing: 500"));
    EXPECT_EQ(judged(fault + "calls to: calendar, answer: 500 } } ]\n", claim), "");
    EXPECT_EQ(judged(fault + "calls to: calendar, percent: 1, answer: 500 } } ]\n", claim), "") << "chance decided";
    EXPECT_EQ(judged(fault + "calls to: calendar, operation: OP-M-EVENT-GET, answer: 500 } } ]\n", claim), "") << "the other provider's";
}

TEST(ExpectedCalendar, WhatShowsAsCancelledIsAbsentAndNotThere) {
    const std::string story =
        "story: [ { at: 08:01, ana creates: { id: plan, title: Plan, when: 12:00-12:30, invites: ben } }, { at: 08:10, ana cancels: plan } ]\n";
    for (const char* provider : {"microsoft", "google"}) {
        EXPECT_EQ(judged(story, "calendar of ben: { event: plan, absent: yes }", provider), "");
        EXPECT_THAT(judged(story, "calendar of ben: { event: plan, absent: no }", provider), HasSubstr("calendar of ben does not have plan")) << provider;
    }
    // Outlook keeps what its organizer cancelled, and says so.
    EXPECT_THAT(judged(story, "calendar of ben: { event: plan, absent: no }", "microsoft"), HasSubstr("it shows as cancelled: \"Canceled: Plan\""));
    EXPECT_EQ(judged(story, "calendar of ben: { event: plan, title: 'Canceled: Plan' }", "microsoft"), "");
}

/// Items are spoilt on their way to the cloud.
class Spoilt final : public engine::HttpClient {
  public:
    Spoilt(engine::HttpClient& real, std::function<void(nlohmann::json&)> edit) : real_(real), edit_(std::move(edit)) {}
    engine::Task<engine::HttpResult> exchange(engine::HttpRequest request) override {
        if (request.method == "PUT" && request.url.find("/calendarEvents/") != std::string::npos) {
            nlohmann::json item = nlohmann::json::parse(request.body);
            edit_(item);
            request.body = item.dump();
        }
        co_return co_await real_.exchange(std::move(request));
    }

  private:
    engine::HttpClient& real_;
    std::function<void(nlohmann::json&)> edit_;
};

sim::Doubles spoilt(std::function<void(nlohmann::json&)> edit) {
    sim::Doubles doubles;
    doubles.http = [=](engine::HttpClient& real, engine::Clock&) { return std::make_unique<Spoilt>(real, edit); };
    return doubles;
}

TEST(ExpectedList, SomebodyWhoIsThereTwiceIsTold) {
    const std::string story = "story: [ { at: 08:01, ana creates: { id: plan, title: Plan, when: 12:00-12:30, invites: ben } } ]\n";
    const std::string claim = "meeting list of ben: { is: [ { title: Plan, people: { ana: organizer, ben: none } } ] }";
    EXPECT_EQ(judged(story, claim), "");
    EXPECT_THAT(judged(story, claim, "google", spoilt([](nlohmann::json& item) { item["encryptedParticipants"].push_back(item["encryptedParticipants"][0]); })), HasSubstr(".participants  ana@calrig.example is there twice"));
}

TEST(ExpectedList, AnItemThatCannotBeReadIsStillNotExcluded) {
    const std::string story = "story: [ { at: 08:01, ana creates: { id: plan, title: Plan, when: 12:00-12:30, invites: ben } } ]\n";
    const sim::Doubles broken_seals = spoilt([](nlohmann::json& item) {
        std::string sealed = item["encryptedSubject"];
        char& letter = sealed[sealed.size() - 3];  // of the tag
        letter = letter == 'A' ? 'B' : 'A';
        item["encryptedSubject"] = sealed;
    });
    const std::string text = judged(story, "meeting list of ben: { excludes: [ { event: plan } ] }", "google", broken_seals);
    EXPECT_THAT(text, HasSubstr("meeting list of app ben differs"));
    EXPECT_THAT(text, HasSubstr("+ unexpected"));
}

}  // namespace
