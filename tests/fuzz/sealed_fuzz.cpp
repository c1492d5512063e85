// Tokens and sealed texts, as apps, devices and key servers are given them. Promises: a text that was changed does not open,
// and base64url has one spelling.
#include <string>

#include "fakes/cloud/jwe_reader.hpp"
#include "fakes/cloud/rsa.hpp"
#include "input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 16 * 1024) return 0;
    const std::string_view text = text_of_input(data, size);
    static const fakes::JweKey key = fakes::JweKey::octets(std::string(32, 'k'));
    static const std::string sealed = fakes::jwe_make(R"({"alg":"dir","enc":"A256GCM"})", key, {}, std::string(12, 'i'), "plain").value();
    static fakes::JweReader reader;
    promise(!reader.open(text, key) || text == sealed, "only what was sealed with the key opens");
    static fakes::JweShape shape;
    shape.check(text);
    fakes::jwe_header(text);
    if (const auto bytes = fakes::base64url_decode(text)) promise(fakes::base64url_encode(*bytes) == text, "base64url has one spelling");
    fakes::RsaKey::from_key_server_jwk(text);
    return 0;
}
