#pragma once
// A scenario file as a strict tree: maps, lists and texts, each with its place. No YAML magic survives this reader: no
// booleans, no octals, no anchors, no tags, one document.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/diagnostic.hpp"

namespace sim {

struct YamlEntry;

struct YamlNode {
    enum class Kind { nothing, text, list, map };
    Kind kind = Kind::nothing;
    bool quoted = false;            // text in quotes or a block (| or >)
    std::string text;
    std::vector<YamlNode> items;    // of a list
    std::vector<YamlEntry> entries; // of a map, in the file's order
    Place place;

    const YamlEntry* find(std::string_view key) const;
};

struct YamlEntry {
    std::string key;
    Place place;
    bool colon = true;  // false: a lone word between commas of { }: `{ repeats: weekly on mon, wed until ... }`
    YamlNode value;
};

struct YamlTree {
    YamlNode root;
    std::vector<Diagnostic> mistakes;
    bool whole = false;  // read to the end: what the keys say can be checked in spite of mistakes
};

/// Never throws. Limits: kScenarioBytesMax (loader.hpp), nesting of 12. `kind` is what messages call the file.
YamlTree read_yaml(std::string_view text, std::string_view kind = "scenario");

}  // namespace sim
