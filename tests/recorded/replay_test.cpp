// What was recorded replays without a difference, and every difference is told.
#include <gmock/gmock.h>

#include "tests/recorded/stage.hpp"

using namespace recorded_test;
using testing::HasSubstr;
using testing::Not;

namespace {

class Spoiling final : public engine::HttpClient {
  public:
    explicit Spoiling(engine::HttpClient& real) : real_(real) {}
    engine::Task<engine::HttpResult> exchange(engine::HttpRequest request) override {
        if (request.method == "PATCH") {
            const auto at = request.body.find("@webex");
            if (at != std::string::npos) request.body.replace(at, 6, "@wobex");
        }
        co_return co_await real_.exchange(std::move(request));
    }

  private:
    engine::HttpClient& real_;
};

class Replaying : public testing::TestWithParam<std::string> {};

}  // namespace

TEST_P(Replaying, PassesOnEveryTransportAndAsksTheSame) {
    const sim::Recording recording = record(scenario(on(GetParam(), std::string(meeting) + listed)));
    const sim::Scenario story = scenario(on(GetParam(), std::string("recording: day.har\n") + listed));
    for (const sim::Transport transport : {sim::Transport::direct, sim::Transport::memory, sim::Transport::tcp}) {
        sim::WorldSettings settings;
        settings.transport = transport;
        EXPECT_EQ(told(replay(story, recording, settings)), "");
    }
}

TEST_P(Replaying, IsRecordedAgainAsItWas) {
    std::string first;
    const sim::Recording recording = record(scenario(on(GetParam(), std::string(meeting) + listed)), &first);
    const sim::Scenario story = scenario(on(GetParam(), std::string("recording: day.har\n") + listed));
    sim::HarRecorder recorder(sim::RecordedRun{1, story.begin});
    sim::WorldSettings settings;
    settings.recorder = &recorder;
    EXPECT_EQ(told(replay(story, recording, settings)), "");
    const sim::HarRead again = sim::read_har(recorder.text(), "day.har");
    ASSERT_TRUE(again.recording);
    EXPECT_EQ(again.recording->entries.size(), recording.entries.size());
    EXPECT_EQ(told(replay(story, *again.recording)), "");
}

TEST_P(Replaying, AChangedEngineIsShownTheClosestExchangeAndWhatDiffers) {
    const sim::Recording recording = record(scenario(on(GetParam(), std::string(meeting) + listed)));
    const sim::Scenario story = scenario(on(GetParam(), std::string("recording: day.har\n") + listed));
    sim::WorldSettings settings;
    settings.doubles.http = [](engine::HttpClient& real, engine::Clock&) { return std::make_unique<Spoiling>(real); };
    const std::string text = told(replay(story, recording, settings));
    EXPECT_THAT(text, HasSubstr("recording is followed: request #"));
    EXPECT_THAT(text, HasSubstr("was not recorded: PATCH https://"));
    EXPECT_THAT(text, HasSubstr("closest: day.har /log/entries/"));
    EXPECT_THAT(text, HasSubstr("\u2713 path"));
    EXPECT_THAT(text, HasSubstr("\u2717 body: /"));
    EXPECT_THAT(text, HasSubstr("@wobex"));
    EXPECT_THAT(text, Not(HasSubstr("no bad requests")));
}

TEST_P(Replaying, AnEntryThatNobodyAskedForIsToldUnlessRelaxed) {
    sim::Recording recording = record(scenario(on(GetParam(), std::string(meeting) + listed)));
    sim::RecordedExchange extra = recording.entries.front();
    extra.pointer = "/log/entries/999";
    extra.request.method = "GET";
    extra.request.target = "/never";
    recording.entries.push_back(extra);
    const std::string strict = on(GetParam(), std::string("recording: day.har\n") + listed);
    EXPECT_THAT(told(replay(scenario(strict), recording)),
                testing::AllOf(HasSubstr("recording is followed: 1 recorded exchange did not happen"),
                               HasSubstr("/log/entries/999 at +00:00:00: GET https://"), HasSubstr("/never")));
    EXPECT_EQ(told(replay(scenario(strict + "relax: [recording is followed]\n"), recording)), "");
}

