// acl.*, freeBusy (facts/google.md 6.10, 6.11, 6.14).
#include <algorithm>
#include <charconv>

#include "fakes/google/base64.hpp"
#include "fakes/google/google.hpp"
#include "fakes/google/limits.hpp"
#include "fakes/google/parse.hpp"
#include "fakes/text.hpp"

namespace fakes::google {

std::string collection_etag(std::uint64_t seen) {
    return "\"p33" + base64url({reinterpret_cast<const char*>(&seen), sizeof seen}) + "\"";
}

namespace {

std::string etag_text(std::uint64_t etag) {
    char text[24];
    std::snprintf(text, sizeof text, "\"%020llu\"", static_cast<unsigned long long>(etag));
    return text;
}

}  // namespace

Refusal Google::answer_rule(Call& call, const std::string& rule_id) {
    const auto it = call.calendar->rules.find(rule_id);
    // Role "none" took the rule away: it is shown as it was asked for.
    const AclRule rule = it != call.calendar->rules.end() ? it->second : AclRule{AccessRole::none, "none", call.calendar->rules_etag};
    std::string body;
    append_rule(body, rule_id, rule);
    body += '\n';
    answer_body(call, std::move(body), etag_text(rule.etag));
    return {};
}

Refusal Google::acl_insert(Call& call) {
    if (Refusal r = open_any(call, AccessRole::owner)) return r;
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
    calendars_->set_rule(*call.calendar, rule_id, *role, wanted.role, call.now);
    return answer_rule(call, rule_id);
}

/// PATCH and PUT of a rule: only its role can change, the scope is its name.
Refusal Google::write_rule(Call& call, bool whole) {
    if (Refusal r = open_any(call, AccessRole::owner)) return r;
    bool tell = true;
    if (Refusal r = call.target.parameters.flag("sendNotifications", tell)) return r;
    const std::string rule_id = lower(call.target.path[5]);
    const auto it = call.calendar->rules.find(rule_id);
    if (it == call.calendar->rules.end()) return refuse::not_found("no such rule");
    if (const std::string* match = find_header(call.request.headers, "If-Match");
        match != nullptr && *match != "*" && *match != etag_text(it->second.etag))
        return refuse::condition_not_met();
    if (rule_id == "user:" + call.calendar->id()) return refuse::cannot_change_own_acl();
    RuleBody wanted;
    if (Refusal r = parse_rule(call.request.body, wanted)) return r;
    if (wanted.role.empty()) return whole ? refuse::required("Required", "role") : answer_rule(call, rule_id);
    const std::optional<AccessRole> role = role_named(wanted.role);
    if (!role) return refuse::invalid("Invalid value for: role", "role must be one of the documented ones");
    if (!wanted.scope_type.empty()) {
        const std::string asked = wanted.scope_type == "default" ? wanted.scope_type : wanted.scope_type + ":" + lower(wanted.scope_value);
        if (asked != rule_id) return refuse::invalid("Invalid scope value.", "the scope of a rule cannot change");
    }
    calendars_->set_rule(*call.calendar, rule_id, *role, wanted.role, call.now);
    return answer_rule(call, rule_id);
}

Refusal Google::acl_patch(Call& call) { return write_rule(call, false); }
Refusal Google::acl_update(Call& call) { return write_rule(call, true); }

Refusal Google::acl_delete(Call& call) {
    if (Refusal r = open_any(call, AccessRole::owner)) return r;
    const std::string rule_id = lower(call.target.path[5]);
    if (!call.calendar->rules.contains(rule_id)) return refuse::not_found("no such rule");
    if (rule_id == "user:" + call.calendar->id()) return refuse::cannot_change_own_acl();
    calendars_->set_rule(*call.calendar, rule_id, AccessRole::none, "none", call.now);
    call.reply.status = 204;
    return {};
}

Refusal Google::acl_list(Call& call) {
    if (Refusal r = open_any(call, AccessRole::owner)) return r;
    const Calendar& calendar = *call.calendar;
    const Parameters& p = call.target.parameters;
    int max_results = limits::default_page_rules;
    if (Refusal r = p.number("maxResults", 1, limits::max_page_rules, max_results)) return r;
    bool show_deleted = false;
    if (Refusal r = p.flag("showDeleted", show_deleted)) return r;
    std::uint64_t since = 0;
    const std::string* sync = p.find("syncToken");
    if (sync != nullptr && sync->empty()) sync = nullptr;  // as if it were not there
    if (sync != nullptr) {
        const auto [end, error] = std::from_chars(sync->data(), sync->data() + sync->size(), since);
        if (error != std::errc{} || end != sync->data() + sync->size()) return refuse::invalid_sync_token();
        if (since > calendar.rules_etag) return refuse::full_sync_required("the sync token was altered");
        if (p.has("showDeleted") && !show_deleted) return refuse::sync_token_with_restrictions("showDeleted=false");
    }
    std::string after;
    if (const std::string* token = p.find("pageToken"); token != nullptr && !token->empty())
        if (!from_base64(*token, after) || after.empty())
            return refuse::invalid_page_token("pageToken must be a value that an earlier page gave");
    std::map<std::string_view, AclRule> wanted;
    for (const auto& [id, rule] : calendar.rules)
        if (id > after && (sync == nullptr || rule.etag > since)) wanted.emplace(id, rule);
    if (sync != nullptr || show_deleted)
        for (const auto& [id, etag] : calendar.former_rules)
            if (id > after && (sync == nullptr || etag > since)) wanted.emplace(id, AclRule{AccessRole::none, "none", etag});
    std::string items;
    std::string_view last;
    std::uint64_t seen = 0;
    int count = 0;
    for (const auto& [id, rule] : wanted) {
        if (count++ == max_results) break;
        if (!items.empty()) items += ',';
        append_rule(items, id, rule);
        seen = fingerprint(id, seen + rule.etag);
        last = id;
    }
    const std::string etag = collection_etag(seen);
    std::string body = "{\"kind\":\"calendar#acl\",\"etag\":";
    put_json(body, etag);
    const std::string quoted = etag_text(calendar.rules_etag);
    const bool more = count > max_results;
    put_member(body, more ? "nextPageToken" : "nextSyncToken", more ? base64url(last) : quoted.substr(1, quoted.size() - 2));
    body += ",\"items\":[" + items + "]}\n";
    answer_body(call, std::move(body), etag);
    return {};
}

Refusal Google::acl_get(Call& call) {
    if (Refusal r = open_any(call, AccessRole::owner)) return r;
    const std::string rule_id = lower(call.target.path[5]);
    if (!call.calendar->rules.contains(rule_id)) return refuse::not_found("no such rule");
    return answer_rule(call, rule_id);
}

Refusal Google::acl_watch(Call& call) {
    if (Refusal r = open_any(call, AccessRole::owner)) return r;
    return watch(call, *call.calendar, Collection::rules);
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
    put_member(body, "timeMin", utc_text(query.from));
    put_member(body, "timeMax", utc_text(query.to));
    std::vector<std::string> asked;
    std::string groups;
    for (const std::string& id : query.ids) {
        const GoogleGroup* group = calendars_->group(lower(id));
        if (group == nullptr) {
            asked.push_back(id);
            continue;
        }
        groups += groups.empty() ? "" : ",";
        put_json(groups, id);
        if (group->members.size() > static_cast<std::size_t>(query.members_max)) {
            groups += ":{\"errors\":[{\"domain\":\"global\",\"reason\":\"groupTooBig\"}],\"calendars\":[]}";
            continue;
        }
        groups += ":{\"calendars\":[";
        for (const std::string& member : group->members) {
            if (groups.back() != '[') groups += ',';
            put_json(groups, member);
            asked.push_back(member);
        }
        groups += "]}";
    }
    if (!groups.empty()) body += ",\"groups\":{" + groups + "}";
    body += ",\"calendars\":{";
    std::size_t count = 0;
    std::vector<std::string> done;
    for (const std::string& id : asked) {
        if (std::find(done.begin(), done.end(), id) != done.end()) continue;
        if (done.size() >= limits::max_parameters) break;
        done.push_back(id);
        if (body.back() != '{') body += ',';
        put_json(body, id);
        body += ":{";
        Calendar* calendar = calendars_->find(id == "primary" ? call.grant->address : lower(id));
        const bool too_many = ++count > static_cast<std::size_t>(query.calendars_max);
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
            if (view.row->own->transparent || (self != nullptr && self->answer == Answer::declined)) continue;
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

}  // namespace fakes::google
