#include "engine/meeting/presence.hpp"

#include <algorithm>

#include "engine/policies.hpp"
#include "engine/text/zone.hpp"

namespace engine::meeting {
namespace {

bool equal_lower(std::string_view text, std::string_view lower_case) {
    return text.size() == lower_case.size() &&
           std::equal(text.begin(), text.end(), lower_case.begin(),
                      [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b; });
}

// Beyond this a vacation responder has no end worth a timer: 31 December 9999, in epoch milliseconds.
constexpr std::int64_t kFarthestMs = 253'402'300'799'000;

std::optional<Instant> bounded(std::optional<std::int64_t> ms) {
    if (!ms || *ms <= 0 || *ms > kFarthestMs) return std::nullopt;
    return Instant(Duration(*ms));
}

}  // namespace

std::optional<AutomaticReplies> from_graph(std::string_view status, std::string_view start_date_time,
                                           std::string_view start_zone, std::string_view end_date_time,
                                           std::string_view end_zone) {
    AutomaticReplies replies;
    if (equal_lower(status, "disabled")) return replies;
    if (equal_lower(status, "alwaysenabled")) {
        replies.status = AutomaticReplies::Status::always;
        return replies;
    }
    if (!equal_lower(status, "scheduled")) return std::nullopt;
    replies.status = AutomaticReplies::Status::scheduled;
    replies.start = text::to_utc(start_date_time, start_zone);
    replies.end = text::to_utc(end_date_time, end_zone);
    if (!replies.start || !replies.end) return std::nullopt;
    return replies;
}

AutomaticReplies from_gmail(bool enabled, std::optional<std::int64_t> start_ms, std::optional<std::int64_t> end_ms) {
    AutomaticReplies replies;
    if (!enabled) return replies;
    replies.start = bounded(start_ms);
    replies.end = bounded(end_ms);
    replies.status = replies.start || replies.end ? AutomaticReplies::Status::scheduled
                                                  : AutomaticReplies::Status::always;
    return replies;
}

Away away_now(const AutomaticReplies& replies, Instant now, const Policies& policies) {
    Away answer;
    answer.look_again = now + policies.away_poll;
    if (replies.status == AutomaticReplies::Status::disabled) return answer;
    if (replies.status == AutomaticReplies::Status::scheduled) {
        if (replies.start && now < *replies.start) {
            // A reversed range never begins.
            if (!replies.end || *replies.start < *replies.end)
                answer.look_again = std::min(answer.look_again, *replies.start);
            return answer;
        }
        if (replies.end && now >= *replies.end) return answer;
        answer.until = replies.end;
    }
    answer.away = true;
    answer.ttl = policies.away_status_life;
    if (answer.until) {
        answer.ttl = std::min(answer.ttl, *answer.until - now);
        answer.look_again = std::min(answer.look_again, *answer.until);
    }
    return answer;
}

}  // namespace engine::meeting
