#include "fakes/google/render.hpp"

#include <cstdio>

#include "fakes/google/base64.hpp"
#include "fakes/google/limits.hpp"
#include "fakes/google/shape.hpp"
#include "fakes/text.hpp"

namespace fakes::google {
namespace {

void append_two(std::string& out, unsigned value) {
    out += static_cast<char>('0' + value / 10 % 10);
    out += static_cast<char>('0' + value % 10);
}

void append_day(std::string& out, std::chrono::sys_days day) {
    const std::chrono::year_month_day date{day};
    const unsigned year = static_cast<unsigned>(static_cast<int>(date.year()));
    append_two(out, year / 100);
    append_two(out, year % 100);
    out += '-';
    append_two(out, static_cast<unsigned>(date.month()));
    out += '-';
    append_two(out, static_cast<unsigned>(date.day()));
}

void append_clock(std::string& out, std::chrono::seconds time) {
    const std::int64_t s = time.count();
    append_two(out, static_cast<unsigned>(s / 3600));
    out += ':';
    append_two(out, static_cast<unsigned>(s / 60 % 60));
    out += ':';
    append_two(out, static_cast<unsigned>(s % 60));
}

void append_time(std::string& out, std::string_view name, const EventTime& time, Seconds at, const recurrence::Zone& zone) {
    put_name(out, name);
    if (time.all_day) {
        out += "{\"date\":\"";
        append_day(out, std::chrono::floor<std::chrono::days>(at));
        out += "\"}";
        return;
    }
    out += "{\"dateTime\":\"";
    append_date_time(out, at, zone);
    out += "\",\"timeZone\":";
    put_json(out, time.zone);
    out += '}';
}

void append_party(std::string& out, std::string_view name, const std::string& address, std::string_view display, bool self) {
    put_name(out, name);
    out += "{\"email\":";
    put_json(out, address);
    if (!display.empty()) put_member(out, "displayName", display);
    if (self) out += ",\"self\":true";
    out += '}';
}

void append_properties(std::string& out, std::string_view name, const Properties& properties) {
    put_name(out, name);
    out += '{';
    for (const auto& [key, value] : properties) {
        if (out.back() != '{') out += ',';
        put_json(out, key);
        out += ':';
        put_json(out, value);
    }
    out += '}';
}

void append_attendee(std::string& out, const Attendee& a, const std::string& organizer, const std::string& self) {
    if (out.back() != '[') out += ',';
    out += "{\"email\":";
    put_json(out, a.address);
    if (!a.name.empty()) put_member(out, "displayName", a.name);
    if (a.address == organizer) out += ",\"organizer\":true";
    if (a.address == self) out += ",\"self\":true";
    if (a.resource) out += ",\"resource\":true";
    if (a.optional) out += ",\"optional\":true";
    put_member(out, "responseStatus", name_of(a.answer));
    if (!a.comment.empty()) put_member(out, "comment", a.comment);
    if (a.additional_guests != 0) out += ",\"additionalGuests\":" + std::to_string(a.additional_guests);
    out += '}';
}

void append_attendees(std::string& out, const View& view, const Shown& shown, const std::string& organizer) {
    const std::vector<Attendee>& all = view.event->attendees;
    const std::string& self = view.calendar->id();
    const bool cut = shown.max_attendees > 0 && all.size() > static_cast<std::size_t>(shown.max_attendees);
    const bool hidden = !view.event->guests_can_see_guests && view.calendar->number != view.meeting->organizer;
    put_name(out, "attendees");
    out += '[';
    for (const Attendee& a : all)
        if ((!cut && !hidden) || a.address == self) append_attendee(out, a, organizer, self);
    out += ']';
    if (cut || hidden) out += ",\"attendeesOmitted\":true";
}

std::string_view name_of(Visibility visibility) {
    switch (visibility) {
        case Visibility::normal: return "default";
        case Visibility::public_: return "public";
        case Visibility::private_: return "private";
        case Visibility::confidential: return "confidential";
    }
    return "default";
}

void append_head(std::string& out, const View& view, const std::string& id, std::string_view status) {
    out += "{\"kind\":\"calendar#event\",\"etag\":";
    put_json(out, etag_of(view));
    put_member(out, "id", id);
    put_member(out, "status", status);
}

void append_origin(std::string& out, const View& view, const recurrence::Zone& zone) {
    put_member(out, "recurringEventId", view.meeting->id);
    append_time(out, "originalStartTime", view.meeting->event.start, view.slot, zone);
}

}  // namespace

const recurrence::Zone& zone_of(const Calendar& calendar) {
    return *calendar.time_zone;
}

void append_date_time(std::string& out, Seconds at, const recurrence::Zone& zone) {
    const std::chrono::seconds offset = zone.offset_at(at);
    const Seconds wall = at + offset;
    const auto day = std::chrono::floor<std::chrono::days>(wall);
    append_day(out, day);
    out += 'T';
    append_clock(out, wall - day);
    if (offset == std::chrono::seconds{0}) {
        out += 'Z';
        return;
    }
    const std::int64_t minutes = (offset.count() < 0 ? -offset.count() : offset.count()) / 60;
    out += offset.count() < 0 ? '-' : '+';
    append_two(out, static_cast<unsigned>(minutes / 60));
    out += ':';
    append_two(out, static_cast<unsigned>(minutes % 60));
}

std::string utc_text(Instant at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const auto second = std::chrono::floor<std::chrono::seconds>(at);
    std::string out;
    append_day(out, day);
    out += 'T';
    append_clock(out, second - day);
    out += '.';
    const unsigned ms = static_cast<unsigned>((at - second).count());
    out += static_cast<char>('0' + ms / 100);
    append_two(out, ms % 100);
    out += 'Z';
    return out;
}

std::string rfc1123_text(Seconds at) {
    static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date{day};
    std::string out = days[std::chrono::weekday{day}.c_encoding()];
    out += ", ";
    append_two(out, static_cast<unsigned>(date.day()));
    out += ' ';
    out += months[static_cast<unsigned>(date.month()) - 1];
    out += ' ' + std::to_string(static_cast<int>(date.year())) + ' ';
    append_clock(out, at - day);
    out += " GMT";
    return out;
}

std::string id_of(const View& view) {
    return view.slot == no_slot ? view.meeting->id.str() : instance_id(*view.meeting, view.slot);
}

std::string etag_of(const View& view) { return '"' + std::to_string(view.row->etag) + '"'; }

void append_event(std::string& out, const View& view, const Shown& shown) {
    const Meeting& meeting = *view.meeting;
    const Event& event = *view.event;
    const Calendar& calendar = *view.calendar;
    const recurrence::Zone& zone = shown.zone != nullptr ? *shown.zone : zone_of(calendar);
    const std::string id = id_of(view);
    const bool cancelled = view.cancelled();
    append_head(out, view, id, cancelled ? "cancelled" : event.status == Status::tentative ? "tentative" : "confirmed");
    if (cancelled && shown.tombstones_short) {
        if (view.slot != no_slot) append_origin(out, view, zone);
        out += '}';
        return;
    }
    const Own& own = *view.row->own;
    const bool hidden =
        !shown.details && (own.visibility == Visibility::private_ || own.visibility == Visibility::confidential);
    put_member(out, "htmlLink", "https://www.google.com/calendar/event?eid=" + base64url(id + ' ' + calendar.id()));
    put_member(out, "created", utc_text(meeting.created));
    put_member(out, "updated", utc_text(view.row->updated()));
    if (!hidden) {
        if (!event.summary.empty()) put_member(out, "summary", event.summary);
        if (!event.description.empty()) put_member(out, "description", event.description);
        if (!event.location.empty()) put_member(out, "location", event.location);
        if (!own.color.empty()) put_member(out, "colorId", own.color);
    }
    const std::string& organizer_address = meeting.organizer_address.text();
    const bool organizes = organizer_address == calendar.id();
    // A calendar that is no person's primary one carries its name (facts/google.md 5, organizer).
    const bool named = organizes && (calendar.person->is_room || calendar.secondary);
    append_party(out, "creator", meeting.creator.text(), {}, meeting.creator == calendar.id());
    append_party(out, "organizer", organizer_address, named ? calendar.summary : *meeting.organizer_name, organizes);
    append_time(out, "start", event.start, view.start(), zone);
    append_time(out, "end", event.end, view.end(), zone);
    if (view.is_master()) {
        put_name(out, "recurrence");
        out += '[';
        for (const std::string& line : meeting.repeats->recurrence) {
            if (out.back() != '[') out += ',';
            put_json(out, line);
        }
        out += ']';
    }
    if (view.slot != no_slot) append_origin(out, view, zone);
    if (own.transparent) put_member(out, "transparency", "transparent");
    if (own.visibility != Visibility::normal) put_member(out, "visibility", name_of(own.visibility));
    put_member(out, "iCalUID", meeting.uid());
    out += ",\"sequence\":" + std::to_string(event.sequence);
    if (!hidden) {
        if (!event.attendees.empty()) append_attendees(out, view, shown, organizer_address);
        if (!own.private_properties.empty() || !event.rest->shared_properties.empty()) {
            out += ",\"extendedProperties\":{";
            if (!own.private_properties.empty()) append_properties(out, "private", own.private_properties);
            if (!event.rest->shared_properties.empty()) append_properties(out, "shared", event.rest->shared_properties);
            out += '}';
        }
        if (!event.rest->hangout_link.empty()) put_member(out, "hangoutLink", event.rest->hangout_link);
    }
    const auto opaque = [&](Opaque which) {
        const auto it = event.rest->opaque.find(which);
        if (it == event.rest->opaque.end() || hidden) return;
        put_name(out, name_of(which));
        out += it->second;
    };
    if (shown.conference) opaque(Opaque::conference);
    opaque(Opaque::gadget);
    if (event.anyone_can_add_self) out += ",\"anyoneCanAddSelf\":true";
    if (!event.guests_can_invite) out += ",\"guestsCanInviteOthers\":false";
    if (event.guests_can_modify) out += ",\"guestsCanModify\":true";
    if (!event.guests_can_see_guests) out += ",\"guestsCanSeeOtherGuests\":false";
    if (event.locked) out += ",\"locked\":true";
    put_name(out, "reminders");
    out += own.reminders.empty() ? "{\"useDefault\":true}" : own.reminders;
    if (meeting.creator == calendar.id()) opaque(Opaque::source);
    opaque(Opaque::working_location);
    opaque(Opaque::out_of_office);
    opaque(Opaque::focus_time);
    opaque(Opaque::birthday);
    opaque(Opaque::attachments);
    put_member(out, "eventType", event.rest->event_type);
    out += '}';
}

void append_rule(std::string& out, std::string_view id, const AclRule& rule) {
    char etag[24];
    std::snprintf(etag, sizeof etag, "\"%020llu\"", static_cast<unsigned long long>(rule.etag));
    out += "{\"kind\":\"calendar#aclRule\",\"etag\":";
    put_json(out, etag);
    put_member(out, "id", id);
    const std::size_t colon = id.find(':');
    out += ",\"scope\":{\"type\":";
    put_json(out, id.substr(0, colon));
    if (colon != std::string_view::npos) put_member(out, "value", id.substr(colon + 1));
    out += '}';
    put_member(out, "role", rule.role_name);
    out += '}';
}

void append_vacation(std::string& out, const Calendar& calendar) {
    const AutomaticReplies& replies = calendar.vacation;
    const VacationMembers& members = calendar.vacation_members;
    out += "{\"enableAutoReply\":";
    out += replies.on ? "true" : "false";
    if (!members.subject.empty()) put_member(out, "responseSubject", members.subject);
    if (!replies.message.empty()) put_member(out, "responseBodyPlainText", replies.message);
    if (!members.html.empty()) put_member(out, "responseBodyHtml", members.html);
    out += ",\"restrictToContacts\":";
    out += members.only_contacts ? "true" : "false";
    out += ",\"restrictToDomain\":";
    out += members.only_domain ? "true" : "false";
    if (replies.from) put_member(out, "startTime", std::to_string(replies.from->time_since_epoch().count()));
    if (replies.until) put_member(out, "endTime", std::to_string(replies.until->time_since_epoch().count()));
    out += "}\n";
}

void append_laid_out(std::string& out, const View& view, const Shown& shown) {
    if (shown.layout == Layout::compact) {
        append_event(out, view, shown);
        return;
    }
    std::string compact;
    append_event(compact, view, shown);
    append_pretty(out, compact, limits::pretty_indent, shown.layout == Layout::pretty_in_list ? 2 : 0);
}

void Renderings::append(std::string& out, const View& view, const Shown& shown) {
    if (!shown.usual()) {
        append_laid_out(out, view, shown);
        return;
    }
    if (slots_.empty()) slots_.resize(limits::cached_renderings);
    const auto shape = static_cast<std::uint8_t>(static_cast<unsigned>(shown.layout) | (shown.details ? 4u : 0u) |
                                                 (view.cancelled() ? 8u : 0u) | (view.plain_occurrence ? 16u : 0u));
    const Row& row = *view.row;
    const auto slot_minutes = static_cast<std::uint64_t>(view.slot.time_since_epoch().count() / 60);
    const std::uint64_t place = row.ordinal + (view.plain_occurrence ? slot_minutes * 0x9E3779B97F4A7C15u >> 40 : 0) + shape * 4099u;
    Cached& cached = slots_[place % slots_.size()];
    if (cached.ordinal != row.ordinal || cached.etag != row.etag || cached.change != row.change ||
        cached.slot != view.slot || cached.shape != shape) {
        if (bytes_ > limits::cached_rendering_bytes) {
            forget();
            slots_.resize(limits::cached_renderings);
        }
        Cached& fresh = slots_[place % slots_.size()];
        bytes_ -= fresh.text.size();
        fresh.ordinal = row.ordinal;
        fresh.etag = row.etag;
        fresh.change = row.change;
        fresh.slot = view.slot;
        fresh.shape = shape;
        fresh.text.clear();
        append_laid_out(fresh.text, view, shown);
        bytes_ += fresh.text.size();
        out += fresh.text;
        return;
    }
    out += cached.text;
}

void Renderings::forget() {
    slots_.clear();
    bytes_ = 0;
}

}  // namespace fakes::google
