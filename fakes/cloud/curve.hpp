#pragma once
// The curve P-256 (FIPS 186-4 D.1.2.3) and HKDF-SHA-256 (RFC 5869): what the key server's handshake is made of.
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "fakes/dice.hpp"

namespace fakes {

/// One side's ephemeral key pair.
class CurveKey {
  public:
    static CurveKey draw(Dice& dice);
    static CurveKey of(std::string scalar);  // 32 bytes that `draw` once gave; only to agree with
    const std::string& scalar() const { return scalar_; }

    /// Coordinates of the public point, 32 bytes each.
    const std::string& x() const { return x_; }
    const std::string& y() const { return y_; }
    /// The x coordinate of the point shared with the peer; nullopt when the peer's point is not on the curve.
    std::optional<std::string> agree(std::string_view peer_x, std::string_view peer_y) const;

  private:
    std::string scalar_, x_, y_;
};

/// 32 bytes: salt of 32 zero bytes, no info (published client code of the key server).
std::string hkdf_sha256(std::string_view shared);

}  // namespace fakes
