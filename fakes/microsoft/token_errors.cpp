#include "fakes/microsoft/token_errors.hpp"

#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {

std::vector<Header> token_answer_headers(std::string_view request_id, const std::string* client_request_id) {
    std::vector<Header> out{{"Content-Type", "application/json; charset=utf-8"},
                            {"Cache-Control", "no-store, no-cache"},
                            {"Pragma", "no-cache"},
                            {"Expires", "-1"},
                            {"Strict-Transport-Security", "max-age=31536000; includeSubDomains"},
                            {"X-Content-Type-Options", "nosniff"},
                            {"P3P", "CP=\"DSP CUR OTPi IND OTRi ONL FIN\""},
                            {"x-ms-request-id", std::string(request_id)}};
    if (client_request_id != nullptr) out.push_back({"client-request-id", client_request_id->substr(0, 64)});
    return out;
}

Reply token_error_reply(const TokenFault& fault, std::string_view trace_id, std::string_view correlation_id, const std::string* client_request_id, Instant now) {
    Reply reply;
    reply.status = fault.status;
    reply.broken_rule = fault.rule;
    reply.headers = token_answer_headers(trace_id, client_request_id);
    std::string stamp;
    put_local7(stamp, utc_wall_clock(now));
    stamp.resize(19);
    stamp[10] = ' ';
    stamp += 'Z';
    const std::string number = std::to_string(fault.code);
    std::string description = "AADSTS" + number + ": " + fault.text + "\r\nTrace ID: ";
    description += trace_id;
    description += "\r\nCorrelation ID: ";
    description += correlation_id;
    description += "\r\nTimestamp: " + stamp;
    std::string& out = reply.body;
    out = "{";
    put_member(out, "error", fault.error);
    put_member(out, "error_description", description);
    out += ",\"error_codes\":[" + number + "]";
    put_member(out, "timestamp", stamp);
    put_member(out, "trace_id", trace_id);
    put_member(out, "correlation_id", correlation_id);
    put_member(out, "error_uri", "https://login.microsoftonline.com/error?code=" + number);
    out += "}";
    return reply;
}

