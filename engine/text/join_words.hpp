#pragma once
// The words of the join details per language: one row per language, nothing else to add.
#include <span>
#include <string_view>

namespace engine::text {

struct JoinWords {
    std::string_view tag;  // BCP 47, lower case: "pl", "zh-hant"
    bool right_to_left;
    std::string_view join_meeting, join_space, host, number, password, video_device;
};

std::span<const JoinWords> join_words();

/// The row for a locale in any spelling; nullptr when neither the locale nor its language has one.
const JoinWords* find_join_words(std::string_view locale);

}  // namespace engine::text
