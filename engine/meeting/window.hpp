#pragma once
// Which meetings the list keeps (LIST-WINDOW): from 7 days back to 31 days ahead.
#include <optional>

#include "engine/instant.hpp"

namespace engine {
struct Policies;
}

namespace engine::meeting {

/// Listed while end > now - window_back and start < now + window_ahead: the same half-open reading as a calendar's
/// instances query. So a meeting that ended exactly 7 days ago is gone, one that starts in exactly 31 days is not there
/// yet, and one that started 8 days ago and still runs is listed.
bool in_window(Instant start, Instant end, Instant now, const Policies& policies);

/// The next instant at which in_window gives another answer (entering or leaving); none once it has left for good.
std::optional<Instant> next_change(Instant start, Instant end, Instant now, const Policies& policies);

}  // namespace engine::meeting
