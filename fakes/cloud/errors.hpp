#pragma once
// All refusals of the meeting cloud and its key server.
#include <string>
#include <string_view>

#include "fakes/server.hpp"

namespace fakes::cloud_errors {

Reply unauthorized();
Reply forbidden(std::string_view why);
Reply not_found(std::string_view what);
Reply method_not_allowed(std::string_view allowed);
Reply bad_request(std::string_view why);
Reply too_large();
Reply unavailable(std::string_view why);

}  // namespace fakes::cloud_errors
