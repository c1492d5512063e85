#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <simdjson.h>

#include <array>
#include <utility>

#include "fakes/cloud/jwe_reader.hpp"
#include "fakes/cloud/limits.hpp"
#include "fakes/openssl_owned.hpp"

namespace fakes {
namespace {

Owned<BIGNUM> number_of(simdjson::dom::object jwk, std::string_view member) {
    std::string_view text;
    if (jwk[member].get(text) != simdjson::SUCCESS) return nullptr;
    const auto bytes = base64url_decode(text);
    if (!bytes || bytes->size() * 8 > static_cast<std::size_t>(cloud_limits::rsa_bits_max)) return nullptr;
    return Owned<BIGNUM>(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes->data()), static_cast<int>(bytes->size()), nullptr));
}

std::shared_ptr<void> rsa_key(simdjson::dom::object jwk) {
    static constexpr std::array<std::pair<std::string_view, const char*>, 8> members{{
        {"n", OSSL_PKEY_PARAM_RSA_N}, {"e", OSSL_PKEY_PARAM_RSA_E}, {"d", OSSL_PKEY_PARAM_RSA_D},
        {"p", OSSL_PKEY_PARAM_RSA_FACTOR1}, {"q", OSSL_PKEY_PARAM_RSA_FACTOR2},
        {"dp", OSSL_PKEY_PARAM_RSA_EXPONENT1}, {"dq", OSSL_PKEY_PARAM_RSA_EXPONENT2},
        {"qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1}}};
    std::array<Owned<BIGNUM>, members.size()> numbers;
    const Owned<OSSL_PARAM_BLD> build(OSSL_PARAM_BLD_new());
    bool right = build != nullptr;
    for (std::size_t i = 0; right && i < members.size(); ++i) {
        numbers[i] = number_of(jwk, members[i].first);
        if (numbers[i]) right = OSSL_PARAM_BLD_push_BN(build.get(), members[i].second, numbers[i].get()) == 1;
        else right = i > 2;  // n, e, d are needed; the rest only makes it faster
    }
    const Owned<OSSL_PARAM> parameters(right ? OSSL_PARAM_BLD_to_param(build.get()) : nullptr);
    const Owned<EVP_PKEY_CTX> context(parameters ? EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr) : nullptr);
    EVP_PKEY* key = nullptr;
    if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, parameters.get()) != 1)
        key = nullptr;
    ERR_clear_error();
    if (key == nullptr) return nullptr;
    return std::shared_ptr<void>(key, [](void* held) { EVP_PKEY_free(static_cast<EVP_PKEY*>(held)); });
}

}  // namespace

JweKey JweKey::octets(std::string bytes) {
    JweKey key;
    key.bytes_ = std::move(bytes);
    return key;
}

JweKey JweKey::rsa(std::shared_ptr<void> private_key) {
    JweKey key;
    key.rsa_ = std::move(private_key);
    return key;
}

std::optional<JweKey> JweKey::from_jwk(std::string_view json) {
    simdjson::dom::parser parser;
    simdjson::dom::object jwk;
    std::string_view kind;
    if (parser.parse(json.data(), json.size()).get(jwk) != simdjson::SUCCESS ||
        jwk["kty"].get(kind) != simdjson::SUCCESS)
        return std::nullopt;
    JweKey key;
    std::string_view text;
    if (jwk["use"].get(text) == simdjson::SUCCESS && text != "enc") return std::nullopt;
    if (jwk["alg"].get(text) == simdjson::SUCCESS) key.alg_ = text;
    if (kind == "oct") {
        if (jwk["k"].get(text) != simdjson::SUCCESS) return std::nullopt;
        auto bytes = base64url_decode(text);
        if (!bytes) return std::nullopt;
        key.bytes_ = std::move(*bytes);
        return key;
    }
    if (kind != "RSA") return std::nullopt;
    key.rsa_ = rsa_key(jwk);
    return key.rsa_ ? std::optional(key) : std::nullopt;
}

bool jwe_key_fits(const JweKey& key, const JweHeader& header) {
    const std::string& intended = key.intended();
    return intended.empty() || intended == header.alg || (header.alg == "dir" && intended == header.enc);
}

}  // namespace fakes
