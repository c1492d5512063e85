#include "fakes/microsoft/errors.hpp"

#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

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
Fault folder_exists() {
    return fault(409, "ErrorFolderExists", "A folder with the specified name already exists.", "Calendars of one mailbox have names of their own.");
}
Fault folder_distinguished() {
    return fault(400, "ErrorDeleteDistinguishedFolder", "Distinguished folders cannot be deleted.", "The default calendar stays.");
}
Fault folders_too_many() {
    return fault(403, "ErrorQuotaExceeded", "The maximum number of calendars is reached.", "A mailbox has a limited number of further calendars.");
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
Fault attachments_too_large() {
    return fault(413, "ErrorMessageSizeExceeded", "The message exceeds the maximum supported size.", "Attachments of one item are limited in number and size.");
}
Fault attachment_too_small() {
    return fault(400, "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize", "The size of the attachment should not be less than the minimum size of an upload session.",
                 "Files of less than 3 MB are attached by one POST.");
}
Fault upload_range(std::string_view why) { return fault(416, "ErrorInvalidRange", std::string(why), std::string(why)); }
Fault delegated_only(std::string_view operation) {
    return fault(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.",
                 quoted("", operation, " takes delegated permissions only; an application has none (Graph docs, Permissions)."));
}
Fault not_implemented(std::string_view rule) {
    // "Microsoft Graph error responses": 501 Not Implemented, "The requested feature isn't implemented."
    return fault(501, "notImplemented", "The requested feature isn't implemented.", std::string(rule));
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
Fault property_required(std::string_view name) {
    return fault(400, "ErrorInvalidProperty", quoted("The property '", name, "' is required when creating the entity."), "A link to a file says where that lies.");
}
Fault no_bytes() {
    return fault(405, "ErrorInvalidRequest", "Your request can't be completed. A reference attachment has no raw contents.", "Links have no $value (Graph docs, \"Get attachment\").");
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
Fault property_id_invalid() {
    return fault(400, "ErrorInvalidPropertySet",
                 "PropertyId values may only be in one of the following formats: 'MapiPropertyType namespaceGuid Name propertyName', "
                 "'MapiPropertyType namespaceGuid Id propertyId' or 'MapiPropertyType propertyTag'.",
                 "The id of a single-value property has a type without Array, that of a multi-value property one with it.");
}
Fault property_value_invalid() {
    return fault(400, "ErrorInvalidExtendedPropertyValue", "The extended property value is invalid.",
                 "A value is the text of its type: Integer 32 bits, SystemTime a date-time, Binary base64 (Exchange docs, ResponseCode).");
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
Fault subscription_too_long(std::string_view operation, std::chrono::minutes limit) {
    return fault(400, "ExtensionError",
                 quoted("Operation: " + std::string(operation) + "; Exception: [Status Code: BadRequest; Reason: Subscription expiration can only be ",
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
Fault handshake_unanswered(Silence why, std::string_view url) {
    if (why == Silence::timed_out) return handshake_timeout();
    if (why == Silence::not_connected)
        return fault(400, "ValidationError", "Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request.",
                     "Nobody listens at the hook's address, or its certificate is not trusted.");
    const std::size_t begin = url.find("://") == std::string_view::npos ? 0 : url.find("://") + 3;
    const std::string_view host = url.substr(begin, url.find_first_of(":/?#", begin) - begin);
    return fault(400, "InvalidRequest", quoted("Failed to resolve domain ", host, ""), "The hook's host name leads nowhere.");
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

}  // namespace fakes::microsoft
