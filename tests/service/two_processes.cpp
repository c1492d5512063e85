#include "tests/service/two_processes.hpp"

#include <absl/time/clock.h>
#include <absl/time/time.h>
#include <gtest/gtest.h>

#include "sim/serve/account_assertion.hpp"

namespace service_test {
namespace {

using nlohmann::json;

std::string rfc3339(std::chrono::minutes from_now) {
    return absl::FormatTime("%Y-%m-%dT%H:%M:00", absl::Now() + absl::Minutes(from_now.count()), absl::UTCTimeZone());
}

std::uint16_t port_of(const std::string& origin) { return static_cast<std::uint16_t>(std::stoi(origin.substr(origin.rfind(':') + 1))); }

}  // namespace

TwoProcesses::TwoProcesses(std::string provider, bool plain, const std::string& world) : provider_(std::move(provider)) {
    const std::string hook = std::string(plain ? "http" : "https") + "://localhost:" + std::to_string(hooks_port_) + "/hooks/cloud";
    const std::string ready = (folder_ / "ready.json").string();
    std::vector<std::string> words = {CALRIG_BINARY, "serve", "--port", "0", "--out", folder_.path().string(), "--ready-file", ready, "--calendars", provider_, "--cloud-hook", hook};
    if (plain) words.push_back("--plain-http");
    if (!world.empty()) {
        write(folder_ / "world.yaml", world);
        words.push_back((folder_ / "world.yaml").string());
    }
    serve_ = std::make_unique<Process>(words, folder_ / "serve.log");
    EXPECT_TRUE(eventually([&] { return std::filesystem::exists(ready); })) << serve_->said();
    ready_ = json::parse(text_of(ready));
    std::string yaml = text_of(folder_ / (provider_ == "google" ? "engine-google.yaml" : "engine.yaml"));
    for (const char* usual : {"9443", "9444"}) yaml = replaced(yaml, std::string("localhost:") + usual, "localhost:" + std::to_string(hooks_port_));
    for (const char* usual : {"9443", "9444"}) yaml = replaced(yaml, std::string("127.0.0.1:") + usual, "127.0.0.1:" + std::to_string(hooks_port_));
    for (const char* usual : {"9464", "9465"}) yaml = replaced(yaml, std::string("127.0.0.1:") + usual, "127.0.0.1:" + std::to_string(operations_port_));
    write(config(), yaml);
    serve_test::Client asking = client();
    const std::vector<fakes::Header> form = {{"Content-Type", "application/x-www-form-urlencoded"}};
    fakes::Reply reply;
    if (provider_ == "google") {
        const std::string issuer = json::parse(text_of(env("SA_KEY_JSON"))).value("client_email", "");
        const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
        const std::string assertion = sim::served_account_assertion({issuer, env("GOOGLE_TOKEN_URI"), "ana@calrig.example", "https://www.googleapis.com/auth/calendar"}, now);
        reply = asking.ask("POST", "/token", form, "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=" + assertion);
    } else {
        reply = asking.ask("POST", "/" + env("TENANT") + "/oauth2/v2.0/token", form,
                           "grant_type=client_credentials&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&client_id=" + env("CLIENT_ID") + "&client_secret=" + env("CLIENT_SECRET"));
    }
    bearer_ = "Bearer " + json::parse(reply.body, nullptr, false).value("access_token", "");
}

serve_test::Client TwoProcesses::client() {
    const std::string ca = env("CALRIG_CA");
    return serve_test::Client(port_of(env("GRAPH_BASE")), ca.empty() ? std::string() : text_of(ca));
}

void TwoProcesses::start_engine() {
    engine_ = std::make_unique<Process>(std::vector<std::string>{CALRIG_BINARY, "engine", "--config", config().string()}, folder_ / "engine.log");
}

int TwoProcesses::end_engine(int signal) {
    engine_->signal(signal);
    const int code = engine_->wait();
    engine_.reset();
    return code;
}

bool TwoProcesses::is_working() {
    return eventually([&] { return operations("/readyz") == 200 && metric("calrig_mailboxes{state=\"active\"}") >= 4 && metric("calrig_mailboxes_never_synced") == 0; });
}

int TwoProcesses::operations(const std::string& path, std::string* body) {
    serve_test::Client asking(operations_port_);
    if (!asking.connected()) return 0;
    const fakes::Reply reply = asking.ask("GET", path);
    if (body != nullptr) *body = reply.body;
    return reply.status;
}

fakes::Reply TwoProcesses::knock_at_hook(const std::string& method, const std::string& target, const std::string& body) {
    serve_test::Client asking(hooks_port_);
    return asking.ask(method, target, {{"Content-Type", "application/json"}}, body);
}

std::string TwoProcesses::metrics() {
    std::string body;
    operations("/metrics", &body);
    return body;
}

double TwoProcesses::metric(const std::string& sample) {
    const std::string text = "\n" + metrics();
    const std::size_t at = text.find("\n" + sample + " ");
    return at == std::string::npos ? 0 : std::stod(text.substr(at + sample.size() + 2));
}

fakes::Reply TwoProcesses::ask(const std::string& method, const std::string& target, const json& body) {
    serve_test::Client asking = client();
    std::vector<fakes::Header> headers = {{"Authorization", bearer_}};
    if (!body.is_null()) headers.push_back({"Content-Type", "application/json"});
    return asking.ask(method, target, headers, body.is_null() ? std::string() : body.dump());
}

json TwoProcesses::control(const std::string& path) { return json::parse(ask("GET", "/_calrig" + path).body, nullptr, false); }

fakes::Reply TwoProcesses::act(const json& acts) { return ask("POST", "/_calrig/acts", acts); }

std::string TwoProcesses::calendar_path() const {
    return provider_ == "google" ? "/calendar/v3/calendars/ana@calrig.example/events" : "/v1.0/users/ana@calrig.example/events";
}

std::string TwoProcesses::create(const std::string& title, const std::string& location, std::chrono::minutes from_now, const std::string& body) {
    const std::string start = rfc3339(from_now), end = rfc3339(from_now + std::chrono::minutes(30));
    json event;
    if (provider_ == "google") {
        event = {{"summary", title}, {"location", location}, {"description", body}, {"start", {{"dateTime", start + "Z"}}}, {"end", {{"dateTime", end + "Z"}}},
                 {"attendees", json::array({{{"email", "ben@calrig.example"}}})}};
    } else {
        event = {{"subject", title}, {"location", {{"displayName", location}}}, {"body", {{"contentType", "html"}, {"content", body}}},
                 {"start", {{"dateTime", start}, {"timeZone", "UTC"}}}, {"end", {{"dateTime", end}, {"timeZone", "UTC"}}},
                 {"attendees", json::array({{{"emailAddress", {{"address", "ben@calrig.example"}}}, {"type", "required"}}})}};
    }
    const fakes::Reply made = ask("POST", calendar_path(), event);
    EXPECT_EQ(made.status / 100, 2) << made.body;
    return json::parse(made.body, nullptr, false).value("id", "");
}

void TwoProcesses::retitle(const std::string& id, const std::string& title) {
    const fakes::Reply reply = ask("PATCH", calendar_path() + "/" + id, {{provider_ == "google" ? "summary" : "subject", title}});
    EXPECT_EQ(reply.status, 200) << reply.body;
}

void TwoProcesses::remove(const std::string& id) { EXPECT_EQ(ask("DELETE", calendar_path() + "/" + id).status, 204); }

json TwoProcesses::event(const std::string& id) { return json::parse(ask("GET", calendar_path() + "/" + id).body, nullptr, false); }

std::string TwoProcesses::written(const std::string& id) {
    const json one = event(id);
    if (provider_ == "google") return one.value("description", "") + "\n" + one.value("location", "");
    return one["body"].value("content", "") + "\n" + one["location"].value("displayName", "");
}

std::multimap<std::string, json> TwoProcesses::shown_to(const std::string& person) {
    std::multimap<std::string, json> out;
    const json found = control("/people/" + person);
    if (!found.is_object() || !found.contains("screens")) return out;
    for (const json& screen : found["screens"])
        for (const json& meeting : screen["meetings"]) out.emplace(meeting.value("title", ""), meeting);
    return out;
}

}  // namespace service_test
