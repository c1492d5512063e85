#pragma once
// Plays one case: a scenario on one provider, with one seed, over one transport, in virtual time.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "sim/judge/journal.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/wire/har.hpp"
#include "sim/wire/network.hpp"

namespace fakes {
struct KeyServerOptions;
}

namespace sim {

/// Test doubles that stand between the parts: how tests plant defects without touching what ships. Unset: nothing.
struct Doubles {
    std::function<std::unique_ptr<engine::Clock>(engine::Clock& real)> clock;
    std::function<std::unique_ptr<engine::HttpClient>(engine::HttpClient& real, engine::Clock& clock)> http;
    std::function<std::unique_ptr<engine::Store>(engine::Store& real)> store;
    std::function<std::unique_ptr<engine::Log>(engine::Log& real)> log;
    std::function<void(engine::Config& config)> config;
    std::function<void(fakes::KeyServerOptions& options)> key_server;  // of the cloud's
    std::function<Hook(Hook real)> hook;  // what arrives at the engine
    /// `actor` is "graph", "google", "cloud", "kms", "own-kms", "app ben", "device wawel".
    std::function<std::unique_ptr<fakes::Server>(fakes::Server& real, const std::string& actor)> server;
};

struct WorldSettings {
    Transport transport = Transport::memory;
    std::uint64_t seed = 1;
    HarRecorder* recorder = nullptr;
    bool keep_journal = true;             // false: nothing is noted, for measuring
    bool keep_lists = true;               // false: the cloud counts list items without keeping their texts, for measuring
    std::optional<Recording> replay;  // answers instead of the provider's fake
    Doubles doubles;
};

struct Played {
    Journal journal;
    std::vector<std::string> complaints;  // limits hit, contracts broken: bugs of the harness, not of the engine
    std::uint64_t exchange_count = 0;
    std::uint64_t timer_count = 0;
};

Played play(const Scenario& scenario, Provider provider, const WorldSettings& settings);

}  // namespace sim
