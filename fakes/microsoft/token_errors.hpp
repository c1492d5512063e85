#pragma once
// Every refusal of the token endpoint, by its AADSTS number: status, word, text and, for the journal, the rule behind it.
#include <string>
#include <string_view>

#include "fakes/server.hpp"

namespace fakes::microsoft {

/// The token endpoint's own form of error.
struct TokenFault {
    int status = 400;
    std::string error;
    int code = 0;
    std::string text;
    std::string rule;
};
Reply token_error_reply(const TokenFault& fault, std::string_view trace_id, std::string_view correlation_id, Instant now);

namespace token_errors {

TokenFault wrong_secret(std::string_view client);
TokenFault secret_expired(std::string_view client);
TokenFault no_secret();
TokenFault bad_assertion();
TokenFault assertion_malformed();
TokenFault assertion_signature(std::string_view thumbprint);
TokenFault assertion_client();
TokenFault assertion_audience(std::string_view audience);
TokenFault assertion_time();
TokenFault assertion_type();
TokenFault unknown_instance();
TokenFault unknown_client(std::string_view client, std::string_view directory);
TokenFault scope_not_default(std::string_view scope);
TokenFault unknown_resource(std::string_view resource, std::string_view directory);
TokenFault unknown_tenant(std::string_view tenant);
TokenFault tenant_unreadable(std::string_view tenant);
TokenFault no_tenant();
TokenFault parameter_missing(std::string_view name);
TokenFault grant_type(std::string_view grant);
TokenFault token_by_post(std::string_view method);

}  // namespace token_errors

}  // namespace fakes::microsoft
