// JSON by appending, as all fakes write it, against a JSON library.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "fakes/dice.hpp"
#include "fakes/text.hpp"

namespace {

using nlohmann::json;

/// Mostly plain, of every length around those that are treated apart.
std::string drawn(fakes::Dice& dice, std::size_t length) {
    static const std::vector<std::string> odd = {"\"", "\\", "\n", "\r", "\t", "\x01", "\x1F", "\x7F", "ż", "中", "😀", "/", std::string(1, '\0')};
    std::string out;
    const bool plain = dice.below(2) == 0;
    while (out.size() < length) out += plain || dice.below(9) > 0 ? std::string(1, static_cast<char>('a' + dice.below(26))) : odd[dice.below(odd.size())];
    return out;
}

TEST(WireText, JsonIsWhatALibraryReadsBack) {
    fakes::Dice dice(7);
    for (std::size_t length = 0; length < 300; ++length)
        for (int i = 0; i < 4; ++i) {
            const std::string text = drawn(dice, length), name(dice.below(40), 'n');
            std::string alone, object = "{";
            fakes::put_json(alone, text);
            EXPECT_EQ(json::parse(alone), json(text));
            fakes::put_member(object, name, text);
            fakes::put_name(object, name + "2");
            object += "5";
            fakes::put_member(object, "last", text);
            EXPECT_EQ(json::parse(object + "}"), json({{name, text}, {name + "2", 5}, {"last", text}})) << object;
        }
}

TEST(WireText, WhatIsNoUtf8IsReplaced) {
    for (const std::string bad : {"\xFF", "a\xC3", "\xED\xA0\x80", "\xF5\x80\x80\x80", "eight ab\xC0\xAF", "\x80 and more than eight"}) {
        std::string out;
        fakes::put_json(out, bad);
        EXPECT_FALSE(json::parse(out, nullptr, false).is_discarded()) << out;
        EXPECT_NE(out.find("\xEF\xBF\xBD"), std::string::npos);
    }
}

}  // namespace
