#pragma once
// Request bodies that come compressed. Google's Java client sends every body in gzip, and so does Microsoft's Go SDK.
#include <cstddef>
#include <optional>
#include <string>

#include "fakes/server.hpp"

namespace sim {

struct BadCoding {
    int status = 0;
    std::string why;
};

/// Replaces a body in gzip or deflate (RFC 9110 8.4.1) by what it holds, at most `limit` bytes; the header that said so goes.
/// Something: the body cannot be read, the request stands as it came.
std::optional<BadCoding> decode_body(fakes::Request& request, std::size_t limit);

}  // namespace sim
