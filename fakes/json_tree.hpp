#pragma once
// JSON bodies from outside, into a tree.
#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace fakes {

/// Whether objects and arrays are nested deeper than that. To be asked before a tree is built: neither parser nor the
/// tree's destructor would mind.
bool deeper_than(std::string_view text, std::size_t levels);

/// What nlohmann::json::parse gives (but -0 is 0), in half the time for the small bodies of a calendar; discarded when it
/// is no JSON.
nlohmann::json json_tree(std::string_view text);

}  // namespace fakes
