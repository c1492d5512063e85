#pragma once
// Bodies in gzip, both ways. Google's Java client sends every body so, and so does Microsoft's Go SDK; nearly every client asks for it.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "fakes/server.hpp"
#include "sim/serve/service.hpp"

namespace sim {

struct BadCoding {
    int status = 0;
    std::string why;
};

/// Replaces a body in gzip or deflate (RFC 9110 8.4.1) by what it holds, at most `limit` bytes; the header that said so goes.
/// Something: the body cannot be read, the request stands as it came.
std::optional<BadCoding> decode_body(fakes::Request& request, std::size_t limit);

/// May a service's answer of this size be sent in gzip, to those who can read it? Small ones gain nothing, and the largest would
/// keep everybody else waiting.
bool may_be_packed(std::string_view target, const fakes::Reply& reply);
/// Did the client ask for it (RFC 9110 12.5.3)? Google wants the word "gzip" in its User-Agent, too (Calendar API, "Improve performance").
bool asks_for_packed(const fakes::Request& request);
/// In gzip, quickly rather than small.
std::string packed(std::string_view plain);

}  // namespace sim
