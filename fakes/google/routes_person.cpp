// What belongs to a person: settings, colours, Gmail's vacation responder (facts/google.md 6.8, 6.9, 6.15).
#include <algorithm>

#include "fakes/google/google.hpp"
#include "fakes/google/limits.hpp"
#include "fakes/google/parse.hpp"
#include "fakes/text.hpp"

namespace fakes::google {

std::string google_locale(std::string_view language) {
    // facts/google.md 6.8: the settings' own list of codes; old ones for Hebrew, Indonesian, Filipino and Norwegian.
    static constexpr std::string_view codes[] = {
        "in", "ca", "cs", "da", "de", "en_GB", "en", "es", "es_419", "tl", "fr", "hr", "it", "lv", "lt", "hu", "nl", "no",
        "pl", "pt_BR", "pt_PT", "ro", "sk", "sl", "fi", "sv", "tr", "vi", "el", "ru", "sr", "uk", "bg", "iw", "ar", "fa",
        "hi", "th", "zh_TW", "zh_CN", "ja", "ko"};
    std::string whole(language);
    std::replace(whole.begin(), whole.end(), '-', '_');
    std::string base = lower(whole.substr(0, whole.find('_')));
    if (base == "he") base = "iw";
    if (base == "id") base = "in";
    if (base == "fil") base = "tl";
    if (base == "nb" || base == "nn") base = "no";
    if (base == "pt" && whole == "pt") whole = "pt_BR";
    if (base == "zh" && whole.find("TW") == std::string::npos && whole.find("HK") == std::string::npos &&
        whole.find("Hant") == std::string::npos)
        whole = "zh_CN";
    else if (base == "zh")
        whole = "zh_TW";
    static constexpr std::string_view latin[] = {"MX", "AR", "CL", "CO", "PE", "VE", "419"};
    if (base == "es")
        for (const std::string_view region : latin)
            if (whole.ends_with(region)) whole = "es_419";
    for (const std::string_view code : codes)
        if (code == whole) return whole;
    for (const std::string_view code : codes)
        if (code == base) return base;
    return "en";
}

namespace {

constexpr std::pair<std::string_view, std::string_view> known_settings[] = {
    {"autoAddHangouts", "false"}, {"dateFieldOrder", "MDY"},      {"defaultEventLength", "60"},
    {"format24HourTime", "false"}, {"hideInvitations", "false"},  {"hideWeekends", "false"},
    {"locale", ""},                {"remindOnRespondedEventsOnly", "false"},
    {"showDeclinedEvents", "true"}, {"timezone", ""},             {"useKeyboardShortcuts", "true"},
    {"weekStart", "0"}};

std::string settings_etag(const Calendar& calendar) {
    return '"' + std::to_string(1706787124503000u + calendar.settings_etag * 1000) + '"';
}

void append_setting(std::string& body, const Calendar& calendar, std::string_view id, std::string_view by_default) {
    std::string value(by_default);
    if (id == "locale") value = google_locale(calendar.language);
    if (id == "timezone") value = calendar.zone();
    body += "{\"kind\":\"calendar#setting\",\"etag\":";
    put_json(body, settings_etag(calendar));
    put_member(body, "id", id);
    put_member(body, "value", value);
    body += '}';
}

}  // namespace

Refusal Google::open_own(Call& call, Calendar*& own) {
    own = calendars_->find(call.grant->address);
    if (own == nullptr) return refuse::not_found("a service account has no calendars or settings of its own");
    return {};
}

Refusal Google::setting(Call& call) {
    Calendar* calendar = nullptr;
    if (Refusal r = open_own(call, calendar)) return r;
    const std::string& id = call.target.path[5];
    const auto known = std::find_if(std::begin(known_settings), std::end(known_settings), [&](const auto& d) { return d.first == id; });
    if (known == std::end(known_settings)) return refuse::not_found("no such setting");
    std::string body;
    append_setting(body, *calendar, id, known->second);
    body += '\n';
    answer_body(call, std::move(body), settings_etag(*calendar));
    return {};
}

Refusal Google::settings_list(Call& call) {
    Calendar* calendar = nullptr;
    if (Refusal r = open_own(call, calendar)) return r;
    const Parameters& p = call.target.parameters;
    int max_results = limits::default_page_calendars;
    if (Refusal r = p.number("maxResults", 1, limits::max_page_calendars, max_results)) return r;
    int from = 0;
    if (const std::string* token = p.find("pageToken"); token != nullptr && !token->empty()) {
        if (p.number("pageToken", 1, 1000, from)) return refuse::invalid_page_token("pageToken must be a value that an earlier page gave");
    }
    const int total = static_cast<int>(std::size(known_settings));
    bool changed = true;
    if (const std::string* token = p.find("syncToken"); token != nullptr && !token->empty()) {
        SyncMark since;
        if (google::read(*token, seal_key_, since) == MarkFault::malformed) return refuse::invalid_sync_token();
        if (google::read(*token, seal_key_, since) != MarkFault::none || since.reader != fingerprint("settings") ||
            since.calendar != calendar->number || listing_.epoch() != since.epoch)
            return refuse::full_sync_required("the sync token is not one of these settings");
        changed = since.change != calendar->settings_etag;
    }
    std::string body = "{\"kind\":\"calendar#settings\",\"etag\":";
    put_json(body, settings_etag(*calendar));
    const int to = std::min(total, from + max_results);
    if (to < total && changed) {
        put_member(body, "nextPageToken", std::to_string(to));
    } else {
        SyncMark mark;
        mark.change = calendar->settings_etag;
        mark.issued = call.now;
        mark.calendar = calendar->number;
        mark.reader = fingerprint("settings");
        mark.epoch = listing_.epoch();
        put_member(body, "nextSyncToken", text_of(mark, seal_key_));
    }
    body += ",\"items\":[";
    for (int i = from; changed && i < to; ++i) {
        if (i != from) body += ',';
        append_setting(body, *calendar, known_settings[i].first, known_settings[i].second);
    }
    body += "]}\n";
    answer_body(call, std::move(body), settings_etag(*calendar));
    return {};
}

Refusal Google::settings_watch(Call& call) {
    Calendar* calendar = nullptr;
    if (Refusal r = open_own(call, calendar)) return r;
    return watch(call, *calendar, Collection::settings);
}

Refusal Google::colors(Call& call) {
    std::string body = "{\"kind\":\"calendar#colors\",\"updated\":\"2012-02-14T00:00:00.000Z\"";
    for (const bool events : {false, true}) {
        body += events ? ",\"event\":{" : ",\"calendar\":{";
        const int count = events ? 11 : 24;
        for (int id = 1; id <= count; ++id) {
            if (id != 1) body += ',';
            put_json(body, std::to_string(id));
            body += ":{\"background\":";
            put_json(body, background_of(events, id));
            body += ",\"foreground\":\"#1d1d1d\"}";
        }
        body += '}';
    }
    body += "}\n";
    answer_body(call, std::move(body), "");
    return {};
}

std::string_view background_of(bool event, int color_id) {
    // The palette that colors.get has given since 2012.
    static constexpr std::string_view of_calendars[] = {
        "#ac725e", "#d06b64", "#f83a22", "#fa573c", "#ff7537", "#ffad46", "#42d692", "#16a765", "#7bd148", "#b3dc6c", "#fbe983", "#fad165",
        "#92e1c0", "#9fe1e7", "#9fc6e7", "#4986e7", "#9a9cff", "#b99aff", "#c2c2c2", "#cabdbf", "#cca6ac", "#f691b2", "#cd74e6", "#a47ae2"};
    static constexpr std::string_view of_events[] = {"#a4bdfc", "#7ae7bf", "#dbadff", "#ff887c", "#fbd75b", "#ffb878",
                                                     "#46d6db", "#e1e1e1", "#5484ed", "#51b749", "#dc2127"};
    const auto i = static_cast<std::size_t>(color_id - 1);
    if (event) return i < std::size(of_events) ? of_events[i] : of_events[0];
    return i < std::size(of_calendars) ? of_calendars[i] : of_calendars[13];
}

Refusal Google::open_mailbox(Call& call, Calendar*& mailbox) {
    const std::string user = lower(call.target.path[3]);
    if (call.grant->service_account) return refuse::gmail_precondition();
    if (user != "me" && user != call.grant->address) return refuse::gmail_delegation_denied(call.grant->address);
    mailbox = calendars_->find(call.grant->address);
    return mailbox == nullptr ? refuse::gmail_no_mailbox() : Refusal{};
}

Refusal Google::vacation(Call& call) {
    Calendar* mailbox = nullptr;
    if (Refusal r = open_mailbox(call, mailbox)) return r;
    std::string body;
    append_vacation(body, *mailbox);
    answer_body(call, std::move(body), "");
    return {};
}

Refusal Google::update_vacation(Call& call) {
    Calendar* mailbox = nullptr;
    if (Refusal r = open_mailbox(call, mailbox)) return r;
    AutomaticReplies replies;
    VacationMembers members;
    if (Refusal r = parse_vacation(call.request.body, replies, members)) return r;
    if (replies.from && replies.until && *replies.until <= *replies.from)
        return refuse::gmail_invalid("Vacation start time must precede end time", "startTime must lie before endTime");
    if (replies.on && members.subject.empty() && members.html.empty() && replies.message.empty())
        return refuse::gmail_invalid("Vacation responder needs a subject or a body", "an enabled responder says something");
    mailbox->vacation = std::move(replies);
    mailbox->vacation_members = std::move(members);
    std::string body;
    append_vacation(body, *mailbox);
    answer_body(call, std::move(body), "");
    return {};
}

}  // namespace fakes::google
