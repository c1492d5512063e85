#pragma once
// A certificate authority made at start, or kept from an earlier one: ECDSA P-256, because a handshake with RSA costs ten
// times as much.
#include <memory>
#include <string>
#include <vector>

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace sim {

class TlsAuthority {
  public:
    explicit TlsAuthority(const std::string& name);
    /// One that was made before, both in PEM; nullptr: they are none, or do not belong together.
    static std::unique_ptr<TlsAuthority> kept(const std::string& certificate, const std::string& key);
    ~TlsAuthority();
    /// In PEM, for clients that are not ours.
    std::string certificate() const;
    /// In PEM, for whoever keeps it; nobody else may read it.
    std::string private_key() const;
    /// Gives the context a new key and a certificate for `host`. False: OpenSSL refused.
    bool issue(const std::string& host, ssl_ctx_st* context) const;
    /// The same for several names; addresses ("127.0.0.1", "::1") become address entries, as clients verify them.
    bool issue(const std::vector<std::string>& names, ssl_ctx_st* context) const;
    struct Issued {
        std::string certificate_pem, key_pem;
    };
    /// A certificate and its key as files hold them; empty: OpenSSL refused.
    Issued issue(const std::vector<std::string>& names) const;
    /// The context trusts this authority, and no other.
    bool trusted_by(ssl_ctx_st* context) const;

  private:
    TlsAuthority();
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace sim
