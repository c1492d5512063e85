#pragma once
// One end of a connection that carries bytes, in memory or over a socket.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/http.hpp"
#include "sim/wire/network.hpp"

namespace sim {

/// What both ends of one connection know of each other, beside the bytes.
struct Line {
    std::uint64_t number = 0;  // exchange under way; 0: none
};

class StreamEvents {
  public:
    virtual ~StreamEvents() = default;
    virtual void on_bytes(std::string_view bytes) = 0;
    /// The other end closed, or the connection never came about. Nothing follows.
    virtual void on_end(engine::HttpFailure why, std::string detail) = 0;
};

class ByteStream {
  public:
    virtual ~ByteStream() = default;
    virtual void write(std::string bytes) = 0;
    /// After what was written. No event follows.
    virtual void close() = 0;
    virtual std::shared_ptr<Line> line() = 0;
};

/// Makes connections to hosts; far ends appear through `on_accept`, which answers with who listens to them.
class Dialler {
  public:
    using Accept = std::function<std::shared_ptr<StreamEvents>(std::shared_ptr<ByteStream>)>;
    virtual ~Dialler() = default;
    virtual void on_accept(Accept accept) = 0;
    virtual std::shared_ptr<ByteStream> dial(const std::string& host, std::weak_ptr<StreamEvents> near) = 0;
    virtual std::size_t in_flight() const = 0;
    virtual bool waits_for_the_outside() const = 0;
    virtual void present(std::string_view host, Network::Certificate certificate) = 0;
};

std::unique_ptr<Dialler> make_memory_dialler(boost::asio::io_context& io, std::size_t fragment_bytes);
std::unique_ptr<Dialler> make_tls_dialler(boost::asio::io_context& io);

}  // namespace sim
