#pragma once
// Private to the parsing files: a request body as a JSON object, within the limits.
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "fakes/google/errors.hpp"

namespace fakes::google {

/// An empty body counts as {}. Depth and size are limited before anything is built.
Refusal read_object(std::string_view body, nlohmann::json& object);

}  // namespace fakes::google
