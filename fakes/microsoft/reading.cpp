#include "fakes/microsoft/reading.hpp"

#include <nlohmann/json.hpp>

#include "fakes/json_tree.hpp"
#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft::reading {

using nlohmann::json;

std::string shown(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace).substr(0, 80); }

void refuse(Fault fault) { throw Refused{std::move(fault)}; }

json parsed(std::string_view body) {
    if (deeper_than(body, limits::json_depth)) refuse(errors::body_unreadable("it is nested too deeply"));
    json value = json_tree(body);
    if (value.is_discarded()) refuse(errors::body_unreadable("it is no JSON"));
    if (!value.is_object()) refuse(errors::body_unreadable("it is no JSON object"));
    return value;
}

const json& object(const json& value, std::string_view what) {
    if (!value.is_object()) refuse(errors::body_unreadable(std::string(what) + " is an object"));
    return value;
}
const json& array(const json& value, std::string_view what) {
    if (!value.is_array()) refuse(errors::body_unreadable(std::string(what) + " is an array"));
    return value;
}
std::string text(const json& value) {
    if (value.is_null()) return {};
    if (!value.is_string()) refuse(errors::bad_literal(shown(value), "Edm.String"));
    return value.get<std::string>();
}
bool boolean(const json& value) {
    if (!value.is_boolean()) refuse(errors::bad_literal(shown(value), "Edm.Boolean"));
    return value.get<bool>();
}
int number(const json& value) {
    // An unsigned beyond int64 would turn negative: both ends are looked at in the value's own type.
    const bool fits = value.is_number_unsigned() ? value.get<std::uint64_t>() <= 2'147'483'647u
                                                 : value.is_number_integer() && value.get<std::int64_t>() >= -2'147'483'647;
    if (!fits) refuse(errors::bad_literal(shown(value), "Edm.Int32"));
    return value.get<int>();
}

Moment moment(const json& value, std::string_view what) {
    object(value, what);
    Moment out;
    bool timed = false;
    for (const auto& [name, member] : value.items()) {
        if (name == "dateTime") {
            // Recorded: a Z or offset here is not honoured, the digits are a wall clock in timeZone.
            const std::optional<ParsedTime> time = parse_time(text(member));
            if (!time) refuse(errors::property_invalid("dateTime is not a date-time: " + text(member).substr(0, 40)));
            out.local = time->local;
            timed = true;
        } else if (name == "timeZone") {
            out.zone_name = text(member);
        } else if (!annotation(name)) {
            refuse(errors::unknown_property(name, "microsoft.graph.dateTimeTimeZone"));
        }
    }
    if (!timed) refuse(errors::property_invalid(std::string(what) + " has no dateTime."));
    out.zone = recurrence::Zone::find(out.zone_name);
    if (!out.zone) refuse(errors::zone_not_supported(out.zone_name.substr(0, 80)));
    return out;
}

}  // namespace fakes::microsoft::reading
