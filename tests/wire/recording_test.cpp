#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sim/wire/har.hpp"
#include "tests/wire/stage.hpp"

using namespace wire_test;
using testing::HasSubstr;
using testing::Not;

namespace {

const fakes::Instant monday = std::chrono::sys_days(std::chrono::year(2026) / 3 / 2) + 8h;

sim::Exchange asked(std::string method, std::string target, std::string body, int status, std::string answer) {
    sim::Exchange e;
    e.from = "engine";
    e.to = "graph";
    e.sent = e.done = monday;
    e.method = std::move(method);
    e.host = graph_host;
    e.target = std::move(target);
    e.request_headers.push_back({"Authorization", "Bearer secret-token-of-the-tenant"});
    e.request_body = std::move(body);
    e.status = status;
    e.reply_headers.push_back({"Content-Type", "application/json"});
    e.reply_body = std::move(answer);
    return e;
}

sim::Recording recorded(const sim::HarRecorder& recorder) {
    auto read = sim::read_har(recorder.text(), "day.har");
    EXPECT_THAT(read.problems, testing::IsEmpty());
    return read.recording.value_or(sim::Recording{});
}

struct Replay {
    explicit Replay(sim::Recording recording, sim::ReplaySettings settings = {})
        : server(std::move(recording), std::move(settings)) {}
    std::optional<fakes::Reply> ask(const sim::Exchange& e) {
        fakes::Request request;
        request.method = e.method;
        request.host = e.host;
        request.target = e.target;
        for (const auto& header : e.request_headers) request.headers.push_back({header.name, header.value});
        request.body = e.request_body;
        fakes::Effects effects;
        server.request(++asked_so_far, request, monday, effects);
        if (effects.answers.empty()) return std::nullopt;
        EXPECT_EQ(effects.answers[0].to, asked_so_far);
        return effects.answers[0].reply;
    }
    sim::ReplayServer server;
    fakes::ExchangeId asked_so_far = 0;
};

TEST(Har, EntriesAreReadByTimeAndEqualOnesAsInTheFile) {
    const auto read = sim::read_har(R"({"log":{"version":"1.2","entries":[
        {"startedDateTime":"2026-03-02T09:00:00.001+01:00","time":0,"request":{"method":"GET","url":"https://a.example/3","headers":[]},"response":{"status":200,"headers":[],"content":{}}},
        {"startedDateTime":"2026-03-02T08:00:00Z","time":0,"request":{"method":"GET","url":"https://a.example/1","headers":[]},"response":{"status":200,"headers":[],"content":{}}},
        {"startedDateTime":"2026-03-02T08:00:00.000Z","time":0,"request":{"method":"GET","url":"https://a.example/2","headers":[]},"response":{"status":200,"headers":[],"content":{}}}]}})", "x.har");
    EXPECT_THAT(read.problems, testing::IsEmpty());
    ASSERT_TRUE(read.recording);
    std::string targets;
    for (const auto& entry : read.recording->entries) targets += entry.request.target + entry.pointer.substr(entry.pointer.rfind('/')) + " ";
    EXPECT_EQ(targets, "/1/1 /2/2 /3/0 ");
}

