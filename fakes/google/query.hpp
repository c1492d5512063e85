#pragma once
// A request's target and form bodies, taken apart: path segments, parameters, RFC 3339 times.
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fakes/google/errors.hpp"
#include "fakes/google/event.hpp"

namespace fakes::google {

class Parameters {
  public:
    Parameters() = default;
    explicit Parameters(std::string_view query);

    const std::string* find(std::string_view name) const;
    std::vector<std::string> all(std::string_view name) const;
    bool has(std::string_view name) const { return find(name) != nullptr; }
    const std::vector<std::pair<std::string, std::string>>& list() const { return list_; }

    /// Checked readings: the value stays untouched when the parameter is absent.
    Refusal flag(std::string_view name, bool& value) const;
    Refusal number(std::string_view name, int min, int max, int& value) const;
    Refusal time(std::string_view name, std::optional<Seconds>& value) const;
    Refusal one_of(std::string_view name, std::initializer_list<std::string_view> names) const;

  private:
    std::vector<std::pair<std::string, std::string>> list_;
};

struct Target {
    std::vector<std::string> path;  // decoded segments
    Parameters parameters;
};
Target split(std::string_view target);

/// RFC 3339 with or without offset. `has_offset` false: `at` is the wall clock as if it were UTC. Fractions are cut.
struct ParsedTime {
    Seconds at{};
    bool has_offset = false;
};
std::optional<ParsedTime> parse_date_time(std::string_view text);
std::optional<Seconds> parse_date(std::string_view text);  // yyyy-mm-dd, at 00:00 UTC

}  // namespace fakes::google
