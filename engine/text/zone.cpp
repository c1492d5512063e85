#include "engine/text/zone.hpp"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace engine::text {
namespace {

struct WindowsZone {
    std::string_view id;    // lower case
    std::string_view iana;
};

// Generated from CLDR (Unicode-3.0): territory 001.
constexpr auto kWindowsZones = [] {
    auto rows = std::to_array<WindowsZone>({
#include "windows_zones.inc"
    });
    std::sort(rows.begin(), rows.end(), [](const WindowsZone& a, const WindowsZone& b) { return a.id < b.id; });
    return rows;
}();

constexpr std::size_t kZoneNameLimitBytes = 64;

// Zone names reach a file look-up: nothing but what names of the time zone database are made of.
bool is_plain_name(std::string_view name) {
    return !name.empty() && name.size() <= kZoneNameLimitBytes && name.front() != '/' && name.front() != '.' &&
           name.find("..") == std::string_view::npos &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                      c == '_' || c == '-' || c == '+';
           });
}

std::optional<absl::TimeZone> load(std::string_view zone_name) {
    const std::string iana = iana_zone(zone_name);
    absl::TimeZone zone;
    if (iana.empty() || !absl::LoadTimeZone(iana, &zone)) return std::nullopt;
    return zone;
}

Instant instant_of(absl::Time time) { return Instant(Duration(absl::ToUnixMillis(time))); }

// Reads exactly `count` digits.
bool digits(std::string_view text, std::size_t at, std::size_t count, int& value) {
    if (at + count > text.size()) return false;
    value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return false;
        value = value * 10 + (text[i] - '0');
    }
    return true;
}

std::optional<absl::CivilDay> read_day(std::string_view text) {
    int year = 0, month = 0, day = 0;
    if (!digits(text, 0, 4, year) || text.substr(4, 1) != "-" || !digits(text, 5, 2, month) ||
        text.substr(7, 1) != "-" || !digits(text, 8, 2, day))
        return std::nullopt;
    if (year < 1900 || year > 2200) return std::nullopt;
    const absl::CivilDay civil(year, month, day);
    if (civil.month() != month || civil.day() != day) return std::nullopt;  // 30 February
    return civil;
}

}  // namespace

std::string iana_zone(std::string_view zone_name) {
    if (zone_name.empty() || zone_name.size() > kZoneNameLimitBytes) return {};
    std::string key(zone_name);
    std::transform(key.begin(), key.end(), key.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    const auto* found = std::lower_bound(kWindowsZones.begin(), kWindowsZones.end(), std::string_view(key),
                                         [](const WindowsZone& z, std::string_view k) { return z.id < k; });
    if (found != kWindowsZones.end() && found->id == key) return std::string(found->iana);
    if (!is_plain_name(zone_name)) return {};
    absl::TimeZone zone;
    if (!absl::LoadTimeZone(std::string(zone_name), &zone)) return {};
    return std::string(zone_name);
}

bool is_known_zone(std::string_view zone_name) { return load(zone_name).has_value(); }

std::optional<Instant> to_utc(std::string_view text, std::string_view zone_name) {
    const auto day = read_day(text);
    int hour = 0, minute = 0, second = 0;
    if (!day || text.size() < 16 || (text[10] != 'T' && text[10] != ' ') || !digits(text, 11, 2, hour) ||
        text[13] != ':' || !digits(text, 14, 2, minute))
        return std::nullopt;
    std::size_t at = 16;
    if (at < text.size() && text[at] == ':') {
        if (!digits(text, at + 1, 2, second)) return std::nullopt;
        at += 3;
    }
    if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
    Duration fraction{};
    if (at < text.size() && text[at] == '.') {
        int scale = 100, value = 0;
        for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10)
            value += scale * (text[at] - '0');
        fraction = Duration(value);
    }
    const absl::CivilSecond civil(day->year(), day->month(), day->day(), hour, minute, second);
    const std::string_view suffix = text.substr(at);
    if (suffix == "Z" || suffix == "z") return instant_of(absl::FromCivil(civil, absl::UTCTimeZone())) + fraction;
    if (!suffix.empty()) {
        int offset_hours = 0, offset_minutes = 0;
        const std::size_t minutes_at = suffix.size() == 6 ? 4 : 3;
        if ((suffix[0] != '+' && suffix[0] != '-') || (suffix.size() != 6 && suffix.size() != 5) ||
            (suffix.size() == 6 && suffix[3] != ':') || !digits(suffix, 1, 2, offset_hours) ||
            !digits(suffix, minutes_at, 2, offset_minutes) || offset_hours > 14 || offset_minutes > 59)
            return std::nullopt;
        const int seconds = (offset_hours * 60 + offset_minutes) * 60 * (suffix[0] == '-' ? -1 : 1);
        return instant_of(absl::FromCivil(civil, absl::FixedTimeZone(seconds))) + fraction;
    }
    const auto zone = load(zone_name);
    if (!zone) return std::nullopt;
    // `pre` is the offset in force before a gap, and the first pass of an overlap: RFC 5545 3.3.5.
    return instant_of(zone->At(civil).pre) + fraction;
}

std::optional<Instant> day_to_utc(std::string_view date, std::string_view zone_name) {
    const auto day = date.size() == 10 ? read_day(date) : std::nullopt;
    const auto zone = load(zone_name);
    if (!day || !zone) return std::nullopt;
    const absl::TimeZone::TimeInfo info = zone->At(absl::CivilSecond(*day));
    return instant_of(info.kind == absl::TimeZone::TimeInfo::SKIPPED ? info.trans : info.pre);
}

Instant wall_clock(Instant instant, std::string_view zone_name) {
    const auto zone = load(zone_name);
    if (!zone) return instant;
    return instant + std::chrono::seconds(zone->At(absl::FromUnixMillis(instant.time_since_epoch().count())).offset);
}

void append_utc(std::string& out, Instant instant) {
    const auto day = std::chrono::floor<std::chrono::days>(instant);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(instant - day);
    const auto number = [&out](std::int64_t value, int width, char behind) {
        std::array<char, 8> digits{};
        for (int i = width; i-- > 0; value /= 10) digits[static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
        out.append(digits.data(), static_cast<std::size_t>(width)).push_back(behind);
    };
    number(std::clamp(static_cast<int>(date.year()), 0, 9999), 4, '-');
    number(static_cast<unsigned>(date.month()), 2, '-');
    number(static_cast<unsigned>(date.day()), 2, 'T');
    number(time.hours().count(), 2, ':');
    number(time.minutes().count(), 2, ':');
    number(time.seconds().count(), 2, '.');
    number(time.subseconds().count(), 3, 'Z');
}

std::string utc_text(Instant instant) {
    std::string out;
    append_utc(out, instant);
    return out;
}

}  // namespace engine::text
