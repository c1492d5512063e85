#pragma once
// RSA keys out of a seed: the same dice, the same key. OpenSSL's own generator takes no seed.
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "fakes/dice.hpp"
#include "fakes/server.hpp"

namespace fakes::microsoft::signing {

/// 2048 bits, exponent 65537; the caller owns it. Throws std::runtime_error.
EVP_PKEY* drawn_rsa_key(Dice& dice);
/// Named as Microsoft names its own, valid for five years from `begins`; the caller owns it.
X509* self_signed(EVP_PKEY* key, Dice& dice, Instant begins);

}  // namespace fakes::microsoft::signing
