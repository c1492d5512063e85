#include "tests/serve/client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "sim/wire/classify.hpp"
#include "sim/wire/codec.hpp"

namespace serve_test {
namespace {

constexpr int patience_ms = 10'000;

int connect_to(std::uint16_t port) {
    const int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in there{};
    there.sin_family = AF_INET;
    there.sin_port = htons(port);
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(file, reinterpret_cast<const sockaddr*>(&there), sizeof there) != 0) {
        ::close(file);
        return -1;
    }
    return file;
}

}  // namespace

struct Client::Parts {
    int file = -1;
    SSL_CTX* context = nullptr;
    SSL* ssl = nullptr;
    std::string problem;
    sim::ReplyReader reader{sim::CodecLimits{64 * 1024, 64 * 1024 * 1024}};
    bool first = true;

    /// 0: the end, or too long.
    std::size_t receive(char* into, std::size_t size) {
        while (true) {
            if (ssl == nullptr || SSL_pending(ssl) == 0) {
                pollfd one{file, POLLIN, 0};
                if (::poll(&one, 1, patience_ms) != 1) return 0;
            }
            if (ssl == nullptr) {
                const ssize_t got = ::recv(file, into, size, 0);
                return got > 0 ? static_cast<std::size_t>(got) : 0;
            }
            const int got = SSL_read(ssl, into, static_cast<int>(size));
            if (got > 0) return static_cast<std::size_t>(got);
            if (SSL_get_error(ssl, got) != SSL_ERROR_WANT_READ) return 0;
        }
    }
};

Client::Client(std::uint16_t port, const std::string& ca_pem, const std::string& name) : parts_(std::make_unique<Parts>()) {
    parts_->file = connect_to(port);
    if (parts_->file < 0) {
        parts_->problem = "not connected";
        return;
    }
    if (ca_pem.empty()) return;
    parts_->context = SSL_CTX_new(TLS_client_method());
    BIO* memory = BIO_new_mem_buf(ca_pem.data(), static_cast<int>(ca_pem.size()));
    X509* authority = PEM_read_bio_X509(memory, nullptr, nullptr, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(parts_->context), authority);
    X509_free(authority);
    BIO_free(memory);
    SSL_CTX_set_verify(parts_->context, SSL_VERIFY_PEER, nullptr);
    // As strict as the strictest client: RFC 5280 to the letter.
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(parts_->context), X509_V_FLAG_X509_STRICT);
    parts_->ssl = SSL_new(parts_->context);
    SSL_set_fd(parts_->ssl, parts_->file);
    if (name.find_first_not_of("0123456789.") == std::string::npos) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(parts_->ssl), name.c_str());
    } else {
        SSL_set_tlsext_host_name(parts_->ssl, name.c_str());
        SSL_set1_host(parts_->ssl, name.c_str());
    }
    if (SSL_connect(parts_->ssl) != 1) parts_->problem = X509_verify_cert_error_string(SSL_get_verify_result(parts_->ssl));
}

Client::Client(Client&&) noexcept = default;

Client::~Client() {
    if (!parts_) return;
    if (parts_->ssl != nullptr) SSL_free(parts_->ssl);
    if (parts_->context != nullptr) SSL_CTX_free(parts_->context);
    if (parts_->file >= 0) ::close(parts_->file);
}

bool Client::connected() const { return parts_->problem.empty(); }
const std::string& Client::problem() const { return parts_->problem; }

void Client::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = parts_->ssl != nullptr ? SSL_write(parts_->ssl, bytes.data(), static_cast<int>(bytes.size()))
                                                    : ::send(parts_->file, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void Client::half_close() { ::shutdown(parts_->file, SHUT_WR); }

std::optional<fakes::Reply> Client::read() {
    char buffer[16 * 1024];
    std::string_view bytes;
    while (true) {
        switch (parts_->reader.feed(bytes)) {
            case sim::Reading::complete: return parts_->reader.take();
            case sim::Reading::broken: return std::nullopt;
            case sim::Reading::incomplete: break;
        }
        const std::size_t got = parts_->receive(buffer, sizeof buffer);
        if (got == 0) return std::nullopt;
        bytes = std::string_view(buffer, got);
    }
}

std::string Client::read_rest() {
    std::string out;
    char buffer[16 * 1024];
    while (const std::size_t got = parts_->receive(buffer, sizeof buffer)) out.append(buffer, got);
    return out;
}

bool Client::is_closed() {
    pollfd one{parts_->file, POLLIN, 0};
    char byte = 0;
    return ::poll(&one, 1, patience_ms) == 1 && ::recv(parts_->file, &byte, 1, MSG_PEEK) <= 0;
}

fakes::Reply Client::ask(const std::string& method, const std::string& target, std::vector<fakes::Header> headers, const std::string& body) {
    send(sim::request_bytes({method, "localhost", target, std::move(headers), body}));
    fakes::Reply none;
    none.status = 0;
    return read().value_or(none);
}

// ---- Receiver -----------------------------------------------------------------------------------------------------------

struct Receiver::Parts {
    int listener = -1;
    std::uint16_t port = 0;
    std::atomic<bool> stopped = false;
    std::atomic<int> status = 202;
    mutable std::mutex mutex;
    std::vector<fakes::Request> received;
    std::thread thread;

    void serve() {
        while (!stopped) {
            pollfd one{listener, POLLIN, 0};
            if (::poll(&one, 1, 20) != 1) continue;
            const int file = ::accept(listener, nullptr, nullptr);
            if (file < 0) continue;
            take(file);
            ::close(file);
        }
    }
    void take(int file) {
        sim::RequestReader reader{sim::CodecLimits{}};
        char buffer[16 * 1024];
        while (true) {
            const ssize_t got = ::recv(file, buffer, sizeof buffer, 0);
            if (got <= 0) return;
            const sim::Reading state = reader.feed(std::string_view(buffer, static_cast<std::size_t>(got)));
            if (state == sim::Reading::broken) return;
            if (state == sim::Reading::complete) break;
        }
        fakes::Request request = reader.take();
        fakes::Reply reply;
        reply.status = status;
        const std::string mark = "validationToken=";
        if (const std::size_t at = request.target.find(mark); at != std::string::npos) {
            reply.status = 200;
            reply.headers.push_back({"Content-Type", "text/plain"});
            std::string token = request.target.substr(at + mark.size());
            for (char& c : token)
                if (c == '+') c = ' ';
            reply.body = sim::percent_decoded(token);
        }
        {
            const std::lock_guard lock(mutex);
            received.push_back(std::move(request));
        }
        const std::string bytes = sim::reply_bytes(reply, 0);
        (void)::send(file, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }
};

Receiver::Receiver() : parts_(std::make_unique<Parts>()) {
    parts_->listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(parts_->listener, reinterpret_cast<const sockaddr*>(&here), sizeof here);
    ::listen(parts_->listener, 64);
    socklen_t size = sizeof here;
    ::getsockname(parts_->listener, reinterpret_cast<sockaddr*>(&here), &size);
    parts_->port = ntohs(here.sin_port);
    parts_->thread = std::thread([this] { parts_->serve(); });
}

Receiver::~Receiver() {
    parts_->stopped = true;
    parts_->thread.join();
    ::close(parts_->listener);
}

std::string Receiver::url() const { return "http://127.0.0.1:" + std::to_string(parts_->port); }

std::vector<fakes::Request> Receiver::received() const {
    const std::lock_guard lock(parts_->mutex);
    return parts_->received;
}

void Receiver::answer_with(int status) { parts_->status = status; }

}  // namespace serve_test
