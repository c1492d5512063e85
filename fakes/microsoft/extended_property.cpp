#include "fakes/microsoft/extended_property.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>

#include "fakes/microsoft/ids.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

constexpr std::array<std::string_view, 13> property_types = {"String", "Integer", "Boolean", "SystemTime", "Double", "Binary", "CLSID", "Short", "Long", "Float", "Currency", "ApplicationTime", "Object"};
constexpr std::string_view array_suffix = "Array";

bool is_guid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : std::string_view("0123456789abcdefABCDEF").find(text[i]) == std::string_view::npos) return false;
    }
    return true;
}

bool is_tag(std::string_view text) {
    return text.size() > 2 && text.size() <= 10 && same_text(text.substr(0, 2), "0x") && text.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string_view::npos;
}

struct IdParts {
    std::string_view type, guid, kind, name;  // without a guid: name is a tag
};

std::optional<IdParts> id_parts(std::string_view id) {
    const std::size_t blank = id.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    IdParts out{id.substr(0, blank), {}, {}, id.substr(blank + 1)};
    if (is_tag(out.name)) return out;
    const bool braced = out.name.starts_with('{');
    const std::size_t end = braced ? 38 : 36;
    if (out.name.size() <= end + 1 || out.name[end] != ' ' || (braced && out.name[37] != '}')) return std::nullopt;
    out.guid = out.name.substr(braced ? 1 : 0, 36);
    out.name.remove_prefix(end + 1);
    const std::size_t second = out.name.find(' ');
    if (!is_guid(out.guid) || second == std::string_view::npos) return std::nullopt;
    out.kind = out.name.substr(0, second);
    out.name.remove_prefix(second + 1);
    const bool number = is_tag(out.name) || (!out.name.empty() && out.name.find_first_not_of("0123456789") == std::string_view::npos);
    if (!(same_text(out.kind, "Name") && !out.name.empty()) && !(same_text(out.kind, "Id") && number)) return std::nullopt;
    return out;
}

template <typename Number>
bool is_number(std::string_view text) {
    Number value{};
    if (text.starts_with('+')) text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

bool known_property_id(std::string_view id, bool multi) {
    const std::optional<IdParts> parts = id_parts(id);
    if (!parts) return false;
    std::string_view type = parts->type;
    if (multi) {
        if (type.size() <= array_suffix.size() || !same_text(type.substr(type.size() - array_suffix.size()), array_suffix)) return false;
        type.remove_suffix(array_suffix.size());
    }
    return std::any_of(property_types.begin(), property_types.end(), [&](std::string_view each) { return same_text(each, type); });
}

std::string property_identity(std::string_view id) {
    const std::optional<IdParts> parts = id_parts(id);
    if (!parts) return std::string(id);
    if (parts->guid.empty()) return lower(id);
    const bool named = same_text(parts->kind, "Name");
    return lower(parts->type) + " {" + lower(parts->guid) + (named ? "} Name " : "} Id ") + (named ? std::string(parts->name) : lower(parts->name));
}

bool fits_property(std::string_view id, std::string_view value) {
    std::string type = lower(id.substr(0, id.find(' ')));
    if (type.ends_with("array")) type.resize(type.size() - array_suffix.size());
    if (type == "integer") return is_number<std::int32_t>(value);
    if (type == "short") return is_number<std::int16_t>(value);
    if (type == "long" || type == "currency") return is_number<std::int64_t>(value);
    if (type == "double" || type == "float" || type == "applicationtime") return is_number<double>(value);
    if (type == "boolean") return same_text(value, "true") || same_text(value, "false") || value == "1" || value == "0";
    if (type == "systemtime") return parse_instant(value).has_value();
    if (type == "clsid") return is_guid(value.starts_with('{') && value.ends_with('}') ? value.substr(1, value.size() - 2) : value);
    if (type == "binary") return value.empty() || base64_decode(value).has_value();
    return true;
}

}  // namespace fakes::microsoft
