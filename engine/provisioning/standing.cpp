#include "engine/provisioning/standing.hpp"

#include <nlohmann/json.hpp>

#include "engine/json_text.hpp"

namespace engine::provisioning {
namespace {

using Json = nlohmann::json;

constexpr int kStandingVersion = 1;
constexpr const char* kStates[] = {"none", "provisioned", "error", "ending"};
constexpr const char* kTests[] = {"none", "passed", "failed"};

Json facts(const Standing& standing) {
    Json json;
    json["state"] = kStates[static_cast<std::size_t>(standing.state)];
    if (!standing.tenant.empty()) json["tenant"] = standing.tenant;
    if (!standing.country.empty()) json["country"] = standing.country;
    if (!standing.region.empty()) json["region"] = standing.region;
    json["permissions"] = standing.permissions;
    return json;
}

Refusal refusal_in(const Json& from, const char* key) {
    const auto found = from.find(key);
    if (found == from.end() || !found->is_object()) return {};
    return {text_of(*found, "word"), text_of(*found, "detail")};
}

}  // namespace

std::string to_record(const Standing& standing) {
    Json json = facts(standing);
    json["version"] = kStandingVersion;
    json["since"] = standing.since.time_since_epoch().count();
    json["test"] = kTests[static_cast<std::size_t>(standing.test)];
    json["why"] = {{"word", standing.why.word}, {"detail", standing.why.detail}};
    json["testWhy"] = {{"word", standing.test_why.word}, {"detail", standing.test_why.detail}};
    return dumped(json);
}

std::optional<Standing> from_record(std::string_view record) {
    const Json json = Json::parse(record, nullptr, false);
    if (!json.is_object() || json.value("version", 0) != kStandingVersion) return std::nullopt;
    Standing out;
    const std::string state = text_of(json, "state"), test = text_of(json, "test");
    for (std::size_t i = 0; i < std::size(kStates); ++i)
        if (state == kStates[i]) out.state = static_cast<Standing::State>(i);
    for (std::size_t i = 0; i < std::size(kTests); ++i)
        if (test == kTests[i]) out.test = static_cast<Standing::Test>(i);
    out.why = refusal_in(json, "why");
    out.test_why = refusal_in(json, "testWhy");
    out.tenant = text_of(json, "tenant");
    out.country = text_of(json, "country");
    out.region = text_of(json, "region");
    if (const auto names = json.find("permissions"); names != json.end() && names->is_array())
        for (const Json& name : *names)
            if (name.is_string()) out.permissions.insert(name.get<std::string>());
    if (const auto since = json.find("since"); since != json.end() && since->is_number_integer()) out.since = Instant(Duration(since->get<std::int64_t>()));
    return out;
}

std::string shown(const Standing& standing, Provider provider, const UserCounts& users) {
    Json json = facts(standing);
    json["provider"] = provider == Provider::google ? "google" : "microsoft";
    if (standing.why.any()) {
        json["reason"] = standing.why.word;
        json["message"] = standing.why.message();
    }
    json["test"]["state"] = kTests[static_cast<std::size_t>(standing.test)];
    if (standing.test_why.any()) {
        json["test"]["reason"] = standing.test_why.word;
        json["test"]["message"] = standing.test_why.message();
    }
    json["users"] = {{"activated", users.activated}, {"pending", users.pending}, {"error", users.error}};
    return dumped(json);
}

std::string shown(const Refusal& refusal) {
    return dumped(Json{{"reason", refusal.word}, {"message", refusal.message()}});
}

}  // namespace engine::provisioning
