#pragma once
// What clients must know to use a served world: names and values, for env.sh and the ready file.
#include <string>
#include <utility>
#include <vector>

#include "sim/serve/served_world.hpp"

namespace sim {

using Environment = std::vector<std::pair<std::string, std::string>>;

/// Where the files are that clients read; empty: not written.
struct ServedFiles {
    std::string authority_pem, service_account_key;
};

Environment environment_of(const ServedWorld& world, const Origins& origins, const ServedFiles& files);

/// Lines `export NAME='value'` for a POSIX shell.
std::string shell_text(const Environment& environment);
std::string json_text(const Environment& environment);
/// Google's key file: what google-auth libraries read.
std::string service_account_key_json(const ServedWorld& world, const Origins& origins);

}  // namespace sim
