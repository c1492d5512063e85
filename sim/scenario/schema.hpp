#pragma once
// What editors, `--help` and the guide say about the scenario language: made from the one table (vocabulary.hpp).
#include <string>

namespace sim {

/// JSON Schema (draft 7) with a hover text per key; scenarios/schema.json is exactly this.
std::string scenario_json_schema();
/// Plain text for the terminal: `calrig help language`.
std::string scenario_language_help();
/// The reference section of scenarios/README.md, in Markdown.
std::string scenario_language_reference();

}  // namespace sim
