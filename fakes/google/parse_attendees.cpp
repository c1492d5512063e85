// The list of guests in an Event body (facts/google.md 5).
#include <nlohmann/json.hpp>
#include <utility>

#include "fakes/google/body.hpp"
#include "fakes/google/limits.hpp"

namespace fakes::google {
namespace {

using nlohmann::json;

Refusal read_address(const json& entry, std::string& address) {
    const json* email = member(entry, "email");
    if (email == nullptr || !email->is_string()) return refuse::required("Missing attendee email.");
    address = email->get<std::string>();
    for (char& c : address)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    const std::size_t at = address.find('@');
    if (at == 0 || at == std::string::npos || at + 1 == address.size() || address.find_first_of(" \t\r\n,;<>") != std::string::npos || address.size() > 320)
        return refuse::invalid("Invalid attendee email.", "attendees[].email must be an address");
    return {};
}

Refusal read_members(const json& entry, Attendee& a) {
    for (const char* name : {"displayName", "comment"})
        if (const json* v = member(entry, name); v != nullptr && !v->is_string() && !v->is_null()) return bad_value("attendees");
    for (const char* name : {"optional", "resource"})
        if (const json* v = member(entry, name); v != nullptr && !v->is_boolean() && !v->is_null()) return bad_value("attendees");
    if (const json* v = member(entry, "displayName"); v != nullptr && v->is_string()) a.name = v->get<std::string>();
    if (const json* v = member(entry, "comment"); v != nullptr && v->is_string()) a.comment = v->get<std::string>();
    if (a.name.size() > limits::max_short_text_bytes || a.comment.size() > limits::max_short_text_bytes) return bad_value("attendees");
    if (const json* v = member(entry, "optional"); v != nullptr && v->is_boolean()) a.optional = v->get<bool>();
    if (const json* v = member(entry, "resource"); v != nullptr && v->is_boolean()) a.resource = v->get<bool>();
    if (const json* v = member(entry, "additionalGuests"); v != nullptr && !v->is_null()) {
        if (!v->is_number_integer() || v->get<std::int64_t>() < 0 || v->get<std::int64_t>() > 1000) return bad_value("additionalGuests");
        a.additional_guests = v->get<int>();
    }
    const json* answer = member(entry, "responseStatus");
    if (answer == nullptr || answer->is_null()) return {};
    const std::optional<Answer> named = answer->is_string() ? answer_named(answer->get_ref<const std::string&>()) : std::nullopt;
    if (!named) return bad_value("responseStatus");
    a.answer = *named;
    return {};
}

/// Of who was on the list before, some things stay.
void keep_from(const Attendee& old, const json& entry, bool own_answer_only, Attendee& a) {
    a.resource = old.resource;  // can only be set when the entry is first added
    a.by_group = old.by_group;
    if (a.name.empty()) a.name = old.name;
    if (!own_answer_only) return;
    if (!entry.contains("responseStatus")) a.answer = old.answer;
    if (!entry.contains("comment")) a.comment = old.comment;
    if (!entry.contains("additionalGuests")) a.additional_guests = old.additional_guests;
    a.optional = old.optional;
}

}  // namespace

Refusal merge_attendees(const json& value, bool own_answer_only, Event& event) {
    const std::vector<Attendee> before = std::exchange(event.attendees, {});
    if (value.is_null()) return {};
    if (!value.is_array() || value.size() > limits::max_attendees) return bad_value("attendees");
    for (const json& entry : value) {
        Attendee a;
        if (!entry.is_object()) return bad_value("attendees");
        if (Refusal r = read_address(entry, a.address)) return r;
        if (Refusal r = read_members(entry, a)) return r;
        for (const Attendee& old : before)
            if (old.address == a.address) keep_from(old, entry, own_answer_only, a);
        if (event.attendee(a.address) == nullptr) event.attendees.push_back(std::move(a));
    }
    return {};
}

}  // namespace fakes::google
