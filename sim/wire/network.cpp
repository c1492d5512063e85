// Servers, hooks and the settling of one instant; how messages travel is in network_passage.cpp.
#include "sim/wire/network.hpp"

#include <boost/asio/error.hpp>
#include <algorithm>
#include <chrono>
#include <utility>

#include "sim/wire/network_parts.hpp"

namespace sim {
namespace {

std::unique_ptr<Carrier> make_carrier(boost::asio::io_context& io, CarrierEvents& events,
                                      const NetworkSettings& settings) {
    switch (settings.transport) {
        case Transport::memory: return make_memory_carrier(io, events, settings);
        case Transport::tcp: return make_tcp_carrier(io, events, settings);
        case Transport::direct: break;
    }
    return make_direct_carrier(events);
}

}  // namespace

Network::Parts::Parts(boost::asio::io_context& io_in, VirtualTime& time_in, NetworkSettings settings_in,
                      FaultRules& faults_in, PersonLookup people_in)
    : io(io_in),
      work(io_in.get_executor()),
      time(time_in),
      settings(settings_in),
      faults(faults_in),
      people(std::move(people_in)),
      carrier(make_carrier(io_in, *this, settings_in)) {}

Network::Parts::~Parts() { *alive = false; }

void Network::Parts::complain(std::string sentence) {
    constexpr std::size_t enough = 50;
    if (complaints.size() < enough) complaints.push_back(std::move(sentence));
}

Passage* Network::Parts::find(std::uint64_t number) {
    const auto found = passages.find(number);
    return found == passages.end() ? nullptr : &found->second;
}

void Network::Parts::carry_out(Seat& seat, fakes::Effects& effects) {
    for (auto& answer : effects.answers) far_replies(answer.to, std::move(answer.reply), seat.place.actor);
    for (auto& outgoing : effects.outgoing) server_sends(seat, std::move(outgoing));
    schedule(seat);
}

void Network::Parts::schedule(Seat& seat) {
    if (seat.stopped) return;
    auto next = seat.place.server->next_wake();
    if (next && *next < time.now()) next = time.now();
    if (seat.wake && next && seat.wake.when == *next) return;
    time.cancel(seat.wake);
    if (next) seat.wake = time.at(*next, [this, &seat] { wake(seat); });
}

void Network::Parts::wake(Seat& seat) {
    seat.wake = {};
    if (seat.counted_at != time.now()) {
        seat.counted_at = time.now();
        seat.wakes = 0;
    }
    if (++seat.wakes > settings.limits.wakes_per_instant) {
        seat.stopped = true;
        complain("limit reached: " + seat.place.actor + " wants to be woken more than " +
                 std::to_string(settings.limits.wakes_per_instant) + " times at one instant; it is woken no more");
        return;
    }
    fakes::Effects effects;
    seat.place.server->wake(time.now(), effects);
    carry_out(seat, effects);
}

Network::Network(boost::asio::io_context& io, VirtualTime& time, NetworkSettings settings, FaultRules& faults,
                 PersonLookup people)
    : parts_(std::make_unique<Parts>(io, time, settings, faults, std::move(people))) {}

Network::~Network() {
    for (auto& seat : parts_->seats) parts_->time.cancel(seat.wake);
    for (auto& [number, passage] : parts_->passages) parts_->time.cancel(passage.timeout);
}

void Network::add_server(ServerSeat place) {
    parts_->seats.push_back(Seat{});
    Seat& seat = parts_->seats.back();
    seat.place = std::move(place);
    seat.near = parts_->seats.size();  // 0 is the engine
    parts_->by_server[seat.place.server] = &seat;
    for (const auto& [host, actor] : seat.place.hosts) parts_->doors[host] = Parts::Door{&seat, actor};
    parts_->schedule(seat);
}

void Network::open_hook(std::string host, boost::asio::any_io_executor executor, Hook hook) {
    parts_->hook_host = std::move(host);
    parts_->hook_executor = std::move(executor);
    parts_->hook = std::move(hook);
}

void Network::close_hook() { parts_->hook = nullptr; }

void Network::on_exchange(ExchangeSink sink) { parts_->sink = std::move(sink); }

void Network::unplug(std::string_view host, bool unplugged) {
    if (unplugged) parts_->unplugged.emplace(host);
    else if (const auto found = parts_->unplugged.find(host); found != parts_->unplugged.end()) parts_->unplugged.erase(found);
}

void Network::touched(fakes::Server& server) {
    const auto found = parts_->by_server.find(&server);
    if (found != parts_->by_server.end()) parts_->schedule(*found->second);
}

void Network::settle() {
    // Real time only as a guard against a socket that stays silent; it decides nothing while all is well.
    constexpr auto guard = std::chrono::seconds(20);
    Parts& parts = *parts_;
    for (;;) {
        parts.io.poll();
        if (!parts.hops.empty()) {
            if (parts.hand_over_first()) continue;
            if (parts.carrier->waits_for_the_outside() && parts.io.run_one_for(guard) > 0) continue;
            parts.complain("the transport lost exchange " + std::to_string(parts.hops.front()));
            parts.failed(parts.hops.front(), engine::HttpFailure::cut, "lost by the transport");
            continue;
        }
        if (!parts.carrier->waits_for_the_outside() || parts.carrier->in_flight() == 0) return;
        if (parts.io.run_one_for(guard) == 0) return;
    }
}

bool Network::quiescent() const { return parts_->hops.empty() && parts_->carrier->in_flight() == 0; }

const std::vector<std::string>& Network::complaints() const { return parts_->complaints; }
std::uint64_t Network::exchanges() const { return parts_->numbers; }
std::uint64_t Network::connections() const { return parts_->carrier->connections(); }
VirtualTime& Network::time() { return parts_->time; }
void Network::present(std::string_view host, Certificate certificate) { parts_->carrier->present(host, certificate); }

// ---- EngineHttp -----------------------------------------------------------------------------------------------------

EngineHttp::EngineHttp(Network& network, boost::asio::any_io_executor executor, std::chrono::milliseconds timeout)
    : network_(network), executor_(std::move(executor)), timeout_(timeout) {}

EngineHttp::~EngineHttp() = default;

engine::Task<engine::HttpResult> EngineHttp::exchange(engine::HttpRequest request) {
    if (dead_) throw engine::Stopped{};
    std::uint64_t number = 0;
    auto start = [&](EngineExchangeDone done) {
        number = network_.engine_sends(std::move(request), timeout_, std::move(done));
        open_.push_back(number);
    };
    auto result = co_await suspend<engine::HttpResult>(executor_, start);
    if (const auto mine = std::ranges::lower_bound(open_, number); mine != open_.end() && *mine == number) open_.erase(mine);
    if (dead_ || result.failure == engine::HttpFailure::stopped) throw engine::Stopped{};
    co_return std::move(result);
}

void EngineHttp::kill() {
    dead_ = true;
    for (const std::uint64_t number : std::exchange(open_, {})) network_.engine_abandons(number);
    network_.parts_->carrier->hang_up(0);
}

}  // namespace sim
