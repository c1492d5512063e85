#include "sim/cli/load_client.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

namespace sim {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t head_bytes_most = 64 * 1024;
constexpr int patience_ms = 10'000;

int connect_to(std::uint16_t port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0) return socket;
    ::close(socket);
    return -1;
}

/// Status and length of the body, once the head is whole.
struct Head {
    int status = 0;
    std::size_t head_bytes = 0, body_bytes = 0;
};

std::optional<Head> read_head(std::string_view bytes) {
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) return std::nullopt;
    Head out;
    out.head_bytes = end + 4;
    if (bytes.size() > 12) std::from_chars(bytes.data() + 9, bytes.data() + 12, out.status);
    constexpr std::string_view name = "\r\nContent-Length: ";
    const std::size_t length = bytes.substr(0, end).find(name);
    if (length != std::string_view::npos) std::from_chars(bytes.data() + length + name.size(), bytes.data() + end, out.body_bytes);
    return out;
}

struct Wire {
    int socket = -1;
    SSL* tls = nullptr;
    std::string out, in;
    std::size_t written = 0, left = 0;  // of the body
    bool in_body = false, busy = false, keeps = false;
    int status = 0;
    Clock::time_point since;
};

}  // namespace

struct LoadClient::Parts {
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> tls{nullptr, &SSL_CTX_free};
    std::vector<Wire> wires;
    std::string problem;
    std::array<char, 64 * 1024> scratch{};

    void trust(const std::string& authority_pem) {
        tls.reset(SSL_CTX_new(TLS_client_method()));
        const std::unique_ptr<BIO, decltype(&BIO_free)> pem(BIO_new_mem_buf(authority_pem.data(), static_cast<int>(authority_pem.size())), &BIO_free);
        const std::unique_ptr<X509, decltype(&X509_free)> authority(PEM_read_bio_X509(pem.get(), nullptr, nullptr, nullptr), &X509_free);
        if (!authority || X509_STORE_add_cert(SSL_CTX_get_cert_store(tls.get()), authority.get()) != 1) problem = "the server's authority cannot be read";
        SSL_CTX_set_verify(tls.get(), SSL_VERIFY_PEER, nullptr);
    }

    void connect(std::uint16_t port) {
        Wire wire;
        wire.socket = connect_to(port);
        if (wire.socket < 0) {
            problem = "no connection to 127.0.0.1 port " + std::to_string(port);
            return;
        }
        if (tls) {
            wire.tls = SSL_new(tls.get());
            SSL_set_fd(wire.tls, wire.socket);
            SSL_set_tlsext_host_name(wire.tls, "localhost");
            SSL_set1_host(wire.tls, "localhost");
            if (SSL_connect(wire.tls) != 1) problem = "no TLS to 127.0.0.1 port " + std::to_string(port);
        }
        ::fcntl(wire.socket, F_SETFL, ::fcntl(wire.socket, F_GETFL) | O_NONBLOCK);
        wires.push_back(std::move(wire));
    }

    /// Bytes moved; 0: later; -1: ended.
    long write(Wire& wire) {
        const std::size_t left = wire.out.size() - wire.written;
        if (wire.tls == nullptr) {
            const ssize_t sent = ::send(wire.socket, wire.out.data() + wire.written, left, MSG_NOSIGNAL);
            return sent >= 0 ? static_cast<long>(sent) : errno == EAGAIN ? 0 : -1;
        }
        ERR_clear_error();
        std::size_t sent = 0;
        const int result = SSL_write_ex(wire.tls, wire.out.data() + wire.written, left, &sent);
        return result == 1 ? static_cast<long>(sent) : SSL_get_error(wire.tls, result) == SSL_ERROR_WANT_WRITE ? 0 : -1;
    }
    long read(Wire& wire) {
        if (wire.tls == nullptr) {
            const ssize_t got = ::recv(wire.socket, scratch.data(), scratch.size(), 0);
            return got > 0 ? static_cast<long>(got) : got < 0 && errno == EAGAIN ? 0 : -1;
        }
        ERR_clear_error();
        std::size_t got = 0;
        const int result = SSL_read_ex(wire.tls, scratch.data(), scratch.size(), &got);
        return result == 1 ? static_cast<long>(got) : SSL_get_error(wire.tls, result) == SSL_ERROR_WANT_READ ? 0 : -1;
    }

