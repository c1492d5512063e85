#include "engine/meeting/keyed_digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <cassert>

#include "engine/openssl_owned.hpp"

namespace engine::meeting {
namespace {

constexpr std::size_t kBlockBytes = 64;  // of SHA-256 (FIPS 180-4 1)

/// Looking an algorithm up costs more than digesting a short text: it is done once for each thread.
struct Sha256 {
    Owned<EVP_MD> algorithm{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
    Owned<EVP_MD_CTX> context{EVP_MD_CTX_new()};

    void digest(const std::array<unsigned char, kBlockBytes>& pad, const void* data, std::size_t size, unsigned char* out) const {
        unsigned int written = 0;
        int done = EVP_DigestInit_ex(context.get(), algorithm.get(), nullptr);
        done &= EVP_DigestUpdate(context.get(), pad.data(), pad.size());
        done &= EVP_DigestUpdate(context.get(), data, size);
        done &= EVP_DigestFinal_ex(context.get(), out, &written);
        assert(done == 1 && written == 32 && "SHA-256 cannot fail");
        (void)done;
    }
};

}  // namespace

std::string keyed_digest(const Secret& key, std::string_view text) {
    thread_local const Sha256 sha256;
    // RFC 2104 2: H(K xor opad, H(K xor ipad, text)).
    std::array<unsigned char, kBlockBytes> inner{}, outer{};
    inner.fill(0x36);
    outer.fill(0x5c);
    for (std::size_t i = 0; i < key.bytes().size(); ++i) {
        inner[i] ^= key.bytes()[i];
        outer[i] ^= key.bytes()[i];
    }
    std::array<unsigned char, 32> first{};
    sha256.digest(inner, text.data(), text.size(), first.data());
    std::string out(32, '\0');
    sha256.digest(outer, first.data(), first.size(), reinterpret_cast<unsigned char*>(out.data()));
    OPENSSL_cleanse(inner.data(), inner.size());
    OPENSSL_cleanse(outer.data(), outer.size());
    return out;
}

}  // namespace engine::meeting
