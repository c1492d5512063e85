#pragma once
// What this process costs, as the system counts it.
#include <cstddef>

namespace engine::adapters {

double processor_seconds();
std::size_t resident_bytes();

}  // namespace engine::adapters
