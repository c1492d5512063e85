#pragma once
// The engine's own time zone look-up: Windows and IANA names, local date-times as providers write them.
#include <optional>
#include <string>
#include <string_view>

#include "engine/instant.hpp"

namespace engine::text {

/// Where a zone name is unknown there is no answer, never a guess.
bool is_known_zone(std::string_view zone_name);

/// IANA name of a Windows or IANA name ("Romance Standard Time" -> "Europe/Paris"), without regard to case for Windows
/// names; empty when unknown.
std::string iana_zone(std::string_view zone_name);

/// "2025-03-04T09:00:00.0000000" in a zone -> instant. A "Z" or "+02:00" in the text wins over the zone. A local time
/// in a gap takes the offset before the gap, one in an overlap is the first (RFC 5545 3.3.5). Fractions beyond
/// milliseconds are cut. Years 1900 to 2200 only.
std::optional<Instant> to_utc(std::string_view date_time, std::string_view zone_name);

/// "2025-03-04" at midnight in a zone -> instant: start of an all-day event (first moment of the day where midnight
/// does not exist).
std::optional<Instant> day_to_utc(std::string_view date, std::string_view zone_name);

/// What a clock in the zone shows then, as if it were UTC; the instant itself where the zone is unknown.
Instant wall_clock(Instant instant, std::string_view zone_name);

/// "2025-03-04T09:00:00.000Z", always milliseconds.
std::string utc_text(Instant instant);
void append_utc(std::string& out, Instant instant);

}  // namespace engine::text
