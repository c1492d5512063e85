// {location, body, bodyType: "html"|"text", videoDomains?, cmsDomains?, providerJoinUrl?} -> what is joinable, and why.
#include <nlohmann/json.hpp>

#include "engine/engine.hpp"
#include "engine/text/join_links.hpp"
#include "engine/text/keywords.hpp"
#include "sim/cli/inspect.hpp"
#include "sim/cli/json_members.hpp"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t body_bytes_max = 16u * 1024 * 1024;

/// `bodyParts` [{text, times}] stands for a long body.
std::string body_of(const Json& input) {
    const auto parts = input.find("bodyParts");
    if (parts == input.end()) return text_or(input, "body", "");
    std::string body;
    for (const Json& part : *parts) {
        const std::string text = text_member(part, "text");
        const std::int64_t times = part.value("times", std::int64_t{1});
        if (times < 0 || static_cast<std::uint64_t>(times) * text.size() + body.size() > body_bytes_max)
            throw InspectError("the body would be longer than 16 MiB");
        for (std::int64_t i = 0; i < times; ++i) body += text;
    }
    return body;
}

Json target_json(const engine::text::JoinTarget& target) {
    Json out = {{"kind", target.kind}};
    if (!target.url.empty()) out["url"] = target.url;
    if (!target.uri.empty()) out["uri"] = target.uri;
    return out;
}

}  // namespace

Json inspect_join(const Json& input) {
    if (!input.contains("location") && !input.contains("body") && !input.contains("bodyParts") && !input.contains("providerJoinUrl"))
        throw InspectError("\"location\" and \"body\" are missing: {\"location\": ..., \"body\": ..., \"bodyType\": \"html\" or \"text\"}");
    const std::string location = text_or(input, "location", "");
    const std::string body = body_of(input);
    const std::string type = text_or(input, "bodyType", "");
    if (!type.empty() && type != "html" && type != "text" && type != "HTML" && type != "Text")
        throw InspectError("\"bodyType\" must be \"html\" or \"text\"");
    const Json& config = input.contains("config") && input["config"].is_object() ? input["config"] : input;
    const std::vector<std::string> video_domains = texts_or_none(config, "videoDomains");
    const std::vector<std::string> cms_domains = texts_or_none(config, "cmsDomains");
    const std::string provider_url = text_or(input, "providerJoinUrl", "");

    engine::text::JoinInput question;
    question.location = location;
    question.body = body;
    question.body_is_html = type == "html" || type == "HTML";
    question.provider_join_url = provider_url;
    question.video_domains = video_domains;
    question.cms_domains = cms_domains;
    const engine::text::JoinFinding finding = engine::text::find_join(question);
    const auto keyword = engine::text::find_keyword(location, engine::Policies{});

    Json out;
    if (input.contains("id")) out["id"] = input["id"];
    out["joinable"] = finding.target.has_value();
    out["target"] = finding.target ? target_json(*finding.target) : Json(nullptr);
    if (finding.companion) out["companion"] = target_json(*finding.companion);
    out["ambiguous"] = finding.ambiguous;
    if (keyword) {
        static constexpr const char* actions[] = {"personal room", "space", "one-time meeting"};
        out["keyword"] = {{"word", "@" + keyword->word}, {"modifier", keyword->modifier}, {"action", actions[static_cast<int>(keyword->action)]}};
        if (!keyword->warnings.empty()) out["keyword"]["warnings"] = keyword->warnings;
    } else {
        out["keyword"] = nullptr;
    }
    out["why"] = finding.why;
    return out;
}

}  // namespace sim
