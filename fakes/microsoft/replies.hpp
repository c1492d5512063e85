#pragma once
// Successful answers in the form of the Outlook routes.
#include <string>

#include "fakes/microsoft/errors.hpp"

namespace fakes::microsoft {

Reply json_reply(int status, std::string body, const Exchange& exchange);
/// Nothing comes, so no type is announced: official clients would parse it.
Reply empty_reply(int status, const Exchange& exchange);

}  // namespace fakes::microsoft
