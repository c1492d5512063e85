#include "engine/meeting/should_list.hpp"

#include "engine/policies.hpp"

namespace engine::meeting {

ListAnswer should_list(const ListQuestion& question, const Policies& policies) {
    if (question.is_deleted) return {false, ListReason::deleted, "not listed: deleted"};
    if (question.is_cancelled) return {false, ListReason::cancelled, "not listed: cancelled"};
    const bool keeps_declined = question.is_room                          ? policies.list_declined_rooms
                                : question.provider == Provider::google ? policies.list_declined_google
                                                                        : policies.list_declined_microsoft;
    if (question.response == Response::declined && !keeps_declined)
        return {false, ListReason::declined, "not listed: the user declined"};
    const bool said_yes = question.response == Response::accepted || question.response == Response::tentative;
    if (question.by_group && !said_yes && !policies.list_group_invitations)
        return {false, ListReason::by_group, "not listed: invited by a distribution list, and not answered"};
    if (question.show_as == ShowAs::free && !policies.list_free)
        return {false, ListReason::free, "not listed: shown as free"};
    if (question.invitees > policies.invitees_max)
        return {false, ListReason::too_many_invitees, "not listed: more invitees than the service processes"};
    return {true, ListReason::listed, "listed"};
}

}  // namespace engine::meeting
