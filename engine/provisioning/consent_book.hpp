#pragma once
// Consents that were asked for and not answered yet. An answer counts once, for a quarter of an hour, and only in the
// browser that began: its state, its session and its nonce must all be ours (RFC 6749 10.12, OpenID Connect Core 15.5.2).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/chance.hpp"
#include "engine/instant.hpp"

namespace engine::provisioning {

struct OpenConsent {
    enum class Stage { sign_in, consent };
    Stage stage = Stage::sign_in;
    std::string state, session, nonce;
    std::string region, country;
    std::string tenant;  // known once the administrator has signed in
    Instant ends{};
};

class ConsentBook {
  public:
    explicit ConsentBook(Random& random) : random_(random) {}

    const OpenConsent& open(std::string region, std::string country, Instant now);
    /// The next question to the same browser, under a new state.
    const OpenConsent& continued(OpenConsent consent, std::string tenant, Instant now);
    /// Takes it out: whatever comes of it, its state is used up. Nothing when state, session or stage are not as asked.
    std::optional<OpenConsent> take(OpenConsent::Stage stage, std::string_view state, std::string_view session, Instant now);

    /// For the store: what is open, so that an answer counts although the engine ended in between.
    std::string to_record(Instant now) const;
    void from_record(std::string_view record, Instant now);

  private:
    std::string secret();

    Random& random_;
    std::vector<OpenConsent> open_;  // oldest first
};

}  // namespace engine::provisioning
