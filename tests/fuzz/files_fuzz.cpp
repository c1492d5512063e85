// Files that people hand in: scenarios, recordings, the engine's configuration. Promises: loaded, or diagnostics with a
// place in the file; never both a value and an error, never neither.
#include <algorithm>
#include <string>

#include "input.hpp"
#include "sim/cli/engine_config.hpp"
#include "sim/scenario/loader.hpp"
#include "sim/wire/har.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 16 * 1024) return 0;
    const std::string text(text_of_input(data, size));
    const auto lines = static_cast<int>(std::count(text.begin(), text.end(), '\n')) + 1;
    const sim::Loaded loaded = sim::read_scenario("story.yaml", text);
    const bool wrong = sim::has_errors(loaded.diagnostics);
    for (const sim::Diagnostic& one : loaded.diagnostics) {
        promise(!one.what.empty(), "a diagnostic says something");
        promise(one.place.line <= lines + 1, "a diagnostic's place is in the file");
    }
    promise(loaded.scenario.has_value() != wrong, "a scenario, or an error");
    const sim::HarRead har = sim::read_har(text, "day.har");
    promise(har.recording.has_value() == har.problems.empty(), "a recording, or a problem");
    sim::ConfigSurroundings around;
    around.file = [](const std::string&) { return sim::ConfigSurroundings::Found{}; };
    around.variable = [](const std::string&) { return std::optional<std::string>(); };
    around.folder_is_there = [](const std::string&) { return true; };
    const sim::ReadConfig config = sim::read_engine_config(text, "/srv", around);
    promise(config.settings.has_value() || !config.diagnostics.empty(), "a configuration, or an error");
    return 0;
}
