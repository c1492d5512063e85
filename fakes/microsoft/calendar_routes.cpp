// The routes of calendars: the default one and further ones, and the group that holds them.
#include <algorithm>

#include "fakes/microsoft/calendar_face.hpp"
#include "fakes/microsoft/graph.hpp"
#include "fakes/microsoft/replies.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {

/// From the person's default calendar to the one that the target names, by its own id or by that of an event.
std::optional<Fault> Graph::pick_calendar(Call& call) {
    const Route& route = call.route;
    const MailboxIds& home = call.mailbox->ids();
    if (!route.calendar_group.empty() && route.calendar_group != calendar_group_id(home))
        return calendar_id_shaped(route.calendar_group) ? errors::item_not_found() : errors::malformed_id();
    const bool more = mailboxes_.has_more_calendars(*call.mailbox);
    if (!route.calendar.empty()) {
        if (route.calendar == calendar_id(home)) return std::nullopt;
        if (!calendar_id_shaped(route.calendar)) return errors::malformed_id();
        if (more)
            for (Mailbox* each : mailboxes_.calendars_of(*call.mailbox))
                if (route.calendar == calendar_id(each->ids())) {
                    call.mailbox = each;
                    return std::nullopt;
                }
        return errors::item_not_found();
    }
    // `users/{id}/events/{id}` reaches the events of all calendars: ids are the mailbox's.
    if (!more || route.event.empty()) return std::nullopt;
    for (Mailbox* each : mailboxes_.calendars_of(*call.mailbox)) {
        const std::optional<ParsedId> id = parse_id(each->ids(), route.event);
        if (!id || !id->here || each->find(id->item) == nullptr) continue;
        call.mailbox = each;
        break;
    }
    return std::nullopt;
}

Reply Graph::calendars_reply(const Call& call) {
    const std::string& method = call.request.method;
    if (method == "POST" && !call.route.counts) return write_calendar(call, true);
    if (method != "GET") return refuse(call, errors::method_not_allowed(method));
    const auto read = read_directory_query(call.query, true);
    if (const Fault* fault = std::get_if<Fault>(&read)) return refuse(call, *fault);
    const DirectoryQuery& query = std::get<DirectoryQuery>(read);
    std::optional<std::vector<Predicate>> wanted = std::vector<Predicate>();
    if (!query.filter.empty()) wanted = predicates(query.filter, {"id", "name", "color", "hexColor", "isDefaultCalendar", "canEdit", "canShare", "isRemovable"});
    if (!wanted) return refuse(call, errors::filter_invalid("Calendars are filtered by eq and startswith, joined by and."));
    std::vector<Members> rows;
    for (const Mailbox* each : mailboxes_.calendars_of(*call.mailbox)) {
        Members row = members_of(*each);
        if (std::all_of(wanted->begin(), wanted->end(), [&](const Predicate& holds) { return holds(row); })) rows.push_back(std::move(row));
    }
    if (call.route.counts) {
        Page page;
        page.count = rows.size();
        return count_reply(call, page);
    }
    std::string body = "{\"@odata.context\":\"" + user_context(call) + call.route.collection + "\"";
    if (query.count) body += ",\"@odata.count\":" + std::to_string(rows.size());
    body += ",\"value\":[";
    const std::size_t end = std::min(rows.size(), query.skip + query.top);
    for (std::size_t i = query.skip; i < end; ++i) {
        std::string one = "{";
        if (const auto fault = put_selected(one, rows[i], rows[i].size(), query.select, "microsoft.graph.calendar")) return refuse(call, *fault);
        body += (i == query.skip ? "" : ",") + one + "}";
    }
    body += ']';
    if (end < rows.size()) {
        std::string rest;
        for (const auto& [name, value] : query.rest) rest += percent_encode(name) + "=" + percent_encode(value) + "&";
        put_member(body, "@odata.nextLink", link(call, rest + "$skip=" + std::to_string(end)));
    }
    return json_reply(200, body + "}", call.marks);
}

