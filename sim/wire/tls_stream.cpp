// Connections over loopback sockets and TLS 1.3. One listener stands for all hosts: a host's certificate is chosen by
// the name that the client asks for, and the client verifies name and authority like any other.
#include <openssl/ssl.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <cstdint>
#include <map>
#include <set>
#include <utility>

#include "sim/wire/byte_stream.hpp"
#include "sim/wire/tls_authority.hpp"

namespace sim {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

/// Counts below TLS: what one end's TLS layer wrote and the other's has not read is in flight.
struct CountedLine final : Line {
    std::array<std::uint64_t, 2> written{}, read{};  // near, far
    bool near_open = true, far_open = false;
};

class TlsDialler;

class TlsStream final : public ByteStream, public std::enable_shared_from_this<TlsStream> {
  public:
    enum Side : std::size_t { near = 0, far = 1 };

    TlsStream(TlsDialler& dialler, tcp::socket socket, ssl::context& context, Side side)
        : dialler_(&dialler), stream_(std::move(socket), context), side_(side) {}

    void connect(const std::string& host, const tcp::endpoint& endpoint, std::weak_ptr<StreamEvents> events);
    void accepted();
    void write(std::string bytes) override;
    void close() override;
    std::shared_ptr<Line> line() override { return line_; }
    void forget_dialler() { dialler_ = nullptr; }

  private:
    void shaken(const error_code& error);
    void read();
    void flush();
    void end(engine::HttpFailure why, std::string detail);
    void shut();
    void count();

    TlsDialler* dialler_;
    ssl::stream<tcp::socket> stream_;
    Side side_;
    std::shared_ptr<CountedLine> line_ = std::make_shared<CountedLine>();
    std::weak_ptr<StreamEvents> events_;
    std::string outgoing_, writing_;
    std::array<char, 32 * 1024> incoming_;
    bool shaken_ = false, closing_ = false, shut_ = false, busy_writing_ = false;
};

class TlsDialler final : public Dialler {
  public:
    explicit TlsDialler(asio::io_context& io)
        : io_(io), acceptor_(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)), client_(ssl::context::tls_client),
          server_(ssl::context::tls_server), authority_("calrig simulated authority"), stranger_("unknown authority") {
        for (ssl::context* context : {&client_, &server_}) harden(context->native_handle());
        client_.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
        authority_.trusted_by(client_.native_handle());
        SSL_CTX_set_tlsext_servername_callback(server_.native_handle(), &TlsDialler::choose_certificate);
        SSL_CTX_set_tlsext_servername_arg(server_.native_handle(), this);
        accept_next();
    }
    ~TlsDialler() override {
        for (TlsStream* stream : streams_) stream->forget_dialler();
    }
    void on_accept(Accept accept) override { accept_ = std::move(accept); }
    std::shared_ptr<ByteStream> dial(const std::string& host, std::weak_ptr<StreamEvents> near) override {
        auto stream = std::make_shared<TlsStream>(*this, tcp::socket(io_), client_, TlsStream::near);
        streams_.insert(stream.get());
        ++shaking_;
        stream->connect(host, acceptor_.local_endpoint(), std::move(near));
        return stream;
    }
    std::size_t in_flight() const override {
        std::size_t bytes = shaking_;
        for (const auto& [port, line] : lines_)
            if (line->near_open && line->far_open)
                bytes += (line->written[0] - line->read[1]) + (line->written[1] - line->read[0]);
        return bytes;
    }
    bool waits_for_the_outside() const override { return true; }
    void present(std::string_view host, Network::Certificate certificate) override {
        presented_[std::string(host)] = certificate;
        contexts_.erase(std::string(host));
    }

    std::shared_ptr<StreamEvents> listener_for(std::shared_ptr<ByteStream> stream) { return accept_(std::move(stream)); }
    void shaking_ended() { --shaking_; }
    void shaking_began() { ++shaking_; }
    void gone(TlsStream* stream) { streams_.erase(stream); }
    /// The line of the connection whose near end has this port; whichever end asks first makes it.
    std::shared_ptr<CountedLine> line_at(std::uint16_t port) {
        auto& line = lines_[port];
        if (!line) line = std::make_shared<CountedLine>();
        return line;
    }
    void line_closed(const std::shared_ptr<CountedLine>& line) {
        if (line->near_open || line->far_open) return;
        std::erase_if(lines_, [&](const auto& entry) { return entry.second == line; });
    }

  private:
    static void harden(SSL_CTX* context) {
        SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
        SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION);
        // A ticket is written after the handshake and read by nobody: it would stay in flight for ever.
        SSL_CTX_set_num_tickets(context, 0);
        SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    }
    static int choose_certificate(SSL* ssl, int*, void* self) {
        const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
        if (!name) return SSL_TLSEXT_ERR_ALERT_FATAL;
        SSL_CTX* context = static_cast<TlsDialler*>(self)->context_of(name);
        if (!context) return SSL_TLSEXT_ERR_ALERT_FATAL;
        SSL_set_SSL_CTX(ssl, context);
        return SSL_TLSEXT_ERR_OK;
    }
    SSL_CTX* context_of(const std::string& host) {
        const auto known = contexts_.find(host);
        if (known != contexts_.end()) return known->second.native_handle();
        ssl::context context(ssl::context::tls_server);
        harden(context.native_handle());
        const auto asked = presented_.find(host);
        const auto what = asked == presented_.end() ? Network::Certificate::right : asked->second;
        const std::string name = what == Network::Certificate::wrong_name ? "other.example" : host;
        const TlsAuthority& issuer = what == Network::Certificate::foreign ? stranger_ : authority_;
        if (!issuer.issue(name, context.native_handle())) return nullptr;
        return contexts_.emplace(host, std::move(context)).first->second.native_handle();
    }
    void accept_next() {
        acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
            if (error == asio::error::operation_aborted) return;  // the dialler may be gone
            if (!error) {
                auto stream = std::make_shared<TlsStream>(*this, std::move(socket), server_, TlsStream::far);
                streams_.insert(stream.get());
                stream->accepted();
            }
            accept_next();
        });
    }

    asio::io_context& io_;
    tcp::acceptor acceptor_;
    ssl::context client_, server_;
    TlsAuthority authority_, stranger_;
    Accept accept_;
    std::map<std::string, ssl::context> contexts_;
    std::map<std::string, Network::Certificate> presented_;
    std::map<std::uint16_t, std::shared_ptr<CountedLine>> lines_;  // by the near end's port
    std::set<TlsStream*> streams_;                                 // to tell them of our end; order reaches nothing
    std::size_t shaking_ = 0;
};

