#include "fakes/google/channels.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <utility>

#include "fakes/google/base64.hpp"
#include "fakes/google/limits.hpp"
#include "fakes/google/render.hpp"
#include "fakes/text.hpp"

namespace fakes::google {
namespace {

bool id_is_good(std::string_view id) {
    if (id.empty() || id.size() > limits::max_channel_id_chars) return false;
    return std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' ||
               c == '+' || c == '/' || c == '=';
    });
}

/// 20 bytes, the same for every channel on the same collection and user.
std::string resource_id_of(std::string_view collection, std::string_view calendar, std::string_view caller) {
    const std::string text = std::string(collection) + '\n' + std::string(calendar) + '\n' + std::string(caller);
    unsigned char digest[SHA_DIGEST_LENGTH];
    SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
    return base64url({reinterpret_cast<const char*>(digest), sizeof digest});
}

}  // namespace

Refusal Channels::check(const ChannelBody& wanted, Instant now) {
    if (!id_is_good(wanted.id))
        return refuse::channel(wanted.id.empty() ? "required" : "push.channelIdInvalid",
                               wanted.id.empty() ? "Required" : "Invalid channel id: " + wanted.id,
                               "a channel id has 1 to 64 characters of A-Z a-z 0-9 - _ + / =");
    if (wanted.type != "web_hook" && wanted.type != "webhook")
        return refuse::channel("push.channelTypeNotSupported", "Channel type not supported: " + wanted.type,
                               "type must be web_hook");
    const bool plain = http_hooks_allowed_ && wanted.address.starts_with("http://");
    if (!plain && !wanted.address.starts_with("https://"))
        return refuse::channel("push.webhookUrlNotHttps", "WebHook callback must be HTTPS: " + wanted.address,
                               "address must be an https URL");
    const std::string_view host = std::string_view(wanted.address).substr(plain ? 7 : 8);
    if (host.empty() || host[0] == '/' || host[0] == ':' || wanted.address.size() > limits::max_short_text_bytes)
        return refuse::channel("push.webhookUrlNoHostOrAddress", "WebHook callback must have a host: " + wanted.address,
                               "address needs a host");
    if (wanted.token.size() > limits::max_channel_token_chars)
        return refuse::invalid("Invalid value for: token", "a channel token has at most 256 characters");
    if (wanted.ttl_s && *wanted.ttl_s <= 0)
        return refuse::channel("invalid", "Invalid ttl value for channel " + std::to_string(*wanted.ttl_s),
                               "params.ttl must be positive");
    if (wanted.expiration_ms && *wanted.expiration_ms <= now.time_since_epoch().count())
        return refuse::channel("invalid", "Invalid ttl value for channel " + std::to_string(*wanted.expiration_ms),
                               "expiration lies in the past");
    const auto same = channels_.find(wanted.id);
    if (same == channels_.end()) return {};
    if (same->second.expires > now)
        return refuse::channel("channelIdNotUnique", "Channel id " + wanted.id + " not unique",
                               "a living channel of the project has this id");
    by_collection_[same->second.watched].erase(wanted.id);
    channels_.erase(same);
    return {};
}

Refusal Channels::watch(const Calendar& calendar, Collection collection, Narrowed narrowed, std::string_view caller,
                        const ChannelBody& wanted, Instant now, std::string& body, Effects& effects) {
    if (Refusal refusal = check(wanted, now)) return refusal;
    // The stricter of request and server limit, in whole seconds.
    Instant expires = now + limits::default_channel_life;
    const Instant latest = now + limits::max_channel_life;
    if (wanted.ttl_s) expires = now + std::chrono::seconds{std::min<std::int64_t>(*wanted.ttl_s, 100'000'000)};
    if (wanted.expiration_ms) expires = std::min(latest, Instant{std::chrono::milliseconds{*wanted.expiration_ms}});
    expires = std::chrono::floor<std::chrono::seconds>(std::min(expires, latest));

    Channel channel;
    channel.id = wanted.id;
    channel.address = wanted.address;
    channel.token = wanted.token;
    channel.caller = caller;
    channel.watched = {calendar.number, collection};
    channel.expires = expires;
    const std::string watched = std::string(name_of(collection)) + narrowed.query;
    channel.resource_id = resource_id_of(watched, calendar.id(), caller);
    channel.resource_uri = "https://www.googleapis.com/calendar/v3/";
    channel.resource_uri += collection == Collection::events || collection == Collection::rules
                                ? "calendars/" + calendar.id() + '/'
                                : std::string("users/me/");
    channel.resource_uri += name_of(collection);
    channel.resource_uri += collection == Collection::events ? "?maxResults=250&alt=json" : "?alt=json";
    channel.resource_uri += narrowed.query;
    channel.admits = std::move(narrowed.admits);
    channel.seen_change = calendars_.last_change();

    body = "{\"kind\":\"api#channel\",\"id\":";
    put_json(body, channel.id);
    put_member(body, "resourceId", channel.resource_id);
    put_member(body, "resourceUri", channel.resource_uri);
    if (!channel.token.empty()) put_member(body, "token", channel.token);
    put_member(body, "expiration", std::to_string(channel.expires.time_since_epoch().count()));
    body += "}\n";

    send(channel, "sync", now, effects);
    by_collection_[channel.watched].insert(channel.id);
    channels_.emplace(wanted.id, std::move(channel));
    return {};
}