    void begin(Wire& wire, std::string request) {
        wire.out = std::move(request);
        wire.written = 0;
        wire.in.clear();
        wire.in_body = false;
        wire.busy = true;
        wire.since = Clock::now();
        push(wire);
    }
    void push(Wire& wire) {
        while (wire.written < wire.out.size()) {
            const long moved = write(wire);
            if (moved < 0) problem = "a connection broke off";
            if (moved <= 0) return;
            wire.written += static_cast<std::size_t>(moved);
        }
    }
    /// True when the answer is whole.
    bool pull(Wire& wire) {
        while (true) {
            const long got = read(wire);
            if (got < 0) problem = "a connection broke off before its answer";
            if (got <= 0) return false;
            std::string_view bytes(scratch.data(), static_cast<std::size_t>(got));
            if (!wire.in_body) {
                wire.in += bytes;
                const auto head = read_head(wire.in);
                if (!head) {
                    if (wire.in.size() > head_bytes_most) problem = "an answer's head does not end";
                    continue;
                }
                wire.status = head->status;
                wire.in_body = true;
                wire.left = head->body_bytes;
                bytes = std::string_view(wire.in).substr(head->head_bytes);
                if (wire.keeps || wire.status >= 400) wire.in = std::string(bytes);
                wire.left -= std::min(wire.left, bytes.size());
            } else {
                if (wire.keeps || wire.status >= 400) wire.in += bytes;
                wire.left -= std::min(wire.left, bytes.size());
            }
            if (wire.left == 0) return true;
        }
    }
};

LoadClient::LoadClient(std::uint16_t port, int connection_count, const std::string& authority_pem) : parts_(std::make_unique<Parts>()) {
    if (!authority_pem.empty()) parts_->trust(authority_pem);
    for (int i = 0; i < connection_count && parts_->problem.empty(); ++i) parts_->connect(port);
}

LoadClient::~LoadClient() {
    for (Wire& wire : parts_->wires) {
        SSL_free(wire.tls);
        ::close(wire.socket);
    }
}

LoadFigures LoadClient::run(const Load& load) {
    LoadFigures out;
    Parts& parts = *parts_;
    std::vector<std::chrono::nanoseconds> took;
    took.reserve(load.count);
    std::uint64_t begun = 0;
    const Clock::time_point start = Clock::now();
    for (Wire& wire : parts.wires) {
        wire.keeps = begun == 0;
        if (begun < load.count) parts.begin(wire, load.request(begun++));
    }
    std::vector<pollfd> watched(parts.wires.size());
    while (parts.problem.empty() && took.size() < begun) {
        for (std::size_t i = 0; i < watched.size(); ++i) {
            const Wire& wire = parts.wires[i];
            const bool writes = wire.written < wire.out.size();
            watched[i] = {wire.busy ? wire.socket : -1, static_cast<short>(writes ? POLLIN | POLLOUT : POLLIN), 0};
        }
        if (::poll(watched.data(), watched.size(), patience_ms) <= 0) {
            parts.problem = "no answer within ten seconds";
            break;
        }
        for (std::size_t i = 0; i < watched.size() && parts.problem.empty(); ++i) {
            Wire& wire = parts.wires[i];
            if (watched[i].revents == 0) continue;
            if (wire.written < wire.out.size()) parts.push(wire);
            if (!parts.pull(wire)) continue;
            took.push_back(Clock::now() - wire.since);
            wire.busy = false;
            if (wire.status != load.status) parts.problem = "status " + std::to_string(wire.status) + ": " + wire.in.substr(0, 300);
            if (wire.keeps) {
                out.first_body = std::move(wire.in);
                wire.keeps = false;
            }
            if (begun < load.count) parts.begin(wire, load.request(begun++));
        }
    }
    out.wall = Clock::now() - start;
    out.answers = took.size();
    out.body_bytes = out.first_body.size();
    out.problem = parts.problem;
    if (took.empty()) return out;
    const auto at = [&](std::size_t percent) {
        const auto place = took.begin() + static_cast<std::ptrdiff_t>(std::min(took.size() - 1, took.size() * percent / 100));
        std::nth_element(took.begin(), place, took.end());
        return *place;
    };
    out.half = at(50);
    out.late = at(99);
    return out;
}

}  // namespace sim
