#pragma once
// The token endpoint: JWT-bearer grants of the service account with domain-wide delegation (facts/google.md 2).
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/dice.hpp"
#include "fakes/google/errors.hpp"
#include "fakes/google/id_tokens.hpp"
#include "fakes/google/query.hpp"
#include "fakes/google/service.hpp"
#include "fakes/organisation.hpp"

struct evp_pkey_st;
struct evp_pkey_ctx_st;

namespace fakes::google {

enum Scope : std::uint32_t {
    scope_calendar = 1u << 0,
    scope_calendar_readonly = 1u << 1,
    scope_events = 1u << 2,
    scope_events_readonly = 1u << 3,
    scope_settings_readonly = 1u << 4,
    scope_free_busy = 1u << 5,
    scope_acls = 1u << 6,
    scope_gmail_settings = 1u << 7,
    scope_gmail_read = 1u << 8,  // readonly, modify, mail.google.com
    scope_other = 1u << 9,
    scope_calendars = 1u << 10,
    scope_calendar_list = 1u << 11,
    scope_calendar_list_readonly = 1u << 12,
    scope_acls_readonly = 1u << 13,
    scope_calendars_readonly = 1u << 14,
};

struct Grant {
    std::string address;  // the user impersonated, or the service account itself
    bool service_account = false;
    std::uint32_t scopes = 0;
    Instant expires{};
    std::string scope_text;  // as asked for
    std::string id_audience;  // an ID token for it was asked for, no access token; else empty
};

class Tokens {
  public:
    Tokens(const Organisation& organisation, const GoogleOptions& options, Dice dice);

    /// Does the token service live under this path? Tokens, what they are good for, and their end.
    static bool answers(std::string_view method, const std::vector<std::string>& path);
    Reply reply(const Request& request, const Target& target, Instant now);
    Reply exchange(const Request& request, Instant now);
    /// The grant behind the Authorization header.
    Refusal check(const Request& request, const Parameters& parameters, Instant now, const Grant*& grant) const;

    void allow(std::string_view address, bool allowed);
    /// Exactly these scopes are entered for the client from now on; tokens issued before keep what they say.
    void delegate(const std::vector<std::string>& scopes) { delegated_ = {scopes.begin(), scopes.end()}; }
    std::vector<std::string> delegated() const { return {delegated_.begin(), delegated_.end()}; }
    const std::string& client_id() const { return organisation_.google_client_id; }
    void expire_all();
    std::string rotate_id_token_key(bool at_once, Instant now) { return id_tokens_.rotate(at_once, now); }

  private:
    /// The access token of a request, from its header or its query.
    static std::string_view given(const Request& request, const Parameters& parameters, Refusal& refusal);
    struct Issued {
        std::string text;
        Grant grant;
    };

    const Issued* find(std::string_view text) const;
    Reply token_info(const Parameters& parameters, Instant now);
    Reply certificates(std::string_view version, Instant now);
    Reply revoke(const Parameters& parameters);
    Refusal assess(std::string_view assertion, Instant now, Grant& grant) const;
    Refusal assess_claims(std::map<std::string, std::string>& claims, Instant now, Grant& grant) const;
    bool signature_is_good(std::string_view signed_part, std::string_view signature) const;

    const Organisation& organisation_;
    std::string key_id_;
    std::vector<std::string> audiences_;
    std::set<std::string, std::less<>> delegated_;
    std::map<std::string, const Person*, std::less<>> people_;
    std::set<std::string, std::less<>> refused_;
    std::shared_ptr<evp_pkey_st> key_;
    std::unique_ptr<evp_pkey_ctx_st, void (*)(evp_pkey_ctx_st*)> verifier_;  // set up once; empty: no usable key
    std::map<std::uint64_t, Issued> issued_;  // by fingerprint of the text
    std::multimap<Instant, std::uint64_t> by_expiry_;
    Dice dice_;
    IdTokens id_tokens_;
};

}  // namespace fakes::google