Refusal Channels::stop(const ChannelBody& which, Instant now) {
    if (which.id.empty() || which.resource_id.empty())
        return refuse::required("Required", which.id.empty() ? "id" : "resourceId");
    const auto it = channels_.find(which.id);
    if (it == channels_.end() || it->second.resource_id != which.resource_id || it->second.expires <= now)
        return refuse::channel_not_found(which.id, project_);
    by_collection_[it->second.watched].erase(which.id);
    channels_.erase(it);
    return {};
}

bool Channels::concerns(Channel& channel, Instant now) {
    if (!channel.admits) return true;
    Calendar& calendar = calendars_.at(channel.watched.first);
    const std::uint64_t after = std::exchange(channel.seen_change, calendars_.last_change());
    for (auto at = calendar.by_change.upper_bound(after); at != calendar.by_change.end(); ++at)
        if (channel.admits(calendar, *at->second, now)) return true;
    return false;
}

void Channels::notify(const std::set<Calendars::Changed>& changed, Instant now, Effects& effects) {
    for (const Calendars::Changed& what : changed) {
        const auto watched = by_collection_.find(what);
        if (watched == by_collection_.end()) continue;
        for (auto id = watched->second.begin(); id != watched->second.end();) {
            Channel& channel = channels_.find(*id)->second;
            if (channel.expires <= now) {
                channels_.erase(channel.id);
                id = watched->second.erase(id);
                continue;
            }
            ++id;
            if (calendars_.role_of(calendars_.at(what.first), channel.caller) < AccessRole::reader) continue;
            if (!concerns(channel, now)) continue;
            channel.message_number += 1 + dice_.below(4096);  // grows, but not one by one
            send(channel, "exists", now, effects);
        }
    }
}

void Channels::send(const Channel& channel, std::string_view state, Instant now, Effects& effects) {
    Delivery delivery;
    delivery.channel = channel.id;
    Outgoing& message = delivery.message;
    message.not_before = now;
    message.method = "POST";
    message.url = channel.address;
    message.what = state == "sync" ? "google sync message" : "google notification";
    message.headers = {
        {"User-Agent", "APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)"},
        {"Accept", "*/*"},
        {"Accept-Encoding", "gzip,deflate,br"},
        {"X-Goog-Channel-ID", channel.id},
    };
    if (!channel.token.empty()) message.headers.push_back({"X-Goog-Channel-Token", channel.token});
    message.headers.push_back(
        {"X-Goog-Channel-Expiration", rfc1123_text(std::chrono::floor<std::chrono::seconds>(channel.expires))});
    message.headers.push_back({"X-Goog-Resource-ID", channel.resource_id});
    message.headers.push_back({"X-Goog-Resource-URI", channel.resource_uri});
    message.headers.push_back({"X-Goog-Resource-State", std::string(state)});
    message.headers.push_back({"X-Goog-Message-Number", std::to_string(channel.message_number)});
    hand_out(std::move(delivery), effects);
}

void Channels::hand_out(Delivery delivery, Effects& effects) {
    delivery.message.id = ++last_outgoing_;
    effects.outgoing.push_back(delivery.message);
    if (on_the_way_.size() < limits::max_pending_deliveries) on_the_way_.emplace(last_outgoing_, std::move(delivery));
}

void Channels::answered(OutgoingId id, const Reply* reply, Instant now, Effects& effects) {
    const auto it = on_the_way_.find(id);
    if (it == on_the_way_.end()) return;
    Delivery delivery = std::move(it->second);
    on_the_way_.erase(it);
    // Only these four are tried again; nothing at all, or any other answer, loses the message (facts/google.md 6.6).
    const bool again = reply != nullptr && (reply->status == 500 || reply->status == 502 || reply->status == 503 ||
                                            reply->status == 504);
    const auto channel = channels_.find(delivery.channel);
    if (!again || delivery.attempts >= limits::max_delivery_attempts || channel == channels_.end()) return;
    const auto delay = limits::first_retry_delay * (1 << (delivery.attempts - 1));
    if (channel->second.expires <= now + delay) return;
    ++delivery.attempts;
    delivery.message.not_before = now + delay;
    hand_out(std::move(delivery), effects);
}

std::vector<OpenChannel> Channels::open(Instant now) const {
    std::vector<OpenChannel> out;
    for (const auto& [id, channel] : channels_)
        if (channel.expires > now)
            out.push_back({id, channel.resource_id, channel.resource_uri, channel.address, channel.caller, channel.expires, channel.message_number});
    return out;
}

bool Channels::drop(std::string_view id, Instant now) {
    const auto known = channels_.find(id);
    if (known == channels_.end()) return false;
    const bool alive = known->second.expires > now;
    by_collection_[known->second.watched].erase(known->first);
    std::erase_if(on_the_way_, [&](const auto& each) { return each.second.channel == known->first; });
    channels_.erase(known);
    return alive;
}

void Channels::drop_all() {
    channels_.clear();
    by_collection_.clear();
    on_the_way_.clear();
}

}  // namespace fakes::google
