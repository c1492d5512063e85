// Lists of meetings on screens: what is missing, what is there beyond what was expected, and what differs within.
#include <algorithm>
#include <functional>

#include "sim/judge/claims.hpp"
#include "sim/judge/telling.hpp"
#include "sim/scenario/characters.hpp"

namespace sim {
namespace {

using fakes::ShownMeeting;

std::string summary(const Trial& trial, const ExpectedMeeting& meeting) {
    std::string out = meeting.title ? told(*meeting.title) : meeting.event ? "event " + *meeting.event : "a meeting";
    if (meeting.start) out += " " + local_text(trial.scenario, *meeting.start);
    return out;
}

std::string response_word(const std::string& wire) {
    static const std::map<std::string, std::string> words = {{"ORGANIZER", "organizer"},   {"ACCEPTED", "accepted"},
                                                             {"DECLINED", "declined"},     {"TENTATIVE", "tentative"},
                                                             {"NO_RESPONSE", "no response"}};
    const auto found = words.find(wire);
    return found == words.end() ? wire : found->second;
}

/// Differences between one expected and one shown meeting, each headed by `path`, and the place of what the first is about.
struct Differences {
    std::vector<std::string> rows;
    std::optional<Place> first{};
};

Differences compare(const Trial& trial, const History& history, const ExpectedMeeting& expected, const ShownMeeting& shown, const std::string& path) {
    Differences out;
    const auto differs = [&](const char* member, const std::string& how) {
        const auto said = expected.places.find(member);
        if (!out.first) out.first = said == expected.places.end() ? expected.place : said->second;
        out.rows.push_back(path + (*member == '\0' ? "" : ".") + member + "  " + how);
    };
    const auto text = [&](const char* member, const std::optional<std::string>& want, const std::string& have) {
        if (want && *want != have)
            differs(member, "expected " + told(*want) + ", shown " + told(have));
    };
    if (!shown.unreadable.empty()) differs("", "unreadable: " + shown.unreadable);
    text("title", expected.title, shown.title);
    text("location", expected.location, shown.location);
    text("notes", expected.notes, shown.notes);
    text("sensitivity", expected.sensitivity, shown.sensitivity);
    if (expected.organizer) {
        const auto known = trial.scenario.people.find(*expected.organizer);
        const std::string address = known == trial.scenario.people.end() ? *expected.organizer : known->second.person.address;
        if (shown.organizer_address != address && shown.organizer_name != address)
            differs("organizer", "expected " + told(address) + ", shown " + told(shown.organizer_address));
    }
    if (expected.notes_contain && shown.notes.find(*expected.notes_contain) == std::string::npos)
        differs("notes", "expected to contain " + told(*expected.notes_contain) + ", shown " + told(shown.notes));
    if (expected.event && !belongs_to(history, shown, *expected.event))
        differs("", "is not event " + *expected.event);
    if (expected.start && *expected.start != shown.start)
        differs("start", "expected " + local_text(trial.scenario, *expected.start) + ", shown " +
                      local_text(trial.scenario, shown.start));
    const Instant shown_end = shown.start + std::chrono::minutes(shown.duration_minutes);
    if (expected.end && *expected.end != shown_end)
        differs("end", "expected " + local_text(trial.scenario, *expected.end) + ", shown " +
                      local_text(trial.scenario, shown_end));
    if (expected.all_day && *expected.all_day != shown.all_day)
        differs("all day", "expected " + std::string(*expected.all_day ? "yes" : "no") + ", shown " +
                      (shown.all_day ? "yes" : "no"));
    const bool joinable = !shown.join_url.empty() || !shown.join_uri.empty();
    if (expected.joinable && *expected.joinable != joinable)
        differs("joins", "expected " + std::string(*expected.joinable ? "something to join" : "nothing") +
                      ", shown " + (joinable ? told(shown.join_url.empty() ? shown.join_uri : shown.join_url) : "nothing"));
    if (expected.joins) {
        const std::string want = resolve_join(trial, history, *expected.joins);
        const bool family = want.ends_with('*');
        const std::string stem = family ? want.substr(0, want.size() - 1) : want;
        // meetingJoinURI is an address without a scheme (facts of the published item form).
        const bool schemed = stem.starts_with("sip:") || stem.starts_with("sips:");
        const std::string address = schemed ? stem.substr(stem.find(':') + 1) : stem;
        const auto same = [&](const std::string& have) { return family ? have.starts_with(stem) : have == stem || have == address; };
        if (!same(shown.join_url) && !same(shown.join_uri))
            differs("joins", "expected " + told(want) + ", shown " +
                          (joinable ? told(shown.join_url) + " / " + told(shown.join_uri) : "nothing"));
    }
    if (expected.participants) {
        std::map<std::string, std::string> want;
        for (const auto& [who, response] : *expected.participants) {
            const auto known = trial.scenario.people.find(who);
            want[lower_ascii(known == trial.scenario.people.end() ? who : known->second.person.address)] = response;
        }
        std::map<std::string, std::string> have;
        for (const fakes::ShownParticipant& participant : shown.participants)
            if (!have.try_emplace(lower_ascii(participant.address), response_word(participant.response)).second)
                differs("participants", "" + participant.address + " is there twice");
        for (const auto& [address, response] : want) {
            const auto found = have.find(address);
            if (found == have.end()) differs("participants", "missing " + address);
            else if (!response.empty() && found->second != response)
                differs("participants", "" + address + ": expected " + response + ", shown " + found->second);
        }
        for (const auto& [address, response] : have)
            if (!want.contains(address)) differs("participants", "unexpected " + address);
    }
    return out;
}

/// Who of the expected is which of the shown: as many pairs as there can be, however the expected are ordered and however
/// little some of them say (augmenting paths, H. W. Kuhn 1955).
class Pairing {
  public:
    Pairing(std::size_t expected_count, std::size_t shown_count, std::function<bool(std::size_t, std::size_t)> fits)
        : taker_(shown_count), fits_(std::move(fits)) {
        for (std::size_t i = 0; i < expected_count; ++i) {
            std::vector<bool> asked(shown_count, false);
            if (!place(i, asked)) open_.push_back(i);
        }
    }
    const std::vector<std::size_t>& open() const { return open_; }
    bool taken(std::size_t shown) const { return taker_[shown].has_value(); }

