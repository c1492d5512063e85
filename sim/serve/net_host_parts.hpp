#pragma once
// What a host is made of: its clients (net_host.cpp), its clock (net_clock.cpp), and the face others see (host.cpp).
#include <openssl/ssl.h>

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <list>
#include <map>

#include "sim/serve/host.hpp"
#include "sim/serve/net_listener.hpp"
#include "sim/wire/faults.hpp"
#include "sim/wire/tls_authority.hpp"

namespace sim {

struct Host::Parts final : ConnectionEvents, Outside {
    struct Journey {
        Instant to{};
        std::function<void(bool)> done;
    };

    Parts(boost::asio::io_context& io_in, HostSettings settings_in)
        : io(io_in), settings(std::move(settings_in)), wake_timer(io_in), sweep_timer(io_in) {}

    // -- clock
    Instant now();
    static Instant wall_now();
    void schedule();
    void step();
    void finish_journey();

    // -- ConnectionEvents
    void asked(Connection& connection, fakes::Request& request) override;
    fakes::Reply refusal(const Connection& connection, int status, std::string_view target, std::string_view why) override;
    void gone(Connection& connection) override {
        waiting.erase(connection.exchange);
        connections.erase(connection.place);
        for (const auto& listener : listeners) listener->go_on();
    }
    std::span<char> scratch() override { return bytes; }
    std::string_view http_date() override;
    std::uint32_t seconds() const override { return ticks; }
    const HttpLimits& limits() const override { return settings.limits; }
    const Patience& patience() const override { return settings.patience; }

    // -- Outside
    void answer(fakes::ExchangeId id, fakes::Reply&& reply) override;
    void deliver(DeliveryId id, fakes::Outgoing&& outgoing) override;
    void cut(fakes::ExchangeId id, std::optional<fakes::Reply>&& reply) override;
    void noted(std::string_view actor, const fakes::Request& request, const fakes::Reply& reply, Instant at) override {
        if (observer) observer(ServedExchange{actor, false, request, std::make_shared<const fakes::Reply>(reply), at, at, "by the engine inside"});
    }

    static std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }
    void dispatch(Connection& connection, const fakes::Request& request, fakes::ExchangeId id, Instant at);
    void give(Connection& connection, fakes::Reply&& reply);
    void take_in(boost::asio::ip::tcp::socket socket, Listener& listener);
    void sweep();
    std::string origin(const Listener& listener) const;
    std::optional<std::string> listen(std::uint16_t port, std::optional<Service> only, std::string& origin_out);

    boost::asio::io_context& io;
    HostSettings settings;
    std::optional<OutgoingMail> mail;  // from `bind` on, when the own authority is known
    boost::asio::steady_timer wake_timer, sweep_timer;
    std::optional<Instant> armed_for;
    bool sweeping = false, stopped = false;
    std::uint32_t ticks = 0;

    std::chrono::milliseconds offset{0};
    Instant reached{};
    std::deque<Journey> journeys;

    std::unique_ptr<TlsAuthority> authority;
    std::string authority_pem;
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> tls{nullptr, &SSL_CTX_free};
    std::vector<std::string> names;
    std::vector<std::unique_ptr<Listener>> listeners;
    std::list<std::shared_ptr<Connection>> connections;
    std::map<fakes::ExchangeId, std::weak_ptr<Connection>> waiting;
    std::uint64_t exchanges = 0;
    Connection* current = nullptr;  // whose request is being handled just now

    Origins origins;
    std::uint64_t seed = 1;
    std::uint64_t epoch = 0;  // of worlds
    std::unique_ptr<ServedWorld> world;
    std::vector<std::unique_ptr<Local>> locals;
    std::function<void(const ServedExchange&)> observer;
    std::array<char, 64 * 1024> bytes{};
    std::string date;
    std::int64_t dated = -1;
};

}  // namespace sim
