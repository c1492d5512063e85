#include "sim/scenario/schema.hpp"

#include <nlohmann/json.hpp>

#include "sim/scenario/policies.hpp"
#include "sim/scenario/requirements.hpp"
#include "sim/scenario/vocabulary.hpp"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

Json scalar() { return {{"type", {"string", "number", "boolean"}}}; }
Json one_or_list(const Json& one) { return {{"anyOf", Json::array({one, Json{{"type", "array"}, {"items", one}}})}}; }
Json texts() {
    return one_or_list(scalar());
}
Json words(std::string_view choices) {
    Json out;
    bool flag = false;
    for (std::string_view left = choices; !left.empty();) {
        const std::string_view one = left.substr(0, left.find('|'));
        left.remove_prefix(std::min(left.size(), one.size() + 1));
        out["enum"].push_back(one);
        flag = flag || one == "yes";
    }
    // An editor's YAML may read yes and no as booleans.
    if (flag) out["enum"].push_back(true), out["enum"].push_back(false);
    return out;
}

Json map_of(std::span<const KeyRow> rows);

/// Quoted, too: a number is read from its digits.
Json whole_number() {
    return {{"type", {"integer", "string"}}, {"minimum", 0}, {"maximum", 1'000'000}, {"pattern", "^0*(1000000|[0-9]{1,6})$"}};
}
Json duration() { return {{"type", "string"}, {"pattern", "^ *[0-9]"}}; }

Json meetings() {
    const Json one{{"anyOf", Json::array({scalar(), Json{{"$ref", "#/definitions/meeting"}}})}};
    return one_or_list(one);
}

Json form(const KeyRow& row) {
    Json out;
    switch (row.takes) {
        case Takes::word: out = words(row.choices); break;
        case Takes::flag: out = words("yes|no|true|false"); break;
        case Takes::number: out = whole_number(); break;
        case Takes::duration: out = duration(); break;
        case Takes::how_often: out = {{"anyOf", Json::array({whole_number(), words("once|twice|none|never")})}}; break;
        case Takes::texts:
        case Takes::people: out = texts(); break;
        case Takes::meetings: out = meetings(); break;
        case Takes::responses:
            out = {{"type", "object"}, {"additionalProperties", words("accepted|declined|tentative|none|organizer")}};
            break;
        case Takes::language_texts: out = {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}}; break;
        case Takes::room_mailbox: out = map_of(room_mailbox_keys()); break;
        case Takes::organisation: out = map_of(organisation_keys()); break;
        case Takes::people_table:
            out = {{"type", "object"},
                   {"minProperties", 1},
                   {"additionalProperties", {{"anyOf", Json::array({Json{{"type", "null"}}, map_of(person_keys())})}}}};
            break;
        case Takes::policy_table:
            out = {{"type", "object"}, {"additionalProperties", false}};
            for (const PolicyRow& policy : policies()) {
                Json one = policy.kind == PolicyRow::Kind::choice     ? words(policy.choices)
                           : policy.kind == PolicyRow::Kind::flag     ? words("yes|no|true|false")
                           : policy.kind == PolicyRow::Kind::duration ? duration()
                                                                      : whole_number();
                one["description"] =
                    std::string(policy.meaning) + ". Default: " + std::string(policy.standard) + " (" + std::string(policy.why) + ")";
                out["properties"][std::string(policy.name)] = std::move(one);
            }
            break;
        case Takes::story: out = {{"type", "array"}, {"items", {{"$ref", "#/definitions/step"}}}}; break;
        case Takes::expectations:
            out = {{"type", "array"}, {"minItems", 1}, {"items", {{"$ref", "#/definitions/expectation"}}}};
            break;
        case Takes::invariants: {
            Json one;
            for (const InvariantRow& invariant : invariant_rows()) one["enum"].push_back(invariant.name);
            out = one_or_list(one);
            break;
        }
        case Takes::ids: {
            Json any;
            for (const Requirement& requirement : requirements())
                any.push_back({{"const", requirement.id}, {"description", requirement.sentence}});
            out = one_or_list({{"oneOf", any}});
            break;
        }
        case Takes::providers: {
            out = one_or_list(words("microsoft|google"));
            out["anyOf"].back()["minItems"] = 1;
            out["anyOf"].back()["uniqueItems"] = true;
            break;
        }
        default: out = scalar();
    }
    out["description"] = row.meaning;
    return out;
}

