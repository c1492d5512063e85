#include "engine/sync/key_channel.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/json_text.hpp"
#include "engine/meeting/key_handshake.hpp"
#include "engine/sync/json_reading.hpp"

namespace engine::sync {
namespace {

using Json = nlohmann::json;

// The ephemeral key is good for an hour, and no longer used 30 s before that (facts/webex.md 9.3).
constexpr Duration kEphemeralLife = std::chrono::hours(1);
constexpr Duration kEphemeralMargin = std::chrono::seconds(30);
constexpr std::size_t kKeyAnswerLimitBytes = 8u << 20;
constexpr std::size_t kSecretLetters = 43;  // base64url of 32 bytes

int status_of(const Json& reply) {
    const auto found = reply.is_object() ? reply.find("status") : reply.end();
    return reply.is_object() && found != reply.end() && found->is_number_integer() ? found->get<int>() : 0;
}

Failure key_server_failed(Failure::Kind kind, int status = 0) {
    Failure failure;
    failure.kind = kind;
    failure.status = status;
    failure.code = "kms";
    return failure;
}

std::vector<std::string> sealed_replies(const std::string& body) {
    std::vector<std::string> out;
    thread_local simdjson::dom::parser parser;
    simdjson::dom::element json;
    if (body.size() > kKeyAnswerLimitBytes || parser.parse(body).get(json) != simdjson::SUCCESS) return out;
    const auto replies = reading::list(json, "kmsMessages");
    if (!replies) return out;
    std::string_view text;
    for (const simdjson::dom::element one : *replies)
        if (one.get(text) == simdjson::SUCCESS) out.emplace_back(text);
    return out;
}

/// Where the text of a string member begins, behind its opening quote: whatever blanks stand around the colon.
std::size_t text_of_member(const std::string& json, std::string_view quoted_name, std::size_t from) {
    for (std::size_t at = json.find(quoted_name, from); at != std::string::npos; at = json.find(quoted_name, at + 1)) {
        std::size_t next = json.find_first_not_of(" \t\r\n", at + quoted_name.size());
        if (next == std::string::npos || json[next] != ':') continue;
        next = json.find_first_not_of(" \t\r\n", next + 1);
        if (next != std::string::npos && json[next] == '"') return next + 1;
    }
    return std::string::npos;
}

}  // namespace

struct KeyChannel::Session {
    explicit Session(const meeting::Secret& key) : sealer(key) {}
    meeting::Sealer sealer;
    std::string header;  // base64url, with the kid: the same for every message
    Instant use_until{};
};

std::vector<meeting::Secret> take_secrets(std::string& reply) {
    std::vector<meeting::Secret> out;
    for (std::size_t at = text_of_member(reply, "\"k\"", 0); at != std::string::npos; at = text_of_member(reply, "\"k\"", at)) {
        if (reply.size() < at + kSecretLetters || reply[at + kSecretLetters] != '"') continue;
        std::optional<meeting::Secret> secret = meeting::Secret::from_base64url(std::string_view(reply).substr(at, kSecretLetters));
        if (!secret) continue;
        std::string index = std::to_string(out.size());
        index.insert(0, kSecretLetters - index.size(), '0');
        reply.replace(at, kSecretLetters, index);
        out.push_back(*secret);
    }
    return out;
}

std::string KeyChannel::client_part(const std::string& bearer) const {
    const Json client{{"clientId", config_.hook_base},
                      {"credential", {{"userId", config_.cloud_account}, {"bearer", bearer}}}};
    return "\"client\":" + client.dump();
}

Task<Outcome<HttpResponse>> KeyChannel::post(std::string sealed_messages) {
    HttpRequest request;
    request.method = "POST";
    request.url = config_.kms_base + "/encryption/api/v1/kms/messages";
    request.headers.push_back(Header{"Content-Type", "application/json"});
    request.body = R"({"destination":")" + cluster_ + R"(","kmsMessages":[)" + sealed_messages + "]}";
    CallRules rules;
    rules.bearer = &token_;
    co_return co_await calls_.call(std::move(request), std::move(rules));
}

Task<Failure> KeyChannel::learn_server() {
    HttpRequest request;
    request.method = "GET";
    request.url = config_.kms_base + "/encryption/api/v1/kms/" + percent(config_.cloud_account);
    CallRules rules;
    rules.bearer = &token_;
    Outcome<HttpResponse> answer = co_await calls_.call(std::move(request), std::move(rules));
    if (!answer.ok()) co_return std::move(answer.failure);
    const Json json = answer.value.body.size() > kKeyAnswerLimitBytes ? Json() : Json::parse(answer.value.body, nullptr, false);
    meeting::KeyServerTrust trust;
    trust.rsa_bits_min = config_.kms_rsa_bits_min;
    trust.roots_pem = config_.kms_roots_pem;
    trust.now = ports_.clock.now();
    cluster_ = text_of(json, "kmsCluster");
    std::string why;
    server_ = meeting::KeyServerKey::from_details(cluster_, text_of(json, "rsaPublicKey"), trust, why);
    if (server_) co_return Failure{};
    ports_.log.line(Log::Level::error, "kms.untrusted " + why);
    co_return key_server_failed(Failure::Kind::unavailable);
}

Task<Failure> KeyChannel::shake_hands(const std::string& bearer) {
    const meeting::KeyHandshake ours(ports_.random);
    const std::string id = "h" + std::to_string(++requests_);
    std::string message = R"({"method":"create","uri":")" + cluster_ + R"(/ecdhe","requestId":")" + id + R"(","jwk":{"kty":"EC","crv":"P-256","x":")" +
                          ours.x() + R"(","y":")" + ours.y() + R"("},)" + client_part(bearer) + "}";
    std::string sealed = "\"" + server_->wrap(ports_.random, message) + "\"";
    OPENSSL_cleanse(message.data(), message.size());
    Outcome<HttpResponse> answer = co_await post(std::move(sealed));
    if (!answer.ok()) co_return std::move(answer.failure);
    const std::vector<std::string> replies = sealed_replies(answer.value.body);
    const std::optional<std::string> text = replies.size() == 1 ? server_->verified(replies.front()) : std::nullopt;
    const Json reply = text ? Json::parse(*text, nullptr, false) : Json();
    const int status = status_of(reply);
    const Json key = reply.is_object() ? reply.value("key", Json()) : Json();
    const Json jwk = key.is_object() ? key.value("jwk", Json()) : Json();
    const std::string uri = text_of(key, "uri");
    const bool ours_answered = status == 201 && text_of(reply, "requestId") == id && text_of(jwk, "crv") == "P-256" &&
                               uri.starts_with(cluster_ + "/ecdhe/");
    const std::optional<meeting::Secret> secret =
        ours_answered ? ours.agree(text_of(jwk, "x"), text_of(jwk, "y")) : std::nullopt;
    if (!secret) co_return key_server_failed(Failure::Kind::unavailable, status);
    session_ = std::make_shared<Session>(*secret);
    session_->header = meeting::base64url(Json{{"alg", "dir"}, {"enc", "A256GCM"}, {"kid", uri}}.dump());
    session_->use_until = ports_.clock.now() + kEphemeralLife - kEphemeralMargin;
    co_return Failure{};
}

