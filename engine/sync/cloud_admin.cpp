#include "engine/sync/cloud_admin.hpp"

#include <nlohmann/json.hpp>

#include "engine/json_text.hpp"

namespace engine::sync {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kAdminAnswerLimitBytes = 65'536;
constexpr std::size_t kRolesMax = 100;

Json body_of(const Outcome<HttpResponse>& answer) {
    return parsed(answer.value.body, kAdminAnswerLimitBytes);
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
    out.value.id = text_of(json, "id");
    out.value.org_id = text_of(json, "orgId");
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
    else out.value = text_of(json, "country");
    co_return out;
}

}  // namespace engine::sync
