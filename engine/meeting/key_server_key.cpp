#include "engine/meeting/key_server_key.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "engine/chance.hpp"
#include "engine/json_text.hpp"
#include "engine/openssl_owned.hpp"

namespace engine::meeting {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kJwkLimitBytes = 65'536, kCertificatesMax = 8;
constexpr int kRsaBitsMax = 8192;  // bounds the work of a forged key
constexpr std::size_t kSeedBytes = 20;  // SHA-1, as RSA-OAEP has it (RFC 8017 B.1)

EVP_PKEY* of(const std::shared_ptr<void>& key) { return static_cast<EVP_PKEY*>(key.get()); }
unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

/// x5c members are base64 with padding (RFC 7517 4.7).
Owned<X509> certificate_of(const std::string& base64) {
    std::string der(base64.size() / 4 * 3 + 3, '\0');
    if (base64.empty() || base64.size() % 4 != 0 || EVP_DecodeBlock(raw(der), raw(std::string_view(base64)), static_cast<int>(base64.size())) <= 0)
        return nullptr;
    const unsigned char* at = raw(der);
    return Owned<X509>(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

/// A server shows the same certificate at every handshake, and OpenSSL 3 takes half a millisecond to read one, because it
/// looks for decoders of the key each time: the last one read is kept.
Owned<X509> servers_certificate(const std::string& base64) {
    thread_local std::string last_base64;
    thread_local Owned<X509> last;
    if (!last || last_base64 != base64) {
        last = certificate_of(base64);
        last_base64 = base64;
    }
    if (last) X509_up_ref(last.get());
    return Owned<X509>(last.get());
}

bool is_number(EVP_PKEY* key, const char* name, std::string_view base64) {
    BIGNUM* held = nullptr;
    if (EVP_PKEY_get_bn_param(key, name, &held) != 1) return false;
    const Owned<BIGNUM> number(held);
    const auto bytes = from_base64url(base64);
    if (!bytes || bytes->size() * 8 > static_cast<std::size_t>(kRsaBitsMax)) return false;
    const Owned<BIGNUM> told(BN_bin2bn(raw(std::string_view(*bytes)), static_cast<int>(bytes->size()), nullptr));
    return BN_cmp(number.get(), told.get()) == 0;
}

bool chain_holds(const std::vector<Owned<X509>>& certificates, const KeyServerTrust& trust) {
    const Owned<BIO> bio(BIO_new_mem_buf(trust.roots_pem.data(), static_cast<int>(trust.roots_pem.size())));
    const Owned<X509_STORE> roots(X509_STORE_new());
    while (const Owned<X509> root{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) X509_STORE_add_cert(roots.get(), root.get());
    const Owned<STACK_OF(X509)> between(sk_X509_new_null());
    for (std::size_t i = 1; i < certificates.size(); ++i) sk_X509_push(between.get(), certificates[i].get());
    const Owned<X509_STORE_CTX> context(X509_STORE_CTX_new());
    if (X509_STORE_CTX_init(context.get(), roots.get(), certificates.front().get(), between.get()) != 1) return false;
    X509_STORE_CTX_set_time(context.get(), 0, std::chrono::floor<std::chrono::seconds>(trust.now).time_since_epoch().count());
    return X509_verify_cert(context.get()) == 1;
}

/// MGF1 with SHA-1 (RFC 8017 B.2.1), blended into `text`.
void blend_mask(std::string_view seed, std::string& text) {
    std::string counted(seed);
    counted.resize(seed.size() + 4);
    std::array<unsigned char, kSeedBytes> block{};
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i % kSeedBytes == 0) {
            const std::size_t counter = i / kSeedBytes;
            for (std::size_t k = 0; k < 4; ++k) counted[seed.size() + k] = static_cast<char>(counter >> (24 - 8 * k));
            EVP_Digest(counted.data(), counted.size(), block.data(), nullptr, EVP_sha1(), nullptr);
        }
        text[i] = static_cast<char>(text[i] ^ static_cast<char>(block[i % kSeedBytes]));
    }
    OPENSSL_cleanse(counted.data(), counted.size());
    OPENSSL_cleanse(block.data(), block.size());
}

/// RFC 8017 7.1.1. The padding is ours and not OpenSSL's, because its chance would not come from the port.
std::string oaep(EVP_PKEY* key, std::string_view secret, std::string seed) {
    const auto size = static_cast<std::size_t>(EVP_PKEY_get_size(key));
    std::string block(kSeedBytes, '\0');
    EVP_Digest("", 0, raw(block), nullptr, EVP_sha1(), nullptr);
    block.append(size - 2 * kSeedBytes - 2 - secret.size(), '\0');
    block.push_back('\x01');
    block.append(secret);
    blend_mask(seed, block);
    blend_mask(block, seed);
    std::string padded(1, '\0');
    padded += seed;
    padded += block;
    const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(key, nullptr));
    std::string out(size, '\0');
    std::size_t written = size;
    const bool right = context && EVP_PKEY_encrypt_init(context.get()) == 1 &&
                       EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_NO_PADDING) == 1 &&
                       EVP_PKEY_encrypt(context.get(), raw(out), &written, raw(std::string_view(padded)), padded.size()) == 1;
    OPENSSL_cleanse(padded.data(), padded.size());
    OPENSSL_cleanse(block.data(), block.size());
    return right ? out : std::string();
}

}  // namespace

