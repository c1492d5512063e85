#include "fakes/recurrence/zones.hpp"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include "fakes/dice.hpp"
#include "tests/recurrence/vectors.hpp"

namespace {

using namespace fakes::recurrence;
using std::chrono::seconds;
using std::chrono::sys_seconds;
using vectors::digits;

TEST(ZoneNames, WindowsIdsMatchInAnyCase) {
    const Zone* zone = Zone::find("central european standard time");
    ASSERT_NE(zone, nullptr);
    EXPECT_EQ(zone->iana(), "Europe/Warsaw");
    EXPECT_EQ(zone, Zone::find("CENTRAL EUROPEAN STANDARD TIME"));
    EXPECT_EQ(Zone::find("Mountain Standard Time")->iana(), "America/Denver");
    EXPECT_EQ(Zone::find("Mountain Standard Time (Mexico)")->iana(), "America/Mazatlan");
}

TEST(ZoneNames, IanaIdsMatchExactlyAndNeedNoTable) {
    EXPECT_EQ(Zone::find("Europe/Kyiv")->windows(), "FLE Standard Time");
    EXPECT_EQ(Zone::find("Asia/Kolkata")->windows(), "India Standard Time");
    EXPECT_EQ(Zone::find("Europe/Helsinki")->windows(), "FLE Standard Time");
    EXPECT_EQ(Zone::find("europe/helsinki"), nullptr);
    EXPECT_NE(Zone::find_iana("Europe/Helsinki"), nullptr);
    EXPECT_EQ(Zone::find_iana("FLE Standard Time"), nullptr);
}

TEST(ZoneNames, TheSameZoneWhicheverWayItWasAskedFirst) {
    EXPECT_EQ(Zone::find("FLE Standard Time"), Zone::find_iana("Europe/Kiev"));
    EXPECT_EQ(Zone::find("UTC")->iana(), Zone::find_iana("Etc/UTC")->iana());
}

TEST(ZoneNames, SpellingsOfUtc) {
    for (const char* name : {"UTC", "Z", "tzone://Microsoft/Utc", "tzone://microsoft/utc", "Coordinated Universal Time",
                             "Etc/UTC"}) {
        const Zone* zone = Zone::find(name);
        ASSERT_NE(zone, nullptr) << name;
        EXPECT_EQ(zone->to_utc(digits("20260701T120000")), sys_seconds(seconds(1'782'907'200))) << name;
        EXPECT_EQ(zone->windows(), "UTC") << name;
    }
}

TEST(ZoneNames, SomeNamesLeaveItToTheCaller) {
    const Zone* warsaw = Zone::find("Europe/Warsaw");
    for (const char* name : {"", "Customized Time Zone", "tzone://Microsoft/Custom"}) {
        EXPECT_EQ(Zone::kind_of(name), ZoneNameKind::caller) << name;
        EXPECT_EQ(Zone::find(name, warsaw), warsaw) << name;
        EXPECT_EQ(Zone::find(name), nullptr) << name;
    }
}

TEST(ZoneNames, ObsoleteIdsStillWork) {
    EXPECT_EQ(Zone::find("Kamchatka Standard Time")->iana(), "Asia/Kamchatka");
    EXPECT_EQ(Zone::find("Mid-Atlantic Standard Time")->iana(), "Etc/GMT+2");
    EXPECT_EQ(Zone::kind_of("Mid-Atlantic Standard Time"), ZoneNameKind::windows);
}

TEST(ZoneNames, NothingElseReachesTheZoneLoader) {
    for (const char* name : {"../etc/passwd", "/etc/localtime", "localtime", "posixrules", "right/Europe/Warsaw", "Factory",
                             "file:Europe/Warsaw", "Europe/../Europe/Warsaw", "Nowhere/City", "Fixed/UTC+01:00:00",
                             "Europe/Warsaw ", "Europe", "Pacific Standard Time\n"}) {
        EXPECT_EQ(Zone::find(name), nullptr) << name;
        EXPECT_EQ(Zone::kind_of(name), ZoneNameKind::unknown) << name;
    }
    EXPECT_EQ(Zone::find(std::string(5'000'000, 'A')), nullptr);
}

TEST(ZoneNames, KindsTellProvidersApart) {
    EXPECT_EQ(Zone::kind_of("Europe/Warsaw"), ZoneNameKind::iana);
    EXPECT_EQ(Zone::kind_of("Pacific Standard Time"), ZoneNameKind::windows);
    EXPECT_EQ(Zone::kind_of("tzone://Microsoft/Utc"), ZoneNameKind::special);
    EXPECT_EQ(windows_ids().size(), 139u);
}

TEST(ZoneTimes, GapTakesTheOffsetBeforeItAndOverlapTheFirstPass) {
    const Zone* zone = Zone::find("America/New_York");
    const Resolved gap = zone->resolve(digits("20250309T023000"));
    EXPECT_EQ(gap.kind, WallKind::gap);
    EXPECT_EQ(vectors::text(zone->to_local(gap.utc)), "2025-03-09T03:30:00");
    const Resolved overlap = zone->resolve(digits("20251102T013000"));
    EXPECT_EQ(overlap.kind, WallKind::overlap);
    EXPECT_EQ(vectors::text(fakes::Instant(overlap.utc)), "2025-11-02T05:30:00Z");
    EXPECT_EQ(zone->resolve(digits("20251102T020000")).kind, WallKind::unique);
}

/// The table of transitions against Abseil itself, near every change of clocks and at random times.
TEST(ZoneTimes, TheTableSaysWhatAbseilSays) {
    fakes::Dice dice(11);
    std::vector<std::string> names{"Europe/Warsaw",     "Antarctica/Troll",  "Australia/Lord_Howe", "Africa/Casablanca",
                                   "Pacific/Apia",      "America/St_Johns",  "Asia/Pyongyang",      "America/Caracas",
                                   "Pacific/Kwajalein", "America/Sao_Paulo", "Europe/Dublin",       "Asia/Gaza",
                                   "Africa/Juba",       "Asia/Kathmandu",    "America/Nuuk",        "Pacific/Enderbury"};
    for (const std::string_view windows : windows_ids()) names.emplace_back(iana_for_windows(windows));
    for (const std::string& name : names) {
        const Zone* zone = Zone::find(name);
        absl::TimeZone truth;
        ASSERT_TRUE(zone != nullptr && absl::LoadTimeZone(name, &truth)) << name;
        std::vector<std::int64_t> moments;
        for (int i = 0; i < 60; ++i) moments.push_back(static_cast<std::int64_t>(dice.below(6'000'000'000u)) - 1'000'000'000);
        absl::TimeZone::CivilTransition change;
        absl::Time cursor = absl::FromUnixSeconds(-1'000'000'000);
        while (moments.size() < 1200 && truth.NextTransition(cursor, &change)) {
            cursor = truth.At(std::min(change.from, change.to)).trans;
            const std::int64_t at = absl::ToUnixSeconds(cursor);
            for (const int beside : {-7200, -3600, -1800, -1, 0, 1, 1800, 3599, 3600, 7200}) moments.push_back(at + beside);
        }
        for (const std::int64_t moment : moments) {
            const auto utc = truth.At(absl::FromUnixSeconds(moment));
            ASSERT_EQ(zone->offset_at(sys_seconds(seconds(moment))).count(), utc.offset) << name << " " << moment;
            for (const std::int64_t wall : {moment, moment + utc.offset, moment + utc.offset + 3600}) {
                const auto info = truth.At(absl::CivilSecond() + wall);
                const Resolved resolved = zone->resolve(LocalTime(seconds(wall)));
                ASSERT_EQ(resolved.utc.time_since_epoch().count(), absl::ToUnixSeconds(info.pre)) << name << " " << wall;
                const WallKind kind = info.kind == absl::TimeZone::TimeInfo::SKIPPED    ? WallKind::gap
                                      : info.kind == absl::TimeZone::TimeInfo::REPEATED ? WallKind::overlap
                                                                                        : WallKind::unique;
                ASSERT_EQ(resolved.kind, kind) << name << " " << wall;
            }
        }
    }
}

}  // namespace
