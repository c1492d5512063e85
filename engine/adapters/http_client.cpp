#include "engine/adapters/http_client.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>

#include "engine/adapters/destination.hpp"
#include "engine/adapters/pem.hpp"
#include "engine/adapters/tls_client.hpp"

namespace engine::adapters {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using SteadyTime = asio::steady_timer::time_point;

HttpResult failed(HttpFailure failure, std::string detail) {
    HttpResult out;
    out.failure = failure;
    out.detail = std::move(detail);
    return out;
}

/// RFC 9110 9.2.2: sent twice they do what they do once.
bool is_idempotent(const std::string& method) { return method == "GET" || method == "PUT" || method == "DELETE" || method == "HEAD"; }

/// One connection to one origin; kept from exchange to exchange.
class Connection : public std::enable_shared_from_this<Connection> {
  public:
    Connection(asio::io_context& io, std::shared_ptr<asio::ssl::context> trust, HttpLimits limits)
        : trust_(std::move(trust)), resolver_(io), stream_(io, *trust_), reader_(limits) {}

    /// Failure none: ready to send.
    Task<HttpResult> connect(Destination to) {
        tls_ = to.tls;
        error_code error;
        auto token = asio::redirect_error(asio::use_awaitable, error);
        const tcp::resolver::results_type found = co_await resolver_.async_resolve(to.host, to.port, token);
        if (error || shut_) co_return failed(shut_ ? HttpFailure::not_connected : HttpFailure::no_such_host, "no such host: " + error.message());
        const tcp::endpoint there = co_await asio::async_connect(stream_.next_layer(), found, token);
        if (error || shut_) co_return failed(HttpFailure::not_connected, "not connected: " + error.message());
        error_code ignored;
        stream_.next_layer().set_option(tcp::no_delay(true), ignored);
        // A name may point anywhere: what counts is where it led.
        if (!tls_ && !there.address().is_loopback()) co_return failed(HttpFailure::not_connected, "plain http goes to loopback only");
        if (!tls_) co_return HttpResult{};
        expect_host(stream_, to.host);
        co_await stream_.async_handshake(asio::ssl::stream_base::client, token);
        if (!error) co_return HttpResult{};
        if (was_untrusted(stream_)) co_return failed(HttpFailure::untrusted, "TLS refused: the certificate is not trusted: " + error.message());
        co_return failed(HttpFailure::not_connected, "TLS refused: " + error.message());
    }

    Task<HttpResult> exchange(std::string bytes) {
        error_code error;
        auto token = asio::redirect_error(asio::use_awaitable, error);
        const auto outgoing = asio::buffer(bytes);
        if (tls_)
            co_await asio::async_write(stream_, outgoing, token);
        else
            co_await asio::async_write(stream_.next_layer(), outgoing, token);
        if (error) co_return failed(HttpFailure::cut, "cut while sending: " + error.message());
        std::array<char, 16 * 1024> incoming;
        const auto space = asio::buffer(incoming);
        Reading reading = Reading::more;
        while (reading == Reading::more) {
            std::size_t count = 0;
            if (tls_)
                count = co_await stream_.async_read_some(space, token);
            else
                count = co_await stream_.next_layer().async_read_some(space, token);
            if (shut_) co_return failed(HttpFailure::cut, "given up");
            if (error == asio::error::eof) reading = reader_.finish();
            else if (error) co_return failed(HttpFailure::cut, "cut before the answer: " + error.message());
            else reading = reader_.feed(std::string_view(incoming.data(), count));
            if (reading == Reading::broken) co_return failed(HttpFailure::cut, "no HTTP answer: " + reader_.problem());
        }
        HttpResult out;
        out.response = reader_.take();
        keeps_ = reader_.keeps_alive() && !error;
        co_return out;
    }

