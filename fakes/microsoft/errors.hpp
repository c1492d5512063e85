#pragma once
// Every refusal of Graph: status, code, message and, for the journal, the rule behind it.
#include <chrono>
#include <string>
#include <string_view>

#include "fakes/server.hpp"

namespace fakes::microsoft {

/// One exchange's own marks.
struct Exchange {
    Instant now{};
    std::string request_id;
    std::string client_request_id;
};

struct Fault {
    int status = 400;
    std::string code;
    std::string message;
    std::string rule;
};

Reply error_reply(const Fault& fault, const Exchange& exchange);

namespace errors {

// 401: who are you
Fault token_empty();
Fault token_not_well_formed();
Fault token_expired();
Fault token_not_ours();

// 403: not allowed
Fault role_missing(std::string_view role);
Fault policy_blocks(std::string_view mailbox);
Fault directory_role_missing();

// 404 and routing
Fault unknown_user(std::string_view user);
Fault no_mailbox(std::string_view user);
Fault unknown_directory_object(std::string_view user);
Fault item_not_found();
Fault folder_exists();
Fault folder_distinguished();
Fault folders_too_many();
Fault item_cancelled();
Fault subscription_not_found();
Fault unknown_segment(std::string_view segment);
Fault me_needs_delegation();
Fault method_not_allowed(std::string_view method);
Fault malformed_id();

// requests
Fault body_too_large();
Fault target_too_long();
Fault not_json_type();
Fault body_unreadable(std::string_view why);
Fault unknown_property(std::string_view property, std::string_view type);
Fault bad_literal(std::string_view literal, std::string_view type);
Fault property_invalid(std::string_view why);
Fault property_required(std::string_view name);
Fault no_bytes();
Fault zone_not_supported(std::string_view zone);
Fault all_day_not_midnight();
Fault window_missing();
Fault window_unreadable(std::string_view text);
Fault window_too_wide();
Fault not_a_series();
Fault query_option(std::string_view option, std::string_view why);
Fault filter_invalid(std::string_view why);
Fault property_id_invalid();
Fault property_value_invalid();
Fault property_set_invalid(std::string_view why);
Fault recurrence_has_no_occurrence();
Fault crossing_boundary();
Fault change_key_stale();
Fault recipients_invalid(std::string_view address);
Fault own_meeting();
Fault not_the_organizer();
Fault proposal_refused(std::string_view why);
Fault unknown_parameter(std::string_view name);
Fault schedule_invalid(std::string_view why);
Fault schedule_too_long();
Fault settings_invalid(std::string_view code, std::string_view why);
Fault attachments_too_large();
Fault attachment_too_small();
Fault upload_range(std::string_view why);
Fault not_implemented(std::string_view rule);
Fault delegated_only(std::string_view operation);
Fault extension_invalid(std::string_view why);
Fault extension_exists(std::string_view name);
Fault extension_not_found();
Fault sync_state_not_found();
Fault delta_option();
Fault events_have_no_delta();
Fault directory_select(std::string_view property, std::string_view type);
Fault directory_filter(std::string_view why);
Fault throttled();
Fault too_many_at_once();
Fault batch_invalid(std::string_view why);
Fault dependency_failed();
Fault other_cloud();

// subscriptions
Fault subscription_property(std::string_view why);
Fault subscription_too_long(std::string_view operation, std::chrono::minutes limit);
Fault subscription_in_the_past();
Fault subscription_quota();
Fault handshake_status(int status);
Fault handshake_timeout();
Fault handshake_unanswered(Silence why, std::string_view url);
Fault handshake_echo();
Fault hook_not_https();

}  // namespace errors

}  // namespace fakes::microsoft
