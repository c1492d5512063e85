#pragma once
// What a tenant signs and what it checks: its own RS256 key, and the certificates of others.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/dice.hpp"
#include "fakes/server.hpp"

namespace fakes::microsoft::signing {

/// RFC 7515 section 2: base64url without padding.
std::string jwt_part(std::string_view bytes);
std::optional<std::string> jwt_part_decode(std::string_view text);

/// A key that a tenant signs with. Cheap to copy.
class SigningKey {
  public:
    /// The key every world begins with.
    static const SigningKey& built_in();
    /// Another one, the same for the same dice: a key of 2048 bits and a certificate valid from `begins`.
    static SigningKey drawn(Dice& dice, Instant begins);

    const std::string& id() const;  // kid and x5t
    std::string rs256(std::string_view text) const;
    bool rs256_holds(std::string_view text, std::string_view signature) const;
    /// As one entry of a JWKS document.
    std::string jwk(std::string_view issuer) const;

  private:
    struct Parts;
    explicit SigningKey(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}
    std::shared_ptr<const Parts> parts_;
};

/// The keys of a tenant over time. Several live at once: a former one stays in the document while what it signed is valid.
class KeyRing {
  public:
    explicit KeyRing(Dice dice) : dice_(dice) {}
    const SigningKey& current() const { return drawn_.empty() ? SigningKey::built_in() : drawn_.back().key; }
    /// nullptr: no such key, or no longer.
    const SigningKey* find(std::string_view id, Instant now) const;
    /// The JWKS document's array, newest key first.
    std::string jwks(std::string_view issuer, Instant now) const;
    /// A new key signs from now on. At once: the former ones count no longer, as after an emergency.
    void rotate(Instant now, bool at_once);

  private:
    struct Timed {
        SigningKey key;
        Instant until = Instant::max();
    };
    Dice dice_;
    Instant built_in_until_ = Instant::max();
    std::vector<Timed> drawn_;
};

/// An RSA certificate of somebody else.
class Certificate {
  public:
    /// PEM, or DER bytes; empty: no certificate, or no RSA key in it.
    static std::optional<Certificate> read(std::string_view bytes, bool pem);
    std::string thumbprint() const;  // SHA-1, hex in upper case
    int key_bits() const;
    /// Do these header members of a JWT (empty: absent) name this certificate?
    bool named(std::string_view x5t_sha256, std::string_view x5t, std::string_view kid) const;
    bool signature_holds(bool pss, std::string_view text, std::string_view signature) const;
    /// RSA without padding; empty: the block does not fit the key.
    std::string encrypt_raw(std::string_view block) const;

  private:
    struct Key;
    std::string sha1_, sha256_;  // bytes
    std::shared_ptr<const Key> key_;
};

}  // namespace fakes::microsoft::signing
