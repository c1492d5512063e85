#pragma once
// A key management server: the HTTP face, the sealed channel, and the key vault behind it. The cloud's own also is the way
// to an organisation's own server on its premises (Hybrid Data Security): it passes on what it cannot open.
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/cloud/identity.hpp"
#include "fakes/cloud/key_vault.hpp"
#include "fakes/cloud/kms_channel.hpp"
#include "fakes/dice.hpp"
#include "fakes/server.hpp"

namespace fakes {

struct KeyServerOptions {
    std::string host = "kms.calrig.example";  // of HTTP and of the kms:// URLs
    KeyServerSite site = KeyServerSite::cloud;
    int rsa_bits = 640;
    /// The organisation's own server: from then on this one holds none of its keys and passes its messages on.
    struct Own {
        std::string host;          // of its kms:// URLs
        std::string messages_url;  // where this server reaches it
    };
    std::optional<Own> own;
};

class KeyServer final : public Server {
  public:
    KeyServer(std::shared_ptr<const Identity> identity, KeyServerOptions options, Dice dice);

    void request(ExchangeId id, const Request& request, Instant now, Effects& effects) override;
    void answered(OutgoingId id, const Reply* reply, Instant now, Effects& effects) override;
    void wake(Instant, Effects&) override {}
    std::optional<Instant> next_wake() const override { return std::nullopt; }

    // Hands: faults of the key server.
    /// While on, every key message is refused (403), to everybody.
    void refuse(bool on) { vault_.refuse(on); }
    /// The key is withdrawn for good (405, errorCode 405005). False for an unknown key.
    bool revoke(std::string_view key_uri) { return vault_.revoke(key_uri); }
    /// The key expires now; what it sealed stays readable. False for an unknown key.
    bool retire(std::string_view key_uri, Instant now) { return vault_.retire(key_uri, now); }
    /// The key is asked for elsewhere from now on (301, errorCode 301002). False for an unknown key.
    bool move(std::string_view key_uri) { return !vault_.move_with_resource(key_uri).empty(); }
    /// A restart: ephemeral keys are gone, kept keys are not.
    void restart() { channel_.forget(); }

    // What the judge may look at.
    const KeyVault& vault() const { return vault_; }
    std::size_t handshakes() const { return channel_.handshakes(); }
    const std::string& host() const { return options_.host; }

    /// Between channel and vault, for doubles that plant defects: an answer in the vault's place, a change of its reply.
    struct Between {
        std::function<std::optional<nlohmann::json>(const nlohmann::json& message)> instead;
        std::function<void(const nlohmann::json& message, nlohmann::json& reply)> after;
    };
    void stand_between(Between between) { between_ = std::move(between); }
    /// From now on changes of who holds which key are kept until they are taken.
    void watch() { vault_.watch(); }
    std::vector<KeyVault::Access> take_changes() { return vault_.take_changes(); }

  private:
    std::optional<Reply> answer(ExchangeId id, const Request& request, Instant now, Effects& effects);
    Reply details(const Request& request) const;
    std::optional<Reply> messages(ExchangeId id, const Request& request, Instant now, Effects& effects);

    std::shared_ptr<const Identity> identity_;
    KeyServerOptions options_;
    const KeyServerKey& key_;
    KeyVault vault_;
    KeyChannel channel_;
    Between between_;
    std::map<OutgoingId, ExchangeId> passed_on_;
    OutgoingId next_outgoing_ = 1;
};

}  // namespace fakes
