#include "sim/serve/net_outgoing.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <deque>
#include <utility>

#include "engine/adapters/http_client.hpp"

namespace sim {
namespace {

using engine::adapters::HttpClientSettings;
using engine::adapters::TlsHttpClient;

HttpClientSettings client_settings(const OutgoingSettings& settings) {
    HttpClientSettings out;
    out.trusted_pem = settings.trusted_pem;
    out.connections_per_origin = settings.at_once;
    out.keeps_connections = false;  // a receiver that is slow to close costs nobody else anything
    out.user_agent.clear();
    out.limits.body_bytes = settings.reply_bytes;
    return out;
}

fakes::Silence silence_of(engine::HttpFailure failure) {
    if (failure == engine::HttpFailure::timed_out) return fakes::Silence::timed_out;
    return failure == engine::HttpFailure::no_such_host ? fakes::Silence::no_such_host : fakes::Silence::not_connected;
}

}  // namespace

struct OutgoingMail::Parts : std::enable_shared_from_this<OutgoingMail::Parts> {
    struct Waiting {
        engine::HttpRequest request;
        Done done;
    };

    Parts(boost::asio::io_context& io_in, OutgoingSettings settings_in) : io(io_in), settings(std::move(settings_in)), http(io_in, client_settings(settings)) {}

    void fill() {
        while (!stopped && under_way < settings.at_once && !queue.empty()) {
            Waiting next = std::move(queue.front());
            queue.pop_front();
            ++under_way;
            boost::asio::co_spawn(io, deliver(shared_from_this(), std::move(next)), boost::asio::detached);
        }
    }
    static engine::Task<void> deliver(std::shared_ptr<Parts> self, Waiting one) {
        engine::HttpResult result;
        try {
            result = co_await self->http.exchange(std::move(one.request));
        } catch (const engine::Stopped&) {
            co_return;
        }
        --self->under_way;
        if (self->stopped) co_return;
        if (result.ok()) {
            fakes::Reply reply;
            reply.status = result.response.status;
            for (engine::Header& header : result.response.headers) reply.headers.push_back({std::move(header.name), std::move(header.value)});
            reply.body = std::move(result.response.body);
            one.done(&reply, {}, {});
        } else {
            one.done(nullptr, silence_of(result.failure), result.detail);
        }
        self->fill();
    }

    boost::asio::io_context& io;
    OutgoingSettings settings;
    TlsHttpClient http;
    std::deque<Waiting> queue;
    std::size_t under_way = 0;
    bool stopped = false;
};

OutgoingMail::OutgoingMail(boost::asio::io_context& io, OutgoingSettings settings) : parts_(std::make_shared<Parts>(io, std::move(settings))) {}

OutgoingMail::~OutgoingMail() { stop(); }

void OutgoingMail::stop() {
    parts_->stopped = true;
    parts_->queue.clear();
    parts_->http.stop();
}

void OutgoingMail::send(const fakes::Outgoing& message, Done done) {
    Parts::Waiting one;
    one.request.method = message.method;
    one.request.url = message.url;
    for (const fakes::Header& header : message.headers) one.request.headers.push_back({header.name, header.value});
    one.request.body = message.body;
    one.request.timeout = parts_->settings.time_limit;
    one.done = std::move(done);
    boost::asio::post(parts_->io, [weak = std::weak_ptr(parts_), one = std::move(one)]() mutable {
        const auto parts = weak.lock();
        if (!parts || parts->stopped) return;
        if (parts->queue.size() >= parts->settings.queued) return one.done(nullptr, fakes::Silence::timed_out, "too many messages wait to be sent");
        parts->queue.push_back(std::move(one));
        parts->fill();
    });
}

}  // namespace sim
