#include "sim/serve/net_outgoing.hpp"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <deque>
#include <optional>
#include <set>
#include <utility>

#include "sim/wire/codec.hpp"
#include "sim/wire/message.hpp"

namespace sim {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

struct Destination {
    bool tls = true;
    std::string host, port, authority, target;
};

bool is_loopback_name(const std::string& host) {
    if (host == "localhost") return true;
    error_code error;
    const auto address = asio::ip::make_address(host, error);
    return !error && address.is_loopback();
}

/// A sentence when there is no sending to it.
std::string find_destination(const std::string& url, Destination& out) {
    const auto parsed = boost::urls::parse_uri(url);
    if (!parsed) return "the address is no absolute URL";
    const boost::urls::url_view view = *parsed;
    const std::string scheme = view.scheme();
    out.tls = view.scheme_id() == boost::urls::scheme::https;
    if (!out.tls && view.scheme_id() != boost::urls::scheme::http) return "only https and http are spoken";
    if (view.has_userinfo()) return "an address with a user name is not sent to";
    out.host = view.host_address();
    if (out.host.empty()) return "the address names no host";
    if (!out.tls && !is_loopback_name(out.host)) return "plain http goes to loopback only";
    out.port = view.has_port() && view.port_number() != 0 ? std::string(view.port()) : std::string(out.tls ? "443" : "80");
    out.authority = std::string(view.encoded_host());
    if (view.has_port()) out.authority += ":" + out.port;
    out.target = std::string(view.encoded_target());
    if (out.target.empty() || out.target.front() != '/') out.target = "/" + out.target;
    return {};
}

/// One delivery, over its own connection.
class Delivery : public std::enable_shared_from_this<Delivery> {
  public:
    using Finished = std::function<void(Delivery&, const fakes::Reply*, const std::string&)>;

    Delivery(asio::io_context& io, ssl::context& tls, Destination to, std::string bytes, CodecLimits limits, Finished finished)
        : resolver_(io), timer_(io), stream_(io, tls), to_(std::move(to)), bytes_(std::move(bytes)), reader_(limits), finished_(std::move(finished)) {}

    void start(std::chrono::milliseconds limit) {
        timer_.expires_after(limit);
        timer_.async_wait([self = shared_from_this()](const error_code& error) {
            if (!error) self->end(nullptr, "no answer in time");
        });
        resolver_.async_resolve(to_.host, to_.port, [self = shared_from_this()](const error_code& error, const tcp::resolver::results_type& found) {
            if (error) return self->end(nullptr, "no such host: " + error.message());
            self->connect(found);
        });
    }
    void drop() {
        finished_ = nullptr;
        end(nullptr, {});
    }

  private:
    void connect(const tcp::resolver::results_type& found) {
        if (over_) return;
        asio::async_connect(stream_.next_layer(), found, [self = shared_from_this()](const error_code& error, const tcp::endpoint& there) {
            if (error || self->over_) return self->end(nullptr, "not connected: " + error.message());
            error_code ignored;
            self->stream_.next_layer().set_option(tcp::no_delay(true), ignored);
            if (self->to_.tls) return self->shake();
            // A name may point anywhere: what counts is where it led.
            if (!there.address().is_loopback()) return self->end(nullptr, "plain http goes to loopback only");
            self->write();
        });
    }
    void shake() {
        error_code no_address;
        asio::ip::make_address(to_.host, no_address);
        if (no_address) SSL_set_tlsext_host_name(stream_.native_handle(), to_.host.c_str());  // RFC 6066 3: no addresses
        stream_.set_verify_callback(ssl::host_name_verification(to_.host));
        stream_.async_handshake(ssl::stream_base::client, [self = shared_from_this()](const error_code& error) {
            if (error) return self->end(nullptr, "TLS refused: " + error.message());
            self->write();
        });
    }
    void write() {
        const auto written = [self = shared_from_this()](const error_code& error, std::size_t) {
            if (error) return self->end(nullptr, "cut while sending: " + error.message());
            self->read();
        };
        if (to_.tls) asio::async_write(stream_, asio::buffer(bytes_), written);
        else asio::async_write(stream_.next_layer(), asio::buffer(bytes_), written);
    }
    void read() {
        if (over_) return;
        const auto got = [self = shared_from_this()](const error_code& error, std::size_t count) { self->take(error, count); };
        if (to_.tls) stream_.async_read_some(asio::buffer(incoming_), got);
        else stream_.next_layer().async_read_some(asio::buffer(incoming_), got);
    }
    void take(const error_code& error, std::size_t count) {
        if (over_) return;
        if (error) return end(nullptr, "cut before the answer: " + error.message());
        std::string_view bytes(incoming_.data(), count);
        while (true) {
            switch (reader_.feed(bytes)) {
                case Reading::incomplete: return read();
                case Reading::broken: return end(nullptr, "no HTTP answer: " + reader_.problem());
                case Reading::complete: break;
            }
            const fakes::Reply reply = reader_.take();
            if (reply.status >= 200) return end(&reply, {});
            bytes = {};  // an interim answer; the reader kept what follows it
        }
    }
    void end(const fakes::Reply* reply, const std::string& why) {
        if (over_) return;
        over_ = true;
        const auto self = shared_from_this();
        timer_.cancel();
        resolver_.cancel();
        error_code ignored;
        stream_.next_layer().close(ignored);
        if (const Finished finished = std::exchange(finished_, nullptr)) finished(*this, reply, why);
    }

