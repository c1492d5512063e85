#include "sim/cli/allocations.hpp"

#include <malloc.h>

#include <cstdlib>
#include <new>

#if defined(__SANITIZE_ADDRESS__)
#define CALRIG_OWN_HEAP 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CALRIG_OWN_HEAP 1
#endif
#endif

namespace {

bool counting = false;
sim::Allocations sum;

}  // namespace

namespace sim {

Allocations count_allocations() {
#ifndef CALRIG_OWN_HEAP
    counting = true;
    sum.counted = true;
#endif
    return sum;
}

}  // namespace sim

#ifndef CALRIG_OWN_HEAP
// The other forms of the standard library call these two; those for over-aligned types are left alone and not counted.
void* operator new(std::size_t size) {
    void* memory = std::malloc(size == 0 ? 1 : size);
    if (memory == nullptr) throw std::bad_alloc();
    if (counting) {
        ++sum.count;
        sum.live_bytes += static_cast<std::int64_t>(::malloc_usable_size(memory));
    }
    return memory;
}

void operator delete(void* memory) noexcept {
    if (counting && memory != nullptr) sum.live_bytes -= static_cast<std::int64_t>(::malloc_usable_size(memory));
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }
#endif
