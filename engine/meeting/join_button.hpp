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

/// What decides whether apps offer to join at all (known issues of meetings in the app). Room devices always do.
struct AppButtonQuestion {
    bool ours = false;                    // our own decoration names the link
    bool several_links_in_body = false;   // where the body is what gave the link
    bool foreign_sip_in_location_only = false;
    bool is_space = false;
    int people = 0;
};
bool app_may_join(const AppButtonQuestion& question, const Policies& policies);

}  // namespace engine::meeting
