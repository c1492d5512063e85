#pragma once
// Notices of the meeting cloud prove where they come from: X-Calendar-Signature: sha256=<HMAC-SHA-256 of the body under
// the secret both sides hold, as 64 hexadecimal digits>. A form of ours (fakes/cloud/README.md): the vendor's is not published.
#include <string>
#include <string_view>

namespace engine::sync {

inline constexpr std::string_view kSignatureHeader = "X-Calendar-Signature";

std::string hook_signature(std::string_view secret, std::string_view body);
/// In constant time. Nobody's signature is right while there is no secret.
bool is_signed(std::string_view secret, std::string_view body, std::string_view signature);

}  // namespace engine::sync
