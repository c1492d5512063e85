#pragma once
// The sealed way to the organisation's key server (facts/webex.md 9.3): who it is, a handshake at most once an hour and
// only when a key is needed, then every message under the ephemeral key.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/meeting/key_server_key.hpp"
#include "engine/sync/http_calls.hpp"
#include "engine/sync/turnstile.hpp"

namespace engine::sync {

class KeyChannel {
  public:
    KeyChannel(Ports& ports, const Config& config, HttpCalls& calls, Bearer& token)
        : ports_(ports), config_(config), calls_(calls), token_(token), turnstile_(ports.executor) {}

    /// `messages`: the members of each, as JSON without braces; request ids and credentials are added here. The replies
    /// as JSON, in the order of the messages.
    Task<Outcome<std::vector<std::string>>> ask(std::vector<std::string> messages);

  private:
    struct Session;
    struct Opened {
        std::vector<std::string> replies;
        bool session_lost = false;
    };
    Task<Outcome<std::shared_ptr<Session>>> session();
    Task<Failure> learn_server();
    Task<Failure> shake_hands(const std::string& bearer);
    Task<Outcome<HttpResponse>> post(std::string sealed_messages);
    std::string client_part(const std::string& bearer) const;
    Outcome<Opened> open(Session& session, const std::string& body, std::uint64_t first_id, std::size_t count) const;

    Ports& ports_;
    const Config& config_;
    HttpCalls& calls_;
    Bearer& token_;
    Turnstile turnstile_;
    std::string cluster_;  // "kms://host"
    std::optional<meeting::KeyServerKey> server_;
    std::shared_ptr<Session> session_;
    std::uint64_t requests_ = 0;
};

/// Takes the keys' octets out of a reply before anything copies it: each "k" is replaced by its index into the result.
std::vector<meeting::Secret> take_secrets(std::string& reply);

}  // namespace engine::sync
