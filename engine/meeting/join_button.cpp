#include "engine/meeting/join_button.hpp"

#include <algorithm>

#include "engine/policies.hpp"

namespace engine::meeting {

Buttons join_buttons(std::span<const Joinable> meetings, Instant now, const Policies& policies) {
    Buttons buttons;
    std::vector<const Joinable*> lit;
    const auto look_at = [&](Instant when) {
        if (when > now && (!buttons.look_again || when < *buttons.look_again)) buttons.look_again = when;
    };
    for (const Joinable& meeting : meetings) {
        const Instant from = meeting.start - policies.join_lead;
        const Instant until = meeting.end + policies.join_tail;
        if (until <= from) continue;
        if (from <= now && now < until) lit.push_back(&meeting);
        look_at(from > now ? from : until);
    }
    std::sort(lit.begin(), lit.end(), [](const Joinable* a, const Joinable* b) {
        return a->start != b->start ? a->start < b->start : a->id < b->id;
    });
    for (const Joinable* meeting : lit) buttons.lit.push_back(meeting->id);
    return buttons;
}

bool app_may_join(const AppButtonQuestion& question, const Policies& policies) {
    if (question.is_space && question.people > policies.space_button_people_max) return false;
    if (question.ours) return true;
    if (question.several_links_in_body && !policies.button_of_several_links) return false;
    return !question.foreign_sip_in_location_only || policies.button_of_sip_in_location;
}

}  // namespace engine::meeting
