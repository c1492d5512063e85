#include "fakes/microsoft/signing.hpp"

#include <algorithm>
#include <memory>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include "fakes/certified_key.hpp"
#include "fakes/microsoft/ids.hpp"
#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/text.hpp"
#include "fakes/openssl_owned.hpp"

namespace fakes::microsoft::signing {
namespace {

// A key of the simulation, made for it and worth nothing elsewhere: it signs what a simulated tenant signs. One for all
// worlds, because a key drawn from the seed would cost a tenth of a second at every start.
constexpr std::string_view private_key = R"(
-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCwkVIMGnC4VxDG
xNta1cMba8EoWdRVHjWtl1AIkRZvjB3iUlamVb0vLFSUOUCE1uLB2YWLuWyEl2kx
1V87e258y84sj+AOcVTpQS8V5RoCuusFJk0/BdamSTPb6dOXq0dUCXxjGhQzwLXN
vrJ/EzTrR44PYTN3szVHGkTSCXft0BluqszgBreUTv7OYRH2QGfnMrLQRxrLlWCy
t3Rq3cINctlh1SK9TCnO4Otxv6MlLebc3UpN+3V4xtVpbGEV2UZvJJu/Jo5m5dal
4/GvWpSNk+YWJFba3rT6OP9/VLCUcoZ8DRZNfbwYxGZjbxwd9mvwc/FaukJd1P6/
7foh5QpBAgMBAAECggEADGrx/WQsJojIBySv5SnovoBT7buwl1poLcjZIfsbO/Xb
oa/HBIx94UgRvDlxEE6hFL9QuTiNmV8hMLYoDBHEnd4DBmcJe9aMYVm6XyS1UTkW
X463qs2lMJ1wGmCt5woummpO31TllBSy7JEDcnS2OXBXPT1prlrSDcm7CpcMIlNM
7YyIEnwL2hRyUHEXj86w4o2GMS1QL/JbSPOiO/WB84tM0KcZeBPe1XhHvFo/XhnT
rJlc07OsT32FfojC39s4T+QjEG4aCXXCFwa49NB27i/sRFRWlnl03RhRRVPtj0rh
WpywJ5crea34nQU7Y4vBghnL8w2Q7hkkJxTe9QjnuQKBgQDseDH7RVEoDoScRNuI
Ei0fbfzo/fOJlXHo/F0r1HjKuuoucMNTVv4KeqxIebYv/8gQ7mK1B2WVt2TjQg0h
lCq6oD2YZcapDJbfzc+XQwemDclW2jDnYUMrK4K/CPoyfCsOFY2KdrAg5WN3gSNH
AWMMtmustgLrgU8xIeG87gB6SQKBgQC/JpZjXdCR8EomuYPfR0e2BDrWBdBGA5YA
0IKxo9fMFkcUmVwQI0u0S2OQqtktswFUvre2EBBkXeGqY/RFtruqXvefZABtkOro
1Oj/KJ2fPUDN1HMTV10MddBX2e+p7RIiijIM46n3KKl5vUsC5cL2JjGdyivjX6Am
n/vIWPtQOQKBgQDT01vanZ50hoTOQ3RwcO/QzsMWp56IacHvllmUELHf0Q5Eaajf
N/c7xeYcykKkvrkmSZVMWwLp2a3bUejXYpXgNfjXUpxiBLAGbaP++QGaA5GPZscW
De+QdVqa7FzL6qTa6f2vwmBGJ5YxkBHc4mYrFiJgRW9aLayV86b2ijENWQKBgHqN
oOoAYhLPPptpYbUrnDyEpbxGaewZrHjFNqXx6A9/UP9R/AaUuprTovhDsY5tMDNH
O73MutW+o0p9X0W7DMMEtDpLAUM+IH4600+UmMpZmUzeIxGJd6zfdD5/CfumdXQT
qlc9N+Gw/keBJ7Cp4r+yaSlDT7QtwR5CgElJU4dxAoGAfzScq5EYDIDZcP5aadUT
gLkrXDvjy8W8G/P/j0Id+j5c5ZYBVS1cDMr4B9F01n+OLwCD5ZMfB28f5Pny7btb
uKhPK1cDesWGPo95UoHep3sgSEzUVs0cNxhXm2aXHWutVRl0v+A0RHC9DZecT3Mb
jdu9e7RHQdR5SbC0zF60ER4=
-----END PRIVATE KEY-----
)";
constexpr std::string_view own_pem = R"(
-----BEGIN CERTIFICATE-----
MIIDKDCCAhCgAwIBAgIBKjANBgkqhkiG9w0BAQsFADAtMSswKQYDVQQDDCJhY2Nv
dW50cy5hY2Nlc3Njb250cm9sLndpbmRvd3MubmV0MB4XDTI2MTEyMjA0MjU1N1oX
DTQ2MTExNzA0MjU1N1owLTErMCkGA1UEAwwiYWNjb3VudHMuYWNjZXNzY29udHJv
bC53aW5kb3dzLm5ldDCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBALCR
UgwacLhXEMbE21rVwxtrwShZ1FUeNa2XUAiRFm+MHeJSVqZVvS8sVJQ5QITW4sHZ
hYu5bISXaTHVXzt7bnzLziyP4A5xVOlBLxXlGgK66wUmTT8F1qZJM9vp05erR1QJ
fGMaFDPAtc2+sn8TNOtHjg9hM3ezNUcaRNIJd+3QGW6qzOAGt5RO/s5hEfZAZ+cy
stBHGsuVYLK3dGrdwg1y2WHVIr1MKc7g63G/oyUt5tzdSk37dXjG1WlsYRXZRm8k
m78mjmbl1qXj8a9alI2T5hYkVtretPo4/39UsJRyhnwNFk19vBjEZmNvHB32a/Bz
8Vq6Ql3U/r/t+iHlCkECAwEAAaNTMFEwHQYDVR0OBBYEFNof5584xpkUqSi6hcfG
sHRbm4IWMB8GA1UdIwQYMBaAFNof5584xpkUqSi6hcfGsHRbm4IWMA8GA1UdEwEB
/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADggEBACHoz/t0PgPMWxoqZ1ly0biFo4W7
Y5H9tpYZjsmDvm8iuhk7FkkKRhDD0c3Sh1Om8FuvOUg57RIeJb0wn1VJc5Rg0huc
7zzqE4lnBrTzCXDfmBoJCUkfYHdaRafDGi5Ukc43dGk8GwMtXqf9BbVsiWu+/NSo
4lpPTjmAITsTTXSkBGxXcP8yGDwp9pdLDmW8z2K7gLRDoHEoSksvY7geJIiSBRZq
0fm8Y5W9s2x21PeIxDZovcevD8t2BPscMVOtIGwRQD3Uba/uf8ro9kK53iMnQrvr
lgo98mmLe+1gc15l3WinRYH084V2xfj/cRwIjudYAfcHJyBHM59KEF9fbsA=
-----END CERTIFICATE-----
)";

