#include "engine/meeting/key_handshake.hpp"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>

#include <memory>

#include "engine/chance.hpp"
#include "engine/meeting/keyed_digest.hpp"
#include "engine/openssl_owned.hpp"

namespace engine::meeting {
namespace {

using Bytes = std::array<std::uint8_t, 32>;

const EC_GROUP* curve() {
    static const Owned<EC_GROUP> group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
    return group.get();
}

/// A number whose arithmetic takes the same time for all values.
Owned<BIGNUM> secret_number(const Secret& secret) {
    Owned<BIGNUM> number(BN_secure_new());
    BN_bin2bn(secret.bytes().data(), static_cast<int>(secret.bytes().size()), number.get());
    BN_set_flags(number.get(), BN_FLG_CONSTTIME);
    return number;
}

std::string_view view(const Bytes& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

Owned<BIGNUM> coordinate(std::string_view base64) {
    const auto bytes = from_base64url(base64);
    if (!bytes || bytes->size() != 32) return nullptr;
    return Owned<BIGNUM>(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes->data()), static_cast<int>(bytes->size()), nullptr));
}

Secret digest_of(const Secret& key, std::string_view text) {
    std::string out = keyed_digest(key, text);
    Bytes bytes{};
    std::copy(out.begin(), out.end(), bytes.begin());
    const Secret secret(bytes);
    OPENSSL_cleanse(out.data(), out.size());
    OPENSSL_cleanse(bytes.data(), bytes.size());
    return secret;
}

}  // namespace

KeyHandshake::KeyHandshake(Random& random) {
    Bytes bytes{};
    Owned<BIGNUM> scalar;
    do {
        random.fill(bytes);
        scalar_ = Secret(bytes);
        scalar = secret_number(scalar_);
    } while (BN_is_zero(scalar.get()) || BN_cmp(scalar.get(), EC_GROUP_get0_order(curve())) >= 0);
    const Owned<BN_CTX> context(BN_CTX_secure_new());
    const Owned<EC_POINT> point(EC_POINT_new(curve()));
    const Owned<BIGNUM> x(BN_new()), y(BN_new());
    EC_POINT_mul(curve(), point.get(), scalar.get(), nullptr, nullptr, context.get());
    EC_POINT_get_affine_coordinates(curve(), point.get(), x.get(), y.get(), context.get());
    BN_bn2binpad(x.get(), bytes.data(), static_cast<int>(bytes.size()));
    x_ = base64url(view(bytes));
    BN_bn2binpad(y.get(), bytes.data(), static_cast<int>(bytes.size()));
    y_ = base64url(view(bytes));
    OPENSSL_cleanse(bytes.data(), bytes.size());
}

std::optional<Secret> KeyHandshake::agree(std::string_view peer_x, std::string_view peer_y) const {
    const Owned<BIGNUM> px = coordinate(peer_x), py = coordinate(peer_y);
    if (!px || !py) return std::nullopt;
    const Owned<BN_CTX> context(BN_CTX_secure_new());
    const Owned<EC_POINT> peer(EC_POINT_new(curve())), shared(EC_POINT_new(curve()));
    const Owned<BIGNUM> x(BN_secure_new()), scalar = secret_number(scalar_);
    // Setting coordinates refuses points off the curve (SEC 1 3.2.2.1); with cofactor 1 that is all there is to check.
    const bool right = EC_POINT_set_affine_coordinates(curve(), peer.get(), px.get(), py.get(), context.get()) == 1 &&
                       EC_POINT_mul(curve(), shared.get(), nullptr, peer.get(), scalar.get(), context.get()) == 1 &&
                       EC_POINT_get_affine_coordinates(curve(), shared.get(), x.get(), nullptr, context.get()) == 1;
    ERR_clear_error();
    if (!right) return std::nullopt;
    Bytes bytes{};
    BN_bn2binpad(x.get(), bytes.data(), static_cast<int>(bytes.size()));
    // RFC 5869 2.2, 2.3: salt of 32 zero bytes, no info, one block.
    const Secret extracted = digest_of(Secret(), view(bytes));
    OPENSSL_cleanse(bytes.data(), bytes.size());
    return digest_of(extracted, std::string_view("\x01", 1));
}

}  // namespace engine::meeting
