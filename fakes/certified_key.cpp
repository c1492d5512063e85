#include "fakes/certified_key.hpp"

#include <stdexcept>
#include <utility>

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include "fakes/drawn_key.hpp"
#include "fakes/openssl_owned.hpp"

namespace fakes {
namespace {

Owned<BIO> reader(std::string_view pem) { return Owned<BIO>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))); }

std::string number_of(EVP_PKEY* key, const char* name) {
    BIGNUM* raw = nullptr;
    if (EVP_PKEY_get_bn_param(key, name, &raw) != 1) return {};
    const Owned<BIGNUM> number(raw);
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(number.get())), '\0');
    BN_bn2bin(number.get(), reinterpret_cast<unsigned char*>(bytes.data()));
    return bytes;
}

}  // namespace

bool rsa_signature_holds(EVP_PKEY* key, bool pss, std::string_view text, std::string_view signature) {
    const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* parameters = nullptr;
    if (EVP_DigestVerifyInit(context.get(), &parameters, EVP_sha256(), nullptr, key) != 1) return false;
    if (pss && (EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) <= 0 || EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) <= 0))
        return false;
    return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                            reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
}

struct CertifiedKey::Parts {
    Owned<EVP_PKEY> key;
    Owned<X509> certificate;
    std::string der, thumbprint;

    Parts(Owned<EVP_PKEY> own, Owned<X509> own_certificate) : key(std::move(own)), certificate(std::move(own_certificate)) {
        unsigned char* bytes = nullptr;
        const int size = key && certificate ? i2d_X509(certificate.get(), &bytes) : 0;
        if (size <= 0) throw std::runtime_error("a signing key or its certificate cannot be read");
        der.assign(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
        OPENSSL_free(bytes);
        unsigned char digest[SHA_DIGEST_LENGTH];
        SHA1(reinterpret_cast<const unsigned char*>(der.data()), der.size(), digest);
        thumbprint.assign(reinterpret_cast<const char*>(digest), sizeof digest);
    }
};

CertifiedKey CertifiedKey::read(std::string_view private_key, std::string_view certificate) {
    Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(reader(private_key).get(), nullptr, nullptr, nullptr));
    Owned<X509> own(PEM_read_bio_X509(reader(certificate).get(), nullptr, nullptr, nullptr));
    return CertifiedKey(std::make_shared<const Parts>(std::move(key), std::move(own)));
}

CertifiedKey CertifiedKey::drawn(Dice& dice, Instant begins, std::string_view common_name) {
    Owned<EVP_PKEY> key(drawn_rsa_key(dice));
    Owned<X509> certificate(self_signed(key.get(), dice, begins, common_name));
    return CertifiedKey(std::make_shared<const Parts>(std::move(key), std::move(certificate)));
}

std::string CertifiedKey::rs256(std::string_view text) const {
    const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
    std::string out(static_cast<std::size_t>(EVP_PKEY_get_size(parts_->key.get())), '\0');
    std::size_t size = out.size();
    if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, parts_->key.get()) != 1 ||
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, reinterpret_cast<const unsigned char*>(text.data()), text.size()) != 1)
        throw std::runtime_error("a simulated service's key cannot sign");
    out.resize(size);
    return out;
}

bool CertifiedKey::rs256_holds(std::string_view text, std::string_view signature) const { return rsa_signature_holds(parts_->key.get(), false, text, signature); }

std::string CertifiedKey::modulus() const { return number_of(parts_->key.get(), "n"); }
std::string CertifiedKey::exponent() const { return number_of(parts_->key.get(), "e"); }
const std::string& CertifiedKey::certificate_der() const { return parts_->der; }
const std::string& CertifiedKey::thumbprint() const { return parts_->thumbprint; }

std::string CertifiedKey::certificate_pem() const {
    const Owned<BIO> bio(BIO_new(BIO_s_mem()));
    char* bytes = nullptr;
    if (!bio || PEM_write_bio_X509(bio.get(), parts_->certificate.get()) != 1) return {};
    const long size = BIO_get_mem_data(bio.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

}  // namespace fakes
