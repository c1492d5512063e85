#pragma once
// The page on which a tenant's administrator grants an application its roles, and where it sends the browser afterwards.
// "Admin consent on the Microsoft identity platform".
#include <string>
#include <string_view>
#include <vector>

#include "fakes/server.hpp"

namespace fakes::microsoft {

struct ConsentRequest {
    std::string client, redirect, scope, state;
    bool v2 = true;
};

/// A redirect URI that may be sent to a browser: an absolute https URI, or http on the own machine; registered, if any are.
bool redirect_allowed(std::string_view uri, const std::vector<std::string>& registered);

/// `seal` goes with the form, so that only a page served here can be answered.
Reply consent_page(const ConsentRequest& request, std::string_view application, std::string_view organisation, std::string_view administrator,
                   const std::vector<std::string>& roles, std::string_view action, std::string_view seal);
Reply consent_refusal(int code, std::string_view text, std::string_view rule);
std::string consent_granted(const ConsentRequest& request, std::string_view tenant);
std::string consent_declined(const ConsentRequest& request);

}  // namespace fakes::microsoft
