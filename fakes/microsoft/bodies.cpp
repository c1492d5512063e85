#include "fakes/microsoft/bodies.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <nlohmann/json.hpp>

#include "fakes/microsoft/attachments.hpp"
#include "fakes/microsoft/extension.hpp"
#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/reading.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

using nlohmann::json;
using namespace reading;

template <typename Read>
auto guarded(Read read) -> std::variant<decltype(read()), Fault> {
    try {
        return read();
    } catch (Refused& refused) {
        return std::move(refused.fault);
    }
}

json parsed_or_empty(std::string_view body) { return body.find_first_not_of(" \t\r\n") == std::string_view::npos ? json::object() : parsed(body); }

Instant instant_of(const Moment& moment) { return Instant(moment.zone->to_utc(moment.local)); }

std::string one_of(const json& value, std::initializer_list<std::string_view> words, std::string_view type) {
    const std::string given = text(value);
    for (const std::string_view known : words)
        if (same_text(known, given)) return std::string(known);
    refuse(errors::bad_literal(given.substr(0, 80), type));
}

/// Exchange keeps whole documents: bare text or a fragment is wrapped.
std::string reply_html(const json& value) {
    std::string html = text(value);
    if (html.size() > limits::reply_bytes) refuse(errors::settings_invalid("InvalidArguments", "An automatic reply is too long."));
    if (html.empty() || lower(html).find("<html") != std::string::npos) return html;
    return "<html>\n<body>\n" + html + "\n</body>\n</html>\n";
}

void read_replies(Replies& out, const json& value) {
    bool start_given = false;
    for (const auto& [name, member] : object(value, "automaticRepliesSetting").items()) {
        if (name == "status") {
            const std::string word = one_of(member, {"disabled", "alwaysEnabled", "scheduled"}, "microsoft.graph.automaticRepliesStatus");
            out.status = word == "disabled" ? Replies::Status::disabled : word == "scheduled" ? Replies::Status::scheduled : Replies::Status::always;
        } else if (name == "externalAudience") {
            out.audience = one_of(member, {"none", "contactsOnly", "all"}, "microsoft.graph.externalAudienceScope");
        } else if (name == "internalReplyMessage") {
            out.internal = reply_html(member);
        } else if (name == "externalReplyMessage") {
            out.external = reply_html(member);
        } else if (name == "scheduledStartDateTime") {
            out.from = instant_of(moment(member, name));
            start_given = true;
        } else if (name == "scheduledEndDateTime") {
            out.until = instant_of(moment(member, name));
        } else if (!annotation(name)) {
            refuse(errors::unknown_property(name.substr(0, 80), "microsoft.graph.automaticRepliesSetting"));
        }
    }
    if (out.status != Replies::Status::scheduled) return;
    if (!out.from || !out.until) refuse(errors::settings_invalid("ErrorInvalidTimeSettings", "A scheduled reply needs its start and its end."));
    if (*out.until <= *out.from) refuse(errors::settings_invalid("ErrorInvalidTimeSettings", start_given ? "A scheduled reply ends after its start." : "The end lies before the start set earlier."));
}

bool time_of_day(std::string_view text) {  // Edm.TimeOfDay: "08:00:00.0000000"
    const auto digit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
    if (text.size() < 8 || text[2] != ':' || text[5] != ':') return false;
    for (const std::size_t i : {0u, 1u, 3u, 4u, 6u, 7u})
        if (!digit(i)) return false;
    if (text.substr(0, 2) > "23" || text.substr(3, 2) > "59" || text.substr(6, 2) > "59") return false;
    if (text.size() == 8) return true;
    if (text[8] != '.' || text.size() < 10 || text.size() > 16) return false;
    for (std::size_t i = 9; i < text.size(); ++i)
        if (!digit(i)) return false;
    return true;
}

std::string hour(const json& value) {
    std::string given = text(value);
    if (!time_of_day(given)) refuse(errors::bad_literal(given.substr(0, 40), "Edm.TimeOfDay"));
    if (given.size() == 8) given += '.';
    given.resize(16, '0');
    return given;
}

std::string zone_name(const json& value) {
    std::string name = text(value);
    if (!recurrence::Zone::find(name)) refuse(errors::settings_invalid("InvalidTimeZone", "No such time zone: '" + name.substr(0, 80) + "'."));
    return name;
}

