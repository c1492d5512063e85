#include "engine/adapters/http_codec.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <utility>

namespace engine::adapters {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

std::vector<Header> headers_of(const http::fields& fields) {
    std::vector<Header> out;
    for (const auto& field : fields) {
        switch (field.name()) {
            case http::field::host:
            case http::field::content_length:
            case http::field::transfer_encoding:
            case http::field::connection: break;
            default: out.push_back({std::string(view(field.name_string())), std::string(view(field.value()))});
        }
    }
    return out;
}

/// One message after the other through Beast's parser, which needs whole heads while bytes come in any pieces.
template <bool is_request>
struct Reader {
    using Parser = http::parser<is_request, http::string_body>;

    explicit Reader(HttpLimits limits_in) : limits(limits_in) { begin(); }

    void begin() {
        parser.emplace();
        parser->eager(true);
        parser->header_limit(static_cast<std::uint32_t>(limits.head_bytes));
        parser->body_limit(limits.body_bytes);
    }
    Reading feed(std::string_view bytes) {
        if (error) return Reading::broken;
        if (kept.empty()) {
            kept.assign(bytes.substr(parse(bytes)));
        } else {
            kept.append(bytes);
            kept.erase(0, parse(kept));
        }
        return state();
    }
    Reading finish() {
        if (!error && !parser->is_done()) parser->put_eof(error);
        return state();
    }
    Reading state() const {
        if (error) return Reading::broken;
        return parser->is_done() ? Reading::complete : Reading::more;
    }
    std::size_t parse(std::string_view bytes) {
        std::size_t used = 0;
        while (!parser->is_done() && used < bytes.size()) {
            const std::string_view piece = bytes.substr(used);
            used += parser->put(boost::asio::const_buffer(piece.data(), piece.size()), error);
            if (error == http::error::need_more) {
                error = {};
                break;
            }
            if (error) break;
        }
        return used;
    }
    bool begun() const { return parser->got_some() || !kept.empty(); }
    auto take() {
        keeps_alive = parser->get().keep_alive() && !parser->need_eof();
        auto message = parser->release();
        begin();
        return message;
    }

    HttpLimits limits;
    std::optional<Parser> parser;
    std::string kept;
    error_code error;
    bool keeps_alive = false;
};

// RFC 9110 5.6.2.
bool is_token(std::string_view text) {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || marks.find(c) != std::string_view::npos;
    });
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
}

}  // namespace

struct ResponseReader::Parts : Reader<false> {
    using Reader<false>::Reader;
    std::string problem;
};

ResponseReader::ResponseReader(HttpLimits limits) : parts_(std::make_unique<Parts>(limits)) {}
ResponseReader::~ResponseReader() = default;

Reading ResponseReader::feed(std::string_view bytes) {
    Reading reading = parts_->feed(bytes);
    while (reading == Reading::complete && parts_->parser->get().result_int() < 200) {
        parts_->begin();
        reading = parts_->feed({});
    }
    if (reading == Reading::broken) parts_->problem = parts_->error.message();
    return reading;
}

Reading ResponseReader::finish() {
    const Reading reading = parts_->begun() ? parts_->finish() : Reading::broken;
    if (reading != Reading::complete) parts_->problem = "the connection ended within the answer";
    return reading == Reading::complete ? reading : Reading::broken;
}

HttpResponse ResponseReader::take() {
    auto message = parts_->take();
    HttpResponse out;
    out.status = static_cast<int>(message.result_int());
    out.headers = headers_of(message);
    out.body = std::move(message.body());
    return out;
}

bool ResponseReader::keeps_alive() const { return parts_->keeps_alive && parts_->kept.empty(); }
bool ResponseReader::begun() const { return parts_->begun(); }
const std::string& ResponseReader::problem() const { return parts_->problem; }

struct RequestReader::Parts : Reader<true> {
    using Reader<true>::Reader;
};

RequestReader::RequestReader(HttpLimits limits) : parts_(std::make_unique<Parts>(limits)) {}
RequestReader::~RequestReader() = default;

Reading RequestReader::feed(std::string_view bytes) { return parts_->feed(bytes); }
bool RequestReader::keeps_alive() const { return parts_->keeps_alive; }
bool RequestReader::begun() const { return parts_->begun(); }

bool RequestReader::waits_for_continue() const {
    if (parts_->error || !parts_->parser->is_header_done() || parts_->parser->is_done()) return false;
    const std::string_view expects = view(parts_->parser->get()[http::field::expect]);
    return expects.size() == 12 && boost::beast::iequals({expects.data(), expects.size()}, "100-continue");
}

int RequestReader::refusal() const {
    if (parts_->error == http::error::body_limit) return 413;
    if (parts_->error == http::error::header_limit) return 431;
    return 400;
}

HttpRequest RequestReader::take() {
    auto message = parts_->take();
    HttpRequest out;
    out.method = std::string(view(message.method_string()));
    out.url = "https://" + std::string(view(message[http::field::host]));
    const std::string_view target = view(message.target());
    // Of the absolute form (RFC 9112 3.2.2) only what follows the authority counts.
    const std::size_t scheme = target.find("://");
    if (!target.empty() && target.front() == '/') out.url += target;
    else if (scheme != std::string_view::npos && target.find('/', scheme + 3) != std::string_view::npos) out.url += target.substr(target.find('/', scheme + 3));
    else out.url += "/";
    out.headers = headers_of(message);
    out.body = std::move(message.body());
    return out;
}

std::string unsendable(const HttpRequest& request, std::string_view target) {
    if (!is_token(request.method)) return "the method is no token";
    if (std::ranges::any_of(target, [](unsigned char c) { return c <= 0x20 || c >= 0x7f; })) return "the target holds a character that must be encoded";
    for (const Header& header : request.headers) {
        if (!is_token(header.name)) return "the name of a header is no token";
        if (header.value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) return "the value of a header holds a line break";
    }
    return {};
}

std::string request_bytes(const HttpRequest& request, std::string_view authority, std::string_view target) {
    std::string out;
    out.reserve(256 + target.size() + request.body.size() + 96 * request.headers.size());
    out += request.method;
    out += ' ';
    out += target;
    out += " HTTP/1.1\r\n";
    append_field(out, "Host", authority);
    for (const Header& header : request.headers) append_field(out, header.name, header.value);
    // RFC 9110 8.6: a method that anticipates a body says its length even when it is 0.
    if (!request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH")
        append_field(out, "Content-Length", std::to_string(request.body.size()));
    out += "\r\n";
    out += request.body;
    return out;
}

std::string response_bytes(const HttpResponse& response, bool keeps_alive) {
    std::string out = "HTTP/1.1 " + std::to_string(response.status) + ' ';
    out += view(http::obsolete_reason(http::int_to_status(static_cast<unsigned>(response.status))));
    out += "\r\n";
    for (const Header& header : response.headers) append_field(out, header.name, header.value);
    if (response.status >= 200 && response.status != 204 && response.status != 304) append_field(out, "Content-Length", std::to_string(response.body.size()));
    if (!keeps_alive) append_field(out, "Connection", "close");
    out += "\r\n";
    out += response.body;
    return out;
}

}  // namespace engine::adapters
