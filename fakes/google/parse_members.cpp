// Members of an Event body that have rules of their own: extended properties and reminders (facts/google.md 5).
#include <algorithm>
#include <nlohmann/json.hpp>

#include "fakes/google/body.hpp"
#include "fakes/google/limits.hpp"

namespace fakes::google {

using nlohmann::json;

Refusal bad_value(const char* name) {
    return refuse::invalid(std::string("Invalid value for: ") + name,
                           std::string("member ") + name + " has a wrong type or value");
}

Refusal merge_properties(const json& values, Properties& to) {
    if (values.is_null()) {
        to.clear();
        return {};
    }
    if (!values.is_object()) return bad_value("extendedProperties");
    for (const auto& [key, value] : values.items()) {
        if (key.size() > limits::max_property_key_chars) continue;  // dropped without a word, as the guide says
        const auto at = std::lower_bound(to.begin(), to.end(), key,
                                         [](const auto& property, const std::string& k) { return property.first < k; });
        const bool there = at != to.end() && at->first == key;
        if (value.is_null()) {
            if (there) to.erase(at);
            continue;
        }
        if (!value.is_string()) return bad_value("extendedProperties");
        std::string text = value.get<std::string>();
        if (text.size() > limits::max_property_value_chars) {
            std::size_t cut = limits::max_property_value_chars;
            while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0u) == 0x80u) --cut;  // whole characters
            text.resize(cut);
        }
        if (there)
            at->second = std::move(text);
        else
            to.emplace(at, key, std::move(text));
    }
    std::size_t bytes = 0;
    for (const auto& [key, value] : to) bytes += key.size() + value.size();
    if (to.size() > limits::max_properties || bytes > limits::max_properties_bytes)
        return refuse::invalid("Invalid value for: extendedProperties", "at most 300 properties and 32 kB per event");
    return {};
}

Refusal merge_reminders(const json& value, std::string& to) {
    if (value.is_null()) {
        to.clear();
        return {};
    }
    if (!value.is_object()) return bad_value("reminders");
    json merged = to.empty() ? json::object() : json::parse(to, nullptr, false);
    if (!merged.is_object()) merged = json::object();
    merged.merge_patch(value);
    const auto member = [](const json& object, const char* name) -> const json* {
        if (!object.is_object()) return nullptr;
        const auto it = object.find(name);
        return it == object.end() ? nullptr : &*it;
    };
    const json* by_default = member(merged, "useDefault");
    const bool use_default = by_default != nullptr && by_default->is_boolean() && by_default->get<bool>();
    const json* overrides = member(merged, "overrides");
    if (overrides != nullptr && !overrides->is_array()) return bad_value("reminders");
    std::string list;
    std::size_t count = 0;
    if (overrides != nullptr)
        for (const json& entry : *overrides) {
            const json* method = member(entry, "method");
            const json* minutes = member(entry, "minutes");
            if (method == nullptr || (*method != "email" && *method != "popup") || minutes == nullptr ||
                !minutes->is_number_integer() || minutes->get<std::int64_t>() < 0 ||
                minutes->get<std::int64_t>() > limits::max_reminder_minutes || ++count > limits::max_reminder_overrides)
                return bad_value("reminders");
            list += (list.empty() ? "" : ",") + std::string("{\"method\":\"") + method->get<std::string>() +
                    "\",\"minutes\":" + std::to_string(minutes->get<std::int64_t>()) + "}";
        }
    if (use_default && count != 0)
        return refuse::invalid("Cannot specify both default reminders and overrides at the same time.",
                               "reminders.overrides needs useDefault false");
    if (use_default)
        to.clear();
    else
        to = "{\"useDefault\":false" + (list.empty() ? "" : ",\"overrides\":[" + list + "]") + "}";
    return {};
}

}  // namespace fakes::google
