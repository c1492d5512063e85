#include "engine/meeting/keyed_digest.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace engine::meeting {

std::string keyed_digest(const Secret& key, std::string_view text) {
    std::string out(32, '\0');
    unsigned int size = 0;
    HMAC(EVP_sha256(), key.bytes().data(), 32, reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(out.data()), &size);
    return out;
}

}  // namespace engine::meeting
