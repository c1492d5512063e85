#include "engine/sync/keys.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/json_text.hpp"
#include "engine/text/zone.hpp"

namespace engine::sync {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kKeyMessagesMax = 50;  // in one request (facts/webex.md 9.3: batch of 50)
constexpr int kMovedCode = 301'002;          // followed once, to redirectUri (facts/webex.md 9.3)

/// What a reply refuses; a success is no failure. `moved_to`: where to ask instead.
Failure refusal_in(const Json& reply, std::string* moved_to = nullptr) {
    Failure failure;
    const int status = reply.is_object() && reply.contains("status") && reply["status"].is_number_integer() ? reply["status"].get<int>() : 0;
    if (status == 0) {
        failure.kind = Failure::Kind::malformed;
        return failure;
    }
    if (status >= 200 && status < 300) return failure;
    const int code = reply.contains("errorCode") && reply["errorCode"].is_number_integer() ? reply["errorCode"].get<int>() : 0;
    failure.status = status;
    failure.code = code == 0 ? "kms" : std::to_string(code);
    failure.kind = status == 404 ? Failure::Kind::gone : status >= 500 || status == 429 ? Failure::Kind::unavailable
                                                                                      : Failure::Kind::denied;
    if (moved_to != nullptr && code == kMovedCode) *moved_to = text_of(reply, "redirectUri");
    return failure;
}

std::optional<Instant> expiry_in(const Json& key) {
    return key.is_object() ? text::to_utc(text_of(key, "expirationDate"), "UTC") : std::nullopt;
}

/// A JSON object's members without its braces, as the channel takes them.
std::string members(const Json& object) {
    const std::string text = object.dump();
    return text.substr(1, text.size() - 2);
}

}  // namespace

bool key_revoked(const Failure& failure) { return failure.code == "405005" || failure.code == "405006"; }

Task<Outcome<std::vector<NewKey>>> Keys::create(int count) {
    std::vector<std::string> messages;
    messages.push_back(members(Json{{"method", "create"}, {"uri", "/keys"}, {"count", count}}));
    Outcome<std::vector<std::string>> answer = co_await channel_.ask(std::move(messages));
    Outcome<std::vector<NewKey>> made;
    made.failure = std::move(answer.failure);
    if (made.failure.any()) co_return made;
    const std::vector<meeting::Secret> secrets = take_secrets(answer.value.front());
    const Json reply = Json::parse(answer.value.front(), nullptr, false);
    made.failure = refusal_in(reply);
    if (made.failure.any()) co_return made;
    if (reply.contains("keys") && reply["keys"].is_array()) {
        for (const Json& key : reply["keys"]) {
            if (!key.is_object() || !key.contains("jwk") || !key["jwk"].is_object()) continue;
            const std::string index = text_of(key["jwk"], "k");
            std::string uri = text_of(key, "uri");
            const bool numbered = !index.empty() && index.find_first_not_of("0123456789") == std::string::npos;
            const std::size_t at = numbered ? std::stoull(index.substr(index.size() > 9 ? index.size() - 9 : 0)) : secrets.size();
            if (at < secrets.size() && uri.starts_with("kms://")) made.value.push_back(NewKey{std::move(uri), secrets[at], expiry_in(key)});
        }
    }
    if (made.value.empty()) made.failure.kind = Failure::Kind::malformed;
    co_return made;
}

Task<Outcome<std::string>> Keys::create_resource(const std::string& key_uri, const std::set<std::string>& users) {
    std::vector<std::string> messages;
    messages.push_back(members(Json{{"method", "create"}, {"uri", "/resources"}, {"userIds", users}, {"keyUris", Json::array({key_uri})}}));
    Outcome<std::vector<std::string>> answer = co_await channel_.ask(std::move(messages));
    Outcome<std::string> made;
    made.failure = std::move(answer.failure);
    if (made.failure.any()) co_return made;
    const Json reply = Json::parse(answer.value.front(), nullptr, false);
    made.failure = refusal_in(reply);
    if (made.failure.any()) co_return made;
    if (reply.contains("resource") && reply["resource"].is_object()) made.value = text_of(reply["resource"], "uri");
    if (made.value.empty()) made.failure.kind = Failure::Kind::malformed;
    co_return made;
}

Task<Outcome<meeting::Secret>> Keys::retrieve_at(const std::string& key_uri, std::string& moved_to) {
    std::vector<std::string> messages;
    messages.push_back(members(Json{{"method", "retrieve"}, {"uri", key_uri}}));
    Outcome<std::vector<std::string>> answer = co_await channel_.ask(std::move(messages));
    Outcome<meeting::Secret> outcome;
    outcome.failure = std::move(answer.failure);
    if (outcome.failure.any()) co_return outcome;
    const std::vector<meeting::Secret> secrets = take_secrets(answer.value.front());
    outcome.failure = refusal_in(Json::parse(answer.value.front(), nullptr, false), &moved_to);
    if (outcome.failure.any()) co_return outcome;
    if (secrets.size() == 1)
        outcome.value = secrets.front();
    else
        outcome.failure.kind = Failure::Kind::malformed;
    co_return outcome;
}

