#include "sim/serve/net_listener.hpp"

#include <string_view>

namespace sim {
namespace {

using boost::system::error_code;
using tcp = boost::asio::ip::tcp;
namespace asio = boost::asio;

int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_length, const unsigned char* in, unsigned in_length, void*) {
    static constexpr unsigned char ours[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, out_length, ours, sizeof ours, in, in_length) != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_NOACK;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

}  // namespace

std::optional<std::string> Listener::bind(const std::string& address, std::uint16_t port) {
    error_code error;
    const auto parsed = asio::ip::make_address(address, error);
    if (error) return "`" + address + "` is no address to bind to; give one like 127.0.0.1";
    const tcp::endpoint endpoint(parsed, port);
    const auto failed = [&](const std::string& why) {
        return "cannot listen on " + address + " port " + std::to_string(port) + ": " + why;
    };
    acceptor_.open(endpoint.protocol(), error);
    if (error) return failed(error.message());
    // So that a server that was just stopped can be started again.
    acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    acceptor_.bind(endpoint, error);
    if (error == asio::error::address_in_use) return failed("the port is in use; choose another by --port, or 0 for any free one");
    if (error) return failed(error.message());
    port_ = acceptor_.local_endpoint(error).port();
    acceptor_.listen(4096, error);
    // Two may have bound the same port before either listened.
    if (error == asio::error::address_in_use) return failed("the port is in use; choose another by --port, or 0 for any free one");
    if (error) return failed(error.message());
    ready_ = true;
    return std::nullopt;
}

void Listener::go_on() {
    if (!ready_ || accepting_ || pausing_ || stopped_ || open_() >= connections_max_) return;
    accepting_ = true;
    acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
        accepting_ = false;
        if (stopped_ || error == asio::error::operation_aborted) return;
        if (!error) {
            accepted_(std::move(socket), *this);
            return go_on();
        }
        // Out of file descriptors, most likely: some time, and some may be free.
        pausing_ = true;
        pause_.expires_after(std::chrono::milliseconds(100));
        pause_.async_wait([this](const error_code& cancelled) {
            if (cancelled) return;
            pausing_ = false;
            go_on();
        });
    });
}

void Listener::stop() {
    stopped_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
}

SSL_CTX* make_server_context() {
    SSL_CTX* context = SSL_CTX_new(TLS_server_method());
    if (context == nullptr) return nullptr;
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    // The shorter key first: it is half again as fast, and what is guarded here are tests.
    SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256");
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_num_tickets(context, 1);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);  // tickets need no memory here
    static constexpr std::string_view id = "calrig serve";
    SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>(id.data()), static_cast<unsigned>(id.size()));
    SSL_CTX_set_alpn_select_cb(context, &choose_protocol, nullptr);
    return context;
}

}  // namespace sim
