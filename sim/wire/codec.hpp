#pragma once
// HTTP/1.1 bytes, without any stream: bytes in, messages out, and back.
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "fakes/server.hpp"

namespace sim {

struct CodecLimits {
    std::size_t header_bytes = 64 * 1024;
    std::size_t body_bytes = 16 * 1024 * 1024;
};

enum class Reading { incomplete, complete, broken };

/// Reads the requests of one connection, one after the other.
class RequestReader {
  public:
    explicit RequestReader(CodecLimits limits);
    ~RequestReader();
    RequestReader(RequestReader&&) noexcept;
    Reading feed(std::string_view bytes);
    /// After `complete`. Bytes beyond the message stay for the next one: feed({}) goes on with them.
    fakes::Request take();
    const std::string& problem() const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// Reads the replies of one connection.
class ReplyReader {
  public:
    explicit ReplyReader(CodecLimits limits);
    ~ReplyReader();
    ReplyReader(ReplyReader&&) noexcept;
    Reading feed(std::string_view bytes);
    fakes::Reply take();
    /// Whether a reply has begun and is not yet complete.
    bool within() const;
    const std::string& problem() const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// Long bodies of replies go in chunks, as the providers send them; `chunk_bytes` 0: never.
std::string request_bytes(const fakes::Request& request);
std::string reply_bytes(const fakes::Reply& reply, std::size_t chunk_bytes);

}  // namespace sim
