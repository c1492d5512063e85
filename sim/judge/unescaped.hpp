#pragma once
// Undoes the escapes that text carries on its way, so that a secret is found however many of its letters were escaped.
#include <optional>
#include <string>
#include <string_view>

namespace sim {

/// `text` with percent escapes (RFC 3986 2.1), JSON's (RFC 8259 7) and HTML's character references undone, also escapes
/// within escapes; nothing when it holds none.
std::optional<std::string> unescaped(std::string_view text);

/// Appends the character that the HTML reference at the beginning of `text` ("&amp;", "&#x17C;") stands for; the reference's
/// length, or 0 when it is none.
std::size_t take_reference(std::string_view text, std::string& out);

}  // namespace sim
