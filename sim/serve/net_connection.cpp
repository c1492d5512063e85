#include "sim/serve/net_connection.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "sim/serve/content_coding.hpp"
#include "sim/serve/reply_head.hpp"

namespace sim {
namespace {

using boost::system::error_code;
using tcp = boost::asio::ip::tcp;

constexpr std::size_t head_kept_bytes = 4 * 1024;
constexpr std::size_t tls_record_bytes = 16 * 1024;  // RFC 8446 5.1
constexpr std::size_t sealed_at_once = 256 * 1024;   // of a long reply, before the socket has taken what is there
constexpr int requests_in_row_max = 4;               // of one client, while others wait
constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view plain_to_tls =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 68\r\nConnection: close\r\n\r\n"
    "This port speaks HTTPS. Begin the address with https:// and try it.\n";

/// Takes every byte: the connection sends them when it likes.
BIO* new_sealing_bio(int (*write)(BIO*, const char*, int)) {
    static BIO_METHOD* const method = [write] {
        BIO_METHOD* const out = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "sealed records");
        BIO_meth_set_write(out, write);
        BIO_meth_set_ctrl(out, [](BIO*, int command, long, void*) -> long { return command == BIO_CTRL_FLUSH ? 1 : 0; });
        return out;
    }();
    BIO* const bio = BIO_new(method);
    if (bio != nullptr) BIO_set_init(bio, 1);
    return bio;
}

}  // namespace

int Connection::seal(BIO* bio, const char* bytes, int count) {
    static_cast<Connection*>(BIO_get_data(bio))->sealed_.append(bytes, static_cast<std::size_t>(count));
    return count;
}

Connection::Connection(ConnectionEvents& events, tcp::socket socket, SSL_CTX* tls, std::optional<Service> only)
    : events_(events), socket_(std::move(socket)), only_(only), reader_(events.limits()), wants_tls_(tls != nullptr) {
    if (tls == nullptr) return;
    ssl_ = SSL_new(tls);
    if (ssl_ == nullptr) return;
    BIO* const out = new_sealing_bio(&Connection::seal);
    BIO* const in = BIO_new_socket(static_cast<int>(socket_.native_handle()), BIO_NOCLOSE);
    if (out == nullptr || in == nullptr) {
        BIO_free(out);
        BIO_free(in);
        SSL_free(std::exchange(ssl_, nullptr));
        return;
    }
    BIO_set_data(out, this);
    SSL_set_bio(ssl_, in, out);
    SSL_set_accept_state(ssl_);
}

Connection::~Connection() {
    if (ssl_ != nullptr) SSL_free(ssl_);
}

void Connection::patient(std::uint32_t seconds) { deadline_s_ = events_.seconds() + seconds; }

