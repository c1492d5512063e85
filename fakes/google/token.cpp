#include "fakes/google/token.hpp"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "fakes/google/base64.hpp"
#include "fakes/google/limits.hpp"
#include "fakes/google/marks.hpp"
#include "fakes/google/parse.hpp"
#include "fakes/google/query.hpp"
#include "fakes/openssl_owned.hpp"
#include "fakes/text.hpp"

namespace fakes::google {
namespace {

constexpr std::string_view jwt_bearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";

std::uint32_t scope_bit(std::string_view scope) {
    static constexpr std::pair<std::string_view, std::uint32_t> known[] = {
        {"https://www.googleapis.com/auth/calendar", scope_calendar},
        {"https://www.googleapis.com/auth/calendar.readonly", scope_calendar_readonly},
        {"https://www.googleapis.com/auth/calendar.events", scope_events},
        {"https://www.googleapis.com/auth/calendar.events.readonly", scope_events_readonly},
        {"https://www.googleapis.com/auth/calendar.settings.readonly", scope_settings_readonly},
        {"https://www.googleapis.com/auth/calendar.freebusy", scope_free_busy},
        {"https://www.googleapis.com/auth/calendar.events.owned", scope_events},
        {"https://www.googleapis.com/auth/calendar.events.owned.readonly", scope_events_readonly},
        {"https://www.googleapis.com/auth/calendar.events.freebusy", scope_free_busy},
        {"https://www.googleapis.com/auth/calendar.acls", scope_acls},
        {"https://www.googleapis.com/auth/calendar.acls.readonly", scope_acls_readonly},
        {"https://www.googleapis.com/auth/calendar.calendars", scope_calendars},
        {"https://www.googleapis.com/auth/calendar.calendars.readonly", scope_calendars_readonly},
        {"https://www.googleapis.com/auth/calendar.calendarlist", scope_calendar_list},
        {"https://www.googleapis.com/auth/calendar.calendarlist.readonly", scope_calendar_list_readonly},
        {"https://www.googleapis.com/auth/gmail.settings.basic", scope_gmail_settings},
        {"https://www.googleapis.com/auth/gmail.readonly", scope_gmail_read},
        {"https://www.googleapis.com/auth/gmail.modify", scope_gmail_read},
        {"https://mail.google.com/", scope_gmail_read},
    };
    for (const auto& [name, bit] : known)
        if (name == scope) return bit;
    return scope_other;
}

std::vector<std::string> scopes_in(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const std::size_t end = text.find(' ');
        if (end != 0) words.emplace_back(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return words;
}

std::optional<std::int64_t> seconds_of(const std::map<std::string, std::string>& claims, const char* name) {
    const auto it = claims.find(name);
    if (it == claims.end()) return std::nullopt;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(it->second.data(), it->second.data() + it->second.size(), value);
    // Far outside any date: no overflow in the arithmetic that follows.
    if (error != std::errc{} || end != it->second.data() + it->second.size() || value < 0 || value > 1'000'000'000'000)
        return std::nullopt;
    return value;
}

Refusal invalid_grant(std::string_view description, std::string_view rule) {
    return refuse::token(400, "invalid_grant", description, rule);
}

Reply answer(std::string body) {
    Reply reply;
    reply.headers.push_back({"Content-Type", "application/json; charset=UTF-8"});
    reply.headers.push_back({"Vary", "Origin, X-Origin, Referer"});
    reply.headers.push_back({"Cache-Control", "no-cache, no-store, max-age=0, must-revalidate"});
    reply.body = std::move(body);
    return reply;
}

/// Reading a key costs a millisecond, and worlds played one after the other mostly have the same.
std::shared_ptr<EVP_PKEY> public_key(const std::string& pem) {
    thread_local std::string last_pem;
    thread_local std::shared_ptr<EVP_PKEY> last;
    if (pem.size() > static_cast<std::size_t>(64 * 1024)) return nullptr;
    if (last && pem == last_pem) return last;
    const Owned<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    last.reset(bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr) : nullptr, EVP_PKEY_free);
    last_pem = pem;
    return last;
}

}  // namespace

Tokens::Tokens(const Organisation& organisation, const GoogleOptions& options, Dice dice)
    : organisation_(organisation),
      key_id_(options.key_id),
      audiences_{"https://oauth2.googleapis.com/token", "https://www.googleapis.com/oauth2/v4/token",
                 "https://accounts.google.com/o/oauth2/token"},
      delegated_(options.delegated_scopes.begin(), options.delegated_scopes.end()),
      key_(public_key(organisation.google_public_key)),
      verifier_(nullptr, EVP_PKEY_CTX_free),
      dice_(dice),
      id_tokens_(organisation, dice.stream("id tokens")) {
    audiences_.insert(audiences_.end(), options.more_audiences.begin(), options.more_audiences.end());
    for (const Person& person : organisation_.people) people_.emplace(person.address, &person);
    if (!key_ || EVP_PKEY_base_id(key_.get()) != EVP_PKEY_RSA) return;
    verifier_.reset(EVP_PKEY_CTX_new(key_.get(), nullptr));
    if (!verifier_ || EVP_PKEY_verify_init(verifier_.get()) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(verifier_.get(), RSA_PKCS1_PADDING) != 1 ||
        EVP_PKEY_CTX_set_signature_md(verifier_.get(), EVP_sha256()) != 1)
        verifier_.reset();
}

bool Tokens::signature_is_good(std::string_view signed_part, std::string_view signature) const {
    if (!verifier_) return false;
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    return EVP_Digest(signed_part.data(), signed_part.size(), digest, &size, EVP_sha256(), nullptr) == 1 &&
           EVP_PKEY_verify(verifier_.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(), digest, size) == 1;
}

// The order of the checks is the one recorded against the live endpoint (facts/google.md 2).
Refusal Tokens::assess(std::string_view assertion, Instant now, Grant& grant) const {
    const Refusal malformed = invalid_grant("Bad Request", "the assertion is no JWT of three base64url parts");
    const std::size_t first = assertion.find('.');
    const std::size_t second = first == std::string_view::npos ? first : assertion.find('.', first + 1);
    if (second == std::string_view::npos || assertion.size() > limits::max_assertion_bytes) return malformed;
    std::string header_text, claims_text, signature;
    std::map<std::string, std::string> header, claims;
    if (!from_base64(assertion.substr(0, first), header_text) ||
        !from_base64(assertion.substr(first + 1, second - first - 1), claims_text) ||
        !from_base64(assertion.substr(second + 1), signature) || !parse_flat(header_text, header) ||
        !parse_flat(claims_text, claims))
        return malformed;
    if (header["alg"] != "RS256" || !signature_is_good(assertion.substr(0, second), signature))
        return invalid_grant("Invalid JWT Signature.", "the assertion is not signed with the service account's key (RS256)");
    if (!key_id_.empty() && !header["kid"].empty() && header["kid"] != key_id_)
        return invalid_grant("Invalid JWT Signature.", "kid names a key that the service account does not have");
    return assess_claims(claims, now, grant);
}

Refusal Tokens::assess_claims(std::map<std::string, std::string>& claims, Instant now, Grant& grant) const {
    if (claims["iss"] != organisation_.google_client_email)
        return invalid_grant("Invalid grant: account not found", "iss is no known service account");
    const std::optional<std::int64_t> issued = seconds_of(claims, "iat");
    const std::optional<std::int64_t> expires = seconds_of(claims, "exp");
    if (!issued) return invalid_grant("Invalid JWT: iat (issued at) is not set.", "the assertion needs iat");
    if (!expires) return invalid_grant("Invalid JWT: exp (expiration time) is not set.", "the assertion needs exp");
    const std::int64_t now_s = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    const std::int64_t ahead = limits::assertion_ahead_tolerance.count();
    if (*issued > now_s + ahead || *expires < now_s - limits::assertion_past_grace.count() || *expires < *issued ||
        *expires - *issued > limits::max_assertion_life.count() ||
        *expires > now_s + limits::max_assertion_life.count() + ahead)
        return invalid_grant(
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat "
            "and exp values in the JWT claim.",
            "iat and exp must frame now and at most 60 minutes");
    const std::vector<std::string> scopes = scopes_in(claims["scope"]);
    const std::string& target_audience = claims["target_audience"];
    if (scopes.empty() && target_audience.empty())
        return refuse::token(400, "invalid_scope", "Invalid OAuth scope or ID token audience provided.",
                             "the assertion asks for no scope and for no ID token");
    bool audience_known = false;
    for (const std::string& audience : audiences_) audience_known = audience_known || audience == claims["aud"];
    if (!audience_known) return invalid_grant("Invalid JWT: Failed audience check.", "aud is no address of the token endpoint");

    for (const std::string& scope : scopes) {
        grant.scopes |= scope_bit(scope);
        grant.scope_text += (grant.scope_text.empty() ? "" : " ") + scope;
    }
    std::string sub = claims.contains("sub") ? claims["sub"] : claims["prn"];
    for (char& c : sub)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    if (sub.empty()) {
        // A scope that is none of Google's is read as the audience of an ID token (facts/google.md 2).
        const bool asks_id = std::any_of(scopes.begin(), scopes.end(), [](const std::string& scope) { return !IdTokens::is_scope(scope); });
        if (!target_audience.empty() || asks_id) grant.id_audience = target_audience.empty() ? grant.scope_text : target_audience;
        grant.address = organisation_.google_client_email;
        grant.service_account = true;
        return {};
    }
    const auto person = people_.find(sub);
    if (person == people_.end() || person->second->is_room)
        return invalid_grant("Invalid email or User ID", person == people_.end()
                                                             ? "sub is no user of the domain"
                                                             : "sub is a room: a resource, no user");
    const Refusal unauthorized = refuse::token(
        401, "unauthorized_client",
        "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the "
        "scopes requested.",
        "domain-wide delegation does not cover this user or one of the scopes");
    if (refused_.contains(sub) || scopes.empty()) return unauthorized;
    for (const std::string& scope : scopes)
        if (!delegated_.contains(scope)) return unauthorized;
    grant.address = sub;
    return {};
}

Reply Tokens::exchange(const Request& request, Instant now) {
    const Parameters form(request.body);
    const std::string* grant_type = form.find("grant_type");
    if (grant_type == nullptr)
        return reply_of(refuse::token(400, "invalid_request", "Required parameter is missing: grant_type",
                                      "the form needs grant_type"));
    if (*grant_type != jwt_bearer)
        return reply_of(refuse::token(400, "unsupported_grant_type", "Invalid grant_type: " + *grant_type,
                                      "grant_type must be " + std::string(jwt_bearer)));
    const std::string* assertion = form.find("assertion");
    if (assertion == nullptr)
        return reply_of(refuse::token(400, "invalid_request", "Required parameter is missing: assertion",
                                      "the form needs assertion"));
    Grant grant;
    if (const Refusal refusal = assess(*assertion, now, grant)) return reply_of(refusal);

    if (!grant.id_audience.empty()) {
        std::string body = "{";
        put_member(body, "id_token", id_tokens_.issue(grant.id_audience, now));
        return answer(body + "}\n");
    }
    while (!by_expiry_.empty() && by_expiry_.begin()->first <= now) {
        issued_.erase(by_expiry_.begin()->second);
        by_expiry_.erase(by_expiry_.begin());
    }
    grant.expires = now + limits::token_life;
    static constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const std::string text = "ya29.c.c0" + dice_.text(55, alphabet);
    by_expiry_.emplace(grant.expires, fingerprint(text));
    issued_[fingerprint(text)] = Issued{text, std::move(grant)};

    return answer("{\"access_token\":\"" + text + "\",\"expires_in\":" + std::to_string(limits::token_life_said_s) + ",\"token_type\":\"Bearer\"}\n");
}

std::string_view Tokens::given(const Request& request, const Parameters& parameters, Refusal& refusal) {
    const std::string* header = find_header(request.headers, "Authorization");
    if (header == nullptr || header->empty()) {
        // Common parameters of Google's APIs; RFC 6750 section 2.3.
        for (const char* name : {"access_token", "oauth_token"})
            if (const std::string* token = parameters.find(name); token != nullptr && !token->empty()) return *token;
        refusal = refuse::login_required();
        return {};
    }
    const std::string_view text = *header;
    for (const std::string_view scheme : {std::string_view("bearer "), std::string_view("oauth ")}) {  // the latter: AuthSub's heirs
        bool same = text.size() > scheme.size();
        for (std::size_t i = 0; same && i < scheme.size(); ++i) {
            const char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] + 32) : text[i];
            same = c == scheme[i];
        }
        if (same) return text.substr(scheme.size());
    }
    refusal = refuse::invalid_credentials("the Authorization header is no bearer token");
    return {};
}

