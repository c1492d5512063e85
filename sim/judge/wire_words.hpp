#pragma once
// Words that the protocols themselves say in clear: a title such as "Meeting" cannot be told from them by its letters alone.
#include <string_view>

namespace sim {

/// Whether paths, headers, members or constants of the protocols have this word; lower case.
bool is_wire_word(std::string_view lower_case);

}  // namespace sim