std::optional<KeyServerKey> KeyServerKey::from_details(const std::string& cluster, std::string_view jwk,
                                                       const KeyServerTrust& trust, std::string& why) {
    const auto refused = [&why](const char* reason) {
        why = reason;
        ERR_clear_error();
        return std::nullopt;
    };
    constexpr std::string_view scheme = "kms://";
    const Json json = jwk.size() > kJwkLimitBytes ? Json() : Json::parse(jwk, nullptr, false);
    if (!json.is_object() || text_of(json, "kty") != "RSA") return refused("no RSA key");
    KeyServerKey key;
    key.kid_ = text_of(json, "kid");
    if (!cluster.starts_with(scheme) || !key.kid_.starts_with(cluster + "/")) return refused("a key of another server");
    const auto chain = json.find("x5c");
    if (chain == json.end() || !chain->is_array() || chain->empty() || chain->size() > kCertificatesMax) return refused("no certificate");
    std::vector<Owned<X509>> certificates;
    for (const Json& one : *chain) {
        const bool first = certificates.empty();
        if (!one.is_string()) return refused("a certificate that cannot be read");
        const std::string& base64 = one.get_ref<const std::string&>();
        certificates.push_back(first ? servers_certificate(base64) : certificate_of(base64));
        if (!certificates.back()) return refused("a certificate that cannot be read");
    }
    const std::string host = cluster.substr(scheme.size());
    if (X509_check_host(certificates.front().get(), host.c_str(), host.size(), 0, nullptr) != 1) return refused("a certificate of another host");
    key.key_ = std::shared_ptr<void>(X509_get_pubkey(certificates.front().get()), [](void* held) { EVP_PKEY_free(static_cast<EVP_PKEY*>(held)); });
    if (!key.key_ || EVP_PKEY_is_a(of(key.key_), "RSA") != 1 || !is_number(of(key.key_), OSSL_PKEY_PARAM_RSA_N, text_of(json, "n")) ||
        !is_number(of(key.key_), OSSL_PKEY_PARAM_RSA_E, text_of(json, "e")))
        return refused("a certificate of another key");
    const int bits = EVP_PKEY_get_bits(of(key.key_));
    if (bits < trust.rsa_bits_min || bits > kRsaBitsMax) return refused("a key of a size that is not accepted");
    if (!trust.roots_pem.empty() && !chain_holds(certificates, trust)) return refused("a certificate of nobody we trust");
    return key;
}

std::string KeyServerKey::wrap(Random& random, std::string_view plaintext) const {
    std::array<std::uint8_t, 32> content_key{};
    random.fill(content_key);
    std::array<std::uint8_t, kSeedBytes> seed{};
    random.fill(seed);
    const std::string head = base64url(R"({"alg":"RSA-OAEP","enc":"A256GCM","kid":")" + kid_ + R"("})");
    const std::string wrapped = oaep(of(key_), {reinterpret_cast<const char*>(content_key.data()), content_key.size()},
                                     std::string(seed.begin(), seed.end()));
    const Secret secret(content_key);
    OPENSSL_cleanse(content_key.data(), content_key.size());
    std::string out;
    Sealer(secret).append_compact(out, head, base64url(wrapped), random, plaintext);
    return out;
}

std::optional<std::string> KeyServerKey::verified(std::string_view compact) const {
    const std::size_t first = compact.find('.');
    const std::size_t second = first == std::string_view::npos ? first : compact.find('.', first + 1);
    if (second == std::string_view::npos || compact.find('.', second + 1) != std::string_view::npos) return std::nullopt;
    const auto head = from_base64url(compact.substr(0, first));
    const auto payload = from_base64url(compact.substr(first + 1, second - first - 1));
    const auto signature = from_base64url(compact.substr(second + 1));
    if (!head || !payload || !signature) return std::nullopt;
    const Json header = Json::parse(*head, nullptr, false);
    if (!header.is_object() || text_of(header, "alg") != "RS256" || text_of(header, "kid") != kid_ || header.contains("crit")) return std::nullopt;
    const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
    const std::string_view text = compact.substr(0, second);
    const bool right = EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, of(key_)) == 1 &&
                       EVP_DigestVerify(context.get(), raw(std::string_view(*signature)), signature->size(), raw(text), text.size()) == 1;
    ERR_clear_error();
    return right ? payload : std::nullopt;
}

}  // namespace engine::meeting
