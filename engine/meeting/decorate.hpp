#pragma once
// Should join details be added to this event? Values in, a reason out (facts: webex 1.3 - 1.6).
#include <string_view>

#include "engine/instant.hpp"

namespace engine {
struct Policies;
}

namespace engine::meeting {

enum class EventShape { single, series_master, occurrence, exception };

struct DecorateQuestion {
    bool has_keyword = false;
    bool user_is_organizer = false;  // the user whose calendar this copy is in
    bool is_cancelled = false;
    EventShape shape = EventShape::single;
    Instant start{};                 // of the event; of the first occurrence for a series
    Instant end{};                   // of the event; of the last occurrence for a series
    bool series_never_ends = false;
    bool has_webex_link = false;     // text::has_webex_link of location and body
    bool own_record = false;         // our extended property or store says it is decorated
    int invitees = 0;
    bool has_horizon = false;        // the provider's far future is decorated late (facts: webex 1.5)
};

enum class DecorateReason {
    decorate,
    no_keyword,
    not_organizer,
    cancelled,
    single_instance,
    in_the_past,
    already_ours,
    has_webex_links,
    too_many_invitees,
    too_far_ahead,
};

struct DecorateAnswer {
    bool decorate = false;
    DecorateReason reason = DecorateReason::no_keyword;
    std::string_view sentence;  // for the log
};

DecorateAnswer should_decorate(const DecorateQuestion& question, Instant now, const Policies& policies);

}  // namespace engine::meeting
