// The real HTTP ports: the verified TLS client and the small server, against each other and against rude peers.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <thread>

#include "engine/adapters/http_client.hpp"
#include "engine/adapters/http_server.hpp"
#include "sim/wire/tls_authority.hpp"
#include "tests/serve/client.hpp"
#include "tests/service/process.hpp"

namespace {

using namespace engine;
using namespace engine::adapters;
using namespace std::chrono_literals;

/// A server of ours on a thread of its own.
class Running {
  public:
    explicit Running(HttpServerSettings settings = {}, HttpServer::Answer answer = {}) {
        if (!answer)
            answer = [this](HttpRequest request) -> Task<HttpResponse> {
                ++asked;
                HttpResponse out;
                out.status = 200;
                out.body = request.method + " " + request.url.substr(request.url.find('/', 8)) + " " + request.body;
                co_return out;
            };
        server_ = std::make_unique<HttpServer>(io_, std::move(settings), std::move(answer));
        const auto problem = server_->bind();
        EXPECT_EQ(problem.value_or(""), "");
        server_->accept();
        thread_ = std::thread([this] { io_.run(); });
    }
    ~Running() {
        boost::asio::post(io_, [this] {
            server_->stop();
            work_.reset();
        });
        thread_.join();
    }
    std::uint16_t port() const { return server_->port(); }
    std::string show(const std::string& certificate_pem, const std::string& key_pem) {
        std::promise<std::string> said;
        boost::asio::post(io_, [&] { said.set_value(server_->show(certificate_pem, key_pem)); });
        return said.get_future().get();
    }
    std::atomic<int> asked = 0;

