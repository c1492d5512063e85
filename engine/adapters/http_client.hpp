#pragma once
// The HttpClient port on sockets: verified TLS, connections kept and reused per origin, limits on everything.
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "engine/adapters/http_codec.hpp"
#include "engine/ports.hpp"

namespace engine::adapters {

struct HttpClientSettings {
    std::string trusted_pem;                    // authorities trusted beside the system's; may be empty
    std::size_t connections_per_origin = 32;    // past it exchanges wait their turn
    std::size_t waiting_max = 20'000;           // past it they fail at once
    bool keeps_connections = true;
    std::chrono::seconds idle_limit{45};        // below what servers grant, so that they seldom close first
    std::string user_agent = "calrig";          // empty: none
    HttpLimits limits;
};

class TlsHttpClient final : public HttpClient {
  public:
    /// Throws std::runtime_error when `trusted_pem` cannot be read.
    TlsHttpClient(boost::asio::io_context& io, HttpClientSettings settings);
    ~TlsHttpClient() override;
    /// https to anywhere, http to loopback only. A kept connection that turns out to be closed is replaced, and what may
    /// be repeated is sent again, once.
    Task<HttpResult> exchange(HttpRequest request) override;
    /// From now on these authorities are trusted beside the system's; connections of before are not used again. A sentence
    /// when they cannot be read: then nothing changes.
    std::string trust(const std::string& trusted_pem);
    /// Whoever waits is thrown Stopped.
    void stop();
    std::size_t under_way() const;  // exchanges, those that wait their turn included
    std::size_t waiting() const;
    std::size_t connections() const;

  private:
    struct Parts;
    std::shared_ptr<Parts> parts_;
};

}  // namespace engine::adapters
