#pragma once
// Batch requests: HTTP messages inside multipart/mixed, in and out
// (developers.google.com/workspace/calendar/api/guides/batch; RFC 2046 5.1). Knows no operation.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/server.hpp"

namespace fakes::google {

struct BatchPart {
    std::string content_id;  // without its angle brackets; empty: none was given
    Request request;
    bool readable = false;   // false: the part holds no HTTP request
};

/// nullopt: the body is no multipart/mixed batch; `wrong` says why. At most `max_parts` + 1 parts are read.
std::optional<std::vector<BatchPart>> read_batch(const Request& request, std::size_t max_parts, std::string& wrong);

/// The answer to a batch; replies are in the order of the parts.
Reply write_batch(const std::vector<BatchPart>& parts, const std::vector<Reply>& replies, const std::string& boundary);

std::string_view phrase_of(int status);

}  // namespace fakes::google
