#pragma once
// RS256 signatures (RFC 7518 3.3) by a service account's private key.
#include <memory>
#include <string>
#include <string_view>

namespace engine::sync {

class AssertionSigner {
  public:
    /// `pem`: PKCS#8 or PKCS#1 RSA private key. A text that is none of them makes a signer that signs nothing.
    explicit AssertionSigner(const std::string& pem);
    ~AssertionSigner();

    bool usable() const { return key_ != nullptr; }

    /// Deterministic: the same text gives the same signature. Empty when there is no usable key.
    std::string sign(std::string_view text);

  private:
    struct Key;
    std::unique_ptr<Key> key_;
};

}  // namespace engine::sync
