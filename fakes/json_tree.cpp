#include "fakes/json_tree.hpp"

#include <simdjson.h>

#include <nlohmann/json.hpp>

namespace fakes {
namespace {

using nlohmann::json;

json copied(simdjson::dom::element element) {
    switch (element.type()) {
        case simdjson::dom::element_type::OBJECT: {
            json::object_t object;
            for (const auto [name, value] : simdjson::dom::object(element)) object.insert_or_assign(std::string(name), copied(value));
            return object;
        }
        case simdjson::dom::element_type::ARRAY: {
            json::array_t array;
            for (const simdjson::dom::element value : simdjson::dom::array(element)) array.push_back(copied(value));
            return array;
        }
        case simdjson::dom::element_type::INT64: {
            const std::int64_t number = std::int64_t(element);
            // As the other parser has it: what has no sign is unsigned.
            return number >= 0 ? json(static_cast<std::uint64_t>(number)) : json(number);
        }
        case simdjson::dom::element_type::UINT64: return std::uint64_t(element);
        case simdjson::dom::element_type::DOUBLE: return double(element);
        case simdjson::dom::element_type::STRING: return std::string_view(element);
        case simdjson::dom::element_type::BOOL: return bool(element);
        case simdjson::dom::element_type::NULL_VALUE: break;
    }
    return nullptr;
}

}  // namespace

bool deeper_than(std::string_view text, std::size_t levels) {
    std::size_t depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c == '\\') ++i;
            else if (c == '"') quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            if (++depth > levels) return true;
        } else if ((c == '}' || c == ']') && depth > 0) {
            --depth;
        }
    }
    return false;
}

json json_tree(std::string_view text) {
    static thread_local simdjson::dom::parser parser;
    simdjson::dom::element root;
    if (parser.parse(text.data(), text.size()).get(root) == simdjson::SUCCESS) return copied(root);
    // Rare: no JSON, or numbers beyond 64 bits, which are still JSON.
    return json::parse(text, nullptr, false);
}

}  // namespace fakes
