#pragma once
// Access tokens: Entra client credentials (one for the tenant), Google's JWT-bearer grant (one per user), and the
// fixed token of the service's machine account.
#include <map>
#include <string>

#include "engine/sync/assertion_signer.hpp"
#include "engine/sync/http_calls.hpp"
#include "engine/sync/turnstile.hpp"

namespace engine::sync {

struct HeldToken {
    std::string token;
    Instant use_until{};
};

/// OAuth 2.0 client credentials (Graph docs: get access without a user).
class EntraTokens : public Bearer {
  public:
    EntraTokens(Ports& ports, const Config& config, HttpCalls& calls);
    Task<Outcome<std::string>> token(const std::string& subject) override;
    void refused(const std::string& subject, const std::string& token) override;

  private:
    Ports& ports_;
    const Config& config_;
    HttpCalls& calls_;
    Turnstile turnstile_;
    HeldToken held_;
};

/// RFC 7523 with domain-wide delegation: the service account signs an assertion for `subject` (G-SERVICE-ACCOUNT).
class GoogleTokens : public Bearer {
  public:
    GoogleTokens(Ports& ports, const Config& config, HttpCalls& calls);
    Task<Outcome<std::string>> token(const std::string& subject) override;
    void refused(const std::string& subject, const std::string& token) override;

  private:
    struct Subject {
        explicit Subject(boost::asio::any_io_executor executor) : turnstile(std::move(executor)) {}
        Turnstile turnstile;
        HeldToken held;
    };

    Ports& ports_;
    const Config& config_;
    HttpCalls& calls_;
    AssertionSigner signer_;
    std::map<std::string, Subject, std::less<>> subjects_;
};

class FixedToken : public Bearer {
  public:
    explicit FixedToken(std::string token) : token_(std::move(token)) {}
    Task<Outcome<std::string>> token(const std::string&) override {
        Outcome<std::string> outcome;
        outcome.value = token_;
        co_return outcome;
    }
    void refused(const std::string&, const std::string&) override {}

  private:
    std::string token_;
};

}  // namespace engine::sync
