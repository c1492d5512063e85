#pragma once
// The fake of Microsoft Graph (its calendar part) and of the Entra token endpoint: one service on two hosts.
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "fakes/hands.hpp"
#include "fakes/organisation.hpp"

namespace fakes {

struct MicrosoftOptions {
    std::uint64_t seed = 1;
    std::string graph_base = "https://graph.microsoft.com/v1.0";
    std::string authority_base = "https://login.microsoftonline.com";
    /// Application roles the tenant's administrator granted; empty: tokens come without roles and routes answer 403.
    std::vector<std::string> roles = {"Calendars.ReadWrite", "MailboxSettings.ReadWrite"};
    /// False: no administrator ever consented, so the tenant does not know the application (AADSTS700016).
    bool consented = true;
    bool secret_expired = false;       // AADSTS7000222
    bool http_hooks_allowed = false;   // the real service takes https only
    /// From a change to the sending of its notification; changes within it travel in one POST.
    std::chrono::milliseconds notify_after{1000};
    /// From an administrator's change of the access policy to its effect (Graph: up to more than an hour).
    std::chrono::milliseconds policy_after{0};
    /// BookingWindowInDays of room mailboxes; a series that runs beyond it is declined, as Exchange does by default.
    int room_booking_days = 180;
};

std::unique_ptr<CalendarService> make_microsoft(Organisation organisation, MicrosoftOptions options);

}  // namespace fakes
