#include "fakes/microsoft/errors.hpp"

#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

std::string quoted(std::string_view before, std::string_view value, std::string_view after) {
    std::string out(before);
    out += value;
    out += after;
    return out;
}

Fault fault(int status, std::string_view code, std::string message, std::string rule) {
    Fault out;
    out.status = status;
    out.code = code;
    out.message = std::move(message);
    out.rule = std::move(rule);
    return out;
}

std::string_view reason(int status) {
    switch (status) {
        case 201: return "Created";
        case 202: return "Accepted";
        case 204: return "NoContent";
        case 301: return "Moved";
        case 302: return "Redirect";
        case 400: return "BadRequest";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "NotFound";
        case 405: return "MethodNotAllowed";
        case 429: return "TooManyRequests";
        case 500: return "InternalServerError";
        case 502: return "BadGateway";
        case 503: return "ServiceUnavailable";
        case 504: return "GatewayTimeout";
        default: return "OK";
    }
}

}  // namespace

Reply error_reply(const Fault& fault, const Exchange& exchange) {
    Reply reply;
    reply.status = fault.status;
    reply.broken_rule = fault.rule;
    reply.headers.push_back({"Content-Type", "application/json"});
    reply.headers.push_back({"request-id", exchange.request_id});
    reply.headers.push_back({"client-request-id", exchange.client_request_id});
    if (fault.status == 401)
        reply.headers.push_back({"WWW-Authenticate",
                                 "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/"
                                 "authorize\", client_id=\"00000003-0000-0000-c000-000000000000\""});
    std::string date;
    put_local7(date, utc_wall_clock(exchange.now));
    date.resize(19);
    std::string& out = reply.body;
    out = "{\"error\":{";
    put_member(out, "code", fault.code);
    put_member(out, "message", fault.message);
    out += ",\"innerError\":{";
    put_member(out, "date", date);
    put_member(out, "request-id", exchange.request_id);
    put_member(out, "client-request-id", exchange.client_request_id);
    out += "}}}";
    return reply;
}

