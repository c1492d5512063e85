#pragma once
// A small world for the engine alone: the real fakes behind a scripted network, a clock that jumps, a store that
// survives a restart. Faults are chosen by a function of the test.
#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "fakes/cloud/cloud.hpp"
#include "fakes/cloud/edge.hpp"
#include "fakes/cloud/kms.hpp"
#include "fakes/hands.hpp"

namespace world {

struct Sent {
    engine::Instant at{};
    std::string method, url, request_body, reply_body;
    std::vector<engine::Header> headers;
    int status = 0;  // 0: no answer came back
};

/// What the network does to one request: nothing, answers itself, or cuts before or after the server saw it.
struct Fault {
    enum class Kind { none, answer, cut_before, cut_after } kind = Kind::none;
    engine::HttpResponse answer;
};

class World {
  public:
    struct Wish {
        engine::Provider provider = engine::Provider::microsoft;
        std::string start = "2026-03-02T07:00:00Z";
        engine::Policies policies;
        std::vector<fakes::Person> people;  // empty: ana, ben, room wawel, admin
    };
    explicit World(Wish wish);
    World() : World(Wish()) {}
    ~World();

    void start_engine();
    void stop_engine();
    void run_until(engine::Instant until);
    void run_for(engine::Duration span) { run_until(now + span); }
    engine::Instant at(const std::string& iso) const;
    /// What the engine answers to a request at its hook, at this instant.
    engine::HttpResponse at_the_hook(engine::HttpRequest request);

    fakes::Hands& hands() { return *calendars; }
    fakes::Draft draft(const std::string& title, const std::string& start_utc, int minutes) const;
    /// "@webex" on Monday 09:00 UTC, half an hour, with Ben and the room Wawel.
    fakes::Draft webex_draft() const;
    const fakes::Screen& app(const std::string& key);
    const fakes::Screen& device(const std::string& key);
    /// Exchanges of the engine whose method and URL hold these, and the time.
    std::vector<Sent> sent_to(const std::string& method, const std::string& url_part) const;
    std::string address(const std::string& key) const;

    engine::Instant now{};
    std::function<Fault(const engine::HttpRequest&)> fault;
    /// What happens to a notification: false loses it.
    std::function<bool(const fakes::Outgoing&)> deliver;
    std::vector<Sent> sent;
    std::vector<std::string> log;
    std::map<std::string, std::string> store;
    std::unique_ptr<fakes::CalendarService> calendars;
    std::shared_ptr<fakes::Identity> identity;
    std::unique_ptr<fakes::Cloud> cloud;
    std::unique_ptr<fakes::KeyServer> keys;
    std::unique_ptr<engine::Engine> engine;
    fakes::Organisation organisation;
    int steps_in_instant = 0;

  private:
    friend struct Ports;
    struct Ports;
    struct Peer {
        fakes::Server* server;
        std::string name;
    };
    fakes::Server* server_for(const std::string& host);
    void take(fakes::Server* from, fakes::Effects effects);
    void send_outgoing(fakes::Server* from, fakes::Outgoing out);
    void later(engine::Instant when, std::function<void()> act);
    void drain();
    std::optional<engine::Instant> next_event();

    Wish wish_;
    boost::asio::io_context io_;
    std::vector<std::unique_ptr<Ports>> former_ports_;
    std::unique_ptr<Ports> ports_;
    std::map<std::string, std::unique_ptr<fakes::Edge>> edges_;  // by host
    std::map<std::pair<engine::Instant, std::uint64_t>, std::function<void()>> queue_;
    std::map<std::pair<fakes::Server*, fakes::ExchangeId>, std::function<void(const fakes::Reply&)>> waiting_;
    std::uint64_t order_ = 0;
    fakes::ExchangeId next_exchange_ = 1;
    bool engine_up_ = false;
    std::string key_pem_;
};

}  // namespace world
