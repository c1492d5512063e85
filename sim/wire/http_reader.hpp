#pragma once
// HTTP/1.1 messages out of a connection's bytes (RFC 9112), into a message that is reused from one to the next. Strangers
// send here too: each limit that is hit has its own status, `Expect: 100-continue` is seen before the body, and nothing is
// copied twice. What the engine itself reads goes through Beast's parser (engine/adapters): the two check each other.
#include <cstddef>
#include <string>
#include <string_view>

#include "fakes/server.hpp"

namespace sim {

struct HttpLimits {
    std::size_t head_bytes = 64 * 1024;
    std::size_t target_bytes = 20 * 1024;  // a little more than the services', which then refuse in their own words
    std::size_t headers = 200;
    std::size_t body_bytes = 8 * 1024 * 1024;  // above the services' own limits, for the same reason
};

class HttpReader {
  public:
    enum class State {
        more,      // the message is not yet complete
        waits,     // the head is complete and its sender waits for "100 Continue" before the body
        complete,  // request() is there until next()
        refused,   // status() and why(); nothing can be read from this connection any more
    };

    enum class Reads { requests, replies };

    explicit HttpReader(const HttpLimits& limits, Reads reads = Reads::requests) : limits_(limits), reads_(reads) {}

    /// Takes what it can use from the front of `bytes`; what is left belongs to the next message.
    State feed(std::string_view& bytes);
    void next();

    fakes::Request& request() { return request_; }
    /// Reading replies: the status; the headers and the body stand in request().
    int reply_status() const { return reply_status_; }
    bool is_head() const { return is_head_; }         // asked with HEAD; request().method says GET
    bool keeps_alive() const { return keeps_alive_; }
    bool is_old() const { return is_old_; }           // HTTP/1.0
    /// Whether a message has begun.
    bool within() const { return step_ != Step::head || !head_.empty(); }
    bool in_body() const { return step_ != Step::head && step_ != Step::done && step_ != Step::refused; }
    int status() const { return status_; }
    const std::string& why() const { return why_; }

  private:
    enum class Step { head, body, chunk_size, chunk, chunk_end, trailer, done, refused };

    State refuse(int status, std::string why);
    State read_head(std::string_view& bytes);
    bool parse_head(std::string_view head);
    bool parse_first_line(std::string_view line);
    bool parse_status_line(std::string_view line);
    bool parse_field(std::string_view line);
    bool special_field(std::string_view name, std::string_view value);
    bool finish_head();
    State read_body(std::string_view& bytes);
    State read_chunk_size(std::string_view& bytes);
    State read_trailer(std::string_view& bytes);
    /// One line without CRLF, collected over feeds; false: not yet whole, or refused.
    bool take_line(std::string_view& bytes, std::string_view& line);

    const HttpLimits& limits_;
    Reads reads_;
    int reply_status_ = 0;
    Step step_ = Step::head;
    fakes::Request request_;
    std::string head_;  // bytes of a head (or of a chunk's line) that came in pieces
    std::size_t header_count_ = 0, trailer_bytes_ = 0;
    std::size_t body_left_ = 0;
    bool is_head_ = false, keeps_alive_ = true, is_old_ = false;
    bool has_host_ = false, has_length_ = false, chunked_ = false, expects_ = false, says_close_ = false, says_keep_ = false;
    int status_ = 0;
    std::string why_;
};

}  // namespace sim
