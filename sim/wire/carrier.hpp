#pragma once
// How one message gets from the near side (who asks) to the far side (who answers) and back. The network decides the
// order, the faults and the meaning; a carrier only moves.
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "engine/http.hpp"
#include "fakes/server.hpp"
#include "sim/wire/network.hpp"

namespace sim {

/// What a carrier tells the network; each leads to at most one hand-over, later and in order.
class CarrierEvents {
  public:
    virtual void arrived(std::uint64_t number, fakes::Request&& request) = 0;
    virtual void came_back(std::uint64_t number, fakes::Reply&& reply) = 0;
    virtual void failed(std::uint64_t number, engine::HttpFailure why, std::string detail) = 0;

  protected:
    ~CarrierEvents() = default;
};

class Carrier {
  public:
    virtual ~Carrier() = default;
    /// `near` names the asking party: parties do not share connections. The request stays the caller's.
    virtual void send(std::uint64_t number, std::size_t near, const fakes::Request& request) = 0;
    /// `cut`: only the first part of the reply gets through.
    virtual void reply(std::uint64_t number, fakes::Reply&& reply, bool cut) = 0;
    /// The far side closes without a word.
    virtual void cut(std::uint64_t number) = 0;
    /// The near side waits no longer.
    virtual void abandon(std::uint64_t number) = 0;
    /// The near party is gone: its idle connections close.
    virtual void hang_up(std::size_t near) = 0;
    /// Bytes written and not yet read, and connections not yet accepted; 0 when nothing moves.
    virtual std::size_t in_flight() const = 0;
    virtual std::uint64_t connections() const = 0;
    /// Whether handlers may become ready later without being ready now (sockets).
    virtual bool waits_for_the_outside() const = 0;
    virtual void present(std::string_view host, Network::Certificate certificate) = 0;
};

std::unique_ptr<Carrier> make_direct_carrier(CarrierEvents& events);
std::unique_ptr<Carrier> make_memory_carrier(boost::asio::io_context& io, CarrierEvents& events,
                                             const NetworkSettings& settings);
std::unique_ptr<Carrier> make_tcp_carrier(boost::asio::io_context& io, CarrierEvents& events,
                                          const NetworkSettings& settings);

}  // namespace sim
