#pragma once
// The words of the join details per language: one row per language, nothing else to add.
#include <span>
#include <string>
#include <string_view>

namespace engine::text {

struct JoinWords {
    std::string_view tag;  // BCP 47, lower case: "pl", "zh-hant"
    bool right_to_left;
    std::string_view join_meeting, join_space, host, number, password, video_device;
    std::string_view phone, access_code, all_numbers, toll_free;
    std::string_view dial_address;  // a sentence; {0} is an IP address
    std::string_view skype;
};

std::span<const JoinWords> join_words();

/// The row for a locale in any spelling; nullptr when neither the locale nor its language has one.
const JoinWords* find_join_words(std::string_view locale);

/// A locale in any spelling as the tags of the table are written: "zh_TW" -> "zh-hant", "iw-IL" -> "he-il".
std::string normal_tag(std::string_view locale);

}  // namespace engine::text
