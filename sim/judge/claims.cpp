#include "sim/judge/claims.hpp"

#include <algorithm>
#include <set>

namespace sim {
namespace {

using fakes::SeenEvent;
using fakes::ShownMeeting;

std::string quoted(const std::string& text) {
    return "\"" + (text.size() > 160 ? text.substr(0, 157) + "..." : text) + "\"";
}

std::string summary(const Trial& trial, const ShownMeeting& meeting) {
    std::string out = quoted(meeting.title) + " " + local_text(trial.scenario, meeting.start) + ", " +
                      std::to_string(meeting.duration_minutes) + " min";
    if (!meeting.unreadable.empty()) out += " (unreadable: " + meeting.unreadable + ")";
    return out;
}

std::string summary(const Trial& trial, const ExpectedMeeting& meeting) {
    std::string out = meeting.title ? quoted(*meeting.title) : meeting.event ? "event " + *meeting.event : "a meeting";
    if (meeting.start) out += " " + local_text(trial.scenario, *meeting.start);
    return out;
}

const std::string& person_of(const std::string& who, std::string& buffer) {
    buffer = who.substr(who.find(' ') + 1);
    return buffer;
}

/// Exchange writes the day of an occurrence into bytes 16 to 19 of its id when the series is not in the calendar; without
/// it the id is that of the series (MS-OXOCAL 2.2.1.27 and 2.2.1.28).
std::string without_day(const std::string& uid) {
    constexpr std::string_view exchange = "040000008200E00074C5B7101A82E008";  // the class id, 16 bytes in hex
    constexpr std::size_t day_digits = 8;
    std::string clean = uid;
    if (uid.starts_with(exchange) && uid.size() >= exchange.size() + day_digits)
        clean.replace(exchange.size(), day_digits, day_digits, '0');
    return clean;
}

bool belongs_to(const History& history, const ShownMeeting& meeting, const std::string& event) {
    const std::string uid = without_day(history.uid_of(event));
    return !uid.empty() && (without_day(meeting.series_id) == uid || without_day(meeting.id) == uid);
}

std::string response_word(const std::string& wire) {
    static const std::map<std::string, std::string> words = {{"ORGANIZER", "organizer"},   {"ACCEPTED", "accepted"},
                                                             {"DECLINED", "declined"},     {"TENTATIVE", "tentative"},
                                                             {"NO_RESPONSE", "no response"}};
    const auto found = words.find(wire);
    return found == words.end() ? wire : found->second;
}

/// Differences between one expected and one shown meeting, each headed by `path`.
std::vector<std::string> compare(const Trial& trial, const History& history, const ExpectedMeeting& expected,
                                 const ShownMeeting& shown, const std::string& path) {
    std::vector<std::string> out;
    const auto text = [&](const char* member, const std::optional<std::string>& want, const std::string& have) {
        if (want && *want != have)
            out.push_back(path + "." + member + "  expected " + quoted(*want) + ", shown " + quoted(have));
    };
    if (!shown.unreadable.empty()) out.push_back(path + "  unreadable: " + shown.unreadable);
    text("title", expected.title, shown.title);
    text("location", expected.location, shown.location);
    text("notes", expected.notes, shown.notes);
    text("sensitivity", expected.sensitivity, shown.sensitivity);
    if (expected.organizer) {
        const auto known = trial.scenario.people.find(*expected.organizer);
        const std::string address = known == trial.scenario.people.end() ? *expected.organizer : known->second.person.address;
        if (shown.organizer_address != address && shown.organizer_name != address)
            out.push_back(path + ".organizer  expected " + quoted(address) + ", shown " + quoted(shown.organizer_address));
    }
    if (expected.notes_contain && shown.notes.find(*expected.notes_contain) == std::string::npos)
        out.push_back(path + ".notes  expected to contain " + quoted(*expected.notes_contain) + ", shown " + quoted(shown.notes));
    if (expected.event && !belongs_to(history, shown, *expected.event))
        out.push_back(path + "  is not event " + *expected.event);
    if (expected.start && *expected.start != shown.start)
        out.push_back(path + ".start  expected " + local_text(trial.scenario, *expected.start) + ", shown " +
                      local_text(trial.scenario, shown.start));
    const Instant shown_end = shown.start + std::chrono::minutes(shown.duration_minutes);
    if (expected.end && *expected.end != shown_end)
        out.push_back(path + ".end  expected " + local_text(trial.scenario, *expected.end) + ", shown " +
                      local_text(trial.scenario, shown_end));
    if (expected.all_day && *expected.all_day != shown.all_day)
        out.push_back(path + ".all day  expected " + std::string(*expected.all_day ? "yes" : "no") + ", shown " +
                      (shown.all_day ? "yes" : "no"));
    const bool joinable = !shown.join_url.empty() || !shown.join_uri.empty();
    if (expected.joinable && *expected.joinable != joinable)
        out.push_back(path + ".joins  expected " + std::string(*expected.joinable ? "something to join" : "nothing") +
                      ", shown " + (joinable ? quoted(shown.join_url.empty() ? shown.join_uri : shown.join_url) : "nothing"));
    if (expected.joins) {
        const std::string want = resolve_join(trial, history, *expected.joins);
        const bool family = want.ends_with('*');
        const std::string stem = family ? want.substr(0, want.size() - 1) : want;
        // meetingJoinURI is an address without a scheme (facts of the published item form).
        const std::string address = stem.starts_with("sip:") ? stem.substr(4) : stem;
        const auto same = [&](const std::string& have) { return family ? have.starts_with(stem) : have == stem || have == address; };
        if (!same(shown.join_url) && !same(shown.join_uri))
            out.push_back(path + ".joins  expected " + quoted(want) + ", shown " +
                          (joinable ? quoted(shown.join_url) + " / " + quoted(shown.join_uri) : "nothing"));
    }
    if (expected.participants) {
        std::map<std::string, std::string> want;
        for (const auto& [who, response] : *expected.participants) {
            const auto known = trial.scenario.people.find(who);
            want[known == trial.scenario.people.end() ? who : known->second.person.address] = response;
        }
        std::map<std::string, std::string> have;
        for (const fakes::ShownParticipant& participant : shown.participants)
            have[participant.address] = response_word(participant.response);
        for (const auto& [address, response] : want) {
            const auto found = have.find(address);
            if (found == have.end()) out.push_back(path + ".participants  missing " + address);
            else if (!response.empty() && found->second != response)
                out.push_back(path + ".participants  " + address + ": expected " + response + ", shown " + found->second);
        }
        for (const auto& [address, response] : have)
            if (!want.contains(address)) out.push_back(path + ".participants  unexpected " + address);
    }
    return out;
}

/// Pairs expected with shown meetings: equal ones first, then those most alike, so that differences are small.
std::vector<std::string> compare_lists(const Trial& trial, const History& history, const ExpectList& claim,
                                       const std::vector<ShownMeeting>& shown) {
    std::vector<bool> used(shown.size(), false);
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < claim.meetings.size(); ++i) {
        bool found = false;
        for (std::size_t k = 0; k < shown.size() && !found; ++k)
            if (!used[k] && compare(trial, history, claim.meetings[i], shown[k], "").empty()) used[k] = found = true;
        if (!found) open.push_back(i);
    }
    std::vector<std::string> out;
    for (const std::size_t i : open) {
        const ExpectedMeeting& expected = claim.meetings[i];
        std::optional<std::size_t> nearest;
        std::vector<std::string> least;
        for (std::size_t k = 0; k < shown.size(); ++k) {
            const bool alike = (expected.title && *expected.title == shown[k].title) || (expected.start && *expected.start == shown[k].start) ||
                               (expected.event && belongs_to(history, shown[k], *expected.event));
            if (used[k] || !alike) continue;
            std::vector<std::string> rows = compare(trial, history, expected, shown[k], "[" + std::to_string(i) + "]");
            if (!nearest || rows.size() < least.size()) {
                nearest = k;
                least = std::move(rows);
            }
        }
        if (nearest) {
            used[*nearest] = true;
            out.insert(out.end(), least.begin(), least.end());
        } else {
            out.push_back("- missing     " + summary(trial, expected));
        }
    }
    if (claim.mode == ExpectList::Mode::is && !claim.rest_ignored)
        for (std::size_t k = 0; k < shown.size(); ++k)
            if (!used[k]) out.push_back("+ unexpected  " + summary(trial, shown[k]));
    return out;
}

Mismatch check(const Trial& trial, const History& history, const ExpectList& claim, Instant when) {
    static const std::vector<ShownMeeting> nothing;
    const ScreenChange* screen = history.screens(claim.who).at(when);
    const std::vector<ShownMeeting>& shown = screen == nullptr ? nothing : screen->screen.meetings;
    Mismatch out;
    std::string buffer;
    out.person = person_of(claim.who, buffer);
    switch (claim.mode) {
        case ExpectList::Mode::is:
        case ExpectList::Mode::includes: out.difference = compare_lists(trial, history, claim, shown); break;
        case ExpectList::Mode::excludes:
            for (const ExpectedMeeting& unwanted : claim.meetings)
                for (const ShownMeeting& meeting : shown)
                    if (compare(trial, history, unwanted, meeting, "").empty())
                        out.difference.push_back("+ unexpected  " + summary(trial, meeting));
            break;
        case ExpectList::Mode::is_empty:
            for (const ShownMeeting& meeting : shown) out.difference.push_back("+ unexpected  " + summary(trial, meeting));
            break;
        case ExpectList::Mode::count:
            if (static_cast<int>(shown.size()) != claim.count) {
                out.difference.push_back("expected " + std::to_string(claim.count) + " meetings, shown " + std::to_string(shown.size()));
                for (const ShownMeeting& meeting : shown) out.difference.push_back("  shown " + summary(trial, meeting));
            }
            break;
    }
    if (!out.difference.empty()) {
        out.rule = "meeting-list";
        out.title = "meeting list of " + claim.who + " differs";
    }
    if (out.holds() && claim.golden) return check_golden(trial, history, claim, when);
    return out;
}

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
    std::string buffer;
    out.person = person_of(claim.who, buffer);
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
    if (!out.title.empty()) out.rule = "join-button";
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
    if (row == nullptr || claim.absent) {
        if ((row == nullptr || row->cancelled) != claim.absent) {
            out.rule = "calendar";
            out.title = "calendar of " + claim.owner + (claim.absent ? " still has " : " does not have ") + claim.event;
        }
        return out;
    }
    const std::string path = claim.event;
    const std::string text = row->body_is_html ? visible_text(row->body) : row->body;
    const auto holds = [&](const std::string& wanted) {
        return text.find(wanted) != std::string::npos || row->body.find(wanted) != std::string::npos;
    };
    for (const std::string& wanted : claim.body_contains)
        if (!holds(wanted)) out.difference.push_back(path + ".body  expected to contain " + quoted(wanted) + ", is " + quoted(text));
    for (const std::string& unwanted : claim.body_lacks)
        if (holds(unwanted)) out.difference.push_back(path + ".body  contains " + quoted(unwanted));
    for (const std::string& wanted : claim.location_contains)
        if (row->location.find(wanted) == std::string::npos)
            out.difference.push_back(path + ".location  expected to contain " + quoted(wanted) + ", is " + quoted(row->location));
    if (claim.title && *claim.title != row->title)
        out.difference.push_back(path + ".title  expected " + quoted(*claim.title) + ", is " + quoted(row->title));
    if (claim.location && *claim.location != row->location)
        out.difference.push_back(path + ".location  expected " + quoted(*claim.location) + ", is " + quoted(row->location));
    if (claim.join_details) {
        const int count = join_block_count(row->body);
        if (count != *claim.join_details)
            out.difference.push_back(path + ".join details  expected " + std::to_string(*claim.join_details) + " block(s), found " + std::to_string(count));
    }
    if (claim.response && *claim.response != row->own_response)
        out.difference.push_back(path + ".response  expected " + std::string(word(*claim.response)) + ", is " + word(row->own_response));
    if (claim.start && *claim.start != row->start)
        out.difference.push_back(path + ".start  expected " + local_text(trial.scenario, *claim.start) + ", is " + local_text(trial.scenario, row->start));
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
            out.difference.push_back("expected to contain " + quoted(wanted) + ", is " + quoted(last));
    if (out.difference.empty()) return out;
    out.person = claim.person;
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
    out.difference.push_back("expected " + (claim.state.empty() ? "nothing" : claim.state) + (now != nullptr && !now->reason.empty() ? ", reason given: " + now->reason : ""));
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
    std::string buffer;
    out.person = person_of(claim.device, buffer);
    out.rule = "device-answer";
    out.title = claim.device + " says " + (said == nullptr ? "nothing" : said->state + (said->cause.empty() ? "" : " (" + said->cause + ")")) + " about the " +
                (claim.to.empty() ? "request" : claim.to) + " of " + claim.event;
    out.difference.push_back("expected " + claim.state + (claim.cause.empty() ? "" : " (" + claim.cause + ")"));
    return out;
}

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
    for (const Exchange* exchange : history.exchanges()) {
        if (exchange->from != "engine" || exchange->sent < from || exchange->sent > to) continue;
        if (!claim.operation.empty() && exchange->operation != claim.operation) continue;
        if (!claim.person.empty() && exchange->person != claim.person) continue;
        const bool calendar = exchange->to == "graph" || exchange->to == "google" || exchange->to == "gmail";
        const bool token = exchange->to == "entra" || exchange->to == "google-token";
        const bool matches = claim.to.empty() || claim.to == "anything" || claim.to == exchange->to ||
                             (claim.to == "calendar" && calendar) || (claim.to == "token" && token);
        if (matches) ++count;
    }
    Mismatch out;
    if ((!claim.at_least || count >= *claim.at_least) && (!claim.at_most || count <= *claim.at_most)) return out;
    out.rule = "calls";
    out.person = claim.person;
    out.title = "the engine made " + std::to_string(count) + " calls";
    std::string wanted = "expected";
    if (claim.at_least) wanted += " at least " + std::to_string(*claim.at_least);
    if (claim.at_most) wanted += std::string(claim.at_least ? " and" : "") + " at most " + std::to_string(*claim.at_most);
    out.difference.push_back(wanted + " between " + local_text(trial.scenario, from) + " and " + local_text(trial.scenario, to));
    return out;
}

}  // namespace sim
