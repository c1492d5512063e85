#pragma once
// Automatic replies of both providers -> away or not, until when, and when to look again (OOO-PRESENCE; facts: webex 5).
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/instant.hpp"

namespace engine {
struct Policies;
}

namespace engine::meeting {

struct AutomaticReplies {
    enum class Status { disabled, always, scheduled };
    Status status = Status::disabled;
    std::optional<Instant> start, end;  // used when scheduled; an open side has no bound
};

/// Graph automaticRepliesSetting: status "disabled", "alwaysEnabled", "scheduled" in any letter case; date-times with
/// Windows or IANA zones. Nothing when a scheduled time cannot be read: the caller then keeps what it knew.
std::optional<AutomaticReplies> from_graph(std::string_view status, std::string_view start_date_time,
                                           std::string_view start_zone, std::string_view end_date_time,
                                           std::string_view end_zone);

/// Gmail vacation settings; times in epoch milliseconds, absent when unset. The end is exclusive.
AutomaticReplies from_gmail(bool enabled, std::optional<std::int64_t> start_ms, std::optional<std::int64_t> end_ms);

struct Away {
    bool away = false;
    std::optional<Instant> until;  // when away has a known end
    Duration ttl{};                // life of the status to post: to the end, at most away_status_life; 0 when not away
    Instant look_again{};          // next poll, or earlier when the schedule begins or ends before it
};

Away away_now(const AutomaticReplies& replies, Instant now, const Policies& policies);

}  // namespace engine::meeting