void read_hours(WorkingHours& out, const json& value) {
    static constexpr std::array<std::string_view, 7> days = {"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
    for (const auto& [name, member] : object(value, "workingHours").items()) {
        if (name == "daysOfWeek") {
            out.days.clear();
            for (const json& each : array(member, name)) {
                const std::string day = lower(text(each));
                if (std::find(days.begin(), days.end(), day) == days.end()) refuse(errors::bad_literal(day.substr(0, 40), "microsoft.graph.dayOfWeek"));
                if (std::find(out.days.begin(), out.days.end(), day) == out.days.end()) out.days.push_back(day);
            }
        } else if (name == "startTime") out.start = hour(member);
        else if (name == "endTime") out.end = hour(member);
        else if (name == "timeZone") {
            for (const auto& [part, content] : object(member, name).items())
                if (part == "name") out.zone = zone_name(content);
        } else if (!annotation(name)) {
            refuse(errors::unknown_property(name.substr(0, 80), "microsoft.graph.workingHours"));
        }
    }
    if (out.end <= out.start) refuse(errors::settings_invalid("ErrorInvalidTimeSettings", "Working hours end after their start."));
}

std::string language_tag(const json& value) {
    std::string out;
    for (const auto& [name, member] : object(value, "language").items())
        if (name == "locale") out = text(member);
    const bool shaped = out.size() >= 2 && out.size() <= 20 && std::all_of(out.begin(), out.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    });
    if (!shaped) refuse(errors::settings_invalid("InvalidArguments", "A language is named by its locale: 'pl-PL'."));
    return out;
}

void read_setting(SettingsInput& out, const std::string& name, const json& value) {
    Settings& settings = out.settings;
    if (name == "automaticRepliesSetting") read_replies(settings.replies, value);
    else if (name == "language") settings.language = language_tag(value);
    else if (name == "timeZone") settings.zone = zone_name(value);
    else if (name == "dateFormat") settings.date_format = text(value).substr(0, 40);
    else if (name == "timeFormat") settings.time_format = text(value).substr(0, 40);
    else if (name == "workingHours") read_hours(settings.hours, value);
    else if (name == "delegateMeetingMessageDeliveryOptions")
        settings.delegate_delivery = one_of(value, {"sendToDelegateAndInformationToPrincipal", "sendToDelegateAndPrincipal", "sendToDelegateOnly"},
                                            "microsoft.graph.delegateMeetingMessageDeliveryOptions");
    else if (name == "archiveFolder" || name == "userPurpose") return;  // read-only
    else if (!annotation(name)) refuse(errors::unknown_property(name.substr(0, 80), "microsoft.graph.mailboxSettings"));
    if (!annotation(name)) out.parts.push_back(lower(name));
}

}  // namespace

std::variant<ResponseInput, Fault> read_response(std::string_view body) {
    return guarded([&] {
        ResponseInput out;
        // Action parameters are matched in any case: published samples write both.
        const json value = parsed_or_empty(body);
        for (const auto& [name, member] : value.items()) {
            const std::string word = lower(name);
            if (word == "comment") static_cast<void>(text(member));
            else if (word == "sendresponse") out.send = member.is_null() || boolean(member);
            else if (word == "proposednewtime") {
                if (member.is_null()) continue;
                const json& slot = object(member, name);
                if (!slot.contains("start") || !slot.contains("end")) refuse(errors::property_invalid("A proposed time has start and end."));
                out.proposal = Proposal{instant_of(moment(slot["start"], "start")), instant_of(moment(slot["end"], "end"))};
                if (out.proposal->end < out.proposal->start) refuse(errors::property_invalid("A proposed time ends after its start."));
            } else if (!annotation(name)) {
                refuse(errors::unknown_parameter(name.substr(0, 80)));
            }
        }
        return out;
    });
}

std::optional<Fault> read_comment(std::string_view body) {
    auto read = guarded([&] {
        const json value = parsed_or_empty(body);
        for (const auto& [name, member] : value.items()) {
            if (lower(name) == "comment") static_cast<void>(text(member));
            else if (!annotation(name)) refuse(errors::unknown_parameter(name.substr(0, 80)));
        }
        return true;
    });
    if (Fault* fault = std::get_if<Fault>(&read)) return std::move(*fault);
    return std::nullopt;
}

