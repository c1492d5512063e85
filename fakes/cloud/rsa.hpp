#pragma once
// RSA as the key server uses it: OAEP with SHA-1 for the way in (RFC 7518 4.3), RS256 for the way out (RFC 7518 3.3), and
// the public key as a JWK with its certificate (RFC 7517 4.7).
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace fakes {

class RsaKey {
  public:
    static std::optional<RsaKey> from_pem(std::string_view private_pem);
    /// A key server's public key: kid in the scheme kms:, a certificate of the host in the kid, and the certificate's key
    /// being this key (checks of the published client code). nullopt when one of them fails.
    static std::optional<RsaKey> from_key_server_jwk(std::string_view json);

    /// JWK text with kid and x5c: a certificate of the host named in `kid`, signed by the key itself, the same each time.
    std::string public_jwk(std::string_view kid) const;
    const std::string& kid() const { return kid_; }  // of from_key_server_jwk

    std::string sign(std::string_view text) const;
    bool verify(std::string_view text, std::string_view signature) const;
    /// RFC 8017 7.1.1 with the caller's 20 bytes of seed, so that the same seed gives the same bytes. nullopt: too long.
    std::optional<std::string> oaep(std::string_view plaintext, std::string_view seed) const;

    const std::shared_ptr<void>& pkey() const { return key_; }  // EVP_PKEY

  private:
    std::shared_ptr<void> key_;
    std::string kid_;
};

}  // namespace fakes
