// "Keys are for those invited" (KMS-CLOUD, DATA-INVITEES): at the end, whoever lists a meeting holds the key its item is
// sealed with; the newest key of a meeting is held by exactly the organizer, the organisation's own participants and the
// rooms (whose list it has left, by a decline or with the service, needs none); its older keys by nobody else; and the
// keys of a meeting that is in no list by nobody.
#include <algorithm>
#include <set>

#include "sim/judge/invariants.hpp"
#include "sim/judge/published.hpp"

namespace sim {

namespace {

std::string names(const std::set<std::string>& keys) {
    std::string out;
    for (const std::string& key : keys) out += (out.empty() ? "" : ", ") + key;
    return out.empty() ? "nobody" : out;
}

bool same_address(const std::string& a, const std::string& b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

struct Invited {
    std::set<std::string> must, may;  // who is in the meeting; and who may be, because a group of theirs is
};

/// Organizer, participants of the organisation and rooms, as the organizer's calendar has them; nullopt without one.
std::optional<Invited> invited(const Trial& trial, const History& history, const std::string& uid) {
    const auto created = std::ranges::find_if(history.acts(), [&](const auto& act) { return act.second->uid == uid; });
    if (created == history.acts().end()) return std::nullopt;
    const std::string& organizer = created->second->organizer.empty() ? created->second->actor : created->second->organizer;
    const CalendarChange* calendar = history.calendars(organizer).at(trial.scenario.end);
    Invited out;
    if (calendar == nullptr) return std::nullopt;
    for (const fakes::SeenEvent& row : calendar->events) {
        if (row.uid != uid || row.cancelled) continue;
        out.must.insert(organizer);
        for (const auto& [address, response] : row.attendees)
            for (const auto& [key, person] : trial.scenario.people)
                if (same_address(person.person.address, address)) {
                    if (person.members) out.may.insert(person.members->begin(), person.members->end());
                    else out.must.insert(key);
                }
    }
    out.may.insert(out.must.begin(), out.must.end());
    return out;
}

}  // namespace

std::vector<reports::Finding> check_key_holders(const Trial& trial) {
    std::vector<reports::Finding> findings;
    if (trial.scenario.recording) return findings;  // nobody's calendar stands behind a recording
    const History history(trial.journal);
    for (const auto& [uid, series] : published_series(history)) {
        const std::optional<Invited> in = invited(trial, history, uid);
        if (!in) continue;
        const std::set<std::string> nobody;
        const std::set<std::string>& allowed = series.listed_by.empty() ? nobody : in->may;
        Instant newest_since = Instant::min();
        std::string newest;
        for (const std::string& key : series.keys)
            if (const auto access = history.keys().find(key); access != history.keys().end() && access->second.points.front().at >= newest_since) {
                newest_since = access->second.points.front().at;
                newest = key;
            }
        for (const std::string& key : series.keys) {
            const auto access = history.keys().find(key);
            const KeyAccess* now = access == history.keys().end() ? nullptr : access->second.at(trial.scenario.end);
            const std::set<std::string>& holders = now == nullptr || now->revoked ? nobody : now->holders;
            std::set<std::string> wanted;  // must hold
            if (const auto readers = series.listed_by.find(key); readers != series.listed_by.end()) wanted = readers->second;
            if (key == newest && !series.listed_by.empty())
                for (const std::string& person : in->must)
                    if (!series.left(person)) wanted.insert(person);
            std::set<std::string> missing, strangers;
            std::ranges::set_difference(wanted, holders, std::inserter(missing, missing.end()));
            std::ranges::set_difference(holders, allowed, std::inserter(strangers, strangers.end()));
            if (missing.empty() && strangers.empty()) continue;
            if (findings.size() == 5) return findings;
            reports::Finding finding = general_finding(trial, "keys are for those invited", "KMS-CLOUD, DATA-INVITEES",
                                                       strangers.empty() ? names(missing) + " cannot read a meeting they are in"
                                                                         : names(strangers) + " can still read with the key of a meeting they are not in");
            finding.difference.push_back("key " + key.substr(key.rfind('/') + 1) + (key == newest ? " (the newest)" : " (an older one)") + " of " + uid);
            finding.difference.push_back("held by " + names(holders) + "; in the meeting: " + names(allowed));
            findings.push_back(std::move(finding));
        }
    }
    return findings;
}

}  // namespace sim
