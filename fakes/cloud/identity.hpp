#pragma once
// Who may call the meeting cloud and its key server: the service's machine account, and each user for their own things.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/dice.hpp"
#include "fakes/organisation.hpp"
#include "fakes/server.hpp"

namespace fakes {

struct CloudUser {
    std::string key;      // the scenario's name: "ana"
    std::string id;       // UUID
    std::string address;
    std::string name;
    bool is_room = false;
    std::string token;    // bearer of this user's app and devices
};

struct CloudAdministrator {
    std::string key, id, org_id, role, token;
};

class Identity {
  public:
    Identity(const Organisation& organisation, std::string service_token, Dice dice);

    struct Caller {
        enum class Kind { nobody, service, user, administrator };
        Kind kind = Kind::nobody;
        std::string_view id;    // UUID of the user or of the machine account; lives as long as the Identity
        std::size_t index = 0;  // into users() or administrators()
    };
    /// By the Authorization header. Secrets are compared in constant time.
    Caller caller(const Request& request) const;
    /// The same by the token itself.
    Caller bearer(std::string_view token) const;

    const std::string& org_id() const { return org_id_; }
    const std::string& domain() const { return domain_; }
    const std::string& service_id() const { return service_id_; }
    /// Under which the cloud signs what it tells the service's hook; the service has it, too.
    const std::string& hook_secret() const { return hook_secret_; }
    const std::vector<CloudUser>& users() const { return users_; }
    const std::vector<CloudAdministrator>& administrators() const { return administrators_; }
    std::optional<std::size_t> by_key(std::string_view key) const;
    std::optional<std::size_t> by_id(std::string_view id) const;
    /// Bearer of the user's app and devices; empty for an unknown key.
    const std::string& token_of(std::string_view key) const;

  private:
    std::string org_id_;
    std::string domain_;
    std::string service_id_;
    std::string service_token_;
    std::string hook_secret_;
    std::vector<CloudUser> users_;
    std::vector<CloudAdministrator> administrators_;
    std::map<std::string, std::size_t, std::less<>> by_key_;
    std::map<std::string, std::size_t, std::less<>> by_id_;
};

}  // namespace fakes
