// "Converged at the end": whatever happened on the way, every screen shows in the end what its calendar holds.
#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <algorithm>
#include <set>

#include "sim/judge/invariants.hpp"
#include "sim/scenario/policies.hpp"

namespace sim {
namespace {

constexpr auto edge = std::chrono::seconds(1);        // rows on the very edge of the window may be in or out

struct Row {
    Instant start;
    Instant end;
    std::string title;
    auto operator<=>(const Row&) const = default;
};

/// How far the window reaches by the story's policy, RETENTION where it has none.
std::chrono::milliseconds reach(const Trial& trial, const char* policy, std::chrono::days standard) {
    const auto set = trial.scenario.policies.find(policy);
    return set == trial.scenario.policies.end() ? standard : policy_duration(set->second);
}

bool listed(const fakes::SeenEvent& row, Provider provider, bool room) {
    if (row.cancelled) return false;
    // 3.2: who is invited by a distribution list only has the meeting once they said yes.
    if (row.by_group && row.own_response != fakes::Response::accepted && row.own_response != fakes::Response::tentative) return false;
    // facts/webex.md 3.2: a declined meeting leaves the list on Microsoft 365 and stays on Google; a room that declined is
    // not in the meeting at all (4.4).
    return row.own_response != fakes::Response::declined || (provider == Provider::google && !room);
}

/// All-day events float: Graph gives them as UTC midnights, a person sees them on those days in their own zone.
Instant floated(const Trial& trial, const std::string& key, const fakes::SeenEvent& row, Instant at) {
    if (!row.all_day || trial.provider != Provider::microsoft) return at;
    const auto person = trial.scenario.people.find(key);
    absl::TimeZone zone;
    const bool known = person != trial.scenario.people.end() && absl::LoadTimeZone(person->second.person.zone, &zone);
    if (!known && !absl::LoadTimeZone(trial.scenario.zone, &zone)) return at;
    const absl::CivilSecond midnight = absl::ToCivilSecond(absl::FromUnixMillis(at.time_since_epoch().count()), absl::UTCTimeZone());
    return Instant(std::chrono::milliseconds(absl::ToUnixMillis(absl::FromCivil(midnight, zone))));
}

bool active_at_end(const Trial& trial, const std::string& key, const ScenarioPerson& person) {
    bool active = person.activated;
    for (const Step& step : trial.scenario.story)
        if (const auto* act = std::get_if<Activate>(&step.act); act != nullptr && act->person == key) active = act->active;
    return active;
}

std::string row_text(const Trial& trial, const Row& row) {
    return "\"" + row.title + "\" " + local_text(trial.scenario, row.start);
}

void compare(const Trial& trial, const History& history, const std::string& who, const std::string& key, bool shared_device,
             std::vector<reports::Finding>& findings) {
    const Instant now = trial.scenario.end;
    const auto window_back = reach(trial, "window back", std::chrono::days(7));
    const auto window_ahead = reach(trial, "window ahead", std::chrono::days(31));
    const ScreenChange* screen = history.screens(who).at(now);
    std::multiset<Row> want;
    std::multiset<Row> tolerated;
    std::set<std::pair<std::string, Instant>> seen;  // what a desk and its guest both have is one row, the guest's
    const auto hold = [&](const std::string& owner, bool shared) {
        const CalendarChange* calendar = history.calendars(owner).at(now);
        if (calendar == nullptr) return;
        for (const fakes::SeenEvent& row : calendar->events) {
            if (!listed(row, trial.provider, shared) || (shared && seen.contains({row.uid, row.start}))) continue;
            if (!shared) seen.emplace(row.uid, row.start);
            Row one{floated(trial, owner, row, row.start), floated(trial, owner, row, row.end), shared && row.private_ ? "Scheduled meeting" : row.title};
            const bool inside = one.end > now - window_back + edge && one.start < now + window_ahead - edge;
            const bool near = one.end >= now - window_back - edge && one.start <= now + window_ahead + edge;
            if (inside) want.insert(std::move(one));
            else if (near) tolerated.insert(std::move(one));
        }
    };
    if (screen != nullptr && !screen->screen.guest.empty()) hold(screen->screen.guest, false);
    hold(key, shared_device);
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
        if (!active_at_end(trial, key, person)) continue;
        const StateChange* state = history.states(key).at(trial.scenario.end);
        if (state == nullptr || state->state != "ACTIVATED") continue;
        if (person.has_app && !person.person.is_room) compare(trial, history, "app " + key, key, false, findings);
        if (person.has_device) compare(trial, history, "device " + key, key, person.person.is_room, findings);
    }
    return findings;
}

}  // namespace sim