Owned<BIO> reader(std::string_view pem) { return Owned<BIO>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))); }

std::string der(X509* x509) {
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(x509, &bytes);
    if (size <= 0) return {};
    std::string out(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(bytes);
    return out;
}

std::string sha1_of(std::string_view bytes) {
    unsigned char out[SHA_DIGEST_LENGTH];
    SHA1(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), out);
    return {reinterpret_cast<const char*>(out), sizeof out};
}

std::string sha256_of(std::string_view bytes) {
    unsigned char out[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), out);
    return {reinterpret_cast<const char*>(out), sizeof out};
}

std::string hex(std::string_view bytes) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : bytes) {
        out.push_back(digits[static_cast<unsigned char>(c) >> 4]);
        out.push_back(digits[static_cast<unsigned char>(c) & 15]);
    }
    return out;
}

}  // namespace

std::string jwt_part(std::string_view bytes) {
    std::string out = base64url(bytes);
    while (!out.empty() && out.back() == '=') out.pop_back();
    return out;
}

std::optional<std::string> jwt_part_decode(std::string_view text) {
    std::string padded(text);
    while (padded.size() % 4 != 0) padded.push_back('=');
    return base64url_decode(padded);
}

struct SigningKey::Parts {
    CertifiedKey key;
    std::string id, members;

    explicit Parts(CertifiedKey own) : key(std::move(own)), id(jwt_part(key.thumbprint())) {
        put_member(members, "kty", "RSA");
        put_member(members, "use", "sig");
        put_member(members, "kid", id);
        put_member(members, "x5t", id);
        put_member(members, "n", jwt_part(key.modulus()));
        put_member(members, "e", jwt_part(key.exponent()));
        members += ",\"x5c\":[\"" + base64(key.certificate_der()) + "\"]";
    }
};

