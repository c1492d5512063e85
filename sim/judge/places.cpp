#include "sim/judge/places.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "fakes/cloud/jwe_reader.hpp"
#include "fakes/cloud/wire_text.hpp"
#include "fakes/cloud/small_body.hpp"
#include "sim/judge/claims.hpp"

namespace sim {
namespace {

using fakes::text_in;
using Json = nlohmann::json;

constexpr std::string_view kSpaces = "/conversation/api/v1/conversations";
constexpr std::string_view kMeetings = "/calendar/api/v1/meetings";
constexpr std::string_view kAskedMeetings = "/calendar/api/v1/meetings/clientTempId/";

void read_told(const Json& body, MadePlace& place) {
    place.sealed_title = text_in(body, place.is_space ? "displayName" : "title");
    place.key_url = text_in(body, "encryptionKeyUrl");
    if (place.is_space) return;
    place.start = fakes::wire_text::read_time(text_in(body, "startTime"));
    place.minutes = body.value("durationMinutes", 0);
}

/// Links that ever stood in somebody's copy of the event.
bool stood_in(const History& history, const Trial& trial, const std::string& event, const std::string& url, Instant when) {
    const std::string uid = history.uid_of(event);
    for (const auto& [key, person] : trial.scenario.people)
        for (const auto& point : history.calendars(key).points) {
            if (point.at > when) break;
            for (const fakes::SeenEvent& row : point.value->events)
                if (row.uid == uid && (row.location.find(url) != std::string::npos || row.body.find(url) != std::string::npos)) return true;
        }
    return false;
}

std::string opened(const History& history, const MadePlace& place) {
    const auto access = history.keys().find(place.key_url);
    if (access == history.keys().end() || access->second.points.empty()) return "sealed with an unknown key";
    const auto bytes = fakes::base64url_decode(access->second.points.back().value->k);
    fakes::JweReader reader;
    const auto plain = bytes ? reader.open(place.sealed_title, fakes::JweKey::octets(*bytes)) : std::nullopt;
    return plain.value_or("not to be opened with its key");
}

/// One-time meetings that were asked for and never answered, so that no event ever held their link: whether each was deleted.
struct Unanswered {
    bool any = false, all_deleted = true;
};
Unanswered unanswered_meetings(const History& history, Instant when) {
    std::map<std::string, bool> deleted;  // by clientTempId
    std::set<std::string> answered;
    for (const Exchange* exchange : history.exchanges()) {
        if (exchange->from != "engine" || exchange->to != "cloud" || exchange->sent > when) continue;
        const bool done = exchange->status >= 200 && exchange->status <= 299;
        if (exchange->method == "POST" && exchange->target == kMeetings) {
            const std::string id = text_in(Json::parse(exchange->request_body, nullptr, false), "clientTempId");
            deleted[id] = false;
            if (done) answered.insert(id);
        }
        if (exchange->method != "DELETE" || !exchange->target.starts_with(kAskedMeetings)) continue;
        if (done || exchange->status == 404) deleted[exchange->target.substr(kAskedMeetings.size())] = true;
    }
    Unanswered out;
    for (const auto& [id, gone] : deleted) {
        if (answered.contains(id)) continue;
        out.any = true;
        out.all_deleted = out.all_deleted && gone;
    }
    return out;
}

}  // namespace

std::map<std::string, MadePlace> made_places(const History& history, Instant when) {
    std::map<std::string, MadePlace> out;
    for (const Exchange* exchange : history.exchanges()) {
        if (exchange->from != "engine" || exchange->to != "cloud" || exchange->sent > when) continue;
        const bool space = exchange->target.starts_with(kSpaces);
        if (!space && !exchange->target.starts_with(kMeetings)) continue;
        const bool done = exchange->status >= 200 && exchange->status <= 299;
        const std::string_view root = space ? kSpaces : kMeetings;
        const std::string id = exchange->target.size() > root.size() + 1 ? exchange->target.substr(root.size() + 1) : std::string();
        // 404: an earlier DELETE was done, but its answer was cut off on the way.
        if (exchange->method == "DELETE" && (done || exchange->status == 404) && out.contains(id)) out[id].deleted = true;
        if (!done) continue;
        const Json body = Json::parse(exchange->request_body, nullptr, false);
        if (exchange->method == "PUT" && out.contains(id)) read_told(body, out[id]);
        if (exchange->method != "POST") continue;
        const Json answer = Json::parse(exchange->reply_body, nullptr, false);
        const auto [place, is_new] = out.try_emplace(text_in(answer, space ? "id" : "meetingNumber"));
        if (!is_new) continue;  // asked for again: the cloud keeps what it was told first
        place->second.is_space = space;
        place->second.join_url = text_in(answer, space ? "meetUrl" : "joinUrl");
        read_told(body, place->second);
    }
    return out;
}

Mismatch check_place(const Trial& trial, const History& history, const ExpectPlace& claim, Instant when) {
    const std::string what = claim.is_space ? "space" : "one-time meeting";
    const MadePlace* found = nullptr;
    bool deleted = false;
    const std::map<std::string, MadePlace> all = made_places(history, when);
    for (const auto& [id, place] : all) {
        if (place.is_space != claim.is_space || !stood_in(history, trial, claim.event, place.join_url, when)) continue;
        if (place.deleted) deleted = true;
        else found = &place;
    }
    Mismatch out;
    if (claim.absent) {
        if (found != nullptr) out.title = claim.event + " still has a " + what;
        else if (const Unanswered lost = unanswered_meetings(history, when); !deleted && lost.any && !claim.is_space) {
            if (!lost.all_deleted) out.title = "a one-time meeting that was asked for is still there";
        } else if (!deleted) out.title = claim.event + " never had a " + what;
    } else if (found == nullptr) {
        out.title = claim.event + (deleted ? " has no longer a " : " has no ") + what;
    } else {
        if (claim.start && found->start != claim.start)
            out.difference.push_back("start  expected " + local_text(trial.scenario, *claim.start) + ", the cloud was told " +
                                     (found->start ? local_text(trial.scenario, *found->start) : "none"));
        if (claim.minutes && *claim.minutes != found->minutes)
            out.difference.push_back("length  expected " + std::to_string(*claim.minutes) + " min, the cloud was told " + std::to_string(found->minutes) + " min");
        const std::string title = claim.title ? opened(history, *found) : std::string();
        if (claim.title && *claim.title != title) out.difference.push_back("title  expected \"" + *claim.title + "\", is \"" + title + "\"");
        if (!out.difference.empty()) out.title = "the " + what + " of " + claim.event + " differs";
    }
    if (!out.title.empty()) out.rule = "place";
    return out;
}

}  // namespace sim
