#include "engine/adapters/http_server.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509err.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <set>

namespace engine::adapters {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

HttpResponse status_only(int status) {
    HttpResponse out;
    out.status = status;
    return out;
}

/// One client. A plain connection uses only the layer below TLS.
class Client : public std::enable_shared_from_this<Client> {
  public:
    Client(tcp::socket socket, ssl::context& tls, bool plain, const HttpServerSettings& settings)
        : timer_(socket.get_executor()), stream_(std::move(socket), tls), plain_(plain), settings_(settings), reader_(settings.limits) {}

    Task<void> serve(HttpServer::Answer& answer) {
        const std::shared_ptr<Client> self = shared_from_this();
        error_code error;
        auto token = asio::redirect_error(asio::use_awaitable, error);
        patient(settings_.request_limit);
        if (!plain_) {
            co_await stream_.async_handshake(ssl::stream_base::server, token);
            if (error || shut_) co_return shut();
        }
        bool goes_on = true;
        while (goes_on && !shut_) {
            patient(reader_.begun() ? settings_.request_limit : settings_.idle_limit);
            waits_ = !reader_.begun();
            Reading reading = reader_.feed({});
            bool continued = false;
            while (reading == Reading::more) {
                const bool begun = reader_.begun();
                const std::size_t count = co_await receive(error);
                if (error || shut_) co_return shut();
                if (waits_ || !begun) patient(settings_.request_limit);
                waits_ = false;
                reading = reader_.feed(std::string_view(bytes_.data(), count));
                if (reading == Reading::more && !continued && reader_.waits_for_continue()) {
                    continued = true;
                    const std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
                    co_await send(go_on, error);
                }
            }
            HttpResponse response = status_only(reader_.refusal());
            goes_on = false;
            if (reading == Reading::complete) {
                HttpRequest request = reader_.take();
                goes_on = reader_.keeps_alive() && !closing_;
                timer_.cancel();
                response = co_await answer(std::move(request));
                goes_on = goes_on && !closing_;
            }
            patient(settings_.answer_limit);
            const std::string text = response_bytes(response, goes_on);
            co_await send(text, error);
            if (error) break;
        }
        shut();
    }
    void close() {
        closing_ = true;
        if (waits_) shut();
    }
    void shut() {
        if (shut_) return;
        shut_ = true;
        timer_.cancel();
        error_code ignored;
        stream_.next_layer().shutdown(tcp::socket::shutdown_both, ignored);
        stream_.next_layer().close(ignored);
    }

  private:
    void patient(std::chrono::seconds limit) {
        timer_.expires_after(limit);
        timer_.async_wait([weak = weak_from_this()](const error_code& error) {
            const auto self = weak.lock();
            if (self && !error) self->shut();
        });
    }
    Task<std::size_t> receive(error_code& error) {
        auto token = asio::redirect_error(asio::use_awaitable, error);
        const auto space = asio::buffer(bytes_);
        std::size_t count = 0;
        if (plain_)
            count = co_await stream_.next_layer().async_read_some(space, token);
        else
            count = co_await stream_.async_read_some(space, token);
        co_return count;
    }
    Task<void> send(const std::string& text, error_code& error) {
        auto token = asio::redirect_error(asio::use_awaitable, error);
        const auto outgoing = asio::buffer(text);
        if (plain_)
            co_await asio::async_write(stream_.next_layer(), outgoing, token);
        else
            co_await asio::async_write(stream_, outgoing, token);
    }

    asio::steady_timer timer_;
    ssl::stream<tcp::socket> stream_;
    bool plain_;
    const HttpServerSettings& settings_;
    RequestReader reader_;
    std::array<char, 8 * 1024> bytes_{};
    bool waits_ = true, closing_ = false, shut_ = false;
};

std::string openssl_reason(const error_code& error) {
    ERR_clear_error();
    const char* reason = ERR_reason_error_string(static_cast<unsigned long>(error.value()));
    return reason == nullptr ? error.message() : reason;
}

/// A key under a pass phrase: nobody is there to be asked for it.
int no_phrase(char*, int, int, void*) { return 0; }

}  // namespace

std::string use_identity(ssl::context& tls, const std::string& certificate_pem, const std::string& key_pem) {
    error_code error;
    SSL_CTX* native = tls.native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_default_passwd_cb(native, no_phrase);
    tls.use_certificate_chain(asio::buffer(certificate_pem), error);
    if (error) return "the certificate cannot be used: " + openssl_reason(error);
    tls.use_private_key(asio::buffer(key_pem), ssl::context::pem, error);
    if (error && key_pem.find("ENCRYPTED") != std::string::npos) return "the key is under a pass phrase, which nobody is there to give";
    if (ERR_GET_REASON(static_cast<unsigned long>(error.value())) == X509_R_KEY_VALUES_MISMATCH) return "the key is not the certificate's";
    if (error) return "the key cannot be used: " + openssl_reason(error);
    if (SSL_CTX_check_private_key(native) != 1) return "the key is not the certificate's";
    return {};
}

