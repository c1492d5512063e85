// The join-link vectors: what a reader should find in an invitation. "policy" cases are reported, not failed, unless
// the result lies outside everything the vector tolerates.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/engine.hpp"
#include "engine/text/join_links.hpp"
#include "engine/text/keywords.hpp"

namespace {

using engine::text::JoinFinding;
using nlohmann::json;

std::string lower_origin(std::string text) {
    const std::size_t scheme = text.find(':');
    std::size_t end = text.starts_with("sip") ? text.size() : text.find('/', scheme + 3);
    if (text.starts_with("sip")) end = std::min(text.size(), text.find(';'));
    const std::size_t begin = text.starts_with("sip") ? std::min(text.find('@'), text.size()) : 0;
    for (std::size_t i = begin; i < std::min(end, text.size()); ++i)
        text[i] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[i])));
    return text;
}

json as_json(const JoinFinding& finding) {
    if (!finding.target) return nullptr;
    json out{{"kind", finding.target->kind}};
    if (!finding.target->url.empty()) out["url"] = lower_origin(finding.target->url);
    if (!finding.target->uri.empty()) out["uri"] = lower_origin(finding.target->uri);
    return out;
}

json normal(json expected) {
    for (const char* member : {"url", "uri"})
        if (expected.is_object() && expected.contains(member))
            expected[member] = lower_origin(expected[member].get<std::string>());
    return expected;
}

struct Score {
    int cases = 0, right = 0, policy_tolerated = 0, policy_outside = 0, wrong = 0;
};

Score play(const std::filesystem::path& path) {
    Score score;
    std::ifstream file(path);
    const json vectors = json::parse(file);
    const engine::Policies policies;
    for (const json& c : vectors.at("cases")) {
        ++score.cases;
        const std::string label = c.at("id").get<std::string>() + " " + c.value("tag", "");
        std::string body = c.at("body");
        if (c.contains("bodyParts")) {
            body.clear();
            for (const json& part : c["bodyParts"])
                for (int i = 0; i < part.at("times").get<int>(); ++i) body += part.at("text").get<std::string>();
        }
        const std::string location = c.at("location");
        std::vector<std::string> video, cms;
        if (c.contains("config")) {
            video = c["config"].value("videoDomains", std::vector<std::string>());
            cms = c["config"].value("cmsDomains", std::vector<std::string>());
        }
        const auto begin = std::chrono::steady_clock::now();
        engine::text::JoinInput input;
        input.location = location;
        input.body = body;
        input.body_is_html = c.at("bodyType") == "html";
        input.video_domains = video;
        input.cms_domains = cms;
        const JoinFinding finding = engine::text::find_join(input);
        const auto took = std::chrono::steady_clock::now() - begin;
        EXPECT_LE(std::chrono::duration_cast<std::chrono::milliseconds>(took).count(), c.value("maxMillis", 1000)) << label;

        const json got = as_json(finding);
        bool exact = got == normal(c.at("expected"));
        bool tolerated = exact;
        for (const json& other : c.value("acceptable", json::array())) tolerated |= got == normal(other);
        bool forbidden = false;
        const std::string dump = finding.target ? finding.target->url + finding.target->uri : "";
        for (const json& bad : c.value("forbidden", json::array()))
            forbidden |= dump.find(bad.get<std::string>()) != std::string::npos;
        const bool policy = c.value("policy", false);
        if (forbidden || !tolerated) {
            if (policy && !forbidden) {
                ++score.policy_outside;
                std::printf("policy, outside: %s got %s\n", label.c_str(), got.dump().c_str());
            } else {
                ++score.wrong;
                ADD_FAILURE() << label << "\n  expected " << c.at("expected").dump() << "\n  got      " << got.dump();
            }
        } else if (exact || !policy) {
            ++score.right;
        } else {
            ++score.policy_tolerated;
        }
        if (c.contains("expectedKeyword")) {
            const auto keyword = engine::text::find_keyword(location, policies);
            const json& wanted = c["expectedKeyword"];
            if (wanted.is_null()) {
                EXPECT_FALSE(keyword) << label;
            } else if (!keyword) {
                ADD_FAILURE() << label << ": no keyword found";
            } else {
                EXPECT_EQ(keyword->word, wanted.at("keyword").get<std::string>()) << label;
                EXPECT_EQ(keyword->modifier, wanted.at("modifier").is_null() ? "" : wanted.at("modifier").get<std::string>()) << label;
            }
        }
    }
    std::printf("%d cases: %d right, %d policy tolerated, %d policy outside, %d wrong\n", score.cases, score.right,
                score.policy_tolerated, score.policy_outside, score.wrong);
    return score;
}

TEST(JoinOracle, VectorsOfTheProject) {
    const Score score = play(CALRIG_SOURCE_DIR "/tests/oracles/join-links.json");
    EXPECT_GE(score.cases, 100);
    EXPECT_EQ(score.wrong, 0);
    EXPECT_EQ(score.policy_outside, 0);
}

TEST(JoinOracle, MoreVectorsWhereTheyAreAtHand) {
    const std::filesystem::path path = CALRIG_SOURCE_DIR "/../shared/oracles/join-links.json";
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "The larger set of join-link vectors is not in this checkout.";
    const Score score = play(path);
    EXPECT_EQ(score.wrong, 0);
    EXPECT_EQ(score.policy_outside, 0);
}

}  // namespace
