#pragma once
// A host on a thread of its own and any free port, and what clients need to talk to it.
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>
#include <thread>

#include "sim/serve/environment.hpp"
#include "sim/serve/host.hpp"
#include "tests/serve/client.hpp"

namespace serve_test {

/// 2026-03-02 08:00 UTC, a Monday.
sim::Instant monday();
/// Plain http, any port, virtual clock from monday().
sim::HostSettings plain_settings();

class RunningHost {
  public:
    /// `prepare` runs before clients are answered.
    explicit RunningHost(sim::HostSettings settings = plain_settings(), std::function<void(sim::Host&)> prepare = {});
    ~RunningHost();
    std::uint16_t port() const { return port_; }
    Client client() const { return Client(port_, host_->authority_pem()); }
    std::string env(const std::string& name) const;
    /// Runs on the host's thread and waits for its end.
    void on_host(const std::function<void(sim::Host&)>& what);
    bool advance(std::chrono::milliseconds span);
    sim::Instant now();
    std::string graph_token();
    std::string google_token(const std::string& subject);
    std::string user_path(const std::string& rest) const;  // of GRAPH_USER
    const sim::Host& host() const { return *host_; }

  private:
    boost::asio::io_context io_{1};
    std::unique_ptr<sim::Host> host_;
    sim::Environment environment_;
    std::uint16_t port_ = 0;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
    std::thread thread_;
};

}  // namespace serve_test
