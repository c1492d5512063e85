#pragma once
// Who signed in at Microsoft, and to which tenant: an id_token, checked (OpenID Connect Core 3.1.3.7; Entra docs: id tokens).
#include <optional>
#include <string>
#include <string_view>

#include "engine/instant.hpp"

namespace engine::provisioning {

/// What Entra's discovery document of a tenant says (OpenID Connect Discovery 3, and Entra's own members).
struct TenantDocument {
    std::string issuer, jwks_uri;
    std::string cloud_instance;   // "microsoftonline.com"
    std::string region_sub_scope;  // "DODCON" (GCC High), "DOD", "GCC", or empty
};
std::optional<TenantDocument> read_tenant_document(std::string_view json);

/// The worldwide cloud, to which tenants of the Government Community Cloud (GCC) belong. Else the name of the cloud.
std::optional<std::string> foreign_cloud(const TenantDocument& document);

/// The tenant an id_token names, before anything of it is believed; nothing unless it is a GUID.
std::optional<std::string> tenant_named_in(std::string_view id_token);

struct TokenRules {
    std::string issuer, audience, nonce, tenant;
    Instant now{};
};
/// Whether the token was signed with a key of `jwks`, for us, now, in answer to our question. Else what is wrong, for the log.
std::string check_id_token(std::string_view id_token, std::string_view jwks, const TokenRules& rules);

}  // namespace engine::provisioning
