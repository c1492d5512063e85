#pragma once
// What a tenant signs and what it checks: its own RS256 key, and the certificates of others.
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace fakes::microsoft::signing {

/// RFC 7515 section 2: base64url without padding.
std::string jwt_part(std::string_view bytes);
std::optional<std::string> jwt_part_decode(std::string_view text);

/// kid and x5t of the tenant's key.
const std::string& key_id();
std::string rs256(std::string_view text);
bool rs256_holds(std::string_view text, std::string_view signature);
/// The key as one entry of a JWKS document.
std::string jwk(std::string_view issuer);

/// An RSA certificate of somebody else.
class Certificate {
  public:
    /// PEM, or DER bytes; empty: no certificate, or no RSA key in it.
    static std::optional<Certificate> read(std::string_view bytes, bool pem);
    std::string thumbprint() const;  // SHA-1, hex in upper case
    int key_bits() const;
    /// Do these header members of a JWT (empty: absent) name this certificate?
    bool named(std::string_view x5t_sha256, std::string_view x5t, std::string_view kid) const;
    bool signature_holds(bool pss, std::string_view text, std::string_view signature) const;
    /// RSA without padding; empty: the block does not fit the key.
    std::string encrypt_raw(std::string_view block) const;

  private:
    struct Key;
    std::string sha1_, sha256_;  // bytes
    std::shared_ptr<const Key> key_;
};

}  // namespace fakes::microsoft::signing
