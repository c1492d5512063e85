#include "fakes/microsoft/token.hpp"

#include <nlohmann/json.hpp>

#include "fakes/microsoft/assertion.hpp"
#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/text.hpp"
#include "fakes/mac.hpp"

namespace fakes::microsoft {
namespace {

using signing::jwt_part;
using signing::jwt_part_decode;

bool looks_like_guid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !hex) return false;
    }
    return true;
}

void grant(Access& access, std::string_view role) {
    const auto is = [&](std::string_view name) { return role == name; };
    if (is("Calendars.ReadWrite")) access.calendars_write = access.calendars_read = true;
    if (is("Calendars.Read")) access.calendars_read = true;
    if (is("MailboxSettings.ReadWrite")) access.settings_write = access.settings_read = true;
    if (is("MailboxSettings.Read")) access.settings_read = true;
    if (is("User.Read.All") || is("User.ReadWrite.All") || is("Directory.Read.All")) access.users_read = true;
    if (is("Organization.Read.All") || is("Directory.Read.All")) access.organization_read = true;
}

bool is_graph(std::string_view resource) {
    return same_text(resource, "https://graph.microsoft.com") || same_text(resource, "https://graph.microsoft.com/") ||
           same_text(resource, "00000003-0000-0000-c000-000000000000");
}

/// What every tenant of Microsoft 365 has beside Graph; the first one is what the v1 endpoint takes when none is named.
constexpr std::string_view other_resources[] = {
    "00000002-0000-0000-c000-000000000000", "https://graph.windows.net", "https://outlook.office365.com", "https://outlook.office.com",
    "00000002-0000-0ff1-ce00-000000000000", "https://management.azure.com", "https://management.core.windows.net", "https://vault.azure.net", "https://storage.azure.com",
};

/// What else a grant needs in the body, and what a made-up value of it brings.
struct OtherGrant {
    std::string_view name, parameter;
};
constexpr OtherGrant other_grants[] = {
    {"authorization_code", "code"},
    {"refresh_token", "refresh_token"},
    {"password", "username"},
    {"urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion"},
    {"urn:ietf:params:oauth:grant-type:device_code", "device_code"},
};

std::string_view without_slash(std::string_view text) { return text.substr(0, text.size() - (text.ends_with('/') ? 1 : 0)); }

/// A form's name that comes twice; empty: none does.
std::string twice_in(const Parameters& form) {
    for (std::size_t i = 1; i < form.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (form[i].first == form[j].first) return form[i].first;
    return {};
}

bool form_or_unsaid(const std::vector<Header>& headers) {
    const std::string* type = find_header(headers, "Content-Type");
    return type == nullptr || same_text(std::string_view(*type).substr(0, type->find_first_of("; ")), "application/x-www-form-urlencoded");
}

}  // namespace

