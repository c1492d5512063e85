#include "fakes/cloud/aes.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <array>
#include <limits>

#include "fakes/cloud/bytes.hpp"
#include "fakes/openssl_owned.hpp"

namespace fakes {
namespace {

constexpr std::size_t iv_size = 12;
constexpr std::size_t tag_size = 16;

int size_of(std::string_view text) { return static_cast<int>(text.size()); }
bool fits(std::string_view text) { return text.size() < static_cast<std::size_t>(std::numeric_limits<int>::max() - 64); }

}  // namespace

// Ciphers are fetched once: a fetch costs more than a short seal.
struct Aes::Parts {
    std::array<Owned<EVP_CIPHER>, 3> gcm;
    std::array<Owned<EVP_CIPHER>, 3> wrap;
    Owned<EVP_CIPHER_CTX> gcm_context{EVP_CIPHER_CTX_new()};
    std::string opening_key;  // the key that gcm_context is set up to open with; empty: none
    Owned<EVP_CIPHER_CTX> wrap_context{EVP_CIPHER_CTX_new()};

    static EVP_CIPHER* of(const std::array<Owned<EVP_CIPHER>, 3>& family, std::size_t key_bytes) {
        return key_bytes == 16   ? family[0].get()
               : key_bytes == 24 ? family[1].get()
               : key_bytes == 32 ? family[2].get()
                                 : nullptr;
    }
};

Aes::Aes() : parts_(std::make_unique<Parts>()) {
    const std::array<const char*, 3> gcm{"AES-128-GCM", "AES-192-GCM", "AES-256-GCM"};
    const std::array<const char*, 3> wrap{"AES-128-WRAP", "AES-192-WRAP", "AES-256-WRAP"};
    for (std::size_t i = 0; i < gcm.size(); ++i) {
        parts_->gcm[i].reset(EVP_CIPHER_fetch(nullptr, gcm[i], nullptr));
        parts_->wrap[i].reset(EVP_CIPHER_fetch(nullptr, wrap[i], nullptr));
    }
}
Aes::~Aes() = default;
Aes::Aes(Aes&&) noexcept = default;

std::optional<std::string> Aes::gcm_open(std::string_view key, std::string_view iv, std::string_view aad,
                                         std::string_view ciphertext, std::string_view tag) {
    const EVP_CIPHER* cipher = Parts::of(parts_->gcm, key.size());
    if (cipher == nullptr || iv.size() != iv_size || tag.size() != tag_size || !fits(aad) || !fits(ciphertext))
        return std::nullopt;
    EVP_CIPHER_CTX* context = parts_->gcm_context.get();
    std::array<unsigned char, tag_size> expected{};
    tag.copy(reinterpret_cast<char*>(expected.data()), tag_size);
    std::string plain(ciphertext.size() + tag_size, '\0');
    int written = 0;
    int last = 0;
    // The texts of one item share their key, and setting it up costs more than opening a short text.
    const bool known = parts_->opening_key == key;
    const bool right =
        EVP_DecryptInit_ex2(context, known ? nullptr : cipher, known ? nullptr : bytes(key), bytes(iv), nullptr) == 1 &&
        (aad.empty() || EVP_DecryptUpdate(context, nullptr, &written, bytes(aad), size_of(aad)) == 1) &&
        (written = 0, ciphertext.empty() ||
             EVP_DecryptUpdate(context, bytes(plain), &written, bytes(ciphertext), size_of(ciphertext)) == 1) &&
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag_size), expected.data()) == 1 &&
        EVP_DecryptFinal_ex(context, bytes(plain) + written, &last) == 1;
    if (!right) {
        parts_->opening_key.clear();
        ERR_clear_error();
        return std::nullopt;
    }
    if (!known) parts_->opening_key = key;
    plain.resize(ciphertext.size());
    return plain;
}

std::optional<Aes::Sealed> Aes::gcm_seal(std::string_view key, std::string_view iv, std::string_view aad,
                                         std::string_view plaintext) {
    const EVP_CIPHER* cipher = Parts::of(parts_->gcm, key.size());
    if (cipher == nullptr || iv.size() != iv_size || !fits(aad) || !fits(plaintext)) return std::nullopt;
    EVP_CIPHER_CTX* context = parts_->gcm_context.get();
    parts_->opening_key.clear();
    Sealed sealed{std::string(plaintext.size() + tag_size, '\0'), std::string(tag_size, '\0')};
    int written = 0;
    int last = 0;
    const bool right =
        EVP_EncryptInit_ex2(context, cipher, bytes(key), bytes(iv), nullptr) == 1 &&
        (aad.empty() || EVP_EncryptUpdate(context, nullptr, &written, bytes(aad), size_of(aad)) == 1) &&
        (written = 0, plaintext.empty() ||
             EVP_EncryptUpdate(context, bytes(sealed.ciphertext), &written, bytes(plaintext), size_of(plaintext)) == 1) &&
        EVP_EncryptFinal_ex(context, bytes(sealed.ciphertext) + written, &last) == 1 &&
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag_size), sealed.tag.data()) == 1;
    if (!right) {
        ERR_clear_error();
        return std::nullopt;
    }
    sealed.ciphertext.resize(plaintext.size());
    return sealed;
}

std::optional<std::string> Aes::unwrap(std::string_view key, std::string_view wrapped) {
    const EVP_CIPHER* cipher = Parts::of(parts_->wrap, key.size());
    if (cipher == nullptr || wrapped.size() < 24 || wrapped.size() % 8 != 0 || !fits(wrapped)) return std::nullopt;
    EVP_CIPHER_CTX* context = parts_->wrap_context.get();
    EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    std::string out(wrapped.size() + 8, '\0');
    int written = 0;
    const bool right = EVP_DecryptInit_ex2(context, cipher, bytes(key), nullptr, nullptr) == 1 &&
                       EVP_DecryptUpdate(context, bytes(out), &written, bytes(wrapped), size_of(wrapped)) == 1 &&
                       written == size_of(wrapped) - 8;
    if (!right) {
        ERR_clear_error();
        return std::nullopt;
    }
    out.resize(static_cast<std::size_t>(written));
    return out;
}

std::optional<std::string> Aes::wrap(std::string_view key, std::string_view content_key) {
    const EVP_CIPHER* cipher = Parts::of(parts_->wrap, key.size());
    if (cipher == nullptr || content_key.size() < 16 || content_key.size() % 8 != 0 || !fits(content_key))
        return std::nullopt;
    EVP_CIPHER_CTX* context = parts_->wrap_context.get();
    EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    std::string out(content_key.size() + 16, '\0');
    int written = 0;
    const bool right = EVP_EncryptInit_ex2(context, cipher, bytes(key), nullptr, nullptr) == 1 &&
                       EVP_EncryptUpdate(context, bytes(out), &written, bytes(content_key), size_of(content_key)) == 1 &&
                       written == size_of(content_key) + 8;
    if (!right) {
        ERR_clear_error();
        return std::nullopt;
    }
    out.resize(static_cast<std::size_t>(written));
    return out;
}

}  // namespace fakes
