#pragma once
// Request bodies: from JSON to edits, with the service's own refusals.
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "fakes/microsoft/edit.hpp"
#include "fakes/microsoft/errors.hpp"

namespace fakes::microsoft {

struct EventInput {
    Edit edit;
    bool wants_online = false;  // isOnlineMeeting true
};
std::variant<EventInput, Fault> read_event(std::string_view body);

struct SubscriptionInput {
    std::optional<std::string> change_type, notification_url, resource, client_state, lifecycle_url, tls_version, query_options,
        certificate, certificate_id, app_id;
    std::optional<Instant> expiration;
    std::string expiration_text;
    std::optional<bool> include_resource_data;
    bool immutable_ids = false;  // by the request's Prefer header
};
std::variant<SubscriptionInput, Fault> read_subscription(std::string_view body);

}  // namespace fakes::microsoft
