// Armed faults on real connections, and the ledger's bounds.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "sim/serve/control/ledger.hpp"
#include "tests/serve/controlled.hpp"

namespace {

using nlohmann::json;
using serve_test::Client;
using serve_test::Controlled;
using serve_test::Receiver;

std::size_t notifications(const Receiver& receiver, std::size_t at_least) {
    // Deliveries travel over real sockets: they are there soon, not at once.
    const auto count = [&] {
        std::size_t out = 0;
        for (const fakes::Request& request : receiver.received())
            if (request.target.find("validationToken") == std::string::npos) ++out;
        return out;
    };
    for (int tries = 0; tries < 100 && count() < at_least; ++tries) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    return count();
}

TEST(ArmedFault, AnswersTheNextCallsOfOneOperationAndPersonAndIsThenSpent) {
    Controlled it;
    const std::string token = it.running.graph_token();
    const json armed = it.ask("POST", "/faults", R"({"next": 2, "calls to": "calendar", "operation": "OP-M-EVENT-LIST", "person": "ana", "answer": 429, "retry after": "30s"})");
    EXPECT_EQ(armed["faults"][0]["number"], 1);
    EXPECT_EQ(it.list(token, "DENIED_USER").status, 403) << "somebody else's mailbox";
    const fakes::Reply first = it.list(token);
    EXPECT_EQ(first.status, 429);
    EXPECT_EQ(*fakes::find_header(first.headers, "Retry-After"), "30");
    EXPECT_NE(first.body.find("ApplicationThrottled"), std::string::npos) << first.body;
    EXPECT_EQ(it.list(token).status, 429);
    EXPECT_EQ(it.list(token).status, 200);
    const json faults = it.ask("GET", "/faults")["faults"];
    EXPECT_EQ(faults[0]["struck"], 2);
    EXPECT_EQ(faults[0]["spent"], true);
    EXPECT_EQ(it.ask("GET", "/exchanges?limit=2")["exchanges"][0]["why"], "429 by fault at line 1") << "the ledger says that it was no service";
}

TEST(ArmedFault, KnowsWhomAGoogleTokenSpeaksFor) {
    Controlled it;
    Client client = it.running.client();
    const auto status = [&](const std::string& who, const std::string& path) {
        return client.ask("GET", path, {{"Authorization", it.running.google_token(who)}}).status;
    };
    const std::string ana = it.running.env("SUBJECT"), ben = it.running.env("PEER");
    it.ask("POST", "/faults", R"({"next": 3, "calls to": "calendar", "person": "ana", "answer": 503})");
    EXPECT_EQ(status(ben, "/calendar/v3/calendars/primary/events"), 200);
    EXPECT_EQ(status(ana, "/calendar/v3/calendars/primary/events"), 503);
    EXPECT_EQ(status(ana, "/gmail/v1/users/me/settings/vacation"), 503);
    EXPECT_EQ(status(ana, "/calendar/v3/users/me/settings/locale"), 503);
    EXPECT_EQ(status(ana, "/calendar/v3/calendars/primary/events"), 200);
}

TEST(ArmedFault, IsDisarmedByNumberOrWithAllOthers) {
    Controlled it;
    const std::string token = it.running.graph_token();
    it.ask("POST", "/faults", R"({"next": 100, "calls to": "calendar", "answer": 503})");
    it.ask("POST", "/faults", R"({"next": 100, "calls to": "token", "answer": 500})");
    EXPECT_EQ(it.list(token).status, 503);
    EXPECT_EQ(it.ask("DELETE", "/faults/1")["faults"].size(), 1u);
    EXPECT_EQ(it.list(token).status, 200);
    it.ask("DELETE", "/faults/1", {}, 404);
    EXPECT_EQ(it.ask("DELETE", "/faults")["faults"].size(), 0u);
    EXPECT_TRUE(it.running.graph_token().size() > 20);
}

TEST(ArmedFault, MistakesHaveTheirPlacesInWhatWasSent) {
    Controlled it;
    const json wrong = it.ask("POST", "/faults", "next: 2\ncalls to: calendar\nanswr: 429\n", 400);
    EXPECT_EQ(wrong["mistakes"][0]["line"], 3) << wrong.dump(1);
    EXPECT_EQ(wrong["mistakes"][0]["column"], 1);
    EXPECT_EQ(wrong["mistakes"][0]["help"], "did you mean `answer`?");
    it.ask("POST", "/faults", R"({"calls to": "calendar", "answer": 200})", 400);
    it.ask("POST", "/faults", R"({"calls to": "calendar", "answer": 429, "person": "anna"})", 400);
    EXPECT_EQ(it.ask("GET", "/faults")["faults"].size(), 0u);
}

TEST(ArmedFault, ChanceIsSeeded) {
    const auto struck = [](std::uint64_t seed) {
        sim::HostSettings settings = serve_test::plain_settings();
        settings.seed = seed;
        Controlled it(settings);
        const std::string token = it.running.graph_token();
        it.ask("POST", "/faults", R"({"next": 100, "percent": 50, "calls to": "calendar", "answer": 500})");
        std::string out;
        for (int i = 0; i < 12; ++i) out += it.list(token).status == 500 ? 'x' : '.';
        return out;
    };
    const std::string once = struck(1);
    EXPECT_NE(once.find('x'), std::string::npos);
    EXPECT_NE(once.find('.'), std::string::npos);
    EXPECT_EQ(struck(1), once);
    EXPECT_NE(struck(2), once);
}

TEST(ArmedFault, CutsTheConnectionBeforeOrWithinTheAnswer) {
    Controlled it;
    const std::string token = it.running.graph_token();
    it.ask("POST", "/faults", R"({"next": 1, "calls to": "calendar", "cut": "before"})");
    Client before = it.running.client();
    before.send(it.list_request(token));
    EXPECT_EQ(before.read_rest(), "");
    it.ask("POST", "/faults", R"({"next": 1, "calls to": "calendar", "cut": "within"})");
    Client within = it.running.client();
    within.send(it.list_request(token));
    const std::string rest = within.read_rest();
    ASSERT_TRUE(rest.starts_with("HTTP/1.1 200 OK\r\n")) << rest.substr(0, 200);
    const std::size_t length = std::stoul(rest.substr(rest.find("Content-Length: ") + 16));
    const std::size_t body = rest.size() - rest.find("\r\n\r\n") - 4;
    EXPECT_GT(body, 0u);
    EXPECT_LT(body, length);
    EXPECT_EQ(it.list(token).status, 200);
    EXPECT_EQ(it.ask("GET", "/coverage")["actors"]["graph"]["unanswered"], 2);
}

TEST(ArmedFault, ASlowCallIsAnsweredWhenItsTimeHasCome) {
    Controlled it;
    const std::string token = it.running.graph_token();
    it.ask("POST", "/faults", R"({"next": 1, "calls to": "calendar", "latency": "10s"})");
    Client slow = it.running.client();
    slow.send(it.list_request(token));
    EXPECT_EQ(it.list(token).status, 200) << "the next one is not held back";
    it.ask("POST", "/clock/advance", R"({"by": "9s"})");
    EXPECT_EQ(it.ask("GET", "/exchanges")["noted"], 2) << "token and the other list";
    it.ask("POST", "/clock/advance", R"({"by": "1s"})");
    const auto reply = slow.read();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 200);
}

