#pragma once
// The key management server: the HTTP envelope around the key vault. The vault's messages are plain JSON; a wrapping
// (ECDHE channel, facts of the published client code) belongs here and would not touch the vault.
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "fakes/cloud/identity.hpp"
#include "fakes/cloud/key_vault.hpp"
#include "fakes/dice.hpp"
#include "fakes/server.hpp"

namespace fakes {

struct KeyServerOptions {
    std::string host = "kms.calrig.example";  // of HTTP and of the kms:// URLs; an organisation's own server has its own
};

class KeyServer final : public Server {
  public:
    KeyServer(std::shared_ptr<const Identity> identity, KeyServerOptions options, Dice dice);

    void request(ExchangeId id, const Request& request, Instant now, Effects& effects) override;
    void answered(OutgoingId, const Reply*, Instant, Effects&) override {}  // it sends nothing of its own
    void wake(Instant, Effects&) override {}
    std::optional<Instant> next_wake() const override { return std::nullopt; }

    // Hands: faults of the key server.
    /// While on, every key message is refused (403), to everybody.
    void refuse(bool on) { vault_.refuse(on); }
    /// The key is withdrawn for good (405, errorCode 405005). False for an unknown key.
    bool revoke(std::string_view key_uri) { return vault_.revoke(key_uri); }

    // What the judge may look at.
    const KeyVault& vault() const { return vault_; }

  private:
    Reply answer(const Request& request, Instant now);

    std::shared_ptr<const Identity> identity_;
    KeyServerOptions options_;
    KeyVault vault_;
};

}  // namespace fakes
