// calendars.*, calendarList.* (facts/google.md 6.15): calendars themselves, and each person's list of them.
#include <algorithm>

#include "fakes/google/google.hpp"
#include "fakes/google/limits.hpp"
#include "fakes/google/parse.hpp"
#include "fakes/text.hpp"

namespace fakes::google {
namespace {

constexpr std::string_view conference_properties =
    ",\"conferenceProperties\":{\"allowedConferenceSolutionTypes\":[\"hangoutsMeet\"]}";
constexpr int color_of_primary = 14;

std::string metadata_etag(const Calendar& calendar) {
    return '"' + std::to_string(std::max<std::uint64_t>(calendar.metadata_etag, 1706787124503000u)) + '"';
}

void append_calendar(std::string& out, const Calendar& calendar, const std::string& owner) {
    out += "{\"kind\":\"calendar#calendar\",\"etag\":";
    put_json(out, metadata_etag(calendar));
    put_member(out, "id", calendar.id());
    put_member(out, "summary", calendar.summary);
    if (!calendar.description.empty()) put_member(out, "description", calendar.description);
    if (!calendar.location.empty()) put_member(out, "location", calendar.location);
    put_member(out, "timeZone", calendar.zone());
    if (!owner.empty()) put_member(out, "dataOwner", owner);
    out += conference_properties;
    out += '}';
}

std::string entry_etag(const ListEntry& entry) {
    return '"' + std::to_string(1706787124503000u + entry.change * 1000) + '"';
}

void append_entry(std::string& out, const Calendar& own, const Calendar& listed, const ListEntry& entry, AccessRole role) {
    const bool primary = &own == &listed;
    out += "{\"kind\":\"calendar#calendarListEntry\",\"etag\":";
    put_json(out, entry_etag(entry));
    put_member(out, "id", listed.id());
    if (entry.deleted) {
        out += ",\"deleted\":true}";
        return;
    }
    put_member(out, "summary", listed.summary);
    if (!listed.description.empty()) put_member(out, "description", listed.description);
    if (!listed.location.empty()) put_member(out, "location", listed.location);
    put_member(out, "timeZone", listed.zone());
    if (!entry.summary_override.empty()) put_member(out, "summaryOverride", entry.summary_override);
    const int color = entry.color_id.empty() ? color_of_primary : std::atoi(entry.color_id.c_str());
    put_member(out, "colorId", std::to_string(color));
    put_member(out, "backgroundColor", entry.background.empty() ? background_of(false, color) : std::string_view(entry.background));
    put_member(out, "foregroundColor", entry.foreground.empty() ? std::string_view("#000000") : std::string_view(entry.foreground));
    if (entry.hidden) out += ",\"hidden\":true";
    if (entry.selected) out += ",\"selected\":true";
    put_member(out, "accessRole", name_of(role));
    out += ",\"defaultReminders\":" + entry.reminders;
    if (primary) out += ",\"notificationSettings\":{\"notifications\":[{\"type\":\"eventCreation\",\"method\":\"email\"}]},\"primary\":true";
    out += conference_properties;
    out += '}';
}

bool is_color(std::string_view text) {
    return text.size() == 7 && text[0] == '#' && text.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string_view::npos;
}

/// The owner a secondary calendar was made by.
std::string owner_of(const Calendar& calendar) {
    if (!calendar.secondary) return {};
    for (const auto& [id, rule] : calendar.rules)
        if (rule.role == AccessRole::owner && id != "user:" + calendar.id() && id.starts_with("user:")) return id.substr(5);
    return {};
}

}  // namespace

Refusal Google::calendars_get(Call& call) {
    if (Refusal r = open_any(call, AccessRole::free_busy_reader)) return r;
    std::string body;
    append_calendar(body, *call.calendar, owner_of(*call.calendar));
    body += '\n';
    answer_body(call, std::move(body), metadata_etag(*call.calendar));
    return {};
}

Refusal Google::calendars_insert(Call& call) {
    Calendar* own = nullptr;
    if (Refusal r = open_own(call, own)) return r;
    CalendarBody wanted;
    if (Refusal r = parse_calendar(call.request.body, wanted)) return r;
    if (!wanted.summary || wanted.summary->empty()) return refuse::required("Missing title.");
    if (calendars_->all().size() >= limits::max_secondary_calendars + calendars_->organisation().people.size())
        return refuse::usage_limit(403, "quotaExceeded", false, "a domain has a limit of secondary calendars");
    Calendar& made = calendars_->make_secondary(*own, call.now);
    made.summary = *wanted.summary;
    made.description = wanted.description.value_or("");
    made.location = wanted.location.value_or("");
    calendars_->set_zone(made, wanted.zone && !wanted.zone->empty() ? *wanted.zone : std::string("UTC"));
    std::string body;
    append_calendar(body, made, own->id());
    body += '\n';
    answer_body(call, std::move(body), metadata_etag(made));
    return {};
}

Refusal Google::write_calendar(Call& call, bool whole) {
    if (Refusal r = open_any(call, AccessRole::owner)) return r;
    Calendar& calendar = *call.calendar;
    if (const std::string* match = find_header(call.request.headers, "If-Match");
        match != nullptr && *match != "*" && *match != metadata_etag(calendar))
        return refuse::condition_not_met();
    CalendarBody wanted;
    if (Refusal r = parse_calendar(call.request.body, wanted)) return r;
    if (whole && (!wanted.summary || wanted.summary->empty())) return refuse::required("Missing title.");
    if (wanted.summary && !wanted.summary->empty()) calendar.summary = *wanted.summary;
    if (whole || wanted.description) calendar.description = wanted.description.value_or("");
    if (whole || wanted.location) calendar.location = wanted.location.value_or("");
    if (wanted.zone && !wanted.zone->empty() && *wanted.zone != calendar.zone()) calendars_->set_zone(calendar, *wanted.zone);
    renderings_.forget();
    calendars_->touch_metadata(calendar, call.now);
    return calendars_get(call);
}

Refusal Google::calendars_patch(Call& call) { return write_calendar(call, false); }
Refusal Google::calendars_update(Call& call) { return write_calendar(call, true); }

Refusal Google::calendars_delete(Call& call) {
    if (Refusal r = open_any(call, AccessRole::owner)) return r;
    if (!call.calendar->secondary)
        return refuse::forbidden("forbidden", "Cannot delete the primary calendar.", "only secondary calendars can be deleted; clear empties a primary one");
    calendars_->remove_calendar(*call.calendar, call.now);
    call.reply.status = 204;
    return {};
}

Refusal Google::calendars_clear(Call& call) {
    if (Refusal r = open_any(call, AccessRole::owner)) return r;
    if (call.calendar->secondary)
        return refuse::forbidden("forbidden", "Only the primary calendar can be cleared.", "a secondary calendar is deleted, not cleared");
    // A copy of the list: removing touches it.
    const std::vector<Row*> rows = call.calendar->by_ordinal;
    for (Row* row : rows) {
        if (row->gone || row->occurrence) continue;
        if (Refusal r = calendars_->remove(calendars_->view_of(*call.calendar, *row), call.grant->address, call.now)) return r;
    }
    call.reply.status = 204;
    return {};
}

Refusal Google::find_list_entry(Call& call, Calendar*& own, Calendar*& listed) {
    if (Refusal r = open_own(call, own)) return r;
    const std::string& id = call.target.path[5];
    listed = id == "primary" ? own : calendars_->find(lower(id));
    if (listed == nullptr) return refuse::not_found("no such calendar");
    if (listed == own) {
        calendars_->list_entry(*own, *own);
        return {};
    }
    const auto it = own->list.find(listed->number);
    if (it == own->list.end() || it->second.deleted) return refuse::not_found("the calendar is not on the caller's list");
    call.role = calendars_->role_of(*listed, call.grant->address);
    return call.role == AccessRole::none ? refuse::not_found("the calendar is no longer shared with the caller") : Refusal{};
}

Refusal Google::calendar_list_get(Call& call) {
    Calendar* own = nullptr;
    Calendar* listed = nullptr;
    if (Refusal r = find_list_entry(call, own, listed)) return r;
    const ListEntry& entry = calendars_->list_entry(*own, *listed);
    std::string body;
    append_entry(body, *own, *listed, entry, calendars_->role_of(*listed, own->id()));
    body += '\n';
    answer_body(call, std::move(body), entry_etag(entry));
    return {};
}

Refusal Google::calendar_list(Call& call) {
    Calendar* own = nullptr;
    if (Refusal r = open_own(call, own)) return r;
    const Parameters& p = call.target.parameters;
    int max_results = limits::default_page_calendars;
    bool show_deleted = false, show_hidden = false;
    if (Refusal r = p.number("maxResults", 1, limits::max_page_calendars, max_results)) return r;
    if (Refusal r = p.flag("showDeleted", show_deleted)) return r;
    if (Refusal r = p.flag("showHidden", show_hidden)) return r;
    if (Refusal r = p.one_of("minAccessRole", {"freeBusyReader", "owner", "reader", "writer"})) return r;
    const std::string* min_role = p.find("minAccessRole");
    const AccessRole at_least = min_role != nullptr ? *role_named(*min_role) : AccessRole::free_busy_reader;
    SyncMark since;
    const std::string* sync = p.find("syncToken");
    if (sync != nullptr && sync->empty()) sync = nullptr;  // as if it were not there
    if (sync != nullptr) {
        if (min_role != nullptr) return refuse::sync_token_with_restrictions("minAccessRole");
        if ((p.has("showDeleted") && !show_deleted) || (p.has("showHidden") && !show_hidden))
            return refuse::sync_token_with_restrictions("showDeleted or showHidden off");
        const MarkFault fault = google::read(*sync, seal_key_, since);
        if (fault == MarkFault::malformed) return refuse::invalid_sync_token();
        if (fault != MarkFault::none || since.reader != fingerprint("calendarList") || since.calendar != own->number ||
            since.epoch != listing_.epoch() || call.now - since.issued > limits::sync_token_life)
            return refuse::full_sync_required("the sync token is not one of this list, or has expired");
    }
    PageMark page;
    if (const std::string* token = p.find("pageToken"); token != nullptr && !token->empty())
        if (google::read(*token, seal_key_, page) != MarkFault::none || page.parameters != fingerprint("calendarList"))
            return refuse::invalid_page_token("pageToken must be a value that an earlier page gave");
    calendars_->list_entry(*own, *own);
    std::string items;
    std::uint64_t seen = 0;
    int count = 0;
    std::int64_t last = 0;
    for (const auto& [number, entry] : own->list) {
        if (static_cast<std::int64_t>(number) + 1 <= page.first) continue;
        const Calendar& listed = calendars_->at(number);
        const AccessRole role = calendars_->role_of(listed, own->id());
        const bool news = sync != nullptr && entry.change > since.change;
        if (sync != nullptr && !news) continue;
        if (!news && ((entry.deleted && !show_deleted) || (entry.hidden && !show_hidden))) continue;
        if (!entry.deleted && role < at_least) continue;
        if (count++ == max_results) break;
        if (!items.empty()) items += ',';
        append_entry(items, *own, listed, entry, role);
        seen = fingerprint(listed.id(), seen + entry.change);
        last = static_cast<std::int64_t>(number) + 1;
    }
    const std::string etag = collection_etag(seen);
    std::string body = "{\"kind\":\"calendar#calendarList\",\"etag\":";
    put_json(body, etag);
    if (count > max_results) {
        PageMark next;
        next.parameters = fingerprint("calendarList");
        next.first = last;
        put_member(body, "nextPageToken", text_of(next, seal_key_));
    } else {
        SyncMark mark;
        mark.change = calendars_->last_change();
        mark.issued = call.now;
        mark.calendar = own->number;
        mark.reader = fingerprint("calendarList");
        mark.epoch = listing_.epoch();
        put_member(body, "nextSyncToken", text_of(mark, seal_key_));
    }
    body += ",\"items\":[" + items + "]}\n";
    answer_body(call, std::move(body), etag);
    return {};
}

Refusal Google::write_list_entry(Call& call, bool whole) {
    Calendar* own = nullptr;
    Calendar* listed = nullptr;
    if (Refusal r = find_list_entry(call, own, listed)) return r;
    ListEntry& entry = calendars_->list_entry(*own, *listed);
    if (const std::string* match = find_header(call.request.headers, "If-Match");
        match != nullptr && *match != "*" && *match != entry_etag(entry))
        return refuse::condition_not_met();
    bool rgb = false;
    if (Refusal r = call.target.parameters.flag("colorRgbFormat", rgb)) return r;
    CalendarBody wanted;
    if (Refusal r = parse_calendar(call.request.body, wanted)) return r;
    if (wanted.color_id && !wanted.color_id->empty()) {
        const int id = std::atoi(wanted.color_id->c_str());
        if (id < 1 || id > 24 || std::to_string(id) != *wanted.color_id) return refuse::invalid("Invalid value for: colorId", "colorId is one of colors.get's calendar colours");
    }
    if (rgb && ((wanted.background && !is_color(*wanted.background)) || (wanted.foreground && !is_color(*wanted.foreground))))
        return refuse::invalid("Invalid value for: backgroundColor", "a colour is #rrggbb");
    if (whole || wanted.summary_override) entry.summary_override = wanted.summary_override.value_or("");
    if (whole || wanted.selected) entry.selected = wanted.selected.value_or(false);
    if (whole || wanted.hidden) entry.hidden = wanted.hidden.value_or(false);
    if (wanted.color_id) {
        entry.color_id = *wanted.color_id;
        entry.background.clear();
        entry.foreground.clear();
    }
    if (rgb && wanted.background) entry.background = *wanted.background;
    if (rgb && wanted.foreground) entry.foreground = *wanted.foreground;
    if (whole || wanted.reminders) entry.reminders = wanted.reminders.value_or("[]");
    calendars_->touch_list(*own, entry);
    return calendar_list_get(call);
}

Refusal Google::calendar_list_patch(Call& call) { return write_list_entry(call, false); }
Refusal Google::calendar_list_update(Call& call) { return write_list_entry(call, true); }

Refusal Google::calendar_list_insert(Call& call) {
    Calendar* own = nullptr;
    if (Refusal r = open_own(call, own)) return r;
    CalendarBody wanted;
    if (Refusal r = parse_calendar(call.request.body, wanted)) return r;
    if (!wanted.id || wanted.id->empty()) return refuse::required("Required", "id");
    Calendar* listed = calendars_->find(*wanted.id == "primary" ? own->id() : lower(*wanted.id));
    if (listed == nullptr || calendars_->role_of(*listed, own->id()) == AccessRole::none)
        return refuse::not_found("no such calendar, or it is not shared with the caller");
    ListEntry& entry = calendars_->list_entry(*own, *listed);
    entry.deleted = false;
    entry.selected = listed == own || wanted.selected.value_or(false);
    calendars_->touch_list(*own, entry);
    // From here on it is a patch of the entry that is there now.
    call.target.path.resize(6);
    call.target.path[5] = listed->id();
    return write_list_entry(call, false);
}

Refusal Google::calendar_list_delete(Call& call) {
    Calendar* own = nullptr;
    Calendar* listed = nullptr;
    if (Refusal r = find_list_entry(call, own, listed)) return r;
    if (own == listed)
        return refuse::forbidden("forbidden", "The primary calendar cannot be removed from the calendar list.", "the primary calendar stays on the list");
    ListEntry& entry = calendars_->list_entry(*own, *listed);
    entry.deleted = true;
    calendars_->touch_list(*own, entry);
    call.reply.status = 204;
    return {};
}

Refusal Google::calendar_list_watch(Call& call) {
    Calendar* own = nullptr;
    if (Refusal r = open_own(call, own)) return r;
    return watch(call, *own, Collection::calendar_list);
}

}  // namespace fakes::google
