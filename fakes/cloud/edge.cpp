// The face to the network: pushes in, answers of fetches in, timers.
#include "fakes/cloud/edge.hpp"

#include <algorithm>

#include "fakes/cloud/errors.hpp"

namespace fakes {
namespace {

std::string host_of(std::string_view url) {
    const std::size_t slashes = url.find("//");
    const std::string_view rest = slashes == std::string_view::npos ? url : url.substr(slashes + 2);
    return std::string(rest.substr(0, rest.find('/')));
}

}  // namespace

Edge::Edge(EdgeOptions options) : options_(std::move(options)), kms_host_(host_of(options_.kms_base)) {
    list_at_ = Instant::min();  // at birth: at the first wake
}
Edge::~Edge() = default;

std::string Edge::host() const {
    return (options_.kind == EdgeOptions::Kind::app ? "app-" : "device-") + options_.key + ".edge.calrig.example";
}
std::string Edge::name() const {
    return (options_.kind == EdgeOptions::Kind::app ? "app " : "device ") + options_.key;
}

void Edge::request(ExchangeId id, const Request& request, Instant now, Effects& effects) {
    Reply reply;
    if (request.target != "/push") {
        reply = cloud_errors::not_found("There is nothing at this path.");
    } else if (request.method != "POST") {
        reply = cloud_errors::method_not_allowed("POST");
    } else if (auto push = read_push(request.body)) {
        // A number at or below the last one is a duplicate, or came late: then its gap has started a fetch already.
        if (push->sequence > sequence_) {
            if (push->sequence != sequence_ + 1) list_wanted(now);
            sequence_ = push->sequence;
            reconsider_refused(now);
            apply(*push, now, effects);
            if (list_at_ || list_in_flight_) {
                if (replay_.size() == cloud_limits::replayed_pushes_max) {
                    replay_.clear();
                    list_wanted(now);
                }
                replay_.push_back(std::move(*push));
            }
            wake(now, effects);
        }
        reply.status = 200;
    } else {
        reply = cloud_errors::bad_request("the body is no message of the socket");
    }
    effects.answers.push_back({id, std::move(reply)});
}

void Edge::apply(const WirePush& push, Instant now, Effects& effects) {
    if (push.event_type.starts_with("calendar.meeting.")) {
        // An answer that is still on its way may be older than this push.
        std::erase_if(pending_, [&](const auto& pending) {
            return pending.second.what == Pending::For::item && pending.second.item_id == push.item_id;
        });
        if (push.event_type == "calendar.meeting.delete") {
            remove(push.item_id);
        } else {
            take_item(push.item);
            if (push.event_type.ends_with(".minimal")) fetch_item(push.item_id, now, effects);
        }
    } else if (push.event_type == "calendar.join_button") {
        if (push.lit) lit_.insert(push.item_id);
        else if (const auto out = lit_.find(push.item_id); out != lit_.end()) lit_.erase(out);
        refresh_buttons();
    } else if (push.event_type == "apheleia.subscription_update") {
        presence_[push.subject] = push.status;
    } else if (push.event_type == "encryption.kms_message") {
        for (const WireKey& key : push.keys)
            if (auto jwk = JweKey::from_jwk(key.jwk); key.status == 200 && jwk) key_known(key.url, std::move(*jwk));
    }
}

void Edge::answered(OutgoingId id, const Reply* reply, Instant now, Effects& effects) {
    const auto found = pending_.find(id);
    if (found == pending_.end()) return;  // asked before a reboot
    const Pending pending = std::move(found->second);
    pending_.erase(found);
    switch (pending.what) {
        case Pending::For::list: list_arrived(reply, now, effects); break;
        case Pending::For::item: item_arrived(pending.item_id, reply, now); break;
        case Pending::For::keys: keys_arrived(reply, now); break;
    }
    wake(now, effects);
}

void Edge::wake(Instant now, Effects& effects) {
    if (list_at_ && *list_at_ <= now && !list_in_flight_) fetch_list(now, effects);
    if (!keys_in_flight_ && (!keys_at_ || *keys_at_ <= now) && wants_keys()) fetch_keys(now, effects);
}

std::optional<Instant> Edge::next_wake() const {
    std::optional<Instant> next;
    if (list_at_ && !list_in_flight_) next = *list_at_;
    if (keys_at_ && !keys_in_flight_) next = next ? std::min(*next, *keys_at_) : *keys_at_;
    return next;
}

void Edge::reboot() {
    if (!screen_.meetings.empty() || !screen_.join_buttons.empty()) ++revision_;
    screen_ = {};
    starts_.clear();
    lit_.clear();
    presence_.clear();
    keys_.clear();
    wanted_.clear();
    key_of_waiting_.clear();
    pending_.clear();
    replay_.clear();
    list_in_flight_ = list_stale_ = keys_in_flight_ = false;
    list_at_ = Instant::min();
    keys_at_.reset();
    list_retry_ = cloud_limits::socket_retry_first;
    keys_retry_ = cloud_limits::key_retry_first;
}

}  // namespace fakes
