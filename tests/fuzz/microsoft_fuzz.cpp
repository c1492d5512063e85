// Requests to the fake of Microsoft 365: targets, OData options, Prefer headers, bodies, batches, forms, tokens.
// Input: "METHOD target", a line with a Prefer header or nothing, then the body. {event}, {series}, {occurrence} and
// {token} stand for ids and a bearer token of the world the request meets.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "fakes/microsoft/service.hpp"

namespace {

using fakes::Effects;
using fakes::Instant;
using fakes::Request;
using nlohmann::json;

const Instant begin = Instant(std::chrono::seconds(1'772'442'900));  // 2026-03-02T09:15:00Z

void broken(const char* what, const Request& request, const fakes::Reply& reply) {
    std::fprintf(stderr, "%s\n%s %s\n%s\n-> %d %s\n", what, request.method.c_str(), request.target.c_str(), request.body.c_str(), reply.status, reply.body.c_str());
    std::abort();
}

class World {
  public:
    World() : service_(fakes::make_microsoft(organisation(), options())) {
        Request ask;
        ask.method = "POST";
        ask.host = "login.microsoftonline.com";
        ask.target = "/contoso.example/oauth2/v2.0/token";
        ask.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
        ask.body = "client_id=3c9a5f0e-2f6b-4f4e-9a61-7d2b8f5c1a90&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&client_secret=s&grant_type=client_credentials";
        token = "Bearer " + json::parse(answer(ask)).at("access_token").get<std::string>();
        event = create(R"({"subject":"One","start":{"dateTime":"2026-03-17T07:00:00","timeZone":"UTC"},"end":{"dateTime":"2026-03-17T08:00:00","timeZone":"UTC"},"attendees":[{"emailAddress":{"address":"bo@contoso.example"}}]})");
        series = create(R"({"subject":"Many","start":{"dateTime":"2026-03-16T09:00:00","timeZone":"Europe/Warsaw"},"end":{"dateTime":"2026-03-16T10:00:00","timeZone":"Europe/Warsaw"},"recurrence":{"pattern":{"type":"daily","interval":1},"range":{"type":"noEnd","startDate":"2026-03-16"}}})");
        const json instances = json::parse(answer(graph("GET", "/v1.0/users/ada@contoso.example/events/" + series + "/instances?startDateTime=2026-03-16&endDateTime=2026-03-19")));
        occurrence = instances.at("value").at(1).at("id");
    }

    Request graph(std::string method, std::string target, std::string body = {}) const {
        Request out;
        out.method = std::move(method);
        out.host = "graph.microsoft.com";
        out.target = std::move(target);
        out.headers.push_back({"Authorization", token});
        if (!body.empty()) out.headers.push_back({"Content-Type", "application/json"});
        out.body = std::move(body);
        return out;
    }

    /// The body of the answer, which comes exactly once and has the service's form.
    std::string answer(const Request& request) {
        Effects effects;
        service_->request(1, request, begin, effects);
        std::size_t answers = 0;
        std::string out;
        for (int turns = 0; turns < 8; ++turns) {
            for (const auto& each : effects.answers) {
                ++answers;
                check(request, each.reply);
                out = each.reply.body;
            }
            Effects next;
            for (const fakes::Outgoing& outgoing : effects.outgoing) service_->answered(outgoing.id, nullptr, begin, next);
            service_->wake(begin + std::chrono::seconds(turns * 5), next);
            effects = std::move(next);
        }
        if (answers != 1) broken("a request has not exactly one answer", request, {});
        return out;
    }

    std::string token, event, series, occurrence;

  private:
    static fakes::Organisation organisation() {
        fakes::Organisation out;
        out.name = "Contoso";
        out.domain = "contoso.example";
        out.microsoft_tenant = "6f1c2a44-9d0e-4b7e-8a55-0c1d2e3f4a5b";
        out.microsoft_client = "3c9a5f0e-2f6b-4f4e-9a61-7d2b8f5c1a90";
        out.microsoft_secret = "s";
        for (const char* key : {"ada", "bo", "room"}) {
            fakes::Person person;
            person.key = person.name = key;
            person.address = std::string(key) + "@contoso.example";
            person.zone = "Europe/Warsaw";
            person.is_room = person.key == "room";
            out.people.push_back(std::move(person));
        }
        return out;
    }
    static fakes::MicrosoftOptions options() {
        fakes::MicrosoftOptions out;
        out.roles = {"Calendars.ReadWrite", "MailboxSettings.ReadWrite", "User.Read.All", "Organization.Read.All"};
        return out;
    }
    std::string create(const char* body) {
        const json made = json::parse(answer(graph("POST", "/v1.0/users/ada@contoso.example/events", body)));
        return made.at("id");
    }
    static void check(const Request& request, const fakes::Reply& reply) {
        // 501 says what this service does not have.
        if (reply.status < 200 || (reply.status >= 500 && reply.status != 501)) broken("a status no request can cause", request, reply);
        const std::string* type = fakes::find_header(reply.headers, "Content-Type");
        if (type && type->starts_with("application/json")) {
            const json body = json::parse(reply.body, nullptr, false);
            if (body.is_discarded()) broken("an answer is no JSON", request, reply);
            if (reply.status >= 400 && !body.contains("error")) broken("a refusal without its reason", request, reply);
        } else if (!type && !reply.body.empty()) {
            broken("a body without its type", request, reply);
        }
        for (const fakes::Header& header : reply.headers)
            if (header.value.find_first_of("\r\n") != std::string::npos) broken("a header of two lines", request, reply);
    }

    std::unique_ptr<fakes::CalendarService> service_;
};

std::string filled(std::string text, const World& world) {
    for (const auto& [mark, value] : {std::pair<std::string_view, const std::string&>("{event}", world.event), {"{series}", world.series},
                                      {"{occurrence}", world.occurrence}, {"{token}", world.token}})
        for (std::size_t at = text.find(mark), times = 0; at != std::string::npos && times < 16; at = text.find(mark, at + value.size()), ++times)
            text.replace(at, mark.size(), value);
    return text;
}

std::string line_of(std::string_view& rest) {
    const std::size_t end = rest.find('\n');
    std::string out(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 64 * 1024) return 0;
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    // A world of its own for each input under libFuzzer, so that one file is met again by itself; the driver always plays
    // the same inputs in the same order and may share one.
    static std::unique_ptr<World> shared;
    static unsigned inputs = 0;
    if (inputs++ % CALRIG_INPUTS_PER_WORLD == 0) shared = std::make_unique<World>();
    World& world = *shared;
    std::string first = filled(line_of(rest), world);
    const std::string prefer = line_of(rest), body = filled(std::string(rest), world);
    const std::size_t blank = first.find(' ');
    if (blank == std::string::npos) return 0;
    std::string target = first.substr(blank + 1);
    // What the wire never hands in: a target that does not begin with a slash.
    if (target.empty() || target.front() != '/') target.insert(0, 1, '/');
    Request request = world.graph(first.substr(0, blank), target, body);
    if (!target.starts_with("/v1.0")) {
        request.host = "login.microsoftonline.com";
        request.headers.clear();
        if (!body.empty()) request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
    }
    if (prefer.starts_with("Authorization: ") && !request.headers.empty()) request.headers.front() = {"Authorization", filled(prefer.substr(15), world)};
    else if (!prefer.empty()) request.headers.push_back({"Prefer", prefer});
    world.answer(request);
    // Whatever happened, the calendar still answers.
    world.answer(world.graph("GET", "/v1.0/users/ada@contoso.example/calendarView?startDateTime=2026-03-16&endDateTime=2026-03-19"));
    return 0;
}
