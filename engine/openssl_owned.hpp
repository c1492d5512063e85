#pragma once
// What OpenSSL hands out, freed at the end of its owner; numbers and points, which may be secrets, are wiped first.
// For sources only: it brings OpenSSL's headers.
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <memory>

namespace engine {

struct OpensslFree {
    void operator()(BIO* bio) const { BIO_free(bio); }
    void operator()(BIGNUM* number) const { BN_clear_free(number); }
    void operator()(BN_CTX* context) const { BN_CTX_free(context); }
    void operator()(EC_GROUP* group) const { EC_GROUP_free(group); }
    void operator()(EC_POINT* point) const { EC_POINT_clear_free(point); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    void operator()(EVP_CIPHER* cipher) const { EVP_CIPHER_free(cipher); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
    void operator()(OSSL_PARAM_BLD* builder) const { OSSL_PARAM_BLD_free(builder); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(ASN1_SEQUENCE_ANY* sequence) const { sk_ASN1_TYPE_pop_free(sequence, ASN1_TYPE_free); }
    void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
    void operator()(PKCS8_PRIV_KEY_INFO* info) const { PKCS8_PRIV_KEY_INFO_free(info); }
    void operator()(STACK_OF(X509) * chain) const { sk_X509_free(chain); }
    void operator()(X509_STORE* store) const { X509_STORE_free(store); }
    void operator()(X509_STORE_CTX* context) const { X509_STORE_CTX_free(context); }
    /// The parameters of a private key are its secrets.
    void operator()(OSSL_PARAM* parameters) const {
        for (OSSL_PARAM* one = parameters; one && one->key; ++one) OPENSSL_cleanse(one->data, one->data_size);
        OSSL_PARAM_free(parameters);
    }
};
template <typename T>
using Owned = std::unique_ptr<T, OpensslFree>;

}  // namespace engine
