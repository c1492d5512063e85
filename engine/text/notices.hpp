#pragma once
// What the service tells people by mail, in their language: counts in the language's plural forms, dates as it writes them.
#include <string>
#include <string_view>

#include "engine/instant.hpp"

namespace engine::text {

/// A keyword asked for a space, and more people are invited than a space takes.
struct SpaceLimit {
    int invitees = 0;
    int most = 0;
    Instant start{};
    std::string_view zone;  // of the reader's calendar; UTC when unknown
};

/// `tag`: a row of the join words (block_language); English for any other. Names neither people nor the meeting's title.
std::string space_limit_notice(const SpaceLimit& limit, std::string_view tag);

}  // namespace engine::text
