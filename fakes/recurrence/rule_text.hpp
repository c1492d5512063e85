#pragma once
// Small readings that rules and date lists share.
#include <optional>
#include <string>
#include <string_view>

#include "fakes/recurrence/rule.hpp"

namespace fakes::recurrence {

inline constexpr std::size_t max_times_of_day = 10'000;  // BYHOUR x BYMINUTE x BYSECOND

/// Case of ASCII letters in `text` does not matter; `upper` is upper case.
bool same_word(std::string_view text, std::string_view upper);
/// One to `most` digits (at most 18).
bool parse_digits(std::string_view text, std::size_t most, std::int64_t& number);
/// DATE or DATE-TIME of RFC 5545: 20261231, 20261231T225959, 20261231T225959Z.
std::optional<Until> parse_moment(std::string_view text);
std::string text_of(const Until& moment);

}  // namespace fakes::recurrence
