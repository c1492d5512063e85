#pragma once
// How fast the wire is, for `calrig bench`.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "sim/wire/network.hpp"

namespace sim {

struct WireFigures {
    Transport transport = Transport::direct;
    std::uint64_t exchanges = 0;
    std::size_t body_bytes = 0;  // of each reply
    double seconds = 0;
    double exchanges_per_second = 0;
};

/// The caller brings the stopwatch (monotonic), because nothing in sim's logic may read a clock.
using Stopwatch = std::function<std::chrono::nanoseconds()>;

/// `count` GETs of `body_bytes` replies by 100 coroutines in turn, without journal and JSON work.
WireFigures measure_transport(Transport transport, std::uint64_t count, std::size_t body_bytes,
                              const Stopwatch& stopwatch);

}  // namespace sim
