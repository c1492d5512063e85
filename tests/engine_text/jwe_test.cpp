#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "engine/meeting/jwe.hpp"
#include "engine/meeting/store_seal.hpp"
#include "tests/engine_text/counting_random.hpp"

namespace {

using namespace engine::meeting;
using nlohmann::json;

constexpr const char* kVectors = CALRIG_SOURCE_DIR "/tests/facts/examples/webex/jwe.vectors.json";

// A reader of its own: splits, decodes with OpenSSL's base64 and decrypts, sharing nothing with the engine.
std::optional<std::string> independent_open(const std::string& compact, const std::string& key) {
    std::vector<std::string> parts(1);
    for (const char c : compact) c == '.' ? parts.emplace_back() : parts.back() += c, void();
    if (parts.size() != 5) return std::nullopt;
    const auto decode = [](std::string text) {
        for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
        std::size_t padding = 0;
        while (text.size() % 4 != 0) text += '=', ++padding;
        std::string out(text.size() / 4 * 3, '\0');
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(text.data()),
                        static_cast<int>(text.size()));
        out.resize(out.size() - padding);
        return out;
    };
    const std::string iv = decode(parts[2]), text = decode(parts[3]);
    std::string tag = decode(parts[4]), out(text.size() + 16, '\0');
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
    int size = 0, total = 0;
    EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nullptr, reinterpret_cast<const unsigned char*>(key.data()),
                       reinterpret_cast<const unsigned char*>(iv.data()));
    EVP_DecryptUpdate(context, nullptr, &size, reinterpret_cast<const unsigned char*>(parts[0].data()), static_cast<int>(parts[0].size()));
    EVP_DecryptUpdate(context, reinterpret_cast<unsigned char*>(out.data()), &total, reinterpret_cast<const unsigned char*>(text.data()),
                      static_cast<int>(text.size()));
    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, 16, tag.data());
    const bool good = EVP_DecryptFinal_ex(context, reinterpret_cast<unsigned char*>(out.data()) + total, &size) == 1;
    EVP_CIPHER_CTX_free(context);
    if (!good) return std::nullopt;
    out.resize(static_cast<std::size_t>(total + size));
    return out;
}

Secret some_key() {
    std::array<std::uint8_t, 32> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 7 + 1);
    return Secret(bytes);
}

std::string raw(const Secret& key) { return {reinterpret_cast<const char*>(key.bytes().data()), 32}; }

TEST(Jwe, SealsExactlyAsTheVectors) {
    std::ifstream file(kVectors);
    ASSERT_TRUE(file) << kVectors;
    const json vectors = json::parse(file);
    const auto key = Secret::from_base64url(vectors.at("jwk").at("k").get<std::string>());
    ASSERT_TRUE(key);
    Sealer sealer(*key);
    int sealed = 0;
    for (const json& v : vectors.at("vectors")) {
        EXPECT_EQ(sealer.open(v.at("compact").get<std::string>()), v.at("plaintext").get<std::string>()) << v.at("name");
        if (v.at("header") != "{\"enc\":\"A256GCM\",\"alg\":\"dir\"}") continue;
        FixedRandom random(v.at("ivHex").get<std::string>());
        EXPECT_EQ(sealer.seal(random, v.at("plaintext").get<std::string>()), v.at("compact").get<std::string>()) << v.at("name");
        ++sealed;
    }
    EXPECT_GE(sealed, 3);
    for (const json& v : vectors.at("mustFail"))
        EXPECT_FALSE(sealer.open(v.at("compact").get<std::string>())) << v.at("name");
}

