// Notifications, really sent.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <future>
#include <nlohmann/json.hpp>

#include "tests/serve/running_host.hpp"

namespace {

using serve_test::Client;
using serve_test::Receiver;
using serve_test::RunningHost;
using nlohmann::json;

constexpr const char* event = R"({"subject":"New","start":{"dateTime":"2026-03-03T10:00:00","timeZone":"UTC"},"end":{"dateTime":"2026-03-03T11:00:00","timeZone":"UTC"}})";

TEST(Outgoing, HandshakeAndNotificationReachTheReceiver) {
    RunningHost running;
    Receiver receiver;
    const std::string token = running.graph_token();
    const std::vector<fakes::Header> headers = {{"Authorization", token}, {"Content-Type", "application/json"}};
    Client client = running.client();
    const json wanted = {{"changeType", "created"}, {"notificationUrl", receiver.url() + "/hook?a=b"}, {"resource", "users/" + running.env("GRAPH_USER") + "/events"},
                         {"expirationDateTime", "2026-03-03T08:00:00Z"}, {"clientState", "secret"}};
    const fakes::Reply subscribed = client.ask("POST", "/v1.0/subscriptions", headers, wanted.dump());
    ASSERT_EQ(subscribed.status, 201) << subscribed.body;
    ASSERT_EQ(receiver.received().size(), 1u);
    EXPECT_TRUE(receiver.received()[0].target.starts_with("/hook?a=b&validationToken="));
    ASSERT_EQ(client.ask("POST", running.user_path("/events"), headers, event).status, 201);
    EXPECT_EQ(receiver.received().size(), 1u) << "the clock stands still: nothing is sent yet";
    ASSERT_TRUE(running.advance(std::chrono::minutes(1)));
    // Time moved on only after the receiver had answered.
    ASSERT_EQ(receiver.received().size(), 2u);
    const json body = json::parse(receiver.received()[1].body);
    EXPECT_EQ(body["value"][0]["clientState"], "secret");
    EXPECT_EQ(body["value"][0]["changeType"], "created");
    EXPECT_EQ(body["value"][0]["subscriptionId"], json::parse(subscribed.body)["id"]);
}

TEST(Outgoing, ARealClockSendsByItself) {
    sim::HostSettings settings = serve_test::plain_settings();
    settings.virtual_clock = false;
    RunningHost running(settings);
    Receiver receiver;
    const std::vector<fakes::Header> headers = {{"Authorization", running.graph_token()}, {"Content-Type", "application/json"}};
    Client client = running.client();
    const json wanted = {{"changeType", "created"}, {"notificationUrl", receiver.url()}, {"resource", "users/" + running.env("GRAPH_USER") + "/events"},
                         {"expirationDateTime", "2026-03-03T08:00:00Z"}};
    ASSERT_EQ(client.ask("POST", "/v1.0/subscriptions", headers, wanted.dump()).status, 201);
    ASSERT_EQ(client.ask("POST", running.user_path("/events"), headers, event).status, 201);
    for (int i = 0; i < 100 && receiver.received().size() < 2; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_EQ(receiver.received().size(), 2u);
}

TEST(Outgoing, NobodyThereMeansAFailedHandshake) {
    RunningHost running;
    Client client = running.client();
    const json wanted = {{"changeType", "created"}, {"notificationUrl", "http://127.0.0.1:1/"}, {"resource", "users/" + running.env("GRAPH_USER") + "/events"},
                         {"expirationDateTime", "2026-03-03T08:00:00Z"}};
    const fakes::Reply reply = client.ask("POST", "/v1.0/subscriptions", {{"Authorization", running.graph_token()}, {"Content-Type", "application/json"}}, wanted.dump());
    EXPECT_EQ(reply.status, 400) << reply.body;
    EXPECT_NE(reply.body.find("must respond with 200 OK"), std::string::npos) << reply.body;
}

TEST(Outgoing, AHookWhoseNameLeadsNowhereIsToldAsThat) {
    RunningHost running;
    Client client = running.client();
    const json wanted = {{"changeType", "created"}, {"notificationUrl", "https://nowhere.invalid:8443/hook?a=b"}, {"resource", "users/" + running.env("GRAPH_USER") + "/events"},
                         {"expirationDateTime", "2026-03-03T08:00:00Z"}};
    const fakes::Reply reply = client.ask("POST", "/v1.0/subscriptions", {{"Authorization", running.graph_token()}, {"Content-Type", "application/json"}}, wanted.dump());
    EXPECT_EQ(reply.status, 400) << reply.body;
    EXPECT_NE(reply.body.find("\"Failed to resolve domain nowhere.invalid\""), std::string::npos) << reply.body;
}

struct Outcome {
    int status = 0;
    std::string why;
};

Outcome send(const std::string& url, sim::OutgoingSettings settings = {}) {
    boost::asio::io_context io{1};
    sim::OutgoingMail mail(io, std::move(settings));
    Outcome out;
    fakes::Outgoing message;
    message.url = url;
    message.body = "{}";
    mail.send(message, [&](const fakes::Reply* reply, fakes::Silence, const std::string& why) { out = {reply != nullptr ? reply->status : 0, why}; });
    EXPECT_EQ(out.status, 0) << "never from within";
    io.run();
    return out;
}

TEST(Outgoing, PlainHttpGoesToLoopbackOnlyAndOtherSchemesNowhere) {
    EXPECT_EQ(send("http://192.0.2.1/hook").why, "plain http goes to loopback only");
    EXPECT_EQ(send("http://example.com/hook").why, "plain http goes to loopback only");
    EXPECT_EQ(send("ftp://127.0.0.1/").why, "only https and http are spoken");
    EXPECT_EQ(send("https://user:pass@127.0.0.1/").why, "an address with a user name is not sent to");
    EXPECT_NE(send("nonsense").why, "");
    Receiver receiver;
    receiver.answer_with(503);
    EXPECT_EQ(send(receiver.url() + "/hook").status, 503);
}

TEST(Outgoing, ReceiversCertificatesAreVerified) {
    sim::HostSettings settings = serve_test::plain_settings();
    settings.plain_http = false;
    RunningHost receiver(settings);  // any HTTPS server will do
    const std::string url = receiver.host().origins().main + "/v1.0/me";
    const Outcome stranger = send(url);
    EXPECT_EQ(stranger.status, 0);
    EXPECT_TRUE(stranger.why.starts_with("TLS refused")) << stranger.why;
    sim::OutgoingSettings trusting;
    trusting.trusted_pem = receiver.host().authority_pem();
    EXPECT_EQ(send(url, trusting).status, 401) << "an answer, and it is Graph's";
}

TEST(Outgoing, ASilentReceiverIsGivenUp) {
    sim::HostSettings settings = serve_test::plain_settings();
    RunningHost silent(settings, [](sim::Host& host) {
        class Silence final : public sim::Local {
            bool take(const fakes::Request&, std::string_view, fakes::Instant, const sim::Answer&) override { return true; }
        };
        host.add(std::make_unique<Silence>());
    });
    sim::OutgoingSettings impatient;
    impatient.time_limit = std::chrono::milliseconds(200);
    EXPECT_EQ(send(silent.host().origins().main + "/hook", impatient).why, "no answer in time");
}

}  // namespace
