#pragma once
// State tokens of delta rounds: everything the next request of a round needs, opaque to clients, so no round needs a table.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fakes/dice.hpp"
#include "fakes/server.hpp"

namespace fakes::microsoft {

struct SyncState {
    std::uint64_t mailbox = 0;
    std::uint64_t generation = 0;  // of tokens; an older one is refused
    Instant from{}, to{};
    std::uint64_t since = 0;       // a change number; 0: this round tells everything
    std::uint64_t base = 0;        // changes up to here belong to this round
    std::uint64_t item = 0;        // the last row told was of this item ...
    std::uint64_t rows = 0;        // ... and so many of its rows were told
};

class SyncTokens {
  public:
    explicit SyncTokens(Dice dice);
    std::string write(SyncState state) const;
    /// Empty: not a token of ours, or one of an earlier generation.
    std::optional<SyncState> read(std::string_view token) const;
    void expire_all() { ++generation_; }

  private:
    std::string tag(std::string_view bytes) const;

    std::string key_;
    std::uint64_t generation_ = 0;
};

}  // namespace fakes::microsoft
