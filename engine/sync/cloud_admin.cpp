#include "engine/sync/cloud_admin.hpp"

#include <nlohmann/json.hpp>

namespace engine::sync {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kAnswerLimitBytes = 65'536;
constexpr std::size_t kRolesMax = 100;

/// A member of the answer's object; empty when there is none.
std::string member(const Json& from, const char* key) {
    const auto found = from.is_object() ? from.find(key) : from.end();
    return found != from.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Json body_of(const Outcome<HttpResponse>& answer) {
    return answer.value.body.size() > kAnswerLimitBytes ? Json() : Json::parse(answer.value.body, nullptr, false);
}

}  // namespace

Task<Outcome<SignedIn>> CloudAdmin::bearer_of(const std::string& token) {
    HttpRequest request;
    request.method = "GET";
    request.url = config_.cloud_base + "/identity/api/v1/users/me";
    request.headers.push_back(Header{"Authorization", "Bearer " + token});
    CallRules rules;
    Outcome<HttpResponse> answer = co_await calls_.call(std::move(request), std::move(rules));
    Outcome<SignedIn> out;
    out.failure = answer.failure;
    if (out.failure.any()) co_return out;
    const Json json = body_of(answer);
    out.value.id = member(json, "id");
    out.value.org_id = member(json, "orgId");
    if (out.value.id.empty() || !json.contains("roles") || !json["roles"].is_array() || json["roles"].size() > kRolesMax) {
        out.failure.kind = Failure::Kind::malformed;
        co_return out;
    }
    for (const Json& role : json["roles"])
        if (role.is_string()) out.value.roles.insert(role.get<std::string>());
    co_return out;
}

Task<Outcome<std::string>> CloudAdmin::country() {
    HttpRequest request;
    request.method = "GET";
    request.url = config_.cloud_base + "/identity/api/v1/orgs/" + percent(config_.org_id);
    CallRules rules;
    rules.bearer = &service_;
    Outcome<HttpResponse> answer = co_await calls_.call(std::move(request), std::move(rules));
    Outcome<std::string> out;
    out.failure = answer.failure;
    if (out.failure.any()) co_return out;
    const Json json = body_of(answer);
    if (!json.is_object()) out.failure.kind = Failure::Kind::malformed;
    else out.value = member(json, "country");
    co_return out;
}

}  // namespace engine::sync
