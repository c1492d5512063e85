#pragma once
// Reading the vectors: files, times and the words of their JSON.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "fakes/recurrence/expand.hpp"

namespace vectors {

using fakes::Instant;
using fakes::recurrence::LocalTime;
using nlohmann::json;

/// Null when the file is not there: the larger sets lie beside the repository, not in it.
inline json load(const std::string& path) {
    std::ifstream file(path);
    return file ? json::parse(file) : json();
}

inline std::string here(const std::string& name) { return std::string(CALRIG_SOURCE_DIR) + "/tests/oracles/" + name; }
inline std::string beside(const std::string& name) { return std::string(CALRIG_SOURCE_DIR) + "/../shared/oracles/" + name; }

inline int number(const std::string& text, std::size_t at, std::size_t length) {
    return std::stoi(text.substr(at, length));
}

/// 20250309T023000, 2025-03-09T02:30:00Z, 2026-03-02T09:00:00.0000000, 2025-03-09: the digits alone.
inline LocalTime digits(const std::string& text) {
    std::string plain;
    for (const char c : text.substr(0, text.find('.')))
        if (c >= '0' && c <= '9') plain += c;
    plain.resize(14, '0');
    const fakes::Date date{std::chrono::year(number(plain, 0, 4)), std::chrono::month(static_cast<unsigned>(number(plain, 4, 2))),
                           std::chrono::day(static_cast<unsigned>(number(plain, 6, 2)))};
    return std::chrono::local_days(date) + std::chrono::hours(number(plain, 8, 2)) +
           std::chrono::minutes(number(plain, 10, 2)) + std::chrono::seconds(number(plain, 12, 2));
}

inline Instant utc(const std::string& text) {
    return Instant(std::chrono::sys_seconds(digits(text).time_since_epoch()));
}

inline std::string text(LocalTime time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const fakes::Date date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02uT%02d:%02d:%02d", int{date.year()}, unsigned{date.month()},
                  unsigned{date.day()}, static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
    return buffer;
}

inline std::string text(Instant time) {
    return text(LocalTime(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch())) + "Z";
}

inline std::vector<std::string> strings(const json& list) {
    return list.is_null() ? std::vector<std::string>{} : list.get<std::vector<std::string>>();
}

}  // namespace vectors
