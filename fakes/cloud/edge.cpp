// The face to the network: pushes in, answers of fetches in, timers.
#include "fakes/cloud/edge.hpp"

#include <algorithm>

#include "fakes/cloud/errors.hpp"
#include "fakes/cloud/wire_text.hpp"

namespace fakes {
namespace {

KeyClientOptions key_options(const EdgeOptions& options, const std::string& name) {
    return {options.kms_base, options.user_id, options.user_token, options.cloud_base + "/wdm/api/v1/devices/" + base64url_encode(name)};
}

}  // namespace

Edge::Edge(EdgeOptions options)
    : options_(std::move(options)), key_client_(key_options(options_, name()), Dice(options_.seed).stream(name())) {
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
    if (offline_) {  // on a network that can tell, nothing arrives at all
        effects.answers.push_back({id, cloud_errors::unavailable("The device is offline.")});
        return;
    }
    if (guest_request(id, request, now, effects)) return;
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
            apply(*push, now);
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

void Edge::apply(const WirePush& push, Instant now) {
    if (push.event_type.starts_with("calendar.meeting.")) {
        // Something changed, and it may be just what was left out of the push.
        if (const auto parts = parts_.find(push.item_id); parts != parts_.end()) parts_.erase(parts);
        if (push.event_type == "calendar.meeting.delete") remove(push.item_id);
        else take_item(push.item);
    } else if (push.event_type == "calendar.join_button") {
        if (push.lit) lit_.insert(push.item_id);
        else if (const auto out = lit_.find(push.item_id); out != lit_.end()) lit_.erase(out);
        refresh_buttons();
    } else if (push.event_type == "apheleia.subscription_update") {
        presence_[push.subject] = push.status;
    } else if (push.event_type == "calendar.device_request") {
        service_answered(push.answer);
    } else if (push.event_type == "encryption.kms_message") {
        bool again = false;
        for (const std::string& sealed : push.sealed_keys)
            if (const auto key = key_client_.open_key(sealed)) take_key(*key, again, now);
    }
}

void Edge::answered(OutgoingId id, const Reply* reply, Instant now, Effects& effects) {
    if ((id & guest_mark) != 0) return guest_answered(id, reply, now, effects);
    const auto found = pending_.find(id);
    if (found == pending_.end()) return;  // asked before a reboot
    const Pending pending = std::move(found->second);
    pending_.erase(found);
    switch (pending.what) {
        case Pending::For::list: list_arrived(reply, now); break;
        case Pending::For::part: part_arrived(pending.item_id, reply, now); break;
        case Pending::For::key_details:
        case Pending::For::key_handshake: {
            keys_in_flight_ = false;
            const bool details = pending.what == Pending::For::key_details;
            const bool good = reply != nullptr && reply->status == 200 &&
                              (details ? key_client_.take_details(reply->body) : key_client_.take_handshake(reply->body, now));
            if (!good) key_way_failed(now);
            break;
        }
        case Pending::For::keys: keys_arrived(reply, now); break;
        case Pending::For::new_key:
        case Pending::For::key_share:
        case Pending::For::request: request_answered(pending, reply, now); break;
        case Pending::For::check_in:
            if (reply != nullptr && reply->status / 100 == 2) check_ins_untold_.erase(pending.item_id);
            else check_ins_at_ = now + cloud_limits::socket_retry_max;
            break;
    }
    wake(now, effects);
}

void Edge::wake(Instant now, Effects& effects) {
    if (offline_) return;
    look_at_check_ins(now, effects);
    advance_requests(now, effects);
    if (list_at_ && *list_at_ <= now && !list_in_flight_) fetch_list(now, effects);
    if (!keys_in_flight_ && (!keys_at_ || *keys_at_ <= now) && wants_keys()) work_on_keys(now, effects);
    fetch_parts(now, effects);
    wake_guest(now, effects);
}

std::optional<Instant> Edge::next_wake() const {
    std::optional<Instant> next;
    if (offline_) return next;
    const auto sooner = [&next](std::optional<Instant> when) {
        if (when) next = next ? std::min(*next, *when) : *when;
    };
    if (!list_in_flight_) sooner(list_at_);
    if (!keys_in_flight_ && wants_keys()) sooner(keys_at_);
    if (!parts_wanted_.empty()) sooner(Instant::min());
    sooner(next_check_in());
    for (const Asked& asked : asked_) {
        if (asked.stage == Asked::Stage::over && !asked.row) continue;
        const bool awaits_key_way = keys_in_flight_ && (asked.stage == Asked::Stage::key || asked.stage == Asked::Stage::share);
        sooner(asked.sent || awaits_key_way || asked.stage == Asked::Stage::over || asked.stage == Asked::Stage::waiting ? asked.deadline : Instant::min());
    }
    if (guest_) sooner(guest_->next_wake());
    if (guest_) sooner(desk_until_);
    return next;
}

void Edge::reboot() {
    if (!screen_.meetings.empty() || !screen_.join_buttons.empty()) ++revision_;
    screen_ = {};
    starts_.clear();
    lit_.clear();
    presence_.clear();
    keys_.clear();
    key_client_.forget(true);
    wanted_.clear();
    key_of_waiting_.clear();
    pending_.clear();
    parts_.clear();
    parts_wanted_.clear();
    replay_.clear();
    list_in_flight_ = list_stale_ = keys_in_flight_ = false;
    list_at_ = Instant::min();
    keys_at_.reset();
    list_retry_ = cloud_limits::socket_retry_first;
    keys_retry_ = cloud_limits::key_retry_first;
    asked_.clear();
    checked_in_.clear();
    check_ins_untold_.clear();
    seen_since_.clear();
    no_shows_.clear();
    clock_correction_ = {};
    sign_out();
}

void Edge::go_offline(Instant now) {
    offline_ = true;
    pending_.clear();
    std::erase_if(parts_, [](const auto& one) { return one.second.missing > 0; });
    parts_wanted_.clear();
    list_in_flight_ = list_stale_ = keys_in_flight_ = false;
    for (Asked& asked : asked_)
        if (asked.stage != Asked::Stage::over && asked.stage != Asked::Stage::waiting) end_request(asked, "failed", "HttpError");
    if (guest_) guest_->go_offline(now);
}

void Edge::come_back(Instant now) {
    offline_ = false;
    list_at_ = now;  // whatever was pushed meanwhile went by
    if (guest_) guest_->come_back(now);
}

void Edge::set_clock(const Reply& reply, Instant now) {
    if (!options_.takes_cloud_time) return;
    const std::string* date = find_header(reply.headers, "Date");
    const auto told = date == nullptr ? std::nullopt : wire_text::read_http_date(*date);
    if (!told) return;
    const auto off = now + options_.clock_skew - *told;
    // The header counts whole seconds: less is no error of the clock.
    clock_correction_ = off > std::chrono::seconds(-2) && off < std::chrono::seconds(2) ? std::chrono::milliseconds(0) : off;
}

}  // namespace fakes
