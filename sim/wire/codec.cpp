#include "sim/wire/codec.hpp"

#include <boost/beast/http/status.hpp>
#include <charconv>
#include <utility>

#include "sim/wire/http_reader.hpp"
#include "sim/wire/message.hpp"

namespace sim {
namespace {

namespace http = boost::beast::http;

HttpLimits limits_of(CodecLimits limits) {
    HttpLimits out;
    out.head_bytes = out.target_bytes = limits.header_bytes;
    out.headers = limits.header_bytes / 4;  // the network counts bytes
    out.body_bytes = limits.body_bytes;
    return out;
}

/// Feeds one message after the other, and keeps what belongs to the next one.
class Reader {
  public:
    Reader(CodecLimits limits, HttpReader::Reads reads) : limits_(limits_of(limits)), reader_(limits_, reads) {}

    Reading feed(std::string_view bytes) {
        if (reader_state_ == HttpReader::State::refused) return Reading::broken;
        if (kept_.empty()) {
            reader_state_ = reader_.feed(bytes);
            kept_.assign(bytes);
        } else {
            kept_ += bytes;
            std::string_view left = kept_;
            reader_state_ = reader_.feed(left);
            kept_.erase(0, kept_.size() - left.size());
        }
        switch (reader_state_) {
            case HttpReader::State::complete: return Reading::complete;
            case HttpReader::State::refused: return Reading::broken;
            default: return Reading::incomplete;
        }
    }
    bool within() const { return reader_.within() || !kept_.empty(); }
    const std::string& problem() const { return reader_.why(); }

  protected:
    HttpLimits limits_;  // the reader refers to it: a Reader stays where it is
    HttpReader reader_;

  private:
    HttpReader::State reader_state_ = HttpReader::State::more;
    std::string kept_;
};

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
}

std::size_t bytes_of_fields(const std::vector<fakes::Header>& headers) {
    std::size_t bytes = 128;  // the first line's fixed part, Host, Content-Length
    for (const auto& header : headers) bytes += header.name.size() + header.value.size() + 4;
    return bytes;
}

}  // namespace

struct RequestReader::Parts : Reader {
    explicit Parts(CodecLimits limits) : Reader(limits, HttpReader::Reads::requests) {}
    fakes::Request take() {
        fakes::Request request = std::move(reader_.request());
        if (reader_.is_head()) request.method = "HEAD";
        reader_.next();
        return request;
    }
};
struct ReplyReader::Parts : Reader {
    explicit Parts(CodecLimits limits) : Reader(limits, HttpReader::Reads::replies) {}
    fakes::Reply take() {
        fakes::Reply reply;
        reply.status = reader_.reply_status();
        reply.headers = std::move(reader_.request().headers);
        reply.body = std::move(reader_.request().body);
        reader_.next();
        return reply;
    }
};

RequestReader::RequestReader(CodecLimits limits) : parts_(std::make_unique<Parts>(limits)) {}
RequestReader::~RequestReader() = default;
RequestReader::RequestReader(RequestReader&&) noexcept = default;
Reading RequestReader::feed(std::string_view bytes) { return parts_->feed(bytes); }
const std::string& RequestReader::problem() const { return parts_->problem(); }
fakes::Request RequestReader::take() { return parts_->take(); }

ReplyReader::ReplyReader(CodecLimits limits) : parts_(std::make_unique<Parts>(limits)) {}
ReplyReader::~ReplyReader() = default;
ReplyReader::ReplyReader(ReplyReader&&) noexcept = default;
Reading ReplyReader::feed(std::string_view bytes) { return parts_->feed(bytes); }
bool ReplyReader::within() const { return parts_->within(); }
const std::string& ReplyReader::problem() const { return parts_->problem(); }
fakes::Reply ReplyReader::take() { return parts_->take(); }

std::string request_bytes(const fakes::Request& request) {
    std::string out;
    out.reserve(bytes_of_fields(request.headers) + request.target.size() + request.host.size() + request.body.size());
    out += request.method;
    out += ' ';
    out += request.target;
    out += " HTTP/1.1\r\n";
    append_field(out, "Host", request.host);
    for (const auto& header : request.headers) append_field(out, header.name, header.value);
    // RFC 9110 8.6: a method that anticipates a body says its length even when it is 0.
    if (!request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH")
        append_field(out, "Content-Length", std::to_string(request.body.size()));
    out += "\r\n";
    out += request.body;
    return out;
}

std::string reply_bytes(const fakes::Reply& reply, std::size_t chunk_bytes) {
    std::string out;
    out.reserve(bytes_of_fields(reply.headers) + reply.body.size());
    out += "HTTP/1.1 ";
    out += std::to_string(reply.status);
    out += ' ';
    const auto words = http::obsolete_reason(http::int_to_status(static_cast<unsigned>(reply.status)));
    out.append(words.data(), words.size());
    out += "\r\n";
    for (const auto& header : reply.headers) append_field(out, header.name, header.value);
    const bool chunked = chunk_bytes > 0 && reply.body.size() > chunk_bytes;
    if (chunked) {
        append_field(out, "Transfer-Encoding", "chunked");
    } else if (may_have_body(reply.status)) {
        append_field(out, "Content-Length", std::to_string(reply.body.size()));
    }
    out += "\r\n";
    if (!chunked) return out += reply.body;
    const std::string_view body = reply.body;
    for (std::size_t at = 0; at < body.size(); at += chunk_bytes) {
        const auto piece = body.substr(at, chunk_bytes);
        char size[16];
        out.append(size, std::to_chars(size, size + sizeof size, piece.size(), 16).ptr);
        out += "\r\n";
        out += piece;
        out += "\r\n";
    }
    out += "0\r\n\r\n";
    return out;
}

}  // namespace sim
