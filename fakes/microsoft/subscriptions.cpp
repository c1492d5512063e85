#include "fakes/microsoft/subscriptions.hpp"

#include <algorithm>

#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/query.hpp"
#include "fakes/microsoft/replies.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

/// `users/{x}/events`, `/users/{x}/calendar/events`, `users('x')/events`, `users/{x}/calendars/{id}/events`.
struct EventsOf {
    std::string user;
    std::string calendar;       // id; empty: not by id
    bool default_only = false;  // "calendar/events"
};
std::optional<EventsOf> read_resource(std::string_view resource) {
    resource = resource.substr(0, resource.find('?'));
    if (resource.starts_with('/')) resource.remove_prefix(1);
    const std::string words = lower(resource);
    std::string user;
    std::size_t at = 0;
    if (words.starts_with("users/")) {
        at = words.find('/', 6);
        if (at == std::string::npos) return std::nullopt;
        user = std::string(resource.substr(6, at - 6));
    } else if (words.starts_with("users('")) {
        at = words.find("')", 7);
        if (at == std::string::npos) return std::nullopt;
        user = std::string(resource.substr(7, at - 7));
        at += 2;
    } else {
        return std::nullopt;
    }
    EventsOf out{percent_decode(user, false), {}, false};
    const std::string rest = words.substr(at);
    static constexpr std::string_view tail = "/events";
    if (rest == tail) return out;
    out.default_only = rest == "/calendar/events";
    if (out.default_only) return out;
    if (!rest.ends_with(tail)) return std::nullopt;
    // The id keeps its case.
    std::string_view id = resource.substr(at, rest.size() - tail.size());
    static constexpr std::string_view by_path = "/calendars/", by_key = "/calendars('";
    if (same_text(id.substr(0, by_key.size()), by_key) && id.ends_with("')")) id = id.substr(by_key.size(), id.size() - by_key.size() - 2);
    else if (same_text(id.substr(0, by_path.size()), by_path)) id.remove_prefix(by_path.size());
    else return std::nullopt;
    out.calendar = percent_decode(id, false);
    if (out.calendar.empty() || out.calendar.find('/') != std::string::npos) return std::nullopt;
    return out;
}

void put_optional(std::string& out, std::string_view name, const std::string& value) {
    if (value.empty()) {
        out += ",\"";
        out += name;
        out += "\":null";
    } else {
        put_member(out, name, value);
    }
}

std::string offset_time(Instant at) {  // notifications write "+00:00" where entities write "Z"
    std::string out;
    put_instant(out, at);
    out.pop_back();
    return out + "+00:00";
}

}  // namespace

Subscriptions::Subscriptions(Mailboxes& mailboxes, const MicrosoftOptions& options, std::string tenant, const signing::KeyRing& keys, Dice dice)
    : mailboxes_(mailboxes), options_(options), tenant_(std::move(tenant)), keys_(keys), dice_(dice), endpoints_(options.endpoint_sample) {}

std::string Subscriptions::json(const Subscription& s, bool with_state) {
    std::string out;
    put_member(out, "id", s.id);
    put_member(out, "resource", s.resource);
    put_member(out, "applicationId", s.app);
    put_member(out, "changeType", s.change_type);
    put_optional(out, "clientState", with_state ? s.client_state : std::string());
    put_member(out, "notificationUrl", s.url);
    out += ",\"notificationQueryOptions\":null";
    put_optional(out, "lifecycleNotificationUrl", s.lifecycle_url);
    std::string expires = s.expires_text;
    if (expires.empty()) put_instant(expires, s.expires);
    put_member(out, "expirationDateTime", expires);
    put_member(out, "creatorId", s.creator);
    out += s.rich ? ",\"includeResourceData\":true" : ",\"includeResourceData\":null";
    put_member(out, "latestSupportedTlsVersion", s.tls_version);
    put_optional(out, "encryptionCertificate", s.rich ? s.rich->certificate_text : std::string());
    put_optional(out, "encryptionCertificateId", s.rich ? s.rich->certificate_id : std::string());
    out += ",\"notificationUrlAppId\":null";
    return out;
}

bool Subscriptions::url_allowed(std::string_view url) const {
    const std::string words = lower(url.substr(0, 8));
    return words == "https://" ? url.size() > 8 : options_.http_hooks_allowed && words.starts_with("http://");
}

