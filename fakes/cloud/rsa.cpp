#include "fakes/cloud/rsa.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <simdjson.h>

#include "fakes/cloud/bytes.hpp"
#include "fakes/cloud/jwe_reader.hpp"
#include "fakes/cloud/limits.hpp"
#include "fakes/openssl_owned.hpp"

namespace fakes {
namespace {

constexpr std::size_t sha1_bytes = 20;

EVP_PKEY* of(const std::shared_ptr<void>& key) { return static_cast<EVP_PKEY*>(key.get()); }

std::shared_ptr<void> shared(EVP_PKEY* key) {
    return std::shared_ptr<void>(key, [](void* held) { EVP_PKEY_free(static_cast<EVP_PKEY*>(held)); });
}

std::string member(EVP_PKEY* key, const char* name) {
    BIGNUM* raw = nullptr;
    if (EVP_PKEY_get_bn_param(key, name, &raw) != 1) return {};
    const Owned<BIGNUM> number(raw);
    std::string out(static_cast<std::size_t>(BN_num_bytes(raw)), '\0');
    BN_bn2bin(raw, bytes(out));
    return out;
}

/// "kms://kms.calrig.example/keys/.." -> "kms.calrig.example"; empty for another scheme.
std::string_view host_of(std::string_view kid) {
    constexpr std::string_view scheme = "kms://";
    if (!kid.starts_with(scheme)) return {};
    kid.remove_prefix(scheme.size());
    return kid.substr(0, kid.find('/'));
}

std::string certificate_of(EVP_PKEY* key, std::string_view host) {
    const Owned<X509> made(X509_new());
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    ASN1_TIME_set_string(X509_getm_notBefore(made.get()), "20200101000000Z");
    ASN1_TIME_set_string(X509_getm_notAfter(made.get()), "20991231235959Z");
    X509_NAME* name = X509_get_subject_name(made.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, bytes(host), static_cast<int>(host.size()), -1, 0);
    X509_set_issuer_name(made.get(), name);
    X509_set_pubkey(made.get(), key);
    const std::string alternative = "DNS:" + std::string(host);
    const Owned<X509_EXTENSION> san(X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative.c_str()));
    X509_add_ext(made.get(), san.get(), -1);
    X509_sign(made.get(), key, EVP_sha256());
    unsigned char* der = nullptr;
    const int size = i2d_X509(made.get(), &der);
    if (size <= 0) return {};
    std::string text(static_cast<std::size_t>((size + 2) / 3 * 4 + 1), '\0');
    text.resize(static_cast<std::size_t>(EVP_EncodeBlock(bytes(text), der, size)));  // x5c is plain base64 with padding
    OPENSSL_free(der);
    return text;
}

Owned<X509> certificate_in(std::string_view base64) {
    if (base64.size() > 16'384 || base64.size() % 4 != 0) return nullptr;
    std::string der(base64.size(), '\0');
    if (EVP_DecodeBlock(bytes(der), bytes(base64), static_cast<int>(base64.size())) <= 0) return nullptr;
    const unsigned char* at = bytes(std::string_view(der));
    return Owned<X509>(d2i_X509(nullptr, &at, static_cast<long>(der.size())));  // what pads the end is not read
}

std::string mask(std::string_view seed, std::size_t size) {
    std::string out;
    for (std::uint32_t counter = 0; out.size() < size; ++counter) {
        std::string text(seed);
        for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(counter >> shift);
        std::string digest(sha1_bytes, '\0');
        EVP_Digest(text.data(), text.size(), bytes(digest), nullptr, EVP_sha1(), nullptr);
        out += digest;
    }
    out.resize(size);
    return out;
}

void blend(std::string& into, std::string_view mask) {
    for (std::size_t i = 0; i < into.size(); ++i) into[i] = static_cast<char>(into[i] ^ mask[i]);
}

}  // namespace

std::optional<RsaKey> RsaKey::from_pem(std::string_view private_pem) {
    const Owned<BIO> bio(BIO_new_mem_buf(private_pem.data(), static_cast<int>(private_pem.size())));
    EVP_PKEY* read = PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr);
    if (read == nullptr) return std::nullopt;
    RsaKey key;
    key.key_ = shared(read);
    return key;
}

