#include "engine/sync/record_text.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace {

using engine::Duration;
using engine::Instant;
using engine::sync::Packer;
using engine::sync::Unpacker;
using engine::sync::UserSet;

TEST(RecordText, GivesBackWhatWasPutIn) {
    const std::int64_t numbers[] = {0, 1, -1, 63, 64, -64, -65, 8'191, 8'192, std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()};
    Packer out;
    for (const std::int64_t number : numbers) out.number(number);
    out.flag(true);
    out.instant(Instant::min());
    out.text(std::string(70'000, 'x'));
    out.text("");
    out.texts(UserSet{"ben", "ana"});
    Unpacker in(out.out());
    for (const std::int64_t number : numbers) EXPECT_EQ(in.number(), number);
    EXPECT_TRUE(in.flag());
    EXPECT_EQ(in.instant(), Instant::min());
    EXPECT_EQ(in.text(), std::string(70'000, 'x'));
    EXPECT_EQ(in.text(), "");
    EXPECT_EQ(in.texts(), (UserSet{"ana", "ben"}));
    EXPECT_TRUE(in.ended());
}

TEST(RecordText, ReadsTheWideNumbersOfOlderVersions) {
    for (const char version : {Unpacker::kBeforeRenewal, Unpacker::kWideNumbers}) {
        using namespace std::string_literals;
        const std::string record = version + "\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s + "\x03\0\0\0\0\0\0\0ana"s + "\x01"s + "\xE8\x03\0\0\0\0\0\0"s;
        Unpacker in(record);
        EXPECT_EQ(in.number(), -2);
        EXPECT_EQ(in.text(), "ana");
        EXPECT_TRUE(in.flag());
        EXPECT_EQ(in.instant(), Instant(Duration(1'000)));
        EXPECT_TRUE(in.ended());
    }
}

TEST(RecordText, WhatIsCutOrBentIsNoRecord) {
    Packer out;
    out.number(300);
    out.text("ana");
    for (std::size_t size = 0; size < out.out().size(); ++size) {
        Unpacker in(std::string_view(out.out()).substr(0, size));
        (void)in.number();
        (void)in.text();
        EXPECT_FALSE(in.ended()) << size;
    }
    const std::string version(1, Packer::kVersion);
    const std::string without_end = version + std::string(20, '\xFF');
    Unpacker endless(without_end);
    EXPECT_EQ(endless.number(), 0);
    EXPECT_FALSE(endless.ok());
    const std::string of_later(1, static_cast<char>(Packer::kVersion + 1));
    Unpacker later(of_later);
    EXPECT_FALSE(later.ok());
    // A length beyond the record's end, and one below zero.
    for (const char* length : {"\x7E", "\x01"}) {
        const std::string record = version + length;
        Unpacker in(record);
        EXPECT_EQ(in.text(), "");
        EXPECT_FALSE(in.ok());
    }
}

}  // namespace
