// What is done to one event besides editing it: answers, cancelling, open extensions; and free/busy.
#include <algorithm>

#include "fakes/microsoft/bodies.hpp"
#include "fakes/microsoft/graph.hpp"
#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/names.hpp"
#include "fakes/microsoft/replies.hpp"
#include "fakes/microsoft/settings.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

void put_moment(std::string& out, std::string_view name, Instant at, const Preferences& preferences) {
    out += ",\"";
    out += name;
    out += "\":{\"dateTime\":\"";
    put_local7(out, preferences.zone ? preferences.zone->to_local(at) : utc_wall_clock(at));
    out += '"';
    put_member(out, "timeZone", preferences.zone ? std::string_view(preferences.zone_name) : "UTC");
    out += '}';
}

/// Digits of availabilityView, and which of two overlapping ones shows.
char digit_of(ShowAs show_as) {
    switch (show_as) {
        case ShowAs::free: return '0';
        case ShowAs::tentative: return '1';
        case ShowAs::busy: return '2';
        case ShowAs::out_of_office: return '3';
        case ShowAs::working_elsewhere: return '4';
    }
    return '0';
}
int weight_of(char digit) { return static_cast<int>(std::string_view("04123").find(digit)); }

struct Span {
    Instant from{}, to{};
    std::chrono::minutes step{};

    explicit Span(const ScheduleInput& input)
        : from(input.start.zone->to_utc(input.start.local)), to(input.end.zone->to_utc(input.end.local)), step(input.interval_minutes) {}
    std::string empty() const { return std::string(static_cast<std::size_t>((to - from + step - std::chrono::milliseconds(1)) / step), '0'); }
    void mark(std::string& digits, const Entry& entry) const {
        const char digit = digit_of(entry.copy->show_as);
        const auto first = static_cast<std::size_t>((std::max(entry.start, from) - from) / step);
        for (std::size_t i = first; i < digits.size() && from + static_cast<std::int64_t>(i) * step < entry.end; ++i)
            if (weight_of(digit) > weight_of(digits[i])) digits[i] = digit;
    }
};

/// Graph docs, calendar: getSchedule: of a distribution list only the merged view of its members is told.
std::string merged_schedule_of(const std::vector<Mailbox*>& members, const ScheduleInput& input) {
    const Span span(input);
    std::string digits = span.empty();
    for (const Mailbox* member : members)
        for (const Entry& entry : member->view(span.from, span.to)) span.mark(digits, entry);
    return ",\"availabilityView\":\"" + digits + "\",\"scheduleItems\":[]";
}

std::string schedule_of(const Mailbox& mailbox, const ScheduleInput& input, const Preferences& preferences) {
    const Span span(input);
    const std::vector<Entry> entries = mailbox.view(span.from, span.to);
    if (entries.size() > limits::schedule_entries)
        return ",\"scheduleItems\":null,\"error\":{\"message\":\"The result set contains too many calendar entries.\",\"responseCode\":\"5006\"}";
    std::string digits = span.empty();
    std::string items;
    for (const Entry& entry : entries) {
        const Content& content = *entry.copy->content;
        span.mark(digits, entry);
        const bool hidden = content.sensitivity == Sensitivity::private_;
        items += items.empty() ? "{" : ",{";
        items += hidden ? "\"isPrivate\":true" : "\"isPrivate\":false";
        put_member(items, "status", name_of(entry.copy->show_as));
        if (!hidden) {
            put_member(items, "subject", content.subject);
            put_member(items, "location", content.locations.empty() ? std::string() : content.locations.front().name);
        }
        put_moment(items, "start", entry.start, preferences);
        put_moment(items, "end", entry.end, preferences);
        items += '}';
    }
    std::string out;
    out += ",\"availabilityView\":\"" + digits + "\",\"scheduleItems\":[" + items + "],\"workingHours\":{";
    return out + *settings_json(mailbox, "workinghours", span.from) + "}";
}

}  // namespace

