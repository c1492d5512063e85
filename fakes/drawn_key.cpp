#include "fakes/drawn_key.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <stdexcept>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include "fakes/openssl_owned.hpp"

namespace fakes {
namespace {

void must(bool good) {
    if (!good) throw std::runtime_error("a signing key could not be drawn");
}

/// A prime of 1024 bits with its two highest bits set, so that the product of two has 2048; less one it shares no factor with `e`.
Owned<BIGNUM> prime(Dice& dice, const BIGNUM* e, BN_CTX* context) {
    for (;;) {
        std::array<unsigned char, 128> bytes;
        for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(dice.below(256));
        bytes.front() |= 0xC0;
        bytes.back() |= 1;
        Owned<BIGNUM> number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
        must(number != nullptr);
        if (BN_check_prime(number.get(), context, nullptr) != 1) continue;
        const Owned<BIGNUM> less(BN_dup(number.get())), common(BN_new());
        must(BN_sub_word(less.get(), 1) == 1 && BN_gcd(common.get(), less.get(), e, context) == 1);
        if (BN_is_one(common.get())) return number;
    }
}

}  // namespace

EVP_PKEY* drawn_rsa_key(Dice& dice) {
    const Owned<BN_CTX> context(BN_CTX_new());
    const Owned<BIGNUM> e(BN_new()), n(BN_new()), p1(BN_new()), q1(BN_new()), phi(BN_new()), d(BN_new()), dp(BN_new()), dq(BN_new()), qi(BN_new());
    must(BN_set_word(e.get(), RSA_F4) == 1);
    const Owned<BIGNUM> p = prime(dice, e.get(), context.get()), q = prime(dice, e.get(), context.get());
    must(BN_mul(n.get(), p.get(), q.get(), context.get()) == 1 && BN_sub(p1.get(), p.get(), BN_value_one()) == 1 && BN_sub(q1.get(), q.get(), BN_value_one()) == 1 &&
         BN_mul(phi.get(), p1.get(), q1.get(), context.get()) == 1 && BN_mod_inverse(d.get(), e.get(), phi.get(), context.get()) != nullptr &&
         BN_mod(dp.get(), d.get(), p1.get(), context.get()) == 1 && BN_mod(dq.get(), d.get(), q1.get(), context.get()) == 1 &&
         BN_mod_inverse(qi.get(), q.get(), p.get(), context.get()) != nullptr);
    const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
    const auto push = [&](const char* name, const Owned<BIGNUM>& number) { must(OSSL_PARAM_BLD_push_BN(builder.get(), name, number.get()) == 1); };
    push(OSSL_PKEY_PARAM_RSA_N, n);
    push(OSSL_PKEY_PARAM_RSA_E, e);
    push(OSSL_PKEY_PARAM_RSA_D, d);
    push(OSSL_PKEY_PARAM_RSA_FACTOR1, p);
    push(OSSL_PKEY_PARAM_RSA_FACTOR2, q);
    push(OSSL_PKEY_PARAM_RSA_EXPONENT1, dp);
    push(OSSL_PKEY_PARAM_RSA_EXPONENT2, dq);
    push(OSSL_PKEY_PARAM_RSA_COEFFICIENT1, qi);
    const Owned<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    const Owned<EVP_PKEY_CTX> maker(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    EVP_PKEY* key = nullptr;
    must(parameters && maker && EVP_PKEY_fromdata_init(maker.get()) == 1 && EVP_PKEY_fromdata(maker.get(), &key, EVP_PKEY_KEYPAIR, parameters.get()) == 1);
    return key;
}

X509* self_signed(EVP_PKEY* key, Dice& dice, Instant begins, std::string_view common_name) {
    Owned<X509> certificate(X509_new());
    must(certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1);
    must(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), dice.next() >> 1) == 1);
    const auto from = static_cast<time_t>(std::chrono::floor<std::chrono::seconds>(begins.time_since_epoch()).count());
    must(X509_time_adj_ex(X509_getm_notBefore(certificate.get()), 0, 0, const_cast<time_t*>(&from)) != nullptr);
    must(X509_time_adj_ex(X509_getm_notAfter(certificate.get()), 5 * 365, 0, const_cast<time_t*>(&from)) != nullptr);
    X509_NAME* name = X509_get_subject_name(certificate.get());
    const auto* text = reinterpret_cast<const unsigned char*>(common_name.data());
    must(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, static_cast<int>(common_name.size()), -1, 0) == 1 && X509_set_issuer_name(certificate.get(), name) == 1);
    must(X509_set_pubkey(certificate.get(), key) == 1 && X509_sign(certificate.get(), key, EVP_sha256()) > 0);
    return certificate.release();
}

}  // namespace fakes
