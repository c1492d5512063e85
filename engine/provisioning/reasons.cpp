#include "engine/provisioning/reasons.hpp"

#include <array>

namespace engine::provisioning {
namespace {

constexpr std::array kReasons{
    ReasonText{reason::not_signed_in, 401, "Sign in as an administrator of the organisation."},
    ReasonText{reason::not_privileged, 403, "Only a full administrator of this organisation may provision the calendar service."},
    ReasonText{reason::request_unreadable, 400, "The request cannot be read."},
    ReasonText{reason::unsupported_cloud, 422, "Only tenants of the worldwide Microsoft 365 cloud are supported"},
    ReasonText{reason::other_provider, 409, "The organisation uses the calendars of another provider: end that service first."},
    ReasonText{reason::country_missing, 422, "The organisation has no country, so that nobody knows in which region its data may be kept."},
    ReasonText{reason::consent_unknown, 403, "This answer belongs to no consent that was asked for in this browser and is still open: begin anew."},
    ReasonText{reason::sign_in_invalid, 403, "Microsoft's answer to the sign-in cannot be trusted: begin anew."},
    ReasonText{reason::tenant_mismatch, 403, "The consent came from another tenant than the one that was signed in to."},
    ReasonText{reason::second_tenant, 409, "The organisation is connected to another tenant: it can have one only."},
    ReasonText{reason::not_tenant_administrator, 403, "The account may not consent for the tenant: a Global or Privileged Role Administrator must do it."},
    ReasonText{reason::consent_declined, 403, "The tenant's administrator did not accept the permissions."},
    ReasonText{reason::consent_missing, 403, "The tenant does not know the service: nobody consented, or the consent has not taken effect."},
    ReasonText{reason::consent_withdrawn, 403, "The tenant no longer knows the service: its administrator must consent anew."},
    ReasonText{reason::permission_missing, 403, "The tenant did not grant all permissions"},
    ReasonText{reason::permission_excess, 403, "The tenant granted more than the service asks: take away"},
    ReasonText{reason::scope_missing, 403, "Domain-wide delegation lacks a scope: add to the service's client"},
    ReasonText{reason::account_not_found, 422, "The account is none of the domain."},
    ReasonText{reason::mailbox_not_found, 422, "There is no such mailbox, or it has no licence."},
    ReasonText{reason::mailbox_closed, 403, "The tenant keeps the service out of this mailbox by its access policy."},
    ReasonText{reason::not_provisioned, 409, "The service is not provisioned."},
    ReasonText{reason::being_removed, 409, "The service is being removed: wait until that is done."},
    ReasonText{reason::service_unreachable, 503, "A service that is needed does not answer: try again."},
};

}  // namespace

const ReasonText& about(std::string_view word) {
    for (const ReasonText& row : kReasons)
        if (row.word == word) return row;
    return kReasons.back();
}

std::string Refusal::message() const {
    std::string out(about(word).sentence);
    if (detail.empty()) return out;
    if (out.back() == '.') out.pop_back();
    return out + ": " + detail + ".";
}

}  // namespace engine::provisioning
