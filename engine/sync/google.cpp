#include "engine/sync/google.hpp"

#include "engine/provisioning/grants.hpp"
#include "engine/sync/page_trail.hpp"
#include "engine/text/zone.hpp"

namespace engine::sync {
std::string Google::calendar_url(const MailboxRef& who) const {
    std::string url;
    url.reserve(512);
    url = config_.google_base;
    url += "/calendars/";
    append_percent(url, who.address);
    return url;
}

CallRules Google::rules(const MailboxRef& who, bool repeatable) const {
    CallRules rules;
    rules.bearer = &tokens_;
    rules.subject = who.is_room ? config_.google_admin : who.address;
    rules.mailbox = rules.subject;
    rules.left = &who.left;
    rules.repeatable = repeatable;
    rules.quota_403 = true;
    return rules;
}

Task<Outcome<HttpResponse>> Google::send(const char* method, std::string url, std::string body, CallRules rules,
                                         std::string if_match) {
    HttpRequest request;
    request.method = method;
    request.url = std::move(url);
    request.headers.push_back(Header{"Accept", "application/json"});
    if (!body.empty()) request.headers.push_back(Header{"Content-Type", "application/json"});
    if (!if_match.empty()) request.headers.push_back(Header{"If-Match", std::move(if_match)});
    request.body = std::move(body);
    co_return co_await calls_.call(std::move(request), std::move(rules));
}

Task<Outcome<std::string>> Google::setting(const MailboxRef& who, const char* name) {
    Outcome<HttpResponse> answer = co_await send("GET", config_.google_base + "/users/me/settings/" + name,
                                                 std::string(), rules(who, true), std::string());
    co_return read_from(std::move(answer), [this](std::string_view body) { return codec_.setting(body); });
}

Task<Outcome<MailboxSettings>> Google::settings(const MailboxRef& who) {
    Outcome<MailboxSettings> outcome;
    Outcome<std::string> locale = co_await setting(who, "locale");
    // A setting that was never touched may be absent (Google docs: settings): that is no fault of the account.
    if (!locale.ok() && locale.failure.kind != Failure::Kind::gone) {
        outcome.failure = std::move(locale.failure);
        co_return outcome;
    }
    outcome.value.language = std::move(locale.value);
    // The settings are those of the administrator who reads the room; in which zone it stands, its calendar says.
    if (who.is_room) co_return outcome;
    Outcome<std::string> zone = co_await setting(who, "timezone");
    if (!zone.ok() && zone.failure.kind != Failure::Kind::gone) {
        outcome.failure = std::move(zone.failure);
        co_return outcome;
    }
    outcome.value.zone = std::move(zone.value);
    co_return outcome;
}

Task<Outcome<std::optional<meeting::AutomaticReplies>>> Google::automatic_replies(const MailboxRef& who, std::uint64_t& seen) {
    const std::string url = config_.gmail_base + "/users/" + percent(who.address) + "/settings/vacation";
    Outcome<HttpResponse> answer = co_await send("GET", url, std::string(), rules(who, true), std::string());
    // No Gmail for this account: presence is unknown, the calendar is not concerned. Without a token it is.
    const bool no_token = answer.failure.code == "unauthorized_client";
    if (answer.failure.kind == Failure::Kind::denied && !no_token) answer.failure.kind = Failure::Kind::refused;
    if (answer.ok() && seen_before(answer.value.body, seen)) co_return Outcome<std::optional<meeting::AutomaticReplies>>{};
    co_return read_from(
        std::move(answer), [this](std::string_view body) -> std::optional<std::optional<meeting::AutomaticReplies>> {
            std::optional<meeting::AutomaticReplies> replies = codec_.vacation(body);
            if (!replies) return std::nullopt;
            return replies;
        });
}

Task<Outcome<EventPage>> Google::list(const MailboxRef& who, Instant from, const std::string& sync_token,
                                      const std::string& cursor, bool) {
    std::string url = calendar_url(who) + "/events?maxResults=" + std::to_string(config_.policies.page_size_events) +
                      "&timeZone=UTC";
    if (sync_token.empty())
        url += "&timeMin=" + percent(text::utc_text(from));
    else
        url += "&syncToken=" + percent(sync_token);
    if (!cursor.empty()) url += "&pageToken=" + percent(cursor);
    Outcome<HttpResponse> answer = co_await send("GET", std::move(url), std::string(), rules(who, true), std::string());
    // A calendar that cannot be seen is not there (Google docs: 404 notFound).
    if (answer.failure.kind == Failure::Kind::gone) answer.failure.kind = Failure::Kind::denied;
    co_return read_from(std::move(answer), [this](std::string_view body) { return codec_.page(body); });
}

Task<Outcome<ProviderEvent>> Google::get(const MailboxRef& who, const std::string& id) {
    const std::string url = calendar_url(who) + "/events/" + percent(id) + "?timeZone=UTC";
    Outcome<HttpResponse> answer = co_await send("GET", url, std::string(), rules(who, true), std::string());
    Outcome<ProviderEvent> event =
        read_from(std::move(answer), [this](std::string_view body) { return codec_.event(body); });
    // Deleted events answer 200 with status cancelled until they vanish.
    if (event.ok() && event.value.cancelled && event.value.master_id.empty()) event.failure.kind = Failure::Kind::gone;
    if (event.failure.kind == Failure::Kind::sync_lost) event.failure.kind = Failure::Kind::gone;
    co_return event;
}

Task<Outcome<std::vector<ProviderEvent>>> Google::instances(const MailboxRef& who, const std::string& master_id,
                                                            Instant from, Instant to) {
    std::string url = calendar_url(who) + "/events/" + percent(master_id) + "/instances?timeZone=UTC";
    co_return co_await all_between(who, std::move(url), from, to);
}

/// Every page of a list, of what takes place in that span.
Task<Outcome<std::vector<ProviderEvent>>> Google::all_between(const MailboxRef& who, std::string url, Instant from, Instant to) {
    Outcome<std::vector<ProviderEvent>> all;
    url += "&maxResults=" + std::to_string(config_.policies.page_size_events) + "&timeMin=" + percent(text::utc_text(from)) +
           "&timeMax=" + percent(text::utc_text(to));
    std::string cursor;
    PageTrail trail;
    while (true) {
        std::string page_url = cursor.empty() ? url : url + "&pageToken=" + percent(cursor);
        Outcome<HttpResponse> answer =
            co_await send("GET", std::move(page_url), std::string(), rules(who, true), std::string());
        Outcome<EventPage> page =
            read_from(std::move(answer), [this](std::string_view body) { return codec_.page(body); });
        if (!page.ok()) {
            all.failure = std::move(page.failure);
            co_return all;
        }
        for (ProviderEvent& event : page.value.events) all.value.push_back(std::move(event));
        cursor = std::move(page.value.next);
        if (cursor.empty()) break;
        if (!trail.leads_on(cursor)) {
            all.failure = PageTrail::astray();
            co_return all;
        }
    }
    co_return all;
}

Task<Outcome<ProviderEvent>> Google::patch_join(const MailboxRef& who, const JoinPatch& patch) {
    const std::string url =
        calendar_url(who) + "/events/" + percent(patch.event_id) + "?sendUpdates=none&timeZone=UTC";
    Outcome<HttpResponse> answer =
        co_await send("PATCH", url, GoogleCodec::patch_body(patch), rules(who, false), patch.etag);
    if (answer.failure.kind == Failure::Kind::denied && answer.failure.status == 403)
        answer.failure.kind = Failure::Kind::refused;  // about this event, not about the calendar
    co_return read_from(std::move(answer), [this](std::string_view body) { return codec_.event(body); });
}

Task<Outcome<Subscription>> Google::subscribe(const MailboxRef& who, const std::string& id, const std::string& secret,
                                              Instant expires) {
    std::string channel_id = id;
    // A channel id is used once in a project's life; after a lost answer the next try needs another one.
    for (int tries = 0; tries < 3; ++tries) {
        const std::string body = GoogleCodec::watch_body(channel_id, secret, config_.hook_base, expires);
        Outcome<HttpResponse> answer = co_await send("POST", calendar_url(who) + "/events/watch?timeZone=UTC", body,
                                                     rules(who, false), std::string());
        if (answer.failure.kind == Failure::Kind::unclear || answer.failure.code == "channelIdNotUnique") {
            channel_id += 'x';
            continue;
        }
        Outcome<Subscription> made =
            read_from(std::move(answer), [this](std::string_view text) { return codec_.channel(text); });
        made.value.secret = secret;
        if (made.ok() && made.value.expires == Instant{}) made.value.expires = expires;
        co_return made;
    }
    Failure failure;
    failure.kind = Failure::Kind::unavailable;
    co_return Outcome<Subscription>::failed(std::move(failure));
}

Task<Failure> Google::unsubscribe(const MailboxRef& who, const Subscription& subscription) {
    CallRules last = rules(who, true);
    last.left = nullptr;
    Outcome<HttpResponse> answer = co_await send("POST", config_.google_base + "/channels/stop",
                                                 GoogleCodec::stop_body(subscription), std::move(last), std::string());
    co_return std::move(answer.failure);
}

/// The user's locale needs one scope, the vacation responder the other.
Task<Failure> Google::prove(const MailboxRef& who, Instant) {
    Outcome<MailboxSettings> read = co_await settings(who);
    if (!read.ok()) co_return std::move(read.failure);
    std::uint64_t nothing_seen = 0;
    Outcome<std::optional<meeting::AutomaticReplies>> replies = co_await automatic_replies(who, nothing_seen);
    co_return std::move(replies.failure);
}

/// Google says the same of a client that is not there and of one that lacks a scope: each scope is asked for alone.
Task<std::string> Google::missing_grants(const MailboxRef& who) {
    const std::string subject = who.is_room ? config_.google_admin : who.address;
    std::vector<std::string> missing;
    for (const std::string_view scope : provisioning::kGoogleScopes) {
        const Failure failure = co_await tokens_.probe(subject, std::string(scope));
        if (failure.code == "unauthorized_client") missing.emplace_back(provisioning::short_scope(scope));
    }
    // All of them: the delegation does not reach this user at all.
    if (missing.size() == provisioning::kGoogleScopes.size()) co_return std::string();
    co_return provisioning::joined(missing);
}

Task<Failure> Google::share(const MailboxRef& room) {
    Outcome<HttpResponse> answer =
        co_await send("POST", calendar_url(room) + "/acl?sendNotifications=false",
                      GoogleCodec::rule_body(config_.service_account), rules(room, true), std::string());
    co_return std::move(answer.failure);
}

Task<Failure> Google::unshare(const MailboxRef& room) {
    CallRules last = rules(room, true);
    last.left = nullptr;
    Outcome<HttpResponse> answer =
        co_await send("DELETE", calendar_url(room) + "/acl/" + percent("user:" + config_.service_account), std::string(),
                      std::move(last), std::string());
    co_return std::move(answer.failure);
}

}  // namespace engine::sync