struct HttpServer::Parts : std::enable_shared_from_this<HttpServer::Parts> {
    Parts(asio::io_context& io_in, HttpServerSettings settings_in, Answer answer_in)
        : io(io_in), settings(std::move(settings_in)), answer(std::move(answer_in)), acceptor(io_in), pause(io_in), tls(ssl::context::tls_server) {}

    Task<void> run() {
        const std::shared_ptr<Parts> self = shared_from_this();
        while (!closed) {
            error_code error;
            auto token = asio::redirect_error(asio::use_awaitable, error);
            if (clients.size() >= settings.connections_max) error = asio::error::no_descriptors;
            tcp::socket socket(io);
            if (!error)
                co_await acceptor.async_accept(socket, token);
            if (closed) co_return;
            if (error) {
                // Out of descriptors, or enough clients: some time, and there may be room.
                pause.expires_after(std::chrono::milliseconds(100));
                co_await pause.async_wait(token);
                continue;
            }
            socket.set_option(tcp::no_delay(true), error);
            auto client = std::make_shared<Client>(std::move(socket), tls, settings.certificate_pem.empty(), settings);
            clients.insert(client);
            asio::co_spawn(io, serve(client), asio::detached);
        }
    }
    Task<void> serve(std::shared_ptr<Client> client) {
        const std::shared_ptr<Parts> self = shared_from_this();
        try {
            co_await client->serve(answer);
        } catch (const Stopped&) {
            // The engine is stopping: the client asks again.
        }
        client->shut();
        clients.erase(client);
    }
    void close() {
        closed = true;
        error_code ignored;
        acceptor.close(ignored);
        pause.cancel();
    }

    asio::io_context& io;
    HttpServerSettings settings;
    Answer answer;
    tcp::acceptor acceptor;
    asio::steady_timer pause;
    ssl::context tls;
    std::set<std::shared_ptr<Client>> clients;  // order reaches nothing
    std::uint16_t port = 0;
    bool closed = false;
};

HttpServer::HttpServer(asio::io_context& io, HttpServerSettings settings, Answer answer)
    : parts_(std::make_shared<Parts>(io, std::move(settings), std::move(answer))) {}

HttpServer::~HttpServer() { stop(); }

std::optional<std::string> HttpServer::bind() {
    Parts& parts = *parts_;
    const HttpServerSettings& settings = parts.settings;
    if (!settings.certificate_pem.empty())
        if (const std::string problem = use_identity(parts.tls, settings.certificate_pem, settings.key_pem); !problem.empty()) return problem;
    error_code error;
    const auto address = asio::ip::make_address(settings.address, error);
    const std::string where = settings.address + " port " + std::to_string(settings.port);
    if (error) return "`" + settings.address + "` is no address to listen on";
    const tcp::endpoint endpoint(address, settings.port);
    parts.acceptor.open(endpoint.protocol(), error);
    if (!error) parts.acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) parts.acceptor.bind(endpoint, error);
    if (!error) parts.acceptor.listen(1'024, error);
    if (error) return "cannot listen on " + where + ": " + error.message();
    parts.port = parts.acceptor.local_endpoint(error).port();
    return std::nullopt;
}

void HttpServer::accept() {
    asio::co_spawn(parts_->io, parts_->run(), asio::detached);
}

std::string HttpServer::show(const std::string& certificate_pem, const std::string& key_pem) {
    HttpServerSettings& settings = parts_->settings;
    if (certificate_pem.empty() != settings.certificate_pem.empty()) return "whether the listener speaks TLS is said at the start";
    if (certificate_pem.empty() || (certificate_pem == settings.certificate_pem && key_pem == settings.key_pem)) return {};
    ssl::context renewed(ssl::context::tls_server);
    std::string problem = use_identity(renewed, certificate_pem, key_pem);
    if (!problem.empty()) return problem;
    parts_->tls = std::move(renewed);
    settings.certificate_pem = certificate_pem;
    settings.key_pem = key_pem;
    return {};
}

void HttpServer::close() {
    parts_->close();
    for (const auto& client : std::set(parts_->clients)) client->close();
}

void HttpServer::stop() {
    parts_->close();
    for (const auto& client : std::set(parts_->clients)) client->shut();
}

std::uint16_t HttpServer::port() const { return parts_->port; }
std::size_t HttpServer::connections() const { return parts_->clients.size(); }

}  // namespace engine::adapters
