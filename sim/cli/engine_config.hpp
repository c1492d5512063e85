#pragma once
// The configuration file of `calrig engine`: from its text to the service's settings, or to every mistake in it at once.
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/service/service.hpp"
#include "sim/scenario/diagnostic.hpp"

namespace sim {

/// What a configuration leads to outside of itself: files and environment variables.
struct ConfigSurroundings {
    struct Found {
        std::optional<std::string> text;
        std::string error;           // one sentence when text is unset
        bool open_to_others = false;  // somebody but the owner may read it
    };
    std::function<Found(const std::string& path)> file;
    std::function<std::optional<std::string>(const std::string& name)> variable;
    std::function<bool(const std::string& path)> folder_is_there;
    std::chrono::sys_seconds now{};  // certificates that ended before are told of
};

struct ReadConfig {
    std::optional<engine::service::Settings> settings;  // set when there is no error
    std::vector<Diagnostic> diagnostics;
    std::string shown;  // the text with secrets that stand in it masked: what diagnostics are rendered with
};

/// `folder`: relative paths begin there.
ReadConfig read_engine_config(std::string_view text, const std::string& folder, const ConfigSurroundings& around);

}  // namespace sim
