#pragma once
// One authenticated call on its way through the meeting cloud's route table.
#include <array>
#include <string>
#include <string_view>

#include "fakes/cloud/cloud.hpp"

namespace fakes {

struct Cloud::Call {
    const Request& request;
    Identity::Caller caller;
    std::array<std::string_view, 2> args;  // what the {} of the route matched, in order, as sent
    std::string_view query;
    Instant now{};
    Effects& effects;
};

}  // namespace fakes
