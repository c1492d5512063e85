#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sim/judge/journal.hpp"
#include "sim/wire/classify.hpp"
#include "sim/wire/faults.hpp"
#include "sim/wire/message.hpp"

using namespace std::chrono_literals;
using sim::NetworkFault;

namespace {

std::string operation(std::string method, std::string target) {
    fakes::Request request;
    request.method = std::move(method);
    request.target = std::move(target);
    return std::string(sim::classify(request, nullptr).operation);
}

TEST(Classify, NamesTheListedOperations) {
    EXPECT_EQ(operation("POST", "/v1.0/users/a%40b/calendar/events"), "OP-M-EVENT-ADD");
    EXPECT_EQ(operation("GET", "/v1.0/users/a%40b/calendar/events?$top=5"), "OP-M-EVENT-LIST");
    EXPECT_EQ(operation("GET", "/v1.0/users/a%40b/events/AAMk%3D"), "OP-M-EVENT-GET");
    EXPECT_EQ(operation("GET", "/v1.0/users/a/calendar/events/A/instances?startDateTime=x&endDateTime=y"), "OP-M-INSTANCES");
    EXPECT_EQ(operation("PATCH", "/v1.0/users/a/calendar/events/A"), "OP-M-EVENT-PATCH");
    EXPECT_EQ(operation("POST", "/v1.0/subscriptions"), "OP-M-SUBSCRIBE");
    EXPECT_EQ(operation("DELETE", "/v1.0/subscriptions/7"), "OP-M-UNSUBSCRIBE");
    EXPECT_EQ(operation("GET", "/v1.0/users/a/mailboxSettings"), "OP-M-SETTINGS");
    EXPECT_EQ(operation("GET", "/calendar/v3/calendars/a%40b/events?syncToken=x"), "OP-G-EVENT-LIST");
    EXPECT_EQ(operation("POST", "/calendar/v3/calendars/a%40b/events/quickAdd?text=x"), "OP-G-QUICK-ADD");
    EXPECT_EQ(operation("POST", "/calendar/v3/calendars/a%40b/events/watch"), "OP-G-WATCH");
    EXPECT_EQ(operation("GET", "/calendar/v3/calendars/a%40b/events/x/instances"), "OP-G-INSTANCES");
    EXPECT_EQ(operation("PATCH", "/calendar/v3/calendars/a%40b/events/x"), "OP-G-EVENT-PATCH");
    EXPECT_EQ(operation("DELETE", "/calendar/v3/calendars/a%40b/events/x"), "OP-G-EVENT-DELETE");
    EXPECT_EQ(operation("POST", "/calendar/v3/channels/stop"), "OP-G-STOP");
    EXPECT_EQ(operation("GET", "/calendar/v3/users/me/settings/locale"), "OP-G-SETTING");
    EXPECT_EQ(operation("GET", "/gmail/v1/users/a%40b/settings/vacation"), "OP-G-VACATION");
    EXPECT_EQ(operation("GET", "/gmail/v1/users/me/settings/vacation"), "OP-G-VACATION");
    EXPECT_EQ(operation("POST", "/calendar/v3/calendars/a%40b/acl"), "OP-G-ACL-ADD");
    EXPECT_EQ(operation("DELETE", "/calendar/v3/calendars/a%40b/acl/user%3Ax"), "OP-G-ACL-DELETE");
    EXPECT_EQ(operation("POST", "/calendar/v3/freeBusy"), "OP-G-FREEBUSY");
}

TEST(Classify, NamesNothingElse) {
    EXPECT_EQ(operation("GET", "/v1.0/users/a/calendarView/delta"), "");
    EXPECT_EQ(operation("PATCH", "/v1.0/subscriptions/7"), "");
    EXPECT_EQ(operation("GET", "/v1.0/users/a/calendar/events/A/instances"), "") << "listed with a time range";
    EXPECT_EQ(operation("DELETE", "/v1.0/users/a/events/A"), "");
    EXPECT_EQ(operation("GET", "/v1.0/me/events/A"), "");
    EXPECT_EQ(operation("PUT", "/calendar/v3/calendars/a%40b/events/x"), "");
    EXPECT_EQ(operation("GET", "/calendar/v3/users/me/calendarList"), "");
    EXPECT_EQ(operation("GET", ""), "");
    EXPECT_EQ(operation("GET", "/v1.0/users//mailboxSettings"), "");
}

std::string lookup(std::string_view name) {
    return name == "ana@x.example" || name == "guid-1" ? "ana" : std::string();
}

TEST(Classify, KnowsThePersonFromPathBodyAndHeaders) {
    fakes::Request request;
    request.method = "GET";
    request.target = "/v1.0/users/guid-1/mailboxSettings";
    EXPECT_EQ(sim::classify(request, lookup).person, "ana");
    request.target = "/calendar/v3/calendars/ana%40x.example/events";
    EXPECT_EQ(sim::classify(request, lookup).person, "ana");
    request.target = "/calendar/v3/calendars/bob%40x.example/events";
    EXPECT_EQ(sim::classify(request, lookup).person, "");
    request.method = "POST";
    request.target = "/v1.0/subscriptions";
    request.body = R"({"resource":"users/ana@x.example/events"})";
    EXPECT_EQ(sim::classify(request, lookup).person, "ana");
    fakes::Request note;
    note.body = R"({"value":[{"resource":"Users/guid-1/Events/AAMk"}]})";
    EXPECT_EQ(sim::person_of_notification(note, lookup), "ana");
    note.body.clear();
    note.headers.push_back({"X-Goog-Resource-URI", "https://www.googleapis.com/calendar/v3/calendars/ana%40x.example/events?alt=json"});
    EXPECT_EQ(sim::person_of_notification(note, lookup), "ana");
}

sim::FaultVerdict judge(sim::FaultRules& rules, std::string_view to, std::string_view op = "", std::string_view person = "",
                        fakes::Instant now = {}) {
    return rules.judge({"engine", to, op, person}, now);
}

NetworkFault rule(NetworkFault::Kind kind, std::string to) {
    NetworkFault fault;
    fault.kind = kind;
    fault.to = std::move(to);
    return fault;
}

TEST(Faults, CatchByTargetOperationAndPerson) {
    sim::FaultRules rules(fakes::Dice(1));
    auto fault = rule(NetworkFault::Kind::cut_before, "calendar");
    fault.operation = "OP-M-INSTANCES";
    fault.person = "ana";
    rules.add(fault, {});
    EXPECT_FALSE(judge(rules, "cloud", "OP-M-INSTANCES", "ana").any());
    EXPECT_FALSE(judge(rules, "graph", "OP-M-EVENT-GET", "ana").any());
    EXPECT_FALSE(judge(rules, "graph", "OP-M-INSTANCES", "bob").any());
    EXPECT_EQ(rules.idle(fakes::Provider::microsoft).size(), 1u);
    EXPECT_EQ(judge(rules, "graph", "OP-M-INSTANCES", "ana").cut, sim::FaultVerdict::Cut::before);
    EXPECT_TRUE(rules.idle(fakes::Provider::microsoft).empty());
    EXPECT_FALSE(judge(rules, "graph", "OP-M-INSTANCES", "ana").any()) << "one message by default";
}

TEST(Faults, CountSkipAndUntil) {
    sim::FaultRules rules(fakes::Dice(1));
    auto fault = rule(NetworkFault::Kind::latency, "anything");
    fault.skip = 2;
    fault.count = 2;
    fault.wait = 1500ms;
    rules.add(fault, sim::Place{4, 1, 1});
    std::string told;
    for (int i = 0; i < 5; ++i) told += judge(rules, "kms").any() ? 'x' : '.';
    EXPECT_EQ(told, "..xx.");
    auto timed = rule(NetworkFault::Kind::lose, "engine");
    timed.count = 0;
    timed.until = fakes::Instant(10s);
    rules.add(timed, sim::Place{5, 1, 1});
    EXPECT_TRUE(judge(rules, "engine", "", "", fakes::Instant(9s)).lose);
    EXPECT_TRUE(judge(rules, "engine", "", "", fakes::Instant(9999ms)).lose);
    EXPECT_FALSE(judge(rules, "engine", "", "", fakes::Instant(10s)).lose);
}

TEST(Faults, ChanceIsSeeded) {
    const auto catches = [](std::uint64_t seed) {
        sim::FaultRules rules{fakes::Dice(seed)};
        auto fault = rule(NetworkFault::Kind::duplicate, "engine");
        fault.count = 0;
        fault.percent = 30;
        rules.add(fault, {});
        std::string told;
        for (int i = 0; i < 200; ++i) told += judge(rules, "engine").duplicate ? 'x' : '.';
        return told;
    };
    EXPECT_EQ(catches(1), catches(1));
    EXPECT_NE(catches(1), catches(2));
    const std::string one = catches(1);
    const auto hits = std::count(one.begin(), one.end(), 'x');
    EXPECT_GT(hits, 35);
    EXPECT_LT(hits, 85);
}

TEST(Faults, TwoAnswersFollowOneAfterTheOther) {
    sim::FaultRules rules(fakes::Dice(1));
    auto first = rule(NetworkFault::Kind::answer, "token");
    first.status = 503;
    auto second = rule(NetworkFault::Kind::answer, "token");
    second.status = 500;
    rules.add(first, {});
    rules.add(second, {});
    EXPECT_EQ(judge(rules, "entra").answer->status, 503);
    EXPECT_EQ(judge(rules, "google-token").answer->status, 500);
    EXPECT_FALSE(judge(rules, "entra").answer);
}

TEST(Faults, ErrorBodiesAreThoseOfTheService) {
    const auto graph = nlohmann::json::parse(sim::provider_error("graph", 503).body);
    EXPECT_EQ(graph["error"]["code"], "ServiceUnavailable");
    const auto marked = nlohmann::json::parse(sim::provider_error("graph", 429, sim::GatewayMark{sim::Instant(std::chrono::seconds(86'399)), 255}).body);
    EXPECT_EQ(marked["error"]["innerError"]["date"], "1970-01-01T23:59:59");
    EXPECT_EQ(marked["error"]["innerError"]["request-id"], "00000000-0000-4000-8000-0000000000ff");
    const auto google = nlohmann::json::parse(sim::provider_error("google", 403).body);
    EXPECT_EQ(google["error"]["code"], 403);
    EXPECT_EQ(google["error"]["errors"][0]["domain"], "usageLimits");
    EXPECT_EQ(google["error"]["errors"][0]["reason"], "rateLimitExceeded");
    const auto token = nlohmann::json::parse(sim::provider_error("entra", 429).body);
    EXPECT_EQ(token["error"], "temporarily_unavailable");
    for (const auto* actor : {"graph", "google", "gmail", "entra", "google-token", "cloud", "kms"})
        for (const int status : {400, 401, 403, 404, 418, 429, 500, 502, 503, 504})
            EXPECT_TRUE(nlohmann::json::accept(sim::provider_error(actor, status).body)) << actor << status;
}

TEST(Addresses, AreHttpsAndAbsolute) {
    const auto address = sim::parse_address("https://Graph.Microsoft.com:443/v1.0/a?b#c");
    ASSERT_TRUE(address);
    EXPECT_EQ(address->host, "graph.microsoft.com");
    EXPECT_EQ(address->target, "/v1.0/a?b");
    EXPECT_EQ(sim::parse_address("https://a.b")->target, "/");
    EXPECT_EQ(sim::parse_address("https://a.b?x=1")->target, "/?x=1");
    for (const auto* bad : {"http://a.b/", "https://", "/v1.0", "", "https:///x", "https://user@a.b/"})
        EXPECT_FALSE(sim::parse_address(bad)) << bad;
}

sim::Exchange exchange(std::string from, std::string body) {
    sim::Exchange e;
    e.from = std::move(from);
    e.to = "graph";
    e.method = "POST";
    e.host = "graph.microsoft.com";
    e.target = "/v1.0/subscriptions";
    e.request_headers.push_back({"Authorization", "Bearer top-secret"});
    e.request_body = std::move(body);
    e.status = 201;
    return e;
}

TEST(JournalText, IsSortedByTimeThenActorThenOrder) {
    sim::Journal journal;
    const fakes::Instant begin = std::chrono::sys_days(std::chrono::year(2026) / 3 / 2) + 8h + 30s + 5ms;
    journal.add(begin + 1s, sim::Note{"later"});
    journal.add(begin, sim::LogLine{"info", "second\nline"});
    journal.add(begin, exchange("engine", ""));
    journal.add(begin, exchange("engine", "{}"));
    sim::ActDone act;
    act.actor = "ana";
    act.text = "creates \"plan\"";
    act.place = sim::Place{7, 1, 1};
    journal.add(begin, act);
    EXPECT_THAT(journal.text(), testing::StartsWith("2026-03-02T08:00:30.005Z ana: act creates \"plan\" line=7\n"));
    std::vector<std::string> actors;
    std::istringstream lines(journal.text());
    for (std::string line; std::getline(lines, line);) actors.push_back(line.substr(25, line.find(':', 25) - 25));
    EXPECT_THAT(actors, testing::ElementsAre("ana", "engine", "engine", "engine log", "run"));
}

TEST(JournalText, BodiesAreComparedByValueAndTokensNotAtAll) {
    sim::Journal a, b, c, d;
    a.add({}, exchange("engine", R"({"a":1,"b":[true]})"));
    b.add({}, exchange("engine", R"({ "b":[true], "a":1 })"));
    EXPECT_EQ(a.digest(), b.digest());
    c.add({}, exchange("engine", R"({"a":2,"b":[true]})"));
    EXPECT_NE(a.digest(), c.digest());
    auto other_token = exchange("engine", R"({"a":1,"b":[true]})");
    other_token.request_headers[0].value = "Bearer another";
    d.add({}, other_token);
    EXPECT_EQ(a.digest(), d.digest());
    EXPECT_EQ(a.text().find("secret"), std::string::npos);
    EXPECT_EQ(a.digest().size(), 64u);
}

}  // namespace
