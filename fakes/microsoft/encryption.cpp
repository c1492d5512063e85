#include "fakes/microsoft/encryption.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "fakes/microsoft/ids.hpp"
#include "fakes/mac.hpp"
#include "fakes/openssl_owned.hpp"

namespace fakes::microsoft {
namespace {

std::string drawn(std::size_t bytes, Dice& dice) {
    std::string out(bytes, '\0');
    for (char& c : out) c = static_cast<char>(static_cast<unsigned char>(dice.below(256)));
    return out;
}

std::string sha1_bytes(std::string_view bytes) {
    unsigned char out[SHA_DIGEST_LENGTH];
    SHA1(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), out);
    return {reinterpret_cast<const char*>(out), sizeof out};
}

/// `text` under MGF1 with SHA-1 (RFC 8017 B.2.1) of `seed`.
std::string masked(std::string text, std::string_view seed) {
    for (std::size_t block = 0; block * SHA_DIGEST_LENGTH < text.size(); ++block) {
        std::string counted(seed);
        for (int shift = 24; shift >= 0; shift -= 8) counted.push_back(static_cast<char>(static_cast<unsigned char>(block >> shift & 0xFF)));
        const std::string mask = sha1_bytes(counted);
        for (std::size_t i = 0; i < mask.size() && block * SHA_DIGEST_LENGTH + i < text.size(); ++i)
            text[block * SHA_DIGEST_LENGTH + i] = static_cast<char>(text[block * SHA_DIGEST_LENGTH + i] ^ mask[i]);
    }
    return text;
}

/// RFC 8017 7.1.1, by hand because OpenSSL draws the seed from the machine.
std::string oaep(std::string_view message, std::size_t size, Dice& dice) {
    if (size < message.size() + 2 * SHA_DIGEST_LENGTH + 2) return {};
    std::string db = sha1_bytes("");
    db.append(size - message.size() - 2 * SHA_DIGEST_LENGTH - 2, '\0');
    db += '\x01';
    db += message;
    const std::string seed = drawn(SHA_DIGEST_LENGTH, dice);
    const std::string masked_db = masked(std::move(db), seed);
    return std::string(1, '\0') + masked(seed, masked_db) + masked_db;
}

std::string aes_256_cbc(std::string_view text, std::string_view key) {
    const Owned<EVP_CIPHER_CTX> context(EVP_CIPHER_CTX_new());
    const auto* bytes = reinterpret_cast<const unsigned char*>(key.data());
    std::string out(text.size() + 16, '\0');
    int written = 0, last = 0;
    // The initialisation vector is the key's first half.
    EVP_EncryptInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, bytes, bytes);
    EVP_EncryptUpdate(context.get(), reinterpret_cast<unsigned char*>(out.data()), &written, reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    EVP_EncryptFinal_ex(context.get(), reinterpret_cast<unsigned char*>(out.data()) + written, &last);
    out.resize(static_cast<std::size_t>(written + last));
    return out;
}

}  // namespace

EncryptedContent encrypted(std::string_view text, const signing::Certificate& certificate, Dice& dice) {
    const std::string key = drawn(32, dice);
    const std::string wrapped = certificate.encrypt_raw(oaep(key, static_cast<std::size_t>(certificate.key_bits() + 7) / 8, dice));
    if (wrapped.empty()) return {};
    const std::string cipher = aes_256_cbc(text, key);
    return {base64(cipher), base64(wrapped), base64(hmac_sha256(key, cipher))};
}

}  // namespace fakes::microsoft