TEST(Har, AFormMayBeWrittenAsParams) {
    const auto body = [](const std::string& post) {
        const auto read = sim::read_har(R"({"log":{"version":"1.2","entries":[{"startedDateTime":"2026-03-02T08:00:00Z","time":0,
            "request":{"method":"POST","url":"https://a.example/","headers":[],"postData":{"mimeType":"application/x-www-form-urlencoded",)" + post +
                                            R"(}},"response":{"status":200,"headers":[],"content":{}}}]}})", "x.har");
        return read.recording ? read.recording->entries[0].request.body : testing::PrintToString(read.problems);
    };
    EXPECT_EQ(body(R"("params":[{"name":"scope","value":"https://a/.default b"},{"name":"empty"}])"), "scope=https%3A%2F%2Fa%2F.default%20b&empty=");
    EXPECT_EQ(body(R"("params":[{"name":"a","value":"1"}],"text":"a=1")"), "a=1") << "browsers write both";
    EXPECT_THAT(body(R"("params":[{"value":"1"}, 7])"), testing::AllOf(HasSubstr("/postData/params/0/name is missing"), HasSubstr("/postData/params/1 must be an object")));
}

TEST(Har, WritesTheMembersThatReadersAskFor) {
    sim::HarRecorder recorder;
    auto e = asked("GET", "/v1.0/users/a%40b/events?$top=10&$filter=x%20y", "", 200, "{\"value\":[]}");
    e.done = e.sent + 250ms;
    recorder.add(e);
    auto other = e;
    other.to = "cloud";
    recorder.add(other);
    const auto har = nlohmann::json::parse(recorder.text());
    EXPECT_EQ(har["log"]["version"], "1.2");
    EXPECT_EQ(har["log"]["creator"]["name"], "calrig");
    ASSERT_EQ(har["log"]["entries"].size(), 1u);
    const auto& entry = har["log"]["entries"][0];
    EXPECT_EQ(entry["startedDateTime"], "2026-03-02T08:00:00.000Z");
    EXPECT_EQ(entry["time"], 250);
    EXPECT_EQ(entry["request"]["url"], "https://graph.microsoft.com/v1.0/users/a%40b/events?$top=10&$filter=x%20y");
    EXPECT_EQ(entry["request"]["queryString"][1]["name"], "$filter");
    EXPECT_EQ(entry["request"]["queryString"][1]["value"], "x y");
    EXPECT_EQ(entry["response"]["content"]["text"], "{\"value\":[]}");
    EXPECT_EQ(entry["response"]["content"]["mimeType"], "application/json");
    for (const auto* name : {"cache", "timings"}) EXPECT_TRUE(entry.contains(name));
    for (const auto* name : {"httpVersion", "cookies", "headersSize", "bodySize"}) {
        EXPECT_TRUE(entry["request"].contains(name)) << name;
        EXPECT_TRUE(entry["response"].contains(name)) << name;
    }
    EXPECT_EQ(entry["response"]["redirectURL"], "");
}

TEST(Har, SecretsAreMaskedEverywhereByTheSamePlaceholder) {
    sim::HarRecorder recorder;
    auto token = asked("POST", "/tenant/oauth2/v2.0/token",
                       "client_id=app&client_secret=the-client-secret&grant_type=client_credentials", 200,
                       "{\"token_type\":\"Bearer\",\"access_token\":\"secret-token-of-the-tenant\",\"expires_in\":3599}");
    token.to = "entra";
    token.request_headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    recorder.add(token);
    recorder.add(asked("GET", "/v1.0/a", "", 200, "{\"echo\":\"secret-token-of-the-tenant\"}"));
    const std::string text = recorder.text();
    EXPECT_THAT(text, Not(HasSubstr("secret-token-of-the-tenant")));
    EXPECT_THAT(text, Not(HasSubstr("the-client-secret")));
    const auto recording = recorded(recorder);
    ASSERT_EQ(recording.entries.size(), 2u);
    const auto body = nlohmann::json::parse(recording.entries[0].reply.body);
    EXPECT_EQ(body["expires_in"], 3599);
    const std::string placeholder = body["access_token"];
    EXPECT_EQ(*fakes::find_header(recording.entries[1].request.headers, "authorization"), "Bearer " + placeholder);
    EXPECT_THAT(recording.entries[1].reply.body, HasSubstr(placeholder));
    EXPECT_THAT(recording.entries[0].request.body, HasSubstr("client_id=app&client_secret=masked-"));
}

TEST(Har, BytesThatAreNoTextSurvive) {
    sim::HarRecorder recorder;
    recorder.add(asked("PUT", "/v1.0/a", std::string("\xff\x00\x01z", 4), 200, std::string("\x80\x81", 2)));
    const auto recording = recorded(recorder);
    ASSERT_EQ(recording.entries.size(), 1u);
    EXPECT_EQ(recording.entries[0].request.body, std::string("\xff\x00\x01z", 4));
    EXPECT_EQ(recording.entries[0].reply.body, std::string("\x80\x81", 2));
}

TEST(Har, MistakesHaveAPlace) {
    EXPECT_THAT(sim::read_har("{\"log\":\n {\"version\" 3}}", "x.har").problems,
                testing::ElementsAre(HasSubstr("x.har: is not JSON at line 2")));
    const auto read = sim::read_har(R"({"log":{"version":"1.2","entries":[
        {"startedDateTime":"yesterday","time":1,"request":{"method":7,"url":"ftp://x","headers":[]},
         "response":{"status":9000,"headers":{},"content":{}}}]}})", "x.har");
    EXPECT_FALSE(read.recording);
    EXPECT_THAT(read.problems,
                testing::ElementsAre(
                    "x.har: /log/entries/0/startedDateTime is no RFC 3339 time: \"yesterday\"",
                    "x.har: /log/entries/0/request/method must be a string, is number",
                    "x.har: /log/entries/0/request/url must be an absolute https address, is \"ftp://x\"",
                    "x.har: /log/entries/0/response/status must be 0 or 100..599",
                    "x.har: /log/entries/0/response/headers must be an array, is object"));
    EXPECT_FALSE(sim::read_har(std::string(100000, '['), "x.har").recording);
}

