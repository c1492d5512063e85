// The routes of events: list, get, post, patch, delete, instances.
#include <algorithm>

#include "fakes/microsoft/graph.hpp"
#include "fakes/microsoft/input.hpp"
#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

Shape shape_of(const Preferences& preferences, const Query& query) {
    Shape shape;
    if (preferences.zone) {
        shape.start_zone = shape.end_zone = preferences.zone;
        shape.start_zone_name = shape.end_zone_name = preferences.zone_name;
    }
    shape.text_body = preferences.text_body;
    if (query.selects) shape.select = &query.select;
    if (query.expands_properties) shape.expand_properties = &query.expand_properties;
    return shape;
}

bool is_default(const Preferences& preferences, const Query& query) { return query.plain() && !preferences.zone && !preferences.text_body; }

std::size_t page_size(const Preferences& preferences, const Query& query) {
    return static_cast<std::size_t>(query.top.value_or(preferences.page_size.value_or(limits::page_default)));
}

void sort_entries(std::vector<Entry>& entries, const Query& query) {
    if (query.order.empty()) return;
    std::stable_sort(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
        for (const Query::Order& order : query.order) {
            const int compared = compare_by(order.field, a, b);
            if (compared != 0) return order.descending ? compared > 0 : compared < 0;
        }
        return false;
    });
}

}  // namespace

std::string Graph::context(const Call& call, const Query& query) const {
    std::string out = options_.graph_base + "/$metadata#users('" + call.mailbox->user_id() + "')/" + call.route.collection;
    if (call.route.resource == Route::Resource::instances) out += "('" + percent_encode(call.route.event, true) + "')/instances";
    if (!query.selects && !query.expands_properties) return out;
    out += '(';
    for (std::size_t i = 0; i < query.select.size(); ++i) out += (i == 0 ? "" : ",") + query.select[i];
    if (query.expands_properties) out += std::string(query.select.empty() ? "" : ",") + "singleValueExtendedProperties()";
    return out + ")";
}

void Graph::finish(Reply& reply, const Call& call) const {
    if (!call.preferences.applied.empty()) reply.headers.push_back({"Preference-Applied", call.preferences.applied});
}

Reply Graph::entity(const Call& call, int status, const Entry& entry, const Shape& shape, const Query& query, bool plain) {
    std::string body = "{\"@odata.context\":\"" + context(call, query) + "/$entity\",";
    if (plain) {
        body.reserve(body.size() + 4096);
        renderer_.put_default(body, *call.mailbox, entry);
    } else {
        std::string members;
        members.reserve(4096);
        put_event(members, *call.mailbox, entry, shape);
        body += members;
    }
    body += '}';
    Reply reply = json_reply(status, std::move(body), call.marks);
    reply.headers.push_back({"ETag", etag(*call.mailbox, *entry.copy)});
    finish(reply, call);
    return reply;
}

Reply Graph::collection(const Call& call, const std::vector<Entry>& entries, const Query& query, const std::string& where, bool more,
                        std::size_t next, std::size_t count) {
    std::string body = "{\"@odata.context\":\"" + where + "\"";
    body.reserve(512 + entries.size() * 3072);
    if (query.count) body += ",\"@odata.count\":" + std::to_string(count);
    body += ",\"value\":[";
    const bool plain = is_default(call.preferences, query);
    const Shape shape = shape_of(call.preferences, query);
    std::string members;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        body += i == 0 ? "{" : ",{";
        if (plain) {
            renderer_.put_default(body, *call.mailbox, entries[i]);
        } else {
            members.clear();
            put_event(members, *call.mailbox, entries[i], shape);
            body += members;
        }
        body += '}';
    }
    body += ']';
    if (more) {
        const std::string_view path = std::string_view(call.request.target).substr(0, call.request.target.find('?'));
        put_member(body, "@odata.nextLink", graph_origin_ + std::string(path) + "?" + next_page(query, next));
    }
    body += '}';
    Reply reply = json_reply(200, std::move(body), call.marks);
    finish(reply, call);
    return reply;
}

Reply Graph::list_events(const Call& call) {
    auto read = read_query(call.query);
    if (Fault* fault = std::get_if<Fault>(&read)) return refuse(call, *fault);
    const Query& query = std::get<Query>(read);
    const auto& items = call.mailbox->items();
    const std::size_t size = page_size(call.preferences, query);
    std::vector<Entry> page;
    std::size_t count = items.size();
    if (!query.filter && query.order.empty()) {
        if (query.skip < items.size()) {
            auto at = std::next(items.begin(), static_cast<std::ptrdiff_t>(query.skip));
            for (; at != items.end() && page.size() < size; ++at) page.push_back(entry_of(at->second));
        }
    } else {
        std::vector<Entry> all;
        for (const auto& [number, item] : items) {
            const Entry entry = entry_of(item);
            if (!query.filter || matches(*query.filter, *call.mailbox, entry)) all.push_back(entry);
        }
        sort_entries(all, query);
        count = all.size();
        for (std::size_t i = query.skip; i < all.size() && page.size() < size; ++i) page.push_back(all[i]);
    }
    const std::size_t next = query.skip + page.size();
    return collection(call, page, query, context(call, query), next < count && !page.empty(), next, count);
}

