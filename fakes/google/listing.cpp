#include "fakes/google/listing.hpp"

#include <algorithm>
#include <tuple>

#include "fakes/google/json_text.hpp"
#include "fakes/google/limits.hpp"

namespace fakes::google {
namespace {

constexpr Seconds long_ago{std::chrono::sys_days{std::chrono::year{1970} / 1 / 1}};


/// Every word of `words` stands somewhere in the searched members.
bool matches_words(const View& view, const std::string& words) {
    const Event& event = *view.event;
    std::string text = event.summary + '\n' + event.description + '\n' + event.location + '\n' +
                       view.meeting->organizer_address;
    for (const Attendee& a : event.attendees) text += '\n' + a.address + ' ' + a.name;
    text = lower(text);
    std::size_t at = 0;
    while (at < words.size()) {
        const std::size_t end = std::min(words.find(' ', at), words.size());
        if (end > at && text.find(words.substr(at, end - at)) == std::string::npos) return false;
        at = end + 1;
    }
    return true;
}

bool has_property(const Properties& properties, const std::pair<std::string, std::string>& wanted) {
    return std::binary_search(properties.begin(), properties.end(), wanted);
}

Seconds horizon(Instant now) { return std::chrono::floor<std::chrono::seconds>(now) + limits::expansion_horizon; }

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

struct Listing::Asked {
    int max_results = limits::default_page_events;
    bool single_events = false;
    bool show_deleted = false;
    bool by_start = false;
    bool by_updated = false;
    bool incremental = false;
    bool gives_sync_token = true;
    std::optional<Seconds> from, to, updated_min;
    std::string words, uid;
    std::vector<std::pair<std::string, std::string>> private_properties, shared_properties;
    std::vector<std::string> types;
    Shown shown;
    SyncMark since;
    std::optional<PageMark> page;
    std::uint64_t upto_change = 0;
    std::uint64_t parameters = 0;
    std::uint64_t reader = 0;
};

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