  private:
    boost::asio::io_context io_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
    std::unique_ptr<HttpServer> server_;
    std::thread thread_;
};

std::string url(const Running& server, const std::string& rest = "/a?b=c") { return "http://127.0.0.1:" + std::to_string(server.port()) + rest; }

HttpRequest request(const std::string& method, const std::string& to, std::string body = {}) {
    HttpRequest out;
    out.method = method;
    out.url = to;
    out.body = std::move(body);
    out.timeout = 5s;
    return out;
}

struct Asking {
    explicit Asking(HttpClientSettings settings = {}) : client(io, std::move(settings)) {}
    HttpResult operator()(HttpRequest one) {
        std::optional<HttpResult> out;
        const auto run = [&]() -> Task<void> {
            out = co_await client.exchange(std::move(one));
        };
        boost::asio::co_spawn(io, run(), boost::asio::detached);
        io.restart();
        while (!out && io.run_one() > 0) {}
        return out.value_or(HttpResult{});
    }
    boost::asio::io_context io{1};
    TlsHttpClient client;
};

TEST(HttpClient, AsksOverOneKeptConnection) {
    Running server;
    Asking ask;
    for (int i = 0; i < 5; ++i) {
        const HttpResult result = ask(request("POST", url(server), "body"));
        ASSERT_TRUE(result.ok()) << result.detail;
        EXPECT_EQ(result.response.body, "POST /a?b=c body");
    }
    EXPECT_EQ(ask.client.connections(), 1u);
    EXPECT_EQ(ask.client.under_way(), 0u);
}

TEST(HttpClient, ManyAtOnceTakeTurns) {
    Running server;
    HttpClientSettings settings;
    settings.connections_per_origin = 4;
    Asking ask(settings);
    int done = 0;
    std::size_t most = 0;
    const auto one = [&](int i) -> Task<void> {
        HttpRequest mine = request("PUT", url(server), std::to_string(i));
        const HttpResult result = co_await ask.client.exchange(std::move(mine));
        EXPECT_EQ(result.response.body, "PUT /a?b=c " + std::to_string(i)) << result.detail;
        most = std::max(most, ask.client.connections());
        ++done;
    };
    for (int i = 0; i < 200; ++i) boost::asio::co_spawn(ask.io, one(i), boost::asio::detached);
    ask.io.restart();
    while (done < 200 && ask.io.run_one() > 0) {}
    EXPECT_EQ(done, 200);
    EXPECT_LE(most, 4u);
    EXPECT_EQ(ask.client.waiting(), 0u);
}

TEST(HttpClient, TlsIsVerified) {
    const sim::TlsAuthority authority("test"), stranger("stranger");
    const auto serving = [](const sim::TlsAuthority& by, const std::vector<std::string>& names) {
        const auto made = by.issue(names);
        HttpServerSettings out;
        out.certificate_pem = made.certificate_pem;
        out.key_pem = made.key_pem;
        return out;
    };
    HttpClientSettings trusting;
    trusting.trusted_pem = authority.certificate();
    const auto ask = [&](const HttpServerSettings& settings) {
        Running server(settings);
        Asking asking(trusting);
        return asking(request("GET", "https://localhost:" + std::to_string(server.port()) + "/x"));
    };
    const HttpResult good = ask(serving(authority, {"localhost"}));
    EXPECT_EQ(good.response.body, "GET /x ") << good.detail;
    EXPECT_EQ(ask(serving(stranger, {"localhost"})).failure, HttpFailure::untrusted);
    EXPECT_EQ(ask(serving(authority, {"elsewhere.example"})).failure, HttpFailure::untrusted);
    boost::asio::io_context io;
    HttpClientSettings broken;
    broken.trusted_pem = "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n";
    EXPECT_THROW(TlsHttpClient(io, broken), std::runtime_error);
}

TEST(HttpClient, AuthoritiesAndCertificatesAreRenewedWhileBothWork) {
    const sim::TlsAuthority before("before"), after("after");
    const auto old_one = before.issue({"localhost"}), new_one = after.issue({"localhost"});
    HttpServerSettings shown;
    shown.certificate_pem = old_one.certificate_pem;
    shown.key_pem = old_one.key_pem;
    HttpClientSettings trusting;
    trusting.trusted_pem = before.certificate();
    Running server(shown);
    Asking ask(trusting);
    const auto get = [&] { return ask(request("GET", "https://localhost:" + std::to_string(server.port()) + "/x")); };
    EXPECT_TRUE(get().ok());
    EXPECT_EQ(ask.client.trust("no certificate"), "the trusted authorities hold something that is no certificate in PEM");
    EXPECT_EQ(server.show(new_one.certificate_pem, old_one.key_pem), "the key is not the certificate's");
    EXPECT_TRUE(get().ok()) << "what cannot be used changes nothing";
    EXPECT_EQ(server.show(new_one.certificate_pem, new_one.key_pem), "");
    EXPECT_TRUE(get().ok()) << "over the connection of before";
    EXPECT_EQ(ask.client.trust(before.certificate() + after.certificate()), "");
    EXPECT_EQ(ask.client.connections(), 0u);
    EXPECT_TRUE(get().ok()) << "shown by the new authority, and believed";
    EXPECT_EQ(ask.client.trust(before.certificate()), "");
    EXPECT_EQ(get().failure, HttpFailure::untrusted);
}

TEST(HttpClient, SendsNothingThatCouldBeReadOnTheWayOrBentIntoAnotherRequest) {
    Asking ask;
    EXPECT_EQ(ask(request("GET", "http://192.0.2.1/")).failure, HttpFailure::untrusted);
    EXPECT_EQ(ask(request("GET", "ftp://127.0.0.1/")).failure, HttpFailure::untrusted);
    EXPECT_EQ(ask(request("GET", "https://user:word@127.0.0.1/")).failure, HttpFailure::untrusted);
    Running server;
    HttpRequest bent = request("GET", url(server));
    bent.headers.push_back({"X", "a\r\nEvil: yes"});
    EXPECT_EQ(ask(std::move(bent)).failure, HttpFailure::untrusted);
    EXPECT_EQ(ask(request("GET / HTTP/1.1\r\nX:", url(server))).failure, HttpFailure::untrusted);
    EXPECT_EQ(server.asked, 0);
}

/// Speaks exactly the given bytes to each client in turn, after its request came; then closes.
class Scripted {
  public:
    explicit Scripted(std::vector<std::string> answers) : answers_(std::move(answers)) {
        file_ = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in here{};
        here.sin_family = AF_INET;
        here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::bind(file_, reinterpret_cast<sockaddr*>(&here), sizeof here);
        socklen_t length = sizeof here;
        ::getsockname(file_, reinterpret_cast<sockaddr*>(&here), &length);
        port = ntohs(here.sin_port);
        ::listen(file_, 16);
        thread_ = std::thread([this] {
            for (const std::string& answer : answers_) {
                const int client = ::accept(file_, nullptr, nullptr);
                if (client < 0) return;
                char bytes[4096];
                if (::recv(client, bytes, sizeof bytes, 0) > 0) ++asked;
                (void)!::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
                if (answer.empty()) std::this_thread::sleep_for(400ms);
                ::close(client);
            }
        });
    }
    ~Scripted() {
        ::shutdown(file_, SHUT_RDWR);
        thread_.join();
        ::close(file_);
    }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port) + "/"; }
    std::uint16_t port = 0;
    std::atomic<int> asked = 0;

  private:
    std::vector<std::string> answers_;
    int file_ = -1;
    std::thread thread_;
};

