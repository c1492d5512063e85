#include "engine/meeting/jwe.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <cassert>
#include <nlohmann/json.hpp>

#include "engine/chance.hpp"
#include "engine/openssl_owned.hpp"

namespace engine::meeting {
namespace {

// base64url of {"enc":"A256GCM","alg":"dir"}, the header of every value that we seal; it is the AAD, too.
constexpr std::string_view kHeader = "eyJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiZGlyIn0";
constexpr std::size_t kIvBytes = 12, kTagBytes = 16;
constexpr std::size_t kCompactLimitBytes = 1'048'576;  // of a value to open
constexpr std::size_t kHeaderLimitBytes = 2048;

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr auto kSextets = [] {
    std::array<std::int8_t, 256> table{};
    for (auto& value : table) value = -1;
    for (std::size_t i = 0; i < kAlphabet.size(); ++i)
        table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
    return table;
}();

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// The header of another sender: any member order, spaces, a kid; what changes the meaning is refused.
bool is_readable_header(std::string_view part) {
    if (part == kHeader) return true;
    if (part.size() > kHeaderLimitBytes) return false;
    const auto text = from_base64url(part);
    if (!text) return false;
    const nlohmann::json header = nlohmann::json::parse(*text, nullptr, false);
    if (!header.is_object()) return false;
    const auto is = [&](const char* member, std::string_view wanted) {
        const auto found = header.find(member);
        return found != header.end() && found->is_string() && found->get_ref<const std::string&>() == wanted;
    };
    return is("alg", "dir") && is("enc", "A256GCM") && !header.contains("crit") && !header.contains("zip");
}

}  // namespace

Secret::~Secret() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

std::optional<Secret> Secret::from_base64url(std::string_view text) {
    if (text.size() != 43) return std::nullopt;
    auto raw = meeting::from_base64url(text);
    if (!raw || raw->size() != 32) return std::nullopt;
    Secret secret;
    std::copy(raw->begin(), raw->end(), secret.bytes_.begin());
    OPENSSL_cleanse(raw->data(), raw->size());
    return secret;
}

bool same_secret(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void append_base64url(std::string& out, std::string_view bytes) {
    const std::size_t full = bytes.size() / 3, left = bytes.size() % 3;
    const std::size_t begin = out.size();
    out.resize(begin + full * 4 + (left == 0 ? 0 : left + 1));
    char* to = out.data() + begin;
    const unsigned char* from = bytes_of(bytes);
    for (std::size_t i = 0; i < full; ++i, from += 3) {
        const std::uint32_t group = static_cast<std::uint32_t>(from[0]) << 16 | static_cast<std::uint32_t>(from[1]) << 8 | from[2];
        *to++ = kAlphabet[group >> 18];
        *to++ = kAlphabet[group >> 12 & 63];
        *to++ = kAlphabet[group >> 6 & 63];
        *to++ = kAlphabet[group & 63];
    }
    if (left == 0) return;
    const std::uint32_t group = static_cast<std::uint32_t>(from[0]) << 16 | (left == 2 ? static_cast<std::uint32_t>(from[1]) << 8 : 0U);
    *to++ = kAlphabet[group >> 18];
    *to++ = kAlphabet[group >> 12 & 63];
    if (left == 2) *to = kAlphabet[group >> 6 & 63];
}

std::string base64url(std::string_view bytes) {
    std::string out;
    append_base64url(out, bytes);
    return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
    if (text.size() % 4 == 1) return std::nullopt;
    std::string out(text.size() * 3 / 4, '\0');
    const auto sextet = [&text](std::size_t at) { return static_cast<std::int32_t>(kSextets[static_cast<unsigned char>(text[at])]); };
    std::size_t at = 0, to = 0;
    std::int32_t foreign = 0;  // negative as soon as one sextet is
    for (; at + 4 <= text.size(); at += 4, to += 3) {
        const std::int32_t a = sextet(at), b = sextet(at + 1), c = sextet(at + 2), d = sextet(at + 3);
        foreign |= a | b | c | d;
        const auto group = static_cast<std::uint32_t>(a) << 18 | static_cast<std::uint32_t>(b) << 12 | static_cast<std::uint32_t>(c) << 6 | static_cast<std::uint32_t>(d);
        out[to] = static_cast<char>(group >> 16 & 0xFF);
        out[to + 1] = static_cast<char>(group >> 8 & 0xFF);
        out[to + 2] = static_cast<char>(group & 0xFF);
    }
    if (foreign < 0) return std::nullopt;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (; at < text.size(); ++at) {
        const std::int32_t one = sextet(at);
        if (one < 0) return std::nullopt;
        bits = bits << 6 | static_cast<std::uint32_t>(one);
        count += 6;
        if (count >= 8) {
            count -= 8;
            out[to++] = static_cast<char>(bits >> count & 0xFF);
        }
    }
    if ((bits & ((1U << count) - 1U)) != 0) return std::nullopt;  // stray bits: two texts for one value
    return out;
}

// Looked up once: EVP_aes_256_gcm() would be looked up anew for every context.
static const EVP_CIPHER* algorithm() {
    static const Owned<EVP_CIPHER> fetched(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
    return fetched.get();
}

struct Sealer::Cipher {
    EVP_CIPHER_CTX* sealing = nullptr;  // each made at its first use: most only seal
    EVP_CIPHER_CTX* opening = nullptr;
    Secret key;
    std::string scratch;

    explicit Cipher(const Secret& key_in) : key(key_in) {}
    Cipher(const Cipher&) = delete;
    Cipher& operator=(const Cipher&) = delete;
    ~Cipher() {
        EVP_CIPHER_CTX_free(sealing);
        EVP_CIPHER_CTX_free(opening);
        OPENSSL_cleanse(scratch.data(), scratch.size());
    }
    void begin_sealing() {
        if (sealing != nullptr) return;
        sealing = EVP_CIPHER_CTX_new();
        EVP_EncryptInit_ex(sealing, algorithm(), nullptr, key.bytes().data(), nullptr);
    }
    void begin_opening() {
        if (opening != nullptr) return;
        opening = EVP_CIPHER_CTX_new();
        EVP_DecryptInit_ex(opening, algorithm(), nullptr, key.bytes().data(), nullptr);
    }
    // Writes ciphertext || tag behind out's content; `iv` is 12 bytes.
    void seal(std::string& out, const unsigned char* iv, std::string_view plaintext, std::string_view associated) {
        begin_sealing();
        const std::size_t begin = out.size();
        out.resize(begin + plaintext.size() + kTagBytes);
        unsigned char* to = bytes_of(out) + begin;
        int size = 0, done = 1;
        done &= EVP_EncryptInit_ex(sealing, nullptr, nullptr, nullptr, iv);
        if (!associated.empty())
            done &= EVP_EncryptUpdate(sealing, nullptr, &size, bytes_of(associated), static_cast<int>(associated.size()));
        if (!plaintext.empty())
            done &= EVP_EncryptUpdate(sealing, to, &size, bytes_of(plaintext), static_cast<int>(plaintext.size()));
        done &= EVP_EncryptFinal_ex(sealing, to + plaintext.size(), &size);
        done &= EVP_CIPHER_CTX_ctrl(sealing, EVP_CTRL_GCM_GET_TAG, static_cast<int>(kTagBytes), to + plaintext.size());
        assert(done == 1 && "AES-256-GCM cannot fail with a key and an IV set");
        (void)done;
    }
    std::optional<std::string> open(std::string_view iv, std::string_view ciphertext, std::string_view tag,
                                    std::string_view associated) {
        begin_opening();
        std::string out(ciphertext.size(), '\0');
        std::string expected(tag);
        int size = 0;
        unsigned char none = 0;
        bool done = EVP_DecryptInit_ex(opening, nullptr, nullptr, nullptr, bytes_of(iv)) == 1;
        if (done && !associated.empty())
            done = EVP_DecryptUpdate(opening, nullptr, &size, bytes_of(associated), static_cast<int>(associated.size())) == 1;
        if (done && !ciphertext.empty())
            done = EVP_DecryptUpdate(opening, bytes_of(out), &size, bytes_of(ciphertext), static_cast<int>(ciphertext.size())) == 1;
        done = done && EVP_CIPHER_CTX_ctrl(opening, EVP_CTRL_GCM_SET_TAG, static_cast<int>(kTagBytes), expected.data()) == 1;
        done = done && EVP_DecryptFinal_ex(opening, &none, &size) == 1;
        if (done) return out;
        OPENSSL_cleanse(out.data(), out.size());
        return std::nullopt;
    }
};

Sealer::Sealer(const Secret& key) : cipher_(std::make_unique<Cipher>(key)) {}
Sealer::~Sealer() = default;
Sealer::Sealer(Sealer&&) noexcept = default;
Sealer& Sealer::operator=(Sealer&&) noexcept = default;

void Sealer::append_sealed(std::string& out, Random& random, std::string_view plaintext) {
    append_compact(out, kHeader, {}, random, plaintext);
}

void Sealer::append_compact(std::string& out, std::string_view header, std::string_view wrapped_key, Random& random,
                            std::string_view plaintext) {
    std::array<std::uint8_t, kIvBytes> iv{};
    random.fill(iv);
    std::string& scratch = cipher_->scratch;
    scratch.clear();
    cipher_->seal(scratch, iv.data(), plaintext, header);
    const std::string_view sealed = scratch;
    out.append(header).append(".").append(wrapped_key).append(".");
    append_base64url(out, {reinterpret_cast<const char*>(iv.data()), iv.size()});
    out.push_back('.');
    append_base64url(out, sealed.substr(0, plaintext.size()));
    out.push_back('.');
    append_base64url(out, sealed.substr(plaintext.size()));
}

std::string Sealer::seal(Random& random, std::string_view plaintext) {
    std::string out;
    append_sealed(out, random, plaintext);
    return out;
}

std::optional<std::string> Sealer::open(std::string_view compact) {
    if (compact.size() > kCompactLimitBytes) return std::nullopt;
    std::array<std::string_view, 5> parts;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::size_t dot = compact.find('.');
        if ((dot == std::string_view::npos) != (i == 4)) return std::nullopt;
        parts[i] = compact.substr(0, dot);
        compact.remove_prefix(dot == std::string_view::npos ? compact.size() : dot + 1);
    }
    if (!parts[1].empty() || !is_readable_header(parts[0])) return std::nullopt;
    const auto iv = from_base64url(parts[2]), ciphertext = from_base64url(parts[3]), tag = from_base64url(parts[4]);
    if (!iv || !ciphertext || !tag || iv->size() != kIvBytes || tag->size() != kTagBytes) return std::nullopt;
    return cipher_->open(*iv, *ciphertext, *tag, parts[0]);
}

std::string Sealer::seal_raw(Random& random, std::string_view plaintext, std::string_view associated) {
    std::string out(kIvBytes, '\0');
    std::array<std::uint8_t, kIvBytes> iv{};
    random.fill(iv);
    std::copy(iv.begin(), iv.end(), bytes_of(out));
    cipher_->seal(out, iv.data(), plaintext, associated);
    return out;
}

std::optional<std::string> Sealer::open_raw(std::string_view sealed, std::string_view associated) {
    if (sealed.size() < kIvBytes + kTagBytes) return std::nullopt;
    const std::size_t size = sealed.size() - kIvBytes - kTagBytes;
    return cipher_->open(sealed.substr(0, kIvBytes), sealed.substr(kIvBytes, size), sealed.substr(kIvBytes + size),
                         associated);
}

std::string seal(const Secret& key, Random& random, std::string_view plaintext) {
    return Sealer(key).seal(random, plaintext);
}

}  // namespace engine::meeting
