#pragma once
// JSON written by appending to a string: the answers need no document tree.
#include <string>
#include <string_view>

namespace fakes::google {

/// Appends `text` as a JSON string with its quotes; bytes that are no UTF-8 become U+FFFD.
void append_json(std::string& out, std::string_view text);

/// Appends `"name":` with a comma before it unless the object was just opened.
inline void append_name(std::string& out, std::string_view name) {
    if (!out.empty() && out.back() != '{' && out.back() != '[') out += ',';
    out += '"';
    out += name;
    out += "\":";
}
inline void append_member(std::string& out, std::string_view name, std::string_view text) {
    append_name(out, name);
    append_json(out, text);
}

/// ASCII letters to lower case: addresses, search words.
std::string lower(std::string_view text);

/// True when `text` is well-formed UTF-8 (RFC 3629).
bool is_utf8(std::string_view text);

std::string base64url(std::string_view bytes);              // without padding
/// Standard or URL alphabet, padding optional; false on anything else.
bool from_base64(std::string_view text, std::string& bytes);

}  // namespace fakes::google
