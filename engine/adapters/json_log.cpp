#include "engine/adapters/json_log.hpp"

#include <absl/time/time.h>

#include <nlohmann/json.hpp>

namespace engine::adapters {
namespace {

constexpr std::size_t line_bytes_max = 4'096;
constexpr std::string_view level_names[] = {"info", "warning", "error"};

/// Whole numbers that every JSON reader keeps exactly.
bool is_number(std::string_view text) {
    return !text.empty() && text.size() <= 15 && text.find_first_not_of("0123456789") == std::string_view::npos && (text.size() == 1 || text.front() != '0');
}

}  // namespace

std::string json_line(Instant time, Log::Level level, std::string_view text) {
    nlohmann::ordered_json out;
    out["time"] = absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::FromUnixMillis(time.time_since_epoch().count()), absl::UTCTimeZone());
    out["level"] = level_names[static_cast<std::size_t>(level)];
    text = text.substr(0, line_bytes_max);
    const std::string_view event = text.substr(0, text.find(' '));
    out["event"] = event;
    text.remove_prefix(event.size());
    std::string what;
    while (!text.empty()) {
        text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
        const std::string_view word = text.substr(0, text.find(' '));
        text.remove_prefix(word.size());
        const std::size_t equals = word.find('=');
        if (word.empty()) continue;
        if (equals == std::string_view::npos || equals == 0) {
            what += (what.empty() ? "" : " ");
            what += word;
            continue;
        }
        const std::string key(word.substr(0, equals));
        const std::string_view value = word.substr(equals + 1);
        if (out.contains(key)) continue;
        if (is_number(value)) out[key] = std::stoll(std::string(value));
        else out[key] = value;
    }
    if (!what.empty() && !out.contains("what")) out["what"] = what;
    return out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

void JsonLog::line(Level level, std::string_view text) {
    ++lines_[static_cast<std::size_t>(level)];
    if (level >= least_) write_(json_line(clock_.now(), level, text));
}

}  // namespace engine::adapters