    bool keeps(const std::shared_ptr<asio::ssl::context>& trust) const { return keeps_ && !shut_ && trust_ == trust; }
    bool answer_begun() const { return reader_.begun(); }
    /// Nothing came and the peer has not closed: it can be used again.
    bool is_quiet() {
        char byte = 0;
        const ssize_t got = ::recv(stream_.next_layer().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    }
    void shut() {
        shut_ = true;
        resolver_.cancel();
        error_code ignored;
        stream_.next_layer().close(ignored);
    }

    SteadyTime idle_since{};

  private:
    std::shared_ptr<asio::ssl::context> trust_;
    tcp::resolver resolver_;
    asio::ssl::stream<tcp::socket> stream_;
    ResponseReader reader_;
    bool tls_ = true, keeps_ = false, shut_ = false;
};

struct Turn {
    explicit Turn(asio::io_context& io) : timer(io) {}
    asio::steady_timer timer;
    bool given = false;
};

struct Origin {
    std::size_t busy = 0;
    std::deque<Turn*> queue;
    std::deque<std::shared_ptr<Connection>> idle;  // the last used in front
};

}  // namespace

struct TlsHttpClient::Parts : std::enable_shared_from_this<TlsHttpClient::Parts> {
    Parts(asio::io_context& io_in, HttpClientSettings settings_in)
        : io(io_in), settings(std::move(settings_in)), sweep_timer(io_in) {}

    /// Made when first needed: the system's authorities take longer to read than all else at the start.
    std::shared_ptr<asio::ssl::context> context(bool over_tls) {
        if (!over_tls) return no_tls;
        if (!tls) tls = std::make_shared<asio::ssl::context>(make_client_context(settings.trusted_pem));
        return tls;
    }

    /// A place among the origin's connections; the next in the queue gets it when it is left.
    struct Place {
        Place(Parts& parts_in, Origin& origin_in) : parts(parts_in), origin(origin_in) {}
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        ~Place() {
            if (origin.queue.empty()) {
                --origin.busy;
                return;
            }
            Turn* next = origin.queue.front();
            origin.queue.pop_front();
            --parts.queued;
            next->given = true;
            next->timer.cancel();
        }
        Parts& parts;
        Origin& origin;
    };
    struct Counted {
        explicit Counted(std::size_t& count_in) : count(count_in) { ++count; }
        Counted(const Counted&) = delete;
        Counted& operator=(const Counted&) = delete;
        ~Counted() { --count; }
        std::size_t& count;
    };

    /// False: no place in time. Otherwise `busy` counts the caller already.
    Task<bool> enter(Origin& origin, SteadyTime deadline) {
        if (origin.busy < settings.connections_per_origin) {
            ++origin.busy;
            co_return true;
        }
        if (queued >= settings.waiting_max) co_return false;
        Turn turn(io);
        turn.timer.expires_at(deadline);
        origin.queue.push_back(&turn);
        ++queued;
        error_code ignored;
        auto token = asio::redirect_error(asio::use_awaitable, ignored);
        co_await turn.timer.async_wait(token);
        if (!turn.given && std::erase(origin.queue, &turn) > 0) --queued;
        co_return turn.given;
    }

    std::shared_ptr<Connection> kept(Origin& origin) {
        while (!origin.idle.empty()) {
            const std::shared_ptr<Connection> one = origin.idle.front();
            origin.idle.pop_front();
            if (std::chrono::steady_clock::now() - one->idle_since < settings.idle_limit && one->is_quiet()) return one;
            one->shut();
        }
        return nullptr;
    }
    void keep(Origin& origin, std::shared_ptr<Connection> connection) {
        connection->idle_since = std::chrono::steady_clock::now();
        origin.idle.push_front(std::move(connection));
        sweep();
    }
    /// Connections that nobody needs any more go, so that servers need not hold them.
    void sweep() {
        if (sweeping || stopped) return;
        sweeping = true;
        sweep_timer.expires_after(settings.idle_limit / 2 + std::chrono::seconds(1));
        sweep_timer.async_wait([weak = weak_from_this()](const error_code& error) {
            const auto self = weak.lock();
            if (!self || error) return;
            self->sweeping = false;
            bool left = false;
            for (auto& [name, origin] : self->origins) {
                while (!origin.idle.empty() && std::chrono::steady_clock::now() - origin.idle.back()->idle_since >= self->settings.idle_limit) {
                    origin.idle.back()->shut();
                    origin.idle.pop_back();
                }
                left = left || !origin.idle.empty();
            }
            if (left) self->sweep();
        });
    }

