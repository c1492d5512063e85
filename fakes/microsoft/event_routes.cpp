// The routes of events: list, get, post, patch, delete, instances.
#include <utility>

#include "fakes/microsoft/graph.hpp"
#include "fakes/microsoft/input.hpp"
#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/replies.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

/// Is the copy's state among those of an If-Match or If-None-Match header? Weak tags count: Exchange knows no others.
bool names_change_key(std::string_view tags, const Mailbox& mailbox, const Copy& copy) {
    const std::string own = change_key(mailbox.ids(), copy.change);
    while (!tags.empty()) {
        const std::size_t comma = tags.find(',');
        std::string_view tag = tags.substr(0, comma);
        tags = comma == std::string_view::npos ? std::string_view() : tags.substr(comma + 1);
        while (tag.starts_with(' ')) tag.remove_prefix(1);
        while (tag.ends_with(' ')) tag.remove_suffix(1);
        if (tag.starts_with("W/")) tag.remove_prefix(2);
        if (tag.size() >= 2 && tag.front() == '"' && tag.back() == '"') tag = tag.substr(1, tag.size() - 2);
        if (tag == "*" || same_secret(tag, own)) return true;
    }
    return false;
}

}  // namespace

/// Contexts name the user in the form of the request, percent-encoded, as recorded answers do.
std::string Graph::user_context(const Call& call) const { return options_.graph_base + "/$metadata#users('" + percent_encode(call.route.user, true) + "')/"; }

std::string Graph::context(const Call& call, const Query& query) const {
    std::string out = user_context(call) + call.route.collection;
    if (call.route.resource == Route::Resource::instances) out += "('" + percent_encode(call.route.event, true) + "')/instances";
    if (!query.selects && !query.expand.any()) return out;
    out += '(';
    bool first = true;
    const auto add = [&](std::string_view name) {
        if (!std::exchange(first, false)) out += ',';
        out += name;
    };
    for (const std::string& name : query.select) add(name);
    if (query.expand.properties) add("singleValueExtendedProperties()");
    if (query.expand.multi_properties) add("multiValueExtendedProperties()");
    if (query.expand.extensions) add("extensions()");
    if (query.expand.attachments) add("attachments()");
    if (query.expand.exceptions) add("exceptionOccurrences()");
    if (query.expand.calendar) add("calendar()");
    return out + ")";
}

Shape Graph::shape_of(const Preferences& preferences, const Query& query) {
    Shape shape;
    std::string what;
    if (preferences.zone) {
        shape.start_zone = shape.end_zone = preferences.zone;
        shape.start_zone_name = shape.end_zone_name = preferences.zone_name;
        what = preferences.zone_name;
    }
    shape.text_body = preferences.text_body;
    shape.immutable = preferences.immutable_ids;
    if (query.selects) shape.select = &query.select;
    if (query.expand.any()) shape.expand = &query.expand;
    what += '\n';
    if (shape.text_body) what += 't';
    if (shape.immutable) what += 'i';
    if (query.selects) what += "\ns" + query.select_text;
    if (query.expand.any()) what += "\ne" + query.expand_text;
    // What is kept is forgotten when the event changes; a calendar's name may change without it.
    shape.kept_as = query.expand.calendar ? 0 : renderer_.shape_number(what);
    return shape;
}

std::size_t Graph::page_size(const Call& call, const Query& query) {
    return static_cast<std::size_t>(query.top.value_or(call.preferences->page_size.value_or(limits::page_default)));
}

void Graph::finish(Reply& reply, const Call& call) const {
    if (!call.preferences->applied.empty()) reply.headers.push_back({"Preference-Applied", call.preferences->applied});
}

Reply Graph::entity(const Call& call, int status, const Entry& entry, const Shape& shape, const Query& query) {
    std::string body = "{\"@odata.context\":\"" + context(call, query) + "/$entity\",";
    body.reserve(body.size() + 4096);
    renderer_.put(body, *call.mailbox, entry, shape, Renderer::Keep::no);
    body += '}';
    Reply reply = json_reply(status, std::move(body), call.marks);
    reply.headers.push_back({"ETag", etag(*call.mailbox, *entry.copy)});
    finish(reply, call);
    return reply;
}

/// OData 4.01 protocol 8.2.8.7: without the entity, its address stands in OData-EntityId.
Reply Graph::written(const Call& call, int status, const Entry& entry, const Shape& shape) {
    const std::string address = options_.graph_base + "/users('" + call.mailbox->user_id() + "')/" + call.route.collection + "('" +
                                event_id(*call.mailbox, entry, call.preferences->immutable_ids) + "')";
    Reply reply;
    if (call.preferences->minimal) {
        reply = empty_reply(204, call.marks);
        reply.headers.push_back({"OData-EntityId", address});
        reply.headers.push_back({"ETag", etag(*call.mailbox, *entry.copy)});
        finish(reply, call);
    } else {
        reply = entity(call, status, entry, shape, Query());
    }
    if (status == 201) reply.headers.push_back({"Location", address});
    return reply;
}

