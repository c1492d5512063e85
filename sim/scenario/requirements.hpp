#pragma once
// The statements that scenarios prove, by stable id. `covers:` names them; the report shows every row.
#include <span>
#include <string_view>

namespace sim {

struct Requirement {
    std::string_view id;         // "OP-M-INSTANCES"
    bool microsoft = false;
    bool google = false;
    std::string_view operation;  // "GET /users/{user}/calendar/events/{id}/instances" for operations, else empty
    std::string_view sentence;
};

std::span<const Requirement> requirements();
/// nullptr when there is no such id.
const Requirement* find_requirement(std::string_view id);

}  // namespace sim
