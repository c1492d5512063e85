#pragma once
// One client's connection: requests in, replies out, one after the other, over a plain socket or TLS. The socket is
// read and written here without Asio's buffers in between: Asio only says when. So an idle connection keeps no buffer,
// and TLS costs one copy.
#include <openssl/ssl.h>

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "fakes/server.hpp"
#include "sim/wire/http_reader.hpp"
#include "sim/serve/reply_head.hpp"
#include "sim/serve/service.hpp"

namespace sim {

class Connection;

/// How long a client may take, in seconds.
struct Patience {
    std::uint32_t head_s = 30;        // from the first byte of a head to its end, and for the handshake
    std::uint32_t progress_s = 60;    // within a body or a reply, without any byte moving
    std::uint32_t idle_s = 600;       // between requests
    std::uint32_t linger_s = 3;       // after a refusal, for what the client still sends
};

class ConnectionEvents {
  public:
    /// `answer` comes once, now or later. The request stays the connection's.
    virtual void asked(Connection& connection, fakes::Request& request) = 0;
    /// A request that is none: the error body of whose path it may be.
    virtual fakes::Reply refusal(const Connection& connection, int status, std::string_view target, std::string_view why) = 0;
    virtual void gone(Connection& connection) = 0;
    /// For bytes on their way, shared by all connections: nobody keeps anything in it.
    virtual std::span<char> scratch() = 0;
    virtual std::string_view http_date() = 0;
    virtual std::uint32_t seconds() const = 0;  // monotonic
    virtual const HttpLimits& limits() const = 0;
    virtual const Patience& patience() const = 0;

  protected:
    ~ConnectionEvents() = default;
};

class Connection final : public std::enable_shared_from_this<Connection> {
  public:
    /// `tls` nullptr: plain. `only`: everything that comes this way is for one service.
    Connection(ConnectionEvents& events, boost::asio::ip::tcp::socket socket, SSL_CTX* tls, std::optional<Service> only);
    ~Connection();
    void start();
    void answer(std::shared_ptr<const fakes::Reply> reply);
    void answer(fakes::Reply&& reply) { answer(std::make_shared<const fakes::Reply>(std::move(reply))); }
    /// Sends the head and half of the body, then breaks off, as a bad network does.
    void answer_half(fakes::Reply&& reply);
    /// Closes when its time is over.
    void check(std::uint32_t seconds);
    void shut();
    std::optional<Service> only() const { return only_; }
    bool is_waiting() const { return phase_ == Phase::answering; }
    const fakes::Request& request() { return reader_.request(); }

    std::list<std::shared_ptr<Connection>>::iterator place;  // the owner's
    std::uint64_t exchange = 0;                              // the owner's: the request being answered,
    fakes::Instant begun{};                                  // and since when

  private:
    enum class Phase { reading, answering, writing, lingering, shut };
    enum class Moved { some, later, ended };

    void work();
    /// Feeds the reader; false: the connection waits for something.
    bool consume(std::string_view bytes);
    void refuse();
    void put_head(const fakes::Reply& reply, BodyForm form);
    bool flush();
    Moved flush_plain();
    Moved flush_tls();
    Moved read(std::span<char> into, std::size_t& got);
    Moved tls_outcome(int result);
    /// Sends what TLS made of everything so far.
    Moved send_sealed();
    static int seal(BIO* bio, const char* bytes, int count);
    void say_plain_text();
    void finish_reply();
    void wait(boost::asio::socket_base::wait_type what);
    void linger();
    void patient(std::uint32_t seconds);

    ConnectionEvents& events_;
    boost::asio::ip::tcp::socket socket_;
    SSL* ssl_ = nullptr;
    std::optional<Service> only_;
    HttpReader reader_;
    bool wants_tls_ = false;
    Phase phase_ = Phase::reading;
    bool keeps_alive_ = true, breaks_off_ = false, in_work_ = false, waits_read_ = false, waits_write_ = false;
    std::string kept_;  // bytes of later requests
    std::shared_ptr<const fakes::Reply> reply_;  // whose body is being sent
    std::string packed_;                         // its body in gzip; empty: sent as it is
    std::string head_;
    std::string_view body_;
    std::size_t written_ = 0;  // of head_ and body_ together
    std::string sealed_;       // records for the socket: many go out in one call
    std::size_t sealed_sent_ = 0;
    std::uint32_t deadline_s_ = 0;
};

}  // namespace sim
