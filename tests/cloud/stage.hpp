#pragma once
// A tiny world for these tests: one organisation, the cloud, the key server, some edges, and a network that can lose.
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "fakes/cloud/cloud.hpp"
#include "fakes/cloud/edge.hpp"
#include "fakes/cloud/kms.hpp"
#include "fakes/cloud/kms_client.hpp"

namespace stage {

class Stage {
  public:
    explicit Stage(fakes::CloudOptions options = {});

    fakes::Reply cloud(const std::string& method, const std::string& target, const std::string& body = {},
                       const std::string& token = service);
    fakes::Reply kms(const std::string& method, const std::string& target, const std::string& body, const std::string& token);
    /// A client that has shaken hands, if the key server let it.
    fakes::KeyClient key_client(const std::string& user_id, const std::string& token);
    const std::string& service_id() const { return identity_->service_id(); }
    /// One key message as `token`; the reply message as JSON text.
    std::string key_message(const std::string& message, const std::string& token = service);

    fakes::Edge& add_app(const std::string& key);
    fakes::Edge& add_device(const std::string& key);
    fakes::Edge& add(const std::string& key, fakes::EdgeOptions::Kind kind);

    /// Delivers everything that is due, and wakes whoever is due, until nothing is.
    void settle();
    void advance(std::chrono::milliseconds by);

    std::string id(const std::string& key) const;
    std::string token(const std::string& key) const { return identity_->token_of(key); }
    /// A fresh key whose resource authorises these people; gives the key's url.
    std::string make_key(const std::vector<std::string>& people);
    std::string resource_of(const std::string& key_url);
    std::string seal(const std::string& key_url, const std::string& text);
    /// A complete item with title, location, notes, organizer and one participant.
    std::string item(const std::string& item_id, const std::string& title, const std::string& key_url,
                     const std::string& start = "2026-03-02T09:00:00.000Z", const std::string& sensitivity = "Normal");
    std::string item_path(const std::string& key, const std::string& item_id) const;
    std::string button_path(const std::string& key, const std::string& item_id) const;
    fakes::Reply put(const std::string& key, const std::string& item_id, const std::string& json);

    static inline const std::string service = "machine-account-token";

    fakes::Instant now;
    std::unique_ptr<fakes::Cloud> meeting_cloud;
    std::unique_ptr<fakes::KeyServer> keys;
    std::function<bool(const fakes::Outgoing&)> lose;       // true: the request is lost
    std::vector<fakes::Outgoing> sent;                      // everything that was sent, lost or not
    int hook_status = 204;
    std::vector<std::string> hook_bodies;

  private:
    void take(fakes::Server* from, fakes::Effects& effects);
    fakes::Reply exchange(fakes::Server& to, const fakes::Request& request);

    fakes::Organisation organisation_;
    std::shared_ptr<const fakes::Identity> identity_;
    std::map<std::string, std::unique_ptr<fakes::Edge>> edges_;  // by host
    std::vector<std::pair<fakes::Server*, fakes::Outgoing>> queue_;
    std::map<fakes::ExchangeId, fakes::Reply> answers_;
    fakes::ExchangeId next_exchange_ = 1;
    fakes::Dice dice_{7};
    std::map<std::string, std::string> resources_;
    std::map<std::string, fakes::KeyClient> key_clients_;  // by token
};

}  // namespace stage
