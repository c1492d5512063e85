// Members of an Event body that have rules of their own: extended properties and reminders (facts/google.md 5).
#include <algorithm>
#include <nlohmann/json.hpp>

#include "fakes/google/body.hpp"
#include "fakes/google/limits.hpp"

namespace fakes::google {

using nlohmann::json;

const json* member(const json& object, const char* name) {
    const auto it = object.find(name);
    return it == object.end() ? nullptr : &*it;
}

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

Refusal check_kept_member(Opaque which, const json& value) {
    const std::string name(name_of(which));
    const auto is_one_of = [&](const char* member, std::initializer_list<std::string_view> values) {
        const auto it = value.find(member);
        if (it == value.end() || it->is_null()) return true;
        return it->is_string() && std::find(values.begin(), values.end(), std::string_view(it->get_ref<const std::string&>())) != values.end();
    };
    const auto wrong = [&](const char* member) { return bad_value((name + "." + member).c_str()); };
    if (which == Opaque::attachments) {
        if (value.size() > limits::max_attachments) return bad_value(name.c_str());
        for (const json& each : value)
            if (!each.is_object() || !each.contains("fileUrl") || !each["fileUrl"].is_string()) return refuse::required("Missing file URL of an attachment.", "attachments.fileUrl");
    }
    if (which == Opaque::out_of_office || which == Opaque::focus_time) {
        if (!is_one_of("autoDeclineMode", {"declineNone", "declineAllConflictingInvitations", "declineOnlyNewConflictingInvitations"})) return wrong("autoDeclineMode");
        if (const auto message = value.find("declineMessage"); message != value.end() && !message->is_null() && (!message->is_string() || message->get_ref<const std::string&>().size() > limits::max_short_text_bytes)) return wrong("declineMessage");
    }
    if (which == Opaque::focus_time && !is_one_of("chatStatus", {"available", "doNotDisturb"})) return wrong("chatStatus");
    if (which == Opaque::working_location && !is_one_of("type", {"homeOffice", "officeLocation", "customLocation"})) return wrong("type");
    if (which == Opaque::birthday && !is_one_of("type", {"birthday"})) return wrong("type");  // the others come from Contacts (events, "birthdayProperties")
    return {};
}

void note_auto_decline(EventRest& rest, const json& value) {
    const std::string mode = value.value("autoDeclineMode", "declineNone");
    rest.declines = mode == "declineAllConflictingInvitations" ? AutoDecline::all : mode == "declineOnlyNewConflictingInvitations" ? AutoDecline::new_ones : AutoDecline::none;
    const auto message = value.find("declineMessage");
    rest.decline_message = message != value.end() && message->is_string() ? message->get<std::string>() : std::string();
}

// Guides "status events" and "create events, birthdays": what an event of a type must look like.
Refusal check_status_event(const Edit& edit) {
    const Event& event = edit.event;
    const std::string& type = event.rest->event_type;
    if (type == "outOfOffice" || type == "focusTime") {
        if (!event.start.all_day && event.attendees.empty()) return {};
        return refuse::event_type_restriction(type == "outOfOffice" ? "malformedOutOfOfficeEvent" : "malformedFocusTimeEvent",
                                              "A status event has times, is not all-day and has no attendees.");
    }
    if (type == "workingLocation") {
        const auto kept = event.rest->opaque.find(Opaque::working_location);
        const json value = kept == event.rest->opaque.end() ? json() : json::parse(kept->second, nullptr, false);
        if (value.is_object() && value.contains("type") && edit.own.visibility == Visibility::public_ && edit.own.transparent && event.attendees.empty()) return {};
        return refuse::event_type_restriction("malformedWorkingLocationEvent",
                                              "A working location event has workingLocationProperties with a type, visibility public, transparency transparent and no attendees.");
    }
    if (type == "birthday") {
        const bool one_day = event.start.all_day && event.end.at - event.start.at == std::chrono::days(1);
        const bool yearly = edit.recurrence.size() == 1 && edit.recurrence[0].starts_with("RRULE:") && edit.recurrence[0].find("FREQ=YEARLY") != std::string::npos;
        if (one_day && yearly && edit.own.visibility == Visibility::private_ && edit.own.transparent && event.attendees.empty()) return {};
        return refuse::event_type_restriction("malformedBirthdayEvent",
                                              "A birthday is an all-day event of one day, repeats yearly, has visibility private, transparency transparent and no attendees.");
    }
    return {};
}

}  // namespace fakes::google
