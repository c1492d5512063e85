// Groups of the directory: invited, they bring their members; sharing with them and asking for their free/busy is about
// their members (developers.google.com/workspace/calendar/api: acl, freebusy; facts/google.md 6.10, 6.14).
#include <algorithm>

#include "fakes/google/calendars.hpp"
#include "fakes/google/limits.hpp"
#include "fakes/text.hpp"

namespace fakes::google {

void Calendars::set_groups(std::vector<GoogleGroup> groups) {
    for (GoogleGroup& each : groups) {
        each.address = lower(each.address);
        for (std::string& member : each.members) member = lower(member);
        std::string address = each.address;
        groups_.emplace(std::move(address), std::move(each));
    }
}

const GoogleGroup* Calendars::group(std::string_view address) const {
    const auto found = groups_.find(address);
    return found == groups_.end() ? nullptr : &found->second;
}

void Calendars::add_members(Event& event, const Calendar& organizer, const Event& known) const {
    if (groups_.empty()) return;
    const std::size_t given = event.attendees.size();
    for (std::size_t i = 0; i < given; ++i) {
        const GoogleGroup* invited = group(event.attendees[i].address);
        // Calendar help, "Invite groups": of large ones only the group itself is listed.
        if (invited == nullptr || invited->members.size() > limits::max_group_expansion) continue;
        if (event.attendees[i].name.empty()) event.attendees.edit()[i].name = invited->name;
        for (const std::string& member : invited->members) {
            if (member == organizer.id() || event.attendee(member) != nullptr) continue;
            const Attendee* before = known.attendee(member);
            Attendee fresh;
            fresh.address = member;
            fresh.by_group = true;
            event.attendees.push_back(before == nullptr ? std::move(fresh) : *before);
        }
    }
}

void Calendars::remove_with_members(Event& event, const std::string& address) const {
    std::erase_if(event.attendees.edit(), [&](const Attendee& a) { return a.address == address; });
    const GoogleGroup* left = group(address);
    if (left == nullptr) return;
    const auto holds = [](const GoogleGroup* one, const std::string& member) {
        return one != nullptr && std::find(one->members.begin(), one->members.end(), member) != one->members.end();
    };
    const std::vector<Attendee> still = event.attendees;
    std::erase_if(event.attendees.edit(), [&](const Attendee& a) {
        return a.by_group && holds(left, a.address) &&
               std::none_of(still.begin(), still.end(), [&](const Attendee& other) { return holds(group(other.address), a.address); });
    });
}

}  // namespace fakes::google
