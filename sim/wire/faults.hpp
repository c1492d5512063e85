#pragma once
// The rude network: rules that catch messages on their way. Polite fakes know nothing of them.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fakes/dice.hpp"
#include "fakes/server.hpp"
#include "sim/scenario/scenario.hpp"

namespace sim {

/// "2 s", "0.250 s".
std::string seconds_text(std::chrono::milliseconds span);

/// What a rule can look at.
struct MessageTraits {
    std::string_view from, to;   // actors: "engine", "graph", "app ben"
    std::string_view operation;  // statement id, "" when none
    std::string_view person;     // key, "" when none
};

/// What the network does to one message. Several rules may add up; of answers and cuts the first rule wins.
struct FaultVerdict {
    enum class Cut { none, before, within };
    std::chrono::milliseconds latency{0};  // the request is this late at the far side
    std::chrono::milliseconds delay{0};    // the request is sent this much later
    bool lose = false;                     // the request vanishes without a word
    bool duplicate = false;                // the request arrives twice
    Cut cut = Cut::none;
    std::optional<fakes::Reply> answer;    // given instead of the far side's
    std::string told;                      // for the journal: "429 by fault at line 12"
    bool any() const { return !told.empty(); }
};

class FaultRules {
  public:
    explicit FaultRules(fakes::Dice chance) : chance_(chance) {}

    /// The rule works from now on. `place` is told in the journal (line 0: none). Returns the rule's number: 1, 2, ...
    std::uint64_t add(const NetworkFault& rule, Place place);
    /// False when there is no such rule.
    bool remove(std::uint64_t number);
    void clear() { rules_.clear(); }
    FaultVerdict judge(const MessageTraits& message, Instant now);
    bool empty() const { return rules_.empty(); }
    /// Rules that caught nothing, what they would have done and their places: a mistake in the scenario, which proves less than
    /// it says. Not those of an operation that `provider` has not, nor those that chance alone kept from acting.
    std::vector<std::pair<std::string, Place>> idle(Provider provider) const;

    struct Rule {
        std::uint64_t number = 0;
        NetworkFault fault;
        Place place;
        int skipped = 0, passed_up = 0, caught = 0;  // messages let through: by `skip`, by chance
        bool spent = false;
    };
    const std::vector<Rule>& rules() const { return rules_; }

  private:
    std::uint64_t added_ = 0, answered_ = 0;
    std::vector<Rule> rules_;
    fakes::Dice chance_;
};

/// "429", "2 s latency", "lost": what a rule does.
std::string name_of(const NetworkFault& fault);

/// Whether an actor is of a NetworkFault's (or ExpectCalls') target kind: "calendar", "token", "cloud", "kms", "own-kms",
/// "engine", "devices", "anything".
bool is_target_kind(std::string_view kind, std::string_view actor);

/// Which answer of a gateway it is, and when: Graph's errors say so.
struct GatewayMark {
    Instant now{};
    std::uint64_t number = 0;
};

/// The error body of the service that `actor` is, for a status: Graph's, Google's, a token endpoint's, or the cloud's.
fakes::Reply provider_error(std::string_view actor, int status, std::optional<GatewayMark> mark = std::nullopt);

}  // namespace sim
