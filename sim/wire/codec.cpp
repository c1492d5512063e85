#include "sim/wire/codec.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <utility>

#include "sim/wire/message.hpp"

namespace sim {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

std::vector<fakes::Header> headers_of(const http::fields& fields) {
    std::vector<fakes::Header> headers;
    headers.reserve(8);
    for (const auto& field : fields) {
        switch (field.name()) {
            case http::field::host:
            case http::field::content_length:
            case http::field::transfer_encoding:
            case http::field::connection: break;
            default: headers.push_back({std::string(view(field.name_string())), std::string(view(field.value()))});
        }
    }
    return headers;
}

/// Feeds one message after the other through Beast's parser. Keeps what the parser did not take: it needs whole header
/// blocks, bytes come in any pieces.
template <bool is_request>
class Reader {
  public:
    using Parser = http::parser<is_request, http::string_body>;

    explicit Reader(CodecLimits limits) : limits_(limits) { begin(); }

    Reading feed(std::string_view bytes) {
        if (!problem.empty()) return Reading::broken;
        if (kept_.empty()) {
            const std::size_t used = parse(bytes);
            kept_.assign(bytes.substr(used));
        } else {
            kept_.append(bytes);
            kept_.erase(0, parse(kept_));
        }
        if (!problem.empty()) return Reading::broken;
        return parser->is_done() ? Reading::complete : Reading::incomplete;
    }
    auto take() {
        auto message = parser->release();
        begin();
        return message;
    }
    bool within() const { return parser->got_some() || !kept_.empty(); }

    std::optional<Parser> parser;
    std::string problem;

  private:
    void begin() {
        parser.emplace();
        parser->eager(true);
        parser->header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
        parser->body_limit(limits_.body_bytes);
    }
    std::size_t parse(std::string_view bytes) {
        std::size_t used = 0;
        while (!parser->is_done() && used < bytes.size()) {
            error_code error;
            const auto piece = bytes.substr(used);
            used += parser->put(boost::asio::const_buffer(piece.data(), piece.size()), error);
            if (error == http::error::need_more) break;
            if (error) {
                problem = error.message();
                break;
            }
        }
        return used;
    }

    CodecLimits limits_;
    std::string kept_;
};

// Heads are written by hand: Beast would copy every field into a tree and a heap block of its own first.
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

template <typename Buffers>
void append_buffers(std::string& out, const Buffers& buffers) {
    for (const auto buffer : boost::beast::buffers_range_ref(buffers))
        out.append(static_cast<const char*>(buffer.data()), buffer.size());
}

}  // namespace

struct RequestReader::Parts : Reader<true> {
    using Reader<true>::Reader;
};
struct ReplyReader::Parts : Reader<false> {
    using Reader<false>::Reader;
};

RequestReader::RequestReader(CodecLimits limits) : parts_(std::make_unique<Parts>(limits)) {}
RequestReader::~RequestReader() = default;
RequestReader::RequestReader(RequestReader&&) noexcept = default;
Reading RequestReader::feed(std::string_view bytes) { return parts_->feed(bytes); }
const std::string& RequestReader::problem() const { return parts_->problem; }

fakes::Request RequestReader::take() {
    auto message = parts_->take();
    fakes::Request request;
    request.method = std::string(view(message.method_string()));
    request.target = std::string(view(message.target()));
    const auto host = view(message[http::field::host]);
    request.host.reserve(host.size());
    for (const char c : host.substr(0, host.find(':')))
        request.host.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
    request.headers = headers_of(message);
    request.body = std::move(message.body());
    return request;
}

ReplyReader::ReplyReader(CodecLimits limits) : parts_(std::make_unique<Parts>(limits)) {}
ReplyReader::~ReplyReader() = default;
ReplyReader::ReplyReader(ReplyReader&&) noexcept = default;
Reading ReplyReader::feed(std::string_view bytes) { return parts_->feed(bytes); }
bool ReplyReader::within() const { return parts_->within(); }
const std::string& ReplyReader::problem() const { return parts_->problem; }

fakes::Reply ReplyReader::take() {
    auto message = parts_->take();
    fakes::Reply reply;
    reply.status = static_cast<int>(message.result_int());
    reply.headers = headers_of(message);
    reply.body = std::move(message.body());
    return reply;
}

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
    out += view(http::obsolete_reason(http::int_to_status(static_cast<unsigned>(reply.status))));
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
        append_buffers(out, http::make_chunk(boost::asio::const_buffer(piece.data(), piece.size())));
    }
    append_buffers(out, http::make_chunk_last());
    return out;
}

}  // namespace sim
