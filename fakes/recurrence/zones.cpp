// Abseil knows the zones; a table of the years that calendars live in makes each conversion a few nanoseconds.
#include "fakes/recurrence/zones.hpp"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <shared_mutex>

#include "fakes/recurrence/zone_names.hpp"

namespace fakes::recurrence {

using std::chrono::seconds;
using std::chrono::sys_seconds;

struct Zone::Rules {
    absl::TimeZone zone;
};

namespace {

// The table covers 1970 up to 2070; earlier and later times ask Abseil.
constexpr std::int64_t table_begin = 0;                // 1970-01-01T00:00:00Z
constexpr std::int64_t table_end = 3'155'760'000;      // 2070-01-01T00:00:00Z
constexpr int bucket_bits = 24;                        // 2^24 s = 194 days
constexpr std::int64_t widest_offset = 26 * 3600;      // no zone is further from UTC

absl::CivilSecond civil(std::int64_t local) { return absl::CivilSecond() + local; }  // CivilSecond() is 1970-01-01

}  // namespace

/// All zones ever asked for, for the life of the process.
struct ZoneShelf {
    std::shared_mutex lock;
    std::map<std::string, std::unique_ptr<const Zone>, std::less<>> by_iana;
    std::map<std::string, const Zone*, std::less<>> by_name;  // every accepted spelling; exact bytes

