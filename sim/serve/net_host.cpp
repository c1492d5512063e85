#include "sim/serve/host.hpp"

#include <openssl/ssl.h>

#include <absl/time/time.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <deque>
#include <list>
#include <map>
#include <utility>

#include "sim/serve/net_listener.hpp"
#include "sim/wire/faults.hpp"
#include "sim/wire/tls_authority.hpp"

namespace sim {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

/// Instants walked through before other clients have their turn.
constexpr int steps_at_once = 1'000;

Instant wall_now() { return std::chrono::floor<milliseconds>(std::chrono::system_clock::now()); }

/// RFC 9110 5.6.7.
std::string date_of(Instant at) {
    return absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", absl::FromUnixMillis(at.time_since_epoch().count()), absl::UTCTimeZone());
}

bool is_local_path(std::string_view target) { return target == "/" || target.starts_with("/?") || target.starts_with("/_calrig"); }

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

fakes::Reply plain_reply(int status, std::string_view text) {
    fakes::Reply reply;
    reply.status = status;
    reply.headers.push_back({"Content-Type", "text/plain; charset=utf-8"});
    reply.body.append(text).append("\n");
    return reply;
}

/// What a browser asks before a page of another origin may call (CORS); both services let every origin in.
fakes::Reply options_reply(const fakes::Request& request) {
    fakes::Reply reply;
    reply.status = 204;
    reply.headers.push_back({"Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"});
    if (const std::string* wanted = fakes::find_header(request.headers, "Access-Control-Request-Headers")) {
        reply.headers.push_back({"Access-Control-Allow-Headers", *wanted});
        reply.headers.push_back({"Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE"});
        reply.headers.push_back({"Access-Control-Max-Age", "600"});
    }
    return reply;
}

}  // namespace

struct Host::Parts final : ConnectionEvents, Outside {
    struct Journey {
        Instant to{};
        std::function<void(bool)> done;
    };

    Parts(asio::io_context& io_in, HostSettings settings_in)
        : io(io_in), settings(std::move(settings_in)), wake_timer(io_in), sweep_timer(io_in) {}

    // -- clock
    Instant now() {
        if (settings.virtual_clock || !journeys.empty()) return reached;
        reached = std::max(reached, wall_now() + offset);
        return reached;
    }
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
    std::string_view http_date() override {
        const std::int64_t second = std::chrono::floor<std::chrono::seconds>(reached.time_since_epoch()).count();
        if (second != dated) {
            dated = second;
            date = date_of(reached);
        }
        return date;
    }
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

    void dispatch(Connection& connection, const fakes::Request& request, fakes::ExchangeId id, Instant at);
    void give(Connection& connection, fakes::Reply&& reply);
    void take_in(tcp::socket socket, Listener& listener);
    void sweep();
    std::string origin(const Listener& listener) const;
    std::optional<std::string> listen(std::uint16_t port, std::optional<Service> only, std::string& origin_out);

    asio::io_context& io;
    HostSettings settings;
    std::optional<OutgoingMail> mail;  // from `bind` on, when the own authority is known
    asio::steady_timer wake_timer, sweep_timer;
    std::optional<Instant> armed_for;
    bool sweeping = false, stopped = false;
    std::uint32_t ticks = 0;

