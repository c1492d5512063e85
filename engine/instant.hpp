#pragma once
// Time as the engine counts it; apart from the ports so that pure parts need nothing of Asio.
#include <chrono>

namespace engine {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;

}  // namespace engine
