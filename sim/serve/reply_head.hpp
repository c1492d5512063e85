#pragma once
// The head of a reply as HTTP/1.1 bytes.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "fakes/server.hpp"

namespace sim {

/// 1xx, 204 and 304 have no body (RFC 9110 6.4.1).
bool reply_may_have_body(int status);

/// How the body goes out.
struct BodyForm {
    bool varies = false;                      // other clients get it in another coding
    std::optional<std::size_t> packed_bytes;  // in gzip, this long; nothing: as it is
};

/// Status line, the reply's headers, Content-Length, Connection where it says something, Date unless the reply has one.
void append_reply_head(std::string& out, const fakes::Reply& reply, bool old_client, bool keeps_alive, std::string_view date, BodyForm form = {});

}  // namespace sim
