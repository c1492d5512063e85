#include "engine/sync/graph.hpp"

#include "engine/sync/page_trail.hpp"
#include "engine/text/zone.hpp"

namespace engine::sync {
namespace {

const std::string& expand_record() {
    static const std::string kQuery = "$expand=" + percent("singleValueExtendedProperties($filter=id eq '" +
                                                           std::string(kGraphRecordId) + "')");
    return kQuery;
}

/// A 404 that is about the mailbox, not about an item in it: the service may not, or cannot, work with this user.
void judge(Failure& failure) {
    if (failure.kind == Failure::Kind::gone &&
        (failure.code == "MailboxNotEnabledForRESTAPI" || failure.code == "ErrorInvalidUser" ||
         failure.code == "ResourceNotFound" || failure.code == "Request_ResourceNotFound"))
        failure.kind = Failure::Kind::denied;
    // An id that Exchange cannot read names nothing: to the engine the same as not found.
    if (failure.code == "ErrorInvalidIdMalformed") failure.kind = Failure::Kind::gone;
    // The handshake went wrong on its way: not the mailbox's fault (Graph docs: notification endpoint validation).
    if (failure.kind == Failure::Kind::refused && failure.code == "ValidationError")
        failure.kind = Failure::Kind::unavailable;
}

/// As read_from, with Graph's own words judged first.
template <typename Read>
auto decoded(Outcome<HttpResponse> answer, Read read) {
    judge(answer.failure);
    return read_from(std::move(answer), std::move(read));
}

}  // namespace

std::string Graph::user_url(const MailboxRef& who) const {
    std::string url;
    url.reserve(512);
    url = config_.graph_base;
    url += "/users/";
    append_percent(url, who.address);
    return url;
}

HttpRequest Graph::request(const char* method, std::string url) const {
    HttpRequest request;
    request.method = method;
    request.url = std::move(url);
    request.headers.push_back(Header{"Accept", "application/json"});
    request.headers.push_back(Header{"Prefer", "outlook.timezone=\"UTC\""});
    return request;
}

CallRules Graph::rules(const MailboxRef& who, bool repeatable) const {
    CallRules rules;
    rules.mailbox = who.address;
    rules.left = &who.left;
    rules.bearer = &tokens_;
    rules.repeatable = repeatable;
    return rules;
}

Task<Outcome<MailboxSettings>> Graph::settings(const MailboxRef& who) {
    HttpRequest get = request("GET", user_url(who) + "/mailboxSettings");
    Outcome<HttpResponse> answer = co_await calls_.call(std::move(get), rules(who, true));
    co_return decoded(std::move(answer), [this](std::string_view body) { return codec_.settings(body); });
}

Task<Outcome<std::optional<meeting::AutomaticReplies>>> Graph::automatic_replies(const MailboxRef& who, std::uint64_t& seen) {
    HttpRequest get = request("GET", user_url(who) + "/mailboxSettings");
    Outcome<HttpResponse> answer = co_await calls_.call(std::move(get), rules(who, true));
    if (answer.ok() && seen_before(answer.value.body, seen)) co_return Outcome<std::optional<meeting::AutomaticReplies>>{};
    co_return decoded(std::move(answer), [this](std::string_view body) { return codec_.replies(body); });
}

Task<Outcome<EventPage>> Graph::list(const MailboxRef& who, Instant from, const std::string&, const std::string& cursor,
                                           bool states_only) {
    std::string url;
    if (cursor.empty()) {
        // A master's own times are those of its first occurrence: masters come whatever their age. Whole-day events end
        // at midnight of a zone of their own: a day more serves all zones.
        url = user_url(who) + "/calendar/events?$top=" + std::to_string(config_.policies.page_size_events) + "&" +
              (states_only ? std::string("$select=id") : expand_record()) + "&$filter=" +
              percent("type eq 'seriesMaster' or end/dateTime ge '" + text::utc_text(from - std::chrono::hours(24)) + "'");
    } else {
        // The token goes nowhere but to Graph, whatever a page says.
        if (origin(cursor) != origin(config_.graph_base)) {
            Failure foreign;
            foreign.kind = Failure::Kind::malformed;
            co_return Outcome<EventPage>::failed(std::move(foreign));
        }
        url = cursor;
    }
    HttpRequest get = request("GET", std::move(url));
    Outcome<HttpResponse> answer = co_await calls_.call(std::move(get), rules(who, true));
    co_return decoded(std::move(answer), [this, states_only](std::string_view body) {
        return states_only ? codec_.states(body) : codec_.page(body);
    });
}

Task<Outcome<ProviderEvent>> Graph::get(const MailboxRef& who, const std::string& id) {
    HttpRequest get = request("GET", user_url(who) + "/events/" + percent(id) + "?" + expand_record());
    Outcome<HttpResponse> answer = co_await calls_.call(std::move(get), rules(who, true));
    co_return decoded(std::move(answer), [this](std::string_view body) { return codec_.event(body); });
}

Task<Outcome<std::vector<ProviderEvent>>> Graph::instances(const MailboxRef& who, const std::string& master_id,
                                                           Instant from, Instant to) {
    Outcome<std::vector<ProviderEvent>> all;
    std::string url = user_url(who) + "/calendar/events/" + percent(master_id) + "/instances?startDateTime=" +
                      percent(text::utc_text(from)) + "&endDateTime=" + percent(text::utc_text(to)) + "&$top=" +
                      std::to_string(config_.policies.page_size_events);
    PageTrail trail;
    while (!url.empty()) {
        HttpRequest get = request("GET", url);
        Outcome<HttpResponse> answer = co_await calls_.call(std::move(get), rules(who, true));
        Outcome<EventPage> page =
            decoded(std::move(answer), [this](std::string_view body) { return codec_.page(body); });
        if (!page.ok()) {
            all.failure = std::move(page.failure);
            co_return all;
        }
        for (ProviderEvent& event : page.value.events) all.value.push_back(std::move(event));
        url = std::move(page.value.next);
        if (url.empty()) break;
        const bool foreign = origin(url) != origin(config_.graph_base);
        if (foreign) all.failure.kind = Failure::Kind::malformed;
        else if (!trail.leads_on(url)) all.failure = PageTrail::astray();
        if (all.failure.any()) co_return all;
    }
    co_return all;
}

Task<Outcome<ProviderEvent>> Graph::patch_join(const MailboxRef& who, const JoinPatch& patch) {
    HttpRequest change = request("PATCH", user_url(who) + "/calendar/events/" + percent(patch.event_id));
    change.headers.push_back(Header{"Content-Type", "application/json"});
    if (!patch.etag.empty()) change.headers.push_back(Header{"If-Match", patch.etag});
    change.body = GraphCodec::patch_body(patch);
    Outcome<HttpResponse> answer = co_await calls_.call(std::move(change), rules(who, false));
    co_return decoded(std::move(answer), [this](std::string_view body) { return codec_.event(body); });
}

Task<Outcome<Subscription>> Graph::subscribe(const MailboxRef& who, const std::string&, const std::string& secret,
                                             Instant expires) {
    HttpRequest post = request("POST", config_.graph_base + "/subscriptions");
    post.headers.push_back(Header{"Content-Type", "application/json"});
    post.body = GraphCodec::subscribe_body(who.address, config_.hook_base, secret, expires);
    // Sent again after a cut: a subscription that nobody knows of tells nobody anything and expires by itself.
    Outcome<HttpResponse> answer = co_await calls_.call(std::move(post), rules(who, true));
    Outcome<Subscription> made = decoded(
        std::move(answer), [this](std::string_view body) { return codec_.subscription(body); });
    made.value.secret = secret;
    co_return made;
}

Task<Failure> Graph::unsubscribe(const MailboxRef& who, const Subscription& subscription) {
    HttpRequest end = request("DELETE", config_.graph_base + "/subscriptions/" + percent(subscription.id));
    CallRules last = rules(who, true);
    last.left = nullptr;
    Outcome<HttpResponse> answer = co_await calls_.call(std::move(end), std::move(last));
    co_return std::move(answer.failure);
}

Task<Failure> Graph::prove(const MailboxRef& who, Instant now) {
    Outcome<MailboxSettings> read = co_await settings(who);
    if (!read.ok()) co_return std::move(read.failure);
    HttpRequest post = request("POST", user_url(who) + "/calendar/events");
    post.headers.push_back(Header{"Content-Type", "application/json"});
    post.body = GraphCodec::test_event_body(now);
    // The same transactionId makes no second event (Graph docs: event resource).
    Outcome<HttpResponse> answer = co_await calls_.call(std::move(post), rules(who, true));
    judge(answer.failure);
    co_return std::move(answer.failure);
}

Task<std::string> Graph::missing_grants(const MailboxRef&) { co_return std::string(); }

Task<Failure> Graph::share(const MailboxRef&) { co_return Failure{}; }
Task<Failure> Graph::unshare(const MailboxRef&) { co_return Failure{}; }

}  // namespace engine::sync