namespace errors {

Fault token_empty() {
    return fault(401, "InvalidAuthenticationToken", "Access token is empty.", "Every Graph call carries a bearer token.");
}
Fault token_not_well_formed() {
    return fault(401, "InvalidAuthenticationToken", "IDX14100: JWT is not well formed, there are no dots (.).",
                 "The bearer token is a JWT of the tenant's token endpoint.");
}
Fault token_expired() {
    return fault(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.",
                 "An access token is refused after its end; a new one is to be fetched.");
}
Fault token_not_ours() {
    return fault(401, "InvalidAuthenticationToken", "Access token validation failure. Invalid audience.",
                 "The token was not issued by this tenant for Graph.");
}

Fault role_missing(std::string_view role) {
    return fault(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.",
                 quoted("The token lacks the application role ", role, "."));
}
Fault policy_blocks(std::string_view mailbox) {
    return fault(403, "ErrorAccessDenied",
                 "Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.",
                 quoted("The tenant's application access policy keeps the service out of ", mailbox, "."));
}
Fault directory_role_missing() {
    return fault(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.",
                 "Directory routes need a directory role that the service does not hold.");
}

Fault unknown_user(std::string_view user) {
    return fault(404, "ErrorInvalidUser", quoted("The requested user '", user, "' is invalid."),
                 "The tenant has no such user.");
}
Fault no_mailbox(std::string_view user) {
    return fault(404, "MailboxNotEnabledForRESTAPI",
                 "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
                 quoted("The user ", user, " has no Exchange Online mailbox."));
}
Fault unknown_directory_object(std::string_view user) {
    return fault(404, "Request_ResourceNotFound",
                 quoted("Resource '", user,
                        "' does not exist or one of its queried reference-property objects are not present."),
                 "The tenant has no such user.");
}
Fault item_not_found() {
    return fault(404, "ErrorItemNotFound", "The specified object was not found in the store.",
                 "No item of this mailbox has this id: it was deleted, moved, or never was.");
}
Fault item_cancelled() {
    return fault(404, "ErrorItemNotFound", "The specified object was not found in the store.",
                 "This occurrence was deleted from its series, or the series has no such slot.");
}
Fault subscription_not_found() {
    return fault(404, "ResourceNotFound", "The object was not found.",
                 "The subscription does not exist, has expired, or belongs to another application.");
}
Fault unknown_segment(std::string_view segment) {
    return fault(400, "BadRequest", quoted("Resource not found for the segment '", segment, "'."),
                 "The path names no resource of Graph's calendar part.");
}
Fault me_needs_delegation() {
    return fault(400, "BadRequest", "/me request is only valid with delegated authentication flow.",
                 "An application has no /me.");
}
Fault method_not_allowed(std::string_view method) {
    return fault(405, "Request_BadRequest", quoted("Specified HTTP method is not allowed for the request target: ", method, "."),
                 quoted("The route does not take ", method, "."));
}
Fault malformed_id() {
    return fault(400, "ErrorInvalidIdMalformed", "Id is malformed.",
                 "The id has not the structure of an Exchange id: it was invented, cut or changed in case.");
}

Fault body_too_large() {
    return fault(413, "RequestEntityTooLarge", "The request body is too large.", "A REST request carries up to 4 MB.");
}
Fault target_too_long() { return fault(414, "BadRequest", "The request URI is too long.", "The request target is limited."); }
Fault not_json_type() {
    return fault(415, "RequestBodyRead", "A write request's content type must be application/json.",
                 "Bodies are sent as application/json.");
}
Fault body_unreadable(std::string_view why) {
    return fault(400, "UnableToDeserializePostBody", "were unable to deserialize ",
                 quoted("The body is not what the route takes: ", why, "."));
}
Fault unknown_property(std::string_view property, std::string_view type) {
    std::string message = quoted("The property '", property, "' does not exist on type '");
    message += type;
    message += "'. Make sure to only use property names that are defined by the type.";
    return fault(400, "RequestBodyRead", std::move(message), quoted("The type has no property '", property, "'."));
}
Fault bad_literal(std::string_view literal, std::string_view type) {
    std::string message = quoted("Cannot convert the literal '", literal, "' to the expected type '");
    message += type;
    message += "'.";
    return fault(400, "RequestBodyRead", message, message);
}
Fault property_invalid(std::string_view why) {
    return fault(400, "ErrorPropertyValidationFailure", "At least one property failed validation.", std::string(why));
}
Fault zone_not_supported(std::string_view zone) {
    return fault(400, "TimeZoneNotSupportedException", quoted("The following TimeZone value is not supported: '", zone, "'."),
                 "Zones are Windows names or IANA names the service knows; there is no fallback.");
}
Fault all_day_not_midnight() {
    return fault(400, "ErrorInvalidRequest", "The Event.Start property for an all-day event needs to be set to midnight.",
                 "An all-day event starts and ends at midnight in one zone and lasts at least a day.");
}
Fault window_missing() {
    return fault(400, "ErrorInvalidParameter",
                 "This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.",
                 "/instances needs startDateTime and endDateTime.");
}
Fault window_unreadable(std::string_view text) {
    return fault(400, "ErrorInvalidParameter", quoted("The value '", text, "' of the time window is not valid."),
                 "Window bounds are date-times; a raw '+' in a query is a blank.");
}
Fault window_too_wide() {
    return fault(400, "ErrorInvalidRequest",
                 "Your request can't be completed. The range between the start and end dates is greater than the allowed "
                 "range. Maximum number of days: 1825",
                 "A window spans at most 1825 days and ends after its start.");
}
Fault not_a_series() {
    return fault(400, "ErrorInvalidRequest", "Your request can't be completed. The item is not a series master.",
                 "Only series masters have instances.");
}
Fault query_option(std::string_view option, std::string_view why) {
    std::string message = quoted("The query specified in the URI is not valid. The query option '", option, "': ");
    message += why;
    return fault(400, "ErrorInvalidUrlQuery", message, message);
}
Fault filter_invalid(std::string_view why) {
    return fault(400, "ErrorInvalidUrlQueryFilter", "The query filter contains one or more invalid nodes.", std::string(why));
}
Fault property_set_invalid(std::string_view why) {
    return fault(400, "ErrorInvalidPropertySet", "The property is not valid for this object type.", std::string(why));
}
Fault recurrence_has_no_occurrence() {
    return fault(400, "ErrorRecurrenceHasNoOccurrence", "The recurrence pattern doesn't have any occurrences.",
                 "A series has at least one occurrence within its range.");
}
Fault crossing_boundary() {
    return fault(400, "ErrorOccurrenceCrossingBoundary", "Modified occurrence is crossing or overlapping adjacent occurrence.",
                 "An occurrence stays between the days of its neighbours.");
}
Fault change_key_stale() {
    return fault(412, "ErrorIrresolvableConflict",
                 "The send or update operation could not be performed because the change key passed in the request does not "
                 "match the current change key for the item.",
                 "If-Match named an older state of the item.");
}
Fault recipients_invalid(std::string_view address) {
    return fault(400, "ErrorInvalidRecipients", "At least one recipient isn't valid.",
                 quoted("An attendee needs an e-mail address, not '", address, "'."));
}

Fault own_meeting() {
    return fault(400, "ErrorInvalidRequest",
                 "Your request can't be completed. You can't respond to this meeting because you're the meeting organizer.",
                 "An organizer does not answer the own meeting.");
}

Fault not_the_organizer() {
    return fault(400, "ErrorInvalidRequest", "Your request can't be completed. You need to be an organizer to cancel a meeting.",
                 "Only the organizer cancels a meeting; others decline it.");
}
Fault proposal_refused(std::string_view why) { return fault(400, "ErrorInvalidParameter", std::string(why), std::string(why)); }
Fault unknown_parameter(std::string_view name) {
    return fault(400, "RequestBodyRead",
                 quoted("The parameter '", name, "' in the request payload is not a valid parameter for the operation."),
                 "The action has no such parameter.");
}
Fault schedule_invalid(std::string_view why) {
    return fault(400, "ErrorInvalidParameter", quoted("The request is invalid. ", why, ""), std::string(why));
}
Fault schedule_too_long() {
    return fault(400, "ErrorTimeIntervalTooBig", "The requested time duration specified for FreeBusyViewOptions.TimeWindow is too long. The allowed limit = 62 days.",
                 "Free/busy is asked for up to 62 days.");
}
Fault settings_invalid(std::string_view code, std::string_view why) { return fault(400, code, std::string(why), std::string(why)); }
Fault extension_invalid(std::string_view why) { return fault(400, "ErrorInvalidRequest", std::string(why), std::string(why)); }
Fault extension_exists(std::string_view name) {
    return fault(409, "NameAlreadyExists", quoted("An extension already exists with given id. Extension: ", name, "."),
                 "An item has one open extension of a name.");
}
Fault extension_not_found() {
    return fault(404, "ErrorItemNotFound", "The specified object was not found in the store.", "The item has no open extension of this name.");
}
Fault sync_state_not_found() {
    return fault(410, "SyncStateNotFound", "The sync state generation is not found; sync must start again.",
                 "The state token is too old, of another mailbox, or none of this service.");
}
Fault delta_option() {
    return fault(400, "ErrorInvalidUrlQuery",
                 "The following parameters are not supported with change tracking over the 'CalendarView' resource: '$orderby, $filter, $select, "
                 "$expand, $search'.",
                 "A delta round gives whole rows in no order.");
}
Fault events_have_no_delta() {
    return fault(400, "ErrorInvalidUrlQuery", "Unsupported request: Change tracking is not supported against 'microsoft.graph.event'.",
                 "In v1.0 only calendarView has a delta function that works.");
}
Fault directory_select(std::string_view property, std::string_view type) {
    std::string message = quoted("Parsing OData Select and Expand failed: Could not find a property named '", property, "' on type '");
    message += type;
    message += "'.";
    return fault(400, "BadRequest", message, message);
}
Fault directory_filter(std::string_view why) {
    return fault(400, "Request_UnsupportedQuery", "Unsupported Query.", std::string(why));
}
Fault throttled() {
    return fault(429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.",
                 "Too many requests of one application to one mailbox; wait for Retry-After.");
}
Fault too_many_at_once() {
    return fault(429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.",
                 "Four requests of one application to one mailbox may be under way at a time.");
}
Fault batch_invalid(std::string_view why) { return fault(400, "BadRequest", std::string(why), std::string(why)); }
Fault dependency_failed() {
    return fault(424, "FailedDependency", "The request failed because a request it depends on failed.",
                 "A request of a batch is not run when one it depends on failed.");
}
Fault other_cloud() {
    return fault(401, "InvalidAuthenticationToken", "Access token validation failure. Invalid audience.",
                 "The host is that of a national cloud; the tenant lives in the worldwide one.");
}

Fault subscription_property(std::string_view why) {
    return fault(400, "InvalidRequest", std::string(why), std::string(why));
}
Fault subscription_too_long(std::chrono::minutes limit) {
    return fault(400, "ExtensionError",
                 quoted("Operation: Create; Exception: [Status Code: BadRequest; Reason: Subscription expiration can only be ",
                        std::to_string(limit.count()), " minutes in the future.]"),
                 "A subscription on events lives at most 10,070 minutes (10,080 are documented), with resource data 1,440.");
}
Fault subscription_in_the_past() {
    return fault(400, "InvalidRequest", "Subscription expiration must be in the future.",
                 "expirationDateTime lies in the past.");
}
Fault subscription_quota() {
    return fault(403, "Forbidden", "Number of subscriptions per mailbox has exceeded limit.",
                 "A mailbox carries at most 1000 active subscriptions.");
}
Fault handshake_status(int status) {
    return fault(400, "ValidationError",
                 quoted("Subscription validation request failed. HTTP status code is '", reason(status),
                        "'. Notification endpoint must respond with 200 OK to validation request."),
                 "The hook did not answer the validation request with 200.");
}
Fault handshake_timeout() {
    return fault(400, "ValidationError", "Subscription validation request timed out.",
                 "The hook did not answer the validation request within 10 s.");
}
Fault handshake_echo() {
    return fault(400, "ValidationError",
                 "Subscription validation request failed. Response must exactly match validationToken query parameter.",
                 "The hook echoes the decoded validation token as text/plain, and nothing else.");
}
Fault hook_not_https() {
    return fault(400, "InvalidRequest", "The notification URL must be a valid https URL.", "Hooks are https URLs.");
}

}  // namespace errors