std::optional<Fault> Subscriptions::set_expiry(Subscription& out, const SubscriptionInput& input, bool anew, Instant now) const {
    if (!input.expiration) return errors::subscription_property("ExpirationDateTime is required.");
    if (*input.expiration <= now) return errors::subscription_in_the_past();
    if (*input.expiration > now + (out.rich ? limits::rich_subscription_life : limits::subscription_life))
        return errors::subscription_too_long(anew ? "Create" : "Update", out.rich ? limits::rich_subscription_life : limits::subscription_life);
    const bool raised = *input.expiration < now + limits::subscription_life_min;
    out.expires = raised ? now + limits::subscription_life_min : *input.expiration;
    const bool as_sent = !raised && !input.expiration_text.empty() && input.expiration_text.back() == 'Z';
    out.expires_text = as_sent ? input.expiration_text : std::string();
    out.reauthorization_sent = false;
    return std::nullopt;
}

/// $select may stand there (it narrows nothing without resource data), $filter narrows.
std::optional<Fault> Subscriptions::fill_filter(Subscription& out) const {
    const std::size_t mark = out.resource.find('?');
    if (mark == std::string::npos) return std::nullopt;
    auto query = read_query(std::string_view(out.resource).substr(mark + 1));
    if (Fault* fault = std::get_if<Fault>(&query)) return std::move(*fault);
    const Query& asked = std::get<Query>(query);
    if (asked.top || asked.skip != 0 || !asked.order.empty() || asked.count || asked.expand.any())
        return errors::subscription_property("The resource of a subscription takes $filter and $select.");
    out.filter = asked.filter;
    return std::nullopt;
}

