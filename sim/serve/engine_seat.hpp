#pragma once
// The real sync engine at a seat of a served world: its requests go out and its hooks are reached like any service's,
// its timers are the world's. A front-end of the same ports as in played scenarios, without their network.
#include <chrono>
#include <memory>

#include "engine/engine.hpp"
#include "fakes/dice.hpp"
#include "fakes/server.hpp"

namespace sim {

class EngineSeat final : public fakes::Server {
  public:
    /// Begins to work at its first wake, at `begin`.
    EngineSeat(engine::Config config, fakes::Instant begin, fakes::Dice dice);
    ~EngineSeat() override;
    /// Ends now and begins anew `down` later with what its store holds; until then its hooks answer 503.
    void restart(fakes::Dice dice, std::chrono::milliseconds down, fakes::Instant now, fakes::Effects& effects);

    void request(fakes::ExchangeId id, const fakes::Request& request, fakes::Instant now, fakes::Effects& effects) override;
    void answered(fakes::OutgoingId id, const fakes::Reply* reply, fakes::Instant now, fakes::Effects& effects) override;
    void wake(fakes::Instant now, fakes::Effects& effects) override;
    std::optional<fakes::Instant> next_wake() const override;

  private:
    struct Parts;
    engine::Config config_;
    std::unique_ptr<Parts> parts_;
};

}  // namespace sim
