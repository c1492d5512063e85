#pragma once
// Google Calendar v3, Gmail's vacation setting and Google's token endpoint for one Workspace domain.
// One origin carries all three, by path: /calendar/v3, /gmail/v1, /token (hosts www., gmail. and oauth2.googleapis.com).
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "fakes/hands.hpp"
#include "fakes/organisation.hpp"

namespace fakes {

struct GoogleOptions {
    std::uint64_t seed = 1;
    /// Token endpoint addresses accepted as `aud` besides Google's own three (facts/google.md 2: the Python and Go
    /// clients sign the key file's token_uri).
    std::vector<std::string> more_audiences;
    /// Scopes the domain's administrator entered for the service's client id.
    std::vector<std::string> delegated_scopes = {"https://www.googleapis.com/auth/calendar",
                                                 "https://www.googleapis.com/auth/gmail.settings.basic"};
    /// The number in "Channel '...' not found for project '...'".
    std::string project_number = "104727004242";
};

/// A person with the key "admin", if there is one, owns every room's calendar beside the room itself.
std::unique_ptr<CalendarService> make_google(Organisation organisation, GoogleOptions options = {});

}  // namespace fakes
