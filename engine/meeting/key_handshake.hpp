#pragma once
// Our half of the key server's handshake: an ephemeral key pair on P-256 whose private half wipes its memory, and
// HKDF-SHA-256 over what both sides share (facts/webex.md 9.3).
#include <optional>
#include <string>
#include <string_view>

#include "engine/meeting/jwe.hpp"

namespace engine::meeting {

class KeyHandshake {
  public:
    explicit KeyHandshake(Random& random);

    /// Coordinates of the public point, base64url as in a JWK.
    const std::string& x() const { return x_; }
    const std::string& y() const { return y_; }
    /// The key of the channel; nothing when the peer's point is not on the curve.
    std::optional<Secret> agree(std::string_view peer_x, std::string_view peer_y) const;

  private:
    Secret scalar_;
    std::string x_, y_;
};

}  // namespace engine::meeting
