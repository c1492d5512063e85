#pragma once
// The inside of Network; for network*.cpp only.
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/wire/carrier.hpp"
#include "sim/wire/network.hpp"

namespace sim {

/// The same headers in another room's type.
template <typename To, typename From>
std::vector<To> moved_headers(std::vector<From>&& from) {
    std::vector<To> to;
    to.reserve(from.size());
    for (auto& header : from) to.push_back(To{std::move(header.name), std::move(header.value)});
    return to;
}

struct Seat {
    ServerSeat place;
    std::size_t near = 0;  // its name as asking party
    VirtualTime::Timer wake;
    Instant counted_at{};
    std::uint64_t wakes = 0;  // at counted_at
    bool stopped = false;     // over the limit of wakes
};

/// One exchange from its launch to its end.
struct Passage {
    enum class Stage { asking, late, at_far, coming_back };
    Stage stage = Stage::asking;
    bool ready = false;  // the carrier brought this hop's message to the other side
    Exchange record;
    fakes::Request request;
    fakes::Reply reply;
    engine::HttpFailure failure = engine::HttpFailure::none;
    std::string detail;
    FaultVerdict verdict;
    Seat* far = nullptr;    // nullptr: the engine's hook, or nobody
    bool to_hook = false;
    EngineExchangeDone engine_waits;    // the near side: the engine,
    Seat* asker = nullptr;              // or a server,
    fakes::OutgoingId outgoing = 0;     // with its own number,
                                        // or, of a duplicate, nobody
    bool given_up = false;  // the near side waits no longer, and the journal has it
    std::size_t near = 0;  // 0: the engine, else Seat::near
    VirtualTime::Timer timeout;
    std::chrono::milliseconds patience{};  // until the timeout
};

/// Copies what the journal shows of a request.
void describe(Exchange& record, const fakes::Request& request);

struct Network::Parts final : CarrierEvents {
    Parts(boost::asio::io_context& io_in, VirtualTime& time_in, NetworkSettings settings_in, FaultRules& faults_in,
          PersonLookup people_in);
    ~Parts();

    // -- asking
    Passage& new_passage(fakes::Request&& request, std::string from);
    void judge(Passage& passage);
    void launch(std::uint64_t number);
    void arm_timeout(std::uint64_t number, std::chrono::milliseconds span);
    void timed_out(std::uint64_t number);
    void refuse(Passage& passage, engine::HttpFailure why, std::string detail);
    void server_sends(Seat& seat, fakes::Outgoing&& outgoing);
    void send_outgoing(Seat& seat, fakes::Outgoing&& outgoing);
    void delayed_launch(std::uint64_t number);

    // -- on the way
    void arrived(std::uint64_t number, fakes::Request&& request) override;
    void came_back(std::uint64_t number, fakes::Reply&& reply) override;
    void failed(std::uint64_t number, engine::HttpFailure why, std::string detail) override;
    bool hand_over_first();

    // -- at the far side
    void at_far_side(Passage& passage);
    void to_server(Passage& passage);
    void to_engine(Passage& passage);
    void far_replies(std::uint64_t number, fakes::Reply&& reply, std::string_view who);
    void finish(std::uint64_t number);
    void give_up(Passage& passage, std::string_view why);
    void send_again(std::uint64_t number, fakes::Request&& request);

    // -- servers
    void carry_out(Seat& seat, fakes::Effects& effects);
    void schedule(Seat& seat);
    void wake(Seat& seat);

    void complain(std::string sentence);
    Passage* find(std::uint64_t number);

    boost::asio::io_context& io;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work;
    VirtualTime& time;
    NetworkSettings settings;
    FaultRules& faults;
    PersonLookup people;
    ExchangeSink sink;

    std::deque<Seat> seats;  // stable addresses
    struct Door {
        Seat* seat;
        std::string actor;
    };
    std::map<std::string, Door, std::less<>> doors;  // by host
    std::map<const fakes::Server*, Seat*> by_server;  // look-up only, never iterated
    std::set<std::string, std::less<>> unplugged;  // hosts
    std::string hook_host;
    Hook hook;
    boost::asio::any_io_executor hook_executor;

    std::uint64_t numbers = 0;
    std::map<std::uint64_t, Passage> passages;
    std::deque<std::uint64_t> hops;  // messages on their way, in order of sending
    std::vector<std::string> complaints;
    bool full = false;
    Instant instant{};                         // of the last launch
    std::uint64_t numbers_before_instant = 0;
    std::shared_ptr<bool> alive = std::make_shared<bool>(true);  // for coroutines of hooks that end after us
    std::unique_ptr<Carrier> carrier;
};

}  // namespace sim
