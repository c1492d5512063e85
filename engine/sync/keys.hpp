#pragma once
// The key server's verbs, one function each: ids and URIs go in, nothing about meetings or people's names (ENC-TRANSIT).
#include <set>
#include <string>
#include <vector>

#include "engine/meeting/jwe.hpp"
#include "engine/sync/key_channel.hpp"

namespace engine::sync {

struct NewKey {
    std::string uri;
    meeting::Secret secret;
};

/// The key, or one bound to the resource, was revoked: never again to be used.
bool key_revoked(const Failure& failure);

class Keys {
  public:
    Keys(Ports& ports, const Config& config, HttpCalls& calls, Bearer& token) : channel_(ports, config, calls, token) {}

    Task<Outcome<std::vector<NewKey>>> create(int count);
    /// Binds a key to the users who may read it; gives the resource's URI.
    Task<Outcome<std::string>> create_resource(const std::string& key_uri, const std::set<std::string>& users);
    /// A key somebody else made and shared with the service.
    Task<Outcome<meeting::Secret>> retrieve(const std::string& key_uri);
    Task<Failure> authorise(const std::string& resource_uri, const std::set<std::string>& users);
    Task<Failure> withdraw(const std::string& resource_uri, const std::set<std::string>& users);

  private:
    Task<Outcome<meeting::Secret>> retrieve_at(const std::string& key_uri, std::string& moved_to);
    Task<Failure> authorise_at(const std::string& resource_uri, const std::set<std::string>& users, std::string& moved_to);
    Task<Failure> withdraw_at(const std::string& resource_uri, const std::set<std::string>& users, std::string& moved_to);

    KeyChannel channel_;
};

}  // namespace engine::sync
