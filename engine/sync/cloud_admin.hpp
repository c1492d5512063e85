#pragma once
// What the meeting cloud says of its administrators and of the organisation: asked when somebody provisions the service.
#include <set>
#include <string>

#include "engine/sync/http_calls.hpp"

namespace engine::sync {

struct SignedIn {
    std::string id, org_id;
    std::set<std::string> roles;
    /// May provision the service for `organisation` (ADMIN-PRIVILEGED).
    bool privileged(const std::string& organisation) const { return org_id == organisation && roles.contains("id_full_admin"); }
};

class CloudAdmin {
  public:
    CloudAdmin(const Config& config, HttpCalls& calls, Bearer& service) : config_(config), calls_(calls), service_(service) {}

    /// Whose bearer token that is; the cloud alone knows.
    Task<Outcome<SignedIn>> bearer_of(const std::string& token);
    /// Country of the organisation, ISO 3166-1 alpha-2; empty: none is set.
    Task<Outcome<std::string>> country();

  private:
    const Config& config_;
    HttpCalls& calls_;
    Bearer& service_;
};

}  // namespace engine::sync
