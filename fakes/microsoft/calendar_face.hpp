#pragma once
// A calendar as Graph shows it, and as requests describe it.
#include <string>
#include <string_view>
#include <variant>

#include "fakes/microsoft/directory_query.hpp"
#include "fakes/microsoft/mailbox.hpp"

namespace fakes::microsoft {

/// All its members, in the order of the answer.
Members members_of(const Mailbox& calendar);
/// The members of the calendar's object.
void put_calendar(std::string& out, const Mailbox& calendar);

/// `before` after a body; `anew`: the body makes a calendar and must name it.
std::variant<CalendarFace, Fault> read_calendar(std::string_view body, const CalendarFace& before, bool anew);

}  // namespace fakes::microsoft
