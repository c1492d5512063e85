#pragma once
// `calrig engine`: the sync engine as a service, on real sockets, a real clock and a store on disk.
#include <string>

namespace sim {

struct EngineOptions {
    std::string config;
    bool check = false;
    std::string ready_file;
};
int engine_command(const EngineOptions& options);

}  // namespace sim
