#pragma once
// What the program takes from the heap while somebody counts, for `bench engine`: one thread's, through operator new.
#include <cstdint>

namespace sim {

struct Allocations {
    std::uint64_t count = 0;
    std::int64_t live_bytes = 0;  // taken and not given back
    bool counted = false;         // false: this build does not count (sanitizers have their own heap)
};

/// From the first call on everything is counted; until then it costs one look at a flag.
Allocations count_allocations();

}  // namespace sim
