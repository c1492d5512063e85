#include "fakes/mac.hpp"

#include <array>
#include <cstddef>

#include "fakes/openssl_owned.hpp"

namespace fakes {
namespace {

constexpr std::size_t block_bytes = 64, mac_bytes = 32;

class Sha256 {
  public:
    void add(const void* bytes, std::size_t size) const { EVP_DigestUpdate(context_.get(), bytes, size); }
    void begin() const { EVP_DigestInit_ex(context_.get(), digest_.get(), nullptr); }
    void end(unsigned char* to) const { EVP_DigestFinal_ex(context_.get(), to, nullptr); }

  private:
    Owned<EVP_MD> digest_{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
    Owned<EVP_MD_CTX> context_{EVP_MD_CTX_new()};
};

}  // namespace

std::string hmac_sha256(std::string_view key, std::string_view text) {
    thread_local const Sha256 sha256;
    std::array<unsigned char, block_bytes> own{};
    if (key.size() > own.size()) {
        sha256.begin();
        sha256.add(key.data(), key.size());
        sha256.end(own.data());
    } else {
        for (std::size_t i = 0; i < key.size(); ++i) own[i] = static_cast<unsigned char>(key[i]);
    }
    const auto padded = [&own](unsigned char pad) {
        std::array<unsigned char, block_bytes> block{};
        for (std::size_t i = 0; i < block.size(); ++i) block[i] = own[i] ^ pad;
        return block;
    };
    std::string out(mac_bytes, '\0');
    unsigned char* to = reinterpret_cast<unsigned char*>(out.data());
    const auto inner = padded(0x36), outer = padded(0x5c);
    sha256.begin();
    sha256.add(inner.data(), inner.size());
    sha256.add(text.data(), text.size());
    sha256.end(to);
    sha256.begin();
    sha256.add(outer.data(), outer.size());
    sha256.add(out.data(), out.size());
    sha256.end(to);
    return out;
}

}  // namespace fakes
