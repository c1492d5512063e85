#pragma once
// HMAC-SHA-256 (RFC 2104) with the digest looked up once: OpenSSL 3's HMAC() fetches its parts anew at every call, which
// takes longer than the digest of a short text.
#include <string>
#include <string_view>

namespace fakes {

/// 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view text);

}  // namespace fakes
