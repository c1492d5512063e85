// How notifications travel: gathered, posted, retried, given up; and what is due when.
#include <algorithm>

#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/subscriptions.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {

void Subscriptions::post(std::uint64_t serial, const std::string& url, std::string body, const char* what, bool lifecycle, Instant now,
                         Effects& effects) {
    Live& owner = live_.at(serial);
    if (owner.in_flight >= limits::posts_in_flight) {  // the hook is dead: what does not fit is lost
        if (!lifecycle) note_missed(serial, now + limits::retry_pause_max);
        return;
    }
    ++owner.in_flight;
    Delivery delivery;
    delivery.subscription = serial;
    delivery.first = delivery.sent = now;
    delivery.lifecycle = lifecycle;
    delivery.request.id = ++last_outgoing_;
    delivery.request.not_before = now;
    delivery.request.url = url;
    delivery.request.headers.push_back({"Content-Type", "application/json; charset=utf-8"});
    delivery.request.body = std::move(body);
    delivery.request.what = what;
    effects.outgoing.push_back(delivery.request);
    deliveries_.emplace(delivery.request.id, std::move(delivery));
}

/// Graph docs, "Reduce missing subscriptions and change notifications": what was lost is told, once, and when the host is heard again.
void Subscriptions::note_missed(std::uint64_t serial, Instant at) {
    Live& owner = live_.at(serial);
    if (std::exchange(owner.missed_due, true)) return;
    schedule(at, Due::Kind::told_missed, serial);
}

void Subscriptions::flush(std::uint64_t serial, Instant now, Effects& effects) {
    const auto found = live_.find(serial);
    if (found == live_.end()) return;
    Live& owner = found->second;
    const Endpoints::State endpoint = endpoints_.state(owner.subscription.url, now);
    if (endpoint == Endpoints::State::slow && !owner.delayed) {
        owner.delayed = true;  // flush_due stays: what changes meanwhile travels along
        return schedule(now + limits::endpoint_penalty, Due::Kind::flush, serial);
    }
    owner.flush_due = owner.delayed = false;
    if (endpoint == Endpoints::State::drop) {
        if (!owner.waiting.empty()) note_missed(serial, endpoints_.until(owner.subscription.url));
        owner.waiting.clear();
        return;
    }
    const std::vector<std::string> waiting = std::exchange(owner.waiting, {});
    for (std::size_t from = 0; from < waiting.size(); from += limits::notifications_per_post) {
        const std::size_t to = std::min(waiting.size(), from + limits::notifications_per_post);
        std::string body = "{\"value\":[";
        for (std::size_t i = from; i < to; ++i) {
            if (i != from) body += ',';
            body += waiting[i];
        }
        body += ']';
        if (owner.subscription.rich) body += ",\"validationTokens\":[\"" + validation_token(owner.subscription, now) + "\"]";
        body += '}';
        post(serial, owner.subscription.url, std::move(body), "graph notification", false, now, effects);
    }
}

void Subscriptions::retry_later(std::uint64_t number, Instant now, Effects& effects) {
    Delivery& delivery = deliveries_.at(number);
    const auto owner = live_.find(delivery.subscription);
    if (owner == live_.end()) {
        deliveries_.erase(number);
        return;
    }
    std::chrono::milliseconds pause = limits::retry_pause_first;
    for (int i = 0; i < delivery.tries && pause < limits::retry_pause_max; ++i) pause *= 2;
    pause = std::min<std::chrono::milliseconds>(pause, limits::retry_pause_max);
    ++delivery.tries;
    if (now + pause <= delivery.first + limits::notification_retry) {
        schedule(now + pause, Due::Kind::retry, number);
        return;
    }
    const bool was_lifecycle = delivery.lifecycle;
    if (owner->second.in_flight > 0) --owner->second.in_flight;
    deliveries_.erase(number);
    if (!was_lifecycle) lifecycle(owner->second.subscription, "missed", now, effects);
}

