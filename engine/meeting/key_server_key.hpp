#pragma once
// A key server's lasting public key: believed only when its certificate speaks for it; what only that server can open
// (RSA-OAEP, RFC 7518 4.3), and what only that server can have said (RS256, RFC 7518 3.3).
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/instant.hpp"
#include "engine/meeting/jwe.hpp"

namespace engine::meeting {

/// How much a key server must show before it is believed.
struct KeyServerTrust {
    int rsa_bits_min = 2048;
    std::string roots_pem;  // empty: the certificate's chain is not checked (as published clients do)
    Instant now{};          // for the chain's dates
};

class KeyServerKey {
  public:
    /// `cluster`: "kms://host"; `jwk`: JSON text with kid and x5c. Checked: the kid is of this cluster, the first
    /// certificate names its host (SAN, else CN) and holds this very key. Nothing when one of these fails; `why` tells.
    static std::optional<KeyServerKey> from_details(const std::string& cluster, std::string_view jwk,
                                                    const KeyServerTrust& trust, std::string& why);
    /// Compact JWE, RSA-OAEP and A256GCM.
    std::string wrap(Random& random, std::string_view plaintext) const;
    /// What a compact JWS with our kid and RS256 says; nothing when a single bit is wrong.
    std::optional<std::string> verified(std::string_view compact) const;

  private:
    std::shared_ptr<void> key_;  // EVP_PKEY
    std::string kid_;
};

}  // namespace engine::meeting