Task<Outcome<meeting::Secret>> Keys::retrieve(const std::string& key_uri) {
    std::string moved_to;
    Outcome<meeting::Secret> key = co_await retrieve_at(key_uri, moved_to);
    if (moved_to.empty()) co_return key;
    const std::string there = std::move(moved_to);
    key = co_await retrieve_at(there, moved_to);
    co_return key;
}

Task<Failure> Keys::ask_standing(const std::vector<std::string>& key_uris, std::vector<KeyStanding>& standing,
                                 std::vector<std::string>& moved_to) {
    for (std::size_t begin = 0; begin < key_uris.size(); begin += kKeyMessagesMax) {
        const std::size_t end = std::min(begin + kKeyMessagesMax, key_uris.size());
        std::vector<std::string> messages;
        std::vector<std::size_t> asked;
        for (std::size_t i = begin; i < end; ++i) {
            if (key_uris[i].empty()) continue;
            messages.push_back(members(Json{{"method", "retrieve"}, {"uri", key_uris[i]}}));
            asked.push_back(i);
        }
        if (messages.empty()) continue;
        Outcome<std::vector<std::string>> answer = co_await channel_.ask(std::move(messages));
        if (!answer.ok()) co_return std::move(answer.failure);
        for (std::size_t i = 0; i < asked.size(); ++i) {
            take_secrets(answer.value[i]);  // not needed here: out of the text before it is read
            const Json reply = Json::parse(answer.value[i], nullptr, false);
            const Failure refusal = refusal_in(reply, &moved_to[asked[i]]);
            KeyStanding& one = standing[asked[i]];
            one.dead = key_revoked(refusal) || refusal.kind == Failure::Kind::gone;
            if (!refusal.any() && reply.contains("key")) one.expires = expiry_in(reply["key"]);
            if (refusal.any() && !one.dead && moved_to[asked[i]].empty()) co_return refusal;
        }
    }
    co_return Failure{};
}

Task<Outcome<std::vector<KeyStanding>>> Keys::standing(const std::vector<std::string>& key_uris) {
    Outcome<std::vector<KeyStanding>> outcome;
    outcome.value.resize(key_uris.size());
    std::vector<std::string> moved_to(key_uris.size());
    outcome.failure = co_await ask_standing(key_uris, outcome.value, moved_to);
    if (outcome.failure.any()) co_return outcome;
    const std::vector<std::string> there = std::move(moved_to);
    std::vector<std::string> again(there.size());
    outcome.failure = co_await ask_standing(there, outcome.value, again);
    co_return outcome;
}

Task<Failure> Keys::authorise_at(const std::string& resource_uri, const std::set<std::string>& users, std::string& moved_to) {
    std::vector<std::string> messages;
    messages.push_back(members(Json{{"method", "create"}, {"uri", "/authorizations"}, {"resourceUri", resource_uri}, {"userIds", users}}));
    Outcome<std::vector<std::string>> answer = co_await channel_.ask(std::move(messages));
    if (!answer.ok()) co_return std::move(answer.failure);
    co_return refusal_in(Json::parse(answer.value.front(), nullptr, false), &moved_to);
}

Task<Outcome<std::string>> Keys::authorise(const std::string& resource_uri, const std::set<std::string>& users) {
    Outcome<std::string> outcome;
    outcome.value = resource_uri;
    std::string moved_to;
    outcome.failure = co_await authorise_at(resource_uri, users, moved_to);
    if (moved_to.empty()) co_return outcome;
    outcome.value = std::move(moved_to);
    std::string again;
    outcome.failure = co_await authorise_at(outcome.value, users, again);
    co_return outcome;
}

Task<Failure> Keys::withdraw_at(const std::string& resource_uri, const std::set<std::string>& users, std::string& moved_to) {
    std::vector<std::string> left(users.begin(), users.end());
    const std::string resource = percent(resource_uri);
    while (!left.empty()) {
        std::vector<std::string> messages;
        while (!left.empty() && messages.size() < kKeyMessagesMax) {
            // Percent-encoded, the two hold nothing that JSON would have to escape.
            messages.push_back(R"("method":"delete","uri":"/authorizations?resourceUri=)" + resource + "&authId=" + percent(left.back()) + '"');
            left.pop_back();
        }
        Outcome<std::vector<std::string>> answer = co_await channel_.ask(std::move(messages));
        if (!answer.ok()) co_return std::move(answer.failure);
        for (const std::string& reply : answer.value) {
            Failure refusal = refusal_in(Json::parse(reply, nullptr, false), &moved_to);
            // An authorisation that is not there needs no withdrawal, nor does one for keys that open nothing any more.
            if (refusal.any() && refusal.kind != Failure::Kind::gone && !key_revoked(refusal)) co_return refusal;
        }
    }
    co_return Failure{};
}

Task<Failure> Keys::withdraw(const std::string& resource_uri, const std::set<std::string>& users) {
    std::string moved_to;
    Failure failure = co_await withdraw_at(resource_uri, users, moved_to);
    if (moved_to.empty()) co_return failure;
    const std::string there = std::move(moved_to);
    failure = co_await withdraw_at(there, users, moved_to);
    co_return failure;
}

}  // namespace engine::sync
