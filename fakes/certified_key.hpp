#pragma once
// An RS256 key with its certificate, as identity services sign with; bytes only, each service shows them in its own form.
#include <memory>
#include <string>
#include <string_view>

#include "fakes/dice.hpp"
#include "fakes/server.hpp"

struct evp_pkey_st;

namespace fakes {

/// RSASSA-PKCS1-v1_5, or RSASSA-PSS with a salt as long as the digest; SHA-256 (RFC 7518 3.3 and 3.5).
bool rsa_signature_holds(evp_pkey_st* key, bool pss, std::string_view text, std::string_view signature);

/// Cheap to copy.
class CertifiedKey {
  public:
    /// Both as PEM; throws std::runtime_error.
    static CertifiedKey read(std::string_view private_key, std::string_view certificate);
    /// The same for the same dice: 2048 bits, and a self-signed certificate valid from `begins`. Takes a tenth of a second.
    static CertifiedKey drawn(Dice& dice, Instant begins, std::string_view common_name);

    std::string rs256(std::string_view text) const;
    bool rs256_holds(std::string_view text, std::string_view signature) const;
    std::string modulus() const;   // big-endian bytes
    std::string exponent() const;  // the same
    const std::string& certificate_der() const;
    std::string certificate_pem() const;
    const std::string& thumbprint() const;  // SHA-1 of the certificate, bytes

  private:
    struct Parts;
    explicit CertifiedKey(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}
    std::shared_ptr<const Parts> parts_;
};

}  // namespace fakes
