#pragma once
// Files as the command line needs them: read whole, found by folder, and written beside, then renamed.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sim {

struct FileText {
    std::optional<std::string> text;
    std::string error;  // one sentence when text is unset: "cannot read x.yaml: Permission denied"
    std::string reason;  // its end
};
/// Reads at most `bytes_max` + 1 bytes, so that a huge file is seen to be too large without being read.
FileText read_file(const std::string& path, std::size_t bytes_max);

enum class FileAccess { everyone, owner_only };

/// Writes `text` to a file beside `path` and renames it: nobody ever sees half a file. Returns a sentence on failure.
std::optional<std::string> write_file(const std::string& path, std::string_view text, FileAccess access = FileAccess::everyone);

struct FoundScenarios {
    std::vector<std::string> paths;   // as given, folders expanded to their *.yaml in order; no path twice
    std::vector<std::string> errors;  // sentences: a path that does not exist, a folder without scenarios
};
FoundScenarios find_scenarios(const std::vector<std::string>& paths);

/// "2025b" from the system's zone files; empty when they do not say.
std::string tzdata_version();

}  // namespace sim
