#pragma once
// The small readers that all request bodies share: a JSON value to a value of ours, or the service's refusal.
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json_fwd.hpp>

#include "fakes/microsoft/errors.hpp"
#include "fakes/microsoft/event.hpp"

namespace fakes::microsoft::reading {

/// Thrown by the readers, caught where the body's reading began.
struct Refused {
    Fault fault;
};
[[noreturn]] void refuse(Fault fault);

/// The body as an object, its depth looked at before any parser does.
nlohmann::json parsed(std::string_view body);

/// The value as messages show it, cut.
std::string shown(const nlohmann::json& value);
const nlohmann::json& object(const nlohmann::json& value, std::string_view what);
const nlohmann::json& array(const nlohmann::json& value, std::string_view what);
std::string text(const nlohmann::json& value);  // null: empty
bool boolean(const nlohmann::json& value);
int number(const nlohmann::json& value);
Moment moment(const nlohmann::json& value, std::string_view what);
/// An annotation ("x@odata.type") says nothing that counts here.
inline bool annotation(std::string_view name) { return name.find('@') != std::string_view::npos; }

template <typename Parse>
auto word(const nlohmann::json& value, Parse parse, std::string_view type) {
    const auto found = parse(text(value));
    if (!found) refuse(errors::bad_literal(text(value).substr(0, 80), type));
    return *found;
}

}  // namespace fakes::microsoft::reading
