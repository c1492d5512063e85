#include "fakes/cloud/jwe_reader.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <simdjson.h>

#include <algorithm>
#include <array>

#include "fakes/cloud/aes.hpp"
#include "fakes/cloud/limits.hpp"

namespace fakes {
namespace {

constexpr std::size_t iv_text_size = 16;   // 12 bytes
constexpr std::size_t tag_text_size = 22;  // 16 bytes

/// The five parts; false for any other number.
bool split(std::string_view compact, std::array<std::string_view, 5>& parts) {
    for (std::size_t i = 0; i < 4; ++i) {
        const std::size_t dot = compact.find('.');
        if (dot == std::string_view::npos) return false;
        parts[i] = compact.substr(0, dot);
        compact.remove_prefix(dot + 1);
    }
    parts[4] = compact;
    return compact.find('.') == std::string_view::npos;
}

bool listed(const std::vector<std::string>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::optional<std::string> rsa_oaep(EVP_PKEY* key, const EVP_MD* digest, std::string_view wrapped) {
    EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(key, nullptr);
    std::string out(static_cast<std::size_t>(EVP_PKEY_get_size(key)), '\0');
    std::size_t size = out.size();
    const bool right = context != nullptr && EVP_PKEY_decrypt_init(context) == 1 &&
                       EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
                       EVP_PKEY_CTX_set_rsa_oaep_md(context, digest) == 1 &&
                       EVP_PKEY_CTX_set_rsa_mgf1_md(context, digest) == 1 &&
                       EVP_PKEY_decrypt(context, reinterpret_cast<unsigned char*>(out.data()), &size,
                                        reinterpret_cast<const unsigned char*>(wrapped.data()), wrapped.size()) == 1;
    EVP_PKEY_CTX_free(context);
    ERR_clear_error();
    if (!right) return std::nullopt;
    out.resize(size);
    return out;
}

}  // namespace

std::size_t jwe_content_key_bytes(std::string_view enc) {
    return enc == "A256GCM" ? 32 : enc == "A192GCM" ? 24 : enc == "A128GCM" ? 16 : 0;
}

std::size_t jwe_wrap_key_bytes(std::string_view alg) {
    return alg == "A256KW" ? 32 : alg == "A192KW" ? 24 : alg == "A128KW" ? 16 : 0;
}

std::optional<JweHeader> jwe_header(std::string_view json) {
    // simdjson would skip a byte order mark; two spellings of one header are one too many.
    if (json.empty() || json.front() != '{') return std::nullopt;
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    if (parser.parse(json.data(), json.size()).get(object) != simdjson::SUCCESS) return std::nullopt;
    JweHeader header;
    bool alg = false;
    bool enc = false;
    std::vector<std::string_view> names;
    for (const auto& [name, value] : object) {
        if (std::find(names.begin(), names.end(), name) != names.end()) return std::nullopt;  // RFC 7516 4
        if (names.size() == 64) return std::nullopt;
        names.push_back(name);
        // Nothing critical is understood here, and compression is not offered.
        if (name == "crit" || name == "zip") return std::nullopt;
        std::string_view text;
        if (name == "kid" && value.get(text) == simdjson::SUCCESS) header.kid = text;
        if (name == "alg" || name == "enc") {
            if (value.get(text) != simdjson::SUCCESS) return std::nullopt;
            (name == "alg" ? header.alg : header.enc) = text;
            (name == "alg" ? alg : enc) = true;
        }
    }
    return alg && enc ? std::optional(header) : std::nullopt;
}

struct JweReader::Parts {
    JweAllow allow;
    Aes aes;
    std::string header_text;  // the last header found right, as sent
    JweHeader header;
};

JweReader::JweReader(JweAllow allow) : parts_(std::make_unique<Parts>()) { parts_->allow = std::move(allow); }
JweReader::~JweReader() = default;
JweReader::JweReader(JweReader&&) noexcept = default;

std::optional<std::string> JweReader::open(std::string_view compact, const JweKey& key) {
    std::array<std::string_view, 5> part;
    if (compact.size() > cloud_limits::jwe_bytes_max || !split(compact, part)) return std::nullopt;
    if (part[0].empty()) return std::nullopt;
    if (part[0] != parts_->header_text) {
        const auto json = base64url_decode(part[0]);
        auto header = json ? jwe_header(*json) : std::nullopt;
        if (!header || !listed(parts_->allow.alg, header->alg) || !listed(parts_->allow.enc, header->enc))
            return std::nullopt;
        parts_->header_text = part[0];
        parts_->header = std::move(*header);
    }
    const JweHeader& header = parts_->header;
    const std::size_t key_bytes = jwe_content_key_bytes(header.enc);
    if (key_bytes == 0 || !jwe_key_fits(key, header)) return std::nullopt;
    const auto wrapped = base64url_decode(part[1]);
    const auto iv = base64url_decode(part[2]);
    const auto ciphertext = base64url_decode(part[3]);
    const auto tag = base64url_decode(part[4]);
    if (!wrapped || !iv || !ciphertext || !tag) return std::nullopt;

    std::optional<std::string> content_key;
    if (header.alg == "dir") {
        if (part[1].empty() && key.rsa() == nullptr) content_key = key.bytes();
    } else if (const std::size_t wrap_bytes = jwe_wrap_key_bytes(header.alg); wrap_bytes > 0) {
        if (key.bytes().size() == wrap_bytes) content_key = parts_->aes.unwrap(key.bytes(), *wrapped);
    } else if (key.rsa() != nullptr && (header.alg == "RSA-OAEP" || header.alg == "RSA-OAEP-256")) {
        // EVP's interface takes a non-const key even where it only reads it.
        auto* rsa = static_cast<EVP_PKEY*>(const_cast<void*>(key.rsa()));
        content_key = rsa_oaep(rsa, header.alg == "RSA-OAEP" ? EVP_sha1() : EVP_sha256(), *wrapped);
    }
    if (!content_key || content_key->size() != key_bytes) return std::nullopt;
    return parts_->aes.gcm_open(*content_key, *iv, part[0], *ciphertext, *tag);
}

bool JweShape::check(std::string_view compact) {
    std::array<std::string_view, 5> part;
    if (compact.size() > cloud_limits::jwe_bytes_max || !split(compact, part)) return false;
    if (!part[1].empty() || part[2].size() != iv_text_size || part[4].size() != tag_text_size) return false;
    if (part[0].empty()) return false;
    if (part[0] != good_header_) {
        const auto json = base64url_decode(part[0]);
        const auto header = json ? jwe_header(*json) : std::nullopt;
        if (!header || header->alg != "dir" || header->enc != "A256GCM") return false;
        good_header_ = part[0];
    }
    return is_base64url(part[2]) && is_base64url(part[3]) && is_base64url(part[4]);
}

}  // namespace fakes
