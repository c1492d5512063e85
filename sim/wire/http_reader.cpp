#include "sim/wire/http_reader.hpp"

#include <algorithm>
#include <charconv>

#include "sim/wire/message.hpp"

namespace sim {
namespace {

constexpr std::size_t body_kept_bytes = 64 * 1024;  // a larger buffer is given back after its message
constexpr std::size_t line_bytes_max = 4 * 1024;    // of a chunk's size line, and of all trailers together

bool same(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower_letter(x) == lower_letter(y); });
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// Whether a comma-separated list has this word.
bool lists(std::string_view list, std::string_view word) {
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        if (same(trimmed(list.substr(0, comma)), word)) return true;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

}  // namespace

void HttpReader::next() {
    step_ = Step::head;
    head_.clear();
    request_.method.clear();
    request_.host.clear();
    request_.target.clear();
    if (request_.body.capacity() > body_kept_bytes) request_.body = {};
    request_.body.clear();
    header_count_ = trailer_bytes_ = body_left_ = 0;
    is_head_ = is_old_ = has_host_ = has_length_ = chunked_ = expects_ = says_close_ = says_keep_ = false;
    keeps_alive_ = true;
}

HttpReader::State HttpReader::refuse(int status, std::string why) {
    step_ = Step::refused;
    status_ = status;
    why_ = std::move(why);
    keeps_alive_ = false;
    return State::refused;
}

HttpReader::State HttpReader::feed(std::string_view& bytes) {
    while (true) {
        switch (step_) {
            case Step::refused: return State::refused;
            case Step::done: return State::complete;
            case Step::head: {
                const State state = read_head(bytes);
                if (state != State::complete) return state;
                break;
            }
            case Step::body:
            case Step::chunk: {
                const State state = read_body(bytes);
                if (state != State::complete) return state;
                break;
            }
            case Step::chunk_size: {
                const State state = read_chunk_size(bytes);
                if (state != State::complete) return state;
                break;
            }
            case Step::chunk_end: {
                std::string_view line;
                if (!take_line(bytes, line)) return step_ == Step::refused ? State::refused : State::more;
                if (!line.empty()) return refuse(400, "a chunk is longer than it said");
                head_.clear();
                step_ = Step::chunk_size;
                break;
            }
            case Step::trailer: {
                const State state = read_trailer(bytes);
                if (state != State::complete) return state;
                break;
            }
        }
    }
}

HttpReader::State HttpReader::read_head(std::string_view& bytes) {
    // RFC 9112 2.2: an empty line before a request line is passed over, also when it comes in two parts.
    if (head_ == "\r" && bytes.starts_with('\n')) {
        head_.clear();
        bytes.remove_prefix(1);
    }
    if (head_.empty())
        while (bytes.starts_with("\r\n")) bytes.remove_prefix(2);
    if (bytes.empty()) return State::more;
    std::string_view head;
    if (head_.empty()) {
        const std::size_t end = bytes.find("\r\n\r\n");
        if (end != std::string_view::npos) {
            if (end > limits_.head_bytes) return refuse(431, "the head is too large");
            head = bytes.substr(0, end + 2);
            bytes.remove_prefix(end + 4);
        }
    }
    if (head.empty()) {
        const std::size_t before = head_.size();
        const std::size_t taken = std::min(bytes.size(), limits_.head_bytes + 4 - std::min(before, limits_.head_bytes + 4));
        head_.append(bytes.substr(0, taken));
        const std::size_t end = head_.find("\r\n\r\n", before < 3 ? 0 : before - 3);
        if (end == std::string::npos) {
            bytes.remove_prefix(taken);
            if (head_.size() < limits_.head_bytes) return State::more;
            // What the first line says tells whose error body it is.
            const std::size_t line = head_.find("\r\n");
            if (line != std::string::npos && reads_ == Reads::requests) parse_first_line(std::string_view(head_).substr(0, line));
            return line == std::string::npos ? refuse(414, "the request line is too long") : refuse(431, "the head is too large");
        }
        bytes.remove_prefix(end + 4 - before);
        head = std::string_view(head_).substr(0, end + 2);
    }
    const bool good = parse_head(head);
    head_.clear();
    if (!good) return State::refused;
    if (step_ == Step::done) return State::complete;
    if (expects_ && bytes.empty()) {
        expects_ = false;
        return State::waits;
    }
    return State::complete;
}

bool HttpReader::parse_head(std::string_view head) {
    std::size_t end = head.find("\r\n");
    const std::string_view first = head.substr(0, end);
    if (!(reads_ == Reads::requests ? parse_first_line(first) : parse_status_line(first))) return false;
    head.remove_prefix(end + 2);
    if (request_.headers.empty()) request_.headers.reserve(8);
    while (!head.empty()) {
        end = head.find("\r\n");
        if (!parse_field(head.substr(0, end))) return false;
        head.remove_prefix(end + 2);
    }
    request_.headers.resize(header_count_);
    return finish_head();
}

bool HttpReader::parse_first_line(std::string_view line) {
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return refuse(400, "the request line has no three parts"), false;
    const std::string_view method = line.substr(0, first);
    std::string_view target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    if (!is_token(method) || method.size() > 32) return refuse(400, "the method is no token"), false;
    if (version != "HTTP/1.1" && version != "HTTP/1.0")
        return refuse(version.starts_with("HTTP/") ? 505 : 400, "only HTTP/1.1 and HTTP/1.0 are spoken"), false;
    if (target.empty() || holds_blank(target)) return refuse(400, "the target holds a blank or a control character"), false;
    is_old_ = version == "HTTP/1.0";
    is_head_ = method == "HEAD";
    request_.method = is_head_ ? std::string_view("GET") : method;
    if (target.front() != '/' && !(target == "*" && method == "OPTIONS")) {
        // The absolute form, as sent to proxies (RFC 9112 3.2.2).
        const std::size_t scheme = target.find("://");
        if (scheme == std::string_view::npos || scheme > 5) return refuse(400, "the target is no path"), false;
        const std::size_t slash = target.find('/', scheme + 3);
        target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
    }
    request_.target = target;
    if (target.size() > limits_.target_bytes) return refuse(414, "the target is too long"), false;
    return true;
}

bool HttpReader::parse_status_line(std::string_view line) {
    // "HTTP/1.1 200 OK"; the words may be missing (RFC 9112 4).
    constexpr std::size_t code_at = 9, code_end = 12;
    const std::string_view version = line.substr(0, code_at);
    const bool known = version == "HTTP/1.1 " || version == "HTTP/1.0 ";
    const char* digits = line.data() + code_at;
    if (!known || line.size() < code_end || (line.size() > code_end && line[code_end] != ' ') ||
        std::from_chars(digits, digits + 3, reply_status_).ptr != digits + 3 || reply_status_ < 100)
        return refuse(400, "the status line is not HTTP/1's"), false;
    is_old_ = version == "HTTP/1.0 ";
    return true;
}

bool HttpReader::parse_field(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return refuse(400, "a header line without colon"), false;
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (!is_token(name)) return refuse(400, "a header name is no token"), false;
    if (holds_control(value)) return refuse(400, "a header value holds a control character"), false;
    if (special_field(name, value)) return step_ != Step::refused;
    if (header_count_ >= limits_.headers) return refuse(431, "too many headers"), false;
    if (header_count_ == request_.headers.size()) request_.headers.emplace_back();
    fakes::Header& header = request_.headers[header_count_++];
    header.name = name;
    header.value = value;
    return true;
}

bool HttpReader::special_field(std::string_view name, std::string_view value) {
    switch (name.size()) {
        case 4: {
            if (!same(name, "host")) return false;
            if (has_host_) return refuse(400, "two Host headers"), true;
            has_host_ = true;
            const std::size_t bracket = value.starts_with('[') ? value.find(']') : std::string_view::npos;
            const std::string_view host = bracket != std::string_view::npos ? value.substr(0, bracket + 1) : value.substr(0, value.find(':'));
            request_.host.reserve(host.size());
            for (const char c : host) request_.host.push_back(lower_letter(c));
            return true;
        }
        case 6:
            if (!same(name, "expect")) return false;
            if (!same(value, "100-continue")) return refuse(417, "only 100-continue can be expected"), true;
            expects_ = true;
            return true;
        case 10:
            if (!same(name, "connection")) return false;
            says_close_ = says_close_ || lists(value, "close");
            says_keep_ = says_keep_ || lists(value, "keep-alive");
            return true;
        case 14: {
            if (!same(name, "content-length")) return false;
            std::size_t length = 0;
            const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
            if (value.empty() || error != std::errc() || end != value.data() + value.size() || (has_length_ && length != body_left_))
                return refuse(400, "Content-Length is no single number"), true;
            has_length_ = true;
            body_left_ = length;
            return true;
        }
        case 17:
            if (!same(name, "transfer-encoding")) return false;
            if (chunked_ || !same(value, "chunked")) return refuse(501, "no transfer coding but chunked is known"), true;
            chunked_ = true;
            return true;
        default: return false;
    }
}

bool HttpReader::finish_head() {
    keeps_alive_ = !says_close_ && (!is_old_ || says_keep_);
    if (reads_ == Reads::replies) {
        const bool empty = reply_status_ < 200 || !may_have_body(reply_status_);
        if (empty) chunked_ = false, body_left_ = 0;
        else if (!chunked_ && !has_length_) return refuse(400, "a body without a length"), false;
    } else if (!has_host_ && !is_old_) {
        return refuse(400, "HTTP/1.1 needs a Host header"), false;
    }
    // RFC 9112 6.1: both together, or chunks from an old sender, are how requests are smuggled.
    if (chunked_ && (has_length_ || is_old_)) return refuse(400, "Transfer-Encoding beside Content-Length, or in HTTP/1.0"), false;
    if (body_left_ > limits_.body_bytes) return refuse(413, "the body is too large"), false;
    if (chunked_) step_ = Step::chunk_size;
    else if (body_left_ > 0) step_ = Step::body;
    else step_ = Step::done;
    if (step_ == Step::done) expects_ = false;
    return true;
}

HttpReader::State HttpReader::read_body(std::string_view& bytes) {
    const std::size_t taken = std::min(bytes.size(), body_left_);
    request_.body.append(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
    body_left_ -= taken;
    if (body_left_ > 0) return State::more;
    step_ = step_ == Step::chunk ? Step::chunk_end : Step::done;
    return State::complete;
}

bool HttpReader::take_line(std::string_view& bytes, std::string_view& line) {
    const std::size_t end = bytes.find('\n');
    const std::size_t taken = end == std::string_view::npos ? bytes.size() : end + 1;
    if (head_.size() + taken > line_bytes_max) return refuse(400, "a chunk's line is too long"), false;
    head_.append(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
    if (end == std::string_view::npos) return false;
    if (!head_.ends_with("\r\n")) return refuse(400, "a line ends without CR"), false;
    line = std::string_view(head_).substr(0, head_.size() - 2);
    return true;
}

HttpReader::State HttpReader::read_chunk_size(std::string_view& bytes) {
    std::string_view line;
    if (!take_line(bytes, line)) return step_ == Step::refused ? State::refused : State::more;
    const std::string_view digits = trimmed(line.substr(0, line.find(';')));
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
    if (digits.empty() || digits.size() > 8 || error != std::errc() || end != digits.data() + digits.size())
        return refuse(400, "a chunk's size is no hexadecimal number");
    head_.clear();
    if (request_.body.size() + size > limits_.body_bytes) return refuse(413, "the body is too large");
    body_left_ = size;
    step_ = size == 0 ? Step::trailer : Step::chunk;
    return State::complete;
}

HttpReader::State HttpReader::read_trailer(std::string_view& bytes) {
    std::string_view line;
    if (!take_line(bytes, line)) return step_ == Step::refused ? State::refused : State::more;
    trailer_bytes_ += line.size();
    if (trailer_bytes_ > line_bytes_max) return refuse(431, "the trailers are too large");
    const bool last = line.empty();
    head_.clear();
    if (last) step_ = Step::done;
    return State::complete;
}

}  // namespace sim
