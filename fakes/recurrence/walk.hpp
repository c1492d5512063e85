#pragma once
// Walks a prepared rule over the wall clock.
#include <cstdint>

#include "fakes/recurrence/expand.hpp"
#include "fakes/recurrence/prepare.hpp"

namespace fakes::recurrence {

class Visitor {
  public:
    virtual ~Visitor() = default;
    /// An instance of the rule, ascending by wall time. False ends the walk.
    virtual bool take(std::int64_t wall) = 0;
};

/// Gives the instances with from <= wall time <= to; those before `from` are counted, not given. Without COUNT, or where
/// every period has the same number of instances, it begins near `from`; otherwise it counts its way there.
LimitHit walk(const PreparedRule& rule, std::int64_t from, std::int64_t to, std::uint32_t max_steps, Visitor& visitor);

}  // namespace fakes::recurrence
