#include "fakes/google/id_tokens.hpp"

#include <charconv>

#include "fakes/google/json_text.hpp"
#include "fakes/google/limits.hpp"
#include "fakes/google/parse.hpp"

namespace fakes::google {
namespace {

constexpr std::string_view issuer = "https://accounts.google.com";

std::int64_t seconds(Instant at) { return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count(); }

}  // namespace

const CertifiedKey& IdTokens::key(Instant now) {
    if (!key_) key_ = CertifiedKey::drawn(dice_, Instant(std::chrono::floor<std::chrono::days>(now)), "federated-signon.system.gserviceaccount.com");
    return *key_;
}

std::string IdTokens::key_id(Instant now) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char c : key(now).thumbprint()) {
        out += digits[static_cast<unsigned char>(c) >> 4];
        out += digits[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

std::string IdTokens::issue(std::string_view audience, Instant now) {
    std::string header = "{\"alg\":\"RS256\"";
    append_member(header, "kid", key_id(now));
    append_member(header, "typ", "JWT");
    std::string claims = "{";
    append_member(claims, "aud", audience);
    append_member(claims, "azp", organisation_.google_client_email);
    append_member(claims, "email", organisation_.google_client_email);
    claims += ",\"email_verified\":true,\"exp\":" + std::to_string(seconds(now + limits::token_life)) + ",\"iat\":" + std::to_string(seconds(now));
    append_member(claims, "iss", issuer);
    append_member(claims, "sub", organisation_.google_client_id);
    const std::string text = base64url(header + "}") + "." + base64url(claims + "}");
    return text + "." + base64url(key(now).rs256(text));
}

std::optional<std::string> IdTokens::info(std::string_view token, Instant now) {
    if (token.size() > limits::max_assertion_bytes) return std::nullopt;
    const std::size_t first = token.find('.'), second = first == std::string_view::npos ? first : token.find('.', first + 1);
    std::string header_text, claims_text, signature;
    std::map<std::string, std::string> header, claims;
    if (second == std::string_view::npos || !from_base64(token.substr(0, first), header_text) ||
        !from_base64(token.substr(first + 1, second - first - 1), claims_text) || !from_base64(token.substr(second + 1), signature) ||
        !parse_flat(header_text, header) || !parse_flat(claims_text, claims) || !key(now).rs256_holds(token.substr(0, second), signature))
        return std::nullopt;
    std::int64_t ends_s = 0;
    std::from_chars(claims["exp"].data(), claims["exp"].data() + claims["exp"].size(), ends_s);
    if (ends_s <= seconds(now)) return std::nullopt;
    std::string out = "{";
    for (const auto& [name, value] : claims) append_member(out, name, value);
    append_member(out, "email_verified", "true");
    for (const auto& [name, value] : header) append_member(out, name, value);
    return out + "}";
}

std::string IdTokens::certificates(Instant now) {
    std::string out = "{";
    append_member(out, key_id(now), key(now).certificate_pem());
    return out + "}";
}

std::string IdTokens::keys(Instant now) {
    std::string out = "{\"keys\":[{";
    append_member(out, "alg", "RS256");
    append_member(out, "e", base64url(key(now).exponent()));
    append_member(out, "kid", key_id(now));
    append_member(out, "kty", "RSA");
    append_member(out, "n", base64url(key(now).modulus()));
    append_member(out, "use", "sig");
    return out + "}]}";
}

bool IdTokens::is_scope(std::string_view word) {
    for (const std::string_view known : {"openid", "email", "profile", "https://mail.google.com/"})
        if (word == known) return true;
    for (const std::string_view space : {"https://www.googleapis.com/auth/", "https://www.google.com/", "https://apps-apis.google.com/", "https://sites.google.com/feeds"})
        if (word.starts_with(space)) return true;
    return false;
}

}  // namespace fakes::google
