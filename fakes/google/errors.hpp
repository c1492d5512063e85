#pragma once
// All error answers of the three APIs (facts/google.md 2 and 3), as values and as bodies.
#include <string>
#include <string_view>

#include "fakes/server.hpp"

namespace fakes::google {

/// Why the service would not do something; status 0: it did.
struct Refusal {
    enum class Style { back_end, front_end, token, page };
    int status = 0;
    Style style = Style::back_end;
    std::string domain;         // back end, front end
    std::string reason;         // token: `error`
    std::string message;        // of the entry; token: `error_description`
    std::string location_type;  // "parameter" or "header"
    std::string location;
    std::string top_message;  // front end: the message beside `code`, when it differs
    std::string state;        // front end: "UNAUTHENTICATED", ...
    std::string details;      // front end: JSON array text
    std::string broken_rule;

    explicit operator bool() const { return status != 0; }
};

Reply reply_of(const Refusal& refusal);

namespace refuse {

// 400
Refusal required(std::string_view message, std::string_view parameter = {});
Refusal invalid(std::string_view message, std::string_view rule, std::string_view parameter = {});
Refusal sequence_below();
Refusal invalid_parameter(std::string_view name, std::string_view value, std::string_view wanted);
Refusal invalid_field_selection(std::string_view which);
Refusal bad_request(std::string_view rule, std::string_view message = "Bad Request");
Refusal parse_error(std::string_view rule);
Refusal time_range_empty(std::string_view parameter = {});
Refusal sync_token_with_restrictions(std::string_view which);
Refusal invalid_sync_token();
Refusal invalid_page_token(std::string_view rule);
Refusal event_type_restriction(std::string_view reason, std::string_view message);
Refusal neither_organizer_nor_attendee();
Refusal channel(std::string_view reason, std::string_view message, std::string_view rule);
Refusal push_not_supported();
// 401, 403 of the front end
Refusal login_required();
Refusal invalid_credentials(std::string_view rule);
Refusal insufficient_scope(std::string_view service, std::string_view method);
// 403
Refusal access_level(std::string_view level);
Refusal non_organizer(std::string_view what);
Refusal service_accounts_cannot_invite();
Refusal not_a_calendar_user();
/// 403 and 429 of the quota system.
Refusal usage_limit(int status, std::string_view reason, bool gmail, std::string_view rule);
Refusal forbidden(std::string_view reason, std::string_view message, std::string_view rule);
Refusal cannot_change_own_acl();
// 404, 409, 410, 412, 413
Refusal not_found(std::string_view rule);
/// A path that is no API's: the front end answers with a page before any API is asked. `path` comes from outside.
Refusal no_such_page(std::string_view path, std::string_view rule);
Refusal channel_not_found(std::string_view id, std::string_view project);
Refusal duplicate();
Refusal full_sync_required(std::string_view rule);
Refusal updated_min_too_long_ago();
Refusal deleted();
Refusal condition_not_met();
Refusal too_large();
// 500, 503
Refusal backend_error(int status, bool gmail, std::string_view rule);
// Gmail
Refusal gmail_delegation_denied(std::string_view user);
Refusal gmail_no_mailbox();
Refusal gmail_precondition();
Refusal gmail_invalid(std::string_view message, std::string_view rule);
// Token endpoint
Refusal token(int status, std::string_view error, std::string_view description, std::string_view rule);

}  // namespace refuse
}  // namespace fakes::google
