#include "sim/wire/codec.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <utility>

#include "sim/wire/message.hpp"

namespace sim {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }
boost::beast::string_view view_for_beast(std::string_view text) { return {text.data(), text.size()}; }

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

template <bool is_request>
void append_header(std::string& out, http::message<is_request, http::empty_body>& message) {
    http::serializer<is_request, http::empty_body> serializer(message);
    serializer.split(true);
    error_code error;
    while (!serializer.is_header_done() && !error) {
        serializer.next(error, [&](error_code&, const auto& buffers) {
            std::size_t bytes = 0;
            for (const auto buffer : boost::beast::buffers_range_ref(buffers)) {
                out.append(static_cast<const char*>(buffer.data()), buffer.size());
                bytes += buffer.size();
            }
            serializer.consume(bytes);
        });
    }
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
    http::request<http::empty_body> message;
    message.method_string(view_for_beast(request.method));
    message.target(view_for_beast(request.target));
    message.version(11);
    message.set(http::field::host, view_for_beast(request.host));
    for (const auto& header : request.headers) message.insert(view_for_beast(header.name), view_for_beast(header.value));
    // RFC 9110 8.6: a method that anticipates a body says its length even when it is 0.
    if (!request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH")
        message.content_length(request.body.size());
    std::string out;
    out.reserve(512 + request.target.size() + request.body.size());
    append_header(out, message);
    out += request.body;
    return out;
}

std::string reply_bytes(const fakes::Reply& reply, std::size_t chunk_bytes) {
    http::response<http::empty_body> message;
    message.result(static_cast<unsigned>(reply.status));
    message.version(11);
    for (const auto& header : reply.headers) message.insert(view_for_beast(header.name), view_for_beast(header.value));
    const bool chunked = chunk_bytes > 0 && reply.body.size() > chunk_bytes;
    if (chunked) {
        message.chunked(true);
    } else if (may_have_body(reply.status)) {
        message.content_length(reply.body.size());
    }
    std::string out;
    out.reserve(512 + reply.body.size());
    append_header(out, message);
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
