#include "fakes/cloud/aes.hpp"
#include "fakes/cloud/jwe_reader.hpp"

namespace fakes {

std::optional<std::string> jwe_make(std::string_view header_json, const JweKey& key, std::string_view cek,
                                    std::string_view iv, std::string_view plaintext) {
    const auto header = jwe_header(header_json);
    if (!header || !jwe_key_fits(key, *header) || key.rsa() != nullptr) return std::nullopt;
    const std::size_t content_bytes = jwe_content_key_bytes(header->enc);
    if (content_bytes == 0) return std::nullopt;
    Aes aes;
    std::string wrapped;
    std::string_view content_key = key.bytes();
    if (header->alg != "dir") {
        const std::size_t wrap_bytes = jwe_wrap_key_bytes(header->alg);
        auto made = wrap_bytes == 0 || key.bytes().size() != wrap_bytes ? std::nullopt : aes.wrap(key.bytes(), cek);
        if (!made) return std::nullopt;
        wrapped = std::move(*made);
        content_key = cek;
    }
    if (content_key.size() != content_bytes) return std::nullopt;
    const std::string protected_header = base64url_encode(header_json);
    const auto sealed = aes.gcm_seal(content_key, iv, protected_header, plaintext);
    if (!sealed) return std::nullopt;
    return protected_header + "." + base64url_encode(wrapped) + "." + base64url_encode(iv) + "." +
           base64url_encode(sealed->ciphertext) + "." + base64url_encode(sealed->tag);
}

}  // namespace fakes