std::variant<std::vector<Attendee>, Fault> read_forward(std::string_view body) {
    return guarded([&] {
        std::vector<Attendee> out;
        const json value = parsed(body);
        for (const auto& [name, member] : value.items()) {
            const std::string word = lower(name);
            if (word == "torecipients") {
                for (const json& each : array(member, name)) {
                    Attendee recipient;
                    const json address = object(object(each, "a recipient").value("emailAddress", json::object()), "emailAddress");
                    recipient.address = text(address.value("address", json()));
                    recipient.name = text(address.value("name", json()));
                    if (recipient.address.find('@') == std::string::npos) refuse(errors::recipients_invalid(recipient.address.substr(0, 80)));
                    if (recipient.name.empty()) recipient.name = recipient.address;
                    out.push_back(std::move(recipient));
                }
            } else if (word == "comment") {
                static_cast<void>(text(member));
            } else if (!annotation(name)) {
                refuse(errors::unknown_parameter(name.substr(0, 80)));
            }
        }
        if (out.empty()) refuse(errors::recipients_invalid(""));
        return out;
    });
}

std::optional<Fault> read_snooze(std::string_view body) {
    auto read = guarded([&] {
        bool given = false;
        const json value = parsed(body);
        for (const auto& [name, member] : value.items()) {
            if (lower(name) != "newremindertime") {
                if (!annotation(name)) refuse(errors::unknown_parameter(name.substr(0, 80)));
                continue;
            }
            static_cast<void>(moment(member, name));
            given = true;
        }
        if (!given) refuse(errors::property_invalid("snoozeReminder needs newReminderTime."));
        return true;
    });
    if (Fault* fault = std::get_if<Fault>(&read)) return std::move(*fault);
    return std::nullopt;
}

/// Graph docs, "Get free/busy schedule", sends this number as a text.
static int minutes_of(const json& value) {
    if (!value.is_string()) return number(value);
    const std::string& digits = value.get_ref<const std::string&>();
    if (digits.empty() || digits.size() > 6 || digits.find_first_not_of("0123456789") != std::string::npos) refuse(errors::bad_literal(shown(value), "Edm.Int32"));
    return std::stoi(digits);
}

std::variant<ScheduleInput, Fault> read_schedule(std::string_view body) {
    return guarded([&] {
        ScheduleInput out;
        bool start = false, end = false;
        const json value = parsed(body);
        for (const auto& [name, member] : value.items()) {
            const std::string word = lower(name);
            if (word == "schedules") {
                for (const json& each : array(member, name)) out.schedules.push_back(text(each).substr(0, 320));
            } else if (word == "starttime") {
                out.start = moment(member, name);
                start = true;
            } else if (word == "endtime") {
                out.end = moment(member, name);
                end = true;
            } else if (word == "availabilityviewinterval") {
                if (!member.is_null()) out.interval_minutes = minutes_of(member);
            } else if (!annotation(name)) {
                refuse(errors::unknown_parameter(name.substr(0, 80)));
            }
        }
        if (out.schedules.empty() || !start || !end) refuse(errors::schedule_invalid("schedules, startTime and endTime are needed."));
        if (out.schedules.size() > limits::schedules) refuse(errors::schedule_invalid("At most 20 schedules are asked for at a time."));
        if (out.interval_minutes < 5 || out.interval_minutes > 1440) refuse(errors::schedule_invalid("availabilityViewInterval is 5 to 1440 minutes."));
        const Instant from = instant_of(out.start), to = instant_of(out.end);
        if (to <= from || to - from < std::chrono::minutes(out.interval_minutes)) refuse(errors::schedule_invalid("The window is at least one interval long."));
        if (to - from > limits::schedule_span) refuse(errors::schedule_too_long());
        return out;
    });
}

std::variant<SettingsInput, Fault> read_settings(std::string_view body, std::string_view part, const Settings& before) {
    return guarded([&] {
        SettingsInput out;
        out.settings = before;
        const json value = parsed(body);
        static constexpr std::array<std::string_view, 3> complex = {"automaticRepliesSetting", "language", "workingHours"};
        for (const std::string_view known : complex) {
            if (!same_text(known, part)) continue;
            read_setting(out, std::string(known), value);
            return out;
        }
        for (const auto& [name, member] : value.items()) read_setting(out, name, member);
        return out;
    });
}