Task<Outcome<std::shared_ptr<KeyChannel::Session>>> KeyChannel::session() {
    Outcome<std::shared_ptr<Session>> outcome;
    co_await turnstile_.enter();
    const Turnstile::Hold hold(turnstile_);
    if (!session_ || session_->use_until <= ports_.clock.now()) {
        session_.reset();
        if (!server_) {
            outcome.failure = co_await learn_server();
            if (!outcome.ok()) co_return outcome;
        }
        Outcome<std::string> bearer = co_await token_.token(std::string());
        if (!bearer.ok()) {
            outcome.failure = std::move(bearer.failure);
            co_return outcome;
        }
        outcome.failure = co_await shake_hands(bearer.value);
        if (!outcome.ok()) {
            server_.reset();  // it may have another key by now
            co_return outcome;
        }
    }
    outcome.value = session_;
    co_return outcome;
}

Outcome<KeyChannel::Opened> KeyChannel::open(Session& session, const std::string& body, std::uint64_t first_id,
                                             std::size_t count) const {
    Outcome<Opened> outcome;
    std::vector<std::string> sealed = sealed_replies(body);
    outcome.value.replies.resize(count);
    std::size_t found = 0;
    for (const std::string& one : sealed) {
        std::optional<std::string> text = session.sealer.open(one);
        if (!text) {
            // Without a common key the server can only sign; what it signs then is that it does not know ours.
            const std::optional<std::string> said = server_ ? server_->verified(one) : std::nullopt;
            const Json reply = said ? Json::parse(*said, nullptr, false) : Json();
            outcome.value.session_lost = outcome.value.session_lost || status_of(reply) == 401;
            continue;
        }
        const std::size_t id = text_of_member(*text, "\"requestId\"", 0);
        for (std::size_t i = 0; i < count && id != std::string::npos; ++i)
            if (text->compare(id, text->find('"', id) - id, "r" + std::to_string(first_id + i)) == 0 && outcome.value.replies[i].empty()) {
                outcome.value.replies[i] = std::move(*text);
                ++found;
                break;
            }
        OPENSSL_cleanse(text->data(), text->size());  // what answers nothing that was asked; one that was taken is empty here
    }
    if (found != count && !outcome.value.session_lost) outcome.failure = key_server_failed(Failure::Kind::malformed);
    return outcome;
}

Task<Outcome<std::vector<std::string>>> KeyChannel::ask(std::vector<std::string> messages) {
    Outcome<std::vector<std::string>> outcome;
    for (int attempt = 0; attempt < 2; ++attempt) {
        Outcome<std::shared_ptr<Session>> way = co_await session();
        if (!way.ok()) {
            outcome.failure = std::move(way.failure);
            co_return outcome;
        }
        Outcome<std::string> bearer = co_await token_.token(std::string());
        const std::uint64_t first_id = requests_ + 1;
        requests_ += messages.size();
        std::string body;
        for (std::size_t i = 0; i < messages.size(); ++i) {
            std::string plain = "{" + messages[i] + ",\"requestId\":\"r" + std::to_string(first_id + i) + "\"," + client_part(bearer.value) + "}";
            body += i == 0 ? "\"" : ",\"";
            way.value->sealer.append_compact(body, way.value->header, std::string_view(), ports_.random, plain);
            body += '"';
            OPENSSL_cleanse(plain.data(), plain.size());
        }
        Outcome<HttpResponse> answer = co_await post(std::move(body));
        if (!answer.ok()) {
            outcome.failure = std::move(answer.failure);
            co_return outcome;
        }
        Outcome<Opened> opened = open(*way.value, answer.value.body, first_id, messages.size());
        if (opened.ok() && !opened.value.session_lost) {
            outcome.value = std::move(opened.value.replies);
            co_return outcome;
        }
        outcome.failure = opened.ok() ? key_server_failed(Failure::Kind::unavailable) : std::move(opened.failure);
        if (session_ == way.value) session_.reset();
    }
    co_return outcome;
}

}  // namespace engine::sync
