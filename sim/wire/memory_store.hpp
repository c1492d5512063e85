#pragma once
// The engine's storage in memory: the pairs outlive an engine, the store that writes them dies with its engine.
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/ports.hpp"

namespace sim {

using StoredPairs = std::map<std::string, std::string, std::less<>>;
/// Told of every write: key, value, and whether the key was erased.
using StoreObserver = std::function<void(std::string_view key, std::string_view value, bool erased)>;

/// One incarnation's store. After `kill` it ignores writes: nothing half-dead may reach what the next one loads.
class EngineStore final : public engine::Store {
  public:
    EngineStore(StoredPairs& pairs, StoreObserver observer) : pairs_(pairs), observer_(std::move(observer)) {}

    std::optional<std::string> get(std::string_view key) const override {
        const auto found = pairs_.find(key);
        if (found == pairs_.end()) return std::nullopt;
        return found->second;
    }
    void put(std::string_view key, std::string_view value) override {
        if (dead_) return;
        const auto found = pairs_.find(key);
        if (found == pairs_.end()) {
            pairs_.emplace(key, value);
        } else {
            found->second.assign(value);
        }
        if (observer_) observer_(key, value, false);
    }
    void erase(std::string_view key) override {
        if (dead_) return;
        const auto found = pairs_.find(key);
        if (found == pairs_.end()) return;
        pairs_.erase(found);
        if (observer_) observer_(key, {}, true);
    }
    void scan(std::string_view prefix,
              const std::function<void(std::string_view, std::string_view)>& visit) const override {
        for (auto pair = pairs_.lower_bound(prefix); pair != pairs_.end() && pair->first.starts_with(prefix); ++pair)
            visit(pair->first, pair->second);
    }
    void kill() { dead_ = true; }

  private:
    StoredPairs& pairs_;
    StoreObserver observer_;
    bool dead_ = false;
};

}  // namespace sim