TEST(Jwe, ReaderFollowsTheVectors) {
    std::ifstream file(CALRIG_SOURCE_DIR "/tests/oracles/jwe-vectors.json");
    const json vectors = json::parse(file);
    int opened = 0, refused = 0;
    for (const json& c : vectors.at("cases")) {
        const json& allow = c.at("allow");
        // This reader allows dir and A256GCM only; other vectors test other readers.
        const std::string allowed = allow.dump();
        if (allowed.find("\"dir\"") == std::string::npos || allowed.find("\"A256GCM\"") == std::string::npos) continue;
        std::string k;
        for (const char* place : {"key", "jwk", "cek"})
            if (c.contains(place)) {
                if (c[place].is_string()) k = c[place];
                else if (c[place].is_object() && c[place].contains("k")) k = c[place]["k"];
                if (!k.empty()) break;
            }
        const auto key = Secret::from_base64url(k);
        if (!key) continue;
        const auto got = Sealer(*key).open(c.at("compact").get<std::string>());
        const std::string verdict = c.at("verdict");
        if (verdict == "decrypt") {
            const auto header = from_base64url(c.at("compact").get<std::string>().substr(0, c.at("compact").get<std::string>().find('.')));
            if (header && (header->find("A256GCM") == std::string::npos || header->find("\"dir\"") == std::string::npos)) continue;
            ASSERT_TRUE(got) << c.at("id");
            EXPECT_EQ(base64url(*got), c.at("plaintext").get<std::string>()) << c.at("id");
            ++opened;
        } else if (verdict == "reject") {
            EXPECT_FALSE(got) << c.at("id") << " " << c.value("why", "");
            ++refused;
        }
    }
    std::printf("%d opened, %d refused\n", opened, refused);
    EXPECT_GE(opened, 3);
    EXPECT_GE(refused, 10);
}

TEST(Jwe, AnIndependentReaderOpensIt) {
    CountingRandom random;
    Sealer sealer(some_key());
    for (const std::string& text : {std::string(), std::string("a"), std::string("Zażółć gęślą jaźń"), std::string(5000, 'x')})
        EXPECT_EQ(independent_open(sealer.seal(random, text), raw(some_key())), text);
    EXPECT_EQ(independent_open(seal(some_key(), random, "once"), raw(some_key())), "once");
}

TEST(Jwe, EveryFlippedBitIsNoticed) {
    CountingRandom random;
    Sealer sealer(some_key());
    const std::string good = sealer.seal(random, "Budget review");
    ASSERT_EQ(sealer.open(good), "Budget review");
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string bad = good;
        bad[i] = bad[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(sealer.open(bad)) << i;
    }
    for (std::size_t i = 0; i < good.size(); ++i) EXPECT_FALSE(sealer.open(good.substr(0, i)));
    EXPECT_FALSE(sealer.open(good + "."));
    EXPECT_FALSE(sealer.open(good + "A"));
}

TEST(Jwe, NoIvTwice) {
    CountingRandom random;
    Sealer sealer(some_key());
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.insert(sealer.seal(random, "same")).second);
}

TEST(Jwe, Base64UrlIsStrict) {
    for (const std::string text : {"", "f", "fo", "foo", "foob", "\xff\xfe"}) EXPECT_EQ(from_base64url(base64url(text)), text);
    for (const char* bad : {"A", "Zg==", "Zh", "Zm9=", "Z m8", "Zm+v", "Zm/v", "Zm9v\n"}) EXPECT_FALSE(from_base64url(bad)) << bad;
}

TEST(Jwe, SealingIsFast) {
    CountingRandom random;
    Sealer sealer(some_key());
    const std::string text(200, 'x');
    std::string out;
    constexpr int kRounds = 20000;
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < kRounds; ++i) {
        out.clear();
        sealer.append_sealed(out, random, text);
    }
    const double each = std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count() / kRounds;
    std::printf("%.2f us per seal of 200 bytes\n", each);
    EXPECT_LT(each, 500);  // a key schedule or a lock per value would show; a quiet release build needs below 1 us
}

TEST(StoreSeal, OpensOnlyUnderItsOwnName) {
    CountingRandom random;
    std::array<std::uint8_t, 32> key{};
    StoreSeal store(key);
    const std::string sealed = store.seal(random, "user/1", "alice@example.com");
    EXPECT_EQ(sealed.find("alice"), std::string::npos);
    EXPECT_EQ(store.open("user/1", sealed), "alice@example.com");
    EXPECT_FALSE(store.open("user/2", sealed));
    EXPECT_FALSE(store.open("user/1", sealed.substr(1)));
    EXPECT_FALSE(store.open("user/1", ""));
    key[0] = 1;
    EXPECT_FALSE(StoreSeal(key).open("user/1", sealed));
    EXPECT_NE(StoreSeal(key).blind("alice@example.com"), store.blind("alice@example.com"));
    EXPECT_EQ(store.blind("x").size(), 32U);
}

TEST(Secret, ComparesByContent) {
    EXPECT_TRUE(same_secret("abc", "abc"));
    EXPECT_FALSE(same_secret("abc", "abd"));
    EXPECT_FALSE(same_secret("abc", "ab"));
    EXPECT_FALSE(Secret::from_base64url("short"));
}

}  // namespace
