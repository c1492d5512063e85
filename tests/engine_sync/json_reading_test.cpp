#include "engine/sync/json_reading.hpp"

#include <gtest/gtest.h>

#include "engine/json_text.hpp"

namespace {

using engine::sync::reading::Members;

/// An object of so many members "m0".."m<count - 1>", whose values are their numbers, and two with the same name.
std::string object_of(int count) {
    std::string out = R"({"twice":"first","twice":"second")";
    for (int i = 0; i < count; ++i) out += ",\"m" + std::to_string(i) + "\":" + std::to_string(i);
    return out + "}";
}

class Noted : public testing::TestWithParam<int> {};

TEST_P(Noted, EachMemberIsFoundAndNoOther) {
    simdjson::dom::parser parser;
    const simdjson::dom::element object = parser.parse(object_of(GetParam()));
    const Members members(object);
    for (int i = 0; i < GetParam(); ++i) EXPECT_EQ(engine::sync::reading::number(members, "m" + std::to_string(i)), i);
    EXPECT_EQ(engine::sync::reading::text(members, "twice"), engine::sync::reading::text(object, "twice"));
    for (const char* other : {"m", "", "m-1", "M0", "m1000"}) EXPECT_FALSE(engine::sync::reading::member(members, other)) << other;
}

// More than are noted are still found.
INSTANTIATE_TEST_SUITE_P(Counts, Noted, testing::Values(0, 1, 45, 95, 96, 300));

TEST(Members, OfWhatIsNoObjectThereAreNone) {
    simdjson::dom::parser parser;
    const simdjson::dom::element list = parser.parse(std::string("[1,2]"));
    EXPECT_FALSE(engine::sync::reading::member(Members(list), "a"));
}

TEST(JsonText, IsReadBackAsWritten) {
    std::string every;
    for (int c = 0; c < 128; ++c) every += static_cast<char>(c);
    every += "\xC5\x82\xF0\x9F\x98\x80";
    for (const std::string& text : {std::string(), std::string("plain"), every, std::string("\"\\\n"), every + every}) {
        std::string written;
        engine::append_json_text(written, text);
        simdjson::dom::parser parser;
        std::string_view read;
        ASSERT_EQ(parser.parse(written).get(read), simdjson::SUCCESS) << written;
        EXPECT_EQ(read, text);
    }
}

}  // namespace
