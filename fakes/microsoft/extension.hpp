#pragma once
// An open extension from its JSON, shared by the extension's own routes and by events that bring some along.
#include <nlohmann/json_fwd.hpp>

#include "fakes/microsoft/event.hpp"

namespace fakes::microsoft {

/// Throws reading::Refused.
OpenExtension extension_of(const nlohmann::json& value, const OpenExtension* before);

}  // namespace fakes::microsoft
