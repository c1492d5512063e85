#pragma once
// The client's end of the sealed way to the key server, as apps and devices speak it (published client code): details,
// handshake, then sealed messages. Says what to send and reads what came back; sends nothing itself.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/cloud/edge_wire.hpp"
#include "fakes/cloud/jwe_reader.hpp"
#include "fakes/cloud/rsa.hpp"
#include "fakes/dice.hpp"
#include "fakes/server.hpp"

namespace fakes {

struct KeyClientOptions {
    std::string base;       // "https://kms.calrig.example"
    std::string user_id;
    std::string token;
    std::string client_id;  // the device's url
};

class KeyClient {
  public:
    KeyClient(KeyClientOptions options, Dice dice);

    enum class Step { details, handshake, ready };
    /// What comes first at `now`.
    Step step(Instant now) const;

    std::string details_url() const;
    std::string messages_url() const;

    /// False: the answer is none that can be trusted.
    bool take_details(std::string_view body);
    std::string handshake_body();
    bool take_handshake(std::string_view body, Instant now);

    struct Retrieval {
        std::string url;   // what is asked for
        std::string name;  // by which the reply is known again: the key's url in the item
    };
    std::string retrieve_body(const std::vector<Retrieval>& keys);
    /// The body of a request of any messages: the members of each, as JSON without braces.
    std::string messages_body(const std::vector<std::string>& messages);
    /// The replies that can be opened; nullopt when none can: then the channel is forgotten.
    std::optional<std::vector<WireKey>> take_keys(std::string_view body);
    /// What a sealed reply says, as JSON; nullopt when it is not of this channel.
    std::optional<std::string> open(std::string_view sealed);
    /// What the first reply of an answer says; empty when it cannot be opened: then the channel is forgotten.
    std::string open_first(std::string_view body);
    /// One sealed reply, wherever it came from.
    std::optional<WireKey> open_key(std::string_view sealed);

    /// The next step is a handshake again; with `details`, everything is asked for anew.
    void forget(bool details);

  private:
    std::string chance(std::size_t bytes);
    std::string client_part() const;

    KeyClientOptions options_;
    Dice dice_;
    std::string cluster_;
    std::optional<RsaKey> server_;
    std::string ephemeral_;       // empty: no channel
    std::string ephemeral_uri_;
    Instant use_until_{};
    std::string pending_scalar_;  // of the handshake under way
    std::string pending_id_;
};

}  // namespace fakes
