// What Entra says about itself: discovery, keys, instances; and the administrator's consent.
#include "fakes/microsoft/consent.hpp"
#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/token.hpp"

namespace fakes::microsoft {
namespace {

Reply document(std::string body) {
    Reply reply;
    reply.headers.push_back({"Content-Type", "application/json; charset=utf-8"});
    reply.headers.push_back({"Cache-Control", "max-age=86400, private"});
    reply.headers.push_back({"Access-Control-Allow-Origin", "*"});
    reply.body = std::move(body);
    return reply;
}

/// The tenant of all personal accounts (Entra docs, "OpenID Connect on the Microsoft identity platform").
constexpr std::string_view personal_accounts = "9188040d-6c67-4c5b-b112-36a304b66dad";

std::string authority_of(std::string_view url) {  // host and port
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    url.remove_prefix(scheme + 3);
    return lower(url.substr(0, url.find_first_of("/?#")));
}

}  // namespace

Reply TokenService::discovery(std::string_view tenant, bool v2) const {
    const std::string name(same_text(tenant, domain_) ? std::string_view(tenant_) : tenant);
    const ForeignTenant* other = foreign(tenant);
    const std::string base = authority_ + "/" + name;
    const std::string prefix = v2 ? "/oauth2/v2.0" : "/oauth2";
    // For a tenant that is not named the issuer is a pattern that clients fill in.
    const std::string issuer_tenant = same_text(tenant, "consumers") ? std::string(personal_accounts) : nobodys(tenant) ? std::string("{tenantid}") : name;
    std::string out = "{";
    put_member(out, "token_endpoint", base + prefix + "/token");
    out += ",\"token_endpoint_auth_methods_supported\":[\"client_secret_post\",\"private_key_jwt\",\"client_secret_basic\",\"self_signed_tls_client_auth\"]";
    put_member(out, "jwks_uri", base + (v2 ? "/discovery/v2.0/keys" : "/discovery/keys"));
    out += ",\"response_modes_supported\":[\"query\",\"fragment\",\"form_post\"],\"subject_types_supported\":[\"pairwise\"],"
           "\"id_token_signing_alg_values_supported\":[\"RS256\"],\"response_types_supported\":[\"code\",\"id_token\","
           "\"code id_token\",\"id_token token\"],\"scopes_supported\":[\"openid\",\"profile\",\"email\",\"offline_access\"]";
    put_member(out, "issuer", v2 ? authority_ + "/" + issuer_tenant + "/v2.0" : "https://sts.windows.net/" + issuer_tenant + "/");
    out += ",\"request_uri_parameter_supported\":false";
    put_member(out, "userinfo_endpoint", "https://graph.microsoft.com/oidc/userinfo");
    put_member(out, "authorization_endpoint", base + prefix + "/authorize");
    put_member(out, "device_authorization_endpoint", base + prefix + "/devicecode");
    out += ",\"http_logout_supported\":true,\"frontchannel_logout_supported\":true";
    put_member(out, "end_session_endpoint", base + prefix + "/logout");
    out += ",\"claims_supported\":[\"sub\",\"iss\",\"cloud_instance_name\",\"cloud_instance_host_name\",\"cloud_graph_host_name\",\"msgraph_host\","
           "\"aud\",\"exp\",\"iat\",\"auth_time\",\"acr\",\"nonce\",\"preferred_username\",\"name\",\"tid\",\"ver\",\"at_hash\",\"c_hash\",\"email\"]";
    if (nobodys(tenant)) out += ",\"tenant_region_scope\":null";
    else put_member(out, "tenant_region_scope", other != nullptr && other->cloud != "worldwide" ? std::string("USGov") : region_scope_);
    // A tenant of the government's clouds can be looked up here; what it says names its own cloud (Entra docs: national clouds).
    if (other != nullptr && other->cloud != "worldwide") put_member(out, "tenant_region_sub_scope", other->cloud == "USGovDoD" ? "DOD" : "DODCON");
    put_member(out, "cloud_instance_name", other != nullptr && other->cloud != "worldwide" ? "microsoftonline.us" : "microsoftonline.com");
    put_member(out, "cloud_graph_host_name", "graph.windows.net");
    put_member(out, "msgraph_host", "graph.microsoft.com");
    put_member(out, "rbac_url", "https://pas.windows.net");
    return document(out + "}");
}

Reply TokenService::keys(std::string_view tenant, Instant now) const {
    const std::string name = nobodys(tenant) ? std::string("{tenantid}") : foreign(tenant) != nullptr ? std::string(tenant) : tenant_;
    return document("{\"keys\":" + ring_.jwks(authority_ + "/" + name + "/v2.0", now) + "}");
}

Reply TokenService::instances(const Request& request, Instant now) {
    const std::size_t mark = request.target.find('?');
    const Parameters query = parse_parameters(mark == std::string::npos ? std::string_view() : std::string_view(request.target).substr(mark + 1));
    const std::string asked = value_of(query, "authorization_endpoint");
    const std::string host = authority_of(asked), own = authority_of(authority_);
    static constexpr std::string_view worldwide[] = {"login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"};
    bool known = host == own;
    for (const std::string_view each : worldwide) known = known || host == each;
    if (!known) return refuse(token_errors::unknown_instance(), request, {}, now);
    const std::size_t path = asked.find('/', asked.find("://") + 3);
    std::string tenant = path == std::string::npos ? std::string("common") : asked.substr(path + 1);
    tenant = tenant.substr(0, tenant.find('/'));
    std::string out = "{";
    put_member(out, "tenant_discovery_endpoint", authority_ + "/" + percent_encode(tenant, true) + "/v2.0/.well-known/openid-configuration");
    put_member(out, "api-version", "1.1");
    out += ",\"metadata\":[";
    if (own != worldwide[0]) {
        out += '{';
        put_member(out, "preferred_network", own);
        put_member(out, "preferred_cache", own);
        out += ",\"aliases\":[";
        put_json(out, own);
        out += "]},";
    }
    out += "{\"preferred_network\":\"login.microsoftonline.com\",\"preferred_cache\":\"login.windows.net\",\"aliases\":[\"login.microsoftonline.com\","
           "\"login.windows.net\",\"login.microsoft.com\",\"sts.windows.net\"]},"
           "{\"preferred_network\":\"login.partner.microsoftonline.cn\",\"preferred_cache\":\"login.partner.microsoftonline.cn\","
           "\"aliases\":[\"login.partner.microsoftonline.cn\",\"login.chinacloudapi.cn\"]},"
           "{\"preferred_network\":\"login.microsoftonline.us\",\"preferred_cache\":\"login.microsoftonline.us\","
           "\"aliases\":[\"login.microsoftonline.us\",\"login.usgovcloudapi.net\"]}]}";
    return document(std::move(out));
}

Reply TokenService::consent(const Request& request, std::string_view tenant, bool v2) {
    const bool posted = request.method == "POST";
    const std::size_t mark = request.target.find('?');
    const std::string_view query = mark == std::string::npos ? std::string_view() : std::string_view(request.target).substr(mark + 1);
    if (request.body.size() > limits::token_bytes) return consent_refusal(900561, "The request is too large.", "A consent form is small.");
    const Parameters given = parse_parameters(posted ? std::string_view(request.body) : query);
    ConsentRequest asked;
    asked.client = value_of(given, "client_id");
    asked.redirect = value_of(given, "redirect_uri");
    asked.scope = value_of(given, "scope");
    asked.state = value_of(given, "state");
    asked.v2 = v2;
    const SignInAccount* administrator = signed_in(request);
    if (administrator == nullptr && !accounts_.empty())
        return consent_refusal(50058, "Session information is not sufficient for single-sign-on.", "Whoever consents has signed in.");
    const std::string theirs = administrator == nullptr ? tenant_ : tenant_of(*administrator);
    if (!nobodys(tenant) && !is_tenant(tenant) && foreign(tenant) == nullptr) {
        const TokenFault fault = token_errors::unknown_tenant(tenant.substr(0, 80));
        return consent_refusal(fault.code, fault.text, fault.rule);
    }
    for (const auto& [name, value] : {std::pair<std::string_view, const std::string&>("client_id", asked.client), {"redirect_uri", asked.redirect}, {"scope", asked.scope}})
        if (value.empty() && (v2 || name != "scope")) {
            const TokenFault fault = token_errors::parameter_missing(name);
            return consent_refusal(fault.code, fault.text, fault.rule);
        }
    if (!same_text(asked.client, client_)) {
        const TokenFault fault = token_errors::unknown_client(asked.client.substr(0, 80), directory_);
        return consent_refusal(fault.code, fault.text, "The application id is none the tenant can find.");
    }
    if (!redirect_allowed(asked.redirect, redirect_uris_))
        return consent_refusal(50011, "The redirect URI specified in the request does not match the redirect URIs configured for the application '" + client_ + "'.",
                               "A browser is sent to registered redirect URIs only.");
    if (v2 && asked.scope.find("/.default") == std::string::npos && asked.scope.find(".default") != 0)
        return consent_refusal(70011, "The provided value for the input parameter 'scope' is not valid.", "Application roles are consented to by <resource>/.default.");
    if (const std::size_t end = asked.scope.rfind("/.default"); v2 && end != std::string::npos && end != 0) {
        const std::size_t begin = asked.scope.find_last_of(' ', end) + 1;  // npos + 1 is 0
        const std::string resource = asked.scope.substr(begin, end - begin);
        const TokenFault fault = token_errors::unknown_resource(resource.substr(0, 80), directory_);
        if (!is_resource(resource)) return consent_refusal(fault.code, fault.text, fault.rule);
    }
    if (!nobodys(tenant) && !same_text(same_text(tenant, domain_) ? std::string_view(tenant_) : tenant, theirs))
        return consent_refusal(50020, "The signed in user does not exist in the tenant and cannot consent for it.", "Consent is given by an account of the tenant.");
    if (administrator != nullptr && administrator->role != "Global Administrator" && administrator->role != "Privileged Role Administrator")
        return consent_needs_administrator(asked, "Calendar Service");
    const std::string seal = tag(asked.client + '\n' + asked.redirect + '\n' + asked.scope + '\n' + asked.state);
    if (!posted) {
        const std::string_view path = std::string_view(request.target).substr(0, mark);
        return consent_page(asked, "Calendar Service", directory_, administrator == nullptr ? "admin@" + domain_ : administrator->address, roles_, path, seal);
    }
    if (!same_secret(value_of(given, "seal"), seal)) return consent_refusal(50196, "The form is not the one that was served.", "Consent is given on the page itself.");
    const std::string decision = value_of(given, "decision");
    if (decision != "accept" && decision != "cancel") return consent_refusal(900144, "The form lacks a decision.", "Consent is accepted or cancelled.");
    if (decision == "accept" && theirs == tenant_) set_grants(roles_);
    if (decision == "accept")
        for (ForeignTenant& one : others_) one.consented = one.consented || same_text(one.id, theirs);
    Reply reply;
    reply.status = 302;
    reply.headers.push_back({"Location", decision == "accept" ? consent_granted(asked, theirs) : consent_declined(asked)});
    reply.headers.push_back({"Cache-Control", "no-store, no-cache"});
    return reply;
}

}  // namespace fakes::microsoft
