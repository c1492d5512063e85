#pragma once
// What every fake service is to the world: a synchronous state machine over requests, answers and time.
// It never sleeps and never sends; what it wants to send comes back in Effects and the network delivers it.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fakes {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

struct Header {
    std::string name;
    std::string value;
};

/// Finds a header by name without regard to case; nullptr when absent.
const std::string* find_header(const std::vector<Header>& headers, std::string_view name);

struct Request {
    std::string method;           // "GET"
    std::string host;             // lower case, without port
    std::string target;           // path and query as sent: "/v1.0/users/a%40b/events?$top=10"
    std::vector<Header> headers;  // without Host, Content-Length and Transfer-Encoding
    std::string body;
};

struct Reply {
    int status = 200;
    std::vector<Header> headers;
    std::string body;
    std::string broken_rule;  // which rule of the real service was broken; only the journal reads it, never the wire
};

using ExchangeId = std::uint64_t;  // given by the network to a request it hands in
using OutgoingId = std::uint64_t;  // given by the fake to a request it wants sent; unique per server

/// A request that a service sends on its own: a change notification, a handshake, a push, a device's fetch.
struct Outgoing {
    OutgoingId id = 0;
    Instant not_before{};
    std::string method = "POST";
    std::string url;  // absolute
    std::vector<Header> headers;
    std::string body;
    std::string what;  // "graph notification", "google sync message", ...: for the journal and for faults
};

struct Effects {
    struct Answer {
        ExchangeId to = 0;
        Reply reply;
    };
    std::vector<Answer> answers;
    std::vector<Outgoing> outgoing;
};

/// Why nothing came back, as far as the sender can tell.
enum class Silence { timed_out, no_such_host, not_connected };

class Server {
  public:
    virtual ~Server() = default;

    /// Takes one request. Its answer comes in `effects.answers`, now or in a later call (a subscription is answered
    /// after its handshake), exactly once per id.
    virtual void request(ExchangeId id, const Request& request, Instant now, Effects& effects) = 0;

    /// The outcome of an earlier Outgoing: the peer's reply, or nullptr when nothing came back (lost, refused, cut).
    virtual void answered(OutgoingId id, const Reply* reply, Instant now, Effects& effects) = 0;

    /// The same when nothing came back and it is known why; most services make no difference.
    virtual void unanswered(OutgoingId id, Silence, Instant now, Effects& effects) { answered(id, nullptr, now, effects); }

    /// Does all work due at `now` (expiries, room answers, notifications of hands' changes). Idempotent.
    virtual void wake(Instant now, Effects& effects) = 0;

    /// When `wake` next has something to do; a time in the past or equal to now means at once. Cheap.
    virtual std::optional<Instant> next_wake() const = 0;
};

}  // namespace fakes