Reply Graph::act(const Call& call) {
    const std::string& action = call.route.action;
    const auto found = find_target(call);
    if (const Fault* fault = std::get_if<Fault>(&found)) return refuse(call, *fault);
    const Target& target = std::get<Target>(found);
    if (action == "forward") return forward(call, target);
    if (action == "snoozereminder") {
        const auto fault = read_snooze(call.request.body);
        return fault ? refuse(call, *fault) : empty_reply(202, call.marks);
    }
    if (action == "cancel" || action == "dismissreminder") {
        if (const auto fault = read_comment(call.request.body)) return refuse(call, *fault);
        if (action == "dismissreminder") return empty_reply(202, call.marks);
        if (!target.entry.item->copy.organizer) return refuse(call, errors::not_the_organizer());
        if (const auto fault = calendars_.remove(*call.mailbox, target.item, target.slot, call.marks.now)) return refuse(call, *fault);
        return empty_reply(202, call.marks);
    }
    const auto read = read_response(call.request.body);
    if (const Fault* fault = std::get_if<Fault>(&read)) return refuse(call, *fault);
    const ResponseInput& input = std::get<ResponseInput>(read);
    if (target.entry.item->copy.organizer) return refuse(call, errors::own_meeting());
    if (input.proposal) {
        // Graph docs, event: decline: a proposal travels with the answer, and only where the organizer takes some.
        if (action == "accept") return refuse(call, errors::unknown_parameter("proposedNewTime"));
        if (!input.send) return refuse(call, errors::proposal_refused("A new time cannot be proposed without sending a response."));
        if (!target.entry.copy->content->allow_new_times) return refuse(call, errors::proposal_refused("The organizer does not allow new time proposals for this meeting."));
    }
    const Response response = action == "accept" ? Response::accepted : action == "decline" ? Response::declined : Response::tentative;
    if (const auto fault = calendars_.respond(*call.mailbox, target.item, target.slot, response, input.send, call.marks.now, input.proposal))
        return refuse(call, *fault);
    return empty_reply(202, call.marks);
}

/// Graph docs, event: forward: whoever forwards, the organizer's copy gets the new recipients among its attendees.
Reply Graph::forward(const Call& call, const Target& target) {
    auto read = read_forward(call.request.body);
    if (Fault* fault = std::get_if<Fault>(&read)) return refuse(call, *fault);
    Mailbox* organizer = mailboxes_.with_meeting(target.entry.copy->content->organizer_address, target.entry.item->meeting.key);
    Item* own = organizer ? organizer->of_meeting(target.entry.item->meeting.key) : nullptr;
    if (own == nullptr || !own->copy.organizer) return empty_reply(202, call.marks);  // a stranger's meeting: mail to somebody
    const std::optional<Date> slot = target.slot ? target.slot : target.entry.item->lone_slot;
    const std::optional<Entry> meeting = organizer->entry(own->number, slot);
    if (!meeting) return refuse(call, errors::item_not_found());
    Edit edit;
    edit.attendees = meeting->copy->content->attendees;
    for (Attendee& attendee : std::get<std::vector<Attendee>>(read)) edit.attendees->push_back(std::move(attendee));
    name_attendees(edit);
    if (const auto fault = calendars_.edit(*organizer, own->number, slot, std::move(edit), call.marks.now)) return refuse(call, *fault);
    return empty_reply(202, call.marks);
}