std::optional<Fault> Subscriptions::fill(Subscription& out, const SubscriptionInput& input, Instant now) const {
    if (!input.change_type || input.change_type->empty()) return errors::subscription_property("ChangeType is required.");
    out.change_type = *input.change_type;
    for (std::string_view rest = out.change_type; !rest.empty();) {
        const std::size_t comma = rest.find(',');
        std::string word = lower(rest.substr(0, comma));
        word.erase(std::remove(word.begin(), word.end(), ' '), word.end());
        if (word == "created") out.created = true;
        else if (word == "updated") out.updated = true;
        else if (word == "deleted") out.deleted = true;
        else return errors::subscription_property("ChangeType is a list of created, updated and deleted.");
        rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
    if (!input.notification_url || !url_allowed(*input.notification_url)) return errors::hook_not_https();
    out.url = *input.notification_url;
    if (input.lifecycle_url && !input.lifecycle_url->empty()) {
        if (!url_allowed(*input.lifecycle_url)) return errors::hook_not_https();
        out.lifecycle_url = *input.lifecycle_url;
    }
    if (input.client_state && input.client_state->size() > limits::client_state)
        return errors::subscription_property("ClientState has at most 128 characters.");
    out.client_state = input.client_state.value_or("");
    if (input.tls_version) out.tls_version = *input.tls_version;
    if (out.tls_version != "v1_0" && out.tls_version != "v1_1" && out.tls_version != "v1_2" && out.tls_version != "v1_3")
        return errors::subscription_property("LatestSupportedTlsVersion is v1_0, v1_1, v1_2 or v1_3.");
    if (!input.resource) return errors::subscription_property("Resource is required.");
    out.resource = *input.resource;
    out.immutable_ids = input.immutable_ids;
    if (input.include_resource_data.value_or(false)) {
        if (const auto fault = fill_rich(out, input)) return fault;
    } else if (const auto fault = fill_filter(out)) {
        return fault;
    }
    if (lower(out.resource).starts_with("me/")) return errors::me_needs_delegation();
    const std::optional<EventsOf> events = read_resource(out.resource);
    if (!events) return errors::subscription_property("Resource is not a collection of events: '" + out.resource.substr(0, 100) + "'.");
    const Mailboxes::Found found = mailboxes_.find(events->user);
    if (!found.user) return errors::unknown_user(events->user);
    if (!found.mailbox) return errors::no_mailbox(events->user);
    if (!found.mailbox->service_allowed) return errors::policy_blocks(found.mailbox->owner().address);
    out.mailbox = found.mailbox->index();
    if (events->default_only) out.calendar = out.mailbox;
    if (!events->calendar.empty()) {
        if (!calendar_id_shaped(events->calendar)) return errors::malformed_id();
        for (const Mailbox* each : mailboxes_.calendars_of(*found.mailbox))
            if (events->calendar == calendar_id(each->ids())) out.calendar = each->index();
        if (!out.calendar) return errors::item_not_found();
    }
    const auto own = of_mailbox_.find(out.mailbox);
    if (own != of_mailbox_.end() && own->second.size() >= limits::subscriptions_per_mailbox) return errors::subscription_quota();
    return set_expiry(out, input, true, now);
}

void Subscriptions::create(const SubscriptionInput& input, const std::string& app, const std::string& creator, const Exchange& exchange,
                           ExchangeId id, Effects& effects) {
    Handshake handshake;
    handshake.exchange = id;
    handshake.marks = exchange;
    handshake.subscription.id = dice_.uuid();
    handshake.subscription.app = app;
    handshake.subscription.creator = creator;
    if (const auto fault = fill(handshake.subscription, input, exchange.now)) {
        effects.answers.push_back({id, error_reply(*fault, exchange)});
        return;
    }
    handshake.lifecycle_due = !handshake.subscription.lifecycle_url.empty();
    const std::string url = handshake.subscription.url;
    shake(std::move(handshake), url, exchange.now, effects);
}

void Subscriptions::renew(const std::string& subscription, const SubscriptionInput& input, const std::string& app, const Exchange& exchange,
                          ExchangeId id, Effects& effects) {
    const Subscription* known = find(subscription, app, exchange.now);
    const auto refuse = [&](const Fault& fault) { effects.answers.push_back({id, error_reply(fault, exchange)}); };
    if (!known) return refuse(errors::subscription_not_found());
    Subscription changed = *known;
    if (input.expiration)
        if (const auto fault = set_expiry(changed, input, false, exchange.now)) return refuse(*fault);
    if (changed.rich && (input.certificate || input.certificate_id)) {
        SubscriptionInput again = input;
        if (!again.certificate) again.certificate = changed.rich->certificate_text;
        if (!again.certificate_id) again.certificate_id = changed.rich->certificate_id;
        if (const auto fault = fill_rich(changed, again)) return refuse(*fault);
    }
    Handshake handshake;
    handshake.exchange = id;
    handshake.marks = exchange;
    handshake.is_new = false;
    if (input.notification_url && *input.notification_url != changed.url) {
        if (!url_allowed(*input.notification_url)) return refuse(errors::hook_not_https());
        changed.url = *input.notification_url;
        handshake.subscription = std::move(changed);
        const std::string url = handshake.subscription.url;
        return shake(std::move(handshake), url, exchange.now, effects);
    }
    handshake.subscription = std::move(changed);
    conclude(handshake, exchange.now, effects);
}

void Subscriptions::shake(Handshake handshake, const std::string& url, Instant now, Effects& effects) {
    handshake.token = "Validation: Testing client application reachability for subscription Request-Id: " + dice_.uuid();
    handshake.sent = now;
    Outgoing out;
    out.id = ++last_outgoing_;
    out.not_before = now;
    const std::string address = url.substr(0, url.find('#'));
    out.url = address + (address.find('?') == std::string::npos ? "?" : "&") + "validationToken=" + percent_encode(handshake.token, true);
    out.headers.push_back({"Content-Type", "text/plain; charset=utf-8"});
    out.what = "graph handshake";
    schedule(now + limits::handshake, Due::Kind::handshake, out.id);
    handshakes_.emplace(out.id, std::move(handshake));
    effects.outgoing.push_back(std::move(out));
}

void Subscriptions::conclude(Handshake& handshake, Instant now, Effects& effects) {
    Subscription& made = handshake.subscription;
    handshake.marks.now = now;
    const std::string context = "{\"@odata.context\":\"" + options_.graph_base + "/$metadata#subscriptions/$entity\",";
    Reply reply = json_reply(handshake.is_new ? 201 : 200, context + json(made) + "}", handshake.marks);
    std::uint64_t serial = 0;
    if (handshake.is_new) {
        reply.headers.push_back({"Location", options_.graph_base + "/subscriptions('" + made.id + "')"});
        serial = made.serial = ++last_serial_;
        by_id_[made.id] = serial;
        of_mailbox_[made.mailbox].insert(serial);
        live_[serial].subscription = made;
    } else {
        const auto known = by_id_.find(made.id);
        if (known == by_id_.end()) {
            effects.answers.push_back({handshake.exchange, error_reply(errors::subscription_not_found(), handshake.marks)});
            return;
        }
        serial = known->second;
        live_[serial].subscription = made;
    }
    schedule(made.expires, Due::Kind::expiry, serial);
    if (!made.lifecycle_url.empty()) schedule(std::max(now, made.expires - limits::reauthorize_before), Due::Kind::reauthorize, serial);
    effects.answers.push_back({handshake.exchange, std::move(reply)});
}

bool Subscriptions::answered(OutgoingId id, const Reply* reply, Silence why, Instant now, Effects& effects) {
    if (const auto found = handshakes_.find(id); found != handshakes_.end()) {
        Handshake handshake = std::move(found->second);
        handshakes_.erase(found);
        handshake.marks.now = now;
        std::optional<Fault> fault;
        const std::string* type = reply ? find_header(reply->headers, "Content-Type") : nullptr;
        if (now - handshake.sent > limits::handshake) fault = errors::handshake_timeout();
        else if (!reply) fault = errors::handshake_unanswered(why, handshake.lifecycle ? handshake.subscription.lifecycle_url : handshake.subscription.url);
        else if (reply->status != 200) fault = errors::handshake_status(reply->status);
        else if (!type || !lower(*type).starts_with("text/plain") || reply->body != handshake.token) fault = errors::handshake_echo();
        if (fault) {
            effects.answers.push_back({handshake.exchange, error_reply(*fault, handshake.marks)});
        } else if (handshake.lifecycle_due) {
            handshake.lifecycle_due = false;
            handshake.lifecycle = true;
            const std::string url = handshake.subscription.lifecycle_url;
            shake(std::move(handshake), url, now, effects);
        } else {
            conclude(handshake, now, effects);
        }
        return true;
    }
    const auto found = deliveries_.find(id);
    if (found == deliveries_.end()) return false;
    endpoints_.answered(found->second.request.url, now, now - found->second.sent);
    if (reply && reply->status >= 200 && reply->status < 300) {
        if (const auto owner = live_.find(found->second.subscription); owner != live_.end() && owner->second.in_flight > 0) --owner->second.in_flight;
        deliveries_.erase(found);
    } else {
        retry_later(id, now, effects);
    }
    return true;
}

const Subscription* Subscriptions::find(std::string_view id, const std::string& app, Instant now) const {
    const auto known = by_id_.find(id);
    if (known == by_id_.end()) return nullptr;
    const Subscription& found = live_.at(known->second).subscription;
    return found.app == app && found.expires > now ? &found : nullptr;
}

std::vector<OpenSubscription> Subscriptions::open(Instant now) const {
    std::vector<OpenSubscription> out;
    for (const auto& [serial, live] : live_) {
        const Subscription& one = live.subscription;
        if (one.expires <= now) continue;
        out.push_back({one.id, one.app, one.resource, one.change_type, one.url, one.lifecycle_url, mailboxes_.all()[one.mailbox].owner().address, one.expires,
                       std::string(name_of(endpoints_.state(one.url, now)))});
    }
    return out;
}

std::vector<const Subscription*> Subscriptions::of_app(const std::string& app, Instant now) const {
    std::vector<const Subscription*> out;
    for (const auto& [serial, live] : live_)
        if (live.subscription.app == app && live.subscription.expires > now) out.push_back(&live.subscription);
    return out;
}

bool Subscriptions::remove(std::string_view id, const std::string& app, Instant now) {
    const Subscription* found = find(id, app, now);
    if (!found) return false;
    const std::uint64_t serial = found->serial;
    of_mailbox_[found->mailbox].erase(serial);
    by_id_.erase(by_id_.find(id));
    live_.erase(serial);
    return true;
}

bool Subscriptions::reauthorize(std::string_view id, const std::string& app, Instant now) { return find(id, app, now) != nullptr; }

void Subscriptions::part_from(const Subscription& subscription, bool tell, Instant now) {
    if (!tell || subscription.lifecycle_url.empty() || subscription.expires <= now) return;
    farewells_[subscription.serial] = subscription;
    schedule(now, Due::Kind::farewell, subscription.serial);
}

void Subscriptions::drop_all(Instant now) {
    for (const auto& [serial, live] : live_) part_from(live.subscription, options_.tell_removed_subscriptions, now);
    live_.clear();
    by_id_.clear();
    of_mailbox_.clear();
    deliveries_.clear();
}

std::size_t Subscriptions::tell(MicrosoftService::LifecycleEvent event, std::string_view id, Instant now) {
    using Event = MicrosoftService::LifecycleEvent;
    std::vector<std::uint64_t> heard;
    for (const auto& [serial, live] : live_) {
        const Subscription& one = live.subscription;
        if (one.lifecycle_url.empty() || one.expires <= now || (!id.empty() && one.id != id)) continue;
        heard.push_back(serial);
    }
    for (const std::uint64_t serial : heard) {
        if (event == Event::subscription_removed) forget(serial, true, now);
        else schedule(now, event == Event::missed ? Due::Kind::told_missed : Due::Kind::told_reauthorize, serial);
    }
    return heard.size();
}

bool Subscriptions::drop(std::string_view id, Instant now) {
    const auto known = by_id_.find(id);
    if (known == by_id_.end()) return false;
    const std::uint64_t serial = known->second;
    const bool alive = live_.at(serial).subscription.expires > now;
    forget(serial, options_.tell_removed_subscriptions, now);
    return alive;
}

void Subscriptions::forget(std::uint64_t serial, bool tell, Instant now) {
    const Subscription& subscription = live_.at(serial).subscription;
    part_from(subscription, tell, now);
    of_mailbox_[subscription.mailbox].erase(serial);
    std::erase_if(deliveries_, [&](const auto& each) { return each.second.subscription == serial; });
    by_id_.erase(subscription.id);
    live_.erase(serial);
}

void Subscriptions::note(const Mailbox& mailbox, const MailboxChange& change) {
    const auto subscribed = of_mailbox_.find(mailbox.home());
    if (subscribed == of_mailbox_.end() || !mailboxes_.all()[mailbox.home()].service_allowed) return;
    using Change = MailboxChange::Kind;
    for (const std::uint64_t serial : subscribed->second) {
        Live& live = live_.at(serial);
        const Subscription& s = live.subscription;
        if (s.expires <= change.at || (s.calendar && *s.calendar != mailbox.index())) continue;
        if (!(change.kind == Change::created ? s.created : change.kind == Change::updated ? s.updated : s.deleted)) continue;
        if (s.filter && change.kind != Change::deleted) {  // what a deleted event said is no more known
            const std::optional<Entry> entry = mailbox.entry(change.item, std::nullopt);
            if (entry && !matches(*s.filter, mailbox, *entry)) continue;
        }
        if (live.waiting.size() >= limits::notifications_waiting) continue;
        // Changes of occurrences are told by the master's id: they are no store items of their own.
        const std::string id = s.immutable_ids ? immutable_id(mailbox.ids(), change.item, std::nullopt) : item_id(mailbox.ids(), change.item);
        const std::string resource = "Users/" + mailbox.user_id() + "/Events/" + id;
        std::string out = "{";
        put_member(out, "subscriptionId", s.id);
        put_member(out, "subscriptionExpirationDateTime", offset_time(s.expires));
        put_member(out, "changeType", change.kind == Change::created ? "created" : change.kind == Change::updated ? "updated" : "deleted");
        put_member(out, "resource", resource);
        out += ",\"resourceData\":{\"@odata.type\":\"#Microsoft.Graph.Event\"";
        put_member(out, "@odata.id", resource);
        put_member(out, "@odata.etag", "W/\"" + change_key(mailbox.ids(), change.change) + "\"");
        put_member(out, "id", id);
        out += '}';
        put_optional(out, "clientState", s.client_state);
        put_member(out, "tenantId", tenant_);
        if (s.rich) out += encrypted_content(s, mailbox, change);
        out += '}';
        live.waiting.push_back(std::move(out));
        if (!live.flush_due) schedule(change.at + options_.notify_after, Due::Kind::flush, serial);
        live.flush_due = true;
    }
}

}  // namespace fakes::microsoft
