#pragma once
// One listening port, and how its connections are secured.
#include <openssl/ssl.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "sim/serve/service.hpp"

namespace sim {

class Listener {
  public:
    using Accepted = std::function<void(boost::asio::ip::tcp::socket, Listener&)>;

    /// `open` tells how many connections there are; at `connections_max` new ones wait in the system's queue.
    Listener(boost::asio::io_context& io, std::optional<Service> only, std::size_t connections_max, std::function<std::size_t()> open, Accepted accepted)
        : acceptor_(io), pause_(io), only_(only), connections_max_(connections_max), open_(std::move(open)), accepted_(std::move(accepted)) {}

    /// A sentence when it fails.
    std::optional<std::string> bind(const std::string& address, std::uint16_t port);
    /// Accepts, unless it does already.
    void go_on();
    void stop();
    std::uint16_t port() const { return port_; }
    std::optional<Service> only() const { return only_; }

  private:
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::steady_timer pause_;
    std::optional<Service> only_;
    std::size_t connections_max_;
    std::function<std::size_t()> open_;
    Accepted accepted_;
    std::uint16_t port_ = 0;
    bool accepting_ = false, pausing_ = false, stopped_ = false, ready_ = false;
};

/// TLS 1.2 and 1.3, session tickets, HTTP/1.1 by ALPN; without a certificate yet. nullptr: OpenSSL refused.
SSL_CTX* make_server_context();

}  // namespace sim
