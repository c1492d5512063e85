#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sim/serve/ready_world.hpp"
#include "tests/serve/running_host.hpp"

namespace {

using serve_test::Client;
using serve_test::monday;
using serve_test::plain_settings;
using serve_test::RunningHost;
using nlohmann::json;

sim::HostSettings tls_settings() {
    sim::HostSettings out = plain_settings();
    out.plain_http = false;
    return out;
}

const std::string* header(const fakes::Reply& reply, std::string_view name) { return fakes::find_header(reply.headers, name); }

TEST(Host, ServesGraphOverTls) {
    RunningHost running(tls_settings());
    const std::string token = running.graph_token();
    Client client = running.client();
    ASSERT_TRUE(client.connected()) << client.problem();
    const fakes::Reply reply = client.ask("GET", running.user_path("/events?$top=2"), {{"Authorization", token}});
    ASSERT_EQ(reply.status, 200) << reply.body;
    const json body = json::parse(reply.body);
    EXPECT_EQ(body["value"].size(), 2u);
    const std::string next = body.value("@odata.nextLink", "");
    EXPECT_TRUE(next.starts_with(running.host().origins().main + "/v1.0/users/")) << next;
    EXPECT_TRUE(running.host().origins().main.starts_with("https://localhost:"));
    EXPECT_EQ(*header(reply, "Date"), "Mon, 02 Mar 2026 08:00:00 GMT") << "the world's clock, not the machine's";
}

TEST(Host, ServesGoogleOverTls) {
    RunningHost running(tls_settings());
    const std::string token = running.google_token(running.env("SUBJECT"));
    Client client = running.client();
    const fakes::Reply reply = client.ask("GET", "/calendar/v3/calendars/primary/events?maxResults=3", {{"Authorization", token}});
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(json::parse(reply.body)["items"].size(), 3u);
}

TEST(Host, TheCertificateIsForNamesAndAddressesAndNoOthers) {
    RunningHost running(tls_settings());
    EXPECT_TRUE(Client(running.port(), running.host().authority_pem(), "127.0.0.1").connected());
    EXPECT_FALSE(Client(running.port(), running.host().authority_pem(), "graph.microsoft.com").connected());
}

TEST(Host, KeptOutUsersAndUsersWithoutMailboxAreRefused) {
    RunningHost running;
    const std::string token = running.graph_token();
    Client client = running.client();
    EXPECT_EQ(client.ask("GET", "/v1.0/users/" + running.env("DENIED_USER") + "/events", {{"Authorization", token}}).status, 403);
    EXPECT_EQ(client.ask("GET", "/v1.0/users/" + running.env("NO_MAILBOX_USER") + "/events", {{"Authorization", token}}).status, 404);
}

TEST(Host, APathWithoutItsPrefixIsToldWhereThingsAre) {
    RunningHost running;
    Client client = running.client();
    const fakes::Reply reply = client.ask("GET", "/users/" + running.env("GRAPH_USER") + "/events");
    EXPECT_EQ(reply.status, 404);
    EXPECT_NE(reply.body.find("Graph is below /v1.0"), std::string::npos) << reply.body;
    EXPECT_EQ(client.ask("GET", "/v1.0/nothing").body.find("Graph is below"), std::string::npos);
}

TEST(Host, AnswersPipelinedRequestsInOrder) {
    RunningHost running;
    const std::string token = running.graph_token();
    Client client = running.client();
    std::string all;
    for (int i = 1; i <= 40; ++i)
        all += "GET " + running.user_path("/events?$top=" + std::to_string(i % 5 + 1)) + " HTTP/1.1\r\nHost: localhost\r\nclient-request-id: id-" + std::to_string(i) +
               "\r\nAuthorization: " + token + "\r\n\r\n";
    client.send(all);
    for (int i = 1; i <= 40; ++i) {
        const auto reply = client.read();
        ASSERT_TRUE(reply) << i;
        EXPECT_EQ(reply->status, 200);
        EXPECT_EQ(*header(*reply, "client-request-id"), "id-" + std::to_string(i));
        EXPECT_EQ(json::parse(reply->body)["value"].size(), static_cast<std::size_t>(i % 5 + 1));
    }
}

TEST(Host, TakesChunkedBodiesAndThoseThatWaitForPermission) {
    RunningHost running;
    const std::string token = running.graph_token();
    const std::string event = R"({"subject":"Made","start":{"dateTime":"2026-03-03T10:00:00","timeZone":"UTC"},"end":{"dateTime":"2026-03-03T11:00:00","timeZone":"UTC"}})";
    const std::string head = "POST " + running.user_path("/events") + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: " + token + "\r\n";
    Client client = running.client();
    client.send(head + "Transfer-Encoding: chunked\r\n\r\n10\r\n" + event.substr(0, 16) + "\r\n");
    char size[16];
    std::snprintf(size, sizeof size, "%zx", event.size() - 16);
    client.send(std::string(size) + "\r\n" + event.substr(16) + "\r\n0\r\n\r\n");
    const auto chunked = client.read();
    ASSERT_TRUE(chunked);
    EXPECT_EQ(chunked->status, 201) << chunked->body;

    client.send(head + "Expect: 100-continue\r\nContent-Length: " + std::to_string(event.size()) + "\r\n\r\n");
    const auto permission = client.read();
    ASSERT_TRUE(permission);
    EXPECT_EQ(permission->status, 100);
    client.send(event);
    const auto made = client.read();
    ASSERT_TRUE(made);
    EXPECT_EQ(made->status, 201) << made->body;
}

TEST(Host, HeadHasTheHeadOfGetAndOptionsTellsBrowsers) {
    RunningHost running;
    const std::string token = running.graph_token();
    Client client = running.client();
    const std::string list = " " + running.user_path("/events") + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + token + "\r\nConnection: close\r\n\r\n";
    client.send("HEAD" + list);
    const std::string head = client.read_rest();
    EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_TRUE(head.ends_with("\r\n\r\n")) << "no body";
    EXPECT_EQ(head.find("Content-Length: 0"), std::string::npos);

    Client browser = running.client();
    const fakes::Reply options = browser.ask("OPTIONS", "/v1.0/me", {{"Origin", "https://app.example"}, {"Access-Control-Request-Method", "GET"}, {"Access-Control-Request-Headers", "authorization"}});
    EXPECT_EQ(options.status, 204);
    EXPECT_EQ(*header(options, "Access-Control-Allow-Origin"), "*");
    EXPECT_EQ(*header(options, "Access-Control-Allow-Headers"), "authorization");
    EXPECT_EQ(header(browser.ask("OPTIONS", "/_calrig/state", {{"Origin", "https://app.example"}}), "Access-Control-Allow-Origin"), nullptr) << "no page may steer";
}

TEST(Host, AServiceCanHaveAPortOfItsOwn) {
    sim::HostSettings settings = tls_settings();
    settings.google_port = 0;
    settings.graph_port = 0;
    RunningHost running(settings);
    const std::string& google = running.host().origins().google;
    EXPECT_NE(google, running.host().origins().main);
    const std::string token = running.google_token(running.env("SUBJECT"));
    Client client(static_cast<std::uint16_t>(std::stoi(google.substr(google.rfind(':') + 1))), running.host().authority_pem());
    EXPECT_EQ(client.ask("GET", "/calendar/v3/calendars/primary/events", {{"Authorization", token}}).status, 200);
    const fakes::Reply foreign = client.ask("GET", "/v1.0/me");
    EXPECT_EQ(foreign.status, 404) << "Graph does not live there";
    EXPECT_NE(foreign.body.find("<title>Error 404 (Not Found)!!1</title>"), std::string::npos) << "the page of Google's front end: " << foreign.body;
}

TEST(Host, LocalsAreAskedFirstAndMayAnswerLater) {
    sim::Answer kept;
    RunningHost running(plain_settings(), [&](sim::Host& host) {
        class Late final : public sim::Local {
          public:
            explicit Late(sim::Answer& kept) : kept_(kept) {}
            bool take(const fakes::Request& request, std::string_view actor, fakes::Instant, const sim::Answer& answer) override {
                if (request.target != "/_calrig/late" && actor != "google-token") return false;
                kept_ = answer;
                return true;
            }

          private:
            sim::Answer& kept_;
        };
        host.add(std::make_unique<Late>(kept));
        host.add(sim::local_below("/_calrig", [](const fakes::Request& request, fakes::Instant) { return fakes::Reply{200, {}, request.target, {}}; }));
    });
    Client client = running.client();
    EXPECT_EQ(client.ask("GET", "/_calrig/state?x=1").body, "/_calrig/state?x=1");
    EXPECT_NE(client.ask("GET", "/_calrigs").body, "/_calrigs") << "whole segments";
    client.send("GET /_calrig/late HTTP/1.1\r\nHost: localhost\r\n\r\nGET /_calrig/next HTTP/1.1\r\nHost: localhost\r\n\r\n");
    running.now();
    running.on_host([&](sim::Host&) {
        ASSERT_TRUE(kept);
        kept(fakes::Reply{202, {}, "late", {}});
        kept(fakes::Reply{500, {}, "twice", {}});
    });
    EXPECT_EQ(client.read().value_or(fakes::Reply{}).body, "late");
    EXPECT_EQ(client.read().value_or(fakes::Reply{}).body, "/_calrig/next");
}

TEST(Host, StrangersNamesDoNotReachTheControlPlane) {
    RunningHost running(plain_settings(), [](sim::Host& host) {
        host.add(sim::local_below("/_calrig", [](const fakes::Request&, fakes::Instant) { return fakes::Reply{}; }));
    });
    Client client = running.client();
    client.send("GET /_calrig/state HTTP/1.1\r\nHost: attacker.example:8443\r\n\r\n");
    EXPECT_EQ(client.read().value_or(fakes::Reply{}).status, 421);
    client.send("GET /_calrig/state HTTP/1.1\r\nHost: 127.0.0.1:8443\r\n\r\n");
    EXPECT_EQ(client.read().value_or(fakes::Reply{}).status, 200);
}

TEST(Host, AVirtualClockMovesOnlyWhenTold) {
    RunningHost running;
    EXPECT_EQ(running.now(), monday());
    EXPECT_TRUE(running.advance(std::chrono::hours(2)));
    EXPECT_EQ(running.now(), monday() + std::chrono::hours(2));
    EXPECT_FALSE(running.advance(-std::chrono::hours(1))) << "time does not go back";
    const std::string token = running.graph_token();
    Client client = running.client();
    EXPECT_EQ(client.ask("GET", running.user_path("/events"), {{"Authorization", token}}).status, 200);
    EXPECT_TRUE(running.advance(std::chrono::hours(2)));
    EXPECT_EQ(client.ask("GET", running.user_path("/events"), {{"Authorization", token}}).status, 401) << "the token lived for 65 minutes";
}

TEST(Host, ARealClockGoesOnAndCanBeMovedOn) {
    sim::HostSettings settings = plain_settings();
    settings.virtual_clock = false;
    RunningHost running(settings);
    const sim::Instant begun = running.now();
    EXPECT_GE(begun, monday());
    EXPECT_LT(begun, monday() + std::chrono::minutes(5));
    EXPECT_TRUE(running.advance(std::chrono::days(1)));
    EXPECT_GE(running.now(), begun + std::chrono::days(1));
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    EXPECT_GE(running.now(), begun + std::chrono::days(1) + std::chrono::milliseconds(30));
}

TEST(Host, LoadingAWorldAnewBeginsAnew) {
    RunningHost running;
    const std::string token = running.graph_token();
    Client client = running.client();
    const std::string before = client.ask("GET", running.user_path("/events?$select=id"), {{"Authorization", token}}).body;
    const auto made = client.ask("POST", running.user_path("/events"), {{"Authorization", token}, {"Content-Type", "application/json"}},
                                 R"({"subject":"x","start":{"dateTime":"2026-03-03T10:00:00","timeZone":"UTC"},"end":{"dateTime":"2026-03-03T11:00:00","timeZone":"UTC"}})");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_NE(client.ask("GET", running.user_path("/events?$select=id"), {{"Authorization", token}}).body, before);
    running.advance(std::chrono::hours(1));
    running.on_host([](sim::Host& host) { host.load(sim::ready_world(monday()), host.seed()); });
    EXPECT_EQ(running.now(), monday());
    EXPECT_EQ(client.ask("GET", running.user_path("/events?$select=id"), {{"Authorization", running.graph_token()}}).body, before);
}

TEST(Host, TellsAnObserverOfEveryExchange) {
    std::vector<std::string> seen;
    RunningHost running(plain_settings(), [&](sim::Host& host) {
        host.on_exchange([&](const sim::ServedExchange& exchange) {
            seen.push_back(std::string(exchange.actor) + " " + exchange.request.method + " " + std::to_string(exchange.reply != nullptr ? exchange.reply->status : 0));
        });
    });
    const std::string token = running.graph_token();
    Client client = running.client();
    client.ask("GET", "/v1.0/me", {{"Authorization", token}});
    client.ask("GET", "/calendar/v3/calendars/primary/events");
    running.now();
    EXPECT_EQ(seen, (std::vector<std::string>{"entra POST 200", "graph GET 400", "google GET 401"}));
}

}  // namespace
