// A host's clients: connections, what they ask and are told, and what services send by themselves.
#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "sim/serve/net_host_parts.hpp"

namespace sim {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

bool is_local_path(std::string_view target) { return target == "/" || target.starts_with("/?") || target.starts_with("/_calrig"); }

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
    if (reply.status == 404 && reply.body.empty() && !connection.only() && !is_below_a_prefix(request.target))
        reply = plain_reply(404, "Nothing is served at this path. Graph is below /v1.0, sign-in below /TENANT/oauth2/v2.0, Google below "
                                 "/calendar/v3, /gmail/v1 and /token, the control plane below /_calrig, the page at /.");
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
    mail->send(outgoing, [this, id, begun, kept, of = epoch](const fakes::Reply* reply, fakes::Silence why, const std::string& words) {
        if (of != epoch || stopped) return;
        const Instant at = now();
        if (observer && kept) {
            fakes::Request request{kept->method, {}, kept->url, kept->headers, kept->body};
            auto came = reply != nullptr ? std::make_shared<const fakes::Reply>(*reply) : nullptr;
            observer(ServedExchange{"receiver", true, request, std::move(came), begun, at, words.empty() ? kept->what : kept->what + ": " + words});
        }
        world->delivered(id, reply, why, at);
        schedule();
        step();
    });
}

}  // namespace sim