std::optional<RsaKey> RsaKey::from_key_server_jwk(std::string_view json) {
    simdjson::dom::parser parser;
    simdjson::dom::object jwk;
    simdjson::dom::array chain;
    std::string_view kind, kid, n, e, first;
    if (parser.parse(json.data(), json.size()).get(jwk) != simdjson::SUCCESS || jwk["kty"].get(kind) != simdjson::SUCCESS ||
        kind != "RSA" || jwk["kid"].get(kid) != simdjson::SUCCESS || jwk["n"].get(n) != simdjson::SUCCESS ||
        jwk["e"].get(e) != simdjson::SUCCESS || jwk["x5c"].get(chain) != simdjson::SUCCESS ||
        chain.at(0).get(first) != simdjson::SUCCESS)
        return std::nullopt;
    const std::string host(host_of(kid));
    const Owned<X509> certificate = certificate_in(first);
    const auto modulus = base64url_decode(n);
    const auto exponent = base64url_decode(e);
    if (host.empty() || !certificate || !modulus || !exponent ||
        modulus->size() * 8 > static_cast<std::size_t>(cloud_limits::rsa_bits_max) ||
        X509_check_host(certificate.get(), host.c_str(), host.size(), 0, nullptr) != 1)
        return std::nullopt;
    RsaKey key;
    key.key_ = shared(X509_get_pubkey(certificate.get()));
    key.kid_ = kid;
    if (!key.key_ || member(of(key.key_), OSSL_PKEY_PARAM_RSA_N) != *modulus ||
        member(of(key.key_), OSSL_PKEY_PARAM_RSA_E) != *exponent)
        return std::nullopt;
    return key;
}

std::string RsaKey::public_jwk(std::string_view kid) const {
    return "{\"kty\":\"RSA\",\"kid\":\"" + std::string(kid) + "\",\"n\":\"" +
           base64url_encode(member(of(key_), OSSL_PKEY_PARAM_RSA_N)) + "\",\"e\":\"" +
           base64url_encode(member(of(key_), OSSL_PKEY_PARAM_RSA_E)) + "\",\"x5c\":[\"" +
           certificate_of(of(key_), host_of(kid)) + "\"]}";
}

std::string RsaKey::sign(std::string_view text) const {
    const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
    std::string out(static_cast<std::size_t>(EVP_PKEY_get_size(of(key_))), '\0');
    std::size_t size = out.size();
    if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, of(key_)) != 1 ||
        EVP_DigestSign(context.get(), bytes(out), &size, bytes(text), text.size()) != 1)
        return {};
    out.resize(size);
    return out;
}

bool RsaKey::verify(std::string_view text, std::string_view signature) const {
    const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
    const bool right = EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, of(key_)) == 1 &&
                       EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(text), text.size()) == 1;
    ERR_clear_error();
    return right;
}

std::optional<std::string> RsaKey::oaep(std::string_view plaintext, std::string_view seed) const {
    const auto key_bytes = static_cast<std::size_t>(EVP_PKEY_get_size(of(key_)));
    if (seed.size() != sha1_bytes || plaintext.size() + 2 * sha1_bytes + 2 > key_bytes) return std::nullopt;
    std::string block(sha1_bytes, '\0');
    EVP_Digest("", 0, bytes(block), nullptr, EVP_sha1(), nullptr);
    block.append(key_bytes - 2 * sha1_bytes - 2 - plaintext.size(), '\0');
    (block += '\x01') += plaintext;
    std::string masked_seed(seed);
    blend(block, mask(seed, block.size()));
    blend(masked_seed, mask(block, sha1_bytes));
    const std::string padded = std::string(1, '\0') + masked_seed + block;
    const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(of(key_), nullptr));
    std::string out(key_bytes, '\0');
    std::size_t size = out.size();
    if (!context || EVP_PKEY_encrypt_init(context.get()) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_NO_PADDING) != 1 ||
        EVP_PKEY_encrypt(context.get(), bytes(out), &size, bytes(padded), padded.size()) != 1)
        return std::nullopt;
    out.resize(size);
    return out;
}

}  // namespace fakes
