#pragma once
// Texts of Graph's wire: percent encoding, OData's date-times, case.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fakes/hands.hpp"
#include "fakes/text.hpp"

namespace fakes::microsoft {

/// Everything but RFC 3986's unreserved characters; lower-case digits as in the service's nextLinks.
std::string percent_encode(std::string_view text, bool upper_case = false);

using Parameters = std::vector<std::pair<std::string, std::string>>;  // decoded, in order
Parameters parse_parameters(std::string_view query_or_form);
/// The first value of that name; empty when there is none.
std::string value_of(const Parameters& parameters, std::string_view name);
/// Whole seconds since 1970, as tokens say them (RFC 7519 2, NumericDate).
std::string seconds_of(Instant at);

/// `value` between two other texts.
std::string quoted(std::string_view before, std::string_view value, std::string_view after);
bool same_text(std::string_view a, std::string_view b);  // without regard to ASCII case

/// "2026-03-02T09:15:04.1230000Z"
void put_instant7(std::string& out, Instant at);
/// "2026-03-02T09:15:04Z", with milliseconds only where there are some
void put_instant(std::string& out, Instant at);
/// "2026-03-10T09:00:00.0000000"
void put_local7(std::string& out, LocalTime at);
/// "2026-03-10"
void put_date(std::string& out, Date date);
std::string http_date(Instant at);  // "Mon, 02 Mar 2026 09:15:04 GMT"

struct ParsedTime {
    LocalTime local{};
    std::chrono::milliseconds fraction{0};
    std::optional<std::chrono::minutes> offset;  // Z = 0; empty: none given
};
/// `yyyy-MM-ddTHH:mm[:ss[.f1-7]]` with an optional Z or +hh:mm; a date alone is midnight.
std::optional<ParsedTime> parse_time(std::string_view text);
std::optional<Date> parse_date(std::string_view text);
/// A time with offset; without one it counts as UTC.
std::optional<Instant> parse_instant(std::string_view text);

inline Instant utc(LocalTime local) { return Instant(std::chrono::duration_cast<std::chrono::milliseconds>(local.time_since_epoch())); }
inline LocalTime utc_wall_clock(Instant at) { return LocalTime(std::chrono::floor<std::chrono::seconds>(at.time_since_epoch())); }
inline Date date_of(LocalTime at) { return Date(std::chrono::floor<std::chrono::days>(at)); }

/// Words that stand where a tenant is named, and name none.
inline bool nobodys(std::string_view tenant) { return same_text(tenant, "common") || same_text(tenant, "organizations") || same_text(tenant, "consumers"); }

/// Compares secrets in time that depends on their length only.
bool same_secret(std::string_view a, std::string_view b);

}  // namespace fakes::microsoft
