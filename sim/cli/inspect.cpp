// `calrig inspect`: answers "why" outside a scenario. JSON lines in, JSON lines out; a bad line gives {"error": ...}
// and the rest goes on.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "sim/cli/inspect.hpp"
#include "sim/cli/run.hpp"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t line_bytes_max = 16u * 1024 * 1024;
constexpr int depth_max = 64;

Json parse_limited(const std::string& line) {
    bool too_deep = false;
    const auto limit = [&](int depth, Json::parse_event_t event, Json&) {
        if (depth > depth_max && (event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start)) too_deep = true;
        return !too_deep;
    };
    Json out = Json::parse(line, limit);
    if (too_deep) throw InspectError("the JSON is nested more than " + std::to_string(depth_max) + " deep");
    return out;
}

Json answer(const std::string& what, const std::string& line) {
    if (line.size() > line_bytes_max) throw InspectError("the line is longer than 16 MiB");
    const Json input = parse_limited(line);
    if (!input.is_object()) throw InspectError("each line must be a JSON object");
    if (what == "join") return inspect_join(input);
    if (what == "occurrences") return inspect_occurrences(input);
    if (what == "zone") return inspect_zone(input);
    return inspect_jwe(input);
}

/// nlohmann's texts carry a bracketed code first, and count lines within the line: both say nothing to people.
std::string without_code(std::string text) {
    if (const std::size_t bracket = text.find("] "); bracket != std::string::npos) text.erase(0, bracket + 2);
    constexpr std::string_view first_line = "line 1, ";
    if (const std::size_t at = text.find(first_line); at != std::string::npos) text.erase(at, first_line.size());
    return text;
}

}  // namespace

int inspect_command(const std::string& what, const std::string& file) {
    std::ifstream opened;
    if (!file.empty() && file != "-") {
        std::error_code none;
        if (std::filesystem::is_directory(file, none)) return usage("cannot read " + file + ": it is a folder");
        opened.open(file, std::ios::binary);
        if (!opened) return usage("cannot read " + file + ": " + std::strerror(errno));
    }
    std::istream& in = opened.is_open() ? opened : std::cin;
    int code = exit_ok;
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        Json out;
        try {
            out = answer(what, line);
        } catch (const InspectError& error) {
            out = Json{{"error", error.what()}};
        } catch (const Json::exception& error) {
            out = Json{{"error", "not the JSON expected: " + without_code(error.what())}};
        }
        if (out.contains("error")) {
            out["line"] = number;
            code = exit_check_failed;
        }
        std::cout << out.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
    }
    std::cout.flush();
    return code;
}

}  // namespace sim
