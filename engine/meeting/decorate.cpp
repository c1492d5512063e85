#include "engine/meeting/decorate.hpp"

#include "engine/policies.hpp"

namespace engine::meeting {

DecorateAnswer should_decorate(const DecorateQuestion& question, Instant now, const Policies& policies) {
    if (!question.has_keyword)
        return {false, DecorateReason::no_keyword, "not decorated: no keyword in the location"};
    if (question.is_cancelled) return {false, DecorateReason::cancelled, "not decorated: the event is cancelled"};
    if (!question.user_is_organizer)
        return {false, DecorateReason::not_organizer, "not decorated: this copy is not the organizer's"};
    if (question.shape == EventShape::occurrence || question.shape == EventShape::exception)
        return {false, DecorateReason::single_instance,
                "not decorated: a keyword on one instance of a series does not count"};
    if (question.own_record)
        return {false, DecorateReason::already_ours, "not decorated: the service has decorated it before"};
    if (question.has_webex_link)
        return {false, DecorateReason::has_webex_links, "not decorated: it already holds Webex join links"};
    if (!question.series_never_ends && question.end <= now)
        return {false, DecorateReason::in_the_past, "not decorated: it lies in the past"};
    if (question.invitees > policies.invitees_max)
        return {false, DecorateReason::too_many_invitees, "not decorated: more invitees than the service processes"};
    if (question.has_horizon && question.start > now + policies.decorate_ahead_microsoft)
        return {false, DecorateReason::too_far_ahead, "not decorated yet: too far ahead, looked at again daily"};
    return {true, DecorateReason::decorate, "to be decorated"};
}

}  // namespace engine::meeting
