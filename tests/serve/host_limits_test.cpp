// What rude, slow and many clients get.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <zlib.h>

#include <nlohmann/json.hpp>

#include "sim/serve/content_coding.hpp"
#include "tests/serve/running_host.hpp"

namespace {

using serve_test::Client;
using serve_test::plain_settings;
using serve_test::RunningHost;
using nlohmann::json;

sim::HostSettings impatient() {
    sim::HostSettings out = plain_settings();
    out.patience.head_s = out.patience.progress_s = out.patience.idle_s = out.patience.linger_s = 1;
    return out;
}

TEST(HostLimits, BodiesPastTheLimitGetTheServicesOwnWords) {
    RunningHost running;
    const std::string token = running.graph_token();
    const std::string huge(9'000'000, 'x');
    Client graph = running.client();
    graph.send("POST " + running.user_path("/events") + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\nAuthorization: " + token + "\r\n\r\n");
    graph.send(huge);
    auto reply = graph.read();
    ASSERT_TRUE(reply) << "the reply is there although the body was not read";
    EXPECT_EQ(reply->status, 413);
    EXPECT_EQ(json::parse(reply->body)["error"]["code"], "RequestEntityTooLarge");
    EXPECT_TRUE(graph.is_closed());

    // Below the server's own limit the service itself refuses, and the connection goes on.
    Client kept = running.client();
    EXPECT_EQ(kept.ask("POST", running.user_path("/events"), {{"Authorization", token}, {"Content-Type", "application/json"}}, huge.substr(0, 5'000'000)).status, 413);
    EXPECT_EQ(kept.ask("GET", running.user_path("/events"), {{"Authorization", token}}).status, 200);

    Client google = running.client();
    google.send("POST /calendar/v3/calendars/primary/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n");
    reply = google.read();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 413);
    EXPECT_EQ(json::parse(reply->body)["error"]["code"], 413);
    EXPECT_TRUE(json::parse(reply->body)["error"]["errors"].is_array());
}

std::string gzipped(const std::string& text) {
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string out(deflateBound(&stream, text.size()), '\0');
    std::string in = text;
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

TEST(HostLimits, CompressedBodiesAreReadAndBombsAreNot) {
    RunningHost running;
    const std::string times = R"("start":{"dateTime":"2026-03-03T10:00:00","timeZone":"UTC"},"end":{"dateTime":"2026-03-03T11:00:00","timeZone":"UTC"}})", event = R"({"subject":"Packed",)" + times, googles = R"({"summary":"Packed",)" + times;
    Client client = running.client();
    const auto post = [&](const std::string& body, const std::string& coding, bool google = false) {
        const std::string token = google ? running.google_token(running.env("SUBJECT")) : running.graph_token();
        return client.ask("POST", google ? "/calendar/v3/calendars/primary/events" : running.user_path("/events"),
                          {{"Authorization", token}, {"Content-Type", "application/json"}, {"Content-Encoding", coding}}, body);
    };
    EXPECT_EQ(json::parse(post(gzipped(event), "gzip").body)["subject"], "Packed");
    EXPECT_EQ(json::parse(post(gzipped(googles.substr(0, 40)) + gzipped(googles.substr(40)), "GZIP", true).body)["summary"], "Packed") << "in two members";
    EXPECT_EQ(post(event, "identity").status, 201);
    EXPECT_EQ(post(event, "br").status, 415);
    EXPECT_EQ(post("no gzip at all", "gzip").status, 400);
    EXPECT_EQ(post(gzipped(event).substr(0, 60), "gzip").status, 400) << "cut";
    EXPECT_EQ(post(gzipped(std::string(100'000'000, ' ')), "gzip").status, 413);
    EXPECT_EQ(post(gzipped(event), "gzip").status, 201) << "the connection goes on";
}

std::string gunzipped(const std::string& bytes) {
    fakes::Request request;
    request.headers = {{"Content-Encoding", "gzip"}};
    request.body = bytes;
    EXPECT_FALSE(sim::decode_body(request, 10'000'000));
    return request.body;
}

TEST(HostLimits, LongAnswersComePackedToThoseWhoAsk) {
    RunningHost running;
    const std::string graph = running.graph_token(), google = running.google_token(running.env("SUBJECT"));
    Client client = running.client();
    const json event = {{"subject", "Long"}, {"body", {{"contentType", "html"}, {"content", std::string(6000, 'x')}}}, {"start", {{"dateTime", "2026-03-03T10:00:00"}, {"timeZone", "UTC"}}}, {"end", {{"dateTime", "2026-03-03T11:00:00"}, {"timeZone", "UTC"}}}};
    const json made = json::parse(client.ask("POST", running.user_path("/events"), {{"Authorization", graph}, {"Content-Type", "application/json"}}, event.dump()).body);
    const std::string path = running.user_path("/events/") + made["id"].get<std::string>();
    const auto get = [&](const std::string& accept, const std::string& agent = "") {
        return client.ask("GET", path, {{"Authorization", graph}, {"Accept-Encoding", accept}, {"User-Agent", agent}});
    };
    const auto coding = [](const fakes::Reply& reply) {
        const std::string* value = fakes::find_header(reply.headers, "Content-Encoding");
        return value == nullptr ? std::string() : *value;
    };
    const fakes::Reply plain = client.ask("GET", path, {{"Authorization", graph}});
    EXPECT_EQ(coding(plain), "");
    EXPECT_NE(fakes::find_header(plain.headers, "Vary"), nullptr) << "caches must know";
    for (const char* accept : {"gzip", "gzip, deflate, br", "*", "br;q=1.0, GZIP;q=0.5"}) {
        const fakes::Reply reply = get(accept);
        EXPECT_EQ(coding(reply), "gzip") << accept;
        EXPECT_LT(reply.body.size(), plain.body.size() / 3);
        EXPECT_EQ(json::parse(gunzipped(reply.body))["id"], made["id"]);
        EXPECT_EQ(*fakes::find_header(reply.headers, "ETag"), *fakes::find_header(plain.headers, "ETag"));
    }
    for (const char* accept : {"", "identity", "br", "gzip;q=0", "gzip;q=0, *"}) EXPECT_EQ(coding(get(accept)), "") << accept;
    EXPECT_EQ(coding(client.ask("GET", path + "?$select=subject", {{"Authorization", graph}, {"Accept-Encoding", "gzip"}})), "") << "small";
    // Google wants the word in the User-Agent, too.
    json longer = {{"summary", "Long"}, {"description", std::string(6000, 'x')}, {"start", event["start"]}, {"end", event["end"]}};
    client.ask("POST", "/calendar/v3/calendars/primary/events", {{"Authorization", google}, {"Content-Type", "application/json"}}, longer.dump());
    const auto list = [&](const std::string& agent) {
        return client.ask("GET", "/calendar/v3/calendars/primary/events", {{"Authorization", google}, {"Accept-Encoding", "gzip"}, {"User-Agent", agent}});
    };
    EXPECT_EQ(coding(list("plain program")), "");
    const fakes::Reply packed = list("my program (gzip)");
    EXPECT_EQ(coding(packed), "gzip");
    const std::string etag = *fakes::find_header(packed.headers, "ETag");
    EXPECT_EQ(json::parse(gunzipped(packed.body))["etag"], etag);
    const fakes::Reply same = client.ask("GET", "/calendar/v3/calendars/primary/events", {{"Authorization", google}, {"Accept-Encoding", "gzip"}, {"User-Agent", "gzip"}, {"If-None-Match", etag}});
    EXPECT_EQ(same.status, 304);
    EXPECT_EQ(coding(same), "");
    EXPECT_EQ(same.body, "");
}

TEST(HostLimits, HeadsPastTheLimitAreRefused) {
    RunningHost running;
    Client fields = running.client();
    fields.send("GET /v1.0/me HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(70'000, 'a') + "\r\n\r\n");
    const auto reply = fields.read();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 431);
    EXPECT_TRUE(json::parse(reply->body)["error"].contains("code"));
    Client line = running.client();
    line.send("GET /" + std::string(70'000, 'a'));
    EXPECT_EQ(line.read().value_or(fakes::Reply{}).status, 414);
    Client nonsense = running.client();
    nonsense.send("this is no HTTP\r\n\r\n");
    EXPECT_EQ(nonsense.read().value_or(fakes::Reply{}).status, 400);
    EXPECT_TRUE(nonsense.is_closed());
}

TEST(HostLimits, AHalfClosedClientGetsItsAnswers) {
    RunningHost running;
    const std::string token = running.graph_token();
    Client client = running.client();
    const std::string request = "GET " + running.user_path("/events") + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + token + "\r\n\r\n";
    client.send(request + request);
    client.half_close();
    EXPECT_EQ(client.read().value_or(fakes::Reply{}).body.substr(0, 2), "{\"");
    EXPECT_EQ(client.read().value_or(fakes::Reply{}).body.substr(0, 2), "{\"");
    EXPECT_TRUE(client.is_closed());
}

TEST(HostLimits, SlowAndIdleClientsAreLetGo) {
    RunningHost running(impatient());
    Client silent = running.client();
    Client slow = running.client();
    slow.send("GET / HTTP/1.1\r\nHost: loc");
    Client body = running.client();
    body.send("POST /v1.0/me HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc");
    Client idle = running.client();
    EXPECT_EQ(idle.ask("GET", "/v1.0/me").status, 401);
    EXPECT_TRUE(silent.is_closed());
    EXPECT_TRUE(slow.is_closed());
    EXPECT_TRUE(body.is_closed());
    EXPECT_TRUE(idle.is_closed());
}

TEST(HostLimits, AClientThatDoesNotReadHoldsUpNobody) {
    RunningHost running;
    const std::string token = running.graph_token();
    const std::string request = "GET " + running.user_path("/events?$top=1000") + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + token + "\r\n\r\n";
    Client deaf = running.client();
    std::string many;
    for (int i = 0; i < 2000; ++i) many += request;
    std::thread sender([&] { deaf.send(many); });
    Client other = running.client();
    for (int i = 0; i < 5; ++i) EXPECT_EQ(other.ask("GET", running.user_path("/events"), {{"Authorization", token}}).status, 200);
    // Then it reads after all: everything is there, in order, to the last byte.
    for (int i = 0; i < 2000; ++i) ASSERT_EQ(deaf.read().value_or(fakes::Reply{0, {}, {}, {}}).status, 200) << i;
    sender.join();
}

TEST(HostLimits, PlainTextOnTheTlsPortGetsASentence) {
    sim::HostSettings settings = plain_settings();
    settings.plain_http = false;
    settings.patience.head_s = 2;  // of a handshake that never ends
    RunningHost running(settings);
    Client client(running.port());
    client.send("GET /v1.0/me HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const std::string said = client.read_rest();
    EXPECT_TRUE(said.starts_with("HTTP/1.1 400 ")) << said;
    EXPECT_NE(said.find("https://"), std::string::npos);
    Client noise(running.port());
    noise.send("\x16\x03\x01\x02\x00 no handshake");
    EXPECT_TRUE(noise.is_closed());
    EXPECT_EQ(running.client().ask("GET", "/v1.0/me").status, 401) << "others are served on";
}

TEST(HostLimits, ThousandsOfIdleClientsCostLittle) {
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    const std::size_t count = std::min<std::size_t>(10'000, limit.rlim_cur / 2 - 200);
    RunningHost running;
    std::vector<Client> clients;
    clients.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        clients.push_back(Client(running.port()));
        ASSERT_TRUE(clients.back().connected()) << i;
    }
    EXPECT_EQ(clients.front().ask("GET", "/v1.0/me").status, 401);
    EXPECT_EQ(clients.back().ask("GET", "/v1.0/me").status, 401);
    std::size_t open = 0;
    running.on_host([&](sim::Host& host) { open = host.connections(); });
    EXPECT_EQ(open, count);
}

TEST(HostLimits, PastTheMostConnectionsNewOnesWait) {
    sim::HostSettings settings = plain_settings();
    settings.connections = 2;
    RunningHost running(settings);
    auto first = std::make_unique<Client>(running.port());
    Client second = running.client();
    EXPECT_EQ(first->ask("GET", "/v1.0/me").status, 401);
    EXPECT_EQ(second.ask("GET", "/v1.0/me").status, 401);
    Client third = running.client();
    third.send("GET /v1.0/me HTTP/1.1\r\nHost: localhost\r\n\r\n");
    first.reset();
    EXPECT_EQ(third.read().value_or(fakes::Reply{}).status, 401);
}

}  // namespace
