#include "sim/scenario/other_words.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "sim/scenario/diagnostic.hpp"

namespace sim {
namespace {

// A word stands once for each place where it means something else: the first that is among the candidates counts.
// Names of Graph's events, of Google's, of iCalendar's, and of the buttons of both calendars.
constexpr std::pair<std::string_view, std::string_view> other_words[] = {
    {"subject", "title"},          {"summary", "title"},          {"name", "title"},             {"attendees", "invites"},
    {"attendees", "who"},          {"participants", "invites"},   {"participants", "who"},       {"guests", "invites"},
    {"guests", "who"},             {"invitees", "invites"},       {"invitees", "who"},           {"people", "who"},
    {"description", "body"},       {"description", "body contains"}, {"notes", "body"},             {"content", "body"},
    {"text", "body"},              {"text", "message"},           {"body", "body contains"},     {"start", "when"},
    {"starts", "when"},            {"begin", "when"},             {"time", "when"},              {"time", "at"},
    {"date", "when"},              {"date", "at"},                {"when", "at"},                {"to", "when"},
    {"at", "when"},                {"duration", "when"},          {"recurrence", "repeats"},     {"rrule", "repeats"},
    {"recurring", "repeats"},      {"timezone", "zone"},          {"time zone", "zone"},         {"tz", "zone"},
    {"type", "kind"},              {"locale", "language"},        {"room", "location"},          {"place", "location"},
    {"where", "location"},         {"status", "shows as"},        {"availability", "shows as"},  {"transparency", "shows as"},
    {"visibility", "sensitivity"}, {"privacy", "sensitivity"},    {"id", "event"},               {"meeting", "event"},
    {"instance", "occurrence"},    {"address", "email"},          {"policies", "policy"},        {"settings", "policy"},
    {"users", "people"},           {"steps", "story"},            {"assert", "expect"},          {"then", "expect"},
    {"shows", "lists"},            {"sees", "lists"},             {"contains", "lists"},
    // acts
    {"adds", "creates"},           {"books", "creates"},          {"schedules", "creates"},      {"makes", "creates"},
    {"reschedules", "moves"},      {"postpones", "moves"},        {"deletes", "cancels"},        {"edits", "changes"},
    {"updates", "changes"},        {"modifies", "changes"},       {"renames", "changes"},        {"rejects", "declines"},
    {"refuses", "declines"},       {"confirms", "accepts"},       {"logs in", "signs in"},       {"removes invitee", "uninvites"}};

}  // namespace

std::optional<std::string> word_meant(std::string_view word, std::span<const std::string> candidates) {
    for (const auto& [said, meant] : other_words)
        if (said == word && std::ranges::find(candidates, meant) != candidates.end()) return std::string(meant);
    if (auto near = did_you_mean(word, candidates)) return near;
    // `list of ben` for `meeting list of ben`
    const std::string tail = " " + std::string(word);
    const auto ends = std::ranges::find_if(candidates, [&](const std::string& candidate) { return word.size() >= 4 && candidate.ends_with(tail); });
    return ends == candidates.end() ? std::nullopt : std::optional(*ends);
}

}  // namespace sim
