#pragma once
// A small stage for the tests: a service with recorded behaviour, an engine made of coroutines, a network, a journal.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sim/judge/journal.hpp"
#include "sim/wire/incarnation.hpp"
#include "sim/wire/network.hpp"

namespace wire_test {

using namespace std::chrono_literals;

constexpr const char* graph_host = "graph.microsoft.com";
constexpr const char* hook_host = "engine.calrig.example";

/// Answers GET /size/N with N bytes, /wait/S after S seconds; sends notifications when told to.
class Service final : public fakes::Server {
  public:
    void request(fakes::ExchangeId id, const fakes::Request& request, fakes::Instant now,
                 fakes::Effects& effects) override {
        requests.push_back(request);
        fakes::Reply reply;
        reply.headers.push_back({"Content-Type", "application/json"});
        if (request.target.starts_with("/v1.0/size/")) {
            reply.body.assign(std::stoul(request.target.substr(11)), 'z');
        } else if (request.target.starts_with("/v1.0/wait/")) {
            due_[now + std::chrono::seconds(std::stol(request.target.substr(11)))].push_back(id);
            return;
        } else if (request.method == "DELETE") {
            reply = fakes::Reply{};
            reply.status = 204;
        } else {
            reply.body = "{\"method\":\"" + request.method + "\",\"got\":" + std::to_string(request.body.size()) + "}";
        }
        effects.answers.push_back({id, std::move(reply)});
    }
    void answered(fakes::OutgoingId id, const fakes::Reply* reply, fakes::Instant, fakes::Effects&) override {
        outcomes[id].push_back(reply ? reply->status : 0);
    }
    void wake(fakes::Instant now, fakes::Effects& effects) override {
        while (!due_.empty() && due_.begin()->first <= now) {
            for (const auto id : due_.begin()->second) {
                fakes::Reply reply;
                reply.body = "{\"late\":true}";
                effects.answers.push_back({id, std::move(reply)});
            }
            due_.erase(due_.begin());
        }
        for (auto& outgoing : wanted_) effects.outgoing.push_back(std::move(outgoing));
        wanted_.clear();
    }
    std::optional<fakes::Instant> next_wake() const override {
        if (!wanted_.empty()) return fakes::Instant{};
        if (due_.empty()) return std::nullopt;
        return due_.begin()->first;
    }
    fakes::OutgoingId notify(std::string text, fakes::Instant not_before = {}) {
        fakes::Outgoing outgoing;
        outgoing.id = ++outgoings_;
        outgoing.not_before = not_before;
        outgoing.url = std::string("https://") + hook_host + "/hooks/graph";
        outgoing.headers.push_back({"Content-Type", "application/json"});
        outgoing.body = std::move(text);
        outgoing.what = "graph notification";
        wanted_.push_back(std::move(outgoing));
        return outgoings_;
    }

    std::vector<fakes::Request> requests;
    std::map<fakes::OutgoingId, std::vector<int>> outcomes;

  private:
    std::map<fakes::Instant, std::vector<fakes::ExchangeId>> due_;
    std::vector<fakes::Outgoing> wanted_;
    fakes::OutgoingId outgoings_ = 0;
};

struct SilentLog final : engine::Log {
    void line(Level, std::string_view) override {}
};

inline engine::Task<void> asking(engine::HttpClient& http, engine::HttpRequest request, engine::HttpResult& result,
                                 bool& stopped) {
    try {
        result = co_await http.exchange(std::move(request));
    } catch (const engine::Stopped&) {
        stopped = true;
    }
}

struct Stage {
    explicit Stage(sim::Transport transport, std::uint64_t seed = 1, std::size_t fragment = 0)
        : faults(sim::Streams(seed).named("faults")), network(io, time, settings_of(transport, fragment), faults, people()) {
        sim::ServerSeat seat;
        seat.server = &service;
        seat.actor = "graph";
        seat.hosts.emplace(graph_host, "graph");
        network.add_server(std::move(seat));
        network.on_exchange([this](sim::Exchange&& exchange) {
            exchanges.push_back(exchange);
            const auto at = time.now();
            journal.add(at, std::move(exchange));
        });
        life = std::make_unique<sim::Incarnation>(time, network, pairs, nullptr, sim::Streams(seed).named("engine"), log,
                                                  io.get_executor());
    }
    ~Stage() {
        life->kill();
        network.settle();
    }
    static sim::NetworkSettings settings_of(sim::Transport transport, std::size_t fragment) {
        sim::NetworkSettings settings;
        settings.transport = transport;
        settings.fragment_bytes = fragment;
        return settings;
    }
    static sim::PersonLookup people() {
        return [](std::string_view name) { return name == "ana@calrig.example" ? std::string("ana") : std::string(); };
    }
    static engine::HttpRequest get(const std::string& path) {
        engine::HttpRequest request;
        request.method = "GET";
        request.url = std::string("https://") + graph_host + path;
        return request;
    }
    /// Begins an exchange; its result is there after time was run on.
    struct Asked {
        engine::HttpResult result;
        bool stopped = false;
    };
    Asked& ask(engine::HttpRequest request) {
        asked.emplace_back();
        auto task = asking(life->ports().http, std::move(request), asked.back().result, asked.back().stopped);
        boost::asio::co_spawn(io, std::move(task), boost::asio::detached);
        return asked.back();
    }
    void listen() {
        network.open_hook(hook_host, io.get_executor(),
                          [this](engine::HttpRequest request) { return heard(std::move(request)); });
    }
    engine::Task<engine::HttpResponse> heard(engine::HttpRequest request) {
        notified.push_back({time.now(), request.body});
        engine::HttpResponse response;
        response.status = 202;
        co_return response;
    }
    void run(std::chrono::milliseconds span) {
        const auto end = time.now() + span;
        for (;;) {
            network.settle();
            const auto next = time.next();
            if (!next || *next > end) break;
            time.fire_one();
        }
        time.advance_to(end);
    }

    boost::asio::io_context io{1};
    sim::VirtualTime time{fakes::Instant(std::chrono::sys_days(std::chrono::year(2026) / 3 / 2) + 8h)};
    fakes::Instant begin = time.now();
    sim::FaultRules faults;
    sim::Journal journal;
    std::vector<sim::Exchange> exchanges;
    SilentLog log;
    sim::StoredPairs pairs;
    Service service;
    sim::Network network;
    std::unique_ptr<sim::Incarnation> life;
    std::deque<Asked> asked;
    struct Heard {
        fakes::Instant at;
        std::string body;
    };
    std::vector<Heard> notified;
};

inline sim::NetworkFault fault(sim::NetworkFault::Kind kind, std::string to) {
    sim::NetworkFault rule;
    rule.kind = kind;
    rule.to = std::move(to);
    return rule;
}

}  // namespace wire_test
