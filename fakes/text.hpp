#pragma once
// Texts of the wire that services of all vendors write and read alike: JSON by appending, percent signs, digits, case.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace fakes {

/// Appends `text` as a JSON string, quotes included; bytes that are no UTF-8 become U+FFFD.
void put_json(std::string& out, std::string_view text);
/// `"name":`, with a comma before it unless an object or a list was just opened. Names are the service's own: nothing in them is escaped.
void put_name(std::string& out, std::string_view name);
/// `"name":"text"`, the same way.
void put_member(std::string& out, std::string_view name, std::string_view text);

/// `+` is a blank only in queries and forms; a percent sign without two digits behind it stays.
std::string percent_decode(std::string_view text, bool plus_is_blank);
/// Of one hexadecimal digit; -1: it is none.
int hex_value(char c);
/// The number that exactly `count` digits at `from` say.
std::optional<int> digits_at(std::string_view text, std::size_t from, std::size_t count);
/// ASCII letters to lower case.
std::string lower(std::string_view text);

}  // namespace fakes
