#pragma once
// HTTP as the engine speaks it: plain values, no sockets, no library types.
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

struct Header {
    std::string name;
    std::string value;
};

/// Finds a header by name without regard to case; nullptr when absent.
const std::string* find_header(const std::vector<Header>& headers, std::string_view name);

struct HttpRequest {
    std::string method;           // "GET"
    std::string url;              // absolute, https
    std::vector<Header> headers;  // without Host and Content-Length: the client adds them
    std::string body;
    std::chrono::milliseconds timeout{30'000};  // for the whole exchange; then the client reports timed_out
};

struct HttpResponse {
    int status = 0;
    std::vector<Header> headers;
    std::string body;
};

/// Why no complete response came back. A cut after the request was sent leaves open whether it took effect.
enum class HttpFailure { none, no_such_host, not_connected, cut, timed_out, untrusted, stopped };
/// As logs and metrics name it; of `none` nothing.
std::string_view word_of(HttpFailure failure);

struct HttpResult {
    HttpFailure failure = HttpFailure::none;
    HttpResponse response;  // meaningful when failure is none
    std::string detail;     // one line for the log, without secrets
    bool ok() const { return failure == HttpFailure::none; }
};

}  // namespace engine
