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
/// Signed in, but no administrator: all they can do is go back.
Reply consent_needs_administrator(const ConsentRequest& request, std::string_view application);
Reply consent_refusal(int code, std::string_view text, std::string_view rule);
std::string consent_granted(const ConsentRequest& request, std::string_view tenant);
std::string consent_declined(const ConsentRequest& request);

struct SignInRequest {
    std::string client, redirect, state, nonce, hint;
};
Reply sign_in_page(const SignInRequest& request, std::string_view action, std::string_view seal);
/// A page that posts the answer to the application by itself (OAuth 2.0 Form Post Response Mode 2).
Reply form_post(std::string_view redirect, const std::vector<std::pair<std::string, std::string>>& fields);

}  // namespace fakes::microsoft
