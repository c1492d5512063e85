#include "sim/wire/bench.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <string>

#include "sim/wire/network.hpp"

namespace sim {
namespace {

constexpr std::uint64_t askers = 100;

class FixedServer final : public fakes::Server {
  public:
    explicit FixedServer(std::size_t body_bytes) {
        reply_.headers.push_back({"Content-Type", "application/json"});
        reply_.headers.push_back({"request-id", "42a52038-cace-d321-a057-3a04ca21bc48"});
        reply_.body.assign(body_bytes, 'x');
    }
    void request(fakes::ExchangeId id, const fakes::Request&, fakes::Instant, fakes::Effects& effects) override {
        effects.answers.push_back({id, reply_});
    }
    void answered(fakes::OutgoingId, const fakes::Reply*, fakes::Instant, fakes::Effects&) override {}
    void wake(fakes::Instant, fakes::Effects&) override {}
    std::optional<fakes::Instant> next_wake() const override { return std::nullopt; }

  private:
    fakes::Reply reply_;
};

engine::Task<void> ask(EngineHttp& http, std::uint64_t turns, std::uint64_t& answers) {
    engine::HttpRequest request;
    request.method = "GET";
    request.url = "https://graph.microsoft.com/v1.0/users/ana%40calrig.example/events/AAMkAGI1AAAt9AHjAAA=";
    request.headers.push_back({"Authorization", std::string(400, 'a')});
    request.headers.push_back({"Accept", "application/json"});
    for (std::uint64_t turn = 0; turn < turns; ++turn) {
        auto result = co_await http.exchange(request);
        if (result.ok() && result.response.status == 200) ++answers;
    }
}

}  // namespace

WireFigures measure_transport(Transport transport, std::uint64_t count, std::size_t body_bytes,
                              const Stopwatch& stopwatch) {
    boost::asio::io_context io(1);
    VirtualTime time{Instant{}};
    FaultRules faults{fakes::Dice(1)};
    NetworkSettings settings;
    settings.transport = transport;
    settings.limits.exchanges = count + askers;
    Network network(io, time, settings, faults, nullptr);
    FixedServer server(body_bytes);
    ServerSeat seat;
    seat.server = &server;
    seat.actor = "graph";
    seat.hosts.emplace("graph.microsoft.com", "graph");
    network.add_server(std::move(seat));
    EngineHttp http(network, io.get_executor());

    WireFigures figures;
    figures.transport = transport;
    figures.body_bytes = body_bytes;
    const std::uint64_t turns = (count + askers - 1) / askers;
    const auto begin = stopwatch();
    for (std::uint64_t i = 0; i < askers; ++i) {
        auto asking = ask(http, turns, figures.exchanges);
        boost::asio::co_spawn(io, std::move(asking), boost::asio::detached);
    }
    network.settle();
    figures.seconds = std::chrono::duration<double>(stopwatch() - begin).count();
    if (figures.seconds > 0) figures.exchanges_per_second = static_cast<double>(figures.exchanges) / figures.seconds;
    return figures;
}

}  // namespace sim