TEST(Replay, AnswersEachEntryOnceInOrderWhateverTheOrderOfTheQuery) {
    sim::HarRecorder recorder;
    recorder.add(asked("GET", "/v1.0/a?x=1&y=a%20b", "", 200, "{\"n\":1}"));
    recorder.add(asked("GET", "/v1.0/a?x=1&y=a%20b", "", 200, "{\"n\":2}"));
    Replay replay(recorded(recorder));
    EXPECT_EQ(replay.ask(asked("GET", "/v1.0/a?y=a+b&x=1", "", 0, ""))->body, "{\"n\":1}");
    EXPECT_THAT(replay.server.unused(), testing::ElementsAre(HasSubstr("/log/entries/1")));
    EXPECT_EQ(replay.ask(asked("GET", "/v1.0/a?x=1&y=a%20b", "", 0, ""))->body, "{\"n\":2}");
    EXPECT_THAT(replay.server.unused(), testing::IsEmpty());
    EXPECT_THAT(replay.server.unexpected(), testing::IsEmpty());
    const auto third = replay.ask(asked("GET", "/v1.0/a?x=1&y=a%20b", "", 0, ""));
    EXPECT_EQ(third->status, 501);
    ASSERT_EQ(replay.server.unexpected().size(), 1u);
    EXPECT_THAT(replay.server.unexpected()[0], HasSubstr("already consumed by request #2"));
}

TEST(Replay, ComparesBodiesAsJsonWithoutTheirVolatileMembers) {
    sim::HarRecorder recorder;
    recorder.add(asked("PATCH", "/v1.0/e/1", R"({"subject":"Plan","transactionId":"11111111","n":1.0})", 200, "{}"));
    Replay replay(recorded(recorder));
    EXPECT_EQ(replay.ask(asked("PATCH", "/v1.0/e/1", R"({ "n":1, "transactionId":"2222","subject":"Plan"})", 0, ""))->status,
              200);
}

TEST(Replay, AMismatchShowsTheClosestEntryPartByPart) {
    sim::HarRecorder recorder;
    recorder.add(asked("GET", "/v1.0/other", "", 200, "{}"));
    recorder.add(asked("PATCH", "/v1.0/e/1?p=1", R"({"subject":{"a":[1,2]}})", 200, "{}"));
    Replay replay(recorded(recorder));
    const auto reply = replay.ask(asked("PATCH", "/v1.0/e/1?q=1", R"({"subject":{"a":[1,3]}})", 0, ""));
    EXPECT_EQ(reply->status, 501);
    EXPECT_EQ(replay.server.unexpected().at(0),
              "request #1 was not recorded: PATCH https://graph.microsoft.com/v1.0/e/1?q=1\n"
              "  closest: day.har /log/entries/1: PATCH https://graph.microsoft.com/v1.0/e/1?p=1\n"
              "    \u2713 method\n"
              "    \u2713 host\n"
              "    \u2713 path\n"
              "    \u2717 query: p=1 was not asked; q=1 was not recorded\n"
              "    \u2717 body: /subject/a/1: asked 3, recorded 2\n");
}

