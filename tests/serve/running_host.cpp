#include "tests/serve/running_host.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <boost/asio/post.hpp>
#include <future>
#include <nlohmann/json.hpp>

#include "sim/serve/ready_world.hpp"
#include "sim/serve/service_account.hpp"

namespace serve_test {
namespace {

std::string base64url(std::string_view bytes) {
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(length));
    for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
    while (out.ends_with('=')) out.pop_back();
    return out;
}

}  // namespace

sim::Instant monday() { return sim::Instant(std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} + std::chrono::hours(8)); }

sim::HostSettings plain_settings() {
    sim::HostSettings out;
    out.port = 0;
    out.plain_http = true;
    out.virtual_clock = true;
    out.start = monday();
    return out;
}

RunningHost::RunningHost(sim::HostSettings settings, std::function<void(sim::Host&)> prepare) {
    host_ = std::make_unique<sim::Host>(io_, settings);
    const auto problem = host_->bind();
    EXPECT_FALSE(problem) << problem.value_or("");
    const std::string& origin = host_->origins().main;
    port_ = static_cast<std::uint16_t>(std::stoi(origin.substr(origin.rfind(':') + 1)));
    if (prepare) prepare(*host_);
    host_->load(sim::ready_world(settings.start.value_or(monday())), settings.seed);
    environment_ = sim::environment_of(host_->world(), host_->origins(), {});
    host_->accept();
    thread_ = std::thread([this] { io_.run(); });
}

RunningHost::~RunningHost() {
    on_host([](sim::Host& host) { host.stop(); });
    work_.reset();
    thread_.join();
}

std::string RunningHost::env(const std::string& name) const {
    for (const auto& [key, value] : environment_)
        if (key == name) return value;
    ADD_FAILURE() << "no " << name;
    return {};
}

void RunningHost::on_host(const std::function<void(sim::Host&)>& what) {
    std::promise<void> done;
    boost::asio::post(io_, [&] {
        what(*host_);
        done.set_value();
    });
    done.get_future().wait();
}

bool RunningHost::advance(std::chrono::milliseconds span) {
    std::promise<bool> moved;
    on_host([&](sim::Host& host) { host.advance_to(host.now() + span, [&](bool good) { moved.set_value(good); }); });
    return moved.get_future().get();
}

sim::Instant RunningHost::now() {
    sim::Instant out{};
    on_host([&](sim::Host& host) { out = host.now(); });
    return out;
}

std::string RunningHost::graph_token() {
    Client client = this->client();
    const fakes::Reply reply =
        client.ask("POST", "/" + env("TENANT") + "/oauth2/v2.0/token", {{"Content-Type", "application/x-www-form-urlencoded"}},
                   "grant_type=client_credentials&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&client_id=" + env("CLIENT_ID") + "&client_secret=" + env("CLIENT_SECRET"));
    EXPECT_EQ(reply.status, 200) << reply.body;
    return "Bearer " + nlohmann::json::parse(reply.body, nullptr, false).value("access_token", "");
}

std::string RunningHost::google_token(const std::string& subject) {
    Client client = this->client();
    std::string issuer;
    on_host([&](sim::Host& host) { issuer = host.world().organisation().google_client_email; });
    const fakes::Reply reply = client.ask("POST", "/token", {{"Content-Type", "application/x-www-form-urlencoded"}},
                                          "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=" +
                                              google_assertion(issuer, env("GOOGLE_TOKEN_URI"), subject, now()));
    EXPECT_EQ(reply.status, 200) << reply.body;
    return "Bearer " + nlohmann::json::parse(reply.body, nullptr, false).value("access_token", "");
}

std::string RunningHost::user_path(const std::string& rest) const { return "/v1.0/users/" + env("GRAPH_USER") + rest; }

std::string google_assertion(const std::string& issuer, const std::string& audience, const std::string& subject, sim::Instant now) {
    const std::int64_t second = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    const nlohmann::json claims = {{"iss", issuer}, {"aud", audience}, {"sub", subject}, {"iat", second}, {"exp", second + 3600},
                                   {"scope", "https://www.googleapis.com/auth/calendar"}};
    std::string out = base64url(R"({"alg":"RS256","typ":"JWT"})") + "." + base64url(claims.dump());
    BIO* memory = BIO_new_mem_buf(sim::served_account_private_key, -1);
    EVP_PKEY* key = PEM_read_bio_PrivateKey(memory, nullptr, nullptr, nullptr);
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    std::string signature(1024, '\0');
    std::size_t length = signature.size();
    EXPECT_EQ(EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key), 1);
    EXPECT_EQ(EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &length, reinterpret_cast<const unsigned char*>(out.data()), out.size()), 1);
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    BIO_free(memory);
    signature.resize(length);
    return out + "." + base64url(signature);
}

}  // namespace serve_test
