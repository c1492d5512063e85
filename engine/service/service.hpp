#pragma once
// The engine as a process: real ports, the hook's listener, the operators' listener, and the way to a clean end.
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/adapters/http_client.hpp"
#include "engine/adapters/http_server.hpp"
#include "engine/engine.hpp"

namespace engine::service {

struct Settings {
    Config engine;
    adapters::HttpClientSettings http;
    std::string store_path;
    adapters::HttpServerSettings hooks;
    adapters::HttpServerSettings operations;  // /healthz, /readyz, /metrics
    Log::Level log_level = Log::Level::info;
    std::chrono::seconds grace{10};           // for what is under way when the end is asked for
};

class Service {
  public:
    /// `write_log` takes whole lines.
    Service(boost::asio::io_context& io, Settings settings, std::function<void(std::string_view)> write_log);
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    /// Opens the store and takes the ports. A sentence when that fails.
    std::optional<std::string> open();
    /// From now on the engine works. Everything after runs on the io_context.
    void start();
    /// Takes the authorities that are trusted and the listener's certificate of these settings while it works, and nothing else
    /// of them; none: they could not be read. The log says what came of it.
    void renew(const std::optional<Settings>& settings);
    /// Once: nothing new begins, what is under way may end within the grace. Twice: now. The io_context then runs dry.
    void stop();
    /// Called once, when nothing is begun or written any more: the end by `stop`, or a store that broke.
    void on_end(std::function<void()> call);
    /// The store could not be written: the process must not end as if all were well.
    bool failed() const;
    std::uint16_t hooks_port() const;
    std::uint16_t operations_port() const;
    Status status() const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace engine::service