    static ZoneShelf& only() {
        static ZoneShelf shelf;
        return shelf;
    }
    const Zone* known(std::string_view name) {
        const std::shared_lock reading(lock);
        const auto found = by_name.find(name);
        return found == by_name.end() ? nullptr : found->second;
    }
    const Zone* loaded(std::string_view iana) {
        const std::shared_lock reading(lock);
        const auto found = by_iana.find(iana);
        return found == by_iana.end() ? nullptr : found->second.get();
    }
    void remember(std::string_view name, const Zone* zone) {
        const std::unique_lock writing(lock);
        // Windows ids differ in case at will: a bound keeps a hostile caller from filling the shelf.
        if (by_name.size() < 4096) by_name.emplace(std::string(name), zone);
    }
    const Zone* load(const std::string& iana) {
        const std::unique_lock writing(lock);
        const auto found = by_iana.find(iana);
        if (found != by_iana.end()) return found->second.get();
        auto rules = std::make_unique<Zone::Rules>();
        // UTC needs no zone data on the machine.
        if (iana == "Etc/UTC") rules->zone = absl::UTCTimeZone();
        else if (!absl::LoadTimeZone(iana, &rules->zone)) return nullptr;
        std::unique_ptr<Zone> zone(new Zone(iana, std::string(windows_for_iana(iana)), std::move(rules)));
        zone->tabulate();
        return by_iana.emplace(iana, std::move(zone)).first->second.get();
    }
};

Zone::Zone(std::string iana, std::string windows, std::unique_ptr<Rules> rules)
    : iana_(std::move(iana)), windows_(std::move(windows)), rules_(std::move(rules)) {}
Zone::~Zone() = default;

void Zone::tabulate() {
    const absl::TimeZone& zone = rules_->zone;
    const auto offset_of = [&](std::int64_t utc) { return std::int64_t{zone.At(absl::FromUnixSeconds(utc)).offset}; };
    std::int64_t at = table_begin;
    std::int64_t offset = offset_of(at);
    absl::TimeZone::CivilTransition change;
    absl::Time cursor = absl::FromUnixSeconds(at);
    while (zone.NextTransition(cursor, &change)) {
        // Of the two wall times of a change, the lesser is the one that does not exist, or exists twice.
        const std::int64_t when = absl::ToUnixSeconds(zone.At(std::min(change.from, change.to)).trans);
        if (when >= table_end) break;
        cursor = absl::FromUnixSeconds(when);
        const std::int64_t next = offset_of(when);
        if (next == offset) continue;  // only the abbreviation changed
        spans_.push_back({at, when, offset});
        at = when;
        offset = next;
    }
    spans_.push_back({at, table_end, offset});
    std::size_t span = 0;
    for (std::int64_t begin = table_begin; begin < table_end; begin += std::int64_t{1} << bucket_bits) {
        while (spans_[span].to_utc <= begin) ++span;
        bucket_.push_back(static_cast<std::uint16_t>(span));
    }
}

seconds Zone::offset_at(sys_seconds utc) const {
    const std::int64_t t = utc.time_since_epoch().count();
    if (t < table_begin || t >= table_end) return seconds(rules_->zone.At(absl::FromUnixSeconds(t)).offset);
    std::size_t span = bucket_[static_cast<std::size_t>(t >> bucket_bits)];
    while (spans_[span].to_utc <= t) ++span;
    return seconds(spans_[span].offset);
}

LocalTime Zone::to_local(sys_seconds utc) const { return LocalTime(utc.time_since_epoch() + offset_at(utc)); }

Resolved Zone::resolve(LocalTime local) const {
    const std::int64_t wall = local.time_since_epoch().count();
    if (wall < table_begin + 2 * widest_offset || wall >= table_end - 2 * widest_offset) {
        const absl::TimeZone::TimeInfo info = rules_->zone.At(civil(wall));
        const WallKind kind = info.kind == absl::TimeZone::TimeInfo::UNIQUE    ? WallKind::unique
                              : info.kind == absl::TimeZone::TimeInfo::SKIPPED ? WallKind::gap
                                                                               : WallKind::overlap;
        return {sys_seconds(seconds(absl::ToUnixSeconds(info.pre))), kind};
    }
    // The first stretch whose end, on its own clock, lies after the wall time: an overlap finds its first pass there; in
    // a gap the stretch found begins after the wall time, and the one before gives the offset.
    std::size_t span = bucket_[static_cast<std::size_t>((wall - widest_offset) >> bucket_bits)];
    while (spans_[span].to_utc + spans_[span].offset <= wall) ++span;
    const Span& here = spans_[span];
    if (wall - here.offset < here.from_utc) return {sys_seconds(seconds(wall - spans_[span - 1].offset)), WallKind::gap};
    const bool again = span + 1 < spans_.size() && wall - spans_[span + 1].offset >= spans_[span + 1].from_utc;
    return {sys_seconds(seconds(wall - here.offset)), again ? WallKind::overlap : WallKind::unique};
}

const Zone* Zone::load(const std::string& iana) {
    return may_be_iana(iana) ? ZoneShelf::only().load(iana) : nullptr;
}

const Zone* Zone::find_iana(std::string_view name) {
    if (const Zone* zone = ZoneShelf::only().loaded(name)) return zone;
    return load(std::string(name));
}

const Zone* Zone::find(std::string_view name, const Zone* fallback) {
    ZoneShelf& shelf = ZoneShelf::only();
    if (const Zone* zone = shelf.known(name)) return zone;
    const Zone* zone = nullptr;
    switch (special_name(name)) {
        case SpecialName::caller: return fallback;
        case SpecialName::utc: zone = &utc(); break;
        case SpecialName::none: {
            // "UTC" is a Windows id and an IANA id; both mean the same.
            const std::string_view iana = iana_for_windows(name);
            zone = load(std::string(iana.empty() ? name : iana));
        }
    }
    if (zone != nullptr) shelf.remember(name, zone);
    return zone;
}

const Zone& Zone::utc() {
    static const Zone* const zone = load("Etc/UTC");
    return *zone;
}

ZoneNameKind Zone::kind_of(std::string_view name) {
    switch (special_name(name)) {
        case SpecialName::caller: return ZoneNameKind::caller;
        case SpecialName::utc: return ZoneNameKind::special;
        case SpecialName::none: break;
    }
    if (find_iana(name) != nullptr) return ZoneNameKind::iana;
    return iana_for_windows(name).empty() ? ZoneNameKind::unknown : ZoneNameKind::windows;
}

}  // namespace fakes::recurrence
