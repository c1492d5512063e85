#pragma once
// Every refusal of the token endpoint, by its AADSTS number: status, word, text and, for the journal, the rule behind it.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
/// What both tokens and refusals carry.
std::vector<Header> token_answer_headers(std::string_view request_id, const std::string* client_request_id);
Reply token_error_reply(const TokenFault& fault, std::string_view trace_id, std::string_view correlation_id, const std::string* client_request_id, Instant now);

namespace token_errors {

TokenFault wrong_secret(std::string_view client);
TokenFault secret_expired(std::string_view client);
TokenFault no_secret();
TokenFault bad_assertion(std::string_view thumbprint, std::string_view client);
TokenFault assertion_malformed();
TokenFault assertion_names_no_key();
TokenFault assertion_algorithm();
TokenFault assertion_signature(std::string_view thumbprint, std::string_view client);
TokenFault assertion_client();
TokenFault assertion_audience(std::string_view audience);
TokenFault assertion_time(Instant now, std::optional<Instant> begin, std::optional<Instant> end);
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
TokenFault malformed_grant();
TokenFault resource_in_v2();
TokenFault two_resources(std::string_view scope);
TokenFault parameter_twice(std::string_view name);
TokenFault too_many_parameters();
TokenFault token_by_post(std::string_view method);

}  // namespace token_errors

}  // namespace fakes::microsoft
