#include "sim/serve/service.hpp"

#include <array>

namespace sim {
namespace {

struct Prefix {
    std::string_view path;
    Service service;
    std::string_view actor;
};

// Whole segments: "/token" is Google's, "/tokens" is a tenant of that name.
constexpr auto prefixes = std::to_array<Prefix>({
    {"/v1.0", Service::microsoft, "graph"},
    {"/beta", Service::microsoft, "graph"},
    {"/calendar/v3", Service::google, "google"},
    {"/calendar/api", Service::cloud, "cloud"},
    {"/gmail/v1", Service::google, "gmail"},
    {"/token", Service::google, "google-token"},
    {"/oauth2/v1", Service::google, "google-token"},
    {"/oauth2/v3", Service::google, "google-token"},
    {"/oauth2/v4/token", Service::google, "google-token"},
    {"/o/oauth2", Service::google, "google-token"},
    {"/revoke", Service::google, "google-token"},
    {"/tokeninfo", Service::google, "google-token"},
    {"/batch/calendar", Service::google, "google"},
    {"/batch/gmail", Service::google, "gmail"},
    {"/batch", Service::google, "google"},
    {"/discovery/v1", Service::google, "google"},
    {"/cloud-eu", Service::cloud, "cloud"},
    {"/cloud-us", Service::cloud, "cloud"},
    {"/identity/api", Service::cloud, "cloud"},
    {"/apheleia/api", Service::cloud, "cloud"},
    {"/conversation/api", Service::cloud, "cloud"},
    {"/encryption/api", Service::kms, "kms"},
});

const Prefix* find_prefix(std::string_view target) {
    for (const Prefix& prefix : prefixes) {
        if (!target.starts_with(prefix.path)) continue;
        const std::string_view rest = target.substr(prefix.path.size());
        if (rest.empty() || rest.front() == '/' || rest.front() == '?') return &prefix;
    }
    return nullptr;
}

}  // namespace

Service service_of(std::string_view target) {
    const Prefix* prefix = find_prefix(target);
    return prefix == nullptr ? Service::microsoft : prefix->service;
}

bool is_below_a_prefix(std::string_view target) { return find_prefix(target) != nullptr; }

std::string_view actor_of(Service service, std::string_view target) {
    const Prefix* prefix = find_prefix(target);
    if (prefix != nullptr && prefix->service == service) return prefix->actor;
    switch (service) {
        case Service::microsoft: return "entra";
        case Service::google: return "google";
        case Service::cloud: return "cloud";
        case Service::kms: return "kms";
    }
    return "";
}

}  // namespace sim