Refusal Tokens::check(const Request& request, const Parameters& parameters, Instant now, const Grant*& grant) const {
    Refusal refusal;
    const std::string_view text = given(request, parameters, refusal);
    if (refusal) return refusal;
    const Issued* issued = find(text);
    if (issued == nullptr) return refuse::invalid_credentials("the access token was never issued, or was revoked");
    if (issued->grant.expires <= now) return refuse::invalid_credentials("the access token has expired");
    if (refused_.contains(issued->grant.address))
        return refuse::invalid_credentials("the domain no longer lets the service act for this user");
    grant = &issued->grant;
    return {};
}

const Tokens::Issued* Tokens::find(std::string_view text) const {
    const auto it = issued_.find(fingerprint(text));
    if (it == issued_.end() || it->second.text.size() != text.size() ||
        CRYPTO_memcmp(it->second.text.data(), text.data(), text.size()) != 0)
        return nullptr;
    return &it->second;
}

bool Tokens::answers(std::string_view method, const std::vector<std::string>& path) {
    if (path.empty() || path.size() > 3) return false;
    const std::string& last = path.back();
    const bool known_root = path.size() == 1 || path[0] == "oauth2" || (path.size() == 3 && path[0] == "o" && path[1] == "oauth2");
    if (!known_root) return false;
    if (last == "certs") return method == "GET" && path.size() == 3 && path[0] == "oauth2";
    return last == "tokeninfo" ? method == "GET" || method == "POST"
                               : (last == "token" || last == "revoke") && method == "POST";
}

