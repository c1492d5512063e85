#pragma once
// A small HTTP/1.1 server, with TLS or plain: for what providers tell the engine, and for its operators' questions.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/adapters/http_codec.hpp"
#include "engine/ports.hpp"

namespace engine::adapters {

struct HttpServerSettings {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;                         // 0: any free one
    std::string certificate_pem, key_pem;           // the chain, and its key; both empty: plain
    std::size_t connections_max = 1'000;            // past it new ones wait in the system's queue
    std::chrono::seconds request_limit{20};         // from the first byte of a request to its last; and for the handshake
    std::chrono::seconds idle_limit{75};            // between requests
    std::chrono::seconds answer_limit{20};          // to take an answer
    HttpLimits limits{16 * 1024, 1024 * 1024};
};

/// Gives a server's context its chain and key, and what the engine asks of TLS; a sentence when they cannot be used.
std::string use_identity(boost::asio::ssl::context& tls, const std::string& certificate_pem, const std::string& key_pem);

class HttpServer {
  public:
    using Answer = std::function<Task<HttpResponse>(HttpRequest)>;

    HttpServer(boost::asio::io_context& io, HttpServerSettings settings, Answer answer);
    ~HttpServer();
    /// Reads the certificate and takes the port; a sentence when that fails.
    std::optional<std::string> bind();
    void accept();
    /// Whoever connects from now on is shown this chain; a sentence when it cannot be used: then nothing changes.
    std::string show(const std::string& certificate_pem, const std::string& key_pem);
    /// Takes no new connections, and closes those that wait for nothing; requests under way are answered.
    void close();
    void stop();
    std::uint16_t port() const;
    std::size_t connections() const;

  private:
    struct Parts;
    std::shared_ptr<Parts> parts_;
};

}  // namespace engine::adapters
