#pragma once
// Time zones as calendars name them: IANA ids, Windows ids, and the special names that Graph hands out.
// Conversion both ways follows RFC 5545 3.3.5: a wall time inside a gap takes the offset in force before the gap (02:30
// is read as 03:30), one inside an overlap means its first pass.
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/server.hpp"

namespace fakes::recurrence {

using LocalTime = std::chrono::local_seconds;

enum class ZoneNameKind {
    unknown,
    iana,     // "Europe/Warsaw", "Etc/GMT+5", "UTC"
    windows,  // "Central European Standard Time", in any case; obsolete ids included
    special,  // other spellings of UTC: "tzone://Microsoft/Utc", "Z", "Coordinated Universal Time"
    caller,   // says nothing, the caller's fallback counts: "", "tzone://Microsoft/Custom", "Customized Time Zone"
};

enum class WallKind { unique, gap, overlap };

struct Resolved {
    std::chrono::sys_seconds utc{};
    WallKind kind = WallKind::unique;
};

class Zone {
  public:
    /// Any known spelling; `fallback` for the names that leave it to the caller. nullptr: unknown name (or no fallback).
    /// Zones live as long as the process: keep the pointer.
    static const Zone* find(std::string_view name, const Zone* fallback = nullptr);
    /// IANA ids only, as Google takes them.
    static const Zone* find_iana(std::string_view name);
    static const Zone& utc();
    static ZoneNameKind kind_of(std::string_view name);

    /// The IANA id this zone was loaded by (a Windows id gives its default zone, territory 001).
    const std::string& iana() const { return iana_; }
    /// Windows id for this zone: the one whose territory list holds it. Empty: CLDR knows none.
    const std::string& windows() const { return windows_; }

    Resolved resolve(LocalTime local) const;
    std::chrono::sys_seconds to_utc(LocalTime local) const { return resolve(local).utc; }
    LocalTime to_local(std::chrono::sys_seconds utc) const;
    LocalTime to_local(Instant utc) const { return to_local(std::chrono::floor<std::chrono::seconds>(utc)); }
    /// Offset east of UTC.
    std::chrono::seconds offset_at(std::chrono::sys_seconds utc) const;

    Zone(const Zone&) = delete;
    Zone& operator=(const Zone&) = delete;
    ~Zone();

  private:
    struct Rules;  // Abseil's zone, for times outside the table
    struct Span {  // one stretch of constant offset
        std::int64_t from_utc;  // seconds since the epoch
        std::int64_t to_utc;
        std::int64_t offset;  // seconds east of UTC
    };
    Zone(std::string iana, std::string windows, std::unique_ptr<Rules> rules);
    void tabulate();
    static const Zone* load(const std::string& iana);

    std::string iana_;
    std::string windows_;
    std::unique_ptr<Rules> rules_;
    std::vector<Span> spans_;           // within the table's years, ascending, without holes
    std::vector<std::uint16_t> bucket_;  // span in force at the begin of each stretch of 2^24 s

    friend struct ZoneShelf;
};

/// Default IANA zone (territory 001) of a Windows id in any case; empty when unknown.
std::string_view iana_for_windows(std::string_view windows);
/// Windows id of an IANA zone; empty when CLDR knows none.
std::string_view windows_for_iana(std::string_view iana);
/// All IANA ids that CLDR lists and those it lists under another name, ascending: for messages about a name that is none.
const std::vector<std::string>& iana_ids();
/// All Windows ids, in order, as Graph's supportedTimeZones lists them.
const std::vector<std::string_view>& windows_ids();

}  // namespace fakes::recurrence
