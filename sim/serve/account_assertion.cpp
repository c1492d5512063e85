#include "sim/serve/account_assertion.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>

#include "fakes/cloud/jwe_reader.hpp"
#include "sim/serve/service_account.hpp"

namespace sim {

std::string served_account_assertion(const AssertionClaims& claims, fakes::Instant now) {
    const std::int64_t second = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    const nlohmann::json said = {{"iss", claims.issuer}, {"aud", claims.audience}, {"sub", claims.subject},
                                 {"scope", claims.scope}, {"iat", second},         {"exp", second + 3600}};
    std::string out = fakes::base64url_encode(R"({"alg":"RS256","typ":"JWT"})") + "." + fakes::base64url_encode(said.dump());
    const std::unique_ptr<BIO, decltype(&BIO_free)> pem(BIO_new_mem_buf(served_account_private_key, -1), &BIO_free);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(PEM_read_bio_PrivateKey(pem.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key.get())), '\0');
    std::size_t length = signature.size();
    if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length, reinterpret_cast<const unsigned char*>(out.data()), out.size()) != 1)
        throw std::runtime_error("the service account's key does not sign");
    signature.resize(length);
    return out + "." + fakes::base64url_encode(signature);
}

}  // namespace sim
