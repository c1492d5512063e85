#pragma once
// Google Meet data as Calendar makes it (facts/google.md 5, conferenceData).
#include <string>
#include <string_view>

namespace fakes::google {

/// conferenceData (JSON text) of a created Meet room; `link` gets its address. The same request id gives the same room.
std::string meet_conference(std::string_view request_id, std::string& link);

}  // namespace fakes::google
