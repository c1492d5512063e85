#pragma once
// Why provisioning, a test or an activation is refused or fails: one word for programs, one sentence for the administrator.
#include <string>
#include <string_view>

namespace engine::provisioning {

namespace reason {
inline constexpr std::string_view not_signed_in = "not_signed_in";
inline constexpr std::string_view not_privileged = "not_privileged";
inline constexpr std::string_view request_unreadable = "request_unreadable";
inline constexpr std::string_view unsupported_cloud = "unsupported_cloud";
inline constexpr std::string_view other_provider = "other_provider";
inline constexpr std::string_view country_missing = "country_missing";
inline constexpr std::string_view consent_unknown = "consent_unknown";
inline constexpr std::string_view sign_in_invalid = "sign_in_invalid";
inline constexpr std::string_view tenant_mismatch = "tenant_mismatch";
inline constexpr std::string_view second_tenant = "second_tenant";
inline constexpr std::string_view not_tenant_administrator = "not_tenant_administrator";
inline constexpr std::string_view consent_declined = "consent_declined";
inline constexpr std::string_view consent_missing = "consent_missing";
inline constexpr std::string_view consent_withdrawn = "consent_withdrawn";
inline constexpr std::string_view permission_missing = "permission_missing";
inline constexpr std::string_view permission_excess = "permission_excess";
inline constexpr std::string_view scope_missing = "scope_missing";
inline constexpr std::string_view account_not_found = "account_not_found";
inline constexpr std::string_view mailbox_not_found = "mailbox_not_found";
inline constexpr std::string_view mailbox_closed = "mailbox_closed";
inline constexpr std::string_view not_provisioned = "not_provisioned";
inline constexpr std::string_view being_removed = "being_removed";
inline constexpr std::string_view service_unreachable = "service_unreachable";
}  // namespace reason

struct ReasonText {
    std::string_view word;
    int status;  // of an HTTP answer that refuses for this reason
    std::string_view sentence;
};
/// The row of a word; of `service_unreachable` for a word that is none.
const ReasonText& about(std::string_view word);

/// A refusal with what it is about: names of permissions, of a cloud. Never anybody's address.
struct Refusal {
    std::string word;    // empty: not refused
    std::string detail;
    bool any() const { return !word.empty(); }
    /// The sentence, with the detail at its end.
    std::string message() const;
    bool operator==(const Refusal&) const = default;
};

}  // namespace engine::provisioning
