#pragma once
// A client's proof by certificate: "Microsoft identity platform application authentication certificate credentials".
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/microsoft/token_errors.hpp"
#include "fakes/microsoft/signing.hpp"

namespace fakes::microsoft {

/// What the assertion has to say, and to whom.
struct AssertionRules {
    std::string_view client;               // iss and sub, in any case
    std::vector<std::string> audiences;    // any of them
    Instant now{};
};
/// Empty: it holds.
std::optional<TokenFault> check_assertion(std::string_view assertion, const std::vector<signing::Certificate>& registered, const AssertionRules& rules);

}  // namespace fakes::microsoft