TokenService::TokenService(const Organisation& organisation, const MicrosoftOptions& options, const signing::KeyRing& keys, Dice dice)
    : tenant_(lower(organisation.microsoft_tenant)), domain_(lower(organisation.domain)), directory_(organisation.name),
      client_(lower(organisation.microsoft_client)), secret_(organisation.microsoft_secret),
      authority_(options.authority_base), roles_(options.roles), granted_(options.consented ? options.roles : std::vector<std::string>()),
      consented_(options.consented), accounts_(options.accounts), others_(options.other_tenants), region_scope_(options.region_scope),
      secret_expired_(options.secret_expired), verifiable_(options.verifiable_tokens), redirect_uris_(options.redirect_uris), ring_(keys), dice_(dice) {
    for (int i = 0; i < 32; ++i) key_.push_back(static_cast<char>(static_cast<unsigned char>(dice_.below(256))));
    // The drawing that once named the key keeps its place, so that worlds recorded before still give the same ids.
    static_cast<void>(dice_.text(27, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"));
    principal_ = dice_.uuid();
    for (const std::string& pem : options.client_certificates) {
        auto certificate = signing::Certificate::read(pem, true);
        if (!certificate) throw std::invalid_argument("client_certificates holds something that is no PEM certificate with an RSA key");
        certificates_.push_back(std::move(*certificate));
    }
}

bool TokenService::is_tenant(std::string_view tenant) const {
    return same_text(tenant, tenant_) || same_text(tenant, domain_);
}

const ForeignTenant* TokenService::foreign(std::string_view tenant) const {
    for (const ForeignTenant& one : others_)
        if (same_text(one.id, tenant)) return &one;
    return nullptr;
}

void TokenService::set_grants(std::vector<std::string> roles) {
    granted_ = std::move(roles);
    consented_ = !granted_.empty();
}

std::optional<TenantApplication> TokenService::application() const {
    if (!consented_) return std::nullopt;
    TenantApplication out{client_, "Calendar Service", granted_};
    // Signing in and reading the own profile is granted along with the roles, to people (delegated).
    out.permissions.emplace_back("User.Read");
    std::sort(out.permissions.begin(), out.permissions.end());
    return out;
}

Reply TokenService::refuse(const TokenFault& fault, const Request& request, std::string_view correlation, Instant now) {
    const std::string trace = dice_.uuid();
    std::string id(correlation);
    if (id.empty())
        if (const std::string* sent = find_header(request.headers, "client-request-id")) id = sent->substr(0, 64);
    return token_error_reply(fault, trace, id.empty() ? dice_.uuid() : id, find_header(request.headers, "client-request-id"), now);
}

Reply TokenService::other_cloud(const Request& request, Instant now) {
    const std::string_view path = std::string_view(request.target).substr(0, std::min(request.target.find('?'), limits::target_bytes));
    const std::size_t slash = path.find('/', 1);
    return refuse(token_errors::unknown_tenant(percent_decode(path.substr(path.empty() ? 0 : 1, slash == std::string_view::npos ? slash : slash - 1), false)), request, {}, now);
}

Reply TokenService::answer(const Request& request, Instant now) {
    const std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
    const std::size_t slash = path.find('/', 1);
    const std::string tenant = percent_decode(path.substr(1, slash == std::string_view::npos ? slash : slash - 1), false);
    const std::string route = slash == std::string_view::npos ? "" : lower(path.substr(slash));
    const bool v1_token = route == "/oauth2/token";
    const bool token = route == "/oauth2/v2.0/token" || v1_token;
    const bool v2_about = route == "/v2.0/.well-known/openid-configuration";
    const bool about = v2_about || route == "/.well-known/openid-configuration";
    const bool keys_asked = route == "/discovery/v2.0/keys" || route == "/discovery/keys";
    const bool instance = route == "/discovery/instance";
    const bool consent_asked = route == "/v2.0/adminconsent" || route == "/adminconsent";
    const bool sign_in = route == "/oauth2/v2.0/authorize";
    Reply reply;
    if (!token && !about && !keys_asked && !instance && !consent_asked && !sign_in) {
        reply.status = 404;
        reply.broken_rule = "The authority has no such page.";
        return reply;
    }
    if (consent_asked && (request.method == "GET" || request.method == "POST")) return consent(request, tenant, route == "/v2.0/adminconsent");
    if (sign_in && (request.method == "GET" || request.method == "POST")) return authorize(request, tenant, now);
    if (token && request.method != "POST") return refuse(token_errors::token_by_post(request.method), request, {}, now);
    if (!token && request.method != "GET") {
        reply.status = 405;
        reply.broken_rule = "The authority's documents are read with GET.";
        return reply;
    }
    if (!nobodys(tenant) && !is_tenant(tenant) && foreign(tenant) == nullptr) {
        if (!looks_like_guid(tenant) && tenant.find('.') == std::string::npos)
            return refuse(token_errors::tenant_unreadable(tenant), request, {}, now);
        TokenFault fault = token_errors::unknown_tenant(tenant);
        if (!token) fault.error = "invalid_tenant";
        return refuse(fault, request, {}, now);
    }
    if (instance) return instances(request, now);
    if (keys_asked) return keys(tenant, now);
    return token ? issue(request, tenant, v1_token, now) : discovery(tenant, v2_about);
}

std::optional<TokenFault> TokenService::check_proof(const Parameters& form, std::string_view tenant, Instant now, bool& by_certificate) const {
    const std::string assertion = value_of(form, "client_assertion");
    by_certificate = !assertion.empty();
    if (!by_certificate) {
        if (value_of(form, "client_secret").empty()) return token_errors::no_secret();
        if (!same_secret(value_of(form, "client_secret"), secret_)) return token_errors::wrong_secret(client_);
        if (secret_expired_) return token_errors::secret_expired(client_);
        return std::nullopt;
    }
    if (value_of(form, "client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer") return token_errors::assertion_type();
    AssertionRules rules;
    rules.client = client_;
    rules.now = now;
    for (const std::string_view base : {std::string_view(authority_), std::string_view("https://login.microsoftonline.com")})
        for (const std::string_view name : {tenant, std::string_view(tenant_), std::string_view(domain_)})
            for (const std::string_view path : {"/oauth2/v2.0/token", "/oauth2/token", "/v2.0"})
                rules.audiences.push_back(std::string(base) + "/" + std::string(name) + std::string(path));
    return check_assertion(assertion, certificates_, rules);
}

Reply TokenService::issue(const Request& request, std::string_view tenant, bool v1, Instant now) {
    // What is no form is not read: the first parameter is what lacks then.
    const bool readable = request.body.size() <= limits::token_bytes && form_or_unsaid(request.headers);
    Parameters form = parse_parameters(readable ? std::string_view(request.body) : std::string_view());
    const std::string correlation = value_of(form, "client-request-id").substr(0, 64);
    if (const std::string* basic = find_header(request.headers, "Authorization"); basic && same_text(basic->substr(0, 6), "Basic ")) {
        const std::string pair = jwt_part_decode(basic->substr(6)).value_or("");
        const std::size_t colon = pair.find(':');
        if (colon != std::string::npos) {
            form.emplace_back("client_id", percent_decode(pair.substr(0, colon), true));
            form.emplace_back("client_secret", percent_decode(pair.substr(colon + 1), true));
        }
    }
    const auto no = [&](const TokenFault& fault) { return refuse(fault, request, correlation, now); };
    if (form.size() > limits::form_parameters) return no(token_errors::too_many_parameters());
    if (const std::string name = twice_in(form); !name.empty()) return no(token_errors::parameter_twice(name));
    for (const std::string_view name : {"grant_type", "client_id"})
        if (value_of(form, name).empty()) return no(token_errors::parameter_missing(name));
    const std::string client = value_of(form, "client_id");
    const std::string scope = value_of(form, "scope");
    if (const std::string grant = value_of(form, "grant_type"); grant != "client_credentials") {
        for (const OtherGrant& other : other_grants)
            if (grant == other.name) return no(value_of(form, other.parameter).empty() ? token_errors::parameter_missing(other.parameter) : token_errors::malformed_grant());
        return no(token_errors::grant_type(grant));
    }
    if (nobodys(tenant)) return no(token_errors::no_tenant());
    if (!v1 && !value_of(form, "resource").empty()) return no(token_errors::resource_in_v2());
    if (!v1 && scope.empty()) return no(token_errors::parameter_missing("scope"));
    const ForeignTenant* other = foreign(tenant);
    if (!same_text(client, client_) || !(other == nullptr ? consented_ : other->consented)) return no(token_errors::unknown_client(client, directory_));
    bool by_certificate = false;
    if (const auto fault = check_proof(form, tenant, now, by_certificate)) return no(*fault);
    std::string resource = value_of(form, "resource");  // of the v1 endpoint, which does not look at scopes
    if (v1 && resource.empty()) resource = other_resources[0];
    if (!v1) {
        std::vector<std::string_view> words;
        std::string_view rest = scope;
        for (std::size_t begin = rest.find_first_not_of(' '); begin != std::string_view::npos; begin = rest.find_first_not_of(' ')) {
            rest.remove_prefix(begin);
            words.push_back(rest.substr(0, rest.find(' ')));
            rest.remove_prefix(words.back().size());
        }
        static constexpr std::string_view suffix = "/.default";
        for (const std::string_view word : words)
            if (word.size() <= suffix.size() || !word.ends_with(suffix)) return no(token_errors::scope_not_default(scope));
        if (words.empty()) return no(token_errors::scope_not_default(scope));
        resource = words[0].substr(0, words[0].size() - suffix.size());
        for (const std::string_view word : words)
            if (word != words[0]) return no(token_errors::two_resources(scope));
    }
    if (!is_resource(resource)) return no(token_errors::unknown_resource(resource, directory_));
    Reply reply;
    reply.headers = token_answer_headers(dice_.uuid(), find_header(request.headers, "client-request-id"));
    const std::string life = std::to_string(std::chrono::seconds(limits::token_expires_in).count());
    const std::string quote = v1 ? "\"" : "";  // the older endpoint writes its numbers as strings
    reply.body = "{\"token_type\":\"Bearer\",\"expires_in\":" + quote + life + quote + ",\"ext_expires_in\":" + quote + life + quote;
    if (v1) {
        put_member(reply.body, "expires_on", seconds_of(now + limits::token_expires_in));
        put_member(reply.body, "not_before", seconds_of(now));
        put_member(reply.body, "resource", resource);
    }
    reply.body += ",\"access_token\":\"" + make_token(other == nullptr ? tenant_ : lower(other->id), resource, now, by_certificate) + "\"}";
    return reply;
}

std::string TokenService::tag(std::string_view text) const {
    return jwt_part(hmac_sha256(key_, text));
}

bool TokenService::is_resource(std::string_view name) const {
    if (is_graph(name) || same_text(name, client_) || same_text(name, "api://" + client_)) return true;
    return std::any_of(std::begin(other_resources), std::end(other_resources), [&](std::string_view each) { return same_text(each, without_slash(name)); });
}

std::string TokenService::make_token(std::string_view tenant, std::string_view audience, Instant now, bool by_certificate) {
    std::string header = "{\"typ\":\"JWT\"";
    const std::string nonce = dice_.text(43, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
    if (!verifiable_) put_member(header, "nonce", nonce);
    put_member(header, "alg", "RS256");
    const signing::SigningKey& signer = ring_.current();
    put_member(header, "x5t", signer.id());
    put_member(header, "kid", signer.id());
    header += '}';
    const std::string issuer = "https://sts.windows.net/" + std::string(tenant) + "/";
    // The application was given roles at Graph only.
    const std::vector<std::string> roles = !is_graph(audience) ? std::vector<std::string>() : tenant == tenant_ ? granted_ : roles_;
    std::string claims = "{";
    put_member(claims, "aud", audience);
    put_member(claims, "iss", issuer);
    claims += ",\"iat\":" + seconds_of(now) + ",\"nbf\":" + seconds_of(now) + ",\"exp\":" + seconds_of(now + limits::token_life);
    put_member(claims, "aio", dice_.text(40, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"));
    put_member(claims, "app_displayname", "Calendar Service");
    put_member(claims, "appid", client_);
    put_member(claims, "appidacr", by_certificate ? "2" : "1");
    put_member(claims, "idp", issuer);
    put_member(claims, "idtyp", "app");
    put_member(claims, "oid", principal_);
    if (!roles.empty()) {
        claims += ",\"roles\":[";
        for (std::size_t i = 0; i < roles.size(); ++i) {
            if (i != 0) claims += ',';
            put_json(claims, roles[i]);
        }
        claims += ']';
    }
    put_member(claims, "sub", principal_);
    put_member(claims, "tenant_region_scope", region_scope_);
    put_member(claims, "tid", tenant);
    put_member(claims, "uti", std::to_string(next_serial_++));
    put_member(claims, "ver", "1.0");
    claims += ",\"wids\":[\"0997a1d0-0d1d-4acb-b408-d5ca73121e90\"]}";
    std::string out = jwt_part(header) + "." + jwt_part(claims);
    out += "." + (verifiable_ ? jwt_part(signer.rs256(out)) : tag(out));
    Verified known;
    known.serial = next_serial_ - 1;
    known.end = std::chrono::floor<std::chrono::seconds>(now + limits::token_life);
    auto access = std::make_shared<Access>();
    access->app = client_;
    access->for_graph = is_graph(audience);
    for (const std::string& role : roles) grant(*access, role);
    known.access = std::move(access);
    remember(out, std::move(known));
    return out;
}

const signing::SigningKey* TokenService::signer_of(std::string_view header, Instant now) const {
    const std::optional<std::string> text = jwt_part_decode(header);
    const nlohmann::json members = text ? nlohmann::json::parse(*text, nullptr, false) : nlohmann::json();
    const auto kid = members.is_object() ? members.find("kid") : members.end();
    if (!members.is_object() || kid == members.end() || !kid->is_string()) return nullptr;
    return ring_.find(kid->get<std::string>(), now);
}

bool TokenService::verify(std::string_view token, Verified& out, Instant now) const {
    const std::size_t dot = token.rfind('.');
    const std::size_t first = token.find('.');
    if (dot == std::string_view::npos || first == dot) return false;
    if (verifiable_) {
        const std::optional<std::string> signature = jwt_part_decode(token.substr(dot + 1));
        const signing::SigningKey* signer = signer_of(token.substr(0, first), now);
        if (!signature || signer == nullptr || !signer->rs256_holds(token.substr(0, dot), *signature)) return false;
    } else if (!same_secret(token.substr(dot + 1), tag(token.substr(0, dot)))) {
        return false;
    }
    const std::optional<std::string> text = jwt_part_decode(token.substr(first + 1, dot - first - 1));
    if (!text) return false;
    const nlohmann::json claims = nlohmann::json::parse(*text, nullptr, false);
    if (!claims.is_object() || claims.value("tid", "") != tenant_) return false;
    out.serial = std::stoull(claims.value("uti", std::string("0")));
    out.end = Instant(std::chrono::seconds(claims.value("exp", std::int64_t{0})));
    auto access = std::make_shared<Access>();
    access->app = claims.value("appid", "");
    access->for_graph = is_graph(claims.value("aud", ""));
    if (claims.contains("roles"))
        for (const auto& role : claims["roles"]) grant(*access, role.get<std::string>());
    out.access = std::move(access);
    return true;
}

TokenService::Known::iterator TokenService::remember(std::string token, Verified verified) {
    if (known_.size() >= limits::tokens_cached) forget();
    return known_.emplace(std::move(token), std::move(verified)).first;
}

std::variant<std::shared_ptr<const Access>, Fault> TokenService::check(const std::string* authorization, Instant now) {
    if (!authorization || authorization->size() <= 7 || !same_text(std::string_view(*authorization).substr(0, 7), "Bearer "))
        return errors::token_empty();
    const std::string_view token = std::string_view(*authorization).substr(7);
    if (token.size() > limits::token_bytes || token.find('.') == std::string_view::npos) return errors::token_not_well_formed();
    if (last_ == nullptr || last_->first != token) {
        auto found = known_.find(token);
        if (found == known_.end()) {
            Verified verified;
            if (!verify(token, verified, now)) return errors::token_not_ours();
            found = remember(std::string(token), std::move(verified));
        }
        last_ = &*found;
    }
    if (last_->second.serial < first_live_ || now >= last_->second.end) return errors::token_expired();
    if (!last_->second.access->for_graph) return errors::token_not_ours();
    return last_->second.access;
}

}  // namespace fakes::microsoft

namespace fakes {
bool is_client_certificate(std::string_view pem) { return microsoft::signing::Certificate::read(std::string(pem), true).has_value(); }
}  // namespace fakes
