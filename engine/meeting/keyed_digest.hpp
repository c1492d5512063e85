#pragma once
#include <string>
#include <string_view>

#include "engine/meeting/jwe.hpp"

namespace engine::meeting {

/// 32 bytes of HMAC-SHA256.
std::string keyed_digest(const Secret& key, std::string_view text);

}  // namespace engine::meeting
