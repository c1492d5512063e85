#include "fakes/microsoft/settings.hpp"

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
    const AutomaticReplies& replies = mailbox.settings.replies;
    const bool scheduled = replies.on && (replies.from || replies.until);
    const Instant tomorrow = std::chrono::floor<std::chrono::days>(now) + std::chrono::days(1);
    const Instant from = replies.from.value_or(scheduled ? now : tomorrow);
    std::string html;
    if (!replies.message.empty()) html = "<html>\n<body>\n" + replies.message + "\n</body>\n</html>\n";
    std::string out;
    put_member(out, "status", scheduled ? "scheduled" : replies.on ? "alwaysEnabled" : "disabled");
    put_member(out, "externalAudience", "all");
    put_member(out, "internalReplyMessage", html);
    put_member(out, "externalReplyMessage", html);
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
    std::string out = "\"daysOfWeek\":[\"monday\",\"tuesday\",\"wednesday\",\"thursday\",\"friday\"],"
                      "\"startTime\":\"08:00:00.0000000\",\"endTime\":\"17:00:00.0000000\",\"timeZone\":{";
    put_member(out, "name", mailbox.settings.zone);
    return out + "}";
}

std::string scalar(std::string_view value) {
    std::string out;
    put_member(out, "value", value);
    return out;
}

}  // namespace

std::optional<std::string> settings_json(const Mailbox& mailbox, std::string_view part, Instant now) {
    const std::string_view date_format = mailbox.settings.language == "en-US" ? "M/d/yyyy" : "dd.MM.yyyy";
    const std::string_view time_format = mailbox.settings.language == "en-US" ? "h:mm tt" : "HH:mm";
    const std::string_view purpose = mailbox.owner().is_room ? "room" : "user";
    if (part == "automaticrepliessetting") return replies(mailbox, now);
    if (part == "language") return language(mailbox);
    if (part == "workinghours") return working_hours(mailbox);
    if (part == "timezone") return scalar(mailbox.settings.zone);
    if (part == "dateformat") return scalar(date_format);
    if (part == "timeformat") return scalar(time_format);
    if (part == "userpurpose") return scalar(purpose);
    if (!part.empty()) return std::nullopt;
    std::string out;
    put_member(out, "archiveFolder", calendar_id(mailbox.ids()));
    put_member(out, "timeZone", mailbox.settings.zone);
    put_member(out, "delegateMeetingMessageDeliveryOptions", "sendToDelegateOnly");
    put_member(out, "dateFormat", date_format);
    put_member(out, "timeFormat", time_format);
    put_member(out, "userPurpose", purpose);
    out += ",\"automaticRepliesSetting\":{" + replies(mailbox, now) + "},\"language\":{" + language(mailbox) + "},\"workingHours\":{" +
           working_hours(mailbox) + "}";
    return out;
}

}  // namespace fakes::microsoft