    milliseconds offset{0};
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

// ---- clients ----------------------------------------------------------------------------------------------------------

void Host::Parts::take_in(tcp::socket socket, Listener& listener) {
    if (stopped) return;
    auto connection = std::make_shared<Connection>(*this, std::move(socket), tls.get(), listener.only());
    connections.push_front(connection);
    connection->place = connections.begin();
    connection->start();
    if (!sweeping) {
        sweeping = true;
        sweep();
    }
}

void Host::Parts::sweep() {
    sweep_timer.expires_after(std::chrono::seconds(1));
    sweep_timer.async_wait([this](const error_code& error) {
        if (error || stopped) return;
        ++ticks;
        for (auto it = connections.begin(); it != connections.end();) {
            const auto one = *it++;  // it may go while it is looked at
            one->check(ticks);
        }
        if (connections.empty()) sweeping = false;
        else sweep();
    });
}

void Host::Parts::asked(Connection& connection, fakes::Request& request) {
    const Instant at = now();
    const fakes::ExchangeId id = ++exchanges;
    connection.exchange = id;
    connection.begun = at;
    current = &connection;
    try {
        dispatch(connection, request, id, at);
    } catch (const std::exception& bug) {
        std::fprintf(stderr, "calrig: a request ended in a bug of calrig (%s %.200s): %s\n", request.method.c_str(), request.target.c_str(), bug.what());
        if (connection.is_waiting()) {
            const Service service = connection.only().value_or(service_of(request.target));
            connection.answer(provider_error(actor_of(service, request.target), 500, GatewayMark{at, id}));
        }
    }
    current = nullptr;
    if (connection.is_waiting()) waiting.emplace(id, connection.weak_from_this());
    schedule();
}

void Host::Parts::dispatch(Connection& connection, const fakes::Request& request, fakes::ExchangeId id, Instant at) {
    const Service service = connection.only().value_or(service_of(request.target));
    const bool own = !connection.only() && is_local_path(request.target);
    // A page elsewhere whose name was made to point here must not steer the control plane.
    const bool address = request.host.empty() || request.host.front() == '[' || request.host.find_first_not_of("0123456789.") == std::string::npos;
    if (own && !address && std::ranges::find(names, request.host) == names.end())
        return connection.answer(plain_reply(421, "This is no name of this server."));
    if (request.method == "OPTIONS" && !own) return give(connection, options_reply(request));
    if (!connection.only() || service != Service::cloud) {
        const std::string_view actor = actor_of(service, path_of(request.target));
        const Answer answer_later = [this, id](fakes::Reply reply) { answer(id, std::move(reply)); };
        for (const auto& local : locals)
            if (local->take(request, actor, at, answer_later)) return;
    }
    world->request(service, id, request, at);
}

void Host::Parts::answer(fakes::ExchangeId id, fakes::Reply&& reply) {
    if (current != nullptr && current->exchange == id) return give(*current, std::move(reply));
    const auto known = waiting.find(id);
    if (known == waiting.end()) return;
    const auto connection = known->second.lock();
    waiting.erase(known);
    if (!connection) return;
    // Not from within a service's call: the connection may at once bring the next request.
    auto late = std::make_shared<fakes::Reply>(std::move(reply));
    asio::post(io, [this, connection, late] {
        if (!stopped && connection->is_waiting()) give(*connection, std::move(*late));
    });
}

void Host::Parts::cut(fakes::ExchangeId id, std::optional<fakes::Reply>&& reply) {
    std::shared_ptr<Connection> connection;
    if (current != nullptr && current->exchange == id) {
        connection = current->shared_from_this();
    } else if (const auto known = waiting.find(id); known != waiting.end()) {
        connection = known->second.lock();
        waiting.erase(known);
    }
    if (!connection) return;
    if (observer) {
        const fakes::Request& request = connection->request();
        const Service service = connection->only().value_or(service_of(request.target));
        observer(ServedExchange{actor_of(service, path_of(request.target)), false, request, nullptr, connection->begun, now(), "cut by a fault"});
    }
    // Not from within its own call: it may be reading just now.
    auto late = std::make_shared<std::optional<fakes::Reply>>(std::move(reply));
    asio::post(io, [this, connection, late] {
        if (stopped || !connection->is_waiting()) return;
        if (*late) connection->answer_half(std::move(**late));
        else connection->shut();
    });
}

void Host::Parts::give(Connection& connection, fakes::Reply&& reply) {
    const fakes::Request& request = connection.request();
    if (fakes::find_header(request.headers, "Origin") != nullptr && !is_local_path(request.target))
        reply.headers.push_back({"Access-Control-Allow-Origin", "*"});
    auto given = std::make_shared<const fakes::Reply>(std::move(reply));
    if (observer) {
        const Service service = connection.only().value_or(service_of(request.target));
        observer(ServedExchange{actor_of(service, path_of(request.target)), false, request, given, connection.begun, now(), {}});
    }
    connection.answer(std::move(given));
}

fakes::Reply Host::Parts::refusal(const Connection& connection, int status, std::string_view target, std::string_view why) {
    const GatewayMark mark{now(), ++exchanges};  // the Date of the reply, and ids of its own
    if (target.empty() || is_local_path(target)) return plain_reply(status, why);
    return provider_error(actor_of(connection.only().value_or(service_of(target)), path_of(target)), status, mark);
}

// ---- what services send -------------------------------------------------------------------------------------------------

void Host::Parts::deliver(DeliveryId id, fakes::Outgoing&& outgoing) {
    const Instant begun = reached;
    std::shared_ptr<const fakes::Outgoing> kept;
    if (observer) kept = std::make_shared<const fakes::Outgoing>(outgoing);
    mail->send(outgoing, [this, id, begun, kept, of = epoch](const fakes::Reply* reply, const std::string& why) {
        if (of != epoch || stopped) return;
        const Instant at = now();
        if (observer && kept) {
            fakes::Request request{kept->method, {}, kept->url, kept->headers, kept->body};
            auto came = reply != nullptr ? std::make_shared<const fakes::Reply>(*reply) : nullptr;
            observer(ServedExchange{"receiver", true, request, std::move(came), begun, at, why.empty() ? kept->what : kept->what + ": " + why});
        }
        world->delivered(id, reply, at);
        schedule();
        step();
    });
}

// ---- time ---------------------------------------------------------------------------------------------------------------

void Host::Parts::schedule() {
    if (stopped || !world) return;
    std::optional<Instant> due = world->next_due();
    const Instant at = now();
    if (due && *due <= at) {
        world->run_due(at);
        due = world->next_due();
    }
    if (settings.virtual_clock || !journeys.empty()) return;
    if (due == armed_for) return;
    armed_for = due;
    if (!due) {
        wake_timer.cancel();
        return;
    }
    // Not for ever in one go: the wall clock may be set.
    const auto span = std::clamp<milliseconds>(*due - at, milliseconds(1), std::chrono::hours(1));
    wake_timer.expires_after(span);
    wake_timer.async_wait([this](const error_code& error) {
        if (error || stopped) return;
        armed_for.reset();
        schedule();
    });
}

void Host::Parts::step() {
    if (stopped) return;
    for (int steps = 0; !journeys.empty(); ++steps) {
        if (world->deliveries() > 0) return;  // comes again when they are over
        if (steps == steps_at_once) {
            asio::post(io, [this, of = epoch] {
                if (of == epoch) step();
            });
            return;
        }
        const std::optional<Instant> due = world->next_due();
        if (due && *due <= journeys.front().to) {
            reached = std::max(reached, *due);
            world->run_due(reached);
        } else {
            finish_journey();
        }
    }
}

void Host::Parts::finish_journey() {
    const Journey over = std::move(journeys.front());
    reached = std::max(reached, over.to);
    world->run_due(reached);
    journeys.pop_front();
    if (journeys.empty() && !settings.virtual_clock) offset = reached - wall_now();
    armed_for.reset();
    wake_timer.cancel();
    schedule();
    if (over.done) over.done(true);
}

// ---- Host ---------------------------------------------------------------------------------------------------------------

Host::Host(asio::io_context& io, HostSettings settings) : parts_(std::make_unique<Parts>(io, std::move(settings))) {}

Host::~Host() { stop(); }

std::string Host::Parts::origin(const Listener& listener) const {
    const std::uint16_t usual = settings.plain_http ? 80 : 443;
    std::string out = (settings.plain_http ? "http://" : "https://") + settings.name;
    if (listener.port() != usual) out += ":" + std::to_string(listener.port());
    return out;
}

std::optional<std::string> Host::Parts::listen(std::uint16_t port, std::optional<Service> only, std::string& origin_out) {
    auto listener = std::make_unique<Listener>(io, only, settings.connections, [this] { return connections.size(); },
                                               [this](tcp::socket socket, Listener& from) { take_in(std::move(socket), from); });
    if (auto problem = listener->bind(settings.bind, port)) return problem;
    origin_out = origin(*listener);
    listeners.push_back(std::move(listener));
    return std::nullopt;
}

std::optional<std::string> Host::bind() {
    Parts& parts = *parts_;
    const HostSettings& settings = parts.settings;
    // OpenSSL writes to sockets without MSG_NOSIGNAL.
    std::signal(SIGPIPE, SIG_IGN);
    if (auto problem = parts.listen(settings.port, std::nullopt, parts.origins.main)) return problem;
    parts.origins.graph = parts.origins.authority = parts.origins.google = parts.origins.main;
    std::string cloud;
    const auto apart = [&](const std::optional<std::uint16_t>& port, Service service, std::string& origin) -> std::optional<std::string> {
        return port ? parts.listen(*port, service, origin) : std::nullopt;
    };
    if (auto problem = apart(settings.graph_port, Service::microsoft, parts.origins.graph)) return problem;
    if (auto problem = apart(settings.authority_port, Service::microsoft, parts.origins.authority)) return problem;
    if (auto problem = apart(settings.google_port, Service::google, parts.origins.google)) return problem;
    if (auto problem = apart(settings.cloud_port, Service::cloud, cloud)) return problem;
    parts.names = {settings.name, "localhost", "127.0.0.1", "::1"};
    if (settings.bind != "0.0.0.0" && settings.bind != "::") parts.names.push_back(settings.bind);
    std::vector<std::string> unique;
    for (const std::string& name : parts.names)
        if (std::ranges::find(unique, name) == unique.end()) unique.push_back(name);
    parts.names = std::move(unique);
    OutgoingSettings outgoing = settings.outgoing;
    if (settings.plain_http) {
        parts.mail.emplace(parts.io, std::move(outgoing));
        return std::nullopt;
    }
    if (settings.authority_pem.empty()) parts.authority = std::make_unique<TlsAuthority>("calrig serve, simulated services");
    else parts.authority = TlsAuthority::kept(settings.authority_pem, settings.authority_key_pem);
    if (!parts.authority) return "the kept authority is no certificate of an authority with its private key";
    parts.authority_pem = parts.authority->certificate();
    // Receivers may have their certificates from here (`certificate`).
    outgoing.trusted_pem += parts.authority_pem;
    parts.mail.emplace(parts.io, std::move(outgoing));
    parts.tls.reset(make_server_context());
    if (!parts.tls || !parts.authority->issue(parts.names, parts.tls.get())) return "OpenSSL would not make a certificate";
    return std::nullopt;
}

void Host::load(Scenario scenario, std::uint64_t seed) {
    Parts& parts = *parts_;
    ++parts.epoch;
    parts.seed = seed;
    for (Parts::Journey& journey : std::exchange(parts.journeys, {}))
        if (journey.done) journey.done(false);
    for (const auto& [id, weak] : std::exchange(parts.waiting, {}))
        if (const auto connection = weak.lock()) {
            const std::string& target = connection->request().target;
            const std::string_view actor = actor_of(connection->only().value_or(service_of(target)), path_of(target));
            parts.give(*connection, provider_error(actor, 503, GatewayMark{parts.now(), id}));
        }
    const HostSettings& settings = parts.settings;
    const Instant start = settings.start.value_or(settings.virtual_clock ? scenario.begin : wall_now());
    parts.offset = settings.virtual_clock ? milliseconds(0) : start - wall_now();
    parts.reached = start;
    parts.armed_for.reset();
    ServedWorldSettings world;
    world.seed = seed;
    world.origins = parts.origins;
    world.http_hooks_allowed = settings.plain_http;
    world.cloud_hook = settings.cloud_hook;
    world.engine = settings.engine;
    world.calendars = settings.calendars;
    world.app_certificates = settings.app_certificates;
    world.verifiable_tokens = settings.verifiable_tokens;
    world.graph_requests = settings.graph_requests;
    world.graph_takes = settings.graph_takes;
    world.endpoint_sample = settings.endpoint_sample;
    parts.world = std::make_unique<ServedWorld>(std::move(scenario), std::move(world), parts);
    parts.world->run_due(start);
    parts.schedule();
}

void Host::accept() {
    for (const auto& listener : parts_->listeners) listener->go_on();
}

void Host::stop() {
    Parts& parts = *parts_;
    if (parts.stopped) return;
    parts.stopped = true;
    parts.wake_timer.cancel();
    parts.sweep_timer.cancel();
    if (parts.mail) parts.mail->stop();
    for (const auto& listener : parts.listeners) listener->stop();
    while (!parts.connections.empty()) {
        const auto connection = parts.connections.front();
        connection->shut();
    }
}

void Host::add(std::unique_ptr<Local> local) { parts_->locals.push_back(std::move(local)); }

void Host::on_exchange(std::function<void(const ServedExchange&)> observer) { parts_->observer = std::move(observer); }

Instant Host::now() const { return parts_->now(); }

bool Host::clock_is_virtual() const { return parts_->settings.virtual_clock; }

void Host::advance_to(Instant when, std::function<void(bool moved)> done) {
    Parts& parts = *parts_;
    const Instant from = parts.journeys.empty() ? parts.now() : parts.journeys.back().to;
    if (when < from) {
        if (done) done(false);
        return;
    }
    parts.journeys.push_back({when, std::move(done)});
    if (parts.journeys.size() == 1) asio::post(parts.io, [&parts, of = parts.epoch] {
        if (of == parts.epoch) parts.step();
    });
}

ServedWorld& Host::world() { return *parts_->world; }

void Host::touched() {
    parts_->world->touched();
    parts_->schedule();
}

const Origins& Host::origins() const { return parts_->origins; }

const HostSettings& Host::settings() const { return parts_->settings; }

Host::Certificate Host::certificate() const {
    if (!parts_->authority) return {};
    TlsAuthority::Issued made = parts_->authority->issue(parts_->names);
    return {std::move(made.certificate_pem), std::move(made.key_pem)};
}

const std::string& Host::authority_pem() const { return parts_->authority_pem; }

std::string Host::authority_key_pem() const { return parts_->authority ? parts_->authority->private_key() : std::string(); }

std::uint64_t Host::seed() const { return parts_->seed; }

std::size_t Host::connections() const { return parts_->connections.size(); }

}  // namespace sim
