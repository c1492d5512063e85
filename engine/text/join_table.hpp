#pragma once
// The rows of known meeting services: which hosts are theirs, and which of their links and addresses join a meeting.
// A new service is a new row. Patterns are run over one candidate at a time, never over a body.
#include <span>
#include <string>
#include <string_view>

namespace engine::text {

/// Whether a link on this lower-case host may join something; most links of a body lead elsewhere.
bool may_join(std::string_view host, std::span<const std::string> cms_domains);

/// Kind of a link from its lower-case host and what follows it ("/meet/alice?x"); empty when it joins nothing.
std::string_view link_kind(std::string_view host, std::string_view rest, std::span<const std::string> cms_domains);

/// Kind of user@host. Without a scheme only on a known or configured video domain; with "sip:" on any public host that
/// is no look-alike. Empty when it is not a video address.
std::string_view address_kind(std::string_view user, std::string_view host, bool has_scheme,
                              std::span<const std::string> video_domains);

/// Whether user@host is a number at a domain (12345@example.com): a video address without a scheme by the vendor's table,
/// unless its domain gives people numbers for mailboxes.
bool is_number_address(std::string_view user, std::string_view lower_case_host);

/// Letters, digits, dashes in non-empty labels, at most 253 bytes, at least two labels. No IP literal in brackets.
bool is_host_name(std::string_view lower_case_host);

/// Contains the name of a known service without being on its domain: webex.com.evil.example, notzoom.us.
bool looks_alike(std::string_view lower_case_host);

}  // namespace engine::text