std::string Subscriptions::lifecycle_body(const Subscription& s, std::string_view event) const {
    std::string expires;
    put_instant(expires, s.expires);
    expires.pop_back();
    std::string body = "{\"value\":[{";
    put_member(body, "subscriptionId", s.id);
    put_member(body, "subscriptionExpirationDateTime", expires + "+00:00");
    put_member(body, "tenantId", tenant_);
    if (s.client_state.empty()) body += ",\"clientState\":null";
    else put_member(body, "clientState", s.client_state);
    put_member(body, "lifecycleEvent", event);
    return body + "}]}";
}

void Subscriptions::lifecycle(const Subscription& s, std::string_view event, Instant now, Effects& effects) {
    if (s.lifecycle_url.empty()) return;
    post(s.serial, s.lifecycle_url, lifecycle_body(s, event), "graph lifecycle notification", true, now, effects);
}

std::optional<Instant> Subscriptions::next_wake() const {
    if (due_.empty()) return std::nullopt;
    return due_.begin()->first.first;
}

void Subscriptions::wake(Instant now, Effects& effects) {
    while (!due_.empty() && due_.begin()->first.first <= now) {
        const Due due = due_.begin()->second;
        due_.erase(due_.begin());
        switch (due.kind) {
            case Due::Kind::flush: flush(due.key, now, effects); break;
            case Due::Kind::retry: {
                const auto found = deliveries_.find(due.key);
                if (found == deliveries_.end()) break;
                Delivery again = std::move(found->second);
                deliveries_.erase(found);
                again.request.id = ++last_outgoing_;
                again.request.not_before = again.sent = now;
                effects.outgoing.push_back(again.request);
                const OutgoingId id = again.request.id;
                deliveries_.emplace(id, std::move(again));
                break;
            }
            case Due::Kind::expiry: {
                const auto found = live_.find(due.key);
                if (found == live_.end() || found->second.subscription.expires > now) break;  // renewed since
                of_mailbox_[found->second.subscription.mailbox].erase(due.key);
                by_id_.erase(found->second.subscription.id);
                live_.erase(found);
                break;
            }
            case Due::Kind::reauthorize: {
                const auto found = live_.find(due.key);
                if (found == live_.end()) break;
                Subscription& s = found->second.subscription;
                if (s.reauthorization_sent || s.expires - limits::reauthorize_before > now || s.expires <= now) break;
                s.reauthorization_sent = true;
                lifecycle(s, "reauthorizationRequired", now, effects);
                break;
            }
            case Due::Kind::told_missed:
            case Due::Kind::told_reauthorize:
                if (const auto found = live_.find(due.key); found != live_.end()) {
                    if (due.kind == Due::Kind::told_missed) found->second.missed_due = false;
                    lifecycle(found->second.subscription, due.kind == Due::Kind::told_missed ? "missed" : "reauthorizationRequired", now, effects);
                }
                break;
            case Due::Kind::farewell: {
                const auto found = farewells_.find(due.key);
                if (found == farewells_.end()) break;
                Outgoing out;  // told once: there is no subscription left whose delivery could be retried
                out.id = ++last_outgoing_;
                out.not_before = now;
                out.url = found->second.lifecycle_url;
                out.headers.push_back({"Content-Type", "application/json; charset=utf-8"});
                out.body = lifecycle_body(found->second, "subscriptionRemoved");
                out.what = "graph lifecycle notification";
                effects.outgoing.push_back(std::move(out));
                farewells_.erase(found);
                break;
            }
            case Due::Kind::handshake: {
                const auto found = handshakes_.find(due.key);
                if (found == handshakes_.end()) break;
                Handshake handshake = std::move(found->second);
                handshakes_.erase(found);
                handshake.marks.now = now;
                effects.answers.push_back({handshake.exchange, error_reply(errors::handshake_timeout(), handshake.marks)});
                break;
            }
        }
    }
}

}  // namespace fakes::microsoft
