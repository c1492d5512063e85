#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/text/zone.hpp"

namespace {

using namespace engine::text;
using nlohmann::json;

std::string utc(std::string_view local, std::string_view zone) {
    const auto instant = to_utc(local, zone);
    return instant ? utc_text(*instant) : "none";
}

TEST(Zone, ConversionVectors) {
    std::ifstream file(CALRIG_SOURCE_DIR "/tests/oracles/windows-zones.json");
    const json vectors = json::parse(file);
    int cases = 0;
    for (const json& c : vectors.at("conversions")) {
        std::string expected = c.at("expectedUtc");
        expected.insert(expected.size() - 1, ".000");
        EXPECT_EQ(utc(c.at("local").get<std::string>(), c.at("zone").get<std::string>()), expected) << c.dump();
        ++cases;
    }
    EXPECT_GE(cases, 30);
    for (const auto& [id, territories] : vectors.at("mapping").items()) {
        EXPECT_EQ(iana_zone(id), territories.at("001").at(0).get<std::string>()) << id;
        EXPECT_TRUE(is_known_zone(id)) << id;
    }
}

TEST(Zone, FormsOfDateTimes) {
    EXPECT_EQ(utc("2025-03-04T10:00:00.1234567", "Romance Standard Time"), "2025-03-04T09:00:00.123Z");
    EXPECT_EQ(utc("2025-03-04T10:00:00+02:00", "Europe/Paris"), "2025-03-04T08:00:00.000Z");
    EXPECT_EQ(utc("2025-03-04T10:00:00-0330", ""), "2025-03-04T13:30:00.000Z");
    EXPECT_EQ(utc("2025-03-04T10:00:00Z", "Europe/Paris"), "2025-03-04T10:00:00.000Z");
    EXPECT_EQ(utc("2025-03-04T10:00", "UTC"), "2025-03-04T10:00:00.000Z");
    EXPECT_EQ(utc("2025-03-04T10:00:00", "tzone://Microsoft/Utc"), "2025-03-04T10:00:00.000Z");
    EXPECT_EQ(utc("2025-07-04T10:00:00", "pacific standard time"), "2025-07-04T17:00:00.000Z");
}

TEST(Zone, NonsenseHasNoAnswer) {
    for (const char* text : {"", "2025-02-30T10:00:00", "2025-03-04", "2025-03-04T25:00:00", "2025-03-04T10:61:00", "yesterday",
                             "2025-03-04T10:00:00+99:00", "0001-01-01T00:00:00", "2025-03-04T10:00:00 x"})
        EXPECT_EQ(utc(text, "UTC"), "none") << text;
    for (const char* zone : {"", "Middle Earth Standard Time", "../../etc/passwd", "/etc/localtime", "tzone://Microsoft/Custom",
                             "Customized Time Zone"})
        EXPECT_FALSE(is_known_zone(zone)) << zone;
}

TEST(Zone, DaysBeginWhereTheClockSays) {
    EXPECT_EQ(utc_text(*day_to_utc("2025-03-04", "Europe/Helsinki")), "2025-03-03T22:00:00.000Z");
    // Beirut moves its clock at midnight: 30 March 2025 begins at 01:00.
    EXPECT_EQ(utc_text(*day_to_utc("2025-03-30", "Asia/Beirut")), "2025-03-29T22:00:00.000Z");
    EXPECT_FALSE(day_to_utc("2025-13-01", "UTC"));
    EXPECT_FALSE(day_to_utc("2025-03-04T00:00:00", "UTC"));
}

}  // namespace
