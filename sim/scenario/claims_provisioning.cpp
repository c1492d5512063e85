// Expectations about the service as a whole: what administrators see, and what is kept.
#include "sim/scenario/claims.hpp"

#include <algorithm>

namespace sim {
namespace {

std::vector<std::string> sorted(std::vector<std::string> names) {
    std::ranges::sort(names);
    return names;
}

void says_something(ClaimReading& r, bool any, const char* help) {
    if (!any && r.fields.good()) r.state.error(r.fields.owner_place(), r.fields.owner() + " says nothing", help);
}

void check_region(ClaimReading& r, const std::optional<std::string>& region) {
    if (region && *region != "eu" && *region != "us") r.state.error(r.fields.place("region"), "there is no region `" + *region + "`", "there are eu and us");
}

}  // namespace

void read_provisioning_claim(ClaimReading& r) {
    Fields& f = r.fields;
    const auto& organisation = r.state.scenario.organisation;
    if (!organisation || organisation->provisioned)
        return r.state.error(f.owner_place(), "nobody looks at the administrator's page in this world", "add `organisation: { provisioned: no }`");
    ExpectProvisioning claim;
    claim.state = f.word("state");
    claim.reason = f.text("reason");
    claim.region = f.text("region");
    if (f.has("permissions")) claim.permissions = sorted(f.texts("permissions"));
    claim.test = f.word("test");
    claim.in_error = f.number("users in error");
    check_region(r, claim.region);
    says_something(r, claim.state || claim.reason || claim.region || claim.permissions || claim.test || claim.in_error, "add for example `state: provisioned`");
    r.claims.push_back(std::move(claim));
}

void read_tenant_claim(ClaimReading& r) {
    Fields& f = r.fields;
    if (!r.state.scenario.organisation)
        return r.state.error(f.owner_place(), "nobody looks at the tenant's applications in this world", "add `organisation:` with what matters of the tenant");
    ExpectTenant claim;
    claim.listed = f.flag("lists the service");
    if (f.has("permissions")) claim.permissions = sorted(f.texts("permissions"));
    says_something(r, claim.listed || claim.permissions, "add for example `lists the service: yes`");
    r.claims.push_back(std::move(claim));
}

void read_stored_claim(ClaimReading& r) {
    ExpectStored claim;
    claim.region = r.fields.text("region");
    claim.nothing = r.fields.word("state").has_value();
    check_region(r, claim.region);
    says_something(r, claim.region || claim.nothing, "write `{ region: eu }` or `nothing`");
    r.claims.push_back(std::move(claim));
}

}  // namespace sim
