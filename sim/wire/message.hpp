#pragma once
// Addresses and well-formedness of messages, the same for all transports: what bytes could not carry, objects may not.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/server.hpp"
#include "sim/wire/network.hpp"

namespace sim {

struct Address {
    std::string host;    // lower case, without port
    std::string target;  // path and query, at least "/"
};
/// Only absolute https addresses; a fragment is left out.
std::optional<Address> parse_address(std::string_view url);

/// ASCII: nothing else in a head has a case.
constexpr char lower_letter(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// A method or the name of a header (RFC 9110 5.6.2).
bool is_token(std::string_view text);

/// A control character other than a tab: what no header's value holds (RFC 9110 5.5).
bool holds_control(std::string_view text);
/// A blank or any control character: what no target holds.
bool holds_blank(std::string_view text);

/// Why this request (reply) cannot be sent over HTTP, or is over a limit: a sentence; empty when it can.
std::string unsendable(const fakes::Request& request, const NetworkLimits& limits);
std::string unsendable(const fakes::Reply& reply, const NetworkLimits& limits);

/// 1xx, 204 and 304 have no body (RFC 9110 6.4.1).
bool may_have_body(int status);

}  // namespace sim
