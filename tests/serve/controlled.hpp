#pragma once
// A running host with page and control plane, and short words for asking it.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/serve/control/control.hpp"
#include "sim/serve/page/page.hpp"
#include "tests/serve/running_host.hpp"

namespace serve_test {

class Controlled {
  public:
    explicit Controlled(sim::HostSettings settings = plain_settings(), std::string token = {}) : running(std::move(settings)) {
        running.on_host([&](sim::Host& host) {
            host.add(sim::front_page());
            sim::ControlSettings control;
            control.token = token;
            control.environment = [&host] { return sim::environment_of(host.world(), host.origins(), {}); };
            host.add(sim::control_plane(host, std::move(control)));
        });
    }
    fakes::Reply raw(const std::string& method, const std::string& path, const std::string& body = {}, std::vector<fakes::Header> headers = {}) {
        Client client = running.client();
        return client.ask(method, "/_calrig" + path, std::move(headers), body);
    }
    nlohmann::json ask(const std::string& method, const std::string& path, const std::string& body = {}, int status = 200) {
        const fakes::Reply reply = raw(method, path, body);
        EXPECT_EQ(reply.status, status) << method << " " << path << "\n" << reply.body;
        return nlohmann::json::parse(reply.body, nullptr, false);
    }
    std::string list_request(const std::string& token, const std::string& user = "GRAPH_USER") const {
        return "GET /v1.0/users/" + running.env(user) + "/calendar/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + token + "\r\n\r\n";
    }
    fakes::Reply list(const std::string& token, const std::string& user = "GRAPH_USER") {
        Client client = running.client();
        return client.ask("GET", "/v1.0/users/" + running.env(user) + "/calendar/events", {{"Authorization", token}});
    }
    /// Cleo's, with ana invited; its uid at Microsoft.
    std::string create_picnic() {
        return ask("POST", "/acts", R"({"cleo creates": {"id": "picnic", "title": "Picnic", "when": "12:00-13:00", "invites": ["ana"]}})")["acts"][0].value("uid", "");
    }
    /// On the calendar of GRAPH_USER, who is ana.
    std::string graph_subscription(const std::string& token, const std::string& to) {
        Client client = running.client();
        const nlohmann::json wanted = {{"changeType", "created,updated,deleted"}, {"notificationUrl", to}, {"resource", "/users/" + running.env("GRAPH_USER") + "/events"},
                                       {"expirationDateTime", "2026-03-04T00:00:00Z"}, {"clientState", "x"}};
        const fakes::Reply reply = client.ask("POST", "/v1.0/subscriptions", {{"Authorization", token}, {"Content-Type", "application/json"}}, wanted.dump());
        EXPECT_EQ(reply.status, 201) << reply.body;
        return nlohmann::json::parse(reply.body, nullptr, false).value("id", "");
    }

    RunningHost running;
};

}  // namespace serve_test
