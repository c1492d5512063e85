#include <gtest/gtest.h>

#include "engine/engine.hpp"
#include "engine/text/keywords.hpp"

namespace {

using engine::Policies;
using engine::text::find_keyword;
using engine::text::KeywordAction;

TEST(Keywords, ActionsFollowTheTable) {
    struct Row {
        const char* text;
        KeywordAction plain, both_space, both_room;
    };
    using enum KeywordAction;
    Policies both_space, both_room;
    both_space.both_keywords_space = true;
    both_room.both_keywords_room = true;
    for (const Row& row : {Row{"@webex", personal_room, space, personal_room}, Row{"@meet", space, space, personal_room},
                           Row{"@spark", space, space, space}, Row{"@webex:space", space, space, space},
                           Row{"@meet:myroom", personal_room, personal_room, personal_room},
                           Row{"@webex:onetime", one_time, one_time, one_time}}) {
        EXPECT_EQ(find_keyword(row.text, {})->action, row.plain) << row.text;
        EXPECT_EQ(find_keyword(row.text, both_space)->action, row.both_space) << row.text;
        EXPECT_EQ(find_keyword(row.text, both_room)->action, row.both_room) << row.text;
    }
}

TEST(Keywords, StandAmongOtherText) {
    for (const char* text : {"Room 5, @webex", "@WebEx", "(@webex)", "Helsinki;@webex", "@webex.", "@webex, Room 5",
                             "Neuvotteluhuone\xC2\xA0@webex", "@webex https://acme.webex.com/meet/jan", "会議室、@webex", "Now: @webex!", "\"@webex\"",
                             "[@webex]", "„@webex“", "Salle 5 – @webex", "（@webex）", "غرفة ٥، @webex", "‏@webex‏", "5|@webex|6", "@webex…"})
        EXPECT_EQ(find_keyword(text, {}).value().word, "webex") << text;
}

TEST(Keywords, NothingElseIsAKeyword) {
    for (const char* text : {"", "@webexperts", "bob@webex.com", "bob@webex", "webex", "@ webex", "x@meet", "@web", "@meeting",
                             "@webex@meet.com", "@webex-room", "https://medium.example/@webex", "x?@webex", "@webex/team"})
        EXPECT_FALSE(find_keyword(text, {})) << text;
}

TEST(Keywords, FirstWinsAndIsReported) {
    const auto keyword = find_keyword("@meet @webex", {});
    ASSERT_TRUE(keyword);
    EXPECT_EQ(keyword->word, "meet");
    EXPECT_EQ(keyword->warnings.size(), 1U);
}

TEST(Keywords, UnknownModifierIsThePlainKeywordWithAWarning) {
    const auto keyword = find_keyword("@webex:mysite", {});
    ASSERT_TRUE(keyword);
    EXPECT_EQ(keyword->action, KeywordAction::personal_room);
    EXPECT_EQ(keyword->modifier, "");
    ASSERT_EQ(keyword->warnings.size(), 1U);
    EXPECT_NE(keyword->warnings[0].find("mysite"), std::string::npos);
}

TEST(Keywords, ModifierInAnyCaseAndBeforePunctuation) {
    EXPECT_EQ(find_keyword("@Webex:MyRoom, Berlin", {})->modifier, "myroom");
    EXPECT_EQ(find_keyword("@webex:space.", {})->action, KeywordAction::space);
}

}  // namespace