Reply Graph::schedule_reply(const Call& call) {
    const auto read = read_schedule(call.request.body);
    if (const Fault* fault = std::get_if<Fault>(&read)) return refuse(call, *fault);
    const ScheduleInput& input = std::get<ScheduleInput>(read);
    std::string body = "{\"@odata.context\":\"" + options_.graph_base + "/$metadata#Collection(microsoft.graph.scheduleInformation)\",\"value\":[";
    for (std::size_t i = 0; i < input.schedules.size(); ++i) {
        body += i == 0 ? "{" : ",{";
        put_member(body, "scheduleId", input.schedules[i]);
        if (const Mailbox* mailbox = mailboxes_.of_address(input.schedules[i])) {
            body += schedule_of(*mailbox, input, *call.preferences);
        } else if (const std::vector<Mailbox*> members = mailboxes_.reached_by(input.schedules[i]); !members.empty()) {
            body += merged_schedule_of(members, input);
        } else {
            body += ",\"scheduleItems\":null,\"error\":{";
            put_member(body, "message", "Unable to resolve e-mail address " + input.schedules[i] + " to an Active Directory object.");
            put_member(body, "responseCode", "5016");
            body += '}';
        }
        body += '}';
    }
    Reply reply = json_reply(200, body + "]}", call.marks);
    finish(reply, call);
    return reply;
}

Reply Graph::extension_reply(const Call& call) {
    const std::string& method = call.request.method;
    const auto found = find_target(call);
    if (const Fault* fault = std::get_if<Fault>(&found)) return refuse(call, *fault);
    const Target& target = std::get<Target>(found);
    const auto known = [&](std::string_view name) -> const OpenExtension* {
        const std::optional<Entry> entry = call.mailbox->entry(target.item, target.slot);
        if (!entry) return nullptr;
        const auto& list = extras_of(*entry->copy).extensions;
        const auto place = std::find_if(list.begin(), list.end(), [&](const OpenExtension& each) { return same_text(each.name, name); });
        return place == list.end() ? nullptr : &*place;
    };
    const std::string context = user_context(call) + call.route.collection + "('" +
                                percent_encode(call.route.event, true) + "')/extensions";
    const auto shown = [&](int status, const OpenExtension& extension) {
        std::string body = "{\"@odata.context\":\"" + context + "/$entity\"";
        put_extension(body, extension);
        return json_reply(status, body + "}", call.marks);
    };
    const auto save = [&](Edit edit) { return calendars_.edit(*call.mailbox, target.item, target.slot, std::move(edit), call.marks.now); };
    if (call.route.resource == Route::Resource::extensions) {
        if (method == "GET") {
            std::string body;
            if (const std::optional<Entry> entry = call.mailbox->entry(target.item, target.slot))
                for (const OpenExtension& extension : extras_of(*entry->copy).extensions) {
                    std::string one;
                    put_extension(one, extension);
                    body.append(body.empty() ? "{" : ",{").append(one, one.starts_with(',') ? 1 : 0).append("}");
                }
            return json_reply(200, "{\"@odata.context\":\"" + context + "\",\"value\":[" + body + "]}", call.marks);
        }
        if (method != "POST") return refuse(call, errors::method_not_allowed(method));
        auto read = read_extension(call.request.body, nullptr);
        if (Fault* fault = std::get_if<Fault>(&read)) return refuse(call, *fault);
        const OpenExtension& extension = std::get<OpenExtension>(read);
        if (known(extension.name)) return refuse(call, errors::extension_exists(extension.name));
        Edit edit;
        edit.extensions.push_back(extension);
        if (const auto fault = save(std::move(edit))) return refuse(call, *fault);
        return shown(201, extension);
    }
    const OpenExtension* extension = known(extension_name(call.route.extension));
    if (!extension) return refuse(call, errors::extension_not_found());
    if (method == "GET") return shown(200, *extension);
    Edit edit;
    if (method == "DELETE") {
        edit.gone_extensions.push_back(extension->name);
        if (const auto fault = save(std::move(edit))) return refuse(call, *fault);
        return empty_reply(204, call.marks);
    }
    if (method != "PATCH") return refuse(call, errors::method_not_allowed(method));
    auto read = read_extension(call.request.body, extension);
    if (Fault* fault = std::get_if<Fault>(&read)) return refuse(call, *fault);
    edit.extensions.push_back(std::get<OpenExtension>(read));
    if (const auto fault = save(std::move(edit))) return refuse(call, *fault);
    return shown(200, std::get<OpenExtension>(read));
}

}  // namespace fakes::microsoft
