#pragma once
// RSA keys out of a seed: the same dice, the same key. OpenSSL's own generator takes no seed.
#include <string_view>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "fakes/dice.hpp"
#include "fakes/server.hpp"

namespace fakes {

/// 2048 bits, exponent 65537; the caller owns it. Throws std::runtime_error.
EVP_PKEY* drawn_rsa_key(Dice& dice);
/// Valid for five years from `begins`; the caller owns it.
X509* self_signed(EVP_PKEY* key, Dice& dice, Instant begins, std::string_view common_name);

}  // namespace fakes
