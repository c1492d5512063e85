#include "fakes/google/parse.hpp"

#include <charconv>
#include <nlohmann/json.hpp>

#include "fakes/google/body.hpp"
#include "fakes/google/limits.hpp"
#include "fakes/google/query.hpp"

namespace fakes::google {
namespace {

using nlohmann::json;

/// Nesting depth, before a tree is built: the parser itself would take any depth.
bool too_deep(std::string_view body) {
    int depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < body.size(); ++i) {
        const char c = body[i];
        if (in_string) {
            if (c == '\\') ++i;
            else if (c == '"') in_string = false;
            continue;
        }
        if (c == '"') in_string = true;
        if ((c == '{' || c == '[') && ++depth > limits::max_json_depth) return true;
        if (c == '}' || c == ']') --depth;
    }
    return false;
}

std::string string_member(const json& object, const char* name) {
    const auto it = object.find(name);
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

/// A number, or a digit string: both are int64 on Google's wire.
std::optional<std::int64_t> integer_member(const json& object, const char* name) {
    const auto it = object.find(name);
    if (it == object.end()) return std::nullopt;
    if (it->is_number_integer()) return it->get<std::int64_t>();
    if (!it->is_string()) return std::nullopt;
    const std::string& text = it->get_ref<const std::string&>();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

Refusal read_object(std::string_view body, json& object) {
    object = json::object();
    if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) return {};
    if (too_deep(body)) return refuse::parse_error("the body is nested too deep");
    json parsed = json::parse(body, nullptr, false);
    if (!parsed.is_object()) return refuse::parse_error("the body is no JSON object");
    object = std::move(parsed);
    return {};
}

Refusal parse_channel(std::string_view body, ChannelBody& channel) {
    json object;
    if (Refusal refusal = read_object(body, object)) return refusal;
    channel.id = string_member(object, "id");
    channel.type = string_member(object, "type");
    channel.address = string_member(object, "address");
    channel.token = string_member(object, "token");
    channel.resource_id = string_member(object, "resourceId");
    channel.expiration_ms = integer_member(object, "expiration");
    if (const auto params = object.find("params"); params != object.end() && params->is_object())
        channel.ttl_s = integer_member(*params, "ttl");
    return {};
}

Refusal parse_rule(std::string_view body, RuleBody& rule) {
    json object;
    if (Refusal refusal = read_object(body, object)) return refusal;
    rule.role = string_member(object, "role");
    if (const auto scope = object.find("scope"); scope != object.end() && scope->is_object()) {
        rule.scope_type = string_member(*scope, "type");
        rule.scope_value = string_member(*scope, "value");
    }
    return {};
}

Refusal parse_free_busy(std::string_view body, FreeBusyBody& query) {
    json object;
    if (Refusal refusal = read_object(body, object)) return refusal;
    const auto time = [&](const char* name, Seconds& to) -> Refusal {
        const std::string text = string_member(object, name);
        if (text.empty()) return refuse::required("Missing " + std::string(name) + " parameter.", name);
        const std::optional<ParsedTime> parsed = parse_date_time(text);
        if (!parsed || !parsed->has_offset)
            return refuse::bad_request(std::string(name) + " must be an RFC 3339 time with an offset (is '" + text + "')");
        to = parsed->at;
        return {};
    };
    if (Refusal r = time("timeMin", query.from)) return r;
    if (Refusal r = time("timeMax", query.to)) return r;
    if (query.to <= query.from) return refuse::time_range_empty("timeMax");
    query.zone = string_member(object, "timeZone");
    if (!query.zone.empty() && recurrence::Zone::find_iana(query.zone) == nullptr)
        return refuse::invalid("Invalid time zone definition.", "timeZone must be an IANA zone", "timeZone");
    if (const auto items = object.find("items"); items != object.end() && items->is_array())
        for (const json& item : *items)
            if (item.is_object()) query.ids.push_back(string_member(item, "id"));
    return {};
}

bool parse_flat(std::string_view text, std::map<std::string, std::string>& members) {
    if (too_deep(text)) return false;
    const json object = json::parse(text, nullptr, false);
    if (!object.is_object()) return false;
    for (const auto& [name, value] : object.items()) {
        if (value.is_string()) members[name] = value.get<std::string>();
        if (value.is_number_integer()) members[name] = std::to_string(value.get<std::int64_t>());
    }
    return true;
}

}  // namespace fakes::google
