#pragma once
// Which Join buttons are lit, and when to look again (OBTP): a pure answer, so that one sleeper serves all users.
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/instant.hpp"

namespace engine {
struct Policies;
}

namespace engine::meeting {

struct Joinable {
    std::string id;
    Instant start, end;
};

struct Buttons {
    std::vector<std::string> lit;       // ids, by start, then id; overlapping meetings each have theirs
    std::optional<Instant> look_again;  // the next instant at which `lit` differs; none when nothing is to come
};

/// Lit while start - join_lead <= now < end + join_tail. A meeting without length is lit until its start.
Buttons join_buttons(std::span<const Joinable> meetings, Instant now, const Policies& policies);

}  // namespace engine::meeting