TEST(ArmedFault, ADoubledCallIsDoneTwiceAndAnsweredOnce) {
    Controlled it;
    const std::string token = it.running.graph_token();
    it.ask("POST", "/faults", R"({"next": 1, "duplicate": "calls", "calls to": "calendar"})");
    Client client = it.running.client();
    const fakes::Reply made = client.ask("POST", it.running.user_path("/calendar/events"), {{"Authorization", token}, {"Content-Type", "application/json"}},
                                         R"({"subject":"Twice","start":{"dateTime":"2026-03-03T10:00:00","timeZone":"UTC"},"end":{"dateTime":"2026-03-03T11:00:00","timeZone":"UTC"}})");
    EXPECT_EQ(made.status, 201);
    const json ana = it.ask("GET", "/people/ana?provider=microsoft");
    int count = 0;
    for (const json& event : ana["calendars"]["microsoft"]) count += event["title"] == "Twice" ? 1 : 0;
    EXPECT_EQ(count, 2);
}

TEST(ArmedFault, NotificationsAreLostDoubledOrLate) {
    Controlled it;
    const std::string token = it.running.graph_token();
    Receiver receiver;
    it.graph_subscription(token, receiver.url());
    const auto change = [&](const char* when) {
        it.ask("POST", "/acts", json{{"ana creates", {{"id", when}, {"title", when}, {"when", std::string(when) + " for 30m"}}}}.dump());
        it.ask("POST", "/clock/advance", R"({"by": "5s"})");
    };
    change("15:00");
    EXPECT_EQ(notifications(receiver, 1), 1u);
    it.ask("POST", "/faults", R"({"next": 1, "duplicate": "notifications"})");
    change("16:00");
    EXPECT_EQ(notifications(receiver, 3), 3u);
    it.ask("POST", "/faults", R"({"next": 1, "delay": "notifications", "by": "10m"})");
    change("17:00");
    EXPECT_EQ(it.ask("GET", "/faults")["faults"][1]["struck"], 1);
    EXPECT_EQ(notifications(receiver, 3), 3u);
    it.ask("POST", "/clock/advance", R"({"by": "10m"})");
    EXPECT_EQ(notifications(receiver, 4), 4u);
    it.ask("POST", "/faults", R"({"next": 1, "lose": "notifications"})");
    change("18:00");
    EXPECT_EQ(it.ask("GET", "/faults")["faults"][2]["struck"], 1);
    EXPECT_EQ(notifications(receiver, 4), 4u) << "Graph heard nothing and will try again later";
    it.ask("POST", "/clock/advance", R"({"by": "30m"})");
    EXPECT_EQ(notifications(receiver, 5), 5u) << "and does";
}

