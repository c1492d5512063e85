#pragma once
// ID tokens that Google signs for a service account (developers.google.com/identity/protocols/oauth2/service-account), and
// the certificates and keys that verify them.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/dice.hpp"
#include "fakes/organisation.hpp"
#include "fakes/certified_key.hpp"

namespace fakes::google {

class IdTokens {
  public:
    IdTokens(const Organisation& organisation, Dice dice) : organisation_(organisation), dice_(dice) {}

    /// For the service account itself, good for an hour.
    std::string issue(std::string_view audience, Instant now);
    /// The claims of a living token of ours, with its header's members, as tokeninfo shows them; empty: none of ours.
    std::optional<std::string> info(std::string_view token, Instant now);
    /// oauth2/v1/certs: {"kid":"PEM"}.
    std::string certificates(Instant now);
    /// oauth2/v3/certs: a JWKS document.
    std::string keys(Instant now);

    /// Another key signs from now on; the id it has. The former ones stay while their tokens live, or go at once.
    std::string rotate(bool at_once, Instant now);

    /// Is this a scope of Google's, or what an ID token can be asked for (facts/google.md 2)?
    static bool is_scope(std::string_view word);

  private:
    struct Timed {
        CertifiedKey key;
        Instant until = Instant::max();
    };
    /// The one that signs. Drawn when it is first needed: it takes a tenth of a second.
    const CertifiedKey& key(Instant now);
    /// Those that count, newest first.
    std::vector<const CertifiedKey*> living(Instant now);

    const Organisation& organisation_;
    Dice dice_;
    std::vector<Timed> keys_;  // newest last
};

}  // namespace fakes::google
