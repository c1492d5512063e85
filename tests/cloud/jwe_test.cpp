// Published vectors (RFC 7516 A.1, RFC 7520, Wycheproof, npm jose) and the vectors of the meeting list's client code.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "fakes/cloud/aes.hpp"
#include "fakes/cloud/jwe_reader.hpp"

namespace {

using nlohmann::json;
const std::filesystem::path root = CALRIG_SOURCE_DIR;

json load(const std::filesystem::path& path) {
    std::ifstream file(path);
    return json::parse(file);
}

std::string from_hex(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        out += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
    return out;
}

void judge_cases(const json& vectors) {
    int policy_accepted = 0;
    int policy = 0;
    for (const json& vector : vectors.at("cases")) {
        SCOPED_TRACE(vector.at("id").get<std::string>() + " " + vector.at("name").get<std::string>());
        fakes::JweReader reader({vector.at("allow").at("alg").get<std::vector<std::string>>(),
                                 vector.at("allow").at("enc").get<std::vector<std::string>>()});
        const auto key = fakes::JweKey::from_jwk(vector.at("key").dump());
        const std::string compact = vector.at("compact");
        const auto plain = key ? reader.open(compact, *key) : std::nullopt;
        const std::string verdict = vector.at("verdict");
        if (verdict == "policy") {
            ++policy;
            policy_accepted += plain ? 1 : 0;
            if (plain && vector.at("plaintext").is_string()) EXPECT_EQ(fakes::base64url_encode(*plain), vector.at("plaintext").get<std::string>());
            continue;
        }
        EXPECT_EQ(plain.has_value(), verdict == "decrypt");
        if (plain && verdict == "decrypt") EXPECT_EQ(fakes::base64url_encode(*plain), vector.at("plaintext").get<std::string>());
        if (plain && vector.value("deterministic", false)) {
            const auto header = fakes::base64url_decode(compact.substr(0, compact.find('.')));
            const auto iv = fakes::base64url_decode(vector.at("iv").get<std::string>());
            const auto cek = vector.at("cek").is_string() ? fakes::base64url_decode(vector.at("cek").get<std::string>())
                                                          : std::optional(key->bytes());  // dir: the key itself
            const auto made = fakes::jwe_make(*header, *key, *cek, *iv, *plain);
            EXPECT_EQ(made.value_or("refused"), compact);
        }
    }
    EXPECT_EQ(policy_accepted, 0) << "of " << policy << " cases where refusing is preferred";
}

void judge_raw(const json& vectors) {
    fakes::Aes aes;
    for (const json& vector : vectors.value("a256kwRaw", json::array())) {
        SCOPED_TRACE(vector.at("id").get<std::string>());
        const auto key = aes.unwrap(from_hex(vector.at("key")), from_hex(vector.at("ct")));
        if (vector.at("result") == "acceptable") continue;
        EXPECT_EQ(key.has_value(), vector.at("result") == "valid");
        if (key) {
            EXPECT_EQ(*key, from_hex(vector.at("msg")));
            EXPECT_EQ(aes.wrap(from_hex(vector.at("key")), *key), from_hex(vector.at("ct")));
        }
    }
    for (const json& vector : vectors.value("a256gcmRaw", json::array())) {
        SCOPED_TRACE(vector.at("id").get<std::string>());
        const auto plain = aes.gcm_open(from_hex(vector.at("key")), from_hex(vector.at("iv")), from_hex(vector.at("aad")),
                                        from_hex(vector.at("ct")), from_hex(vector.at("tag")));
        EXPECT_EQ(plain.has_value(), vector.at("result") == "valid");
        if (plain) EXPECT_EQ(*plain, from_hex(vector.at("msg")));
    }
}

TEST(Jwe, VerdictsOfTheVectors) {
    const json vectors = load(root / "tests/oracles/jwe-vectors.json");
    ASSERT_GT(vectors.at("cases").size(), 80u);
    judge_cases(vectors);
    judge_raw(vectors);
}

TEST(Jwe, VerdictsOfTheVectorsOutsideTheRepository) {
    const auto path = root / "../shared/oracles/jwe-vectors.json";
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "the larger vector file is not part of the repository";
    const json vectors = load(path);
    ASSERT_GT(vectors.at("cases").size(), 180u);
    judge_cases(vectors);
    judge_raw(vectors);
}

TEST(Jwe, HeaderSpellingsOfThePublishedClientsAreRead) {
    const json vectors = load(root / "tests/facts/examples/webex/jwe.vectors.json");
    const auto key = fakes::JweKey::from_jwk(vectors.at("jwk").dump());
    ASSERT_TRUE(key);
    fakes::JweReader reader;
    for (const json& vector : vectors.at("vectors")) {
        SCOPED_TRACE(vector.at("name").get<std::string>());
        EXPECT_EQ(reader.open(vector.at("compact").get<std::string>(), *key), vector.at("plaintext").get<std::string>());
        EXPECT_EQ(fakes::jwe_make(vector.at("header").get<std::string>(), *key, {}, from_hex(vector.at("ivHex")),
                                  vector.at("plaintext").get<std::string>()),
                  vector.at("compact").get<std::string>());
    }
    for (const json& vector : vectors.at("mustFail")) {
        SCOPED_TRACE(vector.at("name").get<std::string>());
        EXPECT_FALSE(reader.open(vector.at("compact").get<std::string>(), *key));
    }
}

TEST(Jwe, PublishedListDecryptsToThePublishedPlaintext) {
    const auto folder = root / "tests/facts/examples/webex";
    const auto key = fakes::JweKey::from_jwk(load(folder / "jwe.vectors.json").at("jwk").dump());
    const json sealed = load(folder / "calendarEvents.list.response.json").at("body").at("items");
    const json plain = load(folder / "calendarEvents.list.decrypted.json").at("items");
    fakes::JweReader reader;
    int opened = 0;
    const json wire = sealed.flatten();
    const json wanted = plain.flatten();
    for (const auto& [path, value] : wire.items()) {
        if (!value.is_string() || !value.get<std::string>().starts_with("eyJ")) continue;
        EXPECT_EQ(reader.open(value.get<std::string>(), *key), wanted.at(path).get<std::string>()) << path;
        ++opened;
    }
    EXPECT_GT(opened, 20);
}

TEST(Jwe, ShapeNeedsNoKey) {
    fakes::JweShape shape;
    const std::string good = "eyJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiZGlyIn0..AAECAwQFBgcICQoL.M-HlPLe94HMM9QCPBg.h6_rD1vQBsBVY1kVjv_8IA";
    EXPECT_TRUE(shape.check(good));
    for (const std::string& bad :
         {std::string("Budget review"), std::string(), std::string("...."), good + ".", good.substr(0, good.size() - 1),
          std::string("a.b.c.d.e"), std::string("eyJhbGciOiJBMjU2S1ciLCJlbmMiOiJBMjU2R0NNIn0..AAECAwQFBgcICQoL.M-Hl.h6_rD1vQBsBVY1kVjv_8IA"),
          std::string("eyJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiZGlyIn0.AA.AAECAwQFBgcICQoL.M-HlPLe94HMM9QCPBg.h6_rD1vQBsBVY1kVjv_8IA"),
          std::string("eyJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiZGlyIn0..AAECAwQFBgcICQoL.not base64!.h6_rD1vQBsBVY1kVjv_8IA")})
        EXPECT_FALSE(shape.check(bad)) << bad;
}

}  // namespace