void TlsStream::connect(const std::string& host, const tcp::endpoint& endpoint, std::weak_ptr<StreamEvents> events) {
    events_ = std::move(events);
    SSL_set_tlsext_host_name(stream_.native_handle(), host.c_str());
    stream_.set_verify_callback(ssl::host_name_verification(host));
    stream_.next_layer().async_connect(endpoint, [self = shared_from_this()](const error_code& error) {
        if (self->shut_ || !self->dialler_) return;
        if (error) return self->shaken(error);
        error_code ignored;
        self->stream_.next_layer().set_option(tcp::no_delay(true), ignored);
        const auto port = self->stream_.next_layer().local_endpoint(ignored).port();
        const std::uint64_t number = self->line_->number;
        self->line_ = self->dialler_->line_at(port);
        self->line_->number = number;
        self->stream_.async_handshake(ssl::stream_base::client,
                                      [self](const error_code& shake) { self->shaken(shake); });
    });
}

void TlsStream::accepted() {
    error_code ignored;
    stream_.next_layer().set_option(tcp::no_delay(true), ignored);
    line_ = dialler_->line_at(stream_.next_layer().remote_endpoint(ignored).port());
    line_->far_open = true;
    dialler_->shaking_began();
    stream_.async_handshake(ssl::stream_base::server,
                            [self = shared_from_this()](const error_code& error) { self->shaken(error); });
}

void TlsStream::shaken(const error_code& error) {
    if (!dialler_) return;
    if (!shaken_) dialler_->shaking_ended();
    shaken_ = true;
    if (shut_) return;
    count();
    if (error) {
        const bool by_tls = error.category() == asio::error::get_ssl_category();
        return end(by_tls ? engine::HttpFailure::untrusted : engine::HttpFailure::not_connected,
                   by_tls ? "certificate refused: " + error.message() : "not connected: " + error.message());
    }
    if (side_ == far) events_ = dialler_->listener_for(shared_from_this());
    read();
    flush();
}

void TlsStream::read() {
    stream_.async_read_some(asio::buffer(incoming_), [self = shared_from_this()](const error_code& error, std::size_t got) {
        if (self->shut_ || !self->dialler_) return;
        self->count();
        if (error) return self->end(engine::HttpFailure::cut, "connection closed");
        if (auto events = self->events_.lock(); events && !self->closing_)
            events->on_bytes(std::string_view(self->incoming_.data(), got));
        if (!self->shut_) self->read();
    });
}

void TlsStream::write(std::string bytes) {
    if (closing_ || shut_) return;
    if (outgoing_.empty()) {
        outgoing_ = std::move(bytes);
    } else {
        outgoing_ += bytes;
    }
    flush();
}

void TlsStream::flush() {
    if (!shaken_ || busy_writing_ || shut_) return;
    if (outgoing_.empty()) {
        if (closing_) shut();
        return;
    }
    busy_writing_ = true;
    writing_ = std::exchange(outgoing_, {});
    asio::async_write(stream_, asio::buffer(writing_),
                      [self = shared_from_this()](const error_code& error, std::size_t) {
                          self->busy_writing_ = false;
                          if (self->shut_ || !self->dialler_) return;
                          self->count();
                          if (error) return self->end(engine::HttpFailure::cut, "connection closed");
                          self->flush();
                      });
}

void TlsStream::close() {
    if (closing_) return;
    closing_ = true;
    if (!dialler_) return;
    if (!shaken_) return shut();
    flush();
}

void TlsStream::end(engine::HttpFailure why, std::string detail) {
    const bool tell = !closing_;
    auto events = events_.lock();
    closing_ = true;
    shut();
    if (tell && events) events->on_end(why, std::move(detail));
}

// Without a TLS goodbye: what a cut connection looks like, and what idle ones lose nothing by.
void TlsStream::shut() {
    if (std::exchange(shut_, true)) return;
    error_code ignored;
    stream_.next_layer().shutdown(tcp::socket::shutdown_both, ignored);
    stream_.next_layer().close(ignored);
    if (!shaken_ && dialler_) dialler_->shaking_ended();
    shaken_ = true;
    (side_ == near ? line_->near_open : line_->far_open) = false;
    if (dialler_) {
        dialler_->line_closed(line_);
        dialler_->gone(this);
    }
    dialler_ = nullptr;
}

void TlsStream::count() {
    SSL* native = stream_.native_handle();
    line_->written[side_] = BIO_number_written(SSL_get_wbio(native));
    line_->read[side_] = BIO_number_read(SSL_get_rbio(native));
}

}  // namespace

std::unique_ptr<Dialler> make_tls_dialler(boost::asio::io_context& io) { return std::make_unique<TlsDialler>(io); }

}  // namespace sim
