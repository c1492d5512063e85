#pragma once
// AES as JWE needs it: GCM with a 96-bit iv and a 128-bit tag (RFC 7518 5.3), key wrap (RFC 3394). Key sizes 16, 24, 32.
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace fakes {

class Aes {
  public:
    Aes();
    ~Aes();
    Aes(Aes&&) noexcept;

    /// nullopt when sizes do not fit or the tag is wrong; then no byte of the plaintext leaves.
    std::optional<std::string> gcm_open(std::string_view key, std::string_view iv, std::string_view aad,
                                        std::string_view ciphertext, std::string_view tag);
    struct Sealed {
        std::string ciphertext;
        std::string tag;
    };
    std::optional<Sealed> gcm_seal(std::string_view key, std::string_view iv, std::string_view aad,
                                   std::string_view plaintext);
    std::optional<std::string> unwrap(std::string_view key, std::string_view wrapped);
    std::optional<std::string> wrap(std::string_view key, std::string_view content_key);

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace fakes
