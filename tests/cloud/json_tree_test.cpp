#include "fakes/json_tree.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

namespace {

using fakes::deeper_than;
using fakes::json_tree;
using nlohmann::json;

/// The same tree, with the same kinds of numbers; or neither takes it.
void expect_same(const std::string& text) {
    const json expected = json::parse(text, nullptr, false);
    const json tree = json_tree(text);
    ASSERT_EQ(tree.is_discarded(), expected.is_discarded()) << text;
    if (expected.is_discarded()) return;
    EXPECT_EQ(tree, expected) << text;
    EXPECT_EQ(tree.type(), expected.type()) << text;
    EXPECT_EQ(tree.dump(-1, ' ', false, json::error_handler_t::replace), expected.dump(-1, ' ', false, json::error_handler_t::replace)) << text;
}

TEST(JsonTree, ReadsWhatTheOtherParserReads) {
    using namespace std::string_literals;
    const std::string texts[] = {
        "", " ", "{}", "[]", "null", "true", "0", "-1", "1.0", "1e3", "-0.0", "1e400", "0.1", "12345678901234567890", "123456789012345678901234567890",
        "-9223372036854775808", "-9223372036854775809", "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616",
        R"({"a":1,"a":2})", R"({"b":{"c":[1,2,{"d":null}]},"a":"x"})", R"("\u00e9\ud83d\ude00")", R"("\ud83d")", R"("\ude00")", R"("\ud83d\u0041")", "\"\xC3\xA9\"", "\"\xC3\"",
        "\"\xED\xA0\x80\"", "\"a\nb\"", "\"tab\\t\"", "{\"a\":1,}", "[1,]", "[1 2]", "{a:1}", "{'a':1}", "// x\n1", "\xEF\xBB\xBF{}", "1 2", "{} x", "nul", "NaN", "Infinity", "01", "+1", "1.", ".5",
        "\"\\u0000\"", "{\"\\u0000\":1}", "\0"s, "\"a\0b\""s, "{\"a\"\t:\r\n1 }", "\"\\x\"", "\"\\u12\"", "\"", "{", "[", "{\"a\"", "{\"a\":"};
    for (const std::string& text : texts) expect_same(text);
}

TEST(JsonTree, ReadsBentTextsAsTheOtherParserDoes) {
    std::mt19937 dice(11);
    const std::string whole = R"({"subject":"R\u00e9union \"A\"","n":[1,-2.5e3,true,null],"start":{"dateTime":"2026-03-02T10:00:00","timeZone":"UTC"},"x":{}})";
    for (int round = 0; round < 20'000; ++round) {
        std::string text = whole;
        for (unsigned bends = 1 + dice() % 3; bends > 0; --bends) {
            const std::size_t at = dice() % text.size();
            if (dice() % 3 == 0) text.erase(at, 1);
            else if (dice() % 2 == 0) text[at] = static_cast<char>(dice() % 256);
            else text.insert(at, 1, "{}[],:\"\\0-e.\x80"[dice() % 13]);
        }
        expect_same(text);
    }
}

TEST(JsonTree, DepthIsSeenBeforeATreeIsBuilt) {
    EXPECT_FALSE(deeper_than(R"({"a":[{}],"b":"[[[[{{{{\"[["})", 3));
    EXPECT_TRUE(deeper_than(R"({"a":[{}]})", 2));
    EXPECT_TRUE(deeper_than(std::string(100'000, '['), 1'000));
    EXPECT_FALSE(deeper_than("]]]]][", 1));
}

}  // namespace