/// OData 4.01 protocol 11.2.10: the bare number, as text; $filter counts, pages do not.
Reply Graph::count_reply(const Call& call, const Page& page) const {
    Reply reply = json_reply(200, std::to_string(page.count), call.marks);
    reply.headers.front().value = "text/plain";
    finish(reply, call);
    return reply;
}

Reply Graph::collection(const Call& call, const Page& page, const Query& query) {
    if (call.route.counts) return count_reply(call, page);
    std::string body = "{\"@odata.context\":\"" + context(call, query) + "\"";
    body.reserve(512 + page.entries.size() * row_bytes_);
    if (query.count) body += ",\"@odata.count\":" + std::to_string(page.count);
    body += ",\"value\":[";
    const Shape shape = shape_of(*call.preferences, query);
    for (std::size_t i = 0; i < page.entries.size(); ++i) {
        body += i == 0 ? "{" : ",{";
        renderer_.put(body, *call.mailbox, page.entries[i], shape, Renderer::Keep::yes);
        body += '}';
    }
    body += ']';
    // The next list is likely like this one; a first guess that was far off would be kept by whoever keeps replies.
    if (!page.entries.empty()) row_bytes_ = body.size() / page.entries.size() + 32;
    if (page.more && !page.entries.empty())
        put_member(body, "@odata.nextLink", link(call, next_page(query, query.skip + page.entries.size())));
    body += '}';
    if (body.capacity() > body.size() + body.size() / 2) body.shrink_to_fit();
    Reply reply = json_reply(200, std::move(body), call.marks);
    finish(reply, call);
    return reply;
}

std::string Graph::link(const Call& call, const std::string& query) const {
    const std::string_view path = std::string_view(call.request.target).substr(0, call.request.target.find('?'));
    return graph_origin_ + std::string(path) + "?" + query;
}

Reply Graph::list_events(const Call& call) {
    auto read = queries_.read(call.query);
    if (Fault* fault = std::get_if<Fault>(&read)) return refuse(call, *fault);
    if (call.route.counts) {
        Query all = *std::get<std::shared_ptr<const Query>>(read);
        all.count = true;
        return count_reply(call, list_page(*call.mailbox, all, 1));
    }
    const Query& query = *std::get<std::shared_ptr<const Query>>(read);
    return collection(call, list_page(*call.mailbox, query, page_size(call, query)), query);
}

Reply Graph::list_instances(const Call& call) {
    auto read = queries_.read(call.query);
    if (Fault* fault = std::get_if<Fault>(&read)) return refuse(call, *fault);
    const Query& query = *std::get<std::shared_ptr<const Query>>(read);
    const auto found = find_target(call);
    if (const Fault* fault = std::get_if<Fault>(&found)) return refuse(call, *fault);
    const Target& target = std::get<Target>(found);
    const auto window = window_of(query);
    if (const Fault* fault = std::get_if<Fault>(&window)) return refuse(call, *fault);
    if (target.entry.type != Entry::Type::master) return refuse(call, errors::not_a_series());
    const Window& span = std::get<Window>(window);
    return collection(call, page_of(call.mailbox->instances(*target.entry.item, span.from, span.to), *call.mailbox, query, page_size(call, query)), query);
}

Reply Graph::list_view(const Call& call) {
    auto read = queries_.read(call.query);
    if (Fault* fault = std::get_if<Fault>(&read)) return refuse(call, *fault);
    const Query& query = *std::get<std::shared_ptr<const Query>>(read);
    const auto window = window_of(query);
    if (const Fault* fault = std::get_if<Fault>(&window)) return refuse(call, *fault);
    const Window& span = std::get<Window>(window);
    return collection(call, page_of(call.mailbox->view(span.from, span.to), *call.mailbox, query, page_size(call, query)), query);
}

std::variant<Graph::Target, Fault> Graph::find_target(const Call& call) const {
    const std::optional<ParsedId> id = parse_id(call.mailbox->ids(), call.route.event);
    if (!id) return errors::malformed_id();
    if (!id->here) return errors::item_not_found();
    Target target;
    target.item = id->item;
    target.slot = id->slot;
    const std::optional<Entry> entry = call.mailbox->entry(id->item, id->slot);
    if (!entry) return id->slot && call.mailbox->find(id->item) ? errors::item_cancelled() : errors::item_not_found();
    target.entry = *entry;
    return target;
}

std::optional<Fault> Graph::check_if_match(const Call& call, const Copy& copy) const {
    const std::string* sent = find_header(call.request.headers, "If-Match");
    if (!sent || names_change_key(*sent, *call.mailbox, copy)) return std::nullopt;
    return errors::change_key_stale();
}