Json map_of(std::span<const KeyRow> rows) {
    Json out{{"type", "object"}, {"additionalProperties", false}};
    for (const KeyRow& row : rows) {
        out["properties"][std::string(row.name)] = form(row);
        if (row.required) out["required"].push_back(row.name);
    }
    return out;
}

/// A map, or what stands for one of its keys.
Json map_or_short(std::span<const KeyRow> rows, std::string_view short_key) {
    Json map = map_of(rows);
    Json any = Json::array({std::move(map)});
    bool all_optional = true;
    for (const KeyRow& row : rows) {
        all_optional = all_optional && !row.required;
        if (row.name == short_key) any.push_back(form(row));
    }
    if (all_optional) any.push_back({{"type", "null"}});
    return any.size() == 1 ? any.front() : Json{{"anyOf", any}};
}

/// Also a list of its maps.
Json one_or_several(Json value) {
    if (!value.contains("anyOf")) value = Json{{"anyOf", Json::array({std::move(value)})}};
    value["anyOf"].push_back({{"type", "array"}, {"items", value["anyOf"].front()}});
    return value;
}

std::string described(std::string_view meaning, std::string_view example) {
    return std::string(meaning) + "\n\n    " + std::string(example);
}

const char* const kKey = "[a-z][a-z0-9-]*";

Json step() {
    Json out{{"type", "object"}, {"additionalProperties", false}, {"required", {"at"}}};
    out["properties"]["at"] = {{"type", {"string", "number"}},
                               {"description", "when: 09:00, 2026-03-04 08:30, +5m, tomorrow 09:00, next monday 09:00"}};
    for (const ActRow& row : act_rows()) {
        Json value = one_or_several(map_or_short(row.keys, row.short_key));
        value["description"] = described(row.meaning, row.example);
        const std::string verb(row.verb);
        if (row.actor == Actor::person) {
            // The administrator shares too; the person's pattern must not catch it.
            out["patternProperties"]["^(?!(admin|provider|engine|network|kms|device) )" + std::string(kKey) + " " + verb + "$"] = std::move(value);
        } else if (row.actor == Actor::device) {
            out["patternProperties"]["^device " + std::string(kKey) + " " + verb + "$"] = std::move(value);
        } else {
            out["properties"][std::string(word_of(row.actor)) + (verb.empty() ? "" : " " + verb)] = std::move(value);
        }
    }
    return out;
}

Json claims(bool with_time) {
    Json out{{"type", "object"}, {"additionalProperties", false}};
    if (with_time) {
        out["properties"]["at"] = {{"type", {"string", "number"}}, {"description", "at this moment"}};
        out["properties"]["between"] = {{"type", "string"}, {"pattern", "[^ ] +and +[^ ]"}, {"description", "comes true in the span and stays so to its end: 09:55 and 09:55:05"}};
        out["properties"]["from"] = {{"type", "string"}, {"description", "holds throughout: 09:00 until 10:00"}};
        out["properties"]["until"] = {{"type", "string"}, {"description", "end of `from`"}};
        out["properties"]["always"] = {{"$ref", "#/definitions/claims"}};
        for (const char* time : {"at", "between", "from", "always"}) out["oneOf"].push_back({{"required", {time}}});
        out["dependencies"]["until"] = {"from"};
    } else {
        for (const InvariantRow& invariant : invariant_rows())
            out["properties"][std::string(invariant.name)] = {{"enum", {true, "yes"}}, {"description", invariant.meaning}};
    }
    for (const ClaimRow& row : claim_rows()) {
        Json value = one_or_several(map_or_short(row.keys, row.short_key));
        value["description"] = described(row.meaning, row.example);
        const std::string phrase(row.phrase);
        if (row.subject == Subject::none) out["properties"][phrase] = std::move(value);
        else out["patternProperties"]["^" + phrase + " " + kKey + "$"] = std::move(value);
    }
    return out;
}

}  // namespace

std::string scenario_json_schema() {
    Json out{{"$schema", "http://json-schema.org/draft-07/schema#"},
             {"title", "calrig scenario"},
             {"description", "Made from the language's own table; `calrig schema` prints it."}};
    out.update(map_of(scenario_keys()));
    out["definitions"]["meeting"] = map_of(meeting_keys());
    out["definitions"]["step"] = step();
    out["definitions"]["claims"] = claims(false);
    out["definitions"]["expectation"] = claims(true);
    return out.dump(1) + "\n";
}

}  // namespace sim
