// What others see of a host: binding, worlds, the clock by hand.
#include <algorithm>
#include <boost/asio/post.hpp>
#include <csignal>
#include <utility>

#include "sim/serve/net_host_parts.hpp"

namespace sim {

Host::Host(boost::asio::io_context& io, HostSettings settings) : parts_(std::make_unique<Parts>(io, std::move(settings))) {}

Host::~Host() { stop(); }

std::string Host::Parts::origin(const Listener& listener) const {
    const std::uint16_t usual = settings.plain_http ? 80 : 443;
    std::string out = (settings.plain_http ? "http://" : "https://") + settings.name;
    if (listener.port() != usual) out += ":" + std::to_string(listener.port());
    return out;
}

std::optional<std::string> Host::Parts::listen(std::uint16_t port, std::optional<Service> only, std::string& origin_out) {
    auto listener = std::make_unique<Listener>(io, only, settings.connections, [this] { return connections.size(); },
                                               [this](boost::asio::ip::tcp::socket socket, Listener& from) { take_in(std::move(socket), from); });
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
            const std::string_view actor = actor_of(connection->only().value_or(service_of(target)), Parts::path_of(target));
            parts.give(*connection, provider_error(actor, 503, GatewayMark{parts.now(), id}));
        }
    const HostSettings& settings = parts.settings;
    const Instant start = settings.start.value_or(settings.virtual_clock ? scenario.begin : Parts::wall_now());
    parts.offset = settings.virtual_clock ? std::chrono::milliseconds(0) : start - Parts::wall_now();
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
    if (parts.journeys.size() == 1) boost::asio::post(parts.io, [&parts, of = parts.epoch] {
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
