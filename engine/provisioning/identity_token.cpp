#include "engine/provisioning/identity_token.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <nlohmann/json.hpp>

#include "engine/json_text.hpp"
#include "engine/meeting/jwe.hpp"
#include "engine/openssl_owned.hpp"

namespace engine::provisioning {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kIdTokenLimitBytes = 32'768;
constexpr std::size_t kDocumentLimitBytes = 262'144;
constexpr std::size_t kKeysMax = 50;
constexpr int kSkewSeconds = 300;  // of the clocks of both sides

struct Parts {
    Json header, claims;
    std::string_view signed_text;
    std::string signature;
};

std::optional<Parts> split(std::string_view token) {
    const std::size_t first = token.find('.');
    const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos || token.size() > kIdTokenLimitBytes) return std::nullopt;
    const auto header = meeting::from_base64url(token.substr(0, first));
    const auto claims = meeting::from_base64url(token.substr(first + 1, second - first - 1));
    auto signature = meeting::from_base64url(token.substr(second + 1));
    if (!header || !claims || !signature) return std::nullopt;
    Parts parts{Json::parse(*header, nullptr, false), Json::parse(*claims, nullptr, false), token.substr(0, second), std::move(*signature)};
    if (!parts.header.is_object() || !parts.claims.is_object()) return std::nullopt;
    return parts;
}

bool is_guid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !hex) return false;
    }
    return true;
}

/// RS256 (RFC 7518 3.3) with the public key of a JWK (RFC 7518 6.3.1).
bool signature_holds(const Json& jwk, std::string_view text, const std::string& signature) {
    const auto modulus = meeting::from_base64url(text_of(jwk, "n"));
    const auto exponent = meeting::from_base64url(text_of(jwk, "e"));
    if (text_of(jwk, "kty") != "RSA" || !modulus || !exponent || modulus->size() < 64 || modulus->size() > 1'024) return false;
    const auto bytes = [](const std::string& from) { return reinterpret_cast<const unsigned char*>(from.data()); };
    const Owned<BIGNUM> n(BN_bin2bn(bytes(*modulus), static_cast<int>(modulus->size()), nullptr));
    const Owned<BIGNUM> e(BN_bin2bn(bytes(*exponent), static_cast<int>(exponent->size()), nullptr));
    const Owned<OSSL_PARAM_BLD> build(OSSL_PARAM_BLD_new());
    if (!n || !e || !build || OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
        return false;
    const Owned<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(build.get()));
    const Owned<EVP_PKEY_CTX> maker(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    EVP_PKEY* made = nullptr;
    if (!parameters || !maker || EVP_PKEY_fromdata_init(maker.get()) != 1 ||
        EVP_PKEY_fromdata(maker.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
        return false;
    const Owned<EVP_PKEY> key(made);
    const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
    return context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
           EVP_DigestVerify(context.get(), bytes(signature), signature.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
}

bool signed_by_one_of(std::string_view jwks, const Parts& parts) {
    if (jwks.size() > kDocumentLimitBytes || text_of(parts.header, "alg") != "RS256") return false;
    const Json set = Json::parse(jwks, nullptr, false);
    if (!set.is_object() || !set.contains("keys") || !set["keys"].is_array() || set["keys"].size() > kKeysMax) return false;
    const std::string name = text_of(parts.header, "kid");
    for (const Json& key : set["keys"])
        if (key.is_object() && !name.empty() && text_of(key, "kid") == name) return signature_holds(key, parts.signed_text, parts.signature);
    return false;
}

}  // namespace

std::optional<TenantDocument> read_tenant_document(std::string_view json) {
    if (json.size() > kDocumentLimitBytes) return std::nullopt;
    const Json read = Json::parse(json, nullptr, false);
    if (!read.is_object()) return std::nullopt;
    TenantDocument out{text_of(read, "issuer"), text_of(read, "jwks_uri"), text_of(read, "cloud_instance_name"), text_of(read, "tenant_region_sub_scope")};
    if (out.issuer.empty() || out.jwks_uri.empty()) return std::nullopt;
    return out;
}

std::optional<std::string> foreign_cloud(const TenantDocument& document) {
    if (document.cloud_instance == "microsoftonline.com" && (document.region_sub_scope.empty() || document.region_sub_scope == "GCC")) return std::nullopt;
    if (document.region_sub_scope == "DODCON") return "USGovGCCHigh";
    if (document.region_sub_scope == "DOD") return "USGovDoD";
    if (document.cloud_instance == "microsoftonline.us") return "USGov";
    if (document.cloud_instance == "partner.microsoftonline.cn") return "China";
    return "unknown";
}

std::optional<std::string> tenant_named_in(std::string_view id_token) {
    const auto parts = split(id_token);
    if (!parts) return std::nullopt;
    std::string tenant = text_of(parts->claims, "tid");
    return is_guid(tenant) ? std::optional(std::move(tenant)) : std::nullopt;
}

std::string check_id_token(std::string_view id_token, std::string_view jwks, const TokenRules& rules) {
    const auto parts = split(id_token);
    if (!parts) return "form";
    if (!signed_by_one_of(jwks, *parts)) return "signature";
    const Json& claims = parts->claims;
    if (text_of(claims, "iss") != rules.issuer) return "issuer";
    if (text_of(claims, "aud") != rules.audience) return "audience";
    if (text_of(claims, "tid") != rules.tenant) return "tenant";
    if (rules.nonce.empty() || !meeting::same_secret(text_of(claims, "nonce"), rules.nonce)) return "nonce";
    const std::int64_t now_s = std::chrono::floor<std::chrono::seconds>(rules.now).time_since_epoch().count();
    for (const char* name : {"exp", "nbf"})
        if (!claims.contains(name) || !claims[name].is_number_integer()) return name;
    if (claims["exp"].get<std::int64_t>() <= now_s - kSkewSeconds) return "exp";
    if (claims["nbf"].get<std::int64_t>() > now_s + kSkewSeconds) return "nbf";
    return {};
}

}  // namespace engine::provisioning
