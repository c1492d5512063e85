#pragma once
// The real sync engine at a seat of a served world: its requests go out and its hooks are reached like any service's,
// its timers are the world's. A front-end of the same ports as in played scenarios, without their network.
#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "engine/engine.hpp"
#include "fakes/dice.hpp"
#include "fakes/server.hpp"

namespace sim {

/// One thing that the world did to the engine. A seat of the same beginning, told the same in the same order, does the same.
struct SeatCall {
    enum class Kind { request, answered, wake };
    Kind kind = Kind::wake;
    std::uint64_t id = 0;
    fakes::Request request;
    std::optional<fakes::Reply> reply;
    fakes::Instant now{};
};

class EngineSeat final : public fakes::Server {
  public:
    /// Begins to work at its first wake, at `begin`.
    EngineSeat(engine::Config config, fakes::Instant begin, fakes::Dice dice);
    ~EngineSeat() override;
    /// Ends now and begins anew `down` later with what its store holds; until then its hooks answer 503.
    void restart(fakes::Dice dice, std::chrono::milliseconds down, fakes::Instant now, fakes::Effects& effects);
    /// Somebody sets the clock of its host: so far ahead of the world's, behind when negative. Restarts change nothing about it.
    void set_clock_ahead(std::chrono::milliseconds ahead, fakes::Instant now, fakes::Effects& effects);

    void request(fakes::ExchangeId id, const fakes::Request& request, fakes::Instant now, fakes::Effects& effects) override;
    void answered(fakes::OutgoingId id, const fakes::Reply* reply, fakes::Instant now, fakes::Effects& effects) override;
    void wake(fakes::Instant now, fakes::Effects& effects) override;
    std::optional<fakes::Instant> next_wake() const override;

    // ---- for measuring
    /// From now on what is done to the engine is noted there.
    void note_calls(std::vector<SeatCall>* calls);
    /// A seat with the same beginning, at which nothing has happened yet.
    std::unique_ptr<EngineSeat> twin() const;
    void again(const SeatCall& call, fakes::Effects& effects);
    engine::Status status() const;
    /// What was stored is given up, as memory that a store on disk would not take.
    void forget_stored();

  private:
    struct Parts;
    engine::Config config_;
    std::chrono::milliseconds clock_ahead_{0};
    std::unique_ptr<Parts> parts_;
};

}  // namespace sim
