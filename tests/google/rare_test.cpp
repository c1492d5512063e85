// What a calendar of a million events is made of.
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "fakes/google/row.hpp"

namespace fakes::google {
namespace {

TEST(Text, HoldsWhatItWasGivenAndNothingCostsAPointer) {
    static_assert(sizeof(Text) == sizeof(void*));
    const std::string odd("a\0b\xc3\xb3", 5);
    Text text = odd;
    EXPECT_EQ(std::string_view(text), odd);
    Text copy = text;
    text = Text();
    EXPECT_TRUE(text.empty());
    EXPECT_EQ(text.size(), 0u);
    EXPECT_EQ(copy.str(), odd);
    Text& same = copy;
    copy = same;
    EXPECT_EQ(copy.str(), odd);
    Text moved = std::move(copy);
    EXPECT_EQ(moved, Text(odd));
    EXPECT_FALSE(moved == Text("a"));
    moved.clear();
    EXPECT_EQ(moved, Text(""));
}

TEST(Name, IsOneForEachTextWhicheverThreadFirstSaidIt) {
    constexpr int count = 3000;  // past one block
    std::vector<std::vector<Name>> all(4);
    std::vector<std::thread> threads;
    for (std::vector<Name>& names : all)
        threads.emplace_back([&names] {
            for (int i = 0; i < count; ++i) names.emplace_back("person" + std::to_string(i) + "@names.example");
        });
    for (std::thread& thread : threads) thread.join();
    for (int i = 0; i < count; ++i) {
        const auto at = static_cast<std::size_t>(i);
        EXPECT_EQ(all[0][at].text(), "person" + std::to_string(i) + "@names.example");
        for (const std::vector<Name>& names : all) EXPECT_EQ(names[at], all[0][at]);
    }
    EXPECT_TRUE(Name(std::string_view()).empty());
    EXPECT_EQ(Name().text(), "");
}

TEST(Holders, AreInOrderAndEachOnce) {
    Holders holders;
    EXPECT_EQ(holders.begin(), holders.end());
    const auto list = [&] { return std::vector<CalendarNumber>(holders.begin(), holders.end()); };
    holders.add(7);
    holders.add(7);
    EXPECT_EQ(list(), (std::vector<CalendarNumber>{7}));
    for (const CalendarNumber number : {3u, 9u, 7u, 3u, 5u}) holders.add(number);
    EXPECT_EQ(list(), (std::vector<CalendarNumber>{3, 5, 7, 9}));
}

// Beside these an event has its id, its title and its places in three indexes: about 360 bytes in all.
TEST(Memory, APlainEventIsSmall) {
    if (sizeof(std::string) != 32 || sizeof(void*) != 8) GTEST_SKIP() << "counted for libstdc++ on 64 bits";
    EXPECT_LE(sizeof(Meeting), 160u);
    EXPECT_LE(sizeof(Row), 64u);
}

}  // namespace
}  // namespace fakes::google
