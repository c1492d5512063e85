#pragma once
// What people write who know calendars and their APIs, but not this language: `subject` for `title`, `deletes` for `cancels`.
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sim {

/// The candidate most likely meant by a word that is none of them: another name of the same thing, or one spelled nearly so.
std::optional<std::string> word_meant(std::string_view word, std::span<const std::string> candidates);

}  // namespace sim