  private:
    bool place(std::size_t expected, std::vector<bool>& asked) {
        for (std::size_t k = 0; k < taker_.size(); ++k)
            if (!taker_[k] && fits_(expected, k)) {
                taker_[k] = expected;
                return true;
            }
        for (std::size_t k = 0; k < taker_.size(); ++k) {
            if (asked[k] || !taker_[k] || !fits_(expected, k)) continue;
            asked[k] = true;
            if (!place(*taker_[k], asked)) continue;
            taker_[k] = expected;
            return true;
        }
        return false;
    }
    std::vector<std::optional<std::size_t>> taker_;
    std::vector<std::size_t> open_;
    std::function<bool(std::size_t, std::size_t)> fits_;
};

/// Equal ones are pairs; what is left is told beside what is most alike, so that differences are small.
Differences compare_lists(const Trial& trial, const History& history, const ExpectList& claim,
                          const std::vector<ShownMeeting>& shown) {
    const Pairing pairing(claim.meetings.size(), shown.size(), [&](std::size_t i, std::size_t k) {
        return compare(trial, history, claim.meetings[i], shown[k], "").rows.empty();
    });
    const std::vector<std::size_t>& open = pairing.open();
    std::vector<bool> used(shown.size(), false);
    for (std::size_t k = 0; k < shown.size(); ++k) used[k] = pairing.taken(k);
    Differences out;
    for (const std::size_t i : open) {
        const ExpectedMeeting& expected = claim.meetings[i];
        std::optional<std::size_t> nearest;
        Differences least;
        for (std::size_t k = 0; k < shown.size(); ++k) {
            const bool alike = (expected.title && *expected.title == shown[k].title) || (expected.start && *expected.start == shown[k].start) ||
                               (expected.event && belongs_to(history, shown[k], *expected.event));
            if (used[k] || !alike) continue;
            Differences now = compare(trial, history, expected, shown[k], "[" + std::to_string(i) + "]");
            const auto away = [&](std::size_t of) { return expected.start ? std::chrono::abs(shown[of].start - *expected.start) : std::chrono::milliseconds(0); };
            if (!nearest || now.rows.size() < least.rows.size() || (now.rows.size() == least.rows.size() && away(k) < away(*nearest))) {
                nearest = k;
                least = std::move(now);
            }
        }
        if (nearest) {
            used[*nearest] = true;
            out.rows.insert(out.rows.end(), least.rows.begin(), least.rows.end());
            if (!out.first) out.first = least.first;
        } else {
            out.rows.push_back("- missing     " + summary(trial, expected));
            if (!out.first) out.first = expected.place;
        }
    }
    if (claim.mode == ExpectList::Mode::is && !claim.rest_ignored)
        for (std::size_t k = 0; k < shown.size(); ++k)
            if (!used[k]) out.rows.push_back("+ unexpected  " + summary(trial, shown[k]));
    return out;
}

/// Which event an item is of and when it is stands outside the seal: an item is there, too, when it cannot be read.
bool is_unwanted(const Trial& trial, const History& history, const ExpectedMeeting& unwanted, const ShownMeeting& meeting) {
    if (meeting.unreadable.empty() || !unwanted.event) return compare(trial, history, unwanted, meeting, "").rows.empty();
    ShownMeeting outside = meeting;
    outside.unreadable.clear();
    ExpectedMeeting open;
    open.event = unwanted.event;
    open.start = unwanted.start;
    open.end = unwanted.end;
    open.all_day = unwanted.all_day;
    return compare(trial, history, open, outside, "").rows.empty();
}

}  // namespace

Mismatch check_list(const Trial& trial, const History& history, const ExpectList& claim, Instant when) {
    static const std::vector<ShownMeeting> nothing;
    const ScreenChange* screen = history.screens(claim.who).at(when);
    const std::vector<ShownMeeting>& shown = screen == nullptr ? nothing : screen->screen.meetings;
    Mismatch out;
    out.person = person_of(claim.who);
    switch (claim.mode) {
        case ExpectList::Mode::is:
        case ExpectList::Mode::includes: {
            Differences all = compare_lists(trial, history, claim, shown);
            out.difference = std::move(all.rows);
            out.place = all.first;
            break;
        }
        case ExpectList::Mode::excludes:
            for (const ExpectedMeeting& unwanted : claim.meetings)
                for (const ShownMeeting& meeting : shown)
                    if (is_unwanted(trial, history, unwanted, meeting)) {
                        if (!out.place) out.place = unwanted.place;
                        out.difference.push_back("+ unexpected  " + summary(trial, meeting));
                    }
            break;
        case ExpectList::Mode::is_empty:
            for (const ShownMeeting& meeting : shown) out.difference.push_back("+ unexpected  " + summary(trial, meeting));
            break;
        case ExpectList::Mode::count:
            if (static_cast<int>(shown.size()) != claim.count) {
                out.key = "count";
                out.difference.push_back("expected " + std::to_string(claim.count) + " meetings, shown " + std::to_string(shown.size()));
                for (const ShownMeeting& meeting : shown) out.difference.push_back("  shown " + summary(trial, meeting));
            }
            break;
    }
    if (!out.difference.empty() && shown.empty()) out.difference.emplace_back("the list is empty");
    if (!out.difference.empty()) {
        out.rule = "meeting-list";
        out.title = "meeting list of " + claim.who + " differs";
    }
    if (out.holds() && claim.golden) return check_golden(trial, history, claim, when);
    return out;
}

}  // namespace sim
