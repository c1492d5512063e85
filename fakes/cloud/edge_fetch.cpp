// What an app or device fetches: its list, what was left out of it, keys.
#include <algorithm>
#include <utility>

#include "fakes/cloud/edge.hpp"
#include "fakes/cloud/wire_text.hpp"

namespace fakes {

Outgoing Edge::outgoing(std::string method, std::string url, std::string what, Pending pending, Instant now) {
    Outgoing out;
    out.id = next_id_++;
    out.not_before = now;
    out.method = std::move(method);
    out.url = std::move(url);
    out.headers.push_back({"Authorization", "Bearer " + options_.user_token});
    out.what = std::move(what);
    pending_.emplace(out.id, std::move(pending));
    return out;
}

void Edge::list_wanted(Instant now) {
    if (list_in_flight_) list_stale_ = true;
    else if (!list_at_ || *list_at_ > now) list_at_ = now;
}

void Edge::fetch_list(Instant now, Effects& effects) {
    list_at_.reset();
    list_in_flight_ = true;
    replay_.clear();  // what was pushed before the list is asked for is in the list
    const std::string url = options_.cloud_base + "/calendar/api/v1/calendarEvents?fromDate=" +
                            wire_text::percent_encode(wire_text::write_time(now - cloud_limits::list_back)) + "&toDate=" +
                            wire_text::percent_encode(wire_text::write_time(now + cloud_limits::list_ahead));
    effects.outgoing.push_back(outgoing("GET", url, "list fetch", {Pending::For::list, {}}, now));
}

void Edge::fetch_parts(Instant now, Effects& effects) {
    for (auto& [item_id, url] : std::exchange(parts_wanted_, {}))
        effects.outgoing.push_back(outgoing("GET", url, "part fetch", {Pending::For::part, item_id}, now));
}

void Edge::list_arrived(const Reply* reply, Instant now) {
    list_in_flight_ = false;
    const auto list = reply != nullptr && reply->status == 200 ? read_list(reply->body) : std::nullopt;
    if (!list) {
        list_at_ = now + list_retry_;
        list_retry_ = std::min(list_retry_ * 2, cloud_limits::socket_retry_max);
        return;
    }
    list_retry_ = cloud_limits::socket_retry_first;
    set_clock(*reply, now);
    service_id_ = list->service_id;
    for (const std::string& id : list->check_ins) mark_checked_in(id);
    std::set<std::string, std::less<>> gone;
    for (const auto& [id, start] : starts_) gone.insert(id);
    for (const auto& [id, key_url] : key_of_waiting_) gone.insert(id);
    for (const auto& [id, json] : list->items) gone.erase(id);
    lit_ = {list->join_buttons.begin(), list->join_buttons.end()};
    for (const std::string& id : gone) {
        stop_waiting(id);
        if (const auto parts = parts_.find(id); parts != parts_.end()) parts_.erase(parts);
        erase_row(id);
    }
    for (const auto& [id, json] : list->items) take_item(json);
    for (const WireAnswer& answer : list->answers) service_answered(answer);
    // The list may be older than what was pushed while it was on its way.
    for (const WirePush& push : replay_) apply(push, now);
    replay_.clear();
    if (list_stale_) list_at_ = now;
    list_stale_ = false;
    refresh_buttons();
}

void Edge::part_arrived(const std::string& item_id, const Reply* reply, Instant now) {
    const auto found = parts_.find(item_id);
    if (found == parts_.end()) return;
    const auto item = read_item(found->second.slim);
    const bool good = item && reply != nullptr && reply->status == 200;
    std::string member = good ? read_part(reply->body, *item) : std::string();
    if (member.empty()) {
        // Gone, sealed anew, or out of reach: the list will say.
        parts_.erase(found);
        if (!list_at_ && !list_in_flight_) list_at_ = now + cloud_limits::socket_retry_first;
        return;
    }
    found->second.members.push_back(std::move(member));
    --found->second.missing;
    const std::string slim = found->second.slim;
    if (found->second.missing == 0) take_item(slim);
}

bool Edge::wants_keys() const {
    return std::any_of(wanted_.begin(), wanted_.end(), [](const auto& wanted) { return !wanted.second.refused; });
}

void Edge::work_on_keys(Instant now, Effects& effects) {
    if (key_client_.step(now) == KeyClient::Step::ready) fetch_keys(now, effects);
    else open_key_way(now, effects);
}

void Edge::open_key_way(Instant now, Effects& effects) {
    const KeyClient::Step step = key_client_.step(now);
    if (step == KeyClient::Step::ready || keys_in_flight_) return;
    const bool details = step == KeyClient::Step::details;
    keys_in_flight_ = true;
    keys_at_.reset();
    Outgoing out = outgoing(details ? "GET" : "POST", details ? key_client_.details_url() : key_client_.messages_url(),
                            details ? "key server details" : "key handshake",
                            {details ? Pending::For::key_details : Pending::For::key_handshake, {}}, now);
    if (!details) {
        out.headers.push_back({"Content-Type", "application/json"});
        out.body = key_client_.handshake_body();
    }
    effects.outgoing.push_back(std::move(out));
}

void Edge::fetch_keys(Instant now, Effects& effects) {
    std::vector<KeyClient::Retrieval> keys;
    for (const auto& [url, wanted] : wanted_) {
        if (wanted.refused) continue;
        if (keys.size() == cloud_limits::key_batch_max) break;
        keys.push_back({wanted.moved_to.empty() ? url : wanted.moved_to, url});
    }
    keys_asked_ = keys.size();
    keys_in_flight_ = true;
    keys_at_.reset();
    effects.outgoing.push_back(key_messages(key_client_.retrieve_body(keys), "key fetch", {Pending::For::keys, {}}, now));
}

Outgoing Edge::key_messages(std::string body, std::string what, Pending pending, Instant now) {
    Outgoing out = outgoing("POST", key_client_.messages_url(), std::move(what), std::move(pending), now);
    out.headers.push_back({"Content-Type", "application/json"});
    out.body = std::move(body);
    return out;
}

void Edge::take_key(const WireKey& key, bool& again, Instant now) {
    constexpr std::int64_t moved = 301'002;
    const auto wanted = wanted_.find(key.url);
    if (wanted == wanted_.end()) return;
    auto jwk = key.status == 200 ? JweKey::from_jwk(key.jwk) : std::nullopt;
    if (jwk) key_known(key.url, std::move(*jwk));
    else if (key.error_code == moved && !key.redirect.empty() && wanted->second.moved_to.empty()) wanted->second.moved_to = key.redirect;
    else if (key.error_code == moved) key_missing(key.url, "key moved twice (301002)", now);
    else if (key.status == 403) key_missing(key.url, "key refused (403)", now);
    else if (key.status == 405) key_missing(key.url, "key revoked (405)", now);
    else if (key.status == 404) key_missing(key.url, "key unknown (404)", now);
    else again = true;
}

void Edge::keys_arrived(const Reply* reply, Instant now) {
    keys_in_flight_ = false;
    const auto keys = reply != nullptr && reply->status == 200 ? key_client_.take_keys(reply->body) : std::nullopt;
    bool again = !keys || keys->size() < keys_asked_;  // what cannot be opened is no answer
    if (keys)
        for (const WireKey& key : *keys) take_key(key, again, now);
    if (again) keys_later(now);
    else keys_retry_ = cloud_limits::key_retry_first;
}

void Edge::keys_later(Instant now) {
    for (const auto& [url, wanted] : wanted_)
        if (!wanted.refused)
            for (const auto& [id, json] : wanted.waiting)
                if (auto item = read_item(json)) {
                    item->clear.unreadable = "the key server does not answer";
                    show(std::move(item->clear));
                }
    keys_at_ = now + keys_retry_;
    if (keys_retry_ >= cloud_limits::key_handshake_anew) key_client_.forget(false);
    keys_retry_ = std::min(keys_retry_ * 2, cloud_limits::key_retry_max);
}

void Edge::key_known(const std::string& key_url, JweKey key) {
    const JweKey& known = keys_.insert_or_assign(key_url, std::move(key)).first->second;
    const auto found = wanted_.find(key_url);
    if (found == wanted_.end()) return;
    const Wanted wanted = std::move(found->second);
    wanted_.erase(found);
    for (const auto& [id, json] : wanted.waiting) {
        key_of_waiting_.erase(id);
        if (const auto item = read_item(json)) open_item(json, *item, known);
    }
}

void Edge::key_missing(const std::string& key_url, const std::string& why, Instant now) {
    const auto found = wanted_.find(key_url);
    if (found == wanted_.end()) return;
    found->second.refused = now;
    for (const auto& [id, json] : found->second.waiting)
        if (auto item = read_item(json)) {
            item->clear.unreadable = why;
            show(std::move(item->clear));
        }
}

// Somebody may have been let in since. Life on the socket is the occasion, so that a silent edge asks nothing.
void Edge::reconsider_refused(Instant now) {
    for (auto& [url, wanted] : wanted_)
        if (wanted.refused && now - *wanted.refused >= cloud_limits::refused_key_pause) wanted.refused.reset();
}

}  // namespace fakes
