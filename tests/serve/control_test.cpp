#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "tests/serve/controlled.hpp"

namespace {

using nlohmann::json;
using serve_test::Client;
using serve_test::Controlled;
using serve_test::plain_settings;
using serve_test::Receiver;

TEST(Control, StateTellsPeopleRoomsClockAndSeed) {
    Controlled it;
    const json state = it.ask("GET", "/state");
    EXPECT_EQ(state["clock"]["now"], "2026-03-02T08:00:00Z");
    EXPECT_EQ(state["clock"]["virtual"], true);
    EXPECT_EQ(state["clock"]["local"], "2026-03-02 09:00");
    EXPECT_EQ(state["seed"], 1);
    EXPECT_EQ(state["counts"]["rooms"], 1);
    EXPECT_EQ(state["counts"]["people"], 6);
    EXPECT_EQ(state["counts"]["exchanges"], 0) << "the control plane's own calls are nobody's traffic";
    bool room = false;
    for (const json& person : state["people"]) room = room || (person["key"] == "wawel" && person["kind"] == "room" && person["screens"][0]["name"] == "device wawel");
    EXPECT_TRUE(room) << state["people"].dump(1);
}

TEST(Control, AnUnchangedRevisionIsAnsweredCheaplyAndEveryChangeMakesAnother) {
    Controlled it;
    const std::string first = it.ask("GET", "/state")["revision"];
    const json same = it.ask("GET", "/state?since=" + first);
    EXPECT_EQ(same["changed"], false);
    EXPECT_FALSE(same.contains("people"));
    std::string before = first;
    const auto changes = [&](const char* what) {
        const json after = it.ask("GET", "/state?since=" + before);
        EXPECT_EQ(after["changed"], true) << what;
        before = after["revision"];
    };
    it.create_picnic();
    changes("an act");
    it.ask("POST", "/clock/advance", R"({"by": "1h"})");
    changes("the clock");
    it.ask("POST", "/faults", R"({"next": 1, "calls to": "calendar", "answer": 500})");
    changes("a fault");
    it.running.graph_token();
    changes("an exchange");
}

TEST(Control, APersonsCalendarsShowWhatActsDid) {
    Controlled it;
    it.create_picnic();
    const json ana = it.ask("GET", "/people/ana?from=2026-03-02T00:00:00Z&until=2026-03-03T00:00:00Z");
    for (const char* provider : {"microsoft", "google"}) {
        bool seen = false;
        for (const json& event : ana["calendars"][provider])
            if (event["title"] == "Picnic") {
                seen = true;
                EXPECT_EQ(event["name"], "picnic");
                EXPECT_EQ(event["start"], "2026-03-02T11:00:00Z") << "12:00 in the world's zone";
                EXPECT_EQ(event["response"], "none");
            }
        EXPECT_TRUE(seen) << provider;
    }
    EXPECT_FALSE(it.ask("GET", "/people/ana?provider=google")["calendars"].contains("microsoft"));
    EXPECT_EQ(ana["screens"][0]["name"], "app ana");
}

TEST(Control, ResetBeginsTheSameWorldWithTheSameIds) {
    Controlled it;
    const std::string first = it.create_picnic();
    ASSERT_FALSE(first.empty());
    it.ask("POST", "/clock/advance", R"({"by": "3d"})");
    const json again = it.ask("POST", "/reset");
    EXPECT_EQ(again["clock"]["now"], "2026-03-02T08:00:00Z");
    EXPECT_EQ(it.create_picnic(), first);
    EXPECT_EQ(it.ask("POST", "/reset", R"({"seed": 7})")["seed"], 7);
    EXPECT_NE(it.create_picnic(), first);
}

TEST(Control, ANewWorldIsLoadedAndMistakesComeWithTheirPlaces) {
    Controlled it;
    const json wrong = it.ask("PUT", "/world", "clock: 2026-05-04 08:00 UTC\npeople:\n  zoe: { langage: pl-PL }\n", 400);
    EXPECT_EQ(wrong["mistakes"][0]["line"], 3);
    EXPECT_EQ(wrong["mistakes"][0]["column"], 10);
    EXPECT_EQ(wrong["mistakes"][0]["help"], "did you mean `language`?");
    EXPECT_NE(wrong["rendered"].get<std::string>().find("^^^^^^^"), std::string::npos);
    EXPECT_EQ(it.ask("GET", "/state")["counts"]["people"], 6) << "the old world stays";
    const json good = it.ask("PUT", "/world?seed=3", "title: Two\nclock: 2026-05-04 08:00 UTC\npeople: { zoe: {}, yan: {} }\n");
    EXPECT_EQ(good["title"], "Two");
    EXPECT_EQ(good["seed"], 3);
    EXPECT_EQ(it.ask("GET", "/state")["counts"]["people"], 2);
    EXPECT_NE(it.ask("GET", "/world")["text"].get<std::string>().find("zoe"), std::string::npos);
    EXPECT_EQ(it.ask("POST", "/reset")["title"], "Two");
}

TEST(Control, TheClockGoesForwardsInWordsAndNeverBack) {
    Controlled it;
    EXPECT_EQ(it.ask("POST", "/clock/advance", R"({"by": "1h30m"})")["now"], "2026-03-02T09:30:00Z");
    EXPECT_EQ(it.ask("PUT", "/clock", R"({"now": "tomorrow 09:00"})")["now"], "2026-03-03T08:00:00Z");
    EXPECT_EQ(it.ask("PUT", "/clock", R"({"now": "2026-03-04T00:00:00Z"})")["now"], "2026-03-04T00:00:00Z");
    it.ask("PUT", "/clock", R"({"now": "2026-03-02T08:00:00Z"})", 409);
    it.ask("PUT", "/clock", R"({"now": "soonish"})", 400);
    it.ask("POST", "/clock/advance", R"({"by": "5 parsecs"})", 400);
    it.ask("POST", "/clock/advance", R"({"by": "500d"})", 400);
    EXPECT_EQ(it.ask("GET", "/clock")["now"], "2026-03-04T00:00:00Z");
}

TEST(Control, ActsAreThoseOfScenariosAndMistakesNameWhatWasMeant) {
    Controlled it;
    EXPECT_EQ(it.ask("POST", "/acts", "ana creates: { title: Lunch talk, when: 12:00-13:00, invites: [ben] }")["acts"][1]["provider"], "google");
    EXPECT_EQ(it.ask("POST", "/acts", "ben accepts: lunch-talk")["acts"][0]["did"], "answers lunch-talk");
    EXPECT_EQ(it.ask("POST", "/acts", R"({"ana moves": {"event": "lunch-talk", "when": "13:00-14:00"}})")["acts"][0]["done"], true);
    const json person = it.ask("POST", "/acts", R"({"anna creates": {"title": "X", "when": "10:00-11:00"}})", 400);
    EXPECT_NE(person["error"]["help"].get<std::string>().find("did you mean `ana creates`"), std::string::npos) << person.dump();
    const json event = it.ask("POST", "/acts", R"({"ana cancels": "lunch-tolk"})", 400);
    EXPECT_NE(event["error"]["help"].get<std::string>().find("lunch-talk"), std::string::npos) << event.dump();
    it.ask("POST", "/acts", "- a list", 400);
    it.ask("POST", "/acts", "", 400);
    const json stranger = it.ask("POST", "/acts", R"({"dora cancels": "lunch-talk"})", 409);
    EXPECT_FALSE(stranger["error"]["message"].get<std::string>().empty()) << "what a service refuses is told in its words";
    EXPECT_EQ(it.ask("POST", "/acts", R"({"ana cancels": "lunch-talk"})")["acts"].size(), 2u);
    it.ask("POST", "/acts", "engine restarts: {}", 409);
}

TEST(Control, WhatIsDoneAtADeviceIsDoneOnce) {
    Controlled it;
    const json booked = it.ask("POST", "/acts", "device wawel books: { id: huddle, title: Huddle, for: 30m }");
    ASSERT_EQ(booked["acts"].size(), 1u) << "one board, whatever calendars there are: " << booked.dump();
    EXPECT_EQ(booked["acts"][0]["done"], true) << booked.dump();
    const json nobody = it.ask("POST", "/acts", "device wawel checks in: huddle", 400);
    EXPECT_FALSE(nobody.dump().empty());
    it.ask("POST", "/acts", "device ana reboots: {}", 400);
}

TEST(Control, EventsThatClientsMadeAreActedUponByUid) {
    Controlled it;
    const std::string token = it.running.graph_token();
    Client client = it.running.client();
    const fakes::Reply made = client.ask("POST", it.running.user_path("/calendar/events"), {{"Authorization", token}, {"Content-Type", "application/json"}},
                                         R"({"subject":"By API","start":{"dateTime":"2026-03-03T10:00:00","timeZone":"UTC"},"end":{"dateTime":"2026-03-03T11:00:00","timeZone":"UTC"}})");
    ASSERT_EQ(made.status, 201) << made.body;
    const std::string uid = json::parse(made.body)["iCalUId"];
    const json done = it.ask("POST", "/acts", json{{"ana moves", {{"event", uid}, {"when", "2026-03-04 10:00-11:00"}}}}.dump());
    EXPECT_EQ(done["acts"][0]["done"], true) << done.dump();
    EXPECT_EQ(done["acts"][1]["done"], false) << "Google never heard of it";
}

TEST(Control, PermissionsAreGrantedAtTheProviderTheyAreOf) {
    Controlled it;
    Client client = it.running.client();
    const auto settings = [&] {
        const std::string token = it.running.graph_token();
        return client.ask("GET", "/v1.0/users/ana@calrig.example/mailboxSettings", {{"Authorization", token}}).status;
    };
    EXPECT_EQ(settings(), 200);
    EXPECT_EQ(it.ask("POST", "/acts", R"({"admin grants": ["calendar"]})")["acts"].size(), 1u) << "Google's alone";
    EXPECT_EQ(settings(), 200);
    it.ask("POST", "/acts", R"({"admin grants": ["Calendars.ReadWrite"]})");
    EXPECT_EQ(settings(), 403);
}

TEST(Control, ExpiredTokensAndDroppedSubscriptions) {
    Controlled it;
    const std::string token = it.running.graph_token();
    Receiver receiver;
    const std::string id = it.graph_subscription(token, receiver.url());
    const json open = it.ask("GET", "/subscriptions");
    ASSERT_EQ(open["microsoft"].size(), 1u);
    EXPECT_EQ(open["microsoft"][0]["id"], id);
    EXPECT_EQ(open["microsoft"][0]["mailbox"], "ana@calrig.example");
    it.ask("POST", "/subscriptions/drop", R"({"provider": "google"})");
    EXPECT_EQ(it.ask("GET", "/subscriptions")["microsoft"].size(), 1u);
    it.ask("POST", "/subscriptions/drop");
    EXPECT_EQ(it.ask("GET", "/subscriptions")["microsoft"].size(), 0u);
    EXPECT_EQ(it.list(token).status, 200);
    it.ask("POST", "/tokens/expire", R"({"which": "access"})");
    EXPECT_EQ(it.list(token).status, 401);
    const json wrong = it.ask("POST", "/tokens/expire", R"({"which": "acess"})", 400);
    EXPECT_EQ(wrong["error"]["help"], "it is one of sync|access");
}

TEST(Control, ExchangesAreKeptWithoutTheirSecrets) {
    Controlled it;
    const std::string token = it.running.graph_token();
    ASSERT_EQ(it.list(token).status, 200);
    const fakes::Reply all = it.raw("GET", "/exchanges?bodies=yes");
    const json exchanges = json::parse(all.body)["exchanges"];
    ASSERT_EQ(exchanges.size(), 2u);
    EXPECT_EQ(exchanges[0]["actor"], "entra");
    EXPECT_EQ(exchanges[1]["operation"], "OP-M-EVENT-LIST");
    EXPECT_EQ(exchanges[1]["status"], 200);
    EXPECT_NE(exchanges[0]["reply"]["body"]["text"].get<std::string>().find("masked-"), std::string::npos);
    EXPECT_EQ(all.body.find(token.substr(7)), std::string::npos) << "the access token";
    EXPECT_EQ(all.body.find(it.running.env("CLIENT_SECRET")), std::string::npos);
    EXPECT_EQ(it.ask("GET", "/exchanges/2")["actor"], "graph");
    EXPECT_EQ(it.ask("GET", "/exchanges?after=1")["exchanges"].size(), 1u);
    EXPECT_EQ(it.ask("GET", "/exchanges?actor=entra")["exchanges"].size(), 1u);
    it.ask("GET", "/exchanges/99", {}, 404);
    it.ask("GET", "/exchanges/x", {}, 404);
    it.ask("DELETE", "/exchanges");
    EXPECT_EQ(it.ask("GET", "/exchanges")["exchanges"].size(), 0u);
}

TEST(Control, CoverageCountsTheReferencesOperations) {
    Controlled it;
    const std::string token = it.running.graph_token();
    it.list(token);
    it.list(token);
    it.list("Bearer wrong");
    const json coverage = it.ask("GET", "/coverage");
    EXPECT_EQ(coverage["called"], 1);
    EXPECT_EQ(coverage["listed"], coverage["operations"].size());
    bool seen = false;
    for (const json& one : coverage["operations"])
        if (one["id"] == "OP-M-EVENT-LIST") {
            seen = true;
            EXPECT_EQ(one["calls"], 3);
            EXPECT_EQ(one["good"], 2);
            EXPECT_EQ(one["refused"], 1);
        }
    EXPECT_TRUE(seen);
    it.ask("DELETE", "/coverage");
    EXPECT_EQ(it.ask("GET", "/coverage")["called"], 0);
}

TEST(Control, TheOutboxHoldsGooglesMails) {
    Controlled it;
    const std::string token = it.running.google_token(it.running.env("SUBJECT"));
    Client client = it.running.client();
    const fakes::Reply made = client.ask("POST", "/calendar/v3/calendars/primary/events?sendUpdates=all", {{"Authorization", token}, {"Content-Type", "application/json"}},
                                         R"({"summary":"Mailed","start":{"dateTime":"2026-03-03T10:00:00Z"},"end":{"dateTime":"2026-03-03T11:00:00Z"},"attendees":[{"email":"ben@calrig.example"}]})");
    ASSERT_EQ(made.status, 200) << made.body;
    const json mails = it.ask("GET", "/mails")["mails"];
    ASSERT_EQ(mails.size(), 1u) << mails.dump();
    EXPECT_EQ(mails[0]["to"], "ben@calrig.example");
    EXPECT_EQ(mails[0]["subject"].get<std::string>().find("Mailed") != std::string::npos, true) << mails.dump();
    it.ask("DELETE", "/mails");
    EXPECT_EQ(it.ask("GET", "/mails")["mails"].size(), 0u);
}

TEST(Control, UnknownPathsParametersAndMembersAreToldWhatWasMeant) {
    Controlled it;
    EXPECT_EQ(it.ask("GET", "/stat", {}, 404)["error"]["help"], "did you mean `/state`?");
    EXPECT_EQ(it.ask("GET", "/state?sinc=1", {}, 400)["error"]["help"], "did you mean `since`?");
    EXPECT_EQ(it.ask("POST", "/clock/advance", R"({"buy": "5m"})", 400)["error"]["help"], "did you mean `by`?");
    EXPECT_NE(it.ask("POST", "/clock/advance", "{}", 400)["error"]["message"].get<std::string>().find("`by` is missing"), std::string::npos);
    it.ask("POST", "/clock/advance", "[1]", 400);
    it.ask("POST", "/clock/advance", R"({"by": 5})", 400);
    it.ask("POST", "/reset", R"({"seed": -1})", 400);
    it.ask("POST", "/reset", std::string(70'000, ' ') + "{}", 413);
    it.ask("POST", "/reset", std::string(1'000, '[') + std::string(1'000, ']'), 400);
    it.ask("GET", "/exchanges?limit=many", {}, 400);
    EXPECT_EQ(it.ask("GET", "/people/anna", {}, 404)["error"]["help"], "did you mean `ana`?");
    const fakes::Reply method = it.raw("PATCH", "/faults");
    EXPECT_EQ(method.status, 405);
    EXPECT_EQ(*fakes::find_header(method.headers, "Allow"), "GET, POST, DELETE");
}

TEST(Control, PagesOfOtherOriginsAreRefused) {
    Controlled it;
    const auto status = [&](std::vector<fakes::Header> headers) { return it.raw("POST", "/clock/advance", R"({"by": "1m"})", std::move(headers)).status; };
    const std::string port = std::to_string(it.running.port());
    EXPECT_EQ(status({{"Origin", "https://evil.example"}}), 403);
    EXPECT_EQ(status({{"Origin", "null"}}), 403);
    EXPECT_EQ(status({{"Origin", "http://localhost:1"}}), 403) << "another port is another origin";
    EXPECT_EQ(status({{"Origin", "http://localhost:" + port + ".evil.example"}}), 403);
    EXPECT_EQ(status({{"Sec-Fetch-Site", "cross-site"}}), 403);
    EXPECT_EQ(status({{"Sec-Fetch-Site", "same-site"}}), 403);
    EXPECT_EQ(status({{"Origin", "http://localhost:" + port}, {"Sec-Fetch-Site", "same-origin"}}), 200);
    EXPECT_EQ(status({{"Origin", "http://127.0.0.1:" + port}}), 200);
    EXPECT_EQ(it.ask("GET", "/clock")["now"], "2026-03-02T08:02:00Z") << "two calls were let through";
    Client rebound = it.running.client();
    rebound.send("GET /_calrig/state HTTP/1.1\r\nHost: evil.example:" + port + "\r\n\r\n");
    const auto reply = rebound.read();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 421);
    const fakes::Reply options = it.raw("OPTIONS", "/state", {}, {{"Origin", "https://evil.example"}, {"Access-Control-Request-Method", "GET"}});
    EXPECT_EQ(fakes::find_header(options.headers, "Access-Control-Allow-Origin"), nullptr);
}

TEST(Control, BeyondLoopbackItIsClosedUnlessATokenOpensIt) {
    sim::HostSettings open = plain_settings();
    open.bind = "0.0.0.0";
    {
        Controlled it(open);
        EXPECT_EQ(it.raw("GET", "/state").status, 403);
    }
    Controlled it(open, "sesame");
    EXPECT_EQ(it.raw("GET", "/state").status, 401);
    EXPECT_EQ(it.raw("GET", "/state", {}, {{"Authorization", "Bearer sesamo"}}).status, 401);
    EXPECT_EQ(it.raw("GET", "/state", {}, {{"Authorization", "Bearer sesame"}}).status, 200);
}

TEST(Control, TheOpenApiDocumentIsTheTableOfRoutes) {
    Controlled it;
    const json document = it.ask("GET", "/openapi.json");
    EXPECT_EQ(document["openapi"], "3.1.0");
    std::set<std::string> operations;
    std::size_t count = 0;
    for (const auto& [path, methods] : document["paths"].items())
        for (const auto& [method, operation] : methods.items()) {
            ++count;
            EXPECT_TRUE(operations.insert(operation["operationId"]).second) << operation["operationId"];
            EXPECT_TRUE(operation["responses"].contains("200"));
            // Whatever is documented is there: with a wrong body it is refused, never unknown.
            std::string name = path.substr(8);
            if (const auto brace = name.find('{'); brace != std::string::npos) name = name.substr(0, brace) + "ana";
            std::string upper = method;
            for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
            const fakes::Reply reply = it.raw(upper, name, upper == "GET" || upper == "DELETE" ? "" : "\"");
            const bool has_name = path.find('{') != std::string::npos;
            EXPECT_NE(reply.status, 405) << path;
            if (!has_name) EXPECT_NE(reply.status, 404) << path;
        }
    EXPECT_EQ(it.ask("GET", "/")["routes"].size(), count);
}

/// What the document says a good answer holds; "" when the answer holds it.
std::string missing_in(const json& answer, const json& schema) {
    for (const json& name : schema.value("required", json::array())) {
        if (!answer.contains(name)) return name.get<std::string>() + " is missing";
        const std::string type = schema["properties"][name.get<std::string>()]["type"];
        const json& value = answer[name.get<std::string>()];
        const bool fits = type == "array" ? value.is_array() : type == "object" ? value.is_object() : type == "integer" ? value.is_number_integer() : type == "boolean" ? value.is_boolean() : value.is_string();
        if (!fits) return name.get<std::string>() + " is no " + type;
    }
    return {};
}

TEST(Control, EveryExampleOfTheDocumentWorksAndAnswersAsItSays) {
    Controlled it(plain_settings());
    Receiver receiver;
    const json document = it.ask("GET", "/openapi.json");
    const std::string token = it.running.graph_token();
    const json wanted = {{"changeType", "created"}, {"notificationUrl", receiver.url()}, {"lifecycleNotificationUrl", receiver.url()},
                         {"resource", "/users/" + it.running.env("GRAPH_USER") + "/events"}, {"expirationDateTime", "2026-03-04T00:00:00Z"}};
    Client client = it.running.client();
    ASSERT_EQ(client.ask("POST", "/v1.0/subscriptions", {{"Authorization", token}, {"Content-Type", "application/json"}}, wanted.dump()).status, 201);
    it.ask("POST", "/faults", document["paths"]["/_calrig/faults"]["post"]["requestBody"]["content"]["application/json"]["example"].dump());
    // Another world comes last: the examples speak of the ready one.
    for (const char* turn : {"get", "post", "put", "delete", "world"})
        for (const auto& [path, methods] : document["paths"].items())
            for (const auto& [method, operation] : methods.items()) {
                const std::string id = operation["operationId"];
                if (id == "loadWorld" || id == "reset" ? std::string(turn) != "world" : method != turn) continue;
                if (id == "disarmFault") it.ask("POST", "/faults", R"({"next": 1, "calls to": "calendar", "answer": 429})");
                std::string place = path.substr(8);
                for (const json& parameter : operation.value("parameters", json::array())) {
                    if (parameter["in"] != "path") continue;
                    const std::string value = parameter["example"].is_string() ? parameter["example"].get<std::string>()
                                              : id == "disarmFault" ? it.ask("GET", "/faults")["faults"][0]["number"].dump() : parameter["example"].dump();
                    place.replace(place.find('{'), place.find('}') + 1 - place.find('{'), value);
                }
                std::string upper = method;
                for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
                const std::string body = operation.contains("requestBody") ? operation["requestBody"]["content"]["application/json"]["example"].dump() : "";
                const json answer = it.ask(upper, place, body);
                EXPECT_EQ(missing_in(answer, operation["responses"]["200"]["content"]["application/json"]["schema"]), "") << method << " " << path << "\n" << answer.dump().substr(0, 400);
            }
}

TEST(Page, IsServedWithAStrictPolicyAndNothingFromElsewhere) {
    Controlled it;
    Client client = it.running.client();
    const fakes::Reply page = client.ask("GET", "/");
    ASSERT_EQ(page.status, 200);
    EXPECT_TRUE(fakes::find_header(page.headers, "Content-Security-Policy")->starts_with("default-src 'none'; script-src 'self'"));
    for (const char* path : {"/", "/_calrig/page/style.css", "/_calrig/page/view.js", "/_calrig/page/app.js"}) {
        const fakes::Reply file = client.ask("GET", path);
        EXPECT_EQ(file.status, 200) << path;
        EXPECT_EQ(file.body.find("innerHTML"), std::string::npos) << path;
        EXPECT_EQ(file.body.find("src=\"http"), std::string::npos) << path;
    }
    EXPECT_EQ(client.ask("POST", "/").status, 405);
}

TEST(Control, LifecycleEventsAreToldByOrder) {
    Controlled it(plain_settings());
    Receiver receiver;
    const std::string token = it.running.graph_token();
    const std::string id = it.graph_subscription(token, receiver.url());
    EXPECT_EQ(it.ask("POST", "/subscriptions/lifecycle", R"({"event": "missed"})", 404)["error"]["message"], "no subscription with a lifecycle URL is open");
    const json wanted = {{"changeType", "created"}, {"notificationUrl", receiver.url()}, {"lifecycleNotificationUrl", receiver.url()},
                         {"resource", "/users/" + it.running.env("GRAPH_USER") + "/events"}, {"expirationDateTime", "2026-03-04T00:00:00Z"}};
    Client client = it.running.client();
    const json made = json::parse(client.ask("POST", "/v1.0/subscriptions", {{"Authorization", token}, {"Content-Type", "application/json"}}, wanted.dump()).body);
    const auto told = [&](const char* event) {
        for (int i = 0; i < 200; ++i) {
            for (const fakes::Request& one : receiver.received())
                if (one.body.find(std::string("\"lifecycleEvent\":\"") + event + "\"") != std::string::npos) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return false;
    };
    for (const char* event : {"missed", "reauthorizationRequired", "subscriptionRemoved"}) {
        EXPECT_EQ(it.ask("POST", "/subscriptions/lifecycle", json{{"event", event}, {"id", made["id"]}}.dump())["told"], 1);
        EXPECT_TRUE(told(event)) << event;
    }
    EXPECT_EQ(it.ask("GET", "/subscriptions")["microsoft"].size(), 1u) << "the other one stays";
    EXPECT_TRUE(it.ask("POST", "/subscriptions/lifecycle", R"({"event": "lost"})", 400).contains("error"));
}

TEST(Control, ThrottlesWithinWindowsOfAnyLength) {
    Controlled it(plain_settings());
    Client client = it.running.client();
    const std::string graph = it.running.graph_token(), google = it.running.google_token(it.running.env("SUBJECT"));
    const auto ask_graph = [&] { return client.ask("GET", it.running.user_path("/events"), {{"Authorization", graph}}); };
    const auto ask_google = [&] { return client.ask("GET", "/calendar/v3/calendars/primary/events", {{"Authorization", google}}); };
    for (int i = 0; i < 5; ++i) EXPECT_EQ(ask_graph().status, 200);
    EXPECT_EQ(it.ask("PUT", "/throttling", R"({"requests": 2, "within": "30s"})")["throttling"][0]["within_s"], 30);
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(ask_graph().status, 200) << "what was before does not count";
        EXPECT_EQ(ask_google().status, 200);
    }
    const fakes::Reply refused = ask_graph();
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(*fakes::find_header(refused.headers, "Retry-After"), "30");
    const fakes::Reply googles = ask_google();
    EXPECT_EQ(googles.status, 403);
    EXPECT_EQ(json::parse(googles.body)["error"]["errors"][0]["reason"], "userRateLimitExceeded");
    EXPECT_TRUE(it.running.advance(std::chrono::seconds(30)));
    EXPECT_EQ(ask_graph().status, 200);
    EXPECT_EQ(ask_google().status, 200);
    it.ask("PUT", "/throttling", R"({"requests": 0, "provider": "microsoft"})");
    for (int i = 0; i < 5; ++i) EXPECT_EQ(ask_graph().status, 200);
    for (const char* wrong : {R"({})", R"({"requests": -1})", R"({"requests": 5, "within": "soon"})", R"({"requests": 5, "within": "0s"})", R"({"requests": 1000001})", R"({"requests": 5, "provider": "yahoo"})"})
        EXPECT_TRUE(it.ask("PUT", "/throttling", wrong, 400).contains("error")) << wrong;
}

TEST(Control, SigningKeysAreRotated) {
    Controlled it;
    Client client = it.running.client();
    const auto keys = [&] { return json::parse(client.ask("GET", "/" + it.running.env("TENANT") + "/discovery/v2.0/keys").body)["keys"]; };
    const json before = keys();
    const json made = it.ask("POST", "/keys/rotate");
    ASSERT_EQ(keys().size(), 2u);
    EXPECT_EQ(keys()[0]["kid"], made["kid"]);
    EXPECT_EQ(keys()[1], before[0]);
    it.ask("POST", "/keys/rotate", R"({"at once": true})");
    EXPECT_EQ(keys().size(), 1u);
    it.ask("POST", "/reset");
    EXPECT_EQ(keys(), before);
}

}  // namespace
