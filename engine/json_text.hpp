#pragma once
// JSON as text, the same way everywhere.
#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace engine {

/// Bytes that are no UTF-8 become U+FFFD instead of an exception.
std::string dumped(const nlohmann::json& json);
/// Appends a string with its quotes. The text is taken to be UTF-8: what came out of JSON, or was written here.
void append_json_text(std::string& out, std::string_view text);
/// null for more than `limit_bytes`, a discarded value for what is no JSON: neither is an object.
nlohmann::json parsed(const std::string& body, std::size_t limit_bytes);
/// A string member; empty when `from` is no object, or has none.
std::string text_of(const nlohmann::json& from, const char* key);

}  // namespace engine
