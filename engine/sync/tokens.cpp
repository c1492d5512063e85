#include "engine/sync/tokens.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/json_text.hpp"
#include "engine/meeting/jwe.hpp"
#include "engine/provisioning/grants.hpp"
#include "engine/sync/json_reading.hpp"

namespace engine::sync {
namespace {

using Json = nlohmann::json;

constexpr Duration kSpare = std::chrono::minutes(5);         // a token is replaced this long before it ends
constexpr std::size_t kTokenAnswerLimitBytes = 32'768;

std::int64_t unix_seconds(Instant instant) {
    return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

HttpRequest form_post(std::string url, std::string body) {
    HttpRequest request;
    request.method = "POST";
    request.url = std::move(url);
    request.headers.push_back(Header{"Content-Type", "application/x-www-form-urlencoded"});
    request.body = std::move(body);
    return request;
}

/// {"access_token", "expires_in"}: what both vendors' 200 answers hold.
Outcome<HeldToken> read_token(const HttpResponse& response, Instant asked) {
    Outcome<HeldToken> outcome;
    outcome.failure.kind = Failure::Kind::malformed;
    if (response.body.size() > kTokenAnswerLimitBytes) return outcome;
    thread_local simdjson::dom::parser parser;
    simdjson::dom::element json;
    std::string_view token;
    if (parser.parse(response.body).get(json) != simdjson::SUCCESS || json["access_token"].get(token) != simdjson::SUCCESS) return outcome;
    std::int64_t life_seconds = reading::number(json, "expires_in").value_or(3600);
    life_seconds = std::clamp<std::int64_t>(life_seconds, 0, 86'400);
    outcome.value.token = token;
    const Duration life = std::chrono::seconds(life_seconds);
    outcome.value.use_until = asked + (life > 2 * kSpare ? life - kSpare : life / 2);
    outcome.failure = Failure{};
    return outcome;
}

/// G-SCOPES: these and no more.
std::string all_scopes() {
    std::string out;
    for (const std::string_view scope : provisioning::kGoogleScopes) {
        if (!out.empty()) out += ' ';
        out += scope;
    }
    return out;
}

/// Google's words for an assertion that is not of this hour: that is our clock, and says nothing about the user.
bool blames_our_clock(const HttpResponse& response) { return response.body.find("reasonable timeframe") != std::string::npos; }

/// A refused grant is the administrator's to mend, not a passing trouble: invalid_client, unauthorized_client, ...
Failure grant_failure(Failure failure) {
    if (failure.kind == Failure::Kind::refused || failure.kind == Failure::Kind::gone)
        failure.kind = Failure::Kind::denied;
    return failure;
}

}  // namespace

EntraTokens::EntraTokens(Ports& ports, const Config& config, HttpCalls& calls)
    : ports_(ports), config_(config), calls_(calls), turnstile_(ports.executor) {}

void EntraTokens::refused(const std::string&, const std::string& token) {
    if (held_.token == token) held_ = HeldToken{};
}

const std::string* EntraTokens::held(const std::string&) const {
    return !held_.token.empty() && ports_.clock.now() < held_.use_until ? &held_.token : nullptr;
}

Task<Outcome<std::string>> EntraTokens::token(const std::string& subject) {
    Outcome<std::string> outcome;
    if (const std::string* here = held(subject); here != nullptr) {
        outcome.value = *here;
        co_return outcome;
    }
    co_await turnstile_.enter();
    const Turnstile::Hold hold(turnstile_);
    if (held(subject) == nullptr) {
        HttpRequest request = form_post(
            config_.authority_base + "/" + percent(config_.tenant) + "/oauth2/v2.0/token",
            "client_id=" + percent(config_.client_id) + "&client_secret=" + percent(config_.client_secret) +
                "&scope=" + percent(config_.graph_scope.empty() ? std::string(origin(config_.graph_base)) + "/.default" : config_.graph_scope) +
                "&grant_type=client_credentials");
        const Instant asked = ports_.clock.now();
        CallRules rules;
        Outcome<HttpResponse> answer = co_await calls_.call(std::move(request), std::move(rules));
        if (!answer.ok()) {
            outcome.failure = grant_failure(std::move(answer.failure));
            if (said_) said_(std::string(), outcome.failure);
            co_return outcome;
        }
        Outcome<HeldToken> read = read_token(answer.value, asked);
        if (!read.ok()) {
            outcome.failure = std::move(read.failure);
            co_return outcome;
        }
        held_ = std::move(read.value);
        if (said_) said_(held_.token, Failure{});
    }
    outcome.value = held_.token;
    co_return outcome;
}

GoogleTokens::GoogleTokens(Ports& ports, const Config& config, HttpCalls& calls)
    : ports_(ports), config_(config), calls_(calls), signer_(config.provider == Provider::google ? config.service_account_key_pem : std::string()) {}

void GoogleTokens::refused(const std::string& subject, const std::string& token) {
    const auto found = subjects_.find(subject);
    if (found != subjects_.end() && found->second.held.token == token) found->second.held = HeldToken{};
}

Task<Outcome<HeldToken>> GoogleTokens::ask(const std::string& subject, std::string scopes) {
    const Instant asked = ports_.clock.now();
    Json claims;
    claims["iss"] = config_.service_account;
    claims["scope"] = std::move(scopes);
    claims["aud"] = config_.google_token_url;
    claims["iat"] = unix_seconds(asked);
    claims["exp"] = unix_seconds(asked) + 3600;
    claims["sub"] = subject;
    std::string assertion = meeting::base64url(R"({"alg":"RS256","typ":"JWT"})");
    assertion += '.';
    meeting::append_base64url(assertion, dumped(claims));
    const std::string signature = signer_.sign(assertion);
    Outcome<HeldToken> outcome;
    if (signature.empty()) {
        outcome.failure.kind = Failure::Kind::denied;
        outcome.failure.code = "service_account_key_unusable";
        co_return outcome;
    }
    assertion += '.';
    meeting::append_base64url(assertion, signature);
    HttpRequest request =
        form_post(config_.google_token_url,
                  "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=" + assertion);
    CallRules rules;
    Outcome<HttpResponse> answer = co_await calls_.call(std::move(request), std::move(rules));
    if (!answer.ok()) {
        outcome.failure = grant_failure(std::move(answer.failure));
        if (outcome.failure.code == "invalid_grant" && blames_our_clock(answer.value)) {
            outcome.failure.kind = Failure::Kind::unavailable;
            outcome.failure.code = "own_clock_wrong";
        }
        co_return outcome;
    }
    co_return read_token(answer.value, asked);
}

Task<Failure> GoogleTokens::probe(const std::string& subject, std::string scopes) {
    Outcome<HeldToken> asked = co_await ask(subject, std::move(scopes));
    co_return std::move(asked.failure);
}

const std::string* GoogleTokens::held(const std::string& subject) const {
    const auto mine = subjects_.find(subject);
    if (mine == subjects_.end()) return nullptr;
    const HeldToken& held = mine->second.held;
    return !held.token.empty() && ports_.clock.now() < held.use_until ? &held.token : nullptr;
}

Task<Outcome<std::string>> GoogleTokens::token(const std::string& subject) {
    Outcome<std::string> outcome;
    if (const std::string* here = held(subject); here != nullptr) {
        outcome.value = *here;
        co_return outcome;
    }
    Subject& mine = subjects_.try_emplace(subject, ports_.executor).first->second;
    co_await mine.turnstile.enter();
    const Turnstile::Hold hold(mine.turnstile);
    if (held(subject) == nullptr) {
        Outcome<HeldToken> asked = co_await ask(subject, all_scopes());
        if (!asked.ok()) {
            outcome.failure = std::move(asked.failure);
            co_return outcome;
        }
        mine.held = std::move(asked.value);
    }
    outcome.value = mine.held.token;
    co_return outcome;
}

}  // namespace engine::sync
