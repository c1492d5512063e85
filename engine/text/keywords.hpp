#pragma once
// Scheduling keywords in an event's location (MEET-KEYWORD; facts: webex 1.1). Keywords count in the location only and
// are not localised.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine {
struct Policies;
}

namespace engine::text {

enum class KeywordAction { personal_room, space, one_time };

struct Keyword {
    std::string word;      // "webex", "meet" or "spark", lower case
    std::string modifier;  // "space", "myroom", "onetime" or empty; an unknown modifier is dropped with a warning
    KeywordAction action = KeywordAction::personal_room;
    std::vector<std::string> warnings;  // diagnostics for the log: free of the author's text except the keyword itself
};

/// The first keyword, left to right. Letter case does not matter; an address such as bob@webex.com is no keyword.
std::optional<Keyword> find_keyword(std::string_view location, const Policies& policies);

}  // namespace engine::text
