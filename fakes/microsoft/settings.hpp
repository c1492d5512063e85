#pragma once
// mailboxSettings as JSON.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/microsoft/mailbox.hpp"

namespace fakes::microsoft {

/// The members of the whole object (`part` empty), or of one part of it; empty optional: no such part.
std::optional<std::string> settings_json(const Mailbox& mailbox, std::string_view part, Instant now);

/// The property of that name (any case), as it is spelled; empty: none.
std::string_view settings_property(std::string_view name);
/// The languages whose names are known, as JSON objects with commas between.
std::string supported_languages();

/// The members of those parts only (any case), as the answer to a PATCH or a $select shows them.
std::string settings_members(const Mailbox& mailbox, const std::vector<std::string>& parts, Instant now);

}  // namespace fakes::microsoft
