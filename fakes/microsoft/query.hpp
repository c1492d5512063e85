#pragma once
// Query options and Prefer headers of a request.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fakes/microsoft/errors.hpp"
#include "fakes/microsoft/filter.hpp"
#include "fakes/microsoft/text.hpp"
#include "fakes/recurrence/zones.hpp"

namespace fakes::microsoft {

struct Preferences {
    const recurrence::Zone* zone = nullptr;  // nullptr: UTC
    std::string zone_name;
    bool text_body = false;
    std::optional<int> page_size;
    std::string applied;  // Preference-Applied; empty: none
};
std::variant<Preferences, Fault> read_preferences(const std::vector<Header>& headers);

struct Query {
    Parameters all;  // as sent, for nextLinks
    std::optional<int> top;
    std::size_t skip = 0;
    bool count = false;
    bool selects = false;
    std::vector<std::string> select;             // as sent
    bool expands_properties = false;
    std::vector<std::string> expand_properties;  // ids of extended properties
    struct Order {
        std::string field;  // lower case
        bool descending = false;
    };
    std::vector<Order> order;
    std::shared_ptr<const FilterNode> filter;
    std::optional<std::string> window_start, window_end;

    /// Nothing that changes one event's rendering.
    bool plain() const { return !selects && !expands_properties; }
};
std::variant<Query, Fault> read_query(std::string_view query);

struct Window {
    Instant from{}, to{};
};
std::variant<Window, Fault> window_of(const Query& query);

/// The parameters of the next page, percent-encoded.
std::string next_page(const Query& query, std::size_t skip);

}  // namespace fakes::microsoft