Reply token_error_reply(const TokenFault& fault, std::string_view trace_id, std::string_view correlation_id, Instant now) {
    Reply reply;
    reply.status = fault.status;
    reply.broken_rule = fault.rule;
    reply.headers.push_back({"Content-Type", "application/json; charset=utf-8"});
    reply.headers.push_back({"Cache-Control", "no-store, no-cache"});
    reply.headers.push_back({"Pragma", "no-cache"});
    reply.headers.push_back({"x-ms-request-id", std::string(trace_id)});
    std::string stamp;
    put_local7(stamp, utc_wall_clock(now));
    stamp.resize(19);
    stamp[10] = ' ';
    stamp += 'Z';
    const std::string number = std::to_string(fault.code);
    std::string description = "AADSTS" + number + ": " + fault.text + "\r\nTrace ID: ";
    description += trace_id;
    description += "\r\nCorrelation ID: ";
    description += correlation_id;
    description += "\r\nTimestamp: " + stamp;
    std::string& out = reply.body;
    out = "{";
    put_member(out, "error", fault.error);
    put_member(out, "error_description", description);
    out += ",\"error_codes\":[" + number + "]";
    put_member(out, "timestamp", stamp);
    put_member(out, "trace_id", trace_id);
    put_member(out, "correlation_id", correlation_id);
    put_member(out, "error_uri", "https://login.microsoftonline.com/error?code=" + number);
    out += "}";
    return reply;
}

