#pragma once
// JSON Web Encryption, compact form (RFC 7516): a strict reader, and a maker for tools and tests. Independent of the
// service's sealing code on purpose: a wrong seal must show as a wrong screen.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fakes {

/// Octets of a symmetric key, or an RSA private key.
class JweKey {
  public:
    static JweKey octets(std::string bytes);
    static JweKey rsa(std::shared_ptr<void> private_key);  // EVP_PKEY
    /// JSON Web Key text, kty "oct" or "RSA" (with private members); nullopt when malformed or of another kind.
    static std::optional<JweKey> from_jwk(std::string_view json);

    const std::string& bytes() const { return bytes_; }
    const void* rsa() const { return rsa_.get(); }       // EVP_PKEY, or nullptr
    const std::string& intended() const { return alg_; }  // the JWK's "alg": what the key is for; empty: anything

  private:
    std::string bytes_;
    std::shared_ptr<void> rsa_;
    std::string alg_;
};

struct JweAllow {
    std::vector<std::string> alg{"dir"};      // of dir, A128KW, A192KW, A256KW, RSA-OAEP, RSA-OAEP-256
    std::vector<std::string> enc{"A256GCM"};  // of A128GCM, A192GCM, A256GCM
};

class JweReader {
  public:
    explicit JweReader(JweAllow allow = {});
    ~JweReader();
    JweReader(JweReader&&) noexcept;

    /// The plaintext, or nullopt: every failure looks the same from outside.
    std::optional<std::string> open(std::string_view compact, const JweKey& key);

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// Seals with the header exactly as given (its alg and enc decide). `cek` is the content key for A*KW and ignored for
/// dir; RSA is not offered (it would need chance). nullopt when header, key or sizes do not fit.
std::optional<std::string> jwe_make(std::string_view header_json, const JweKey& key, std::string_view cek,
                                    std::string_view iv, std::string_view plaintext);

/// The shape of `dir` + `A256GCM`, without any key: five parts, empty second, iv of 12 and tag of 16 bytes.
/// Keeps the last header it found right, so that a stream of items costs one header parse.
class JweShape {
  public:
    bool check(std::string_view compact);

  private:
    std::string good_header_;
};

/// What a header says, when it is a JSON object with alg and enc as strings and nothing that must be understood.
struct JweHeader {
    std::string alg;
    std::string enc;
    std::string kid;  // empty when there is none
};
std::optional<JweHeader> jwe_header(std::string_view json);
/// Octets of the content key of `enc`; 0 for an unknown one.
std::size_t jwe_content_key_bytes(std::string_view enc);
/// Octets of the wrapping key of A128KW, A192KW, A256KW; 0 for anything else.
std::size_t jwe_wrap_key_bytes(std::string_view alg);
/// True when the key's own "alg" allows this use.
bool jwe_key_fits(const JweKey& key, const JweHeader& header);

std::string base64url_encode(std::string_view bytes);
bool is_base64url(std::string_view text);
/// nullopt for padding, white space, foreign characters, impossible lengths and non-zero unused bits.
std::optional<std::string> base64url_decode(std::string_view text);

}  // namespace fakes
