#pragma once
// Small pieces of the wire: times, JSON strings, UUIDs, percent signs.
#include <optional>
#include <string>
#include <string_view>

#include "fakes/server.hpp"

namespace fakes::wire_text {

/// "2025-03-04T09:00:00.000Z"; 0 to 7 fractional digits, of which three count. UTC only, no offset.
std::optional<Instant> read_time(std::string_view text);
std::string write_time(Instant when);
/// "Mon, 02 Mar 2026 07:00:00 GMT" (IMF-fixdate, RFC 9110 section 5.6.7), whole seconds.
std::string write_http_date(Instant when);
std::optional<Instant> read_http_date(std::string_view text);
/// Appends `text` as a JSON string, quotes included.
void append_string(std::string& out, std::string_view text);
bool is_uuid(std::string_view text);  // lower or upper case hex
std::optional<std::string> percent_decode(std::string_view text);
std::string percent_encode(std::string_view text);
/// The decoded value of `name` in a query string; nullopt when absent or malformed.
std::optional<std::string> query_value(std::string_view query, std::string_view name);

}  // namespace fakes::wire_text
