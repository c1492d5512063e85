#pragma once
// Values at rest (ENC-REST): AES-256-GCM with the store key; the key name is bound in, so that a value moved to another
// name does not open.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/meeting/jwe.hpp"

namespace engine::meeting {

class StoreSeal {
  public:
    explicit StoreSeal(const std::array<std::uint8_t, 32>& store_key);

    std::string seal(Random& random, std::string_view name, std::string_view value);
    /// Nothing when the value was changed, cut, moved to another name or sealed with another key.
    std::optional<std::string> open(std::string_view name, std::string_view sealed);
    /// Key of content digests, derived from the store key (HMAC-SHA256, label "content digest").
    const Secret& digest_key() const { return digest_key_; }
    /// 32 hex characters for use inside store key names: reveals neither the text nor that two stores hold the same.
    std::string blind(std::string_view text) const;

  private:
    Sealer sealer_;
    Secret digest_key_, blind_key_;
};

}  // namespace engine::meeting
