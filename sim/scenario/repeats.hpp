#pragma once
// `repeats:` as people say it.
#include <string>
#include <string_view>

#include "sim/scenario/cursor.hpp"

namespace sim {

/// daily | every 2 days | weekly [on mon, wed] | every 2 weeks on fri | every weekday | monthly [on day 31 | on the last
/// day | on the 2nd tue | on the last fri] | every 3 months ... | yearly [on 29 feb | on the last fri of nov], then
/// optionally `until DATE` (last day included) or `N times`. What is left out comes from `start`.
Read<fakes::Repeat> read_repeat(std::string_view text, fakes::Date start);

/// In words: "every week on mon, wed until 2026-04-08".
std::string text_of(const fakes::Repeat& repeat);

}  // namespace sim
