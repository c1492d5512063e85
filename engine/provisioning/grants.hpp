#pragma once
// What the service asks a tenant for, exactly, and what it was given (O365-PERMISSIONS, G-SCOPES).
#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace engine::provisioning {

/// Application roles of Microsoft Graph (facts/webex.md 7.1: calendars of all mailboxes, mailbox settings). Signing in and
/// reading the own profile is the administrator's own, delegated permission: no role.
inline constexpr std::array<std::string_view, 2> kGraphRoles{"Calendars.ReadWrite", "MailboxSettings.ReadWrite"};

/// Scopes of domain-wide delegation, as entered in the Workspace admin console (facts/webex.md 7.2).
inline constexpr std::array<std::string_view, 2> kGoogleScopes{"https://www.googleapis.com/auth/calendar",
                                                               "https://www.googleapis.com/auth/gmail.settings.basic"};
/// "https://www.googleapis.com/auth/calendar" -> "calendar"
std::string_view short_scope(std::string_view scope);

struct Compared {
    std::vector<std::string> missing, excess;  // in alphabetical order
    bool exact() const { return missing.empty() && excess.empty(); }
};
Compared compare(const std::set<std::string>& given, const std::set<std::string>& asked);
std::set<std::string> graph_roles_asked();

/// The `roles` of an app-only access token (Entra docs: access token claims). Nothing when it is no JWT. The token came
/// from the token endpoint itself, so its signature says nothing more.
std::optional<std::set<std::string>> roles_in(std::string_view access_token);

std::string joined(const std::vector<std::string>& names);

}  // namespace engine::provisioning
