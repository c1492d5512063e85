#include "fakes/microsoft/settings.hpp"

#include <algorithm>
#include <array>

#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

struct LanguageName {
    std::string_view locale;
    std::string_view name;
};
// The service shows a language in that language; locales not here are shown by their tag.
constexpr std::array<LanguageName, 12> language_names = {{{"en-US", "English (United States)"},
                                                          {"en-GB", "English (United Kingdom)"},
                                                          {"pl-PL", "polski (Polska)"},
                                                          {"de-DE", "Deutsch (Deutschland)"},
                                                          {"fr-FR", "français (France)"},
                                                          {"es-ES", "español (España)"},
                                                          {"it-IT", "italiano (Italia)"},
                                                          {"nb-NO", "norsk bokmål (Norge)"},
                                                          {"sv-SE", "svenska (Sverige)"},
                                                          {"fi-FI", "suomi (Suomi)"},
                                                          {"ja-JP", "日本語 (日本)"},
                                                          {"pt-BR", "português (Brasil)"}}};

void put_zoned(std::string& out, std::string_view name, Instant at) {
    out += ",\"";
    out += name;
    out += "\":{\"dateTime\":\"";
    put_local7(out, utc_wall_clock(at));
    out += "\",\"timeZone\":\"UTC\"}";
}

std::string replies(const Mailbox& mailbox, Instant now) {
    const Replies& replies = mailbox.settings.replies;
    const bool scheduled = replies.status == Replies::Status::scheduled;
    const Instant tomorrow = std::chrono::floor<std::chrono::days>(now) + std::chrono::days(1);
    const Instant from = replies.from.value_or(scheduled ? now : tomorrow);
    std::string out;
    put_member(out, "status", scheduled ? "scheduled" : replies.status == Replies::Status::always ? "alwaysEnabled" : "disabled");
    put_member(out, "externalAudience", replies.audience);
    put_member(out, "internalReplyMessage", replies.internal);
    put_member(out, "externalReplyMessage", replies.external);
    // Present even when disabled: by default from tomorrow to the day after.
    put_zoned(out, "scheduledStartDateTime", from);
    put_zoned(out, "scheduledEndDateTime", replies.until.value_or(scheduled ? from + std::chrono::days(365) : tomorrow + std::chrono::days(1)));
    return out;
}

std::string language(const Mailbox& mailbox) {
    std::string_view name = mailbox.settings.language;
    for (const LanguageName& known : language_names)
        if (same_text(known.locale, mailbox.settings.language)) name = known.name;
    std::string out;
    put_member(out, "locale", mailbox.settings.language);
    put_member(out, "displayName", name);
    return out;
}

std::string working_hours(const Mailbox& mailbox) {
    const WorkingHours& hours = mailbox.settings.hours;
    std::string out = "\"daysOfWeek\":[";
    for (std::size_t i = 0; i < hours.days.size(); ++i) {
        if (i != 0) out += ',';
        put_json(out, hours.days[i]);
    }
    out += ']';
    put_member(out, "startTime", hours.start);
    put_member(out, "endTime", hours.end);
    out += ",\"timeZone\":{";
    put_member(out, "name", hours.zone.empty() ? mailbox.settings.zone : hours.zone);
    return out + "}";
}

std::string scalar(std::string_view value) {
    std::string out;
    put_member(out, "value", value);
    return out;
}

}  // namespace

std::optional<std::string> settings_json(const Mailbox& mailbox, std::string_view part, Instant now) {
    const Settings& settings = mailbox.settings;
    const bool american = settings.language == "en-US";
    const std::string_view date_format = !settings.date_format.empty() ? std::string_view(settings.date_format) : american ? "M/d/yyyy" : "dd.MM.yyyy";
    const std::string_view time_format = !settings.time_format.empty() ? std::string_view(settings.time_format) : american ? "h:mm tt" : "HH:mm";
    const std::string_view purpose = mailbox.owner().is_room ? "room" : "user";
    if (part == "automaticrepliessetting") return replies(mailbox, now);
    if (part == "language") return language(mailbox);
    if (part == "workinghours") return working_hours(mailbox);
    if (part == "timezone") return scalar(mailbox.settings.zone);
    if (part == "dateformat") return scalar(date_format);
    if (part == "timeformat") return scalar(time_format);
    if (part == "userpurpose") return scalar(purpose);
    if (part == "delegatemeetingmessagedeliveryoptions") return scalar(settings.delegate_delivery);
    if (part == "archivefolder") return scalar(calendar_id(mailbox.ids()));
    if (!part.empty()) return std::nullopt;
    std::string out;
    put_member(out, "archiveFolder", calendar_id(mailbox.ids()));
    put_member(out, "timeZone", mailbox.settings.zone);
    put_member(out, "delegateMeetingMessageDeliveryOptions", settings.delegate_delivery);
    put_member(out, "dateFormat", date_format);
    put_member(out, "timeFormat", time_format);
    put_member(out, "userPurpose", purpose);
    out += ",\"automaticRepliesSetting\":{" + replies(mailbox, now) + "},\"language\":{" + language(mailbox) + "},\"workingHours\":{" +
           working_hours(mailbox) + "}";
    return out;
}

constexpr std::array<std::string_view, 9> property_names = {"automaticRepliesSetting", "language", "workingHours", "timeZone", "dateFormat",
                                                            "timeFormat", "userPurpose", "delegateMeetingMessageDeliveryOptions", "archiveFolder"};

std::string_view settings_property(std::string_view name) {
    const auto known = std::find_if(property_names.begin(), property_names.end(), [&](std::string_view each) { return same_text(each, name); });
    return known == property_names.end() ? std::string_view() : *known;
}

std::string supported_languages() {
    std::string out;
    for (const LanguageName& language : language_names) {
        out += out.empty() ? "{" : ",{";
        put_member(out, "locale", language.locale);
        put_member(out, "displayName", language.name);
        out += '}';
    }
    return out;
}

std::string settings_members(const Mailbox& mailbox, const std::vector<std::string>& parts, Instant now) {
    std::string out;
    for (const std::string_view name : property_names) {
        if (std::none_of(parts.begin(), parts.end(), [&](const std::string& part) { return same_text(part, name); })) continue;
        const std::string members = *settings_json(mailbox, lower(name), now);
        if (!out.empty()) out += ',';
        put_json(out, name);
        // Scalars are read alone as {"value": ...}; inside the whole they are plain.
        const bool plain = members.starts_with("\"value\":");
        out += plain ? ":" + members.substr(8) : ":{" + members + "}";
    }
    return out;
}

}  // namespace fakes::microsoft
