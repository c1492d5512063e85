#include "tests/microsoft/certificate.hpp"

#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

namespace microsoft_test {

struct OwnCertificate::Parts {
    EVP_PKEY* key = nullptr;
    X509* certificate = nullptr;
    ~Parts() {
        X509_free(certificate);
        EVP_PKEY_free(key);
    }
};

OwnCertificate::OwnCertificate(int bits) : parts_(std::make_unique<Parts>()) {
    parts_->key = EVP_RSA_gen(static_cast<unsigned>(bits));
    X509* made = parts_->certificate = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
    X509_gmtime_adj(X509_getm_notBefore(made), 0);
    X509_gmtime_adj(X509_getm_notAfter(made), 3600);
    X509_set_pubkey(made, parts_->key);
    X509_NAME* name = X509_get_subject_name(made);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("client.calrig.example"), -1, -1, 0);
    X509_set_issuer_name(made, name);
    X509_sign(made, parts_->key, EVP_sha256());
}
OwnCertificate::~OwnCertificate() = default;
OwnCertificate::OwnCertificate(OwnCertificate&&) noexcept = default;

std::string OwnCertificate::pem() const {
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, parts_->certificate);
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(bio, &bytes);
    std::string out(bytes, static_cast<std::size_t>(size));
    BIO_free(bio);
    return out;
}

std::string OwnCertificate::der() const {
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(parts_->certificate, &bytes);
    std::string out(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(bytes);
    return out;
}

std::string OwnCertificate::thumbprint_sha256() const {
    const std::string bytes = der();
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
    return jwt_part({reinterpret_cast<const char*>(digest), sizeof digest});
}

std::string OwnCertificate::thumbprint_hex() const {
    const std::string bytes = der();
    unsigned char digest[SHA_DIGEST_LENGTH];
    SHA1(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
    std::string out;
    for (const unsigned char byte : digest) {
        char text[3];
        std::snprintf(text, sizeof text, "%02X", byte);
        out += text;
    }
    return out;
}

std::string OwnCertificate::sign(std::string_view text, bool pss) const {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_PKEY_CTX* parameters = nullptr;
    EVP_DigestSignInit(context, &parameters, EVP_sha256(), nullptr, parts_->key);
    if (pss) {
        EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST);
    }
    std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(parts_->key));
    std::string out(size, '\0');
    EVP_DigestSign(context, reinterpret_cast<unsigned char*>(out.data()), &size, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    out.resize(size);
    EVP_MD_CTX_free(context);
    return out;
}

std::string OwnCertificate::decrypt(std::string_view bytes) const {
    EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(parts_->key, nullptr);
    EVP_PKEY_decrypt_init(context);
    EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING);
    std::string out(static_cast<std::size_t>(EVP_PKEY_get_size(parts_->key)), '\0');
    std::size_t size = out.size();
    const int ok = EVP_PKEY_decrypt(context, reinterpret_cast<unsigned char*>(out.data()), &size, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    EVP_PKEY_CTX_free(context);
    out.resize(ok == 1 ? size : 0);
    return out;
}

std::string base64_decode(std::string_view text) {
    std::string out;
    unsigned bits = 0, count = 0;
    for (const char c : text) {
        const std::size_t value = std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/").find(c);
        if (value == std::string_view::npos) continue;
        bits = bits << 6 | static_cast<unsigned>(value);
        if ((count += 6) < 8) continue;
        count -= 8;
        out.push_back(static_cast<char>(static_cast<unsigned char>(bits >> count & 0xFF)));
    }
    return out;
}

std::string jwt_part_decode(std::string_view text) {
    std::string standard(text);
    for (char& c : standard) c = c == '-' ? '+' : c == '_' ? '/' : c;
    return base64_decode(standard);
}

std::string jwt_part(std::string_view bytes) {
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(size));
    while (!out.empty() && out.back() == '=') out.pop_back();
    for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
    return out;
}

bool verifies(const nlohmann::json& jwk, std::string_view text, std::string_view signature) {
    const std::string n = jwt_part_decode(jwk["n"].get<std::string>()), e = jwt_part_decode(jwk["e"].get<std::string>());
    BIGNUM* modulus = BN_bin2bn(reinterpret_cast<const unsigned char*>(n.data()), static_cast<int>(n.size()), nullptr);
    BIGNUM* exponent = BN_bin2bn(reinterpret_cast<const unsigned char*>(e.data()), static_cast<int>(e.size()), nullptr);
    OSSL_PARAM_BLD* builder = OSSL_PARAM_BLD_new();
    OSSL_PARAM_BLD_push_BN(builder, "n", modulus);
    OSSL_PARAM_BLD_push_BN(builder, "e", exponent);
    OSSL_PARAM* parameters = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX* making = EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr);
    EVP_PKEY* key = nullptr;
    EVP_PKEY_fromdata_init(making);
    EVP_PKEY_fromdata(making, &key, EVP_PKEY_PUBLIC_KEY, parameters);
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key);
    const bool holds = EVP_DigestVerify(context, reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                                        reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    EVP_PKEY_CTX_free(making);
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(builder);
    BN_free(modulus);
    BN_free(exponent);
    return holds;
}

}  // namespace microsoft_test
