#pragma once
// Where a request goes: the parts of its URL that a connection and a request line need.
#include <string>

namespace engine::adapters {

struct Destination {
    bool tls = true;
    std::string host, port;
    std::string authority;  // as in the Host header
    std::string target;     // path and query, at least "/"
    std::string origin() const { return (tls ? "https://" : "http://") + host + ":" + port; }
};

/// A sentence when there is no sending to it: https to anywhere, http to loopback only, never with a user name.
std::string find_destination(const std::string& url, Destination& out);

/// A name or address that by itself means this machine.
bool is_loopback(const std::string& host);

}  // namespace engine::adapters