Reply Graph::get_event(const Call& call) {
    auto read = queries_.read(call.query);
    if (Fault* fault = std::get_if<Fault>(&read)) return refuse(call, *fault);
    const Query& query = *std::get<std::shared_ptr<const Query>>(read);
    const auto found = find_target(call);
    if (const Fault* fault = std::get_if<Fault>(&found)) return refuse(call, *fault);
    const Entry& entry = std::get<Target>(found).entry;
    // RFC 9110 13.1.2; OData 4.01 protocol 8.2.5.
    const std::string* known = find_header(call.request.headers, "If-None-Match");
    if (known && names_change_key(*known, *call.mailbox, *entry.copy)) {
        Reply reply = empty_reply(304, call.marks);
        reply.headers.push_back({"ETag", etag(*call.mailbox, *entry.copy)});
        finish(reply, call);
        return reply;
    }
    return entity(call, 200, entry, shape_of(*call.preferences, query), query);
}

void Graph::name_attendees(Edit& edit) const {
    if (!edit.attendees) return;
    for (Attendee& attendee : *edit.attendees)
        if (attendee.name == attendee.address) attendee.name = mailboxes_.name_of(attendee.address);
}

Reply Graph::post_event(const Call& call) {
    auto read = read_event(call.request.body);
    if (Fault* fault = std::get_if<Fault>(&read)) return refuse(call, *fault);
    EventInput& input = std::get<EventInput>(read);
    name_attendees(input.edit);
    if (input.wants_online) input.edit.online = calendars_.new_online_meeting(*call.mailbox);
    number_attachments(input.edit, call.marks.now);
    if (!input.edit.start || !input.edit.end) return refuse(call, errors::property_invalid("A new event needs start and end."));
    const auto made = calendars_.create(*call.mailbox, input.edit, call.marks.now);
    if (const Fault* fault = std::get_if<Fault>(&made)) return refuse(call, *fault);
    const Item& item = *call.mailbox->find(std::get<std::uint64_t>(made));
    Query query;
    Shape shape = shape_of(*call.preferences, query);
    if (!call.preferences->zone) {  // Graph docs, create event: without a preference the answer speaks in the request's zones
        const std::shared_ptr<const Content> said = item.copy.content.whole();
        const Content& content = *said;
        shape.start_zone = content.start.zone;
        shape.end_zone = content.end.zone;
        shape.start_zone_name = content.start.zone_name;
        shape.end_zone_name = content.end.zone_name;
        shape.kept_as = 0;
    }
    return written(call, 201, entry_of(item), shape);
}

Reply Graph::patch_event(const Call& call) {
    const auto found = find_target(call);
    if (const Fault* fault = std::get_if<Fault>(&found)) return refuse(call, *fault);
    const Target& target = std::get<Target>(found);
    if (const auto fault = check_if_match(call, *target.entry.copy)) return refuse(call, *fault);
    auto read = read_event(call.request.body);
    if (Fault* fault = std::get_if<Fault>(&read)) return refuse(call, *fault);
    EventInput& input = std::get<EventInput>(read);
    name_attendees(input.edit);
    input.edit.transaction_id.clear();  // set on create only
    input.edit.attachments.clear();     // the same; afterwards by their own route
    if (input.wants_online) input.edit.online = calendars_.new_online_meeting(*call.mailbox);
    if (const auto fault = calendars_.edit(*call.mailbox, target.item, target.slot, input.edit, call.marks.now)) return refuse(call, *fault);
    const std::optional<Entry> entry = call.mailbox->entry(target.item, target.slot);
    if (!entry) return refuse(call, errors::item_not_found());
    Query query;
    Shape shape = shape_of(*call.preferences, query);
    const bool echoes = !call.preferences->zone && input.edit.start && input.edit.end;
    if (echoes) {
        shape.start_zone = input.edit.start->zone;
        shape.end_zone = input.edit.end->zone;
        shape.start_zone_name = input.edit.start->zone_name;
        shape.end_zone_name = input.edit.end->zone_name;
        shape.kept_as = 0;
    }
    return written(call, 200, *entry, shape);
}

Reply Graph::delete_event(const Call& call) {
    const auto found = find_target(call);
    if (const Fault* fault = std::get_if<Fault>(&found)) return refuse(call, *fault);
    const Target& target = std::get<Target>(found);
    if (const auto fault = check_if_match(call, *target.entry.copy)) return refuse(call, *fault);
    if (const auto fault = calendars_.remove(*call.mailbox, target.item, target.slot, call.marks.now)) return refuse(call, *fault);
    return empty_reply(204, call.marks);
}

}  // namespace fakes::microsoft
