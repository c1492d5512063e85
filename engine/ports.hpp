#pragma once
// Everything outside comes to the engine through these ports: time, chance, network, storage, and its log.
// Interfaces without fields. Production adapters live beside the core; virtual ones live in sim.
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "engine/chance.hpp"
#include "engine/http.hpp"
#include "engine/instant.hpp"

namespace engine {

template <typename T>
using Task = boost::asio::awaitable<T, boost::asio::any_io_executor>;

/// Thrown by ports out of a wait when the engine is being stopped; unwinds coroutines, is never shown to anyone.
struct Stopped {};

class Clock {
  public:
    virtual ~Clock() = default;
    /// What the host's clock says: somebody may set it, forwards or back.
    virtual Instant now() const = 0;
    /// Time since some beginning: goes evenly whatever is done to the clock.
    virtual Duration passed() const = 0;
    /// Lasts so long whatever is done to the clock meanwhile. Throws Stopped once the engine is stopping.
    virtual Task<void> pause(Duration length) = 0;
};

/// One-shot alarm for the engine's agenda: a single sleeping coroutine for all users' timers.
class Alarm {
  public:
    virtual ~Alarm() = default;
    /// Waits until the earliest time passed to `set` so far; setting an earlier time while waiting brings it forward.
    /// Returns early when the clock was set: what is due now has to be found out anew.
    /// Throws Stopped once the engine is stopping.
    virtual Task<void> wait() = 0;
    virtual void set(std::optional<Instant> when) = 0;
};

class HttpClient {
  public:
    virtual ~HttpClient() = default;
    /// Sends one request and returns its outcome; never throws for what the network or the peer does.
    /// Throws Stopped once the engine is stopping.
    virtual Task<HttpResult> exchange(HttpRequest request) = 0;
};

/// Ordered key-value storage of opaque bytes. Writes are durable when the call returns. The engine hands in only
/// ciphertext as values and nothing sensitive in keys (ENC-REST).
class Store {
  public:
    virtual ~Store() = default;
    virtual std::optional<std::string> get(std::string_view key) const = 0;
    virtual void put(std::string_view key, std::string_view value) = 0;
    virtual void erase(std::string_view key) = 0;
    /// Calls `visit` for every pair whose key starts with `prefix`, in key order. `visit` must not change the store.
    virtual void scan(std::string_view prefix,
                      const std::function<void(std::string_view key, std::string_view value)>& visit) const = 0;
};

class Log {
  public:
    virtual ~Log() = default;
    enum class Level { info, warning, error };
    /// One line, structured as "event key=value ...", without anything sensitive (ENC-REST).
    virtual void line(Level level, std::string_view text) = 0;
};

struct Ports {
    Clock& clock;
    Alarm& alarm;
    HttpClient& http;
    Store& store;
    Random& random;
    Log& log;
    boost::asio::any_io_executor executor;  // where the engine's coroutines run; one thread
};

}  // namespace engine
