#include "fakes/cloud/curve.hpp"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>

#include <memory>

#include "fakes/mac.hpp"
#include "fakes/openssl_owned.hpp"

namespace fakes {
namespace {

constexpr std::size_t coordinate_bytes = 32;

const EC_GROUP* p256() {
    static const Owned<EC_GROUP> group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
    return group.get();
}

Owned<BIGNUM> number(std::string_view bytes) {
    return Owned<BIGNUM>(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()), nullptr));
}

std::string padded(const BIGNUM* value) {
    std::string out(coordinate_bytes, '\0');
    BN_bn2binpad(value, reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(out.size()));
    return out;
}

}  // namespace

CurveKey CurveKey::of(std::string scalar) {
    CurveKey key;
    key.scalar_ = std::move(scalar);
    return key;
}

CurveKey CurveKey::draw(Dice& dice) {
    const Owned<BIGNUM> x(BN_new());
    const Owned<BIGNUM> y(BN_new());
    std::string bytes(coordinate_bytes, '\0');
    Owned<BIGNUM> scalar;
    do {
        for (char& byte : bytes) byte = static_cast<char>(dice.below(256));
        scalar = number(bytes);
    } while (BN_is_zero(scalar.get()) || BN_cmp(scalar.get(), EC_GROUP_get0_order(p256())) >= 0);
    CurveKey key = of(std::move(bytes));
    const Owned<EC_POINT> point(EC_POINT_new(p256()));
    EC_POINT_mul(p256(), point.get(), scalar.get(), nullptr, nullptr, nullptr);
    EC_POINT_get_affine_coordinates(p256(), point.get(), x.get(), y.get(), nullptr);
    key.x_ = padded(x.get());
    key.y_ = padded(y.get());
    return key;
}

std::optional<std::string> CurveKey::agree(std::string_view peer_x, std::string_view peer_y) const {
    if (peer_x.size() != coordinate_bytes || peer_y.size() != coordinate_bytes) return std::nullopt;
    const Owned<EC_POINT> peer(EC_POINT_new(p256()));
    const Owned<EC_POINT> shared(EC_POINT_new(p256()));
    const Owned<BIGNUM> x(BN_new());
    // Setting coordinates refuses a point that is not on the curve; the curve has no small subgroups.
    if (EC_POINT_set_affine_coordinates(p256(), peer.get(), number(peer_x).get(), number(peer_y).get(), nullptr) != 1 ||
        EC_POINT_mul(p256(), shared.get(), nullptr, peer.get(), number(scalar_).get(), nullptr) != 1 ||
        EC_POINT_get_affine_coordinates(p256(), shared.get(), x.get(), nullptr, nullptr) != 1)
        return std::nullopt;
    return padded(x.get());
}

std::string hkdf_sha256(std::string_view shared) {
    const std::string extracted = hmac_sha256(std::string(32, '\0'), shared);
    return hmac_sha256(extracted, std::string_view("\x01", 1));
}

}  // namespace fakes
