#pragma once
// Text as people count it: code points and columns on a terminal, not bytes.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sim {

/// Offset of the first byte that is not well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates).
std::optional<std::size_t> bad_utf8_at(std::string_view text);

std::u32string code_points(std::string_view utf8);  // malformed bytes become U+FFFD
std::size_t count_code_points(std::string_view utf8);

/// Columns of a terminal: 0 for combining marks and direction marks, 2 for wide East Asian letters and emoji, else 1.
int columns_of(char32_t c);

/// A character that moves a terminal's cursor or turns text around instead of being seen: C0, DEL, C1, bidi overrides and isolates.
bool is_control(char32_t c);
/// With every such character as a blank: what a file says may be printed.
std::string without_controls(std::string_view utf8);
void append_utf8(std::string& out, char32_t c);

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
std::string lower_ascii(std::string_view text);
std::string_view trimmed(std::string_view text);  // without blanks and line ends around

}  // namespace sim
