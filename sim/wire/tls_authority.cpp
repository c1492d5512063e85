#include "sim/wire/tls_authority.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <cstdint>

#include "fakes/openssl_owned.hpp"

namespace sim {
namespace {

using fakes::Owned;

Owned<EVP_PKEY> new_key() { return Owned<EVP_PKEY>(EVP_EC_gen("P-256")); }

bool extend(X509* certificate, X509* issuer, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Owned<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

// Valid from 2000 to 2099 whatever the day: the wall clock must not decide whether a test passes.
Owned<X509> new_certificate(const std::string& name, const std::string& alternative_names, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key,
                            long serial) {
    Owned<X509> certificate(X509_new());
    if (!certificate || !key) return nullptr;
    X509* x = certificate.get();
    bool good = X509_set_version(x, X509_VERSION_3) == 1;
    good = good && ASN1_INTEGER_set(X509_get_serialNumber(x), serial) == 1;
    good = good && ASN1_TIME_set_string_X509(X509_getm_notBefore(x), "20000101000000Z") == 1;
    good = good && ASN1_TIME_set_string_X509(X509_getm_notAfter(x), "20991231235959Z") == 1;
    good = good && X509_set_pubkey(x, key) == 1;
    // X.520 limits a common name to 64 characters; the subject alternative name is what is verified.
    const std::string common = name.substr(0, 64);
    good = good && X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8,
                                              reinterpret_cast<const unsigned char*>(common.c_str()), -1, -1, 0) == 1;
    X509* signer = issuer ? issuer : x;
    good = good && X509_set_issuer_name(x, X509_get_subject_name(signer)) == 1;
    // RFC 5280 4.2.1.1 and 4.2.1.2: strict verifiers (Python from 3.13) insist on both key identifiers.
    good = good && extend(x, signer, NID_subject_key_identifier, "hash");
    if (issuer) {
        good = good && extend(x, signer, NID_authority_key_identifier, "keyid:always");
        good = good && extend(x, signer, NID_basic_constraints, "critical,CA:FALSE");
        good = good && extend(x, signer, NID_subject_alt_name, alternative_names);
        good = good && extend(x, signer, NID_ext_key_usage, "serverAuth");
    } else {
        good = good && extend(x, signer, NID_basic_constraints, "critical,CA:TRUE");
        good = good && extend(x, signer, NID_key_usage, "critical,keyCertSign");
    }
    good = good && X509_sign(x, issuer_key, EVP_sha256()) > 0;
    if (!good) return nullptr;
    return certificate;
}

std::string text_in(BIO* memory) {
    char* text = nullptr;
    const long length = BIO_get_mem_data(memory, &text);
    return std::string(text, static_cast<std::size_t>(length));
}

std::string pem_of(X509* certificate) {
    const Owned<BIO> memory(BIO_new(BIO_s_mem()));
    if (!memory || PEM_write_bio_X509(memory.get(), certificate) != 1) return {};
    return text_in(memory.get());
}

std::string pem_of(EVP_PKEY* key) {
    const Owned<BIO> memory(BIO_new(BIO_s_mem()));
    if (!memory || PEM_write_bio_PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) return {};
    return text_in(memory.get());
}

/// RFC 5280 4.1.2.2: never twice by one authority, which may live longer than the program that counts.
long new_serial() {
    std::uint32_t number = 0;
    return RAND_bytes(reinterpret_cast<unsigned char*>(&number), sizeof number) == 1 ? static_cast<long>(number) + 2 : 2;
}

}  // namespace

struct TlsAuthority::Parts {
    struct Pair {
        Owned<EVP_PKEY> key;
        Owned<X509> certificate;
    };
    Pair issue(const std::vector<std::string>& names);

    Owned<EVP_PKEY> key;
    Owned<X509> certificate;
};

TlsAuthority::TlsAuthority(const std::string& name) : parts_(std::make_unique<Parts>()) {
    parts_->key = new_key();
    parts_->certificate = new_certificate(name, {}, parts_->key.get(), nullptr, parts_->key.get(), 1);
}

TlsAuthority::TlsAuthority() : parts_(std::make_unique<Parts>()) {}

std::unique_ptr<TlsAuthority> TlsAuthority::kept(const std::string& certificate, const std::string& key) {
    const Owned<BIO> certificate_pem(BIO_new_mem_buf(certificate.data(), static_cast<int>(certificate.size())));
    const Owned<BIO> key_pem(BIO_new_mem_buf(key.data(), static_cast<int>(key.size())));
    std::unique_ptr<TlsAuthority> out(new TlsAuthority);
    out->parts_->certificate.reset(PEM_read_bio_X509(certificate_pem.get(), nullptr, nullptr, nullptr));
    // No passphrase is asked for on a terminal.
    const auto no_passphrase = [](char*, int, int, void*) { return -1; };
    out->parts_->key.reset(PEM_read_bio_PrivateKey(key_pem.get(), nullptr, no_passphrase, nullptr));
    ERR_clear_error();
    X509* const read = out->parts_->certificate.get();
    if (read == nullptr || !out->parts_->key || X509_check_private_key(read, out->parts_->key.get()) != 1 || X509_check_ca(read) == 0) return nullptr;
    return out;
}

TlsAuthority::~TlsAuthority() = default;

std::string TlsAuthority::certificate() const { return parts_->certificate ? pem_of(parts_->certificate.get()) : std::string(); }

std::string TlsAuthority::private_key() const { return parts_->key ? pem_of(parts_->key.get()) : std::string(); }

bool TlsAuthority::issue(const std::string& host, ssl_ctx_st* context) const {
    return issue(std::vector<std::string>{host}, context);
}

TlsAuthority::Parts::Pair TlsAuthority::Parts::issue(const std::vector<std::string>& names) {
    Pair out;
    if (!certificate || names.empty()) return out;
    out.key = new_key();
    std::string alternatives;
    for (const std::string& name : names) {
        const bool address = name.find(':') != std::string::npos || name.find_first_not_of("0123456789.") == std::string::npos;
        alternatives += (alternatives.empty() ? "" : ",") + std::string(address ? "IP:" : "DNS:") + name;
    }
    out.certificate = new_certificate(names.front(), alternatives, out.key.get(), certificate.get(), key.get(), new_serial());
    return out;
}

bool TlsAuthority::issue(const std::vector<std::string>& names, ssl_ctx_st* context) const {
    const Parts::Pair made = parts_->issue(names);
    return made.certificate && SSL_CTX_use_certificate(context, made.certificate.get()) == 1 && SSL_CTX_use_PrivateKey(context, made.key.get()) == 1;
}

TlsAuthority::Issued TlsAuthority::issue(const std::vector<std::string>& names) const {
    const Parts::Pair made = parts_->issue(names);
    if (!made.certificate) return {};
    return {pem_of(made.certificate.get()), pem_of(made.key.get())};
}

bool TlsAuthority::trusted_by(ssl_ctx_st* context) const {
    return parts_->certificate && X509_STORE_add_cert(SSL_CTX_get_cert_store(context), parts_->certificate.get()) == 1;
}

}  // namespace sim
