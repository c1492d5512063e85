#pragma once
// Reading optional members out of simdjson's tree without exceptions. Only for the codecs' .cpp files.
#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace engine::sync::reading {

using simdjson::dom::element;

/// Of one event: what a service may make the engine read.
inline constexpr std::size_t kAttendeesReadMax = 5'000;

inline std::string_view text(const element& from, std::string_view key) {
    std::string_view value;
    return from[key].get(value) == simdjson::SUCCESS ? value : std::string_view{};
}
inline std::string copy(const element& from, std::string_view key) { return std::string(text(from, key)); }
inline bool flag(const element& from, std::string_view key) {
    bool value = false;
    return from[key].get(value) == simdjson::SUCCESS && value;
}
inline std::optional<element> member(const element& from, std::string_view key) {
    element value;
    if (from[key].get(value) != simdjson::SUCCESS || value.is_null()) return std::nullopt;
    return value;
}
inline std::optional<simdjson::dom::array> list(const element& from, std::string_view key) {
    simdjson::dom::array value;
    if (from[key].get(value) != simdjson::SUCCESS) return std::nullopt;
    return value;
}
/// A number, or digits in a string (Google writes int64 as strings).
inline std::optional<std::int64_t> number(const element& from, std::string_view key) {
    std::int64_t value = 0;
    if (from[key].get(value) == simdjson::SUCCESS) return value;
    const std::string_view digits = text(from, key);
    if (digits.empty() || digits.size() > 18) return std::nullopt;
    for (const char c : digits) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}
inline bool same_word(std::string_view a, std::string_view lower) {
    if (a.size() != lower.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if ((a[i] >= 'A' && a[i] <= 'Z' ? static_cast<char>(a[i] + 32) : a[i]) != lower[i]) return false;
    return true;
}

}  // namespace engine::sync::reading
