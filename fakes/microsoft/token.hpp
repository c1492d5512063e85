#pragma once
// Entra: the token endpoint (client credentials), its documents, admin consent; and the check of its tokens at Graph's
// door. Tokens have the claims and the form of real ones, nonce in the header included: a Graph token's signature can be
// verified by Microsoft only, so here it is a keyed tag that only this class can verify, unless options say otherwise.
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "fakes/dice.hpp"
#include "fakes/microsoft/errors.hpp"
#include "fakes/microsoft/service.hpp"
#include "fakes/microsoft/signing.hpp"
#include "fakes/microsoft/text.hpp"
#include "fakes/microsoft/token_errors.hpp"

namespace fakes::microsoft {

/// What a verified token lets its bearer do.
struct Access {
    std::string app;
    bool calendars_read = false;
    bool calendars_write = false;
    bool settings_read = false;
    bool settings_write = false;
    bool users_read = false;
    bool organization_read = false;
    bool for_graph = true;  // a token for another resource opens nothing here
};

class TokenService {
  public:
    /// `keys` outlives the service.
    TokenService(const Organisation& organisation, const MicrosoftOptions& options, const signing::KeyRing& keys, Dice dice);

    /// Answers any request to the authority's host.
    Reply answer(const Request& request, Instant now);
    /// Answers at the door of another cloud: the tenant is not there.
    Reply other_cloud(const Request& request, Instant now);
    /// `authorization` is the header's value; nullptr when absent.
    std::variant<std::shared_ptr<const Access>, Fault> check(const std::string* authorization, Instant now);
    /// Every token issued so far is over.
    void expire_all() {
        first_live_ = next_serial_;
        forget();
    }
    /// The keys changed: signatures found good before are looked at again.
    void forget_checked() { forget(); }
    const std::string& principal() const { return principal_; }
    /// Exactly these roles; none: the consent is gone. Tokens issued before keep what they say.
    void set_grants(std::vector<std::string> roles);
    /// The service among the tenant's enterprise applications; nothing: it is not there.
    std::optional<TenantApplication> application() const;

  private:
    struct Verified {
        std::uint64_t serial = 0;
        Instant end{};
        std::shared_ptr<const Access> access;
    };
    using Known = std::map<std::string, Verified, std::less<>>;
    Known::iterator remember(std::string token, Verified verified);
    void forget() {
        last_ = nullptr;
        known_.clear();
    }
    Reply issue(const Request& request, std::string_view tenant, bool v1, Instant now);
    Reply refuse(const TokenFault& fault, const Request& request, std::string_view correlation, Instant now);
    std::optional<TokenFault> check_proof(const Parameters& form, std::string_view tenant, Instant now, bool& by_certificate) const;
    Reply discovery(std::string_view tenant, bool v2) const;
    Reply keys(std::string_view tenant, Instant now) const;
    Reply instances(const Request& request, Instant now);
    Reply consent(const Request& request, std::string_view tenant, bool v2);
    Reply authorize(const Request& request, std::string_view tenant, Instant now);
    std::string id_token(const SignInAccount& account, std::string_view nonce, Instant now);
    /// Who has signed in in this browser; nullptr: nobody.
    const SignInAccount* signed_in(const Request& request) const;
    const ForeignTenant* foreign(std::string_view tenant) const;
    std::string tenant_of(const SignInAccount& account) const;
    bool is_tenant(std::string_view tenant) const;
    std::string make_token(std::string_view tenant, std::string_view audience, Instant now, bool by_certificate);
    bool is_resource(std::string_view name) const;
    std::string tag(std::string_view text) const;
    /// The key that a JWT's header names; nullptr: none that counts.
    const signing::SigningKey* signer_of(std::string_view header, Instant now) const;
    bool verify(std::string_view token, Verified& out, Instant now) const;

    std::string tenant_, domain_, directory_, client_, secret_, authority_;
    std::vector<std::string> roles_;    // the application asks for
    std::vector<std::string> granted_;  // the tenant granted
    bool consented_ = true;
    std::vector<SignInAccount> accounts_;
    std::vector<ForeignTenant> others_;
    std::string region_scope_;
    std::map<std::string, std::size_t, std::less<>> sessions_;  // cookie -> account
    bool secret_expired_ = false;
    bool verifiable_ = false;
    std::vector<signing::Certificate> certificates_;
    std::vector<std::string> redirect_uris_;
    const signing::KeyRing& ring_;
    Dice dice_;
    std::string key_;
    std::string principal_;  // object id of the application's service principal in the tenant
    std::uint64_t next_serial_ = 1;
    std::uint64_t first_live_ = 0;
    Known known_;  // tokens whose signature was checked, or made here
    const Known::value_type* last_ = nullptr;  // of known_, used last: tokens are long and begin alike
};

}  // namespace fakes::microsoft
