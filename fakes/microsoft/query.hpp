#pragma once
// Query options and Prefer headers of a request.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fakes/microsoft/errors.hpp"
#include "fakes/microsoft/filter.hpp"
#include "fakes/microsoft/render.hpp"
#include "fakes/microsoft/text.hpp"
#include "fakes/recurrence/zones.hpp"

namespace fakes::microsoft {

struct Preferences {
    const recurrence::Zone* zone = nullptr;  // nullptr: UTC
    std::string zone_name;
    bool text_body = false;
    bool immutable_ids = false;
    bool minimal = false;  // writes are answered without the entity
    std::optional<int> page_size;
    std::string applied;  // Preference-Applied; empty: none
};
std::variant<Preferences, Fault> read_preferences(const std::vector<Header>& headers);

struct Query {
    Parameters all;         // as sent
    std::string all_again;  // the same without $skip, encoded, for nextLinks
    std::optional<int> top;
    std::size_t skip = 0;
    bool count = false;
    bool selects = false;
    std::vector<std::string> select;             // as sent
    std::string select_text, expand_text;        // as sent, decoded
    Expand expand;
    struct Order {
        std::string field;  // lower case
        bool descending = false;
    };
    std::vector<Order> order;
    std::shared_ptr<const FilterNode> filter;
    std::optional<std::string> window_start, window_end;
    std::optional<std::string> skip_token, delta_token;
};
std::variant<Query, Fault> read_query(std::string_view query);

/// Queries are asked again and again: what was read stays read, for a bounded number of texts.
class KnownQueries {
  public:
    std::variant<std::shared_ptr<const Query>, Fault> read(std::string_view text);

  private:
    std::map<std::string, std::shared_ptr<const Query>, std::less<>> known_;
};

/// Most clients send the same Prefer header all day: the last one that was read stays read.
class KnownPreferences {
  public:
    std::variant<std::shared_ptr<const Preferences>, Fault> read(const std::vector<Header>& headers);

  private:
    std::string text_;
    std::shared_ptr<const Preferences> last_;
    std::shared_ptr<const Preferences> none_ = std::make_shared<const Preferences>();
};

struct Window {
    Instant from{}, to{};
};
std::variant<Window, Fault> window_of(const Query& query);

/// The name in an open extension's id, which may be the name alone.
std::string extension_name(std::string_view id);
/// The parameters of the next page, percent-encoded.
std::string next_page(const Query& query, std::size_t skip);

}  // namespace fakes::microsoft
