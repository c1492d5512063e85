#include "engine/meeting/window.hpp"

#include "engine/policies.hpp"

namespace engine::meeting {

bool in_window(Instant start, Instant end, Instant now, const Policies& policies) {
    return end > now - policies.window_back && start < now + policies.window_ahead;
}

std::optional<Instant> next_change(Instant start, Instant end, Instant now, const Policies& policies) {
    const Instant enters = start - policies.window_ahead + Duration(1);
    const Instant leaves = end + policies.window_back;
    if (now >= leaves) return std::nullopt;
    return now < enters ? enters : leaves;
}

}  // namespace engine::meeting
