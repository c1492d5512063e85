#include "engine/text/keywords.hpp"

#include <re2/re2.h>

#include <algorithm>

#include "engine/policies.hpp"

namespace engine::text {
namespace {

// Longest part of a location that is read; providers allow far less in practice.
constexpr std::size_t kLocationLimitBytes = 4096;

const RE2& keyword_pattern() {
    // Facts: webex 1.1, with any modifier, so that an unknown one can be told apart from none. A word that goes on
    // (@webexperts), an address (bob@webex.com) or a path (/@webex) is no keyword; punctuation of any script may stand beside
    // one: quotes and brackets, dashes, the commas of Arabic and of East Asia, marks of direction.
    static const RE2 pattern(
        R"((?i)(?:^|[\s;,(\[{"'|\x{00A0}\x{00AB}\x{00B7}\x{060C}\x{061B}\x{200B}-\x{200F}\x{2013}\x{2014}\x{2018}-\x{201F}\x{2022}\x{3000}-\x{3002}\x{3008}-\x{3011}\x{30FB}\x{FF08}\x{FF0C}\x{FF1A}\x{FF1B}]))"
        R"(@(webex|meet|spark)(?::([a-z0-9_.-]*[a-z0-9_-]))?)"
        R"((?:$|[\s;,.):!?\]}"'|\x{00A0}\x{00BB}\x{00B7}\x{060C}\x{061B}\x{061F}\x{200B}-\x{200F}\x{2013}\x{2014}\x{2018}-\x{201F}\x{2022}\x{2026}\x{3000}-\x{3002}\x{3008}-\x{3011}\x{30FB}\x{FF01}\x{FF09}\x{FF0C}\x{FF1A}\x{FF1B}\x{FF1F}]))");
    return pattern;
}

KeywordAction plain_action(std::string_view word, const Policies& policies) {
    if (word == "webex") return policies.both_keywords_space ? KeywordAction::space : KeywordAction::personal_room;
    if (word == "meet") return policies.both_keywords_room ? KeywordAction::personal_room : KeywordAction::space;
    return KeywordAction::space;  // @spark, the legacy word, is not configurable
}

std::string lower_case(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

}  // namespace

std::optional<Keyword> find_keyword(std::string_view location, const Policies& policies) {
    location = location.substr(0, kLocationLimitBytes);
    if (location.find('@') == std::string_view::npos) return std::nullopt;
    const RE2& pattern = keyword_pattern();
    re2::StringPiece groups[3];
    const re2::StringPiece subject(location.data(), location.size());
    if (!pattern.Match(subject, 0, subject.size(), RE2::UNANCHORED, groups, 3)) return std::nullopt;

    Keyword found;
    found.word = lower_case(std::string(groups[1]));
    const std::string modifier = lower_case(std::string(groups[2]));
    if (modifier == "space" || modifier == "myroom" || modifier == "onetime") {
        found.modifier = modifier;
        found.action = modifier == "space"    ? KeywordAction::space
                       : modifier == "myroom" ? KeywordAction::personal_room
                                              : KeywordAction::one_time;
    } else {
        found.action = plain_action(found.word, policies);
        if (!modifier.empty())
            found.warnings.push_back("unknown modifier \":" + modifier.substr(0, 32) + "\" after @" + found.word +
                                     ": read as plain @" + found.word);
    }
    // The separator that ended this keyword may begin the next one.
    const std::size_t next = static_cast<std::size_t>(groups[0].data() - subject.data()) + groups[0].size() -
                             (groups[0].size() > 1 ? 1 : 0);
    if (pattern.Match(subject, next, subject.size(), RE2::UNANCHORED, groups, 1))
        found.warnings.push_back("more than one keyword in the location: the first one counts");
    return found;
}

}  // namespace engine::text
