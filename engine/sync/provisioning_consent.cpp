// The way through Microsoft's pages and back: sign-in, consent, and what was granted (O365-CONSENT, TENANT-SINGLE,
// TENANT-WORLDWIDE).
#include "engine/provisioning/grants.hpp"
#include "engine/provisioning/identity_token.hpp"
#include "engine/sync/provisioning_visit.hpp"

namespace engine::sync {

using namespace provisioning;
using namespace visiting;

namespace {

constexpr int kConsentTries = 3;  // a consent takes a moment to reach Entra's token endpoint
constexpr Duration kConsentRest = std::chrono::seconds(5);

}  // namespace

Task<Outcome<std::string>> Provisioning::document(std::string url) {
    HttpRequest request;
    request.method = "GET";
    request.url = std::move(url);
    CallRules rules;
    Outcome<HttpResponse> answer = co_await f_.calls.call(std::move(request), std::move(rules));
    Outcome<std::string> out;
    out.failure = std::move(answer.failure);
    out.value = std::move(answer.value.body);
    co_return out;
}

/// Fills the tenant in; a refusal waits in `sign_in_refusal_`.
Task<Outcome<OpenConsent>> Provisioning::sign_in_checked(OpenConsent consent, std::string id_token) {
    Outcome<OpenConsent> out;
    out.failure.kind = Failure::Kind::denied;
    sign_in_refusal_ = no(reason::sign_in_invalid);
    const std::optional<std::string> tenant = tenant_named_in(id_token);
    if (!tenant) co_return out;
    const std::string authority = f_.config.authority_base + "/" + *tenant;
    Outcome<std::string> about_tenant = co_await document(authority + "/v2.0/.well-known/openid-configuration");
    if (about_tenant.failure.passing()) sign_in_refusal_ = no(reason::service_unreachable);
    if (!about_tenant.ok()) co_return out;
    const std::optional<TenantDocument> found = read_tenant_document(about_tenant.value);
    // Whoever could name another place for keys or issuer could make sign-ins up.
    if (!found || found->issuer != authority + "/v2.0" || origin(found->jwks_uri) != origin(f_.config.authority_base)) co_return out;
    Outcome<std::string> keys = co_await document(found->jwks_uri);
    if (keys.failure.passing()) sign_in_refusal_ = no(reason::service_unreachable);
    if (!keys.ok()) co_return out;
    TokenRules rules;
    rules.issuer = found->issuer;
    rules.audience = f_.config.client_id;
    rules.nonce = consent.nonce;
    rules.tenant = *tenant;
    rules.now = f_.ports.clock.now();
    const std::string wrong = check_id_token(id_token, keys.value, rules);
    if (!wrong.empty()) {
        f_.ports.log.line(Log::Level::warning, "provisioning.sign_in_invalid wrong=" + wrong);
        co_return out;
    }
    if (const std::optional<std::string> cloud = foreign_cloud(*found)) {
        sign_in_refusal_ = no(reason::unsupported_cloud, *cloud);
        co_return out;
    }
    consent.tenant = *tenant;
    out.value = std::move(consent);
    out.failure = Failure{};
    co_return out;
}

Task<HttpResponse> Provisioning::signed_in(Visit visit) {
    std::optional<OpenConsent> asked = taken(OpenConsent::Stage::sign_in, parameter(visit.body, "state"), visit.session);
    if (!asked) co_return back_to_portal(no(reason::consent_unknown));
    if (!parameter(visit.body, "error").empty()) co_return back_to_portal(no(reason::consent_declined));
    Outcome<OpenConsent> checked = co_await sign_in_checked(std::move(*asked), parameter(visit.body, "id_token"));
    if (!checked.ok()) co_return back_to_portal(sign_in_refusal_);
    if (standing_.works() && standing_.tenant != checked.value.tenant) co_return back_to_portal(no(reason::second_tenant));
    const std::string tenant = checked.value.tenant;
    const OpenConsent& consent = consents_.continued(std::move(checked.value), tenant, f_.ports.clock.now());
    f_.records.save_consents(consents_.to_record(f_.ports.clock.now()));
    co_return see_other(f_.config.authority_base + "/" + percent(tenant) + "/v2.0/adminconsent?client_id=" + percent(f_.config.client_id) + "&scope=" +
                        percent(app_scope()) + "&redirect_uri=" + percent(own_url("/microsoft/consented")) + "&state=" + percent(consent.state));
}

Task<HttpResponse> Provisioning::consented(Visit visit) {
    const std::optional<OpenConsent> asked = taken(OpenConsent::Stage::consent, parameter(visit.query, "state"), visit.session);
    if (!asked) co_return back_to_portal(no(reason::consent_unknown));
    if (!parameter(visit.query, "error").empty()) {
        // AADSTS90094: the account is no administrator's (Entra docs: error codes).
        const bool no_role = parameter(visit.query, "error_description").find("AADSTS90094") != std::string::npos;
        co_return back_to_portal(no(no_role ? reason::not_tenant_administrator : reason::consent_declined));
    }
    if (parameter(visit.query, "admin_consent") != "True") co_return back_to_portal(no(reason::consent_declined));
    // Anybody can write a tenant into a URL: only the one that was signed in to counts.
    if (parameter(visit.query, "tenant") != asked->tenant) co_return back_to_portal(no(reason::tenant_mismatch));
    if (standing_.works() && standing_.tenant != asked->tenant) co_return back_to_portal(no(reason::second_tenant));
    Standing standing = standing_;
    standing.tenant = asked->tenant;
    standing.region = asked->region;
    standing.country = asked->country;
    standing.why = Refusal{};
    const Refusal refusal = co_await granted_by(asked->tenant, standing.permissions);
    if (refusal.any()) co_return back_to_portal(refusal);
    provisioned(std::move(standing));
    co_return back_to_portal(Refusal{});
}

/// O365-PERMISSIONS: what the tenant says it granted, against what is asked.
Task<Refusal> Provisioning::granted_by(const std::string& tenant, std::set<std::string>& permissions) {
    Config candidate = f_.config;
    candidate.tenant = tenant;
    EntraTokens tokens(f_.ports, candidate, f_.calls);
    Outcome<std::string> token;
    for (int tries = 1;; ++tries) {
        token = co_await tokens.token(std::string());
        if (token.failure.code != "unauthorized_client" || tries == kConsentTries) break;
        co_await f_.ports.clock.pause(kConsentRest);
    }
    if (token.failure.passing()) co_return no(reason::service_unreachable);
    if (!token.ok()) co_return no(reason::consent_missing);
    const std::optional<std::set<std::string>> roles = roles_in(token.value);
    if (!roles) co_return no(reason::consent_missing);
    const Compared compared = compare(*roles, graph_roles_asked());
    if (!compared.missing.empty()) co_return no(reason::permission_missing, joined(compared.missing));
    if (!compared.excess.empty()) co_return no(reason::permission_excess, joined(compared.excess));
    permissions = *roles;
    co_return Refusal{};
}

}  // namespace engine::sync
