#include "sim/serve/net_connection.hpp"

#include <openssl/err.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "sim/serve/reply_head.hpp"

namespace sim {
namespace {

using boost::system::error_code;
using tcp = boost::asio::ip::tcp;

constexpr std::size_t head_kept_bytes = 4 * 1024;
constexpr std::size_t tls_record_bytes = 16 * 1024;  // RFC 8446 5.1
constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view plain_to_tls =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 68\r\nConnection: close\r\n\r\n"
    "This port speaks HTTPS. Begin the address with https:// and try it.\n";

}  // namespace

Connection::Connection(ConnectionEvents& events, tcp::socket socket, SSL_CTX* tls, std::optional<Service> only)
    : events_(events), socket_(std::move(socket)), only_(only), reader_(events.limits()) {
    if (tls == nullptr) return;
    ssl_ = SSL_new(tls);
    if (ssl_ == nullptr) return;
    SSL_set_fd(ssl_, static_cast<int>(socket_.native_handle()));
    SSL_set_accept_state(ssl_);
}

Connection::~Connection() {
    if (ssl_ != nullptr) SSL_free(ssl_);
}

void Connection::patient(std::uint32_t seconds) { deadline_s_ = events_.seconds() + seconds; }

void Connection::start() {
    error_code ignored;
    socket_.non_blocking(true, ignored);
    socket_.set_option(tcp::no_delay(true), ignored);
    patient(events_.patience().head_s);
    wait(tcp::socket::wait_read);
}

void Connection::check(std::uint32_t seconds) {
    // Whoever waits for a service's answer is not to blame for it.
    if (phase_ != Phase::answering && seconds > deadline_s_) shut();
}

void Connection::shut() {
    if (phase_ == Phase::shut) return;
    phase_ = Phase::shut;
    if (ssl_ != nullptr && SSL_is_init_finished(ssl_)) {
        ERR_clear_error();
        SSL_shutdown(ssl_);  // one close_notify; nobody waits for the other
    }
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
    events_.gone(*this);
}

void Connection::wait(boost::asio::socket_base::wait_type what) {
    bool& waits = what == tcp::socket::wait_read ? waits_read_ : waits_write_;
    if (waits || phase_ == Phase::shut) return;
    waits = true;
    socket_.async_wait(what, [self = shared_from_this(), what](const error_code& error) {
        (what == tcp::socket::wait_read ? self->waits_read_ : self->waits_write_) = false;
        if (self->phase_ == Phase::shut) return;
        if (error) return self->shut();
        self->work();
    });
}

/// Goes on as far as it can: writes what is to be written, then reads on.
void Connection::work() {
    if (in_work_ || phase_ == Phase::shut) return;
    in_work_ = true;
    const auto self = shared_from_this();
    while (phase_ != Phase::shut) {
        if (phase_ == Phase::answering) break;
        if (phase_ == Phase::writing) {
            if (!flush()) break;
            continue;
        }
        if (phase_ == Phase::reading && !kept_.empty()) {
            const std::string kept = std::exchange(kept_, {});
            if (!consume(kept)) break;
            continue;
        }
        const std::span<char> scratch = events_.scratch();
        std::size_t got = 0;
        const Moved moved = read(scratch, got);
        if (moved == Moved::later) {
            wait(tls_wants_write_ ? tcp::socket::wait_write : tcp::socket::wait_read);
            break;
        }
        if (moved == Moved::ended) {
            shut();
            break;
        }
        if (phase_ == Phase::lingering) continue;  // what comes now is thrown away
        if (!consume(std::string_view(scratch.data(), got))) break;
        // A plain socket that gave less than was asked for is empty; TLS may hold more.
        if (ssl_ == nullptr && got < scratch.size() && phase_ == Phase::reading && kept_.empty()) {
            wait(tcp::socket::wait_read);
            break;
        }
    }
    in_work_ = false;
}

bool Connection::consume(std::string_view bytes) {
    const bool was_within = reader_.within();
    const HttpReader::State state = reader_.feed(bytes);
    switch (state) {
        case HttpReader::State::more:
            if (!was_within && reader_.within()) patient(events_.patience().head_s);
            else if (reader_.in_body()) patient(events_.patience().progress_s);
            return true;
        case HttpReader::State::waits:
            patient(events_.patience().progress_s);
            head_ = go_on;
            body_.clear();
            written_ = 0;
            phase_ = Phase::writing;
            keeps_alive_ = true;
            kept_.assign(bytes);
            exchange = 0;
            return true;
        case HttpReader::State::refused: refuse(); return true;
        case HttpReader::State::complete: break;
    }
    kept_.assign(bytes);
    keeps_alive_ = reader_.keeps_alive();
    phase_ = Phase::answering;
    events_.asked(*this, reader_.request());
    return phase_ != Phase::answering;
}

void Connection::refuse() {
    keeps_alive_ = false;
    phase_ = Phase::answering;
    answer(events_.refusal(*this, reader_.status(), reader_.request().target, reader_.why()));
}

void Connection::answer(fakes::Reply&& reply) {
    if (phase_ != Phase::answering) return;
    put_head(reply);
    if (reader_.is_head() || !reply_may_have_body(reply.status)) body_.clear();
    else body_ = std::move(reply.body);
    written_ = 0;
    phase_ = Phase::writing;
    patient(events_.patience().progress_s);
    if (!in_work_) work();
}

void Connection::answer_half(fakes::Reply&& reply) {
    if (phase_ != Phase::answering) return;
    put_head(reply);
    // Without a body, the head itself breaks off.
    body_ = reply.body.substr(0, reply.body.size() / 2);
    if (reply.body.empty()) head_.resize(head_.size() / 2);
    written_ = 0;
    breaks_off_ = true;
    phase_ = Phase::writing;
    patient(events_.patience().progress_s);
    if (!in_work_) work();
}

void Connection::put_head(const fakes::Reply& reply) {
    head_.clear();
    append_reply_head(head_, reply, reader_.is_old(), keeps_alive_, events_.http_date());
}

bool Connection::flush() {
    const std::size_t before = written_;
    const Moved moved = ssl_ != nullptr ? flush_tls() : flush_plain();
    if (written_ != before) patient(events_.patience().progress_s);
    if (moved == Moved::ended) {
        shut();
        return false;
    }
    if (moved == Moved::later) {
        wait(ssl_ == nullptr || tls_wants_write_ ? tcp::socket::wait_write : tcp::socket::wait_read);
        return false;
    }
    finish_reply();
    return phase_ != Phase::shut;
}

void Connection::finish_reply() {
    body_ = {};
    if (head_.capacity() > head_kept_bytes) head_ = {};
    if (reader_.in_body()) {  // that was "100 Continue"
        phase_ = Phase::reading;
        return;
    }
    if (breaks_off_) return shut();
    if (!keeps_alive_) return linger();
    reader_.next();
    phase_ = Phase::reading;
    patient(events_.patience().idle_s);
}

/// Closing a socket with unread bytes would reset the connection, and the client might never see the reply.
void Connection::linger() {
    phase_ = Phase::lingering;
    if (ssl_ != nullptr) {
        ERR_clear_error();
        SSL_shutdown(ssl_);
    }
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    patient(events_.patience().linger_s);
}

Connection::Moved Connection::flush_plain() {
    const std::size_t all = head_.size() + body_.size();
    while (written_ < all) {
        iovec pieces[2];
        std::size_t count = 0;
        if (written_ < head_.size()) pieces[count++] = {head_.data() + written_, head_.size() - written_};
        const std::size_t in_body = written_ > head_.size() ? written_ - head_.size() : 0;
        if (in_body < body_.size()) pieces[count++] = {body_.data() + in_body, body_.size() - in_body};
        msghdr message{};
        message.msg_iov = pieces;
        message.msg_iovlen = count;
        const ssize_t sent = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EINTR) continue;
            return errno == EAGAIN || errno == EWOULDBLOCK ? Moved::later : Moved::ended;
        }
        written_ += static_cast<std::size_t>(sent);
    }
    return Moved::some;
}

