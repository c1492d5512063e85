#pragma once
// HTTP/1.1 bytes (RFC 9112) without any stream: bytes in, messages out, and back. Beast's parser lives behind it.
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "engine/http.hpp"

namespace engine::adapters {

struct HttpLimits {
    std::size_t head_bytes = 64 * 1024;
    std::size_t body_bytes = 16 * 1024 * 1024;
};

enum class Reading { more, complete, broken };

/// Reads the answers of one connection, one after the other; interim ones (1xx) are passed over.
class ResponseReader {
  public:
    explicit ResponseReader(HttpLimits limits);
    ~ResponseReader();
    Reading feed(std::string_view bytes);
    /// The peer sends nothing more: the end of a body without a length, or a cut.
    Reading finish();
    HttpResponse take();
    bool keeps_alive() const;  // of the complete answer
    bool begun() const;        // any byte of an answer came
    const std::string& problem() const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// Reads the requests of one connection. `url` of what it takes is "https://" + Host + target.
class RequestReader {
  public:
    explicit RequestReader(HttpLimits limits);
    ~RequestReader();
    Reading feed(std::string_view bytes);
    HttpRequest take();
    bool keeps_alive() const;
    bool begun() const;
    bool waits_for_continue() const;  // the head is there and its sender waits for "100 Continue"
    int refusal() const;              // status that says why it is broken: 400, 413, 431

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// Why this request cannot be sent: a line break in a header, a target with blanks; empty when it can.
std::string unsendable(const HttpRequest& request, std::string_view target);

std::string request_bytes(const HttpRequest& request, std::string_view authority, std::string_view target);
std::string response_bytes(const HttpResponse& response, bool keeps_alive);

}  // namespace engine::adapters