TEST(HttpClient, EachWayToFailHasItsName) {
    const auto failure = [](const std::string& answer) {
        Scripted server({answer});
        Asking ask;
        HttpRequest one = request("POST", server.url());
        one.timeout = 150ms;
        return ask(std::move(one)).failure;
    };
    EXPECT_EQ(failure(""), HttpFailure::timed_out);
    EXPECT_EQ(failure("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), HttpFailure::cut);
    EXPECT_EQ(failure("nonsense\r\n\r\n"), HttpFailure::cut);
    EXPECT_EQ(failure("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"), HttpFailure::cut) << "over the limit";
    EXPECT_EQ(failure("HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n"), HttpFailure::cut) << "over the limit";
    Asking ask;
    EXPECT_EQ(ask(request("GET", "http://127.0.0.1:1/")).failure, HttpFailure::not_connected);
    EXPECT_EQ(ask(request("GET", "https://no-such-host.invalid/")).failure, HttpFailure::no_such_host);
}

TEST(HttpClient, ReadsBodiesOfEveryKind) {
    const auto body = [](const std::string& answer) {
        Scripted server({answer});
        Asking ask;
        const HttpResult result = ask(request("GET", server.url()));
        return result.ok() ? std::to_string(result.response.status) + " " + result.response.body : result.detail;
    };
    EXPECT_EQ(body("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"), "200 abcde");
    EXPECT_EQ(body("HTTP/1.0 200 OK\r\n\r\nuntil the end"), "200 until the end");
    EXPECT_EQ(body("HTTP/1.1 204 No Content\r\n\r\n"), "204 ");
    EXPECT_EQ(body("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"), "404 no");
}

TEST(HttpClient, AConnectionThatClosedMeanwhileIsReplaced) {
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    Scripted server({answer, answer, answer});
    Asking ask;
    for (const char* method : {"GET", "POST", "GET"}) {
        EXPECT_EQ(ask(request(method, server.url())).response.body, "ok") << method;
        std::this_thread::sleep_for(30ms);
    }
    EXPECT_EQ(server.asked, 3) << "nothing was sent twice";
}

TEST(HttpClient, StoppedWhileItWaits) {
    Scripted server({""});
    Asking ask;
    bool stopped = false;
    const auto run = [&]() -> Task<void> {
        try {
            HttpRequest one = request("GET", server.url());
            co_await ask.client.exchange(std::move(one));
        } catch (const Stopped&) {
            stopped = true;
        }
    };
    boost::asio::co_spawn(ask.io, run(), boost::asio::detached);
    boost::asio::steady_timer timer(ask.io, 50ms);
    timer.async_wait([&](const boost::system::error_code&) { ask.client.stop(); });
    ask.io.run();
    EXPECT_TRUE(stopped);
}

TEST(HttpServer, StrangersMeetLimits) {
    HttpServerSettings settings;
    settings.request_limit = 1s;
    settings.limits = {2'000, 1'000};
    Running server(settings);
    const auto status = [&](const std::string& bytes) {
        serve_test::Client client(server.port());
        client.send(bytes);
        const auto reply = client.read();
        return reply ? reply->status : 0;
    };
    EXPECT_EQ(status("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"), 200);
    EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(3'000, 'x') + "\r\n\r\n"), 431);
    EXPECT_EQ(status("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n"), 413);
    EXPECT_EQ(status("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n" + std::string(4'095, 'x') + "\r\n0\r\n\r\n"), 413);
    EXPECT_EQ(status("nonsense\r\n\r\n"), 400);
    EXPECT_EQ(status("GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"), 400);
    EXPECT_EQ(server.asked, 1);
    serve_test::Client slow(server.port());
    slow.send("GET / HT");
    EXPECT_TRUE(slow.is_closed()) << "a request that never ends";
    serve_test::Client continued(server.port());
    continued.send("POST /x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    std::this_thread::sleep_for(100ms);
    continued.send("abc");
    const auto first = continued.read();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->status, 100);
}

TEST(HttpServer, RequestsOfOneConnectionAreAnsweredInOrder) {
    Running server;
    serve_test::Client client(server.port());
    client.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\nGET http://h/3?q HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    for (const char* body : {"GET /1 ", "GET /2 ", "GET /3?q "}) {
        const auto reply = client.read();
        ASSERT_TRUE(reply);
        EXPECT_EQ(reply->body, body);
    }
    EXPECT_TRUE(client.is_closed());
}

TEST(HttpServer, ACertificateThatCannotBeUsedIsSaid) {
    const sim::TlsAuthority authority("test");
    const auto one = authority.issue(std::vector<std::string>{"localhost"}), two = authority.issue(std::vector<std::string>{"localhost"});
    boost::asio::io_context io;
    const auto problem = [&](std::string certificate, std::string key) {
        HttpServerSettings settings;
        settings.certificate_pem = std::move(certificate);
        settings.key_pem = std::move(key);
        HttpServer server(io, settings, {});
        return server.bind().value_or("");
    };
    EXPECT_EQ(problem(one.certificate_pem, one.key_pem), "");
    EXPECT_NE(problem("nonsense", one.key_pem).find("the certificate cannot be used"), std::string::npos);
    EXPECT_NE(problem(one.certificate_pem, "nonsense").find("the key cannot be used"), std::string::npos);
    EXPECT_NE(problem(one.certificate_pem, two.key_pem), "");
}

}  // namespace
