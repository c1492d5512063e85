#pragma once
// HTML to plain text for agenda and notes: one pass, linear, bounded.
#include <cstddef>
#include <string>
#include <string_view>

namespace engine::text {

/// Line breaks for br, p, div, li, tr, headings; a space between table cells; entities decoded; comments, scripts,
/// styles and titles dropped; runs of white space folded; at most two line breaks in a row. Stops, on a UTF-8
/// boundary, after `limit_bytes` of output.
std::string html_to_text(std::string_view html, std::size_t limit_bytes = 262'144);

/// At most `limit_bytes` of `text`, cut on a UTF-8 boundary.
std::string_view cut_utf8(std::string_view text, std::size_t limit_bytes);

}  // namespace engine::text
