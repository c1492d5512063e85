#include "fakes/google/errors.hpp"

#include "fakes/text.hpp"


namespace fakes::google {
namespace {

void append_entry_v3(std::string& out, const Refusal& r) {
    out += "{\"domain\":";
    put_json(out, r.domain);
    out += ",\"reason\":";
    put_json(out, r.reason);
    out += ",\"message\":";
    put_json(out, r.message);
    if (!r.location.empty()) {
        out += ",\"locationType\":";
        put_json(out, r.location_type);
        out += ",\"location\":";
        put_json(out, r.location);
    }
    out += '}';
}

void append_entry_front(std::string& out, const Refusal& r) {
    out += "{\"message\":";
    put_json(out, r.message);
    out += ",\"domain\":";
    put_json(out, r.domain);
    out += ",\"reason\":";
    put_json(out, r.reason);
    if (!r.location.empty()) {
        out += ",\"location\":";
        put_json(out, r.location);
        out += ",\"locationType\":";
        put_json(out, r.location_type);
    }
    out += '}';
}

Refusal back_end(int status, std::string_view domain, std::string_view reason, std::string_view message,
                 std::string_view rule) {
    Refusal r;
    r.status = status;
    r.domain = domain;
    r.reason = reason;
    r.message = message;
    r.broken_rule = rule;
    return r;
}

Refusal front_end(int status, std::string_view reason, std::string_view message, std::string_view state,
                  std::string_view rule) {
    Refusal r = back_end(status, "global", reason, message, rule);
    r.style = Refusal::Style::front_end;
    r.state = state;
    return r;
}

Refusal at_parameter(Refusal r, std::string_view parameter) {
    if (parameter.empty()) return r;
    r.location_type = "parameter";
    r.location = parameter;
    return r;
}

}  // namespace

/// The page that Google's front end shows for what it does not know, without its style sheet.
Reply page_reply(const Refusal& r) {
    Reply reply;
    reply.status = r.status;
    reply.broken_rule = r.broken_rule;
    reply.headers.push_back({"Content-Type", "text/html; charset=UTF-8"});
    reply.headers.push_back({"Referrer-Policy", "no-referrer"});
    reply.body =
        "<!DOCTYPE html>\n<html lang=en>\n  <meta charset=utf-8>\n"
        "  <meta name=viewport content=\"initial-scale=1, minimum-scale=1, width=device-width\">\n"
        "  <title>Error 404 (Not Found)!!1</title>\n"
        "  <a href=//www.google.com/><span id=logo aria-label=Google></span></a>\n"
        "  <p><b>404.</b> <ins>That’s an error.</ins>\n  <p>The requested URL <code>";
    for (const char c : r.message) {
        if (c == '<') reply.body += "&lt;";
        else if (c == '>') reply.body += "&gt;";
        else if (c == '&') reply.body += "&amp;";
        else if (c == '"') reply.body += "&quot;";
        else reply.body += c;
    }
    reply.body += "</code> was not found on this server.  <ins>That’s all we know.</ins>\n";
    return reply;
}

Reply reply_of(const Refusal& r) {
    if (r.style == Refusal::Style::page) return page_reply(r);
    Reply reply;
    reply.status = r.status;
    reply.broken_rule = r.broken_rule;
    reply.headers.push_back({"Content-Type", "application/json; charset=UTF-8"});
    reply.headers.push_back({"Vary", "Origin, X-Origin, Referer"});
    reply.headers.push_back({"Cache-Control", "no-cache, no-store, max-age=0, must-revalidate"});
    std::string& out = reply.body;
    switch (r.style) {
        case Refusal::Style::back_end:
            out += "{\"error\":{\"errors\":[";
            append_entry_v3(out, r);
            out += "],\"code\":" + std::to_string(r.status) + ",\"message\":";
            put_json(out, r.message);
            out += "}}\n";
            break;
        case Refusal::Style::front_end:
            out += "{\"error\":{\"code\":" + std::to_string(r.status) + ",\"message\":";
            put_json(out, r.top_message.empty() ? r.message : r.top_message);
            out += ",\"errors\":[";
            append_entry_front(out, r);
            out += "],\"status\":";
            put_json(out, r.state);
            if (!r.details.empty()) out += ",\"details\":" + r.details;
            out += "}}\n";
            if (r.status == 401)
                reply.headers.push_back({"WWW-Authenticate", r.reason == "required"
                                                                 ? "Bearer realm=\"https://accounts.google.com/\""
                                                                 : "Bearer realm=\"https://accounts.google.com/\", "
                                                                   "error=\"invalid_token\""});
            if (r.reason == "insufficientPermissions")
                reply.headers.push_back({"WWW-Authenticate", "Bearer realm=\"https://accounts.google.com/\", "
                                                             "error=\"insufficient_scope\""});
            break;
        case Refusal::Style::token:
            out += "{\"error\":";
            put_json(out, r.reason);
            out += ",\"error_description\":";
            put_json(out, r.message);
            out += "}\n";
            break;
        case Refusal::Style::page: break;
    }
    return reply;
}

namespace refuse {

Refusal required(std::string_view message, std::string_view parameter) {
    return at_parameter(back_end(400, "global", "required", message,
                                 "something required is missing: " + std::string(message)),
                        parameter);
}
Refusal invalid(std::string_view message, std::string_view rule, std::string_view parameter) {
    return at_parameter(back_end(400, "global", "invalid", message, rule), parameter);
}
Refusal sequence_below() {
    return invalid("Invalid sequence value. The specified sequence number is below the current sequence number of the resource. Re-fetch the "
                   "resource and use its sequence number on the following request.",
                   "a change names no older sequence", {});
}
Refusal invalid_parameter(std::string_view name, std::string_view value, std::string_view wanted) {
    return at_parameter(back_end(400, "global", "invalidParameter",
                                 "Invalid value '" + std::string(value) + "'. Values must match the following: " +
                                     std::string(wanted),
                                 "query parameter " + std::string(name) + " must be " + std::string(wanted)),
                        name);
}
Refusal invalid_field_selection(std::string_view which) {
    return at_parameter(back_end(400, "global", "invalidParameter", "Invalid field selection " + std::string(which),
                                 "fields must select members of the answer"),
                        "fields");
}
Refusal bad_request(std::string_view rule, std::string_view message) {
    return back_end(400, "global", "badRequest", message, rule);
}
Refusal parse_error(std::string_view rule) { return back_end(400, "global", "parseError", "Parse Error", rule); }
Refusal time_range_empty(std::string_view parameter) {
    return at_parameter(back_end(400, "calendar", "timeRangeEmpty", "The specified time range is empty.",
                                 "a time range must end after it starts"),
                        parameter);
}
Refusal sync_token_with_restrictions(std::string_view which) {
    return back_end(400, "calendar", "syncTokenWithRequestRestrictions",
                    "Sync token cannot be used with other request restrictions.",
                    "syncToken must not come with " + std::string(which));
}
Refusal invalid_sync_token() {
    return at_parameter(back_end(400, "global", "invalid", "Invalid sync token value.",
                                 "syncToken must be a value that an earlier list gave as nextSyncToken"),
                        "syncToken");
}
Refusal invalid_page_token(std::string_view rule) {
    return at_parameter(back_end(400, "global", "invalid", "Invalid page token value.", rule), "pageToken");
}
Refusal event_type_restriction(std::string_view reason, std::string_view message) {
    return back_end(400, "calendar", reason, message, message);
}
Refusal neither_organizer_nor_attendee() {
    return back_end(400, "calendar", "participantIsNeitherOrganizerNorAttendee",
                    "The owner of the calendar must either be the organizer or an attendee of an event.",
                    "an answer can only be given by the calendar's own entry among the attendees");
}
Refusal channel(std::string_view reason, std::string_view message, std::string_view rule) {
    return back_end(400, "global", reason, message, rule);
}
Refusal push_not_supported() {
    return back_end(400, "calendar", "pushNotSupportedForRequestedResource",
                    "Push notifications are not supported by this resource.",
                    "holiday, birthday and other generated calendars cannot be watched");
}

Refusal login_required() {
    Refusal r = front_end(401, "required", "Login Required.", "UNAUTHENTICATED", "every call needs an Authorization header");
    r.location_type = "header";
    r.location = "Authorization";
    r.top_message =
        "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other "
        "valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.";
    return r;
}
Refusal invalid_credentials(std::string_view rule) {
    Refusal r = front_end(401, "authError", "Invalid Credentials", "UNAUTHENTICATED", rule);
    r.location_type = "header";
    r.location = "Authorization";
    r.top_message =
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
        "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.";
    return r;
}
Refusal insufficient_scope(std::string_view service, std::string_view method) {
    Refusal r = front_end(403, "insufficientPermissions", "Insufficient Permission", "PERMISSION_DENIED",
                          "the access token's scopes do not cover " + std::string(method));
    r.top_message = "Request had insufficient authentication scopes.";
    r.details =
        "[{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"ACCESS_TOKEN_SCOPE_INSUFFICIENT\","
        "\"domain\":\"googleapis.com\",\"metadata\":{\"service\":\"" +
        std::string(service) + "\",\"method\":\"" + std::string(method) + "\"}}]";
    return r;
}

Refusal access_level(std::string_view level) {
    return back_end(403, "calendar", "requiredAccessLevel",
                    "You need to have " + std::string(level) + " access to this calendar.",
                    "the caller's role on this calendar is lower than " + std::string(level));
}
Refusal non_organizer(std::string_view what) {
    return back_end(403, "calendar", "forbiddenForNonOrganizer",
                    "Shared properties can only be changed by the organizer of the event.",
                    "a guest's copy may not change " + std::string(what));
}
Refusal service_accounts_cannot_invite() {
    return back_end(403, "calendar", "forbiddenForServiceAccounts",
                    "Service accounts cannot invite attendees without Domain-Wide Delegation of Authority.",
                    "the token was issued without sub");
}
Refusal not_a_calendar_user() {
    return back_end(403, "calendar", "notACalendarUser", "The user must be signed up for Google Calendar.",
                    "the Calendar service is off for this user");
}
Refusal usage_limit(int status, std::string_view reason, bool gmail, std::string_view rule) {
    const std::string_view message = reason == "quotaExceeded"           ? "Calendar usage limits exceeded."
                                     : reason == "userRateLimitExceeded" ? "User Rate Limit Exceeded"
                                                                         : "Rate Limit Exceeded";
    Refusal r = gmail ? front_end(status, reason, message, status == 429 ? "RESOURCE_EXHAUSTED" : "PERMISSION_DENIED", rule)
                      : back_end(status, "usageLimits", reason, message, rule);
    r.domain = "usageLimits";
    return r;
}
Refusal forbidden(std::string_view reason, std::string_view message, std::string_view rule) {
    return back_end(403, "calendar", reason, message, rule);
}
Refusal cannot_change_own_acl() {
    return back_end(403, "calendar", "cannotChangeOwnAcl", "Cannot change your own access level.",
                    "the owner's own rule is fixed");
}

Refusal not_found(std::string_view rule) { return back_end(404, "global", "notFound", "Not Found", rule); }
Refusal no_such_page(std::string_view path, std::string_view rule) {
    constexpr std::size_t path_shown = 200;
    Refusal r = back_end(404, "", "", "", rule);
    r.style = Refusal::Style::page;
    r.message = path.substr(0, path_shown);
    return r;
}
Refusal channel_not_found(std::string_view id, std::string_view project) {
    return back_end(404, "global", "notFound",
                    "Channel '" + std::string(id) + "' not found for project '" + std::string(project) + "'",
                    "channels.stop needs the id and resourceId of a living channel");
}
Refusal duplicate() {
    return back_end(409, "global", "duplicate", "The requested identifier already exists.",
                    "an event id is used once per calendar, also after deletion");
}
Refusal full_sync_required(std::string_view rule) {
    return at_parameter(back_end(410, "calendar", "fullSyncRequired",
                                 "Sync token is no longer valid, a full sync is required.", rule),
                        "syncToken");
}
Refusal updated_min_too_long_ago() {
    return at_parameter(back_end(410, "calendar", "updatedMinTooLongAgo",
                                 "The requested minimum modification time lies too far in the past.",
                                 "updatedMin is older than about four weeks"),
                        "updatedMin");
}
Refusal deleted() {
    return back_end(410, "global", "deleted", "Resource has been deleted", "the event was deleted before");
}
Refusal condition_not_met() {
    Refusal r = back_end(412, "global", "conditionNotMet", "Precondition Failed",
                         "If-Match names an etag that the event no longer has");
    r.location_type = "header";
    r.location = "If-Match";
    return r;
}
Refusal backend_error(int status, bool gmail, std::string_view rule) {
    return gmail ? front_end(status, "backendError", "Backend Error", status == 503 ? "UNAVAILABLE" : "INTERNAL", rule)
                 : back_end(status, "global", "backendError", "Backend Error", rule);
}
Refusal too_large() {
    return back_end(413, "global", "uploadTooLarge", "Request Entity Too Large", "a request has a size limit");
}

Refusal gmail_delegation_denied(std::string_view user) {
    return front_end(403, "forbidden", "Delegation denied for " + std::string(user), "PERMISSION_DENIED",
                     "a token reads only the mailbox of the user it was issued for");
}
Refusal gmail_no_mailbox() {
    return front_end(400, "failedPrecondition", "Mail service not enabled", "FAILED_PRECONDITION",
                     "the Gmail service is off for this user");
}
Refusal gmail_precondition() {
    return front_end(400, "failedPrecondition", "Precondition check failed.", "FAILED_PRECONDITION",
                     "a service account has no mailbox: the token was issued without sub");
}
Refusal gmail_invalid(std::string_view message, std::string_view rule) {
    return front_end(400, "invalidArgument", message, "INVALID_ARGUMENT", rule);
}

Refusal token(int status, std::string_view error, std::string_view description, std::string_view rule) {
    Refusal r;
    r.status = status;
    r.style = Refusal::Style::token;
    r.reason = error;
    r.message = description;
    r.broken_rule = rule;
    return r;
}

}  // namespace refuse
}  // namespace fakes::google
