#include "fakes/google/parse.hpp"

#include <charconv>
#include <nlohmann/json.hpp>
#include <simdjson.h>

#include "fakes/google/body.hpp"
#include "fakes/google/limits.hpp"
#include "fakes/google/query.hpp"
#include "fakes/json_tree.hpp"

namespace fakes::google {
namespace {

using nlohmann::json;

std::string string_member(const json& object, const char* name) {
    const auto it = object.find(name);
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

/// Members of these names are strings, where they are there.
Refusal are_strings(const json& object, std::initializer_list<const char*> names) {
    for (const char* name : names)
        if (const auto it = object.find(name); it != object.end() && !it->is_string() && !it->is_null()) return bad_value(name);
    return {};
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
    if (deeper_than(body, limits::max_json_depth)) return refuse::parse_error("the body is nested too deep");
    json parsed = json_tree(body);
    if (!parsed.is_object()) return refuse::parse_error("the body is no JSON object");
    object = std::move(parsed);
    return {};
}

Refusal parse_channel(std::string_view body, ChannelBody& channel) {
    json object;
    if (Refusal refusal = read_object(body, object)) return refusal;
    if (Refusal refusal = are_strings(object, {"id", "type", "address", "token", "resourceId"})) return refusal;
    channel.id = string_member(object, "id");
    channel.type = string_member(object, "type");
    channel.address = string_member(object, "address");
    channel.token = string_member(object, "token");
    channel.resource_id = string_member(object, "resourceId");
    channel.expiration_ms = integer_member(object, "expiration");
    if (object.contains("expiration") && !object["expiration"].is_null() && !channel.expiration_ms) return bad_value("expiration");
    if (const auto params = object.find("params"); params != object.end() && !params->is_null()) {
        if (!params->is_object()) return bad_value("params");
        channel.ttl_s = integer_member(*params, "ttl");
        if (params->contains("ttl") && !channel.ttl_s) return bad_value("params.ttl");
    }
    return {};
}

Refusal parse_rule(std::string_view body, RuleBody& rule) {
    json object;
    if (Refusal refusal = read_object(body, object)) return refusal;
    if (Refusal refusal = are_strings(object, {"role"})) return refusal;
    rule.role = string_member(object, "role");
    if (const auto scope = object.find("scope"); scope != object.end() && !scope->is_null()) {
        if (!scope->is_object()) return bad_value("scope");
        if (Refusal refusal = are_strings(*scope, {"type", "value"})) return refusal;
        rule.scope_type = string_member(*scope, "type");
        rule.scope_value = string_member(*scope, "value");
    }
    return {};
}

Refusal parse_free_busy(std::string_view body, FreeBusyBody& query) {
    json object;
    if (Refusal refusal = read_object(body, object)) return refusal;
    if (Refusal refusal = are_strings(object, {"timeMin", "timeMax", "timeZone"})) return refusal;
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
    const auto most = [&](const char* name, int max, int& to) -> Refusal {
        if (!object.contains(name) || object[name].is_null()) return {};
        const std::optional<std::int64_t> value = integer_member(object, name);
        if (!value || *value < 1 || *value > max)
            return refuse::invalid("Invalid value for: " + std::string(name), std::string(name) + " is 1 to " + std::to_string(max), name);
        to = static_cast<int>(*value);
        return {};
    };
    if (Refusal r = most("calendarExpansionMax", limits::max_free_busy_calendars, query.calendars_max)) return r;
    if (Refusal r = most("groupExpansionMax", limits::max_free_busy_members, query.members_max)) return r;
    if (const auto items = object.find("items"); items != object.end() && !items->is_null()) {
        if (!items->is_array()) return bad_value("items");
        for (const json& item : *items) {
            if (!item.is_object()) return bad_value("items");
            if (Refusal refusal = are_strings(item, {"id"})) return refusal;
            query.ids.push_back(string_member(item, "id"));
        }
    }
    return {};
}

Refusal parse_vacation(std::string_view body, AutomaticReplies& replies, VacationMembers& members) {
    json object;
    if (read_object(body, object)) return refuse::gmail_invalid("Parse Error", "the body is no JSON object");
    const auto flag = [&](const char* name, bool& to) {
        const auto it = object.find(name);
        if (it != object.end() && !it->is_boolean() && !it->is_null()) return false;
        to = it != object.end() && it->is_boolean() && it->get<bool>();
        return true;
    };
    const auto time = [&](const char* name, std::optional<Instant>& to) {
        const auto it = object.find(name);
        if (it == object.end() || it->is_null()) return true;
        const std::optional<std::int64_t> ms = integer_member(object, name);
        if (!ms || *ms < 0 || *ms > 253'402'300'799'999) return false;  // the year 9999
        to = Instant{std::chrono::milliseconds{*ms}};
        return true;
    };
    if (!flag("enableAutoReply", replies.on) || !flag("restrictToContacts", members.only_contacts) ||
        !flag("restrictToDomain", members.only_domain) || !time("startTime", replies.from) || !time("endTime", replies.until) ||
        are_strings(object, {"responseSubject", "responseBodyHtml", "responseBodyPlainText"}))
        return refuse::gmail_invalid("Invalid value in vacation settings", "a member of the vacation settings has a wrong type");
    members.subject = string_member(object, "responseSubject");
    members.html = string_member(object, "responseBodyHtml");
    replies.message = string_member(object, "responseBodyPlainText");
    return {};
}

Refusal parse_calendar(std::string_view body, CalendarBody& calendar) {
    json object;
    if (Refusal refusal = read_object(body, object)) return refusal;
    const auto text = [&](const char* name, std::optional<std::string>& to) -> Refusal {
        const auto it = object.find(name);
        if (it == object.end()) return {};
        if (!it->is_string() && !it->is_null()) return bad_value(name);
        to = it->is_string() ? it->get<std::string>() : std::string();
        return to->size() > limits::max_short_text_bytes ? bad_value(name) : Refusal{};
    };
    const std::pair<const char*, std::optional<std::string>*> texts[] = {
        {"id", &calendar.id}, {"summary", &calendar.summary}, {"description", &calendar.description},
        {"location", &calendar.location}, {"timeZone", &calendar.zone}, {"summaryOverride", &calendar.summary_override},
        {"colorId", &calendar.color_id}, {"backgroundColor", &calendar.background}, {"foregroundColor", &calendar.foreground}};
    for (const auto& [name, to] : texts)
        if (Refusal r = text(name, *to)) return r;
    if (calendar.zone && !calendar.zone->empty() && recurrence::Zone::find_iana(*calendar.zone) == nullptr)
        return refuse::invalid("Invalid time zone definition.", "timeZone must be an IANA zone");
    const std::pair<const char*, std::optional<bool>*> flags[] = {{"selected", &calendar.selected}, {"hidden", &calendar.hidden}};
    for (const auto& [name, to] : flags) {
        const auto it = object.find(name);
        if (it == object.end()) continue;
        if (!it->is_boolean() && !it->is_null()) return bad_value(name);
        *to = it->is_boolean() && it->get<bool>();
    }
    if (const auto it = object.find("defaultReminders"); it != object.end()) {
        std::string list;
        if (Refusal r = merge_reminders(json{{"useDefault", false}, {"overrides", it->is_null() ? json::array() : *it}}, list)) return r;
        const std::size_t at = list.find('[');
        calendar.reminders = at == std::string::npos ? "[]" : list.substr(at, list.rfind(']') - at + 1);
    }
    return {};
}

bool parse_flat(std::string_view text, std::map<std::string, std::string>& members) {
    thread_local simdjson::dom::parser parser;
    simdjson::dom::object object;
    if (deeper_than(text, limits::max_json_depth) || parser.parse(text.data(), text.size()).get(object) != simdjson::SUCCESS) return false;
    for (const auto [name, value] : object) {
        std::string_view word;
        std::int64_t number = 0;
        if (value.get(word) == simdjson::SUCCESS) members[std::string(name)] = word;
        else if (value.get(number) == simdjson::SUCCESS) members[std::string(name)] = std::to_string(number);
    }
    return true;
}

}  // namespace fakes::google
