#pragma once
// Which pages of a list were read. A list that leads back to a page that was read, or goes on without end, is none: what
// such a service may make the engine do, and keep, for one question has a limit.
#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <utility>

#include "engine/sync/outcome.hpp"

namespace engine::sync {

inline constexpr std::size_t kPagesMax = 2'000;

class PageTrail {
  public:
    /// Whether the page of this cursor may be read, too.
    bool leads_on(const std::string& cursor) {
        return seen_.size() + 1 < kPagesMax && seen_.insert(std::hash<std::string>{}(cursor)).second;
    }
    static Failure astray() {
        Failure failure;
        failure.kind = Failure::Kind::malformed;
        failure.code = "endless";
        return failure;
    }

  private:
    std::set<std::size_t> seen_;  // digests: by chance two cursors share one in 10^13 lists
};

}  // namespace engine::sync
