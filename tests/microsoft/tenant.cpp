#include "tests/microsoft/tenant.hpp"

#include <fstream>
#include <stdexcept>

namespace microsoft_test {

using namespace std::chrono_literals;

fakes::Date day(std::string_view text) {
    const std::string s(text);
    return fakes::Date(std::chrono::year(std::stoi(s.substr(0, 4))), std::chrono::month(static_cast<unsigned>(std::stoi(s.substr(5, 2)))),
                       std::chrono::day(static_cast<unsigned>(std::stoi(s.substr(8, 2)))));
}

fakes::LocalTime wall(std::string_view text) {
    const std::string s(text);
    return std::chrono::local_days(day(text)) + std::chrono::hours(std::stoi(s.substr(11, 2))) + std::chrono::minutes(std::stoi(s.substr(14, 2))) +
           std::chrono::seconds(s.size() > 17 ? std::stoi(s.substr(17, 2)) : 0);
}

Instant at(std::string_view text) { return Instant(wall(text).time_since_epoch()); }

std::string Answer::header(std::string_view name) const {
    const std::string* value = fakes::find_header(headers, name);
    return value ? *value : std::string();
}

Tenant::Tenant(fakes::MicrosoftOptions options, std::vector<fakes::Group> groups) : hook(polite_hook) {
    organisation.groups = std::move(groups);
    organisation.name = "Calrig Example";
    organisation.domain = "calrig.example";
    organisation.microsoft_tenant = "6f1c2a44-9d0e-4b7e-8a55-0c1d2e3f4a5b";
    organisation.microsoft_client = "3c9a5f0e-2f6b-4f4e-9a61-7d2b8f5c1a90";
    organisation.microsoft_secret = "a~secret.value";
    const auto add = [&](std::string key, std::string name, bool room, bool mailbox) -> fakes::Person& {
        fakes::Person person;
        person.key = key;
        person.name = std::move(name);
        person.address = key + "@calrig.example";
        person.language = "pl-PL";
        person.zone = "Europe/Warsaw";
        person.is_room = room;
        person.has_mailbox = mailbox;
        return organisation.people.emplace_back(std::move(person));
    };
    add("ada", "Ada Lind", false, true);
    add("bo", "Bo Ek", false, true);
    add("cai", "Cai Roe", false, true);
    add("birch", "Room Birch", true, true);
    fakes::Person& strict = add("oak", "Room Oak", true, true);
    strict.room.keeps_subject = strict.room.keeps_comments = false;
    add("onprem", "On Premise", false, false);
    organisation.groups.push_back({"crew@calrig.example", "The Crew", {"bo@calrig.example", "cai@calrig.example", "nobody@elsewhere.example"}});
    service = fakes::make_microsoft(organisation, std::move(options));
    const Answer got = token("client_id=" + organisation.microsoft_client + "&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&client_secret=" +
                             organisation.microsoft_secret + "&grant_type=client_credentials");
    if (got.status == 200) bearer = "Bearer " + got.body.at("access_token").get<std::string>();
}

Answer Tenant::raw(fakes::Request request) {
    const fakes::ExchangeId id = ++last_;
    fakes::Effects effects;
    service->request(id, request, now, effects);
    pump(effects);
    for (const auto& answer : answers_) {
        if (answer.to != id) continue;
        Answer out;
        out.status = answer.reply.status;
        out.headers = answer.reply.headers;
        out.text = answer.reply.body;
        out.body = json::parse(answer.reply.body, nullptr, false);
        out.rule = answer.reply.broken_rule;
        return out;
    }
    return {};  // no answer yet
}

Answer Tenant::call(std::string method, std::string path, json body, std::vector<fakes::Header> headers) {
    fakes::Request request;
    request.method = std::move(method);
    request.host = "graph.microsoft.com";
    request.target = "/v1.0" + path;
    request.headers = std::move(headers);
    if (!bearer.empty()) request.headers.push_back({"Authorization", bearer});
    if (!body.is_null()) {
        request.headers.push_back({"Content-Type", "application/json"});
        request.body = body.dump();
    }
    return raw(std::move(request));
}

Answer Tenant::token(std::string form) {
    fakes::Request request;
    request.method = "POST";
    request.host = "login.microsoftonline.com";
    request.target = "/" + organisation.microsoft_tenant + "/oauth2/v2.0/token";
    request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
    request.body = std::move(form);
    return raw(std::move(request));
}

void Tenant::pump(fakes::Effects& effects) {
    while (!effects.outgoing.empty() || !effects.answers.empty()) {
        fakes::Effects next;
        for (auto& answer : effects.answers) answers_.push_back(std::move(answer));
        for (const fakes::Outgoing& outgoing : effects.outgoing) {
            sent.push_back(outgoing);
            const std::unique_ptr<fakes::Reply> reply = hook(outgoing);
            if (reply && reply->status < 300 && outgoing.what == "graph notification") {
                const json body = json::parse(outgoing.body);
                for (const json& item : body.at("value")) notifications_.push_back(item);
            }
            service->answered(outgoing.id, reply.get(), now, next);
        }
        effects = std::move(next);
    }
}

void Tenant::run_until(Instant until) {
    for (int turns = 0; turns < 100'000; ++turns) {
        const auto due = service->next_wake();
        if (!due || *due > until) break;
        now = std::max(now, *due);
        fakes::Effects effects;
        service->wake(now, effects);
        pump(effects);
    }
    now = std::max(now, until);
}

Answer Tenant::subscribe(const std::string& user, json more) {
    json body = {{"changeType", "created,updated,deleted"},
                 {"notificationUrl", "https://hook.calrig.example/graph"},
                 {"resource", "users/" + user + "@calrig.example/events"},
                 {"expirationDateTime", "2026-03-08T09:15:00.0000000Z"},
                 {"clientState", "state-1"}};
    body.update(more);
    return call("POST", "/subscriptions", body);
}

json Tenant::meeting(const std::string& subject, const std::string& start, const std::string& end, const std::vector<std::string>& attendees) {
    json body = {{"subject", subject},
                 {"start", {{"dateTime", start}, {"timeZone", "W. Europe Standard Time"}}},
                 {"end", {{"dateTime", end}, {"timeZone", "W. Europe Standard Time"}}}};
    for (const std::string& key : attendees)
        body["attendees"].push_back({{"emailAddress", {{"address", key + "@calrig.example"}}}, {"type", key == "birch" || key == "oak" ? "resource" : "required"}});
    return body;
}

std::vector<json> Tenant::take_notifications() { return std::exchange(notifications_, {}); }

std::unique_ptr<fakes::Reply> polite_hook(const fakes::Outgoing& outgoing) {
    auto reply = std::make_unique<fakes::Reply>();
    const std::size_t mark = outgoing.url.find("validationToken=");
    if (mark == std::string::npos) {
        reply->status = 202;
        return reply;
    }
    for (std::size_t i = mark + 16; i < outgoing.url.size(); ++i) {
        if (outgoing.url[i] != '%') {
            reply->body.push_back(outgoing.url[i]);
            continue;
        }
        reply->body.push_back(static_cast<char>(std::stoi(outgoing.url.substr(i + 1, 2), nullptr, 16)));
        i += 2;
    }
    reply->headers.push_back({"Content-Type", "text/plain"});
    return reply;
}

json example(const std::string& file) {
    std::ifstream in(std::string(CALRIG_SOURCE_DIR) + "/tests/facts/examples/graph/" + file);
    if (!in) throw std::runtime_error("no example " + file);
    return json::parse(in);
}

}  // namespace microsoft_test
