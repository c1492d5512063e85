#pragma once
// The server's end of the sealed way between a client and its key server (published client code): an ECDHE handshake
// under the server's lasting RSA key, then every message a JWE under the ephemeral key. Knows no HTTP and no keys' verbs.
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "fakes/cloud/identity.hpp"
#include "fakes/cloud/jwe_reader.hpp"
#include "fakes/cloud/kms_static_key.hpp"
#include "fakes/dice.hpp"
#include "fakes/server.hpp"

namespace fakes {

class KeyChannel {
  public:
    KeyChannel(std::shared_ptr<const Identity> identity, std::string host, const KeyServerKey& key, Dice dice);

    /// What was inside, and the authenticated user who asks; the result is sealed for the same client.
    using Answer = std::function<nlohmann::json(const nlohmann::json& message, std::string_view user_id)>;
    /// One sealed message in, one sealed (or, without a common key, signed) reply out. `broken` gets the first refusal.
    std::string handle(std::string_view sealed, Instant now, const Answer& answer, std::string& broken);

    /// All ephemeral keys are forgotten, as after a restart of the server.
    void forget() { sessions_.clear(); }
    std::size_t handshakes() const { return handshakes_; }

  private:
    struct Session {
        std::string key;
        std::string user;
        Instant expires{};
    };
    std::string handshake(std::string_view sealed, Instant now, std::string& broken);
    std::string signed_reply(const nlohmann::json& reply) const;
    std::string refusal(int status, std::string_view reason, const nlohmann::json* request, std::string& broken) const;
    std::string iv();

    std::shared_ptr<const Identity> identity_;
    std::string cluster_;
    const KeyServerKey& key_;
    Dice dice_;
    JweReader way_in_;
    JweReader reader_;
    std::map<std::string, Session, std::less<>> sessions_;  // by the uri of the ephemeral key
    std::size_t handshakes_ = 0;
};

/// Compact JWE from its base64url header and wrapped key, with A256GCM.
std::string seal_compact(std::string_view head, std::string_view wrapped_key, std::string_view key, std::string_view iv,
                         std::string_view plaintext);
/// Compact JWE, dir and A256GCM, with `kid` in its header: how both ends seal their messages.
std::string seal_key_message(std::string_view key, std::string_view kid, std::string_view iv, std::string_view plaintext);
/// The header of a compact JWE or JWS; nullopt when there is none that can be read.
std::optional<JweHeader> sealed_header(std::string_view compact);

}  // namespace fakes
