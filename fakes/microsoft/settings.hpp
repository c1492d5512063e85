#pragma once
// mailboxSettings as JSON.
#include <optional>
#include <string>
#include <string_view>

#include "fakes/microsoft/mailbox.hpp"

namespace fakes::microsoft {

/// The members of the whole object (`part` empty), or of one part of it; empty optional: no such part.
std::optional<std::string> settings_json(const Mailbox& mailbox, std::string_view part, Instant now);

}  // namespace fakes::microsoft