std::variant<TranslateInput, Fault> read_translation(std::string_view body) {
    return guarded([&] {
        TranslateInput out;
        const json value = parsed(body);
        for (const auto& [name, member] : value.items()) {
            const std::string word = lower(name);
            if (word == "inputids") {
                for (const json& each : array(member, name)) out.ids.push_back(text(each));
            } else if (word == "sourceidtype") {
                out.source = lower(text(member));
            } else if (word == "targetidtype") {
                out.target = lower(text(member));
            } else if (!annotation(name)) {
                refuse(errors::unknown_parameter(name.substr(0, 80)));
            }
        }
        for (const std::string* type : {&out.source, &out.target})
            if (*type != "restid" && *type != "restimmutableentryid") refuse(errors::bad_literal(type->substr(0, 60), "microsoft.graph.exchangeIdFormat"));
        if (out.ids.size() > limits::translated_ids) refuse(errors::property_invalid("At most 1000 ids are translated at a time."));
        return out;
    });
}

OpenExtension extension_of(const json& value, const OpenExtension* before) {
    std::map<std::string, json> members;
    OpenExtension out;
    if (before) {
        out.name = before->name;
        const json kept = json::parse("{" + before->members + "}");
        for (const auto& [name, member] : kept.items()) members[name] = member;
    }
    for (const auto& [name, member] : object(value, "an extension").items()) {
        if (name == "extensionName") {
            if (!before) out.name = text(member);
        } else if (name == "@odata.type") {
            const std::string type = lower(text(member));
            if (!type.ends_with("microsoft.graph.opentypeextension")) refuse(errors::extension_invalid("An open extension's @odata.type is microsoft.graph.openTypeExtension."));
        } else if (name != "id" && !name.starts_with("@odata")) {
            if (member.is_null()) members.erase(name);
            else members[name] = member;
        }
    }
    const bool shaped = !out.name.empty() && out.name.size() <= 128 && out.name.find_first_of("'/\\?#\"") == std::string::npos;
    if (!shaped) refuse(errors::extension_invalid("An open extension needs an extensionName."));
    for (const auto& [name, member] : members) {
        if (!out.members.empty()) out.members += ',';
        put_json(out.members, name);
        out.members += ':';
        out.members += member.dump();
    }
    if (out.members.size() > limits::extension_bytes) refuse(errors::extension_invalid("An open extension is limited in size."));
    return out;
}

std::variant<Attachment, Fault> read_attachment(std::string_view body) {
    return guarded([&] { return attachment_of(parsed(body)); });
}

std::variant<UploadInput, Fault> read_upload(std::string_view body) {
    return guarded([&] {
        const json value = parsed(body);
        UploadInput out;
        const json* item = nullptr;
        for (const auto& [name, member] : value.items())
            if (same_text(name, "AttachmentItem")) item = &member;
        if (item == nullptr) refuse(errors::body_unreadable("createUploadSession needs an AttachmentItem"));
        std::string type;
        for (const auto& [name, member] : object(*item, "AttachmentItem").items()) {
            if (name == "attachmentType") type = one_of(member, {"file", "item", "reference"}, "microsoft.graph.attachmentType");
            else if (name == "name") out.attachment.name = text(member).substr(0, 255);
            else if (name == "contentType") out.attachment.content_type = text(member).substr(0, 255);
            else if (name == "contentId") out.attachment.content_id = text(member).substr(0, 255);
            else if (name == "isInline") out.attachment.is_inline = boolean(member);
            else if (name == "size") {
                if (!member.is_number_integer() || member.get<std::int64_t>() < 0) refuse(errors::bad_literal(shown(member), "Edm.Int64"));
                out.size = static_cast<std::size_t>(member.get<std::int64_t>());
            } else if (!annotation(name)) {
                refuse(errors::unknown_property(name.substr(0, 80), "microsoft.graph.attachmentItem"));
            }
        }
        if (type != "file") refuse(errors::not_implemented("Upload sessions take files here; items and links are small enough for one POST."));
        if (out.attachment.name.empty()) refuse(errors::property_invalid("An attachment has a name."));
        if (out.size < limits::attachment_bytes) refuse(errors::attachment_too_small());
        if (out.size > limits::attachments_bytes) refuse(errors::attachments_too_large());
        if (!plain_content_type(out.attachment.content_type)) out.attachment.content_type = "application/octet-stream";
        return out;
    });
}

std::variant<OpenExtension, Fault> read_extension(std::string_view body, const OpenExtension* before) {
    return guarded([&] { return extension_of(parsed(body), before); });
}

}  // namespace fakes::microsoft