namespace token_errors {
namespace {

TokenFault fault(int status, std::string_view error, int code, std::string text, std::string_view rule) {
    TokenFault out;
    out.status = status;
    out.error = error;
    out.code = code;
    out.text = std::move(text);
    out.rule = rule;
    return out;
}

}  // namespace

TokenFault wrong_secret(std::string_view client) {
    return fault(401, "invalid_client", 7000215,
                 quoted("Invalid client secret provided. Ensure the secret being sent in the request is the client secret "
                        "value, not the client secret ID, for a secret added to app '",
                        client, "'."),
                 "The client secret is not the application's.");
}
TokenFault secret_expired(std::string_view client) {
    return fault(401, "invalid_client", 7000222, quoted("The provided client secret keys for app '", client, "' are expired."),
                 "The application's secret has expired.");
}
TokenFault no_secret() {
    return fault(401, "invalid_client", 7000216,
                 "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
                 "A confidential client proves itself by a secret or an assertion.");
}
TokenFault bad_assertion() {
    return fault(401, "invalid_client", 700027, "The certificate with identifier used to sign the client assertion is not registered on application.",
                 "No certificate is registered for the application under this thumbprint.");
}
TokenFault assertion_malformed() {
    return fault(400, "invalid_request", 50027, "JWT token is invalid or malformed.", "A client assertion is a JWT signed with RS256 or PS256.");
}
TokenFault assertion_signature(std::string_view thumbprint) {
    return fault(401, "invalid_client", 700027,
                 quoted("Client assertion failed signature validation. [Reason - The key was found, but use of the key to verify the signature "
                        "failed. Thumbprint of key used by client: '",
                        thumbprint, "']"),
                 "The assertion is signed by the registered certificate's key.");
}
TokenFault assertion_client() {
    return fault(401, "invalid_client", 700021, "Client assertion application identifier doesn't match 'client_id' parameter.",
                 "iss and sub of a client assertion are the client id.");
}
TokenFault assertion_audience(std::string_view audience) {
    return fault(401, "invalid_client", 700023,
                 quoted("Client assertion audience claim does not match Realm issuer. Audience sent: '", audience, "'."),
                 "aud of a client assertion is the token endpoint or the issuer.");
}
TokenFault assertion_time() {
    return fault(401, "invalid_client", 700024, "Client assertion is not within its valid time range.", "nbf and exp of a client assertion span the present.");
}
TokenFault assertion_type() {
    return fault(400, "invalid_request", 900144, "The request body must contain the following parameter: 'client_assertion_type'.",
                 "client_assertion_type is urn:ietf:params:oauth:client-assertion-type:jwt-bearer.");
}
TokenFault unknown_instance() {
    return fault(400, "invalid_instance", 50049, "Unknown or invalid instance.", "The authority's host is none of this cloud.");
}
TokenFault unknown_client(std::string_view client, std::string_view directory) {
    std::string text = quoted("Application with identifier '", client, "' was not found in the directory '");
    text += directory;
    text += "'. This can happen if the application has not been installed by the administrator of the tenant or consented to "
            "by any user in the tenant. You may have sent your authentication request to the wrong tenant.";
    return fault(400, "unauthorized_client", 700016, std::move(text), "The tenant's administrator never consented.");
}
TokenFault scope_not_default(std::string_view scope) {
    return fault(400, "invalid_scope", 1002012,
                 quoted("The provided value for scope ", scope,
                        " is not valid. Client credential flows must have a scope value with /.default suffixed to the resource "
                        "identifier (application ID URI)."),
                 "Client credentials ask for <resource>/.default.");
}
TokenFault unknown_resource(std::string_view resource, std::string_view directory) {
    std::string text = quoted("The resource principal named ", resource, " was not found in the tenant named ");
    text += directory;
    text += ". This can happen if the application has not been installed by the administrator of the tenant or consented to by "
            "any user in the tenant. You might have sent your authentication request to the wrong tenant.";
    return fault(400, "invalid_resource", 500011, std::move(text), "The scope names a resource the tenant does not have.");
}
TokenFault unknown_tenant(std::string_view tenant) {
    return fault(400, "invalid_request", 90002,
                 quoted("Tenant '", tenant,
                        "' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. "
                        "Check with your subscription administrator, this may happen if there are no active subscriptions for "
                        "the tenant."),
                 "No such tenant in this cloud.");
}
TokenFault tenant_unreadable(std::string_view tenant) {
    return fault(400, "invalid_request", 900023,
                 quoted("Specified tenant identifier '", tenant,
                        "' is neither a valid DNS name, nor a valid external domain."),
                 "A tenant is named by its GUID or a verified domain.");
}
TokenFault token_by_post(std::string_view method) {
    return fault(400, "invalid_request", 900561, quoted("The endpoint only accepts POST, OPTIONS requests. Received a ", method.substr(0, 20), " request."),
                 "The token endpoint takes POST.");
}
TokenFault no_tenant() {
    return fault(400, "invalid_request", 50059,
                 "No tenant-identifying information found in either the request or implied by any provided credentials.",
                 "Client credentials need a concrete tenant.");
}
TokenFault parameter_missing(std::string_view name) {
    return fault(400, "invalid_request", 900144,
                 quoted("The request body must contain the following parameter: '", name, "'."),
                 "A parameter of the token request is missing.");
}
TokenFault grant_type(std::string_view grant) {
    return fault(400, "unsupported_grant_type", 70003,
                 quoted("The app requested an unsupported grant type '", grant, "'."),
                 "The fake's tenant serves client credentials only.");
}

}  // namespace token_errors

}  // namespace fakes::microsoft
