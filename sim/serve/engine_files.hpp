#pragma once
// What `calrig engine` needs to work with a served world: a configuration for each provider, and the secrets it names.
#include <string>
#include <vector>

#include "sim/serve/host.hpp"

namespace sim {

struct EngineFile {
    std::string name;  // beside ca.pem and service-account.json
    std::string text;
    bool secret = false;
    bool kept = false;  // one that is there already stays: what was stored under it must open again
};

/// Where such an engine listens: the first port for Microsoft's, the second for Google's.
inline constexpr int engine_hooks_port = 9443;
inline constexpr int engine_operations_port = 9464;

std::vector<EngineFile> engine_files(Host& host);

}  // namespace sim
