#include "engine/sync/user_set.hpp"

#include <gtest/gtest.h>

#include <random>

namespace {

using engine::sync::UserSet;

TEST(UserSet, DoesWhatASetDoes) {
    std::mt19937 dice(7);
    std::set<std::string> model;
    UserSet set;
    for (int round = 0; round < 5'000; ++round) {
        // Ids of every length, the empty one and one with a NUL among them.
        const unsigned which = dice() % 40;
        const std::string id = which == 0 ? std::string("a\0b", 3) : std::string(which * 9 % 300, static_cast<char>('a' + which % 26));
        ASSERT_EQ(set.contains(id), model.contains(id));
        if (dice() % 2 == 0) {
            ASSERT_EQ(set.insert(id), model.insert(id).second);
        } else {
            ASSERT_EQ(set.erase(id), model.erase(id) > 0);
        }
        ASSERT_EQ(set.size(), model.size());
        ASSERT_EQ(set.empty(), model.empty());
        ASSERT_TRUE(set == model);
        ASSERT_EQ(set.copy(), model);
        ASSERT_TRUE(set == UserSet(model));
    }
    EXPECT_FALSE(set == std::set<std::string>{"someone else"});
    EXPECT_EQ((UserSet{"b", "a", "b"}).copy(), (std::set<std::string>{"a", "b"}));
}

}  // namespace