const SigningKey& SigningKey::built_in() {
    static const SigningKey key(std::make_shared<const Parts>(CertifiedKey::read(private_key.substr(1), own_pem.substr(1))));
    return key;
}

SigningKey SigningKey::drawn(Dice& dice, Instant begins) {
    return SigningKey(std::make_shared<const Parts>(CertifiedKey::drawn(dice, begins, "accounts.accesscontrol.windows.net")));
}

const std::string& SigningKey::id() const { return parts_->id; }

std::string SigningKey::rs256(std::string_view text) const { return parts_->key.rs256(text); }

bool SigningKey::rs256_holds(std::string_view text, std::string_view signature) const { return parts_->key.rs256_holds(text, signature); }

std::string SigningKey::jwk(std::string_view issuer) const {
    std::string out = "{" + parts_->members;
    put_member(out, "issuer", issuer);
    return out + "}";
}

const SigningKey* KeyRing::find(std::string_view id, Instant now) const {
    for (const Timed& each : drawn_)
        if (each.key.id() == id && now < each.until) return &each.key;
    return id == SigningKey::built_in().id() && now < built_in_until_ ? &SigningKey::built_in() : nullptr;
}

std::string KeyRing::jwks(std::string_view issuer, Instant now) const {
    std::string out;
    for (auto at = drawn_.rbegin(); at != drawn_.rend(); ++at)
        if (now < at->until) out += (out.empty() ? "" : ",") + at->key.jwk(issuer);
    if (now < built_in_until_) out += (out.empty() ? "" : ",") + SigningKey::built_in().jwk(issuer);
    return "[" + out + "]";
}

void KeyRing::rotate(Instant now, bool at_once) {
    const Instant until = at_once ? now : now + limits::former_key_life;
    built_in_until_ = std::min(built_in_until_, until);
    for (Timed& each : drawn_) each.until = std::min(each.until, until);
    std::erase_if(drawn_, [&](const Timed& each) { return each.until <= now; });
    drawn_.push_back({SigningKey::drawn(dice_, now)});
}

struct Certificate::Key {
    Owned<EVP_PKEY> key;
};

std::optional<Certificate> Certificate::read(std::string_view bytes, bool pem) {
    Owned<X509> x509;
    if (pem) {
        x509.reset(PEM_read_bio_X509(reader(bytes).get(), nullptr, nullptr, nullptr));
    } else {
        const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
        x509.reset(d2i_X509(nullptr, &at, static_cast<long>(bytes.size())));
    }
    if (!x509) return std::nullopt;
    auto shared = std::make_shared<Key>();
    shared->key.reset(X509_get_pubkey(x509.get()));
    if (!shared->key || EVP_PKEY_get_base_id(shared->key.get()) != EVP_PKEY_RSA) return std::nullopt;
    Certificate out;
    const std::string own = der(x509.get());
    out.sha1_ = sha1_of(own);
    out.sha256_ = sha256_of(own);
    out.key_ = std::move(shared);
    return out;
}

std::string Certificate::thumbprint() const { return hex(sha1_); }
int Certificate::key_bits() const { return EVP_PKEY_get_bits(key_->key.get()); }

bool Certificate::named(std::string_view x5t_sha256, std::string_view x5t, std::string_view kid) const {
    // MSAL for Python 1.21 pads its thumbprint, against RFC 7515 section 4.1.7, and gets its tokens.
    const auto unpadded = [](std::string_view text) { return text.substr(0, text.find('=')); };
    if (!x5t_sha256.empty()) return unpadded(x5t_sha256) == jwt_part(sha256_);
    if (!x5t.empty()) return unpadded(x5t) == jwt_part(sha1_);
    return same_text(kid, hex(sha1_)) || kid == jwt_part(sha1_);
}

bool Certificate::signature_holds(bool pss, std::string_view text, std::string_view signature) const { return rsa_signature_holds(key_->key.get(), pss, text, signature); }

std::string Certificate::encrypt_raw(std::string_view block) const {
    const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(key_->key.get(), nullptr));
    std::string out(block.size(), '\0');
    std::size_t size = out.size();
    if (EVP_PKEY_encrypt_init(context.get()) <= 0 || EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_NO_PADDING) <= 0 ||
        EVP_PKEY_encrypt(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, reinterpret_cast<const unsigned char*>(block.data()), block.size()) <= 0)
        return {};
    out.resize(size);
    return out;
}

}  // namespace fakes::microsoft::signing
