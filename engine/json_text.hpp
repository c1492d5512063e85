#pragma once
// JSON as text, the same way everywhere. Only for .cpp files: nlohmann's header is dear.
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>

namespace engine {

/// Bytes that are no UTF-8 become U+FFFD instead of an exception.
inline std::string dumped(const nlohmann::json& json) {
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// null for more than `limit_bytes`, a discarded value for what is no JSON: neither is an object.
inline nlohmann::json parsed(const std::string& body, std::size_t limit_bytes) {
    return body.size() > limit_bytes ? nlohmann::json() : nlohmann::json::parse(body, nullptr, false);
}

/// A string member; empty when `from` is no object, or has none.
inline std::string text_of(const nlohmann::json& from, const char* key) {
    if (!from.is_object()) return {};
    const auto found = from.find(key);
    return found != from.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace engine