    if (const std::string* token = p.find("syncToken")) {
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

bool Listing::fits(const View& view, const Asked& asked) const {
    if (asked.updated_min && view.row->updated < *asked.updated_min) return false;
    if (!asked.uid.empty() && view.meeting->uid != asked.uid) return false;
    if (!asked.types.empty() &&
        std::find(asked.types.begin(), asked.types.end(), view.event->event_type) == asked.types.end())
        return false;
    for (const auto& property : asked.private_properties)
        if (!has_property(view.row->own.private_properties, property)) return false;
    for (const auto& property : asked.shared_properties)
        if (!has_property(view.event->shared_properties, property)) return false;
    return asked.words.empty() || matches_words(view, asked.words);
}

/// Changes after the sync token, in order of change. The window of the full sync only bounds expansions: an event that
/// left it is reported as it is now (facts/google.md 9 leaves that open).
void Listing::collect_news(Calendar& calendar, const Asked& asked, Instant now, std::vector<Item>& items) {
    const std::uint64_t after = asked.page ? static_cast<std::uint64_t>(asked.page->first) : asked.since.change;
    // The last change of the page before may have more occurrences to give.
    auto it = asked.page ? calendar.by_change.lower_bound(after) : calendar.by_change.upper_bound(after);
    const std::size_t wanted = static_cast<std::size_t>(asked.max_results) + 1;
    for (; it != calendar.by_change.end() && it->first <= asked.upto_change && items.size() < wanted; ++it) {
        const View view = calendars_.view_of(calendar, *it->second);
        const std::int64_t change = static_cast<std::int64_t>(it->first);
        const auto give = [&](const View& v) {
            const Item item{change, v.slot.time_since_epoch().count(), 0, v};
            if (asked.page && std::tie(item.first, item.second) <= std::tie(asked.page->first, asked.page->second)) return;
            items.push_back(item);
        };
        if (view.slot != no_slot && view.cancelled()) {
            const auto master = calendar.rows.find(view.meeting->id);
            if (master != calendar.rows.end() && master->second.meeting == view.meeting && master->second.gone) continue;
        }
        if (!asked.single_events || !view.is_master()) {
            if (view.slot != no_slot && view.cancelled() && !view.meeting->exceptions.contains(view.slot) &&
                view.meeting->has_occurrence(view.slot))
                continue;  // the slot is an ordinary occurrence again
            give(view);
            continue;
        }
        const Seconds from = asked.from.value_or(long_ago);
        const Seconds to = asked.to.value_or(horizon(now));
        std::vector<View> found = calendars_.occurrences(view, from, to, true);
        std::erase_if(found, [](const View& v) { return !v.plain_occurrence; });
        for (const Era& era : view.meeting->former) {
            if (era.until_change <= asked.since.change) continue;
            for (const recurrence::Occurrence& was : era.series.within(from, to).occurrences) {
                const Slot slot = std::chrono::floor<std::chrono::seconds>(was.start);
                const bool known = view.meeting->has_occurrence(slot) ||
                                   std::any_of(found.begin(), found.end(), [&](const View& v) { return v.slot == slot; });
                if (known) continue;
                View lost = view;
                lost.slot = slot;
                lost.plain_occurrence = true;
                lost.lost = true;
                found.push_back(lost);
            }
        }
        std::sort(found.begin(), found.end(), [](const View& a, const View& b) { return a.slot < b.slot; });
        for (const View& v : found) give(v);
    }
}

std::vector<Listing::Item> Listing::collect(Calendar& calendar, const Asked& asked, Instant now) {
    std::vector<Item> items;
    const std::size_t wanted = static_cast<std::size_t>(asked.max_results) + 1;
    if (asked.incremental) {
        collect_news(calendar, asked, now, items);
        return items;
    }
    const bool deleted_too = asked.show_deleted || asked.updated_min.has_value();
    const Seconds from = asked.from.value_or(long_ago);
    const Seconds to = asked.to.value_or(horizon(now));
    if (asked.single_events) {
        for (const View& view : calendars_.expanded(calendar, from, to, deleted_too)) {
            if (!fits(view, asked)) continue;
            const Seconds start = Calendars::instant_on(calendar, view.event->start.all_day, view.start());
            items.push_back({start.time_since_epoch().count(), static_cast<std::int64_t>(view.row->ordinal),
                             view.slot.time_since_epoch().count(), view});
        }
    } else {
        // Unordered listings go by ordinal: a page starts where the last one ended.
        const bool ordered = asked.by_updated;
        auto it = asked.page && !ordered ? calendar.by_ordinal.upper_bound(static_cast<std::uint64_t>(asked.page->first))
                                         : calendar.by_ordinal.begin();
        for (; it != calendar.by_ordinal.end() && (ordered || items.size() < wanted); ++it) {
            const View view = calendars_.view_of(calendar, *it->second);
            if (view.cancelled()) {
                // Cancelled occurrences of a living series are listed always (facts/google.md 6.1).
                const auto master = calendar.rows.find(view.meeting->id);
                const bool of_living = view.slot != no_slot && master != calendar.rows.end() &&
                                       master->second.meeting == view.meeting && !master->second.gone;
                const bool stands = of_living && view.meeting->exceptions.contains(view.slot);
                if (!deleted_too && !stands) continue;
                if (of_living && !stands) continue;
            }
            if (asked.from || asked.to) {
                const bool in_window = view.is_master() ? !calendars_.occurrences(view, from, to, true).empty()
                                                        : Calendars::overlaps(view, from, asked.to.value_or(Seconds::max()));
                if (!in_window) continue;
            }
            if (!fits(view, asked)) continue;
            const std::int64_t ordinal = static_cast<std::int64_t>(view.row->ordinal);
            if (ordered)
                items.push_back({view.row->updated.time_since_epoch().count(), ordinal, 0, view});
            else
                items.push_back({ordinal, 0, 0, view});
        }
        if (!ordered) return items;
    }
    const auto key = [](const Item& item) { return std::tie(item.first, item.second, item.third); };
    if (asked.by_updated)
        for (Item& item : items) {
            item.first = item.view.row->updated.time_since_epoch().count();
            item.second = static_cast<std::int64_t>(item.view.row->ordinal);
            item.third = item.view.slot.time_since_epoch().count();
        }
    std::sort(items.begin(), items.end(), [&](const Item& a, const Item& b) { return key(a) < key(b); });
    if (asked.page)
        std::erase_if(items, [&](const Item& item) {
            return key(item) <= std::tie(asked.page->first, asked.page->second, asked.page->third);
        });
    return items;
}

void Listing::head(std::string& body, const Calendar& calendar, AccessRole role, const std::string& etag) const {
    body += "{\"kind\":\"calendar#events\",\"etag\":";
    append_json(body, etag);
    append_member(body, "summary", calendar.person->is_room ? calendar.person->name : calendar.id());
    append_member(body, "description", "");
    append_member(body, "updated", utc_text(calendar.updated));
    append_member(body, "timeZone", calendar.zone());
    append_member(body, "accessRole", name_of(role));
    body += calendar.person->is_room ? ",\"defaultReminders\":[]"
                                     : ",\"defaultReminders\":[{\"method\":\"popup\",\"minutes\":10}]";
}

Refusal Listing::list(Calendar& calendar, std::string_view caller, AccessRole role, const Parameters& parameters,
                      Instant now, std::string& body, std::string& etag) {
    Asked asked;
    if (Refusal refusal = read(calendar, caller, role, parameters, now, asked)) return refusal;
    const std::vector<Item> items = collect(calendar, asked, now);
    const std::size_t shown = std::min(items.size(), static_cast<std::size_t>(asked.max_results));
    const std::uint64_t seen = fingerprint(caller, calendar.revision * 31 + asked.parameters + (asked.page ? static_cast<std::uint64_t>(asked.page->first) : 0));
    etag = "\"p32" + base64url({reinterpret_cast<const char*>(&seen), sizeof seen}) + "\"";
    body.reserve(512 + shown * 1200);
    head(body, calendar, role, etag);
    if (items.size() > shown) {
        const Item& last = items[shown - 1];
        append_member(body, "nextPageToken",
                      text_of(PageMark{asked.upto_change, asked.parameters, last.first, last.second, last.third}, seal_key_));
    } else if (asked.gives_sync_token) {
        const SyncMark mark{asked.upto_change, now, calendar.number, asked.reader, epoch_, asked.single_events, asked.from, asked.to};
        append_member(body, "nextSyncToken", text_of(mark, seal_key_));
    }
    body += ",\"items\":[";
    for (std::size_t i = 0; i < shown; ++i) {
        if (i != 0) body += ',';
        renderings_.append(body, items[i].view, asked.shown);
    }
    body += "]}\n";
    return {};
}

Refusal Listing::instances(const View& master, AccessRole role, const Parameters& p, Instant now, std::string& body,
                           std::string& etag) {
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
        if (items.size() > static_cast<std::size_t>(asked.max_results)) break;
    }
    std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
        return std::tie(a.first, a.second) < std::tie(b.first, b.second);
    });
    const std::size_t shown = std::min(items.size(), static_cast<std::size_t>(asked.max_results));
    const std::uint64_t seen = fingerprint(master.meeting->id, calendar.revision * 31 + asked.parameters);
    etag = "\"p32" + base64url({reinterpret_cast<const char*>(&seen), sizeof seen}) + "\"";
    body.reserve(512 + shown * 1200);
    head(body, calendar, role, etag);
    if (items.size() > shown)
        append_member(body, "nextPageToken",
                      text_of(PageMark{asked.upto_change, asked.parameters, items[shown - 1].first, items[shown - 1].second, 0}, seal_key_));
    body += ",\"items\":[";
    for (std::size_t i = 0; i < shown; ++i) {
        if (i != 0) body += ',';
        renderings_.append(body, items[i].view, asked.shown);
    }
    body += "]}\n";
    return {};
}

}  // namespace fakes::google
