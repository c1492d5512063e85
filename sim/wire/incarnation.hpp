#pragma once
// All ports of one life of the engine. The world kills it at any instant, lets the executor run dry, and destroys it;
// the stored pairs and the network stay for the next life.
#include <boost/asio/any_io_executor.hpp>
#include <chrono>

#include "sim/wire/clock.hpp"
#include "sim/wire/memory_store.hpp"
#include "sim/wire/network.hpp"
#include "sim/wire/streams.hpp"

namespace sim {

class Incarnation {
  public:
    Incarnation(VirtualTime& time, Network& network, StoredPairs& pairs, StoreObserver observer, fakes::Dice dice,
                engine::Log& log, boost::asio::any_io_executor executor,
                std::chrono::milliseconds http_timeout = std::chrono::seconds(30))
        : clock_(time, executor),
          alarm_(time, executor),
          http_(network, executor, http_timeout),
          store_(pairs, std::move(observer)),
          random_(dice),
          log_(log),
          executor_(std::move(executor)) {}

    engine::Ports ports() { return engine::Ports{clock_, alarm_, http_, store_, random_, log_, executor_}; }
    /// Somebody sets the clock of the host.
    void set_clock_ahead(std::chrono::milliseconds ahead) {
        clock_.set_ahead(ahead);
        alarm_.set_ahead(ahead);
    }
    /// Every wait throws engine::Stopped from now on; writes are ignored. Then settle the network, then destroy the engine.
    void kill() {
        store_.kill();
        clock_.kill();
        alarm_.kill();
        http_.kill();
    }

  private:
    EngineClock clock_;
    EngineAlarm alarm_;
    EngineHttp http_;
    EngineStore store_;
    EngineRandom random_;
    engine::Log& log_;
    boost::asio::any_io_executor executor_;
};

}  // namespace sim
