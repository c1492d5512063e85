#pragma once
// A bounded load on a server on loopback: so many connections, each with one request under way, until all are answered.
#include <openssl/ssl.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace sim {

struct Load {
    /// The bytes of the n-th request; same length of life as the load.
    std::function<std::string(std::uint64_t)> request;
    std::uint64_t count = 0;
    int status = 200;  // any other answer ends the load
};

struct LoadFigures {
    std::uint64_t answers = 0;
    std::size_t body_bytes = 0;  // of the first answer
    std::chrono::nanoseconds wall{}, half{}, late{};  // from first to last; and what half, and 99 of 100, were answered within
    std::string first_body;
    std::string problem;  // empty: all went well
};

class LoadClient {
  public:
    /// `authority_pem` empty: plain http.
    LoadClient(std::uint16_t port, int connection_count, const std::string& authority_pem);
    ~LoadClient();
    LoadFigures run(const Load& load);

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace sim
