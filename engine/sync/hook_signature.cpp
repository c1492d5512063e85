#include "engine/sync/hook_signature.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "engine/meeting/jwe.hpp"

namespace engine::sync {

std::string hook_signature(std::string_view secret, std::string_view body) {
    constexpr std::string_view kHexDigits = "0123456789abcdef";
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), reinterpret_cast<const unsigned char*>(body.data()), body.size(), mac, &size);
    std::string out = "sha256=";
    for (unsigned i = 0; i < size; ++i) {
        out += kHexDigits[mac[i] >> 4];
        out += kHexDigits[mac[i] & 15];
    }
    return out;
}

bool is_signed(std::string_view secret, std::string_view body, std::string_view signature) {
    return !secret.empty() && meeting::same_secret(signature, hook_signature(secret, body));
}

}  // namespace engine::sync