Connection::Moved Connection::flush_tls() {
    const std::size_t all = head_.size() + body_.size();
    while (written_ < all) {
        const char* from = nullptr;
        std::size_t size = 0;
        if (written_ < head_.size()) {
            // Head and the body's beginning share a record.
            const std::span<char> scratch = events_.scratch();
            const std::size_t of_head = std::min(head_.size() - written_, tls_record_bytes);
            const std::size_t of_body = std::min(body_.size(), tls_record_bytes - of_head);
            std::memcpy(scratch.data(), head_.data() + written_, of_head);
            if (of_body > 0) std::memcpy(scratch.data() + of_head, body_.data(), of_body);
            from = scratch.data();
            size = of_head + of_body;
        } else {
            from = body_.data() + (written_ - head_.size());
            size = all - written_;
        }
        ERR_clear_error();
        std::size_t sent = 0;
        const int result = SSL_write_ex(ssl_, from, size, &sent);
        if (result != 1) return tls_outcome(result);
        written_ += sent;
    }
    return Moved::some;
}

Connection::Moved Connection::read(std::span<char> into, std::size_t& got) {
    tls_wants_write_ = false;
    if (ssl_ != nullptr) {
        if (phase_ == Phase::lingering) {
            // After our close_notify only the socket is emptied.
        } else {
            ERR_clear_error();
            const int result = SSL_read_ex(ssl_, into.data(), into.size(), &got);
            return result == 1 ? Moved::some : tls_outcome(result);
        }
    }
    while (true) {
        const ssize_t count = ::recv(socket_.native_handle(), into.data(), into.size(), 0);
        if (count > 0) {
            got = static_cast<std::size_t>(count);
            return Moved::some;
        }
        if (count == 0) return Moved::ended;
        if (errno == EINTR) continue;
        return errno == EAGAIN || errno == EWOULDBLOCK ? Moved::later : Moved::ended;
    }
}

Connection::Moved Connection::tls_outcome(int result) {
    switch (SSL_get_error(ssl_, result)) {
        case SSL_ERROR_WANT_READ: tls_wants_write_ = false; return Moved::later;
        case SSL_ERROR_WANT_WRITE: tls_wants_write_ = true; return Moved::later;
        case SSL_ERROR_SSL:
            if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST) say_plain_text();
            break;
        default: break;
    }
    ERR_clear_error();
    return Moved::ended;
}

void Connection::say_plain_text() {
    // A mistake worth a sentence; nobody waits for it to be taken.
    (void)::send(socket_.native_handle(), plain_to_tls.data(), plain_to_tls.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace sim
