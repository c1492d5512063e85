#pragma once
// Reading optional members out of simdjson's tree without exceptions. Only for the codecs' .cpp files.
#include <simdjson.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace engine::sync::reading {

using simdjson::dom::element;

/// The members of an object with many, noted in one pass: simdjson walks the object anew for each member that is asked for.
class Members {
  public:
    explicit Members(const element& from) : whole_(from) {
        simdjson::dom::object object;
        if (from.get(object) != simdjson::SUCCESS) return;
        for (const auto [key, value] : object) {
            if (noted_ == kNotedMax) return;
            Place& place = places_[place_of(key)];
            if (!place.key.empty() || key.empty()) continue;  // the first of two counts, as with simdjson
            place = {key, value};
            ++noted_;
        }
    }
    simdjson::simdjson_result<element> operator[](std::string_view key) const {
        const Place& place = places_[place_of(key)];
        if (!place.key.empty()) return simdjson::simdjson_result<element>(element(place.value));
        return noted_ == kNotedMax ? whole_[key] : simdjson::simdjson_result<element>(simdjson::NO_SUCH_FIELD);
    }

  private:
    struct Place {
        std::string_view key;
        element value;
    };
    static constexpr std::size_t kPlaces = 128, kNotedMax = 96;

    /// Where the key stands, or may be put.
    std::size_t place_of(std::string_view key) const {
        std::size_t at = key.empty() ? 0 : key.size() * 7 + static_cast<unsigned char>(key.front()) * 3 + static_cast<unsigned char>(key.back());
        while (!places_[at % kPlaces].key.empty() && places_[at % kPlaces].key != key) ++at;
        return at % kPlaces;
    }

    element whole_;
    std::array<Place, kPlaces> places_{};
    std::size_t noted_ = 0;
};

/// Of one event: what a service may make the engine read.
inline constexpr std::size_t kAttendeesReadMax = 5'000;

template <typename From>
std::string_view text(const From& from, std::string_view key) {
    std::string_view value;
    return from[key].get(value) == simdjson::SUCCESS ? value : std::string_view{};
}
template <typename From>
std::string copy(const From& from, std::string_view key) { return std::string(text(from, key)); }
template <typename From>
bool flag(const From& from, std::string_view key) {
    bool value = false;
    return from[key].get(value) == simdjson::SUCCESS && value;
}
template <typename From>
std::optional<element> member(const From& from, std::string_view key) {
    element value;
    if (from[key].get(value) != simdjson::SUCCESS || value.is_null()) return std::nullopt;
    return value;
}
/// {"error":{...}}, which gateways also send with 200: no settings, though none of the members that are asked for need be there.
inline bool is_error(const element& root) { return !root.is_object() || member(root, "error").has_value(); }

template <typename From>
std::optional<simdjson::dom::array> list(const From& from, std::string_view key) {
    simdjson::dom::array value;
    if (from[key].get(value) != simdjson::SUCCESS) return std::nullopt;
    return value;
}
/// A number, or digits in a string (Google writes int64 as strings).
template <typename From>
std::optional<std::int64_t> number(const From& from, std::string_view key) {
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
