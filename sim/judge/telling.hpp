#pragma once
// Words that findings about screens and calendars share.
#include <string>

#include "sim/judge/history.hpp"
#include "sim/judge/judge.hpp"

namespace sim {

/// In quotes, at most 160 letters of it, control characters and direction marks spelt out: "a\u001b[2J".
std::string told(std::string_view text);
/// The same around the first place of `part`, so that a long body shows what it is about.
std::string told_around(std::string_view text, std::string_view part);
/// "Planning" 2026-03-02 10:00 Europe/Warsaw, 60 min
std::string summary(const Trial& trial, const fakes::ShownMeeting& meeting);
/// Whose screen: "app ben" -> "ben".
std::string person_of(std::string_view screen);
/// Whether the meeting is the scenario's event, or an occurrence of it.
bool belongs_to(const History& history, const fakes::ShownMeeting& meeting, const std::string& event);

}  // namespace sim