    Task<HttpResult> exchange(HttpRequest request) {
        if (stopped) throw Stopped{};
        const std::shared_ptr<Parts> self = shared_from_this();
        Destination to;
        std::string problem = find_destination(request.url, to);
        if (problem.empty()) problem = unsendable(request, to.target);
        // Repeating would not help: to the caller it is as if the peer could not be believed.
        if (!problem.empty()) co_return failed(HttpFailure::untrusted, problem);
        const SteadyTime deadline = std::chrono::steady_clock::now() + request.timeout;
        Origin& origin = origins[to.origin()];
        const Counted under_way(exchanging);
        const bool entered = co_await enter(origin, deadline);
        if (stopped) throw Stopped{};
        if (!entered) co_return failed(HttpFailure::not_connected, "no connection was free in time");
        const Place place(*this, origin);
        if (!settings.user_agent.empty()) request.headers.push_back({"User-Agent", settings.user_agent});
        if (!settings.keeps_connections) request.headers.push_back({"Connection", "close"});
        const std::string bytes = request_bytes(request, to.authority, to.target);
        std::shared_ptr<Connection> connection = settings.keeps_connections ? kept(origin) : nullptr;
        while (true) {
            const bool reused = connection != nullptr;
            if (!reused) connection = std::make_shared<Connection>(io, context(to.tls), settings.limits);
            open.insert(connection);
            const auto late = std::make_shared<bool>(false);
            asio::steady_timer limit(io, deadline);
            limit.async_wait([late, connection](const error_code& error) {
                if (error) return;
                *late = true;
                connection->shut();
            });
            HttpResult result;
            if (!reused)
                result = co_await connection->connect(to);
            const bool connected = result.ok();
            if (connected && !stopped)
                result = co_await connection->exchange(bytes);
            limit.cancel();
            open.erase(connection);
            if (stopped) throw Stopped{};
            if (result.ok()) {
                if (settings.keeps_connections && connection->keeps(context(to.tls))) keep(origin, std::move(connection));
                else connection->shut();
                co_return result;
            }
            const bool answer_begun = connection->answer_begun();
            connection->shut();
            connection.reset();
            if (*late) {
                // Before anything was sent nothing can have taken effect.
                const HttpFailure failure = connected ? HttpFailure::timed_out : HttpFailure::not_connected;
                co_return failed(failure, "no answer in time");
            }
            if (!reused || answer_begun || !is_idempotent(request.method)) co_return result;
        }
    }

    void trust(const std::string& trusted_pem) {
        settings.trusted_pem = trusted_pem;
        tls.reset();
        for (auto& [name, origin] : origins) {
            for (const auto& one : origin.idle) one->shut();
            origin.idle.clear();
        }
    }

    void stop() {
        stopped = true;
        sweep_timer.cancel();
        for (const auto& connection : std::set(open)) connection->shut();
        for (auto& [name, origin] : origins) {
            for (Turn* turn : origin.queue) turn->timer.cancel();
            for (const auto& one : origin.idle) one->shut();
            origin.idle.clear();
        }
    }

    asio::io_context& io;
    HttpClientSettings settings;
    std::shared_ptr<asio::ssl::context> no_tls = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);  // of streams whose layer below is all that is used
    std::shared_ptr<asio::ssl::context> tls;
    asio::steady_timer sweep_timer;
    std::map<std::string, Origin> origins;
    std::set<std::shared_ptr<Connection>> open;  // order reaches nothing
    std::size_t exchanging = 0, queued = 0;
    bool stopped = false, sweeping = false;
};

TlsHttpClient::TlsHttpClient(asio::io_context& io, HttpClientSettings settings) : parts_(std::make_shared<Parts>(io, std::move(settings))) {
    if (const std::string problem = problem_of_authorities(parts_->settings.trusted_pem); !problem.empty()) throw std::runtime_error(problem);
}
TlsHttpClient::~TlsHttpClient() { stop(); }

Task<HttpResult> TlsHttpClient::exchange(HttpRequest request) { return parts_->exchange(std::move(request)); }
std::string TlsHttpClient::trust(const std::string& trusted_pem) {
    std::string problem = problem_of_authorities(trusted_pem);
    if (problem.empty() && trusted_pem != parts_->settings.trusted_pem) parts_->trust(trusted_pem);
    return problem;
}
void TlsHttpClient::stop() { parts_->stop(); }
std::size_t TlsHttpClient::under_way() const { return parts_->exchanging; }
std::size_t TlsHttpClient::waiting() const { return parts_->queued; }
std::size_t TlsHttpClient::connections() const {
    std::size_t sum = parts_->open.size();
    for (const auto& [name, origin] : parts_->origins) sum += origin.idle.size();
    return sum;
}

}  // namespace engine::adapters
