#pragma once
// The served world on real sockets and a clock: accepts connections, asks the locals and then the services, delivers
// what services send, and wakes them when their time comes.
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/serve/local.hpp"
#include "sim/serve/net_connection.hpp"
#include "sim/serve/net_outgoing.hpp"
#include "sim/serve/served_world.hpp"

namespace sim {

struct HostSettings {
    std::string bind = "127.0.0.1";
    std::string name = "localhost";           // the host name in addresses given out
    std::uint16_t port = 8443;                // 0: any free one
    /// Ports of their own beside the origin that carries everything; 0: any free one.
    std::optional<std::uint16_t> graph_port, authority_port, google_port, cloud_port;
    bool plain_http = false;
    bool virtual_clock = false;
    std::optional<Instant> start;             // unset: the wall clock's time, or the world's on a virtual clock
    std::uint64_t seed = 1;
    std::optional<Provider> engine;           // the real sync engine works inside
    std::string cloud_hook;
    std::optional<Provider> calendars;        // whose calendars the meeting cloud's people have, for an engine outside
    std::vector<std::string> app_certificates;  // PEM
    std::string authority_pem, authority_key_pem;  // kept from an earlier start; empty: a new one
    bool verifiable_tokens = false;
    std::chrono::milliseconds graph_takes{0};   // a mailbox request's time under way
    std::size_t endpoint_sample = 100;          // answers of a notification host before Graph judges it
    int graph_requests = 0;                     // of one application to one mailbox in ten minutes; 0: any
    OutgoingSettings outgoing;
    HttpLimits limits;
    Patience patience;
    std::size_t connections = 20'000;         // past it new ones wait
};

/// One exchange that is over, for ledgers; the references live as long as the call, the reply as long as it is kept.
struct ServedExchange {
    std::string_view actor;  // who answered: "graph", "google-token"; of a delivery "receiver"
    bool outgoing = false;
    const fakes::Request& request;  // of a delivery: `host` is empty and `target` the whole address
    std::shared_ptr<const fakes::Reply> reply;  // nullptr: nothing came back; who keeps it copies nothing
    Instant begun{}, done{};
    std::string_view what;   // of a delivery: "graph notification"; `why` nothing came back follows after ": "
};

class Host {
  public:
    Host(boost::asio::io_context& io, HostSettings settings);
    ~Host();
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;

    /// Binds the ports, so that addresses are known. A sentence when that fails.
    std::optional<std::string> bind();
    /// Puts the world behind the ports; the acts up to the present are carried out. May be called again: the old
    /// world's waiting clients get 503, and a virtual clock begins anew.
    void load(Scenario scenario, std::uint64_t seed);
    /// From now on clients are answered.
    void accept();
    /// Closes everything; the io_context then runs dry.
    void stop();

    /// Asked before the services, in the order of adding.
    void add(std::unique_ptr<Local> local);
    void on_exchange(std::function<void(const ServedExchange&)> observer);

    Instant now() const;
    bool clock_is_virtual() const;
    /// A virtual clock only, and only forwards: everything due on the way happens at its instant, and what services send
    /// is answered before time moves on. `done` is called at the end, on this thread; false: time was not moved.
    void advance_to(Instant when, std::function<void(bool moved)> done);

    ServedWorld& world();
    /// Call after hands changed the world past the host.
    void touched();
    const Origins& origins() const;
    const HostSettings& settings() const;
    /// PEM of the authority whose certificates are presented; empty over plain http.
    const std::string& authority_pem() const;
    /// Its private key, for keeping; empty over plain http.
    std::string authority_key_pem() const;
    struct Certificate {
        std::string pem, key_pem;
    };
    /// A new one by that authority, for a receiver of notifications on this machine; empty over plain http.
    Certificate certificate() const;
    std::uint64_t seed() const;
    std::size_t connections() const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace sim
