#include "engine/provisioning/grants.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/meeting/jwe.hpp"

namespace engine::provisioning {
namespace {

constexpr std::size_t kTokenLimitBytes = 32'768;
constexpr std::size_t kRolesMax = 200;
constexpr std::size_t kRoleLimitBytes = 120;

}  // namespace

std::string_view short_scope(std::string_view scope) { return scope.substr(scope.rfind('/') + 1); }

Compared compare(const std::set<std::string>& given, const std::set<std::string>& asked) {
    Compared out;
    std::set_difference(asked.begin(), asked.end(), given.begin(), given.end(), std::back_inserter(out.missing));
    std::set_difference(given.begin(), given.end(), asked.begin(), asked.end(), std::back_inserter(out.excess));
    return out;
}

std::set<std::string> graph_roles_asked() { return {kGraphRoles.begin(), kGraphRoles.end()}; }

std::optional<std::set<std::string>> roles_in(std::string_view access_token) {
    const std::size_t first = access_token.find('.');
    const std::size_t second = first == std::string_view::npos ? first : access_token.find('.', first + 1);
    if (second == std::string_view::npos || access_token.size() > kTokenLimitBytes) return std::nullopt;
    const auto text = meeting::from_base64url(access_token.substr(first + 1, second - first - 1));
    if (!text) return std::nullopt;
    const nlohmann::json claims = nlohmann::json::parse(*text, nullptr, false);
    if (!claims.is_object()) return std::nullopt;
    std::set<std::string> out;
    const auto roles = claims.find("roles");
    if (roles == claims.end()) return out;
    if (!roles->is_array() || roles->size() > kRolesMax) return std::nullopt;
    for (const nlohmann::json& role : *roles) {
        if (!role.is_string()) return std::nullopt;
        std::string name = role.get<std::string>();
        // Names are shown and logged: only what such names are made of.
        std::erase_if(name, [](unsigned char c) { return !(std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_'); });
        if (!name.empty() && name.size() <= kRoleLimitBytes) out.insert(std::move(name));
    }
    return out;
}

std::string joined(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
}

}  // namespace engine::provisioning
