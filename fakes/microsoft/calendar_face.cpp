#include "fakes/microsoft/calendar_face.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "fakes/microsoft/reading.hpp"

namespace fakes::microsoft {
namespace {

using nlohmann::json;
using namespace reading;

// Graph docs, "calendarColor values".
constexpr std::array<std::string_view, 11> colors = {"auto",      "lightBlue", "lightGreen", "lightOrange", "lightGray", "lightYellow",
                                                      "lightTeal", "lightPink", "lightBrown", "lightRed",    "maxColor"};

// Members that a body may hold and that stay as they are.
constexpr std::array<std::string_view, 13> fixed = {"id", "changeKey", "canShare", "canViewPrivateItems", "canEdit", "allowedOnlineMeetingProviders", "defaultOnlineMeetingProvider",
                                                     "isTallyingResponses", "isRemovable", "owner", "isDefaultCalendar", "isShared", "isSharedWithMe"};

}  // namespace

Members members_of(const Mailbox& calendar) {
    const char* home = calendar.is_default() ? "true" : "false";
    std::string owner = "{";
    put_member(owner, "name", calendar.owner().name);
    put_member(owner, "address", calendar.owner().address);
    return {{"id", json_text(calendar_id(calendar.ids()))},
            {"name", json_text(calendar.face.name)},
            {"color", json_text(calendar.face.color)},
            {"hexColor", json_text(calendar.face.hex)},
            {"isDefaultCalendar", home},
            {"changeKey", json_text(change_key(calendar.ids(), calendar.face.change))},
            {"canShare", "true"},
            {"canViewPrivateItems", "true"},
            {"canEdit", "true"},
            {"allowedOnlineMeetingProviders", "[\"teamsForBusiness\"]"},
            {"defaultOnlineMeetingProvider", "\"teamsForBusiness\""},
            {"isTallyingResponses", home},
            {"isRemovable", calendar.is_default() ? "false" : "true"},
            {"owner", owner + "}"}};
}

void put_calendar(std::string& out, const Mailbox& calendar) {
    const Members members = members_of(calendar);
    put_selected(out, members, members.size(), {}, "microsoft.graph.calendar");
}

std::variant<CalendarFace, Fault> read_calendar(std::string_view body, const CalendarFace& before, bool anew) {
    try {
        CalendarFace out = before;
        if (anew) out.name.clear();
        const json value = parsed(body);
        for (const auto& [name, member] : value.items()) {
            if (name == "name") {
                out.name = text(member);
                if (out.name.size() > limits::calendar_name_bytes) refuse(errors::property_invalid("The name of a calendar is too long."));
            } else if (name == "hexColor") {
                out.hex = text(member).substr(0, 16);
            } else if (name == "color") {
                const std::string given = text(member);
                const auto known = std::find_if(colors.begin(), colors.end(), [&](std::string_view each) { return same_text(each, given); });
                if (known == colors.end()) refuse(errors::bad_literal(given.substr(0, 80), "microsoft.graph.calendarColor"));
                out.color = *known;
            } else if (std::find(fixed.begin(), fixed.end(), std::string_view(name)) == fixed.end() && !annotation(name)) {
                refuse(errors::unknown_property(name.substr(0, 80), "microsoft.graph.calendar"));
            }
        }
        if (out.name.empty()) refuse(errors::property_invalid("A calendar has a name."));
        return out;
    } catch (Refused& refused) {
        return std::move(refused.fault);
    }
}

}  // namespace fakes::microsoft
