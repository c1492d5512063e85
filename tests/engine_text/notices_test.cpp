#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "engine/text/join_block.hpp"
#include "engine/text/notices.hpp"
#include "engine/text/zone.hpp"

namespace {

using namespace engine::text;
using testing::HasSubstr;

SpaceLimit limit(int invitees) {
    SpaceLimit out;
    out.invitees = invitees;
    out.most = 120;
    out.start = *to_utc("2026-03-02T23:30:00Z", "UTC");
    out.zone = "Europe/Warsaw";
    return out;
}

TEST(Notices, CountsTakeThePluralFormOfTheLanguage) {
    EXPECT_THAT(space_limit_notice(limit(121), "en"), HasSubstr("121 invitees"));
    EXPECT_THAT(space_limit_notice(limit(1), "en"), HasSubstr("1 invitee."));
    EXPECT_THAT(space_limit_notice(limit(121), "pl"), HasSubstr("121 zaproszonych osób"));
    EXPECT_THAT(space_limit_notice(limit(122), "pl"), HasSubstr("122 zaproszone osoby"));
    EXPECT_THAT(space_limit_notice(limit(121), "ru"), HasSubstr("приглашён 121 участник"));
    EXPECT_THAT(space_limit_notice(limit(125), "ru"), HasSubstr("приглашено 125 участников"));
    EXPECT_THAT(space_limit_notice(limit(119), "ro"), HasSubstr("119 invitați"));
    EXPECT_THAT(space_limit_notice(limit(121), "ro"), HasSubstr("121 de invitați"));
    EXPECT_THAT(space_limit_notice(limit(2), "he"), HasSubstr("שני מוזמנים"));
}

TEST(Notices, DatesAreWrittenAsInTheLanguageAndTheReadersZone) {
    EXPECT_THAT(space_limit_notice(limit(121), "en"), HasSubstr("Tuesday, March 3, 2026"));
    EXPECT_THAT(space_limit_notice(limit(121), "pl"), HasSubstr("wtorek, 3 marca 2026"));
    EXPECT_THAT(space_limit_notice(limit(121), "pl"), HasSubstr("00:30"));
    EXPECT_THAT(space_limit_notice(limit(121), "ja"), HasSubstr("2026年3月3日"));
    EXPECT_THAT(space_limit_notice(limit(121), "th"), HasSubstr("2569")) << "the Buddhist calendar's year";
}

TEST(Notices, EveryLanguageOfTheJoinDetailsHasTheNotice) {
    std::set<std::string> texts;
    for (const std::string_view tag : block_languages()) {
        const std::string text = space_limit_notice(limit(121), tag);
        EXPECT_FALSE(text.empty()) << tag;
        EXPECT_EQ(text.find_first_of("{}#"), std::string::npos) << tag << ": " << text;
        EXPECT_TRUE(texts.insert(text).second) << tag << " says the same as another language";
        EXPECT_TRUE(text.find("121") != std::string::npos || text.find("١٢١") != std::string::npos) << tag << ": " << text;
    }
    EXPECT_EQ(space_limit_notice(limit(121), "xx"), space_limit_notice(limit(121), "en"));
}

}  // namespace