void Connection::start() {
    if (wants_tls_ && ssl_ == nullptr) return shut();  // no memory: never in plain text instead
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
        (void)send_sealed();
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
    for (int requests = 0; phase_ != Phase::shut;) {
        if (phase_ == Phase::answering) break;
        if (phase_ == Phase::writing) {
            if (!flush()) break;
            // The next request is rarely there yet, and others wait: the reactor says when.
            if (phase_ == Phase::reading && kept_.empty() && (ssl_ == nullptr || SSL_has_pending(ssl_) == 0)) {
                wait(tcp::socket::wait_read);
                break;
            }
            continue;
        }
        if (requests >= requests_in_row_max) {
            // Others wait, too.
            boost::asio::post(socket_.get_executor(), [self] { self->work(); });
            break;
        }
        ++requests;
        if (phase_ == Phase::reading && !kept_.empty()) {
            const std::string kept = std::exchange(kept_, {});
            if (!consume(kept)) break;
            continue;
        }
        const std::span<char> scratch = events_.scratch();
        std::size_t got = 0;
        const Moved moved = read(scratch, got);
        if (moved == Moved::later) {
            wait(sealed_.empty() ? tcp::socket::wait_read : tcp::socket::wait_write);
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
            body_ = {};
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
    if (const auto bad = decode_body(reader_.request(), events_.limits().body_bytes)) {
        answer(events_.refusal(*this, bad->status, reader_.request().target, bad->why));
        return true;
    }
    events_.asked(*this, reader_.request());
    return phase_ != Phase::answering;
}

void Connection::refuse() {
    keeps_alive_ = false;
    phase_ = Phase::answering;
    answer(events_.refusal(*this, reader_.status(), reader_.request().target, reader_.why()));
}

void Connection::answer(std::shared_ptr<const fakes::Reply> reply) {
    if (phase_ != Phase::answering) return;
    BodyForm form;
    form.varies = may_be_packed(reader_.request().target, *reply) && reply_may_have_body(reply->status);
    if (form.varies && asks_for_packed(reader_.request())) packed_ = packed(reply->body);
    if (!packed_.empty()) form.packed_bytes = packed_.size();
    put_head(*reply, form);
    reply_ = std::move(reply);
    body_ = reader_.is_head() || !reply_may_have_body(reply_->status) ? std::string_view() : std::string_view(packed_.empty() ? reply_->body : packed_);
    written_ = 0;
    phase_ = Phase::writing;
    patient(events_.patience().progress_s);
    if (!in_work_) work();
}

void Connection::answer_half(fakes::Reply&& reply) {
    if (phase_ != Phase::answering) return;
    put_head(reply, {});
    // Without a body, the head itself breaks off.
    if (reply.body.empty()) head_.resize(head_.size() / 2);
    reply_ = std::make_shared<const fakes::Reply>(std::move(reply));
    body_ = std::string_view(reply_->body).substr(0, reply_->body.size() / 2);
    written_ = 0;
    breaks_off_ = true;
    phase_ = Phase::writing;
    patient(events_.patience().progress_s);
    if (!in_work_) work();
}

void Connection::put_head(const fakes::Reply& reply, BodyForm form) {
    head_.clear();
    append_reply_head(head_, reply, reader_.is_old(), keeps_alive_, events_.http_date(), form);
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
        wait(tcp::socket::wait_write);
        return false;
    }
    finish_reply();
    return phase_ != Phase::shut;
}

void Connection::finish_reply() {
    body_ = {};
    reply_.reset();
    std::string().swap(packed_);
    std::string().swap(sealed_);
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
        (void)send_sealed();
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
        if (in_body < body_.size()) pieces[count++] = {const_cast<char*>(body_.data()) + in_body, body_.size() - in_body};  // sendmsg only reads
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
    while (true) {
        if (const Moved moved = send_sealed(); moved != Moved::some) return moved;
        if (written_ == all) return Moved::some;
        const std::size_t until = std::min(all, written_ + sealed_at_once);
        constexpr std::size_t record_overhead = 32;  // RFC 8446 5.2: head, type and tag
        sealed_.reserve(until - written_ + ((until - written_) / tls_record_bytes + 2) * record_overhead);
        while (written_ < until) {
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
                size = until - written_;
            }
            ERR_clear_error();
            std::size_t taken = 0;
            const int result = SSL_write_ex(ssl_, from, size, &taken);
            if (result != 1) return tls_outcome(result);
            written_ += taken;
        }
    }
}

Connection::Moved Connection::send_sealed() {
    while (sealed_sent_ < sealed_.size()) {
        const ssize_t sent = ::send(socket_.native_handle(), sealed_.data() + sealed_sent_, sealed_.size() - sealed_sent_, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EINTR) continue;
            return errno == EAGAIN || errno == EWOULDBLOCK ? Moved::later : Moved::ended;
        }
        sealed_sent_ += static_cast<std::size_t>(sent);
        patient(events_.patience().progress_s);
    }
    sealed_.clear();
    sealed_sent_ = 0;
    return Moved::some;
}

Connection::Moved Connection::read(std::span<char> into, std::size_t& got) {
    // After our close_notify only the socket is emptied.
    if (ssl_ != nullptr && phase_ != Phase::lingering) {
        ERR_clear_error();
        const int result = SSL_read_ex(ssl_, into.data(), into.size(), &got);
        const Moved moved = result == 1 ? Moved::some : tls_outcome(result);
        // Of a handshake; what the socket does not take now goes before the next record.
        const Moved sent = sealed_.empty() ? Moved::some : send_sealed();
        if (sealed_.empty()) std::string().swap(sealed_);
        return sent == Moved::ended ? sent : moved;
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
        case SSL_ERROR_WANT_READ: return Moved::later;
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
    sealed_.clear();  // TLS has an alert for it
}

}  // namespace sim
