#pragma once
// Who may use the control plane. A page of somebody else's, opened in the same browser, may not: neither by sending
// (CSRF) nor by a name that was made to point here (DNS rebinding).
#include <optional>
#include <string>

#include "sim/serve/control/control.hpp"

namespace sim::control {

/// The refusal, if there is one.
std::optional<fakes::Reply> guard(const fakes::Request& request, const Host& host, const std::string& token);

bool is_loopback_address(std::string_view address);

}  // namespace sim::control
