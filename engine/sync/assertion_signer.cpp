#include "engine/sync/assertion_signer.hpp"

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>

#include "engine/openssl_owned.hpp"

namespace engine::sync {
namespace {

/// What a PEM block holds; wiped at its end.
struct Block {
    char* name = nullptr;
    char* header = nullptr;
    unsigned char* bytes = nullptr;
    long size = 0;
    Block() = default;
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;
    ~Block() {
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_clear_free(bytes, static_cast<std::size_t>(size));
    }
};

/// RFC 8017 A.1.2: version, then these eight.
Owned<EVP_PKEY> rsa_from_der(const unsigned char* bytes, long size) {
    static constexpr std::array<const char*, 8> members = {
        OSSL_PKEY_PARAM_RSA_N,         OSSL_PKEY_PARAM_RSA_E,         OSSL_PKEY_PARAM_RSA_D,         OSSL_PKEY_PARAM_RSA_FACTOR1,
        OSSL_PKEY_PARAM_RSA_FACTOR2,   OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1};
    const Owned<ASN1_SEQUENCE_ANY> sequence(d2i_ASN1_SEQUENCE_ANY(nullptr, &bytes, size));
    if (!sequence || sk_ASN1_TYPE_num(sequence.get()) != static_cast<int>(members.size()) + 1) return nullptr;
    const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
    std::array<Owned<BIGNUM>, members.size()> numbers;
    for (std::size_t i = 0; i < members.size(); ++i) {
        const ASN1_TYPE* value = sk_ASN1_TYPE_value(sequence.get(), static_cast<int>(i) + 1);
        if (value->type != V_ASN1_INTEGER) return nullptr;
        numbers[i].reset(ASN1_INTEGER_to_BN(value->value.integer, nullptr));
        if (!builder || !numbers[i] || OSSL_PARAM_BLD_push_BN(builder.get(), members[i], numbers[i].get()) != 1) return nullptr;
    }
    const Owned<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    EVP_PKEY* key = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, parameters.get()) != 1)
        return nullptr;
    return Owned<EVP_PKEY>(key);
}

/// The general reader (PEM_read_bio_PrivateKey) tries every decoder there is: 2 ms for a key, against 0.05 ms.
Owned<EVP_PKEY> rsa_from_pem(const std::string& pem) {
    const Owned<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    Block block;
    if (!bio || PEM_read_bio(bio.get(), &block.name, &block.header, &block.bytes, &block.size) != 1) return nullptr;
    const std::string_view name = block.name;
    if (!std::string_view(block.header).empty()) return nullptr;  // encrypted: there is nobody to ask for its password
    if (name == "RSA PRIVATE KEY") return rsa_from_der(block.bytes, block.size);
    if (name != "PRIVATE KEY") return nullptr;
    const unsigned char* bytes = block.bytes;
    const Owned<PKCS8_PRIV_KEY_INFO> info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &bytes, block.size));
    const ASN1_OBJECT* algorithm = nullptr;
    const unsigned char* inner = nullptr;
    int inner_size = 0;
    if (!info || PKCS8_pkey_get0(&algorithm, &inner, &inner_size, nullptr, info.get()) != 1 ||
        OBJ_obj2nid(algorithm) != NID_rsaEncryption)
        return nullptr;
    return rsa_from_der(inner, inner_size);
}

}  // namespace

struct AssertionSigner::Key {
    Owned<EVP_PKEY> pair;
    Owned<EVP_PKEY_CTX> context;  // set up once, used for every signature
    Owned<EVP_MD> sha256{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
};

AssertionSigner::AssertionSigner(const std::string& pem) {
    if (pem.empty()) return;
    auto key = std::make_unique<Key>();
    key->pair = rsa_from_pem(pem);
    if (!key->pair || !key->sha256) return;
    key->context.reset(EVP_PKEY_CTX_new(key->pair.get(), nullptr));
    if (!key->context || EVP_PKEY_sign_init(key->context.get()) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(key->context.get(), RSA_PKCS1_PADDING) != 1 ||
        EVP_PKEY_CTX_set_signature_md(key->context.get(), key->sha256.get()) != 1)
        return;
    key_ = std::move(key);
}

AssertionSigner::~AssertionSigner() = default;

std::string AssertionSigner::sign(std::string_view text) {
    if (!key_) return {};
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int digest_size = 0;
    std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key_->pair.get()));
    std::string signature(size, '\0');
    if (EVP_Digest(text.data(), text.size(), digest.data(), &digest_size, key_->sha256.get(), nullptr) != 1 ||
        EVP_PKEY_sign(key_->context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, digest.data(), digest_size) != 1)
        return {};
    signature.resize(size);
    return signature;
}

}  // namespace engine::sync