TEST_P(Replaying, AShorterScenarioLeavesTheRestUnasked) {
    const sim::Recording recording = record(scenario(on(GetParam(), std::string(meeting) + listed + "end: 11:00\n")));
    const std::string text = told(replay(scenario(on(GetParam(), std::string("recording: day.har\n") + listed)), recording));
    EXPECT_THAT(text, HasSubstr("recorded exchanges did not happen"));
}

TEST_P(Replaying, WhatWasRecordedByAnotherTenantAtAnotherAddressIsAnsweredHere) {
    std::string text;
    static_cast<void>(record(scenario(on(GetParam(), std::string(meeting) + listed)), &text));
    const auto replace = [&](const std::string& was, const std::string& is) {
        std::size_t count = 0;
        for (auto at = text.find(was); at != std::string::npos; at = text.find(was, at + is.size()), ++count) text.replace(at, was.size(), is);
        return count;
    };
    // What other recorders do not write.
    EXPECT_EQ(replace("\"_seed\"", "\"seed\"") + replace("\"_begin\"", "\"begin\""), 2u);
    EXPECT_GT(replace("engine.calrig.example/hooks", "sync.another.example/prod/notify"), 2u);
    if (GetParam() == "microsoft") {
        const auto tenant = text.find("login.microsoftonline.com/");
        ASSERT_NE(tenant, std::string::npos);
        EXPECT_GT(replace(text.substr(tenant, 26 + 36), "login.microsoftonline.com/11111111-2222-3333-4444-555555555555"), 0u);
        const auto client = text.find("client_id=");
        ASSERT_NE(client, std::string::npos);
        EXPECT_GT(replace(text.substr(client, 10 + 36), "client_id=66666666-7777-8888-9999-000000000000"), 0u);
    }
    sim::HarRead read = sim::read_har(text, "day.har");
    ASSERT_TRUE(read.recording);
    EXPECT_FALSE(read.recording->run);
    EXPECT_EQ(told(replay(scenario(on(GetParam(), std::string("recording: day.har\n") + listed)), *read.recording)), "");
}

TEST_P(Replaying, ADifferenceInTheBodyOfATokenRequestShowsNoSecret) {
    sim::Recording recording = record(scenario(on(GetParam(), std::string(meeting) + listed)));
    std::size_t spoilt = 0;
    for (sim::RecordedExchange& entry : recording.entries) {
        const auto at = entry.request.body.find("grant_type=");
        if (at == std::string::npos) continue;
        // Neither the grant nor the member that holds the secret is the recorded one.
        entry.request.body = "grant_type=another";
        ++spoilt;
    }
    ASSERT_GT(spoilt, 0u);
    const std::string text = told(replay(scenario(on(GetParam(), std::string("recording: day.har\n") + listed)), recording));
    EXPECT_THAT(text, HasSubstr(GetParam() == "microsoft" ? "client_secret=(masked) was not recorded" : "assertion=(masked) was not recorded"));
    EXPECT_THAT(text, HasSubstr("grant_type: asked"));
}

INSTANTIATE_TEST_SUITE_P(Providers, Replaying, testing::Values("microsoft", "google"), [](const auto& param) { return param.param; });

