// "Converged at the end": whatever happened on the way, every screen shows in the end what its calendar holds.
#include <algorithm>
#include <set>

#include "sim/judge/invariants.hpp"

namespace sim {
namespace {

constexpr auto window_back = std::chrono::days(7);    // RETENTION
constexpr auto window_ahead = std::chrono::days(31);  // RETENTION
constexpr auto edge = std::chrono::seconds(1);        // rows on the very edge of the window may be in or out

struct Row {
    Instant start;
    Instant end;
    std::string title;
    auto operator<=>(const Row&) const = default;
};

bool listed(const fakes::SeenEvent& row, Provider provider) {
    if (row.cancelled) return false;
    // facts/webex.md 3.2: a declined meeting leaves the list on Microsoft 365 and stays on Google.
    return row.own_response != fakes::Response::declined || provider == Provider::google;
}

std::string row_text(const Trial& trial, const Row& row) {
    return "\"" + row.title + "\" " + local_text(trial.scenario, row.start);
}

void compare(const Trial& trial, const History& history, const std::string& who, const std::string& key, bool shared_device,
             std::vector<reports::Finding>& findings) {
    const Instant now = trial.scenario.end;
    const CalendarChange* calendar = history.calendars(key).at(now);
    const ScreenChange* screen = history.screens(who).at(now);
    std::multiset<Row> want;
    std::multiset<Row> tolerated;
    if (calendar != nullptr)
        for (const fakes::SeenEvent& row : calendar->events) {
            if (!listed(row, trial.provider)) continue;
            Row one{row.start, row.end, shared_device && row.private_ ? "Scheduled meeting" : row.title};
            const bool inside = row.end > now - window_back + edge && row.start < now + window_ahead - edge;
            const bool near = row.end >= now - window_back - edge && row.start <= now + window_ahead + edge;
            if (inside) want.insert(std::move(one));
            else if (near) tolerated.insert(std::move(one));
        }
    std::vector<std::string> difference;
    if (screen != nullptr)
        for (const fakes::ShownMeeting& meeting : screen->screen.meetings) {
            const Row one{meeting.start, meeting.start + std::chrono::minutes(meeting.duration_minutes), meeting.title};
            if (const auto found = want.find(one); found != want.end()) want.erase(found);
            else if (!tolerated.contains(one)) difference.push_back("+ shown, not in the calendar  " + row_text(trial, one));
        }
    for (const Row& row : want) difference.push_back("- in the calendar, not shown  " + row_text(trial, row));
    if (difference.empty()) return;
    if (difference.size() > 8) difference.resize(8);
    reports::Finding finding = general_finding(trial, "converged at the end", "LIST-APP, LIST-DEVICE",
                                               who + " does not show at the end what the calendar of " + key + " holds");
    finding.difference = std::move(difference);
    finding.why = history.last_exchanges(key, now, 4);
    findings.push_back(std::move(finding));
}

}  // namespace

std::vector<reports::Finding> check_converged(const Trial& trial) {
    const History history(trial.journal);
    std::vector<reports::Finding> findings;
    if (trial.scenario.recording) return findings;  // no calendar of ours stands behind a recording
    for (const auto& [key, person] : trial.scenario.people) {
        const StateChange* state = history.states(key).at(trial.scenario.end);
        if (state == nullptr || state->state != "ACTIVATED") continue;
        if (person.has_app && !person.person.is_room) compare(trial, history, "app " + key, key, false, findings);
        if (person.has_device) compare(trial, history, "device " + key, key, person.person.is_room, findings);
    }
    return findings;
}

}  // namespace sim
