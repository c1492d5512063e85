// The direct transport: the message is at the other side at once, as the object it is.
#include <utility>

#include "sim/wire/carrier.hpp"

namespace sim {
namespace {

class DirectCarrier final : public Carrier {
  public:
    explicit DirectCarrier(CarrierEvents& events) : events_(events) {}
    // The network keeps the request until it hands it over, so there is nothing to move: an empty one says so.
    void send(std::uint64_t number, std::size_t, const fakes::Request&) override { events_.arrived(number, {}); }
    void reply(std::uint64_t number, fakes::Reply&& reply, bool cut) override {
        if (cut) {
            events_.failed(number, engine::HttpFailure::cut, "connection closed within the response");
        } else {
            events_.came_back(number, std::move(reply));
        }
    }
    void cut(std::uint64_t number) override {
        events_.failed(number, engine::HttpFailure::cut, "connection closed before the response");
    }
    void abandon(std::uint64_t) override {}
    void hang_up(std::size_t) override {}
    std::size_t in_flight() const override { return 0; }
    std::uint64_t connections() const override { return 0; }
    bool waits_for_the_outside() const override { return false; }
    void present(std::string_view, Network::Certificate) override {}

  private:
    CarrierEvents& events_;
};

}  // namespace

std::unique_ptr<Carrier> make_direct_carrier(CarrierEvents& events) { return std::make_unique<DirectCarrier>(events); }

}  // namespace sim
