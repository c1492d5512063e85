#pragma once
// Compact JWE (RFC 7516) as the meeting cloud reads it: alg=dir, enc=A256GCM, header exactly
// {"enc":"A256GCM","alg":"dir"}, 12 byte IV, 16 byte tag, AAD = the header part.
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace engine {
class Random;
}

namespace engine::meeting {

/// 256 bits of key that wipe their memory. Never printed, never compared with ==: see same_secret.
class Secret {
  public:
    Secret() = default;
    explicit Secret(const std::array<std::uint8_t, 32>& bytes) : bytes_(bytes) {}
    /// From the base64url text of a JWK's "k"; nothing unless it is exactly 32 bytes.
    static std::optional<Secret> from_base64url(std::string_view text);
    Secret(const Secret&) = default;
    Secret& operator=(const Secret&) = default;
    ~Secret();
    std::span<const std::uint8_t, 32> bytes() const { return bytes_; }

  private:
    std::array<std::uint8_t, 32> bytes_{};
};

/// Constant time in the length of equal-sized inputs; for keys, tags and tokens.
bool same_secret(std::string_view a, std::string_view b);

std::string base64url(std::string_view bytes);
void append_base64url(std::string& out, std::string_view bytes);
/// Without padding, strict: no foreign characters, no stray bits.
std::optional<std::string> from_base64url(std::string_view text);

/// One key's cipher, set up once and reused for every value sealed with it. Not for two threads at once.
class Sealer {
  public:
    explicit Sealer(const Secret& key);
    ~Sealer();
    Sealer(Sealer&&) noexcept;
    Sealer& operator=(Sealer&&) noexcept;

    std::string seal(Random& random, std::string_view plaintext);
    void append_sealed(std::string& out, Random& random, std::string_view plaintext);
    /// The same with a header part and a wrapped key of the caller's, both base64url: for messages of the key server.
    void append_compact(std::string& out, std::string_view header, std::string_view wrapped_key, Random& random,
                        std::string_view plaintext);
    /// Reads any header with enc=A256GCM and alg=dir (other members allowed, "zip" and "crit" refused). Nothing when a
    /// single bit is wrong.
    std::optional<std::string> open(std::string_view compact);

    /// Raw AES-256-GCM, for the store: IV || ciphertext || tag.
    std::string seal_raw(Random& random, std::string_view plaintext, std::string_view associated);
    std::optional<std::string> open_raw(std::string_view sealed, std::string_view associated);

  private:
    struct Cipher;
    std::unique_ptr<Cipher> cipher_;
};

/// One-off form; sets a cipher up each time. Keep a Sealer per key where it matters.
std::string seal(const Secret& key, Random& random, std::string_view plaintext);

}  // namespace engine::meeting