Reply Tokens::reply(const Request& request, const Target& target, Instant now) {
    const std::string& last = target.path.back();
    if (last == "token") return exchange(request, now);
    if (last == "certs") return certificates(target.path[1], now);
    const Parameters form(request.body);
    const bool in_query = target.parameters.has("access_token") || target.parameters.has("id_token") || target.parameters.has("token");
    const Parameters& parameters = in_query ? target.parameters : form;
    return last == "revoke" ? revoke(parameters) : token_info(parameters, now);
}

/// What verifies ID tokens: v1 has certificates, v2 and v3 a JWKS document; clients may keep it for some hours.
Reply Tokens::certificates(std::string_view version, Instant now) {
    Reply reply = answer((version == "v1" ? id_tokens_.certificates(now) : id_tokens_.keys(now)) + "\n");
    reply.headers.back().value = "public, max-age=21600, must-revalidate, no-transform";
    return reply;
}

/// What a token is good for (developers.google.com/identity/sign-in/web/backend-auth, oauth2 v3 tokeninfo).
Reply Tokens::token_info(const Parameters& parameters, Instant now) {
    if (const std::string* token = parameters.find("id_token")) {
        const std::optional<std::string> info = id_tokens_.info(*token, now);
        return info ? answer(*info + "\n") : reply_of(refuse::token(400, "invalid_token", "Invalid Value", "tokeninfo needs a living ID token of ours"));
    }
    const std::string* text = parameters.find("access_token");
    const Issued* issued = text == nullptr ? nullptr : find(*text);
    if (issued == nullptr || issued->grant.expires <= now)
        return reply_of(refuse::token(400, text == nullptr ? "invalid_request" : "invalid_token",
                                      text == nullptr ? "Missing parameter: access_token" : "Invalid Value",
                                      "tokeninfo needs a living access token"));
    const std::int64_t left_s = std::chrono::floor<std::chrono::seconds>(issued->grant.expires - now).count();
    const std::int64_t ends_s = std::chrono::floor<std::chrono::seconds>(issued->grant.expires).time_since_epoch().count();
    Reply reply;
    reply.headers.push_back({"Content-Type", "application/json; charset=UTF-8"});
    std::string& body = reply.body;
    body = "{\"azp\":";
    put_json(body, organisation_.google_client_id);
    put_member(body, "aud", organisation_.google_client_id);
    put_member(body, "scope", issued->grant.scope_text);
    put_member(body, "exp", std::to_string(ends_s));
    put_member(body, "expires_in", std::to_string(left_s));
    put_member(body, "email", issued->grant.address);
    put_member(body, "email_verified", "true");
    put_member(body, "access_type", "online");
    body += "}\n";
    return reply;
}

Reply Tokens::revoke(const Parameters& parameters) {
    const std::string* text = parameters.find("token");
    const Issued* issued = text == nullptr ? nullptr : find(*text);
    if (issued == nullptr)
        return reply_of(refuse::token(400, "invalid_token", "Token expired or revoked", "revoke needs a living token"));
    std::erase_if(by_expiry_, [&](const auto& entry) { return entry.second == fingerprint(*text); });
    issued_.erase(fingerprint(*text));
    Reply reply;
    reply.headers.push_back({"Content-Type", "application/json; charset=UTF-8"});
    reply.body = "{}\n";
    return reply;
}

void Tokens::allow(std::string_view address, bool allowed) {
    if (allowed)
        refused_.erase(std::string(address));
    else
        refused_.emplace(address);
}

void Tokens::expire_all() {
    issued_.clear();
    by_expiry_.clear();
}

}  // namespace fakes::google
