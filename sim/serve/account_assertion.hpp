#pragma once
// What a client of the Google service account sends for a token: a signed assertion (RFC 7523).
#include <string>

#include "fakes/server.hpp"

namespace sim {

struct AssertionClaims {
    std::string issuer, audience, subject, scope;
};

/// Signed by the key that `serve` hands out; good for an hour from `now`.
std::string served_account_assertion(const AssertionClaims& claims, fakes::Instant now);

}  // namespace sim