Reply Graph::calendar_reply(const Call& call) {
    const std::string& method = call.request.method;
    if (method == "PATCH") return write_calendar(call, false);
    if (method == "DELETE") {
        if (call.mailbox->is_default()) return refuse(call, errors::folder_distinguished());
        mailboxes_.remove_calendar(*call.mailbox, call.marks.now);
        return empty_reply(204, call.marks);
    }
    if (method != "GET") return refuse(call, errors::method_not_allowed(method));
    const auto read = read_directory_query(call.query);
    if (const Fault* fault = std::get_if<Fault>(&read)) return refuse(call, *fault);
    std::string body = "{\"@odata.context\":\"" + user_context(call) + (call.route.calendar.empty() ? "calendar/$entity\"" : "calendars/$entity\"");
    const Members members = members_of(*call.mailbox);
    if (const auto fault = put_selected(body, members, members.size(), std::get<DirectoryQuery>(read).select, "microsoft.graph.calendar")) return refuse(call, *fault);
    return json_reply(200, body + "}", call.marks);
}

Reply Graph::write_calendar(const Call& call, bool anew) {
    auto read = read_calendar(call.request.body, anew ? CalendarFace() : call.mailbox->face, anew);
    if (const Fault* fault = std::get_if<Fault>(&read)) return refuse(call, *fault);
    CalendarFace& face = std::get<CalendarFace>(read);
    for (const Mailbox* each : mailboxes_.calendars_of(*call.mailbox))
        if ((anew || each != call.mailbox) && same_text(each->face.name, face.name)) return refuse(call, errors::folder_exists());
    ++face.change;
    Mailbox* calendar = anew ? mailboxes_.add_calendar(*call.mailbox, std::move(face)) : call.mailbox;
    if (calendar == nullptr) return refuse(call, errors::folders_too_many());
    if (!anew) calendar->face = std::move(face);
    std::string body = "{\"@odata.context\":\"" + user_context(call) + "calendars/$entity\"";
    put_calendar(body, *calendar);
    Reply reply = json_reply(anew ? 201 : 200, body + "}", call.marks);
    if (anew) reply.headers.push_back({"Location", options_.graph_base + "/users('" + calendar->user_id() + "')/calendars('" + calendar_id(calendar->ids()) + "')"});
    return reply;
}

/// Who sees what of a calendar: the organisation free and busy times, and those it was shared with (Graph docs, calendarPermission).
Reply Graph::permissions_reply(const Call& call) {
    if (call.request.method != "GET") return refuse(call, errors::not_implemented("Permissions are read only here; people share by hand."));
    struct Row {
        std::string name, address, role;
    };
    std::vector<Row> rows{{"My Organization", "", "freeBusyRead"}};
    for (const auto& [address, role] : call.mailbox->shared_with) rows.push_back({mailboxes_.name_of(address), address, role == "reader" ? "read" : "write"});
    const bool one = !call.route.part.empty();
    std::string body = "{\"@odata.context\":\"" + user_context(call) + call.route.collection + (one ? "/$entity\"" : "\",\"value\":[");
    bool found = false;
    for (const Row& row : rows) {
        const std::string id = base64(row.address.empty() ? "Default" : row.address);
        if (one && id != call.route.part) continue;
        if (!one) body += found ? ",{" : "{";
        found = true;
        put_member(body, "id", id);
        body += row.address.empty() ? ",\"isRemovable\":false" : ",\"isRemovable\":true";
        body += ",\"isInsideOrganization\":true";
        put_member(body, "role", row.role);
        body += ",\"allowedRoles\":[\"none\",\"freeBusyRead\",\"limitedRead\",\"read\",\"write\"],\"emailAddress\":{";
        put_member(body, "name", row.name);
        if (!row.address.empty()) put_member(body, "address", row.address);
        body += one ? "}" : "}}";
    }
    if (!found) return refuse(call, errors::item_not_found());
    return json_reply(200, body + (one ? "}" : "]}"), call.marks);
}

Reply Graph::calendar_groups_reply(const Call& call) {
    const std::string& method = call.request.method;
    const bool list = call.route.resource == Route::Resource::calendar_groups;
    if (method != "GET") return refuse(call, list && method == "POST" ? errors::not_implemented("Calendars are in one group.") : errors::method_not_allowed(method));
    std::string body = "{\"@odata.context\":\"" + user_context(call) + (list ? "calendarGroups\",\"value\":[{" : "calendarGroups/$entity\"");
    put_member(body, "name", "My Calendars");
    put_member(body, "classId", "0006f0b7-0000-0000-c000-000000000046");  // of the calendars a person owns (Graph docs, calendarGroup)
    put_member(body, "changeKey", change_key(call.mailbox->ids(), 0));
    put_member(body, "id", calendar_group_id(call.mailbox->ids()));
    return json_reply(200, body + (list ? "}]}" : "}"), call.marks);
}

}  // namespace fakes::microsoft