    tcp::resolver resolver_;
    asio::steady_timer timer_;
    ssl::stream<tcp::socket> stream_;
    Destination to_;
    std::string bytes_;
    ReplyReader reader_;
    Finished finished_;
    bool over_ = false;
    std::array<char, 8 * 1024> incoming_{};
};

}  // namespace

struct OutgoingMail::Parts : std::enable_shared_from_this<OutgoingMail::Parts> {
    struct Waiting {
        Destination to;
        std::string bytes;
        Done done;
    };

    Parts(asio::io_context& io_in, OutgoingSettings settings_in) : io(io_in), settings(std::move(settings_in)) {}

    /// Made when first needed: the system's authorities take longer to read than everything else at the start.
    ssl::context& context() {
        if (tls) return *tls;
        tls.emplace(ssl::context::tls_client);
        SSL_CTX* native = tls->native_handle();
        SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
        error_code ignored;
        tls->set_default_verify_paths(ignored);
        if (!settings.trusted_pem.empty()) {
            BIO* memory = BIO_new_mem_buf(settings.trusted_pem.data(), static_cast<int>(settings.trusted_pem.size()));
            while (X509* one = PEM_read_bio_X509(memory, nullptr, nullptr, nullptr)) {
                X509_STORE_add_cert(SSL_CTX_get_cert_store(native), one);
                X509_free(one);
            }
            BIO_free(memory);
            ERR_clear_error();
        }
        tls->set_verify_mode(ssl::verify_peer);
        return *tls;
    }

    void fill() {
        while (!stopped && under_way.size() < settings.at_once && !queue.empty()) {
            Waiting next = std::move(queue.front());
            queue.pop_front();
            CodecLimits limits;
            limits.body_bytes = settings.reply_bytes;
            auto delivery = std::make_shared<Delivery>(
                io, context(), std::move(next.to), std::move(next.bytes), limits,
                [weak = weak_from_this(), done = std::move(next.done)](Delivery& over, const fakes::Reply* reply, const std::string& why) {
                    const auto self = weak.lock();
                    if (!self) return;
                    std::erase_if(self->under_way, [&](const auto& one) { return one.get() == &over; });
                    done(reply, why);
                    self->fill();
                });
            under_way.insert(delivery);
            delivery->start(settings.time_limit);
        }
    }

    asio::io_context& io;
    OutgoingSettings settings;
    std::optional<ssl::context> tls;
    std::deque<Waiting> queue;
    std::set<std::shared_ptr<Delivery>> under_way;  // order reaches nothing
    bool stopped = false;
};

OutgoingMail::OutgoingMail(asio::io_context& io, OutgoingSettings settings) : parts_(std::make_shared<Parts>(io, std::move(settings))) {}

OutgoingMail::~OutgoingMail() { stop(); }

void OutgoingMail::stop() {
    parts_->stopped = true;
    parts_->queue.clear();
    const auto under_way = std::exchange(parts_->under_way, {});
    for (const auto& delivery : under_way) delivery->drop();
}

void OutgoingMail::send(const fakes::Outgoing& message, Done done) {
    Destination to;
    std::string problem = find_destination(message.url, to);
    fakes::Request request;
    request.method = message.method;
    request.host = to.authority;
    request.target = to.target;
    request.headers = message.headers;
    request.headers.push_back({"Connection", "close"});
    request.body = message.body;
    if (problem.empty()) problem = unsendable(request, NetworkLimits{});
    if (problem.empty() && parts_->queue.size() >= parts_->settings.queued) problem = "too many messages wait to be sent";
    asio::post(parts_->io, [weak = std::weak_ptr(parts_), problem, to = std::move(to), request = std::move(request), done = std::move(done)]() mutable {
        const auto parts = weak.lock();
        if (!parts || parts->stopped) return;
        if (!problem.empty()) return done(nullptr, problem);
        parts->queue.push_back({std::move(to), request_bytes(request), std::move(done)});
        parts->fill();
    });
}

}  // namespace sim
