#pragma once
// Bodies of the smaller requests: answers to invitations, free/busy, settings, ids, extensions.
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "fakes/microsoft/errors.hpp"
#include "fakes/microsoft/event.hpp"
#include "fakes/microsoft/mailbox_settings.hpp"

namespace fakes::microsoft {

struct ResponseInput {
    bool send = true;
    std::optional<Proposal> proposal;
};
/// accept, tentativelyAccept, decline; an empty body is all defaults.
std::variant<ResponseInput, Fault> read_response(std::string_view body);
/// cancel and dismissReminder say nothing that counts here; the body is looked at all the same.
std::optional<Fault> read_comment(std::string_view body);

/// forward: who else is invited.
std::variant<std::vector<Attendee>, Fault> read_forward(std::string_view body);
/// snoozeReminder moves nobody's reminder here; what it asks for is looked at.
std::optional<Fault> read_snooze(std::string_view body);

struct ScheduleInput {
    std::vector<std::string> schedules;
    Moment start, end;
    int interval_minutes = 30;
};
std::variant<ScheduleInput, Fault> read_schedule(std::string_view body);

/// The settings after the body, and which parts it named (lower case).
struct SettingsInput {
    Settings settings;
    std::vector<std::string> parts;
};
/// `part`: the sub-resource addressed, or empty.
std::variant<SettingsInput, Fault> read_settings(std::string_view body, std::string_view part, const Settings& before);

struct TranslateInput {
    std::vector<std::string> ids;
    std::string source, target;  // lower case
};
std::variant<TranslateInput, Fault> read_translation(std::string_view body);

/// `before`: the extension a PATCH changes; nullptr for a new one.
std::variant<OpenExtension, Fault> read_extension(std::string_view body, const OpenExtension* before);

std::variant<Attachment, Fault> read_attachment(std::string_view body);
/// createUploadSession: an attachment without bytes, and how many will come.
struct UploadInput {
    Attachment attachment;
    std::size_t size = 0;
};
std::variant<UploadInput, Fault> read_upload(std::string_view body);

}  // namespace fakes::microsoft