TEST(Dropping, OneSubscriptionOrChannelByItsId) {
    Controlled it;
    Receiver receiver;
    const std::string token = it.running.graph_token();
    const std::string first = it.graph_subscription(token, receiver.url()), second = it.graph_subscription(token, receiver.url());
    it.ask("POST", "/subscriptions/drop", json{{"id", first}, {"provider", "google"}}.dump(), 404);
    EXPECT_EQ(it.ask("POST", "/subscriptions/drop", json{{"id", first}}.dump())["dropped"], json::array({"microsoft"}));
    it.ask("POST", "/subscriptions/drop", json{{"id", first}}.dump(), 404);
    const json left = it.ask("GET", "/subscriptions")["microsoft"];
    ASSERT_EQ(left.size(), 1u);
    EXPECT_EQ(left[0]["id"], second);
    Client client = it.running.client();
    EXPECT_EQ(client.ask("GET", "/v1.0/subscriptions/" + first, {{"Authorization", token}}).status, 404);
    it.create_picnic();
    it.ask("POST", "/clock/advance", R"({"by": "1m"})");
    EXPECT_EQ(notifications(receiver, 1), 1u) << "the other one is told";

    const std::string google = it.running.google_token("ana@calrig.example");
    for (const char* id : {"one", "two"})
        EXPECT_EQ(client.ask("POST", "/calendar/v3/calendars/primary/events/watch", {{"Authorization", google}, {"Content-Type", "application/json"}},
                             json{{"id", id}, {"type", "web_hook"}, {"address", "https://localhost:1/hook"}, {"token", "known-to-two"}}.dump()).status, 200);
    EXPECT_EQ(it.ask("POST", "/subscriptions/drop", R"({"id": "one"})")["dropped"], json::array({"google"}));
    EXPECT_EQ(it.ask("GET", "/subscriptions")["google"].size(), 1u);
}

TEST(GoogleRefusals, AreArmedInGooglesOwnWords) {
    Controlled it;
    const std::string token = it.running.google_token("ana@calrig.example");
    Client client = it.running.client();
    const auto list = [&] { return client.ask("GET", "/calendar/v3/calendars/primary/events", {{"Authorization", token}}); };
    it.ask("POST", "/google/refusals", R"({"refusal": "userRateLimitExceeded", "next": 2, "operation": "Events.List", "person": "ana"})");
    for (int i = 0; i < 2; ++i) {
        const fakes::Reply refused = list();
        EXPECT_EQ(refused.status, 403);
        EXPECT_EQ(json::parse(refused.body, nullptr, false)["error"]["errors"][0]["reason"], "userRateLimitExceeded") << refused.body;
    }
    EXPECT_EQ(list().status, 200);
    it.ask("POST", "/google/refusals", R"({"refusal": "410", "next": 100})");
    EXPECT_EQ(list().status, 410);
    it.ask("DELETE", "/google/refusals");
    EXPECT_EQ(list().status, 200);
    const json misspelt = it.ask("POST", "/google/refusals", R"({"refusal": "410", "operation": "calendar.v3.Events.Lists"})", 400);
    EXPECT_NE(misspelt["error"]["help"].get<std::string>().find("calendar.v3.Events.List"), std::string::npos) << misspelt;
    it.ask("POST", "/google/refusals", R"({"refusal": "410", "person": "nobody"})", 400);
    it.ask("POST", "/google/refusals", R"({"refusal": "410", "next": 0})", 400);
    it.ask("POST", "/google/refusals", R"({"refusal": "418"})", 400);
}

