#pragma once
// Keys, resources and authorisations, and the messages that act on them (verbs of the published KMS client code).
// Knows no HTTP and no envelope.
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/dice.hpp"
#include "fakes/server.hpp"

namespace fakes {

class KeyVault {
  public:
    KeyVault(std::string host, Dice dice);

    /// One message in, one reply out; never throws on what the message says. `caller` is an authenticated user id.
    nlohmann::json handle(const nlohmann::json& message, std::string_view caller, Instant now);

    void refuse(bool on) { refuse_ = on; }
    bool revoke(std::string_view key_uri);
    /// The key expires now: what it sealed stays readable, and whoever seals takes another one. False for an unknown key.
    bool retire(std::string_view key_uri, Instant now);
    /// The key and what it is bound to are elsewhere now. Gives its new URI; empty for an unknown key.
    std::string move_with_resource(std::string_view key_uri);
    /// Every URI by which a key is asked for: the one it has, and those it had before it moved.
    std::vector<std::string> names(std::string_view key_uri) const;
    /// A key or resource is elsewhere now, at the uri given back: the old one is answered with 301002. Empty: not known.
    std::string move(std::string_view uri);

    /// Who may read what, as it stands.
    struct Access {
        std::string key_uri;
        std::string k;                  // base64url
        std::set<std::string> holders;  // user ids; of an unbound key: its creator
        bool bound = false;
        bool revoked = false;
        bool retired = false;
    };
    /// From now on changes of access are kept until they are taken.
    void watch() { watched_ = true; }
    std::vector<Access> take_changes();

    /// The key's `k` (base64url) for the judge, who may read everything; empty for an unknown key.
    std::string key(std::string_view key_uri) const;
    bool authorised(std::string_view key_uri, std::string_view user_id) const;
    std::size_t keys() const { return keys_.size(); }

  private:
    struct Key {
        std::string k;
        std::string creator;
        std::string resource;  // empty: unbound
        Instant created{};
        Instant bound{};
        Instant expires{};
        bool revoked = false;
        bool retired = false;  // by hand, before its time
    };
    struct Resource {
        std::string creator;
        std::set<std::string, std::less<>> keys;
        std::map<std::string, std::string, std::less<>> users;  // user id -> authorisation uri
    };
    nlohmann::json create_keys(const nlohmann::json& message, std::string_view caller, Instant now);
    nlohmann::json create_resource(const nlohmann::json& message, std::string_view caller, Instant now);
    nlohmann::json create_authorizations(const nlohmann::json& message, std::string_view caller);
    nlohmann::json delete_authorization(std::string_view resource, std::string_view user, std::string_view caller);
    nlohmann::json retrieve_key(std::string_view uri, std::string_view caller) const;
    nlohmann::json bind_key(std::string_view uri, const nlohmann::json& message, std::string_view caller, Instant now);
    std::string new_uri(std::string_view kind);
    std::string_view present_name(std::string_view key_uri) const;
    nlohmann::json moved(const nlohmann::json& message, std::string_view path) const;
    void changed(std::string_view key_uri);
    void changed(const Resource& resource);

    std::string cluster_;  // "kms://kms.calrig.example"
    Dice dice_;
    bool refuse_ = false;
    std::map<std::string, Key, std::less<>> keys_;
    std::map<std::string, Resource, std::less<>> resources_;
    std::map<std::string, std::string, std::less<>> moved_;  // old uri -> new uri
    bool watched_ = false;
    std::set<std::string, std::less<>> changed_;             // keys' uris
};

}  // namespace fakes
