#pragma once
// The keys that a configuration of `calrig engine` knows: one table for its reader and for the help.
#include <span>
#include <string>
#include <string_view>

#include "sim/scenario/key_row.hpp"

namespace sim {

/// Of a section; of the top when empty; of one secret for "secret".
std::span<const KeyRow> engine_config_rows(std::string_view section = {});

/// Every key with what it means.
std::string engine_config_help();

}  // namespace sim