TEST(Exchanges, ShowNoWordThatReceiversCompare) {
    Controlled it;
    Receiver receiver;
    const std::string token = it.running.graph_token();
    Client client = it.running.client();
    const json wanted = {{"changeType", "created"}, {"notificationUrl", receiver.url()}, {"resource", "/users/" + it.running.env("GRAPH_USER") + "/events"},
                         {"expirationDateTime", "2026-03-04T00:00:00Z"}, {"clientState", "known-to-two-only"}};
    EXPECT_EQ(client.ask("POST", "/v1.0/subscriptions", {{"Authorization", token}, {"Content-Type", "application/json"}}, wanted.dump()).status, 201);
    it.create_picnic();
    it.ask("POST", "/clock/advance", R"({"by": "1m"})");
    EXPECT_EQ(notifications(receiver, 1), 1u);
    const std::string google = it.running.google_token("ana@calrig.example");
    EXPECT_EQ(client.ask("POST", "/calendar/v3/calendars/primary/events/watch", {{"Authorization", google}, {"Content-Type", "application/json"}},
                         json{{"id", "one"}, {"type", "web_hook"}, {"address", "https://localhost:1/hook"}, {"token", "channel-word-of-two"}}.dump()).status, 200);
    it.ask("POST", "/clock/advance", R"({"by": "1m"})");
    const std::string shown = it.ask("GET", "/exchanges?bodies=yes&limit=1000").dump();
    EXPECT_NE(shown.find("clientState"), std::string::npos) << "the notification is there";
    EXPECT_NE(shown.find("X-Goog-Channel-Token"), std::string::npos);
    EXPECT_EQ(shown.find("known-to-two-only"), std::string::npos);
    EXPECT_EQ(shown.find("channel-word-of-two"), std::string::npos);
}

sim::ServedExchange exchange(const fakes::Request& request, const fakes::Reply& reply) {
    return {"graph", false, request, std::make_shared<const fakes::Reply>(reply), {}, {}, {}};
}

TEST(Ledger, IsBoundedInEntriesBytesAndLengthOfBodies) {
    sim::LedgerLimits limits;
    limits.entries = 5;
    limits.bytes = 40'000;
    limits.body_bytes = 20'000;
    limits.beginning_bytes = 10'000;
    sim::Ledger ledger(limits);
    fakes::Request request{"GET", "localhost", "/v1.0/users/a/calendar/events", {}, {}};
    fakes::Reply reply;
    reply.body.assign(50'000, 'x');
    for (int i = 0; i < 9; ++i) ledger.note(exchange(request, reply));
    EXPECT_EQ(ledger.noted(), 9u);
    EXPECT_LT(ledger.entries().size(), 5u);
    EXPECT_LE(ledger.bytes(), limits.bytes);
    EXPECT_EQ(ledger.entries().back().reply_body().kept.size(), 10'000u);
    EXPECT_EQ(ledger.entries().back().reply_body().size, 50'000u);
    EXPECT_EQ(ledger.find(9)->number, 9u);
    EXPECT_EQ(ledger.find(1), nullptr);
    EXPECT_EQ(ledger.operations().at("OP-M-EVENT-LIST").calls, 9u) << "counts are not forgotten";
    reply.body.clear();
    for (int i = 0; i < 9; ++i) ledger.note(exchange(request, reply));
    EXPECT_EQ(ledger.entries().size(), 5u);
}

TEST(Ledger, KeepsNoBodiesOfTheKeyServer) {
    sim::Ledger ledger;
    const fakes::Request request{"POST", "localhost", "/encryption/api/v1/keys", {}, R"({"k":"secret"})"};
    fakes::Reply reply;
    reply.body = R"({"jwk":{"k":"secret"}})";
    ledger.note({"kms", false, request, std::make_shared<const fakes::Reply>(reply), {}, {}, {}});
    EXPECT_TRUE(ledger.entries().back().request_body().kept.empty());
    EXPECT_TRUE(ledger.entries().back().reply_body().kept.empty());
    EXPECT_EQ(ledger.entries().back().reply_body().size, reply.body.size());
}

}  // namespace