TEST(ReplayedNotification, WaitsForTheWriteItMayTellOf) {
    const auto begin = std::chrono::sys_days(std::chrono::year(2026) / 3 / 2) + std::chrono::hours(8);
    sim::Recording recording;
    const auto entry = [&](const char* method, const char* host, const char* target) {
        sim::RecordedExchange one;
        one.started = begin;
        one.request = {method, host, target, {}, ""};
        one.reply.status = 200;
        recording.entries.push_back(one);
    };
    entry("PATCH", "graph.microsoft.com", "/v1.0/e/1");
    entry("POST", "engine.calrig.example", "/hooks/graph");
    sim::ReplaySettings settings;
    settings.hook_host = "engine.calrig.example";
    settings.begin = begin;
    sim::ReplayServer server(recording, settings);
    EXPECT_FALSE(server.next_wake());
    fakes::Effects effects;
    server.wake(begin, effects);
    EXPECT_TRUE(effects.outgoing.empty());
    EXPECT_EQ(server.unused().size(), 2u);
    server.request(1, recording.entries[0].request, begin, effects);
    EXPECT_EQ(effects.outgoing.size(), 1u);
    EXPECT_TRUE(server.unused().empty());
}

TEST(ReplayedNotification, ComesAfterWhatWasAskedJustBeforeItAndIsOnItsWayWithTheAnswer) {
    const auto begin = std::chrono::sys_days(std::chrono::year(2026) / 3 / 2) + std::chrono::hours(8);
    sim::Recording recording;
    const auto entry = [&](std::chrono::milliseconds after, const char* method, const char* host, const char* target) {
        sim::RecordedExchange one;
        one.started = begin + after;
        one.request = {method, host, target, {}, ""};
        one.reply.status = 200;
        recording.entries.push_back(one);
    };
    using std::chrono::milliseconds;
    entry(milliseconds(0), "GET", "www.googleapis.com", "/a");
    entry(milliseconds(0), "POST", "engine.calrig.example", "/hooks/google");
    entry(milliseconds(5000), "POST", "engine.calrig.example", "/hooks/google");
    sim::ReplaySettings settings;
    settings.hook_host = "engine.calrig.example";
    settings.begin = begin;
    {
        sim::ReplayServer server(recording, settings);
        fakes::Effects effects;
        server.wake(begin, effects);
        EXPECT_TRUE(effects.outgoing.empty()) << "the read comes first";
        server.request(1, recording.entries[0].request, begin, effects);
        EXPECT_EQ(effects.answers.size(), 1u);
        EXPECT_EQ(effects.outgoing.size(), 1u) << "and what came right after it does so again";
        EXPECT_EQ(server.next_wake(), begin + milliseconds(5000));
    }
    {
        sim::ReplayServer server(recording, settings);
        fakes::Effects effects;
        EXPECT_EQ(server.next_wake(), begin + milliseconds(1000)) << "a client that does not ask is not waited for long";
        server.wake(begin + milliseconds(1000), effects);
        EXPECT_EQ(effects.outgoing.size(), 1u);
        EXPECT_EQ(server.next_wake(), begin + milliseconds(5000)) << "the read was long before";
    }
}

TEST(Recordings, OfTheProjectAreSmallMaskedAndFreeOfPlaces) {
    const std::string folder = std::string(CALRIG_SOURCE_DIR) + "/scenarios/recorded/";
    for (const char* name : {"declined_on_google_stays_listed", "morning_away_on_google", "moved_occurrence_on_graph",
                             "throttled_graph_is_waited_out", "webex_keyword_on_google"}) {
        const std::string text = file_text(folder + name + ".har").value_or("");
        EXPECT_FALSE(text.empty()) << name;
        EXPECT_LT(text.size(), 200'000u) << name;
        const sim::HarRead read = sim::read_har(text, name);
        ASSERT_TRUE(read.recording) << name;
        ASSERT_TRUE(read.recording->run) << name;
        for (const sim::RecordedExchange& entry : read.recording->entries)
            if (const std::string* bearer = fakes::find_header(entry.request.headers, "authorization"))
                EXPECT_THAT(*bearer, testing::StartsWith("Bearer masked-")) << name << entry.pointer;
        for (const char* place : {"/home/", "/root/", "/tmp/", "BEGIN PRIVATE KEY"}) EXPECT_THAT(text, Not(HasSubstr(place))) << name;
    }
}
