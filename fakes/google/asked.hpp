#pragma once
// What one list or instances request asks for, once its parameters are read. Private to the listing files.
#include <algorithm>
#include <tuple>

#include "fakes/google/limits.hpp"
#include "fakes/google/listing.hpp"

namespace fakes::google {

inline constexpr Seconds long_ago{std::chrono::sys_days{std::chrono::year{1970} / 1 / 1}};
/// Where expansions end that no timeMax bounds.
inline Seconds horizon(Instant now) { return std::chrono::floor<std::chrono::seconds>(now) + limits::expansion_horizon; }

struct Listing::Asked {
    int max_results = limits::default_page_events;
    bool single_events = false;
    bool show_deleted = false;
    bool by_start = false;
    bool by_updated = false;
    bool incremental = false;
    bool gives_sync_token = true;
    std::optional<Seconds> from, to, updated_min;
    std::string words, uid;
    std::vector<std::pair<std::string, std::string>> private_properties, shared_properties;
    std::vector<std::string> types;
    Shown shown;
    SyncMark since;
    std::optional<PageMark> page;
    std::uint64_t upto_change = 0;
    std::uint64_t parameters = 0;
    std::uint64_t reader = 0;
};

}  // namespace fakes::google
