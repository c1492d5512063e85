#include "tests/serve/running_host.hpp"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <future>
#include <nlohmann/json.hpp>

#include "sim/serve/account_assertion.hpp"
#include "sim/serve/ready_world.hpp"

namespace serve_test {
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
                                              sim::served_account_assertion({issuer, env("GOOGLE_TOKEN_URI"), subject, "https://www.googleapis.com/auth/calendar"}, now()));
    EXPECT_EQ(reply.status, 200) << reply.body;
    return "Bearer " + nlohmann::json::parse(reply.body, nullptr, false).value("access_token", "");
}

std::string RunningHost::user_path(const std::string& rest) const { return "/v1.0/users/" + env("GRAPH_USER") + rest; }

}  // namespace serve_test
