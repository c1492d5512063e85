#pragma once
// Access tokens: Entra client credentials (one for the tenant), Google's JWT-bearer grant (one per user), and the
// fixed token of the service's machine account.
#include <functional>
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
    const std::string* held(const std::string& subject) const override;
    void refused(const std::string& subject, const std::string& token) override;
    /// What the tenant said each time it was asked: a new token, or why there is none.
    using Said = std::function<void(const std::string& token, const Failure& failure)>;
    void listen(Said said) { said_ = std::move(said); }
    /// The tenant is another one now, or its grants are.
    void forget() { held_ = HeldToken{}; }

  private:
    Ports& ports_;
    const Config& config_;
    HttpCalls& calls_;
    Turnstile turnstile_;
    HeldToken held_;
    Said said_;
};

/// RFC 7523 with domain-wide delegation: the service account signs an assertion for `subject` (G-SERVICE-ACCOUNT).
class GoogleTokens : public Bearer {
  public:
    GoogleTokens(Ports& ports, const Config& config, HttpCalls& calls);
    Task<Outcome<std::string>> token(const std::string& subject) override;
    const std::string* held(const std::string& subject) const override;
    void refused(const std::string& subject, const std::string& token) override;
    /// Whether the delegation covers these scopes for this user, without keeping the token.
    Task<Failure> probe(const std::string& subject, std::string scopes);

  private:
    Task<Outcome<HeldToken>> ask(const std::string& subject, std::string scopes);

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
    const std::string* held(const std::string&) const override { return &token_; }
    void refused(const std::string&, const std::string&) override {}

  private:
    std::string token_;
};

}  // namespace engine::sync
