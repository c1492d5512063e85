#include "fakes/google/service.hpp"

#include "fakes/google/google.hpp"
#include "fakes/google/limits.hpp"

namespace fakes {

std::unique_ptr<CalendarService> make_google(Organisation organisation, GoogleOptions options) {
    return std::make_unique<google::Google>(std::move(organisation), options);
}

namespace google {

Google::Google(Organisation organisation, const GoogleOptions& options)
    : seal_key_(Dice(options.seed).stream("token seal").next()),
      calendars_(std::make_unique<Calendars>(std::move(organisation), Dice(options.seed).stream("google calendars"))),
      listing_(*calendars_, renderings_, seal_key_),
      tokens_(calendars_->organisation(), options, Dice(options.seed).stream("access tokens")),
      channels_(*calendars_, options.project_number, Dice(options.seed).stream("channel messages")) {}

namespace {

std::string method_of(const Request& request) {
    // Old clients send long GETs as POST (facts/google.md 1).
    const std::string* wanted =
        request.method == "POST" ? find_header(request.headers, "X-HTTP-Method-Override") : nullptr;
    return wanted != nullptr ? *wanted : request.method;
}

}  // namespace

void Google::request(ExchangeId id, const Request& request, Instant now, Effects& effects) {
    // Work that was due earlier happens earlier.
    calendars_->answer_invitations(now);
    if (calendars_->any_changed()) channels_.notify(calendars_->take_changed(), now, effects);

    Reply reply;
    Call call{request, method_of(request), {}, now, effects, reply};
    Refusal refusal;
    if (request.target.size() > limits::max_target_bytes || request.body.size() > limits::max_body_bytes) {
        refusal = refuse::too_large();
    } else {
        call.target = split(request.target);
        if (call.method != request.method && call.method == "GET") call.target.parameters = Parameters(request.body);
        refusal = dispatch(call);
    }
    if (refusal) reply = reply_of(refusal);
    effects.answers.push_back({id, std::move(reply)});
    if (calendars_->any_changed()) channels_.notify(calendars_->take_changed(), now, effects);
}

void Google::answered(OutgoingId id, const Reply* reply, Instant now, Effects& effects) {
    channels_.answered(id, reply, now, effects);
}

void Google::wake(Instant now, Effects& effects) {
    calendars_->answer_invitations(now);
    if (calendars_->any_changed()) channels_.notify(calendars_->take_changed(), now, effects);
}

std::optional<Instant> Google::next_wake() const {
    if (calendars_->any_changed()) return Instant{};
    return calendars_->next_room_answer();
}

const Google::Route* Google::find_route(const Route* begin, const Route* end, const Call& call, std::size_t skip,
                                        bool& path_known) {
    const std::vector<std::string>& path = call.target.path;
    for (const Route* route = begin; route != end; ++route) {
        std::string_view pattern = route->pattern;
        std::size_t at = skip;
        bool fits = true;
        while (fits && !pattern.empty()) {
            const std::size_t slash = std::min(pattern.find('/'), pattern.size());
            const std::string_view part = pattern.substr(0, slash);
            pattern.remove_prefix(std::min(slash + 1, pattern.size()));
            fits = at < path.size() && (part == "{}" || part == path[at]);
            ++at;
        }
        if (!fits || at != path.size()) continue;
        path_known = true;
        if (call.method == route->method) return route;
    }
    return nullptr;
}

Refusal Google::dispatch(Call& call) {
    static constexpr std::uint32_t reads_events = scope_calendar | scope_calendar_readonly | scope_events | scope_events_readonly;
    static constexpr std::uint32_t writes_events = scope_calendar | scope_events;
    static const Route calendar_routes[] = {
        {"GET", "calendars/{}/events", "calendar.v3.Events.List", reads_events, &Google::events_list},
        {"GET", "calendars/{}/events/{}", "calendar.v3.Events.Get", reads_events, &Google::events_get},
        {"GET", "calendars/{}/events/{}/instances", "calendar.v3.Events.Instances", reads_events, &Google::events_instances},
        {"POST", "calendars/{}/events/quickAdd", "calendar.v3.Events.QuickAdd", writes_events, &Google::events_quick_add},
        {"POST", "calendars/{}/events/watch", "calendar.v3.Events.Watch", reads_events, &Google::events_watch},
        {"POST", "calendars/{}/events", "calendar.v3.Events.Insert", writes_events, &Google::events_insert},
        {"PATCH", "calendars/{}/events/{}", "calendar.v3.Events.Patch", writes_events, &Google::events_patch},
        {"PUT", "calendars/{}/events/{}", "calendar.v3.Events.Update", writes_events, &Google::events_update},
        {"DELETE", "calendars/{}/events/{}", "calendar.v3.Events.Delete", writes_events, &Google::events_delete},
        {"POST", "channels/stop", "calendar.v3.Channels.Stop", reads_events | scope_acls, &Google::channels_stop},
        {"GET", "users/me/settings/{}", "calendar.v3.Settings.Get",
         scope_calendar | scope_calendar_readonly | scope_settings_readonly, &Google::setting},
        {"POST", "calendars/{}/acl", "calendar.v3.Acl.Insert", scope_calendar | scope_acls, &Google::acl_insert},
        {"GET", "calendars/{}/acl", "calendar.v3.Acl.List", scope_calendar | scope_acls, &Google::acl_list},
        {"GET", "calendars/{}/acl/{}", "calendar.v3.Acl.Get", scope_calendar | scope_acls, &Google::acl_get},
        {"DELETE", "calendars/{}/acl/{}", "calendar.v3.Acl.Delete", scope_calendar | scope_acls, &Google::acl_delete},
        {"POST", "freeBusy", "calendar.v3.Freebusy.Query",
         scope_calendar | scope_calendar_readonly | scope_free_busy, &Google::free_busy},
    };
    static const Route gmail_routes[] = {
        {"GET", "users/{}/settings/vacation", "caribou.api.proto.MailboxService.GetVacationSettings",
         scope_gmail_settings | scope_gmail_read, &Google::vacation},
    };

    const std::vector<std::string>& path = call.target.path;
    if (path.size() == 1 && path[0] == "token") {
        if (call.method != "POST") return refuse::not_found("the token endpoint takes POST only");
        call.reply = tokens_.exchange(call.request, call.now);
        return {};
    }
    const bool calendar = path.size() > 2 && path[0] == "calendar" && path[1] == "v3";
    const bool gmail = path.size() > 2 && path[0] == "gmail" && path[1] == "v1";
    if (!calendar && !gmail) return refuse::not_found("no API lives under this path");
    bool path_known = false;
    const Route* route = calendar ? find_route(std::begin(calendar_routes), std::end(calendar_routes), call, 2, path_known)
                                  : find_route(std::begin(gmail_routes), std::end(gmail_routes), call, 2, path_known);
    if (route == nullptr)
        return refuse::not_found(path_known ? "this path has no method " + call.method
                                            : "no route: " + call.method + " " + call.request.target.substr(0, 200));
    if (Refusal refusal = tokens_.check(call.request, call.now, call.grant)) return refusal;
    if ((call.grant->scopes & route->scopes) == 0)
        return refuse::insufficient_scope(calendar ? "calendar-json.googleapis.com" : "gmail.googleapis.com", route->name);
    if (calendar) {
        const Person* caller = calendars_->person(call.grant->address);
        if (caller != nullptr && !caller->has_mailbox) return refuse::not_a_calendar_user();
    }
    if (Refusal refusal = (this->*route->act)(call)) return refusal;

    const std::string* fields = call.target.parameters.find("fields");
    const std::string* pretty = call.target.parameters.find("prettyPrint");
    const bool wants_pretty = pretty != nullptr && *pretty == "true";
    if ((fields != nullptr || wants_pretty) && !call.reply.body.empty() && !shape(call.reply.body, fields, wants_pretty))
        return refuse::invalid_parameter("fields", fields != nullptr ? *fields : "", "a field selector");
    return {};
}

void Google::answer_body(Call& call, std::string body, const std::string& etag) {
    call.reply.headers.reserve(4);
    call.reply.headers.push_back({"Content-Type", "application/json; charset=UTF-8"});
    call.reply.headers.push_back({"Vary", "Origin, X-Origin, Referer"});
    call.reply.headers.push_back({"Cache-Control", "no-cache, no-store, max-age=0, must-revalidate"});
    if (!etag.empty()) {
        call.reply.headers.push_back({"ETag", etag});
        const std::string* known = call.method == "GET" ? find_header(call.request.headers, "If-None-Match") : nullptr;
        if (known != nullptr && (*known == etag || *known == "*")) {
            call.reply.status = 304;
            call.reply.headers.erase(call.reply.headers.begin());  // no body, no content type
            return;
        }
    }
    call.reply.body = std::move(body);
}

}  // namespace google
}  // namespace fakes
