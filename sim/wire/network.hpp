#pragma once
// The network between the engine and everything else: host names to endpoints, both directions, faults, and a record of
// every exchange. Messages are handed over one at a time, in order of sending, each only after everything the last one
// caused has run: so objects, bytes in memory and real sockets give the same order of events.
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ports.hpp"
#include "fakes/server.hpp"
#include "sim/judge/journal.hpp"
#include "sim/wire/classify.hpp"
#include "sim/wire/clock.hpp"
#include "sim/wire/faults.hpp"

namespace sim {

enum class Transport {
    direct,  // objects moved, no bytes
    memory,  // HTTP/1.1 bytes over an in-memory stream
    tcp,     // HTTP/1.1 over loopback sockets and TLS 1.3
};

struct NetworkLimits {
    std::size_t header_bytes = 64 * 1024;
    std::size_t body_bytes = 16 * 1024 * 1024;
    std::uint64_t exchanges = 20'000'000;
    std::uint64_t exchanges_per_instant = 250'000;  // without time moving: somebody asks again and again
    std::uint64_t wakes_per_instant = 100'000;  // of one server without time moving
};

struct NetworkSettings {
    Transport transport = Transport::direct;
    NetworkLimits limits;
    std::chrono::milliseconds notification_timeout = std::chrono::seconds(10);  // of requests to the engine
    std::chrono::milliseconds fetch_timeout = std::chrono::seconds(30);         // of services' and devices' others
    std::size_t fragment_bytes = 0;  // memory: bytes arrive in pieces of this size; 0: as written
};

/// A service's or device's way into the network.
struct ServerSeat {
    fakes::Server* server = nullptr;                 // outlives the network
    std::string actor;                               // who sends its Outgoing: "graph", "app ben"
    std::map<std::string, std::string> hosts;        // host -> actor at that host ("login.microsoftonline.com" -> "entra")
    std::function<std::string(const fakes::Outgoing&)> sender;  // optional: actor of one Outgoing, for seats of several
};

using Hook = std::function<engine::Task<engine::HttpResponse>(engine::HttpRequest)>;
using ExchangeSink = std::function<void(Exchange&&)>;
using EngineExchangeDone = std::unique_ptr<Pending<engine::HttpResult>>;

class Network {
  public:
    Network(boost::asio::io_context& io, VirtualTime& time, NetworkSettings settings, FaultRules& faults,
            PersonLookup people);
    ~Network();
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;

    void add_server(ServerSeat seat);
    /// The engine answers at `host` from now on. The hook's coroutine runs on `executor`.
    void open_hook(std::string host, boost::asio::any_io_executor executor, Hook hook);
    /// The engine is down: requests to it find nobody.
    void close_hook();
    /// Every finished exchange, once, at the virtual instant of its end.
    void on_exchange(ExchangeSink sink);

    /// The server at `host` has no network, or has it again: what is sent there does not connect.
    void unplug(std::string_view host, bool unplugged);

    /// To be called after hands changed the state of a server: what it now wants to do is scheduled.
    void touched(fakes::Server& server);

    /// Runs everything that can happen without time moving: executor dry and no message on its way (a message that
    /// waits for virtual time is not on its way). The world's loop: settle, fire one timer, settle, ...
    void settle();
    /// No message is on its way, no handler known to the network waits, no byte is in flight.
    bool quiescent() const;

    /// Why the network stopped carrying, or what a fake did against its contract: sentences; empty when all is well.
    const std::vector<std::string>& complaints() const;
    std::uint64_t exchanges() const;
    /// Connections opened so far (0 on direct): keep-alive shows here.
    std::uint64_t connections() const;
    VirtualTime& time();

    /// tcp: what the server at `host` presents from the next connection on. For tests and for faults.
    enum class Certificate { right, wrong_name, foreign };
    void present(std::string_view host, Certificate certificate);

  private:
    friend class EngineHttp;
    std::uint64_t engine_sends(engine::HttpRequest&& request, std::chrono::milliseconds timeout,
                               EngineExchangeDone done);
    void engine_abandons(std::uint64_t number);

    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// One incarnation's way out. After `kill` every exchange throws engine::Stopped, those in progress too; what was sent
/// stays sent.
class EngineHttp final : public engine::HttpClient {
  public:
    EngineHttp(Network& network, boost::asio::any_io_executor executor,
               std::chrono::milliseconds timeout = std::chrono::seconds(30));
    ~EngineHttp() override;
    engine::Task<engine::HttpResult> exchange(engine::HttpRequest request) override;
    void kill();

  private:
    Network& network_;
    boost::asio::any_io_executor executor_;
    std::chrono::milliseconds timeout_;
    bool dead_ = false;
    std::vector<std::uint64_t> open_;  // numbers of exchanges in progress, ascending
};

}  // namespace sim
