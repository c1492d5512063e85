#include "fakes/google/id_tokens.hpp"

#include <algorithm>
#include <charconv>

#include "fakes/google/base64.hpp"
#include "fakes/google/limits.hpp"
#include "fakes/google/parse.hpp"
#include "fakes/text.hpp"

namespace fakes::google {
namespace {

constexpr std::string_view issuer = "https://accounts.google.com";

std::string id_of(const CertifiedKey& key) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char c : key.thumbprint()) {
        out += digits[static_cast<unsigned char>(c) >> 4];
        out += digits[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

std::int64_t seconds(Instant at) { return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count(); }

}  // namespace

const CertifiedKey& IdTokens::key(Instant now) {
    if (keys_.empty()) rotate(false, now);
    return keys_.back().key;
}

std::string IdTokens::rotate(bool at_once, Instant now) {
    for (Timed& one : keys_) one.until = std::min(one.until, at_once ? now : now + limits::former_key_life);
    keys_.push_back({CertifiedKey::drawn(dice_, Instant(std::chrono::floor<std::chrono::days>(now)), "federated-signon.system.gserviceaccount.com"), Instant::max()});
    return id_of(keys_.back().key);
}

std::vector<const CertifiedKey*> IdTokens::living(Instant now) {
    static_cast<void>(key(now));
    std::erase_if(keys_, [&](const Timed& one) { return one.until <= now; });
    std::vector<const CertifiedKey*> out;
    for (auto one = keys_.rbegin(); one != keys_.rend(); ++one) out.push_back(&one->key);
    return out;
}

std::string IdTokens::issue(std::string_view audience, Instant now) {
    std::string header = "{\"alg\":\"RS256\"";
    put_member(header, "kid", id_of(key(now)));
    put_member(header, "typ", "JWT");
    std::string claims = "{";
    put_member(claims, "aud", audience);
    put_member(claims, "azp", organisation_.google_client_email);
    put_member(claims, "email", organisation_.google_client_email);
    claims += ",\"email_verified\":true,\"exp\":" + std::to_string(seconds(now + limits::token_life)) + ",\"iat\":" + std::to_string(seconds(now));
    put_member(claims, "iss", issuer);
    put_member(claims, "sub", organisation_.google_client_id);
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
        !parse_flat(header_text, header) || !parse_flat(claims_text, claims))
        return std::nullopt;
    const std::vector<const CertifiedKey*> all = living(now);
    const auto signer = std::find_if(all.begin(), all.end(), [&](const CertifiedKey* one) { return id_of(*one) == header["kid"]; });
    if (signer == all.end() || !(*signer)->rs256_holds(token.substr(0, second), signature)) return std::nullopt;
    std::int64_t ends_s = 0;
    std::from_chars(claims["exp"].data(), claims["exp"].data() + claims["exp"].size(), ends_s);
    if (ends_s <= seconds(now)) return std::nullopt;
    std::string out = "{";
    for (const auto& [name, value] : claims) put_member(out, name, value);
    put_member(out, "email_verified", "true");
    for (const auto& [name, value] : header) put_member(out, name, value);
    return out + "}";
}

std::string IdTokens::certificates(Instant now) {
    std::string out = "{";
    for (const CertifiedKey* one : living(now)) put_member(out, id_of(*one), one->certificate_pem());
    return out + "}";
}

std::string IdTokens::keys(Instant now) {
    std::string out = "{\"keys\":[";
    for (const CertifiedKey* one : living(now)) {
        out += out.back() == '[' ? "{" : ",{";
        put_member(out, "alg", "RS256");
        put_member(out, "e", base64url(one->exponent()));
        put_member(out, "kid", id_of(*one));
        put_member(out, "kty", "RSA");
        put_member(out, "n", base64url(one->modulus()));
        put_member(out, "use", "sig");
        out += '}';
    }
    return out + "]}";
}

bool IdTokens::is_scope(std::string_view word) {
    for (const std::string_view known : {"openid", "email", "profile", "https://mail.google.com/"})
        if (word == known) return true;
    for (const std::string_view space : {"https://www.googleapis.com/auth/", "https://www.google.com/", "https://apps-apis.google.com/", "https://sites.google.com/feeds"})
        if (word.starts_with(space)) return true;
    return false;
}

}  // namespace fakes::google
