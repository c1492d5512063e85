#pragma once
// A self-signed certificate made for one test, and the other side of what the service signs and encrypts.
#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace microsoft_test {

class OwnCertificate {
  public:
    explicit OwnCertificate(int bits = 2048);
    ~OwnCertificate();
    OwnCertificate(OwnCertificate&&) noexcept;

    std::string pem() const;
    std::string der() const;
    std::string thumbprint_sha256() const;  // base64url, as x5t#S256 has it
    std::string thumbprint_hex() const;     // SHA-1
    std::string sign(std::string_view text, bool pss) const;
    /// RSA-OAEP with SHA-1; empty: does not decrypt.
    std::string decrypt(std::string_view bytes) const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

std::string jwt_part(std::string_view bytes);
std::string jwt_part_decode(std::string_view text);
std::string base64_decode(std::string_view text);
/// RS256 by an entry of a JWKS document.
bool verifies(const nlohmann::json& jwk, std::string_view text, std::string_view signature);

}  // namespace microsoft_test
