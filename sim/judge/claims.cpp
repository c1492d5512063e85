#include "sim/judge/claims.hpp"

#include <algorithm>
#include <set>

#include "sim/judge/telling.hpp"

namespace sim {
namespace {

using fakes::SeenEvent;
using fakes::ShownMeeting;

/// The meetings on a screen that are this event (and this occurrence, when one is named).
std::vector<const ShownMeeting*> meetings_of(const Trial& trial, const History& history, const ExpectButton& claim,
                                             const fakes::Screen& screen, Instant when) {
    std::vector<const ShownMeeting*> out;
    std::set<Instant> starts;
    bool known = false;
    for (const auto& [key, person] : trial.scenario.people)
        if (const SeenEvent* row = history.row(key, *claim.event, claim.occurrence, when); row != nullptr) {
            known = true;
            starts.insert(row->start);
        }
    for (const ShownMeeting& meeting : screen.meetings)
        if ((belongs_to(history, meeting, *claim.event) || (trial.scenario.recording && meeting.title == *claim.event)) && (!claim.occurrence || !known || starts.contains(meeting.start)))
            out.push_back(&meeting);
    return out;
}

Mismatch check(const Trial& trial, const History& history, const ExpectButton& claim, Instant when) {
    const ScreenChange* seen = history.screens(claim.who).at(when);
    static const fakes::Screen dark;
    const fakes::Screen& screen = seen == nullptr ? dark : seen->screen;
    Mismatch out;
    out.person = person_of(claim.who);
    const auto lit = [&](const std::string& id) { return std::ranges::find(screen.join_buttons, id) != screen.join_buttons.end(); };
    const auto describe_lit = [&] {
        if (screen.join_buttons.empty()) out.difference.push_back("shown: no Join button");
        for (const std::string& id : screen.join_buttons)
            for (const ShownMeeting& meeting : screen.meetings)
                if (meeting.id == id) out.difference.push_back("shown: Join button for " + summary(trial, meeting));
    };
    if (!claim.event) {
        if (claim.lit == screen.join_buttons.empty()) {
            out.title = claim.who + (claim.lit ? " shows no Join button" : " shows a Join button");
            describe_lit();
        }
    } else {
        const std::vector<const ShownMeeting*> meetings = meetings_of(trial, history, claim, screen, when);
        const bool any = std::ranges::any_of(meetings, [&](const ShownMeeting* meeting) { return lit(meeting->id); });
        if (any != claim.lit) {
            out.title = claim.who + (claim.lit ? " does not show the Join button for " : " shows the Join button for ") + *claim.event;
            if (meetings.empty()) out.difference.push_back(*claim.event + " is not in the list of " + claim.who);
            describe_lit();
        }
    }
    if (!out.title.empty()) {
        out.rule = "join-button";
        out.key = claim.lit ? "shows join button for" : "shows no join button for";
    }
    return out;
}

const char* word(fakes::Response response) {
    switch (response) {
        case fakes::Response::none: return "no response";
        case fakes::Response::accepted: return "accepted";
        case fakes::Response::tentative: return "tentative";
        case fakes::Response::declined: return "declined";
        case fakes::Response::organizer: return "organizer";
    }
    return "?";
}

Mismatch check(const Trial& trial, const History& history, const ExpectCalendar& claim, Instant when) {
    Mismatch out;
    out.person = claim.owner;
    const SeenEvent* row = history.row(claim.owner, claim.event, claim.occurrence, when);
    if (row == nullptr || claim.absent.has_value()) {
        const bool absent = claim.absent.value_or(false);
        if ((row == nullptr || row->cancelled) != absent) {
            out.rule = "calendar";
            out.title = "calendar of " + claim.owner + (absent ? " still has " : " does not have ") + claim.event;
            out.key = claim.absent ? "absent" : "event";
            if (row != nullptr)
                out.difference.push_back(std::string(absent ? "it is there: " : "it shows as cancelled: ") + told(row->title) + " " + local_text(trial.scenario, row->start));
            return out;
        }
        if (absent || row == nullptr) return out;
    }
    const std::string text = row->body_is_html ? visible_text(row->body) : row->body;
    const auto holds = [&](const std::string& wanted) {
        return text.find(wanted) != std::string::npos || row->body.find(wanted) != std::string::npos;
    };
    const auto differs = [&](const char* key, const char* member, const std::string& how) {
        if (out.key.empty()) out.key = key;
        out.difference.push_back(claim.event + "." + member + "  " + how);
    };
    const auto is_other = [&](const char* key, const std::string& wanted, const std::string& found) {
        differs(key, key, "expected " + wanted + ", is " + found);
    };
    for (const std::string& wanted : claim.body_contains)
        if (!holds(wanted)) differs("body contains", "body", "expected to contain " + told(wanted) + ", is " + told(text));
    for (const std::string& unwanted : claim.body_lacks)
        if (holds(unwanted))
            differs("body lacks", "body", "must not contain " + told(unwanted) + ", is " + told_around(text.find(unwanted) != std::string::npos ? text : row->body, unwanted));
    for (const std::string& wanted : claim.location_contains)
        if (row->location.find(wanted) == std::string::npos)
            differs("location contains", "location", "expected to contain " + told(wanted) + ", is " + told(row->location));
    if (claim.title && *claim.title != row->title) is_other("title", told(*claim.title), told(row->title));
    if (claim.location && *claim.location != row->location) is_other("location", told(*claim.location), told(row->location));
    if (claim.join_details) {
        const int count = join_block_count(row->body);
        if (count != *claim.join_details)
            differs("join details", "join details", "expected " + std::to_string(*claim.join_details) + " block(s), found " + std::to_string(count));
    }
    if (claim.response && *claim.response != row->own_response) is_other("response", word(*claim.response), word(row->own_response));
    if (claim.start && *claim.start != row->start)
        differs("starts", "start", "expected " + local_text(trial.scenario, *claim.start) + ", is " + local_text(trial.scenario, row->start));
    if (!out.difference.empty()) {
        out.rule = "calendar";
        out.title = claim.event + " in the calendar of " + claim.owner + " differs";
    }
    return out;
}

Mismatch check(const Trial&, const History& history, const ExpectPresence& claim, Instant when) {
    const PresenceChange* now = history.presence(claim.person).at(when);
    const std::string shown = now == nullptr ? "clear" : now->status;
    const auto named = [](const std::string& status) { return status == "ooo" ? std::string("out of office") : status == "clear" ? std::string("available") : status; };
    Mismatch out;
    if (shown == claim.status) return out;
    out.person = claim.person;
    out.rule = "presence";
    out.key = "is";
    out.title = "presence of " + claim.person + " is " + (claim.status == "ooo" ? "not out of office" : named(shown));
    out.difference.push_back("expected " + named(claim.status) + ", shown " + (now == nullptr ? "nothing" : named(shown)));
    return out;
}

Mismatch check(const Trial&, const History& history, const ExpectNotices& claim, Instant when) {
    const NoticeMailed* mail = history.notices(claim.person).at(when);
    const int count = mail == nullptr ? 0 : static_cast<int>(mail->texts.size());
    const std::string last = count == 0 ? std::string() : mail->texts.back();
    Mismatch out;
    if (claim.count && *claim.count != count)
        out.difference.push_back("expected " + std::to_string(*claim.count) + " notice(s), mailed " + std::to_string(count));
    for (const std::string& wanted : claim.contains)
        if (last.find(wanted) == std::string::npos)
            out.difference.push_back("expected to contain " + told(wanted) + ", is " + told(last));
    if (out.difference.empty()) return out;
    out.person = claim.person;
    out.key = claim.count && *claim.count != count ? "how many" : "contain";
    out.rule = "notices";
    out.title = "notices to " + claim.person + " differ";
    return out;
}

Mismatch check(const Trial&, const History& history, const ExpectState& claim, Instant when) {
    const StateChange* now = history.states(claim.person).at(when);
    Mismatch out;
    if (now != nullptr && now->state == "NOT_ACTIVATED" && claim.state.empty()) now = nullptr;
    const bool same_reason = claim.reason.empty() || (now != nullptr && now->reason == claim.reason);
    if ((now == nullptr ? claim.state.empty() : now->state == claim.state) && same_reason) return out;
    out.person = claim.person;
    out.rule = "status";
    out.title = "status of " + claim.person + " is " + (now == nullptr ? "not reported" : now->state);
    if (!same_reason) out.difference.push_back("reason  expected " + claim.reason);
    out.key = same_reason ? "is" : "reason";
    out.difference.push_back("expected " + (claim.state.empty() ? "nothing" : claim.state) + ", is " + (now == nullptr ? "nothing" : now->state) + (now != nullptr && !now->reason.empty() ? ", reason given: " + now->reason : ""));
    return out;
}

Mismatch check(const Trial&, const History& history, const ExpectAnswer& claim, Instant when) {
    const ScreenChange* seen = history.screens(claim.device).at(when);
    const fakes::ShownAnswer* said = nullptr;
    if (seen != nullptr)
        for (const fakes::ShownAnswer& one : seen->screen.answers)
            if (one.event == claim.event && (claim.to.empty() || one.to == claim.to)) said = &one;
    Mismatch out;
    if (said != nullptr && said->state == claim.state && (claim.cause.empty() || said->cause == claim.cause)) return out;
    out.person = person_of(claim.device);
    out.rule = "device-answer";
    out.key = said != nullptr && said->state == claim.state ? "because" : "is";
    out.title = claim.device + " says " + (said == nullptr ? "nothing" : said->state + (said->cause.empty() ? "" : " (" + said->cause + ")")) + " about the " +
                (claim.to.empty() ? "request" : claim.to) + " of " + claim.event;
    out.difference.push_back("expected " + claim.state + (claim.cause.empty() ? "" : " (" + claim.cause + ")"));
    return out;
}

Mismatch check(const Trial& trial, const History& history, const ExpectList& claim, Instant when) { return check_list(trial, history, claim, when); }
Mismatch check(const Trial&, const History& history, const ExpectProvisioning& claim, Instant when) {
    return check_provisioning(history, claim, when);
}
Mismatch check(const Trial&, const History& history, const ExpectTenant& claim, Instant when) { return check_tenant(history, claim, when); }
Mismatch check(const Trial& trial, const History& history, const ExpectStored& claim, Instant when) {
    return check_stored(trial, history, claim, when);
}

Mismatch check(const Trial& trial, const History& history, const ExpectPlace& claim, Instant when) {
    return check_place(trial, history, claim, when);
}

Mismatch check(const Trial&, const History&, const ExpectCalls&, Instant) {
    return {};
}

}  // namespace

Mismatch check_claim(const Trial& trial, const History& history, const Claim& claim, Instant when) {
    return std::visit([&](const auto& one) { return check(trial, history, one, when); }, claim);
}

Mismatch calls_between(const Trial& trial, const History& history, const ExpectCalls& claim, Instant from, Instant to) {
    int count = 0;
    std::map<std::string, int> by_kind;
    for (const Exchange* exchange : history.exchanges()) {
        if (exchange->from != "engine" || exchange->sent < from || exchange->sent > to) continue;
        if (!claim.operation.empty() && exchange->operation != claim.operation) continue;
        if (!claim.person.empty() && exchange->person != claim.person) continue;
        const bool calendar = exchange->to == "graph" || exchange->to == "google" || exchange->to == "gmail";
        const bool token = exchange->to == "entra" || exchange->to == "google-token";
        const bool matches = claim.to.empty() || claim.to == "anything" || claim.to == exchange->to ||
                             (claim.to == "calendar" && calendar) || (claim.to == "token" && token);
        if (!matches) continue;
        ++count;
        ++by_kind[exchange->operation.empty() ? exchange->to + " " + exchange->method : exchange->operation];
    }
    Mismatch out;
    if ((!claim.at_least || count >= *claim.at_least) && (!claim.at_most || count <= *claim.at_most)) return out;
    out.rule = "calls";
    out.key = claim.at_least == claim.at_most ? "exactly" : claim.at_most && count > *claim.at_most ? "at most" : "at least";
    out.person = claim.person;
    out.title = "the engine made " + std::to_string(count) + " calls";
    std::string wanted = "expected";
    if (claim.at_least) wanted += " at least " + std::to_string(*claim.at_least);
    if (claim.at_most) wanted += std::string(claim.at_least ? " and" : "") + " at most " + std::to_string(*claim.at_most);
    out.difference.push_back(wanted + " between " + local_text(trial.scenario, from) + " and " + local_text(trial.scenario, to));
    for (const auto& [kind, calls] : by_kind) out.difference.push_back("  " + std::to_string(calls) + " x " + kind);
    return out;
}

}  // namespace sim
