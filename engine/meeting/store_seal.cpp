#include "engine/meeting/store_seal.hpp"

#include <openssl/crypto.h>

#include "engine/meeting/keyed_digest.hpp"

namespace engine::meeting {
namespace {

Secret derived(const Secret& key, std::string_view label) {
    std::string digest = keyed_digest(key, label);
    std::array<std::uint8_t, 32> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(digest[i]);
    const Secret secret(bytes);
    OPENSSL_cleanse(digest.data(), digest.size());
    OPENSSL_cleanse(bytes.data(), bytes.size());
    return secret;
}

}  // namespace

StoreSeal::StoreSeal(const std::array<std::uint8_t, 32>& store_key)
    : sealer_(derived(Secret(store_key), "values")),
      digest_key_(derived(Secret(store_key), "content digest")),
      blind_key_(derived(Secret(store_key), "blind names")) {}

std::string StoreSeal::seal(Random& random, std::string_view name, std::string_view value) {
    return sealer_.seal_raw(random, value, name);
}

std::optional<std::string> StoreSeal::open(std::string_view name, std::string_view sealed) {
    return sealer_.open_raw(sealed, name);
}

std::string StoreSeal::blind(std::string_view text) const {
    constexpr std::string_view kHex = "0123456789abcdef";
    const std::string digest = keyed_digest(blind_key_, text);
    std::string out;
    for (std::size_t i = 0; i < 16; ++i) {
        const auto byte = static_cast<unsigned char>(digest[i]);
        out.push_back(kHex[byte >> 4]);
        out.push_back(kHex[byte & 15]);
    }
    return out;
}

}  // namespace engine::meeting
