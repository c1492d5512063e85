#include "fakes/microsoft/graph.hpp"

#include <algorithm>

#include "fakes/microsoft/input.hpp"
#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/replies.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes {

std::unique_ptr<MicrosoftService> make_microsoft(Organisation organisation, MicrosoftOptions options) {
    return std::make_unique<microsoft::Graph>(std::move(organisation), std::move(options));
}

}  // namespace fakes

namespace fakes::microsoft {
namespace {

std::string host_of(std::string_view base) {
    const std::size_t scheme = base.find("://");
    std::string_view rest = scheme == std::string_view::npos ? base : base.substr(scheme + 3);
    rest = rest.substr(0, rest.find('/'));
    return lower(rest.substr(0, rest.find(':')));
}

std::string path_of(std::string_view base) {
    const std::size_t scheme = base.find("://");
    const std::size_t slash = base.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
    return slash == std::string_view::npos ? std::string() : std::string(base.substr(slash));
}

/// Facts of the clouds: their hosts never take a token or a tenant of the worldwide one.
std::optional<std::string_view> national_host(std::string_view host, std::string_view graph, std::string_view authority) {
    if (host == graph || host == authority) return std::nullopt;
    for (const std::string_view other : {"graph.microsoft.us", "dod-graph.microsoft.us", "microsoftgraph.chinacloudapi.cn", "graph.microsoft.de"})
        if (host == other) return "graph";
    for (const std::string_view other : {"login.microsoftonline.us", "login.chinacloudapi.cn", "login.partner.microsoftonline.cn", "login.microsoftonline.de"})
        if (host == other) return "login";
    return std::nullopt;
}

}  // namespace

Graph::Graph(Organisation organisation, MicrosoftOptions options)
    : options_(options), domain_(organisation.domain), organisation_name_(organisation.name), tenant_(lower(organisation.microsoft_tenant)),
      graph_host_(host_of(options.graph_base)),
      graph_origin_(options.graph_base.substr(0, options.graph_base.size() - path_of(options.graph_base).size())),
      version_path_(path_of(options.graph_base)), authority_host_(host_of(options.authority_base)),
      guids_(Dice(options.seed).stream("request-ids")), mailboxes_(organisation, Dice(options.seed).stream("mailboxes"), options.change_log),
      calendars_(mailboxes_, tenant_, options.room_booking_days, Dice(options.seed).stream("online-meetings")),
      keys_(Dice(options.seed).stream("signing-keys")), tokens_(organisation, options, keys_, Dice(options.seed).stream("tokens")),
      subscriptions_(mailboxes_, options, tenant_, keys_, Dice(options.seed).stream("subscriptions")),
      uploads_(Dice(options.seed).stream("uploads")), sync_tokens_(Dice(options.seed).stream("sync-tokens")) {
    for (const Person& person : organisation.people) address_of_key_[person.key] = person.address;
}

bool Graph::for_token_endpoint(const Request& request) const {
    const bool graph = request.host == graph_host_, authority = request.host == authority_host_;
    if (graph != authority) return authority;
    // One origin carries both (or neither is named): the version segment tells.
    const std::string_view target = request.target;
    return !same_text(target.substr(0, version_path_.size()), version_path_) && !same_text(target.substr(0, 6), "/beta/");
}

Exchange Graph::marks_of(const Request& request, Instant now) {
    Exchange marks;
    marks.now = now;
    marks.request_id = guids_.uuid();
    const std::string* sent = find_header(request.headers, "client-request-id");
    marks.client_request_id = sent && !sent->empty() ? sent->substr(0, 128) : marks.request_id;
    return marks;
}

void Graph::request(ExchangeId id, const Request& request, Instant now, Effects& effects) {
    apply_policies(now);
    if (const auto cloud = national_host(request.host, graph_host_, authority_host_)) {
        const Exchange marks = marks_of(request, now);
        effects.answers.push_back({id, *cloud == "login" ? tokens_.other_cloud(request, now) : error_reply(errors::other_cloud(), marks)});
        return;
    }
    if (request.target.size() <= limits::target_bytes && for_token_endpoint(request)) {
        effects.answers.push_back({id, tokens_.answer(request, now)});
        return;
    }
    Exchange marks = marks_of(request, now);
    if (request.target.size() > limits::target_bytes) effects.answers.push_back({id, error_reply(errors::target_too_long(), marks)});
    else if (request.body.size() > limits::request_bytes) effects.answers.push_back({id, error_reply(errors::body_too_large(), marks)});
    else graph_request(id, request, marks, effects);
    drain(now);
}

void Graph::graph_request(ExchangeId id, const Request& request, Exchange& marks, Effects& effects) {
    const auto answer = [&](Reply reply) { effects.answers.push_back({id, std::move(reply)}); };
    if (auto reply = upload_reply(request, marks)) return answer(std::move(*reply));
    const auto access = tokens_.check(find_header(request.headers, "Authorization"), marks.now);
    if (const Fault* fault = std::get_if<Fault>(&access)) return answer(error_reply(*fault, marks));
    const std::shared_ptr<const Access> held = std::get<std::shared_ptr<const Access>>(access);
    dispatch(id, request, *held, marks, effects);
    settle_batches(effects);
}

void Graph::dispatch(ExchangeId id, const Request& request, const Access& access, Exchange& marks, Effects& effects) {
    const auto answer = [&](Reply reply) { effects.answers.push_back({id, std::move(reply)}); };
    const std::size_t mark = request.target.find('?');
    const Route route = route_of(std::string_view(request.target).substr(0, mark), version_path_);
    Call call{request, route, access, marks, {}, nullptr, {}};
    if (mark != std::string::npos) call.query = std::string_view(request.target).substr(mark + 1);
    if ((request.method == "POST" || request.method == "PATCH") && !request.body.empty()) {
        const std::string* type = find_header(request.headers, "Content-Type");
        if (!type || !same_text(std::string_view(*type).substr(0, 16), "application/json")) return answer(refuse(call, errors::not_json_type()));
    }
    using Resource = Route::Resource;
    switch (route.resource) {
        case Resource::unknown: {
            // What Graph has and this fake has not is no mistake of the caller's.
            for (const std::string_view mail : {"messages", "mailFolders", "contacts", "contactFolders"})  // no role here opens them
                if (!route.user.empty() && same_text(route.bad_segment, mail)) return answer(refuse(call, errors::role_missing("Mail.Read or Contacts.Read")));
            for (const std::string_view missing : {"beta", "groups", "places", "masterCategories", "presence", "manager", "directReports", "memberOf", "photo", "drive", "drives", "sites",
                                                   "onlineMeetings", "todo", "chats", "teams", "applications", "servicePrincipals", "$metadata"})
                if (same_text(route.bad_segment, missing)) return answer(refuse(call, errors::not_implemented("This service has no " + std::string(missing) + ": COVERAGE.md.")));
            return answer(refuse(call, errors::unknown_segment(route.bad_segment)));
        }
        case Resource::me: return answer(refuse(call, errors::me_needs_delegation()));
        case Resource::batch: return batch_request(id, call, effects);
        case Resource::users:
        case Resource::user:
        case Resource::organization: return answer(directory_reply(call));
        case Resource::subscriptions:
        case Resource::subscription:
        case Resource::reauthorize: return subscription_request(id, call, effects);
        default: return answer_in_time(id, call, effects);
    }
}

std::optional<Fault> Graph::find_mailbox(std::string_view user, Mailbox*& mailbox) {
    const Mailboxes::Found found = mailboxes_.find(user);
    if (!found.user) return errors::unknown_user(user);
    if (!found.mailbox) return errors::no_mailbox(user);
    if (!found.mailbox->service_allowed) return errors::policy_blocks(found.mailbox->owner().address);
    mailbox = found.mailbox;
    return std::nullopt;
}

std::optional<Fault> Graph::check_role(const Call& call) const {
    using Resource = Route::Resource;
    const Resource resource = call.route.resource;
    const bool reads = call.request.method == "GET";
    if (resource == Resource::settings) {
        if (!reads && call.request.method != "PATCH") return errors::method_not_allowed(call.request.method);
        if (reads ? !call.access.settings_read : !call.access.settings_write)
            return errors::role_missing(reads ? "MailboxSettings.Read" : "MailboxSettings.ReadWrite");
    } else if (resource == Resource::schedule || resource == Resource::translate_ids || reads) {
        if (!call.access.calendars_read) return errors::role_missing("Calendars.Read");
    } else if (!call.access.calendars_write) {
        return errors::role_missing("Calendars.ReadWrite");
    }
    return std::nullopt;
}

void Graph::throttle(int requests, std::chrono::milliseconds window) {
    options_.throttle_requests = requests;
    options_.throttle_window = window;
    spent_.clear();
}

/// Who waits as long as told is served again (Graph docs, throttling: "the fastest way to recover").
std::optional<Reply> Graph::throttle(const Call& call) {
    if (options_.throttle_requests <= 0) return std::nullopt;
    Spent& spent = spent_[call.mailbox->index()];
    if (call.marks.now >= spent.window + options_.throttle_window || spent.requests == 0) spent = {call.marks.now, 0};
    if (++spent.requests <= options_.throttle_requests) return std::nullopt;
    Reply reply = refuse(call, errors::throttled());
    const auto rest = std::chrono::ceil<std::chrono::seconds>(spent.window + options_.throttle_window - call.marks.now);
    reply.headers.push_back({"Retry-After", std::to_string(rest.count())});
    return reply;
}

void Graph::answer_in_time(ExchangeId id, Call& call, Effects& effects) {
    // Steps of a batch are no requests of their own: Outlook runs four of them at a time by itself (Graph docs, JSON batching).
    if (options_.request_takes.count() <= 0 || batch_steps_.contains(id)) {
        effects.answers.push_back({id, mailbox_reply(call)});
        return;
    }
    const Mailboxes::Found found = mailboxes_.find(call.route.user);
    if (found.mailbox == nullptr) {
        effects.answers.push_back({id, mailbox_reply(call)});
        return;
    }
    std::size_t& at_once = requests_at_once_[found.mailbox->index()];
    if (at_once >= limits::concurrent_requests) {
        Reply reply = refuse(call, errors::too_many_at_once());
        reply.headers.push_back({"Retry-After", std::to_string(options_.concurrency_retry_after.count())});
        effects.answers.push_back({id, std::move(reply)});
        return;
    }
    ++at_once;
    under_way_.emplace(call.marks.now + options_.request_takes, UnderWay{id, found.mailbox->index(), mailbox_reply(call)});
}

void Graph::give_due_answers(Instant now, Effects& effects) {
    while (!under_way_.empty() && under_way_.begin()->first <= now) {
        UnderWay& first = under_way_.begin()->second;
        --requests_at_once_[first.mailbox];
        effects.answers.push_back({first.id, std::move(first.reply)});
        under_way_.erase(under_way_.begin());
    }
}

Reply Graph::mailbox_reply(Call& call) {
    using Resource = Route::Resource;
    if (const auto fault = check_role(call)) return refuse(call, *fault);
    if (const auto fault = find_mailbox(call.route.user, call.mailbox)) return refuse(call, *fault);
    if (auto wait = throttle(call)) return std::move(*wait);
    if (const auto fault = pick_calendar(call)) return refuse(call, *fault);
    auto preferences = preferences_.read(call.request.headers);
    if (Fault* fault = std::get_if<Fault>(&preferences)) return refuse(call, *fault);
    call.preferences = std::get<std::shared_ptr<const Preferences>>(preferences);
    const std::string& method = call.request.method;
    const bool get = method == "GET", post = method == "POST", patch = method == "PATCH", removes = method == "DELETE";
    switch (call.route.resource) {
        case Resource::settings: return settings_reply(call);
        case Resource::events:
            if (get) return list_events(call);
            if (post) return post_event(call);
            break;
        case Resource::event:
            if (get) return get_event(call);
            if (patch) return patch_event(call);
            if (removes) return delete_event(call);
            break;
        case Resource::instances:
            if (get) return list_instances(call);
            break;
        case Resource::calendar_view:
            if (get) return list_view(call);
            break;
        case Resource::calendar_view_delta:
            if (get) return view_delta(call);
            break;
        case Resource::events_delta: return refuse(call, get ? errors::events_have_no_delta() : errors::method_not_allowed(method));
        case Resource::action:
            if (post) return act(call);
            break;
        case Resource::attachments:
        case Resource::attachment_bytes: return attachments_reply(call);
        case Resource::extensions:
        case Resource::extension: return extension_reply(call);
        case Resource::schedule:
            if (post) return schedule_reply(call);
            break;
        case Resource::meeting_times:
            if (post) return refuse(call, errors::delegated_only("findMeetingTimes"));
            break;
        case Resource::translate_ids:
            if (post) return translate_reply(call);
            break;
        case Resource::calendar: return calendar_reply(call);
        case Resource::calendars: return calendars_reply(call);
        case Resource::calendar_permissions: return permissions_reply(call);
        case Resource::calendar_groups:
        case Resource::calendar_group: return calendar_groups_reply(call);
        case Resource::languages:
            if (get) return languages_reply(call);
            break;
        case Resource::time_zones:
            if (get) return time_zones_reply(call);
            break;
        default: break;
    }
    return refuse(call, errors::method_not_allowed(method));
}

void Graph::subscription_request(ExchangeId id, Call& call, Effects& effects) {
    const auto answer = [&](Reply reply) { effects.answers.push_back({id, std::move(reply)}); };
    const std::string& method = call.request.method;
    const std::string& app = call.access.app;
    const Instant now = call.marks.now;
    if (!call.access.calendars_read) return answer(refuse(call, errors::role_missing("Calendars.Read")));
    const std::string base = "{\"@odata.context\":\"" + options_.graph_base + "/$metadata#subscriptions";
    if (call.route.resource == Route::Resource::subscriptions && method == "GET") {
        std::string body = base + "\",\"value\":[";
        bool first = true;
        for (const Subscription* subscription : subscriptions_.of_app(app, now)) {
            body += first ? "{" : ",{";
            first = false;
            body += Subscriptions::json(*subscription, false) + "}";
        }
        return answer(json_reply(200, body + "]}", call.marks));
    }
    if (call.route.resource == Route::Resource::subscriptions && method == "POST") {
        auto input = read_subscription(call.request.body);
        if (Fault* fault = std::get_if<Fault>(&input)) return answer(refuse(call, *fault));
        const auto preferences = read_preferences(call.request.headers);
        if (const Fault* fault = std::get_if<Fault>(&preferences)) return answer(refuse(call, *fault));
        std::get<SubscriptionInput>(input).immutable_ids = std::get<Preferences>(preferences).immutable_ids;
        return subscriptions_.create(std::get<SubscriptionInput>(input), app, tokens_.principal(), call.marks, id, effects);
    }
    if (call.route.resource == Route::Resource::reauthorize) {
        if (method != "POST") return answer(refuse(call, errors::method_not_allowed(method)));
        const bool known = subscriptions_.reauthorize(call.route.subscription, app, now);
        return answer(known ? empty_reply(204, call.marks) : refuse(call, errors::subscription_not_found()));
    }
    if (call.route.resource == Route::Resource::subscription && method == "GET") {
        const Subscription* known = subscriptions_.find(call.route.subscription, app, now);
        if (!known) return answer(refuse(call, errors::subscription_not_found()));
        return answer(json_reply(200, base + "/$entity\"," + Subscriptions::json(*known, false) + "}", call.marks));
    }
    if (call.route.resource == Route::Resource::subscription && method == "PATCH") {
        auto input = read_subscription(call.request.body);
        if (Fault* fault = std::get_if<Fault>(&input)) return answer(refuse(call, *fault));
        return subscriptions_.renew(call.route.subscription, std::get<SubscriptionInput>(input), app, call.marks, id, effects);
    }
    if (call.route.resource == Route::Resource::subscription && method == "DELETE") {
        const bool known = subscriptions_.remove(call.route.subscription, app, now);
        return answer(known ? empty_reply(204, call.marks) : refuse(call, errors::subscription_not_found()));
    }
    answer(refuse(call, errors::method_not_allowed(method)));
}

void Graph::answered(OutgoingId id, const Reply* reply, Instant now, Effects& effects) {
    subscriptions_.answered(id, reply, Silence::timed_out, now, effects);
    settle_batches(effects);
}

void Graph::unanswered(OutgoingId id, Silence why, Instant now, Effects& effects) {
    subscriptions_.answered(id, nullptr, why, now, effects);
    settle_batches(effects);
}

void Graph::drain(Instant) {
    for (const std::size_t index : mailboxes_.take_touched()) {
        Mailbox& mailbox = mailboxes_.all()[index];
        for (const MailboxChange& change : mailbox.take_fresh()) subscriptions_.note(mailbox, change);
    }
}

void Graph::apply_policies(Instant now) {
    while (!policies_due_.empty() && policies_due_.begin()->first <= now) {
        for (const std::size_t index : policies_due_.begin()->second) {
            Mailbox& mailbox = mailboxes_.all()[index];
            if (!mailbox.policy_change || mailbox.policy_change->first > now) continue;
            mailbox.service_allowed = mailbox.policy_change->second;
            mailbox.policy_change.reset();
        }
        policies_due_.erase(policies_due_.begin());
    }
}

void Graph::wake(Instant now, Effects& effects) {
    apply_policies(now);
    give_due_answers(now, effects);
    calendars_.wake(now);
    drain(now);
    subscriptions_.wake(now, effects);
    settle_batches(effects);
    drain(now);
}

std::optional<Instant> Graph::next_wake() const {
    std::optional<Instant> out;
    const auto sooner = [&](std::optional<Instant> at) {
        if (at && (!out || *at < *out)) out = at;
    };
    sooner(calendars_.next_wake());
    sooner(subscriptions_.next_wake());
    if (!policies_due_.empty()) sooner(policies_due_.begin()->first);
    if (!under_way_.empty()) sooner(under_way_.begin()->first);
    return out;
}

}  // namespace fakes::microsoft