TEST(Replay, HeadersThatMatterMustAgree) {
    sim::HarRecorder recorder;
    auto e = asked("GET", "/v1.0/a", "", 200, "{}");
    e.request_headers.push_back({"Prefer", "outlook.timezone=\"UTC\""});
    recorder.add(e);
    Replay replay(recorded(recorder));
    EXPECT_EQ(replay.ask(asked("GET", "/v1.0/a", "", 0, ""))->status, 501);
    EXPECT_THAT(replay.server.unexpected().at(0), HasSubstr("\u2717 header prefer: asked (none), recorded outlook"));
    EXPECT_EQ(replay.ask(e)->status, 200);
}

TEST(Replay, AnExchangeWithoutAnAnswerStaysWithoutOne) {
    sim::HarRecorder recorder;
    recorder.add(asked("GET", "/v1.0/a", "", 0, ""));
    Replay replay(recorded(recorder));
    EXPECT_FALSE(replay.ask(asked("GET", "/v1.0/a", "", 0, "")));
    EXPECT_THAT(replay.server.unexpected(), testing::IsEmpty());
}

TEST(Replay, NotificationsComeAtTheirOffsetWithWhatTheEngineChoseThisTime) {
    sim::HarRecorder recorder;
    recorder.add(asked("POST", "/v1.0/subscriptions", R"({"clientState":"state-of-then"})", 201,
                       R"({"id":"s1","clientState":"state-of-then"})"));
    sim::Exchange note;
    note.from = "graph";
    note.to = "engine";
    note.what = "graph notification";
    note.sent = note.done = monday + 90s;
    note.method = "POST";
    note.host = hook_host;
    note.target = "/hooks/graph";
    note.request_body = R"({"value":[{"clientState":"state-of-then"}]})";
    note.status = 202;
    recorder.add(note);
    sim::ReplaySettings settings;
    settings.hook_host = hook_host;
    settings.begin = monday + 24h;
    Replay replay(recorded(recorder), settings);
    EXPECT_EQ(replay.server.hosts(), std::vector<std::string>{graph_host});
    const auto reply = replay.ask(asked("POST", "/v1.0/subscriptions", R"({"clientState":"state-of-now"})", 0, ""));
    EXPECT_THAT(reply->body, HasSubstr("state-of-now"));
    ASSERT_TRUE(replay.server.next_wake());
    EXPECT_EQ(*replay.server.next_wake(), settings.begin + 90s);
    fakes::Effects effects;
    replay.server.wake(settings.begin + 90s, effects);
    ASSERT_EQ(effects.outgoing.size(), 1u);
    EXPECT_EQ(effects.outgoing[0].url, "https://engine.calrig.example/hooks/graph");
    EXPECT_THAT(effects.outgoing[0].body, HasSubstr("state-of-now"));
    EXPECT_FALSE(replay.server.next_wake());
}

TEST(Replay, ARecordedRunReplaysWithoutADifference) {
    sim::HarRecorder recorder;
    Stage first(sim::Transport::direct);
    first.network.on_exchange([&](sim::Exchange&& e) { recorder.add(e); });
    for (const auto* path : {"/v1.0/size/300", "/v1.0/a?b=1", "/v1.0/a?b=2"}) first.ask(Stage::get(path));
    first.run(1s);
    sim::ReplayServer server(recorded(recorder), {});
    boost::asio::io_context io{1};
    sim::VirtualTime time{monday};
    sim::FaultRules faults{fakes::Dice(1)};
    sim::Network network(io, time, {}, faults, nullptr);
    sim::ServerSeat seat;
    seat.server = &server;
    seat.actor = "graph";
    for (const auto& host : server.hosts()) seat.hosts.emplace(host, "graph");
    network.add_server(std::move(seat));
    sim::EngineHttp http(network, io.get_executor());
    std::deque<engine::HttpResult> results(3);
    bool stopped = false;
    int i = 0;
    for (const auto* path : {"/v1.0/size/300", "/v1.0/a?b=1", "/v1.0/a?b=2"}) {
        auto task = asking(http, Stage::get(path), results[static_cast<std::size_t>(i++)], stopped);
        boost::asio::co_spawn(io, std::move(task), boost::asio::detached);
    }
    network.settle();
    for (std::size_t k = 0; k < 3; ++k)
        EXPECT_EQ(results[k].response.body, first.asked[k].result.response.body);
    EXPECT_THAT(server.unexpected(), testing::IsEmpty());
    EXPECT_THAT(server.unused(), testing::IsEmpty());
}

}  // namespace
