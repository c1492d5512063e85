#pragma once
// Shell completion made from the same description as `--help`.
#include <string>

namespace CLI {
class App;
}

namespace sim {

/// A script for "bash" or "zsh" that completes subcommands, options and their fixed words; files otherwise.
std::string completion_script(const CLI::App& app, const std::string& shell);

}  // namespace sim
