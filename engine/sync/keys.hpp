#pragma once
// The key server's verbs, one function each: ids and URIs go in, nothing about meetings or people's names (ENC-TRANSIT).
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/meeting/jwe.hpp"
#include "engine/sync/key_channel.hpp"

namespace engine::sync {

struct NewKey {
    std::string uri;
    meeting::Secret secret;
    std::optional<Instant> expires;  // by the key server; what was sealed before stays readable
};

/// How a key in use stands with its server.
struct KeyStanding {
    bool dead = false;  // revoked, or not known any more: nobody can read what is sealed with it
    std::optional<Instant> expires;
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
    /// In the order of `key_uris`.
    Task<Outcome<std::vector<KeyStanding>>> standing(const std::vector<std::string>& key_uris);
    /// Gives the URI under which the resource is known now: another one when it has moved.
    Task<Outcome<std::string>> authorise(const std::string& resource_uri, const std::set<std::string>& users);
    /// A resource whose keys are revoked needs no withdrawal.
    Task<Failure> withdraw(const std::string& resource_uri, const std::set<std::string>& users);

  private:
    Task<Failure> ask_standing(const std::vector<std::string>& key_uris, std::vector<KeyStanding>& standing, std::vector<std::string>& moved_to);
    Task<Outcome<meeting::Secret>> retrieve_at(const std::string& key_uri, std::string& moved_to);
    Task<Failure> authorise_at(const std::string& resource_uri, const std::set<std::string>& users, std::string& moved_to);
    Task<Failure> withdraw_at(const std::string& resource_uri, const std::set<std::string>& users, std::string& moved_to);

    KeyChannel channel_;
};

}  // namespace engine::sync
