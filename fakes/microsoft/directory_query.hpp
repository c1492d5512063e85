#pragma once
// Lists whose rows are few members: of the directory, and of a mailbox's calendars. Their options, and rows as name and value.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "fakes/microsoft/errors.hpp"
#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {

using Members = std::vector<std::pair<std::string_view, std::string>>;  // name and JSON value

std::string json_text(std::string_view text);
std::string json_or_null(std::string_view text);

/// `out` holds what comes before; the first `by_default` members come without $select.
std::optional<Fault> put_selected(std::string& out, const Members& members, std::size_t by_default, const std::vector<std::string>& select, std::string_view type);

struct DirectoryQuery {
    std::vector<std::string> select;
    std::size_t top = limits::users_default, skip = 0;
    bool count = false;
    std::string filter;
    Parameters rest;  // for nextLinks
};
/// `skips`: whether $skip is known beside $skiptoken.
std::variant<DirectoryQuery, Fault> read_directory_query(std::string_view text, bool skips = false);

using Predicate = std::function<bool(const Members&)>;
/// Terms joined by `and`: `mail eq 'x'`, `startswith(displayName,'x')`, `accountEnabled eq true`. Empty: something else, or a
/// name that is not among `names`.
std::optional<std::vector<Predicate>> predicates(std::string_view filter, const std::vector<std::string_view>& names);

}  // namespace fakes::microsoft
