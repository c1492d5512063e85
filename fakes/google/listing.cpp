#include "fakes/google/listing.hpp"

#include "fakes/google/asked.hpp"
#include "fakes/google/base64.hpp"
#include "fakes/google/shape.hpp"
#include "fakes/text.hpp"

namespace fakes::google {
namespace {

/// Pages of one listing must ask the same; the page and what only shapes the answer are left out.
std::uint64_t fingerprint_of(const Parameters& parameters) {
    std::uint64_t sum = 0;  // order of parameters does not matter
    for (const auto& [name, value] : parameters.list()) {
        if (name == "pageToken" || name == "maxResults" || name == "alt" || name == "prettyPrint" || name == "fields" ||
            name == "key" || name == "quotaUser" || name == "userIp")
            continue;
        sum += fingerprint(value, fingerprint(name));
    }
    return sum;
}

}  // namespace

Refusal Listing::read_sync_token(const Calendar& calendar, std::uint64_t reader, const std::string& text, Instant now,
                                 Asked& asked) const {
    switch (google::read(text, seal_key_, asked.since)) {
        case MarkFault::malformed: return refuse::invalid_sync_token();
        case MarkFault::tampered: return refuse::full_sync_required("the sync token was altered");
        case MarkFault::none: break;
    }
    if (asked.since.calendar != calendar.number)
        return refuse::full_sync_required("the sync token belongs to another calendar");
    if (asked.since.reader != reader)
        return refuse::full_sync_required("the sharing of the calendar changed after the sync token was issued");
    if (now - asked.since.issued > limits::sync_token_life)
        return refuse::full_sync_required("the sync token is weeks old");
    if (asked.since.epoch != epoch_)
        return refuse::full_sync_required("the service expired all sync tokens");
    if (asked.since.single_events != asked.single_events)
        return refuse::sync_token_with_restrictions("another singleEvents than the full sync had");
    asked.incremental = true;
    asked.from = asked.since.from;
    asked.to = asked.since.to;
    return {};
}

Refusal Listing::read(const Calendar& calendar, std::string_view caller, AccessRole role, const Parameters& p, Instant now,
                      Asked& asked) const {
    if (Refusal r = p.number("maxResults", 1, limits::max_page_events, asked.max_results)) return r;
    if (Refusal r = p.flag("singleEvents", asked.single_events)) return r;
    if (Refusal r = p.flag("showDeleted", asked.show_deleted)) return r;
    bool hidden_invitations = false;
    if (Refusal r = p.flag("showHiddenInvitations", hidden_invitations)) return r;
    if (Refusal r = p.one_of("orderBy", {"startTime", "updated"})) return r;
    if (Refusal r = p.number("maxAttendees", 1, 1000000, asked.shown.max_attendees)) return r;
    if (Refusal r = p.time("timeMin", asked.from)) return r;
    if (Refusal r = p.time("timeMax", asked.to)) return r;
    if (Refusal r = p.time("updatedMin", asked.updated_min)) return r;
    asked.types = p.all("eventTypes");
    if (Refusal r = p.one_of("eventTypes", {"birthday", "default", "focusTime", "fromGmail", "outOfOffice", "workingLocation"}))
        return r;
    if (const std::string* zone = p.find("timeZone")) {
        asked.shown.zone = recurrence::Zone::find_iana(*zone);
        if (asked.shown.zone == nullptr)
            return refuse::invalid("Invalid time zone definition.", "timeZone must be an IANA zone", "timeZone");
    }
    asked.shown.details = role >= AccessRole::writer;
    asked.shown.conference = true;
    if (const std::string* order = p.find("orderBy")) {
        asked.by_start = *order == "startTime";
        asked.by_updated = !asked.by_start;
        asked.gives_sync_token = false;
        if (asked.by_start && !asked.single_events)
            return refuse::bad_request("orderBy=startTime needs singleEvents=true",
                                       "The requested ordering is not available for the particular query.");
    }
    if (asked.from && asked.to && *asked.to <= *asked.from) return refuse::time_range_empty("timeMax");
    if (const std::string* q = p.find("q")) asked.words = lower(*q);
    if (const std::string* uid = p.find("iCalUID")) asked.uid = *uid;
    const auto properties = [&](const char* name, std::vector<std::pair<std::string, std::string>>& to) -> Refusal {
        for (const std::string& text : p.all(name)) {
            const std::size_t equals = text.find('=');
            if (equals == std::string::npos)
                return refuse::invalid_parameter(name, text, "name=value");
            to.emplace_back(text.substr(0, equals), text.substr(equals + 1));
        }
        return {};
    };
    if (Refusal r = properties("privateExtendedProperty", asked.private_properties)) return r;
    if (Refusal r = properties("sharedExtendedProperty", asked.shared_properties)) return r;
    if (!asked.words.empty() || !asked.uid.empty() || !asked.private_properties.empty() ||
        !asked.shared_properties.empty() || asked.updated_min)
        asked.gives_sync_token = false;
    asked.reader = fingerprint(caller, static_cast<std::uint64_t>(role) + 17);
    asked.parameters = fingerprint_of(p);
    asked.upto_change = calendars_.last_change();

    if (const std::string* token = p.find("syncToken"); token != nullptr && !token->empty()) {
        for (const char* name : {"iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin",
                                 "timeMax", "updatedMin"})
            if (p.has(name)) return refuse::sync_token_with_restrictions(name);
        if (p.has("showDeleted") && !asked.show_deleted) return refuse::sync_token_with_restrictions("showDeleted=false");
        if (Refusal r = read_sync_token(calendar, asked.reader, *token, now, asked)) return r;
    }
    if (asked.updated_min && std::chrono::floor<std::chrono::seconds>(now) - *asked.updated_min > limits::updated_min_age)
        return refuse::updated_min_too_long_ago();
    if (const std::string* token = p.find("pageToken"); token != nullptr && !token->empty()) {
        asked.page.emplace();
        if (google::read(*token, seal_key_, *asked.page) != MarkFault::none)
            return refuse::invalid_page_token("pageToken must be a value that an earlier page gave as nextPageToken");
        if (asked.page->parameters != asked.parameters)
            return refuse::invalid_page_token("pageToken must come with the parameters of the first page");
        asked.upto_change = asked.page->upto_change;
    }
    return {};
}

Refusal Listing::narrow(const Calendar& calendar, std::string_view caller, AccessRole role, const Parameters& parameters, Instant now, Admits& admits) {
    auto asked = std::make_shared<Asked>();
    if (Refusal refusal = read(calendar, caller, role, parameters, now, *asked)) return refusal;
    asked->updated_min.reset();  // every change to come is later
    const bool narrows = !asked->types.empty() || !asked->words.empty() || !asked->uid.empty() || !asked->private_properties.empty() ||
                         !asked->shared_properties.empty() || asked->from || asked->to;
    if (!narrows) return {};
    admits = [this, asked = std::shared_ptr<const Asked>(std::move(asked))](Calendar& of, Row& row, Instant at) {
        return is_listed(of, calendars_.view_of(of, row), *asked, true, asked->from.value_or(long_ago), asked->to.value_or(horizon(at)));
    };
    return {};
}

void append_default_reminders(std::string& out, const Calendar& calendar) {
    out += calendar.person->is_room || calendar.secondary ? ",\"defaultReminders\":[]"
                                                          : ",\"defaultReminders\":[{\"method\":\"popup\",\"minutes\":10}]";
}

void Listing::write(std::string& body, const Calendar& calendar, AccessRole role, const std::string& etag,
                    std::string_view token_name, const std::string& token, const std::vector<Item>& items,
                    std::size_t shown, Shown how) {
    std::string head = "{\"kind\":\"calendar#events\",\"etag\":";
    put_json(head, etag);
    put_member(head, "summary", calendar.summary);
    put_member(head, "description", calendar.description);
    put_member(head, "updated", utc_text(calendar.updated));
    put_member(head, "timeZone", calendar.zone());
    put_member(head, "accessRole", name_of(role));
    append_default_reminders(head, calendar);
    if (!token.empty()) put_member(head, token_name, token);
    head += ",\"items\":[";
    const bool pretty = how.layout != Layout::compact;
    body.reserve(head.size() + 256 + shown * (last_item_bytes_ + 8));
    if (pretty)
        append_pretty(body, head, limits::pretty_indent);
    else
        body += head;
    // An empty list stands on one line.
    if (pretty && shown == 0) body.resize(body.find_last_of('[') + 1);
    const std::size_t before = body.size();
    for (std::size_t i = 0; i < shown; ++i) {
        if (i != 0) body += pretty ? ",\n  " : ",";
        renderings_.append(body, items[i].view, how);
    }
    if (shown != 0) last_item_bytes_ = (body.size() - before) / shown + 16;
    body += !pretty ? "]}\n" : shown == 0 ? "]\n}\n" : "\n ]\n}\n";
}

Refusal Listing::list(Calendar& calendar, std::string_view caller, AccessRole role, const Parameters& parameters,
                      bool pretty, Instant now, std::string& body, std::string& etag) {
    Asked asked;
    if (Refusal refusal = read(calendar, caller, role, parameters, now, asked)) return refusal;
    if (pretty) asked.shown.layout = Layout::pretty_in_list;
    const std::vector<Item> items = collect(calendar, asked, now);
    const std::size_t shown = std::min(items.size(), static_cast<std::size_t>(asked.max_results));
    const std::uint64_t seen = fingerprint(caller, calendar.revision * 31 + asked.parameters + (asked.page ? static_cast<std::uint64_t>(asked.page->first) : 0));
    etag = "\"p32" + base64url({reinterpret_cast<const char*>(&seen), sizeof seen}) + "\"";
    std::string token;
    if (items.size() > shown) {
        const Item& last = items[shown - 1];
        token = text_of(PageMark{asked.upto_change, asked.parameters, last.first, last.second, last.third}, seal_key_);
    } else if (asked.gives_sync_token) {
        const SyncMark mark{asked.upto_change, now, calendar.number, asked.reader, epoch_, asked.single_events, asked.from, asked.to};
        token = text_of(mark, seal_key_);
    }
    write(body, calendar, role, etag, items.size() > shown ? "nextPageToken" : "nextSyncToken", token, items, shown, asked.shown);
    return {};
}

Refusal Listing::instances(const View& master, AccessRole role, const Parameters& p, bool pretty, Instant now,
                           std::string& body, std::string& etag) {
    Calendar& calendar = *master.calendar;
    Asked asked;
    if (Refusal r = p.number("maxResults", 1, limits::max_page_events, asked.max_results)) return r;
    if (Refusal r = p.number("maxAttendees", 1, 1000000, asked.shown.max_attendees)) return r;
    if (Refusal r = p.flag("showDeleted", asked.show_deleted)) return r;
    if (Refusal r = p.time("timeMin", asked.from)) return r;
    if (Refusal r = p.time("timeMax", asked.to)) return r;
    if (asked.from && asked.to && *asked.to <= *asked.from) return refuse::time_range_empty("timeMax");
    if (const std::string* zone = p.find("timeZone")) {
        asked.shown.zone = recurrence::Zone::find_iana(*zone);
        if (asked.shown.zone == nullptr)
            return refuse::invalid("Invalid time zone definition.", "timeZone must be an IANA zone", "timeZone");
    }
    std::optional<Seconds> original;
    if (const std::string* text = p.find("originalStart")) {
        const std::optional<ParsedTime> parsed = parse_date_time(*text);
        original = parsed ? std::optional<Seconds>(parsed->at) : parse_date(*text);
        if (!original) return refuse::bad_request("originalStart must be a date or an RFC 3339 time");
    }
    asked.shown.details = role >= AccessRole::writer;
    if (pretty) asked.shown.layout = Layout::pretty_in_list;
    asked.parameters = fingerprint_of(p) + fingerprint(master.meeting->id);
    asked.upto_change = calendars_.last_change();
    if (const std::string* token = p.find("pageToken"); token != nullptr && !token->empty()) {
        asked.page.emplace();
        if (google::read(*token, seal_key_, *asked.page) != MarkFault::none || asked.page->parameters != asked.parameters)
            return refuse::invalid_page_token("pageToken must come from the page before, with the same parameters");
    }
    std::vector<View> views;
    // Not a series: an empty list (facts/google.md 6.2 leaves it open).
    if (master.is_master() && (!master.cancelled() || asked.show_deleted))
        views = calendars_.occurrences(master, asked.from.value_or(long_ago), asked.to.value_or(horizon(now)), asked.show_deleted);
    std::vector<Item> items;
    for (const View& view : views) {
        if (original && view.slot != *original) continue;
        const Item item{view.start().time_since_epoch().count(), view.slot.time_since_epoch().count(), 0, view};
        if (asked.page && std::tie(item.first, item.second) <= std::tie(asked.page->first, asked.page->second)) continue;
        items.push_back(item);
    }
    std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
        return std::tie(a.first, a.second) < std::tie(b.first, b.second);
    });
    const std::size_t shown = std::min(items.size(), static_cast<std::size_t>(asked.max_results));
    const std::uint64_t seen = fingerprint(master.meeting->id, calendar.revision * 31 + asked.parameters);
    etag = "\"p32" + base64url({reinterpret_cast<const char*>(&seen), sizeof seen}) + "\"";
    std::string token;
    if (items.size() > shown)
        token = text_of(PageMark{asked.upto_change, asked.parameters, items[shown - 1].first, items[shown - 1].second, 0}, seal_key_);
    write(body, calendar, role, etag, "nextPageToken", token, items, shown, asked.shown);
    return {};
}

}  // namespace fakes::google
