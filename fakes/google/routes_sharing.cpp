// acl.*, freeBusy, settings, Gmail's vacation responder (facts/google.md 6.8 to 6.11, 6.14).
#include <algorithm>

#include "fakes/google/google.hpp"
#include "fakes/google/json_text.hpp"
#include "fakes/google/limits.hpp"
#include "fakes/google/parse.hpp"

namespace fakes::google {
namespace {

std::string collection_etag(std::uint64_t seen) {
    return "\"p33" + base64url({reinterpret_cast<const char*>(&seen), sizeof seen}) + "\"";
}

}  // namespace

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

Refusal Google::acl_insert(Call& call) {
    const std::string& id = call.target.path[3];
    call.calendar = calendars_->find(id == "primary" ? call.grant->address : lower(id));
    if (call.calendar == nullptr) return refuse::not_found("no such calendar");
    call.role = calendars_->role_of(*call.calendar, call.grant->address);
    if (call.role == AccessRole::none) return refuse::not_found("the calendar is not shared with the caller");
    if (call.role < AccessRole::owner) return refuse::access_level("owner");
    bool tell = true;
    if (Refusal r = call.target.parameters.flag("sendNotifications", tell)) return r;
    RuleBody wanted;
    if (Refusal r = parse_rule(call.request.body, wanted)) return r;
    if (wanted.role.empty() || wanted.scope_type.empty()) return refuse::required("Required");
    const std::optional<AccessRole> role = role_named(wanted.role);
    if (!role) return refuse::invalid("Invalid value for: role", "role must be one of the documented ones");
    const std::string& type = wanted.scope_type;
    if (type != "default" && type != "user" && type != "group" && type != "domain")
        return refuse::invalid("Invalid value for: scope.type", "scope.type is default, user, group or domain");
    if (type == "default" ? !wanted.scope_value.empty() : wanted.scope_value.empty())
        return refuse::invalid("Invalid scope value.", "scope.value belongs to every scope but default");
    const std::string value = lower(wanted.scope_value);
    if ((type == "user" || type == "group") && (value.find('@') == std::string::npos || value.size() > 320))
        return refuse::invalid("Invalid scope value.", "scope.value must be an e-mail address");
    const std::string rule_id = type == "default" ? type : type + ":" + value;
    if (rule_id == "user:" + call.calendar->id()) return refuse::cannot_change_own_acl();
    AclRule rule{*role, wanted.role, 0};
    calendars_->set_rule(*call.calendar, rule_id, *role, wanted.role, call.now);
    if (const auto it = call.calendar->rules.find(rule_id); it != call.calendar->rules.end()) rule = it->second;
    std::string body;
    append_rule(body, rule_id, rule);
    body += '\n';
    char etag[24];
    std::snprintf(etag, sizeof etag, "\"%020llu\"", static_cast<unsigned long long>(rule.etag));
    answer_body(call, std::move(body), etag);
    return {};
}

Refusal Google::acl_delete(Call& call) {
    const std::string& id = call.target.path[3];
    call.calendar = calendars_->find(id == "primary" ? call.grant->address : lower(id));
    if (call.calendar == nullptr) return refuse::not_found("no such calendar");
    call.role = calendars_->role_of(*call.calendar, call.grant->address);
    if (call.role == AccessRole::none) return refuse::not_found("the calendar is not shared with the caller");
    if (call.role < AccessRole::owner) return refuse::access_level("owner");
    const std::string rule_id = lower(call.target.path[5]);
    if (!call.calendar->rules.contains(rule_id)) return refuse::not_found("no such rule");
    if (rule_id == "user:" + call.calendar->id()) return refuse::cannot_change_own_acl();
    calendars_->set_rule(*call.calendar, rule_id, AccessRole::none, "none", call.now);
    call.reply.status = 204;
    return {};
}

Refusal Google::acl_list(Call& call) {
    if (Refusal r = open(call, AccessRole::writer)) return r;
    int max_results = limits::default_page_rules;
    if (Refusal r = call.target.parameters.number("maxResults", 1, limits::max_page_rules, max_results)) return r;
    std::string after;
    if (const std::string* token = call.target.parameters.find("pageToken"); token != nullptr && !token->empty())
        if (!from_base64(*token, after) || !call.calendar->rules.contains(after))
            return refuse::invalid_page_token("pageToken must be a value that an earlier page gave");
    std::string items, last;
    std::uint64_t seen = 0;
    std::uint64_t newest = 0;
    int count = 0;
    bool more = false;
    for (auto it = after.empty() ? call.calendar->rules.begin() : call.calendar->rules.upper_bound(after);
         it != call.calendar->rules.end(); ++it) {
        if (count == max_results) {
            more = true;
            break;
        }
        if (count++ != 0) items += ',';
        append_rule(items, it->first, it->second);
        seen = fingerprint(it->first, seen + it->second.etag);
        newest = std::max(newest, it->second.etag);
        last = it->first;
    }
    const std::string etag = collection_etag(seen);
    std::string body = "{\"kind\":\"calendar#acl\",\"etag\":";
    append_json(body, etag);
    char sync[24];
    std::snprintf(sync, sizeof sync, "%020llu", static_cast<unsigned long long>(newest));
    append_member(body, more ? "nextPageToken" : "nextSyncToken", more ? base64url(last) : std::string(sync));
    body += ",\"items\":[" + items + "]}\n";
    answer_body(call, std::move(body), etag);
    return {};
}

Refusal Google::acl_get(Call& call) {
    if (Refusal r = open(call, AccessRole::writer)) return r;
    const auto it = call.calendar->rules.find(lower(call.target.path[5]));
    if (it == call.calendar->rules.end()) return refuse::not_found("no such rule");
    std::string body;
    append_rule(body, it->first, it->second);
    body += '\n';
    answer_body(call, std::move(body), "");
    return {};
}

Refusal Google::free_busy(Call& call) {
    FreeBusyBody query;
    if (Refusal r = parse_free_busy(call.request.body, query)) return r;
    if (query.to - query.from > limits::max_free_busy_range) {
        Refusal r = refuse::event_type_restriction("timeRangeTooLong", "The requested time range is too long.");
        return r;
    }
    const recurrence::Zone* zone = query.zone.empty() ? &recurrence::Zone::utc() : recurrence::Zone::find_iana(query.zone);
    std::string body = "{\"kind\":\"calendar#freeBusy\"";
    append_member(body, "timeMin", utc_text(query.from));
    append_member(body, "timeMax", utc_text(query.to));
    body += ",\"calendars\":{";
    std::size_t count = 0;
    std::vector<std::string> done;
    for (const std::string& id : query.ids) {
        if (std::find(done.begin(), done.end(), id) != done.end()) continue;
        if (done.size() >= limits::max_parameters) break;
        done.push_back(id);
        if (body.back() != '{') body += ',';
        append_json(body, id);
        body += ":{";
        Calendar* calendar = calendars_->find(id == "primary" ? call.grant->address : lower(id));
        const bool too_many = ++count > limits::max_free_busy_calendars;
        if (too_many || calendar == nullptr ||
            calendars_->role_of(*calendar, call.grant->address) < AccessRole::free_busy_reader) {
            body += "\"errors\":[{\"domain\":\"global\",\"reason\":\"";
            body += too_many ? "tooManyCalendarsRequested" : "notFound";
            body += "\"}],\"busy\":[]}";
            continue;
        }
        std::vector<std::pair<Seconds, Seconds>> busy;
        for (const View& view : calendars_->expanded(*calendar, query.from, query.to)) {
            const Attendee* self = view.event->attendee(calendar->id());
            if (view.row->own.transparent || (self != nullptr && self->answer == Answer::declined)) continue;
            const bool all_day = view.event->start.all_day;
            const Seconds start = std::max(query.from, Calendars::instant_on(*calendar, all_day, view.start()));
            const Seconds end = std::min(query.to, Calendars::instant_on(*calendar, all_day, view.end()));
            if (end <= start) continue;
            if (!busy.empty() && start <= busy.back().second)
                busy.back().second = std::max(busy.back().second, end);
            else
                busy.emplace_back(start, end);
        }
        body += "\"busy\":[";
        for (const auto& [start, end] : busy) {
            body += body.back() == '[' ? "{\"start\":\"" : ",{\"start\":\"";
            append_date_time(body, start, *zone);
            body += "\",\"end\":\"";
            append_date_time(body, end, *zone);
            body += "\"}";
        }
        body += "]}";
    }
    body += "}}\n";
    answer_body(call, std::move(body), "");
    return {};
}

Refusal Google::setting(Call& call) {
    const Calendar* calendar = calendars_->find(call.grant->address);
    if (calendar == nullptr) return refuse::not_found("a service account has no settings");
    const std::string& id = call.target.path[4 + 1];
    static constexpr std::pair<std::string_view, std::string_view> defaults[] = {
        {"autoAddHangouts", "false"},       {"dateFieldOrder", "MDY"},      {"defaultEventLength", "60"},
        {"format24HourTime", "false"},      {"hideInvitations", "false"},   {"hideWeekends", "false"},
        {"locale", ""},                     {"remindOnRespondedEventsOnly", "false"},
        {"showDeclinedEvents", "true"},     {"timezone", ""},               {"useKeyboardShortcuts", "true"},
        {"weekStart", "0"}};
    const auto* known = std::find_if(std::begin(defaults), std::end(defaults), [&](const auto& d) { return d.first == id; });
    if (known == std::end(defaults)) return refuse::not_found("no such setting");
    std::string value(known->second);
    if (id == "locale") value = google_locale(calendar->language);
    if (id == "timezone") value = calendar->zone();
    const std::string etag = '"' + std::to_string(1706787124503000u + calendar->settings_etag * 1000) + '"';
    std::string body = "{\"kind\":\"calendar#setting\",\"etag\":";
    append_json(body, etag);
    append_member(body, "id", id);
    append_member(body, "value", value);
    body += "}\n";
    answer_body(call, std::move(body), etag);
    return {};
}

Refusal Google::vacation(Call& call) {
    const std::string user = lower(call.target.path[3]);
    if (call.grant->service_account) return refuse::gmail_precondition();
    if (user != "me" && user != call.grant->address) return refuse::gmail_delegation_denied(call.grant->address);
    const Calendar* calendar = calendars_->find(call.grant->address);
    if (calendar == nullptr) return refuse::gmail_no_mailbox();
    std::string body;
    append_vacation(body, calendar->vacation);
    answer_body(call, std::move(body), "");
    return {};
}

}  // namespace fakes::google
