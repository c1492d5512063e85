// `calrig inspect`: answers "why" outside a scenario. JSON lines in, JSON lines out; a bad line gives {"error": ...}
// and the rest goes on.
#include <cstdio>
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

}  // namespace

int inspect_command(const std::string& what, const std::string& file) {
    std::ifstream opened;
    if (!file.empty() && file != "-") {
        opened.open(file, std::ios::binary);
        if (!opened) {
            std::fprintf(stderr, "calrig: cannot read %s\n", file.c_str());
            return exit_usage;
        }
    }
    std::istream& in = opened.is_open() ? opened : std::cin;
    int code = exit_ok;
    std::string line;
    while (std::getline(in, line)) {
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        Json out;
        try {
            out = answer(what, line);
        } catch (const InspectError& error) {
            out = Json{{"error", error.what()}};
            code = exit_check_failed;
        } catch (const Json::exception& error) {
            // nlohmann's texts carry a bracketed code first, which says nothing to people.
            const std::string text = error.what();
            const std::size_t bracket = text.find("] ");
            out = Json{{"error", "not the JSON expected: " + (bracket == std::string::npos ? text : text.substr(bracket + 2))}};
            code = exit_check_failed;
        }
        std::cout << out.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
    }
    std::cout.flush();
    return code;
}

}  // namespace sim