namespace token_errors {
namespace {

constexpr std::string_view key_advice = "', Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '";

std::string instant7(std::optional<Instant> at) {
    std::string out;
    if (at) put_local7(out, utc_wall_clock(*at));
    return at ? out + 'Z' : "(none)";
}

TokenFault fault(int status, std::string_view error, int code, std::string text, std::string_view rule) {
    TokenFault out;
    out.status = status;
    out.error = error;
    out.code = code;
    out.text = std::move(text);
    out.rule = rule;
    return out;
}

}  // namespace

TokenFault wrong_secret(std::string_view client) {
    return fault(401, "invalid_client", 7000215,
                 quoted("Invalid client secret provided. Ensure the secret being sent in the request is the client secret "
                        "value, not the client secret ID, for a secret added to app '",
                        client, "'."),
                 "The client secret is not the application's.");
}
TokenFault secret_expired(std::string_view client) {
    return fault(401, "invalid_client", 7000222, quoted("The provided client secret keys for app '", client, "' are expired."),
                 "The application's secret has expired.");
}
TokenFault no_secret() {
    return fault(401, "invalid_client", 7000216,
                 "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
                 "A confidential client proves itself by a secret or an assertion.");
}
TokenFault bad_assertion(std::string_view thumbprint, std::string_view client) {
    return fault(401, "invalid_client", 700027,
                 quoted("The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found., "
                        "Thumbprint of key used by client: '", thumbprint, key_advice) + std::string(client) + "']",
                 "No certificate is registered for the application under this thumbprint.");
}
TokenFault assertion_malformed() {
    return fault(400, "invalid_request", 50027, "JWT token is invalid or malformed.", "A client assertion is a JWT signed with RS256 or PS256.");
}
TokenFault assertion_names_no_key() {
    return fault(400, "invalid_request", 50027, "Invalid JWT token. No certificate SHA-1 thumbprint, certificate SHA-256 thumbprint, nor keyId are specified in token header.",
                 "The header of a client assertion names its certificate: x5t#S256, x5t or kid.");
}
TokenFault assertion_algorithm() {
    return fault(400, "invalid_request", 5002730, "Invalid JWT token. Unsupported key for the signing algorithm.", "A client assertion is signed with RS256 or PS256.");
}
TokenFault assertion_signature(std::string_view thumbprint, std::string_view client) {
    return fault(401, "invalid_client", 700027,
                 quoted("Client assertion failed signature validation. [Reason - The key was found, but use of the key to verify the signature "
                        "failed., Thumbprint of key used by client: '", thumbprint, key_advice) + std::string(client) + "']",
                 "The assertion is signed by the registered certificate's key.");
}
TokenFault assertion_client() {
    return fault(401, "invalid_client", 700021, "Client assertion application identifier doesn't match 'client_id' parameter.",
                 "iss and sub of a client assertion are the client id.");
}
TokenFault assertion_audience(std::string_view audience) {
    return fault(401, "invalid_client", 700023,
                 quoted("Client assertion audience claim does not match Realm issuer. Audience sent: '", audience, "'."),
                 "aud of a client assertion is the token endpoint or the issuer.");
}
TokenFault assertion_time(Instant now, std::optional<Instant> begin, std::optional<Instant> end) {
    std::string text = "Client assertion is not within its valid time range. Current time: " + instant7(now) + ", assertion valid from " +
                       instant7(begin) + ", expiry time of assertion " + instant7(end) +
                       ". Review the documentation at https://docs.microsoft.com/azure/active-directory/develop/active-directory-certificate-credentials .";
    return fault(401, "invalid_client", 700024, std::move(text), "nbf and exp of a client assertion span the present.");
}
TokenFault assertion_type() {
    return fault(400, "invalid_request", 900144, "The request body must contain the following parameter: 'client_assertion_type'.",
                 "client_assertion_type is urn:ietf:params:oauth:client-assertion-type:jwt-bearer.");
}
TokenFault unknown_instance() {
    return fault(400, "invalid_instance", 50049, "Unknown or invalid instance.", "The authority's host is none of this cloud.");
}
TokenFault unknown_client(std::string_view client, std::string_view directory) {
    std::string text = quoted("Application with identifier '", client, "' was not found in the directory '");
    text += directory;
    text += "'. This can happen if the application has not been installed by the administrator of the tenant or consented to "
            "by any user in the tenant. You may have sent your authentication request to the wrong tenant.";
    return fault(400, "unauthorized_client", 700016, std::move(text), "The tenant's administrator never consented.");
}
TokenFault scope_not_default(std::string_view scope) {
    return fault(400, "invalid_scope", 1002012,
                 quoted("The provided value for scope ", scope,
                        " is not valid. Client credential flows must have a scope value with /.default suffixed to the resource "
                        "identifier (application ID URI)."),
                 "Client credentials ask for <resource>/.default.");
}
TokenFault unknown_resource(std::string_view resource, std::string_view directory) {
    std::string text = quoted("The resource principal named ", resource, " was not found in the tenant named ");
    text += directory;
    text += ". This can happen if the application has not been installed by the administrator of the tenant or consented to by "
            "any user in the tenant. You might have sent your authentication request to the wrong tenant.";
    return fault(400, "invalid_resource", 500011, std::move(text), "The scope names a resource the tenant does not have.");
}
TokenFault unknown_tenant(std::string_view tenant) {
    return fault(400, "invalid_request", 90002,
                 quoted("Tenant '", tenant,
                        "' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. "
                        "Check with your subscription administrator, this may happen if there are no active subscriptions for "
                        "the tenant."),
                 "No such tenant in this cloud.");
}
TokenFault tenant_unreadable(std::string_view tenant) {
    return fault(400, "invalid_request", 900023,
                 quoted("Specified tenant identifier '", tenant,
                        "' is neither a valid DNS name, nor a valid external domain."),
                 "A tenant is named by its GUID or a verified domain.");
}
TokenFault token_by_post(std::string_view method) {
    return fault(400, "invalid_request", 900561, quoted("The endpoint only accepts POST, OPTIONS requests. Received a ", method.substr(0, 20), " request."),
                 "The token endpoint takes POST.");
}
TokenFault no_tenant() {
    return fault(400, "invalid_request", 50059,
                 "No tenant-identifying information found in either the request or implied by any provided credentials.",
                 "Client credentials need a concrete tenant.");
}
TokenFault parameter_missing(std::string_view name) {
    return fault(400, "invalid_request", 900144,
                 quoted("The request body must contain the following parameter: '", name, "'."),
                 "A parameter of the token request is missing.");
}
TokenFault grant_type(std::string_view grant) {
    return fault(400, "unsupported_grant_type", 70003,
                 quoted("The app requested an unsupported grant type '", grant, "'."),
                 "The fake's tenant serves client credentials only.");
}
TokenFault malformed_grant() {
    return fault(400, "invalid_grant", 9002313, "Invalid request. Request is malformed or invalid.", "The fake's tenant serves client credentials only.");
}
TokenFault resource_in_v2() {
    return fault(400, "invalid_request", 901002, "The 'resource' request parameter is not supported.", "The v2.0 endpoint names resources in the scope.");
}
TokenFault two_resources(std::string_view scope) {
    return fault(400, "invalid_scope", 28000,
                 quoted("Provided value for the input parameter scope is not valid because it contains more than one resource. Scope ", scope, " is not valid."),
                 "One token is for one resource.");
}
TokenFault parameter_twice(std::string_view name) {
    return fault(400, "invalid_request", 9000411, quoted("The request is not properly formatted. The parameter '", name.substr(0, 80), "' is duplicated."),
                 "RFC 6749 section 3.2: parameters are not included more than once.");
}
TokenFault too_many_parameters() {
    return fault(400, "invalid_request", 90013, "Invalid input received from the user.", "A token request has few parameters.");
}

}  // namespace token_errors

}  // namespace fakes::microsoft
