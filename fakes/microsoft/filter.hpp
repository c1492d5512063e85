#pragma once
// $filter over events: the subset of OData that the service takes on them.
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fakes/microsoft/errors.hpp"
#include "fakes/microsoft/mailbox.hpp"

namespace fakes::microsoft {

struct FilterNode {
    enum class Kind { all_of, any_of, negation, comparison, starts_with, contains, any_category, any_property };
    enum class Operator { eq, ne, gt, ge, lt, le };
    Kind kind = Kind::comparison;
    Operator op = Operator::eq;
    std::string field;    // lower case; within any(): the variable's path, "" or "id" or "value"
    bool of_variable = false;
    std::string literal;
    bool literal_quoted = false;
    std::string cast;     // "edm.int32" and its like around a variable's value; empty: none
    std::vector<FilterNode> children;
};

std::variant<std::shared_ptr<const FilterNode>, Fault> parse_filter(std::string_view text);
bool matches(const FilterNode& filter, const Mailbox& mailbox, const Entry& entry);
/// -1, 0, 1 by a time that $orderby names.
int compare_by(std::string_view field, const Entry& a, const Entry& b);
bool orderable(std::string_view field);

}  // namespace fakes::microsoft
