#include "fakes/google/service.hpp"

#include "fakes/google/batch.hpp"
#include "fakes/google/google.hpp"
#include "fakes/google/limits.hpp"
#include "fakes/google/shape.hpp"

namespace fakes {

std::unique_ptr<GoogleService> make_google(Organisation organisation, GoogleOptions options) {
    return std::make_unique<google::Google>(std::move(organisation), options);
}

namespace google {

Google::Google(Organisation organisation, const GoogleOptions& options)
    : seal_key_(Dice(options.seed).stream("token seal").next()),
      calendars_(std::make_unique<Calendars>(std::move(organisation), Dice(options.seed).stream("google calendars"))),
      listing_(*calendars_, renderings_, seal_key_),
      tokens_(calendars_->organisation(), options, Dice(options.seed).stream("access tokens")),
      channels_(*calendars_, options.project_number, options.http_hooks_allowed, Dice(options.seed).stream("channel messages")),
      outbox_(*calendars_),
      quotas_(options),
      batch_boundaries_(Dice(options.seed).stream("batch boundaries")),
      pretty_by_default_(options.pretty_by_default) {
    calendars_->set_groups(options.groups);
    calendars_->set_groups(calendars_->organisation().groups);
}

namespace {

std::string method_of(const Request& request) {
    // Old clients send long GETs as POST (facts/google.md 1).
    const std::string* wanted =
        request.method == "POST" ? find_header(request.headers, "X-HTTP-Method-Override") : nullptr;
    return wanted != nullptr ? *wanted : request.method;
}

void strip_end(std::string& body) {
    while (!body.empty() && body.back() == '\n') body.pop_back();
}

}  // namespace

void Google::notify(Instant now, Effects& effects) {
    if (calendars_->any_changed()) channels_.notify(calendars_->take_changed(), now, effects);
}

void Google::request(ExchangeId id, const Request& request, Instant now, Effects& effects) {
    // Work that was due earlier happens earlier.
    calendars_->answer_invitations(now);
    notify(now, effects);
    Reply reply;
    const std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
    if (request.target.size() > limits::max_target_bytes || request.body.size() > limits::max_body_bytes)
        reply = reply_of(refuse::too_large());
    else if (request.method == "POST" && (path == "/batch" || path.starts_with("/batch/")))
        reply = reply_to_batch(request, path.substr(std::min<std::size_t>(path.size(), 7)), now, effects);
    else
        reply = reply_to(request, now, effects);
    effects.answers.push_back({id, std::move(reply)});
    notify(now, effects);
}

Reply Google::reply_to(const Request& request, Instant now, Effects& effects) {
    Reply reply;
    Call call{request, method_of(request), {}, now, effects, reply};
    call.target = split(request.target);
    if (call.method != request.method && call.method == "GET") call.target.parameters = Parameters(request.body);
    call.pretty = pretty_by_default_;
    Refusal refusal = call.target.parameters.flag("prettyPrint", call.pretty);
    if (!refusal) refusal = call.target.parameters.one_of("alt", {"json"});
    if (!refusal) refusal = dispatch(call);
    if (!refusal) refusal = lay_out(call);
    if (!refusal) return reply;
    reply = reply_of(refusal);
    if (call.pretty && refusal.style != Refusal::Style::page) {
        std::string laid_out;
        strip_end(reply.body);
        append_pretty(laid_out, reply.body, refusal.style == Refusal::Style::back_end ? limits::pretty_indent
                                                                                      : limits::pretty_indent_front_end);
        reply.body = std::move(laid_out) + '\n';
    }
    return reply;
}

Reply Google::reply_to_batch(const Request& request, std::string_view api, Instant now, Effects& effects) {
    const bool gmail = api.starts_with("gmail");
    const std::size_t most = gmail ? limits::max_gmail_batch_parts : limits::max_batch_parts;
    std::string wrong;
    const std::optional<std::vector<BatchPart>> parts = read_batch(request, most, wrong);
    if (!parts) return reply_of(refuse::bad_request(wrong, "Failed to parse batch request, error: " + wrong + "."));
    if (parts->empty()) return reply_of(refuse::bad_request("a batch has parts", "The batch request has no parts."));
    if (parts->size() > most)
        return reply_of(refuse::bad_request("a batch has at most " + std::to_string(most) + " parts",
                                            "The batch request must not contain more than " + std::to_string(most) + " calls."));
    const std::string* authorization = find_header(request.headers, "Authorization");
    std::string by_query;  // a token in the batch's own address holds for its parts as well
    if (authorization == nullptr)
        if (const Target target = split(request.target); const std::string* token = target.parameters.find("access_token")) {
            by_query = "Bearer " + *token;
            authorization = &by_query;
        }
    std::vector<Reply> replies;
    for (const BatchPart& part : *parts) {
        if (!part.readable) {
            replies.push_back(reply_of(refuse::bad_request("a part is an application/http request")));
            continue;
        }
        Request inner = part.request;
        // Headers of the whole hold for each part, unless the part has its own.
        if (authorization != nullptr && find_header(inner.headers, "Authorization") == nullptr)
            inner.headers.push_back({"Authorization", *authorization});
        const std::string root = gmail ? "/gmail/" : "/calendar/";
        if (!api.empty() && !inner.target.starts_with(root))
            replies.push_back(reply_of(refuse::bad_request("a part calls the API of its batch endpoint")));
        else
            replies.push_back(reply_to(inner, now, effects));
        calendars_->answer_invitations(now);
        notify(now, effects);
    }
    return write_batch(*parts, replies, "batch_" + batch_boundaries_.text(32, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"));
}

void Google::answered(OutgoingId id, const Reply* reply, Instant now, Effects& effects) {
    channels_.answered(id, reply, now, effects);
}

void Google::wake(Instant now, Effects& effects) {
    calendars_->answer_invitations(now);
    notify(now, effects);
}

std::optional<Instant> Google::next_wake() const {
    if (calendars_->any_changed()) return Instant{};
    return calendars_->next_room_answer();
}

Refusal Google::dispatch(Call& call) {
    const std::vector<std::string>& path = call.target.path;
    if (tokens_.answers(call.method, path)) {
        call.reply = tokens_.reply(call.request, call.target, call.now);
        call.target.parameters = Parameters();  // no partial answers here
        if (call.pretty) {
            std::string laid_out;
            strip_end(call.reply.body);
            append_pretty(laid_out, call.reply.body, limits::pretty_indent_front_end);
            call.reply.body = std::move(laid_out) + '\n';
            call.laid_out = true;
        }
        return {};
    }
    const bool calendar = path.size() > 2 && path[0] == "calendar" && path[1] == "v3";
    const bool gmail = path.size() > 2 && path[0] == "gmail" && path[1] == "v1";
    const std::string_view asked = std::string_view(call.request.target).substr(0, call.request.target.find('?'));
    if (!calendar && !gmail) return refuse::no_such_page(asked, "no API lives under this path");
    bool path_known = false;
    const Route* route = find_route(calendar ? calendar_routes() : gmail_routes(), call, 2, path_known);
    if (route == nullptr)
        return refuse::no_such_page(asked, path_known ? "this path has no method " + call.method
                                                      : "no route: " + call.method + " " + call.request.target.substr(0, 200));
    return run(call, *route, gmail);
}

std::string Google::caller_of(const Request& request, Instant now) const {
    const Grant* grant = nullptr;
    if (tokens_.check(request, split(request.target).parameters, now, grant)) return {};
    return grant->address;
}

Refusal Google::run(Call& call, const Route& route, bool gmail) {
    if (Refusal refusal = tokens_.check(call.request, call.target.parameters, call.now, call.grant)) return refusal;
    if (Refusal refusal = quotas_.check(route.name, call.grant->address, gmail, call.now)) return refusal;
    if ((call.grant->scopes & route.scopes) == 0)
        return refuse::insufficient_scope(gmail ? "gmail.googleapis.com" : "calendar-json.googleapis.com", route.name);
    if (!gmail) {
        const Person* caller = calendars_->person(call.grant->address);
        if (caller != nullptr && !caller->has_mailbox) return refuse::not_a_calendar_user();
    }
    // A selector that cannot be read is refused before anything changes.
    if (const std::string* fields = call.target.parameters.find("fields")) {
        std::string wrong;
        if (!Selector::parse(*fields, wrong)) return refuse::invalid_field_selection(wrong);
    }
    return (this->*route.act)(call);
}

/// `fields` and prettyPrint on a finished body.
Refusal Google::lay_out(Call& call) const {
    std::string& body = call.reply.body;
    if (body.empty() || call.reply.status >= 300) return {};
    const std::string* fields = call.target.parameters.find("fields");
    if (fields == nullptr && (!call.pretty || call.laid_out)) return {};
    strip_end(body);
    if (fields != nullptr) {
        std::string wrong;
        const std::optional<Selector> selector = Selector::parse(*fields, wrong);
        if (!selector) return refuse::invalid_field_selection(wrong);
        std::string selected;
        selector->append(selected, body);
        body = std::move(selected);
    }
    if (call.pretty) {
        std::string laid_out;
        append_pretty(laid_out, body, limits::pretty_indent);
        body = std::move(laid_out);
    }
    body += '\n';
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