Reply Graph::list_instances(const Call& call) {
    auto read = read_query(call.query);
    if (Fault* fault = std::get_if<Fault>(&read)) return refuse(call, *fault);
    const Query& query = std::get<Query>(read);
    const auto found = find_target(call);
    if (const Fault* fault = std::get_if<Fault>(&found)) return refuse(call, *fault);
    const Target& target = std::get<Target>(found);
    const auto window = window_of(query);
    if (const Fault* fault = std::get_if<Fault>(&window)) return refuse(call, *fault);
    if (target.entry.type != Entry::Type::master) return refuse(call, errors::not_a_series());
    const Window& span = std::get<Window>(window);
    std::vector<Entry> all = call.mailbox->instances(*target.entry.item, span.from, span.to);
    if (query.filter) std::erase_if(all, [&](const Entry& entry) { return !matches(*query.filter, *call.mailbox, entry); });
    sort_entries(all, query);
    const std::size_t size = page_size(call.preferences, query);
    std::vector<Entry> page;
    for (std::size_t i = query.skip; i < all.size() && page.size() < size; ++i) page.push_back(all[i]);
    const std::size_t next = query.skip + page.size();
    return collection(call, page, query, context(call, query), next < all.size() && !page.empty(), next, all.size());
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
    if (!sent || *sent == "*" || *sent == "\"*\"") return std::nullopt;
    std::string_view key = *sent;
    if (key.starts_with("W/")) key.remove_prefix(2);
    if (key.size() >= 2 && key.front() == '"' && key.back() == '"') key = key.substr(1, key.size() - 2);
    if (!same_secret(key, change_key(call.mailbox->ids(), copy.change))) return errors::change_key_stale();
    return std::nullopt;
}

Reply Graph::get_event(const Call& call) {
    auto read = read_query(call.query);
    if (Fault* fault = std::get_if<Fault>(&read)) return refuse(call, *fault);
    const Query& query = std::get<Query>(read);
    const auto found = find_target(call);
    if (const Fault* fault = std::get_if<Fault>(&found)) return refuse(call, *fault);
    const Entry& entry = std::get<Target>(found).entry;
    return entity(call, 200, entry, shape_of(call.preferences, query), query, is_default(call.preferences, query));
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
    if (!input.edit.start || !input.edit.end) return refuse(call, errors::property_invalid("A new event needs start and end."));
    const auto made = calendars_.create(*call.mailbox, input.edit, call.marks.now);
    if (const Fault* fault = std::get_if<Fault>(&made)) return refuse(call, *fault);
    const Item& item = *call.mailbox->find(std::get<std::uint64_t>(made));
    Query query;
    Shape shape = shape_of(call.preferences, query);
    if (!call.preferences.zone) {  // Graph docs, create event: without a preference the answer speaks in the request's zones
        const Content& content = *item.copy.content;
        shape.start_zone = content.start.zone;
        shape.end_zone = content.end.zone;
        shape.start_zone_name = content.start.zone_name;
        shape.end_zone_name = content.end.zone_name;
    }
    Reply reply = entity(call, 201, entry_of(item), shape, query, false);
    reply.headers.push_back({"Location", options_.graph_base + "/users('" + call.mailbox->user_id() + "')/" + call.route.collection + "('" +
                                             item_id(call.mailbox->ids(), item.number) + "')"});
    return reply;
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
    if (input.wants_online) input.edit.online = calendars_.new_online_meeting(*call.mailbox);
    if (const auto fault = calendars_.edit(*call.mailbox, target.item, target.slot, input.edit, call.marks.now)) return refuse(call, *fault);
    const std::optional<Entry> entry = call.mailbox->entry(target.item, target.slot);
    if (!entry) return refuse(call, errors::item_not_found());
    Query query;
    Shape shape = shape_of(call.preferences, query);
    const bool echoes = !call.preferences.zone && input.edit.start && input.edit.end;
    if (echoes) {
        shape.start_zone = input.edit.start->zone;
        shape.end_zone = input.edit.end->zone;
        shape.start_zone_name = input.edit.start->zone_name;
        shape.end_zone_name = input.edit.end->zone_name;
    }
    return entity(call, 200, *entry, shape, query, !echoes && is_default(call.preferences, query));
}

Reply Graph::delete_event(const Call& call) {
    const auto found = find_target(call);
    if (const Fault* fault = std::get_if<Fault>(&found)) return refuse(call, *fault);
    const Target& target = std::get<Target>(found);
    if (const auto fault = check_if_match(call, *target.entry.copy)) return refuse(call, *fault);
    if (const auto fault = calendars_.remove(*call.mailbox, target.item, target.slot, call.marks.now)) return refuse(call, *fault);
    Reply reply = json_reply(204, {}, call.marks);
    reply.headers.erase(reply.headers.begin());  // nothing comes, so no type is announced
    return reply;
}

}  // namespace fakes::microsoft
