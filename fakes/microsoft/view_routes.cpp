// Delta rounds over a calendar view.
#include "fakes/microsoft/delta.hpp"
#include "fakes/microsoft/graph.hpp"
#include "fakes/microsoft/replies.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

/// Graph docs, event: delta: the rows are those of the view, whole and in no order.
bool has_refused_option(const Query& query) {
    for (const auto& [name, value] : query.all)
        for (const std::string_view refused : {"$orderby", "$filter", "$select", "$expand", "$search"})
            if (same_text(name, refused)) return true;
    return false;
}

}  // namespace

std::variant<SyncState, Fault> Graph::sync_state(const Call& call, const Query& query) const {
    if (!query.skip_token && !query.delta_token) {
        const auto window = window_of(query);
        if (const Fault* fault = std::get_if<Fault>(&window)) return *fault;
        SyncState state;
        state.mailbox = call.mailbox->index();
        state.from = std::get<Window>(window).from;
        state.to = std::get<Window>(window).to;
        state.base = call.mailbox->revision();
        return state;
    }
    auto state = sync_tokens_.read(query.skip_token ? *query.skip_token : *query.delta_token);
    if (!state || state->mailbox != call.mailbox->index()) return errors::sync_state_not_found();
    if (query.delta_token && !query.skip_token) {
        if (state->item != 0 || state->rows != 0) return errors::sync_state_not_found();  // a skip token in a delta token's place
        state->since = state->base;
        state->base = call.mailbox->revision();
    }
    return *state;
}

Reply Graph::view_delta(const Call& call) {
    Query query;
    {
        // Options that a round refuses are refused by name, whatever their values.
        query.all = parse_parameters(call.query);
        if (has_refused_option(query)) return refuse(call, errors::delta_option());
        auto read = read_query(call.query);
        if (Fault* fault = std::get_if<Fault>(&read)) return refuse(call, *fault);
        query = std::move(std::get<Query>(read));
    }
    auto found = sync_state(call, query);
    if (const Fault* fault = std::get_if<Fault>(&found)) return refuse(call, *fault);
    SyncState state = std::get<SyncState>(found);
    const Window window{state.from, state.to};
    std::vector<DeltaRow> rows;
    if (state.since == 0) {
        rows = full_round(*call.mailbox, window);
    } else {
        auto changed = next_round(*call.mailbox, window, state.since, state.base);
        if (!changed) return refuse(call, errors::sync_state_not_found());
        rows = std::move(*changed);
    }
    const std::size_t size = page_size(call, query);
    std::size_t at = 0, told = 0;  // rows already told, and those of the item last told
    while (at < rows.size() && (rows[at].item < state.item || (rows[at].item == state.item && told < state.rows))) {
        if (rows[at].item == state.item) ++told;
        ++at;
    }
    Query plain;
    const Shape shape = shape_of(*call.preferences, plain);
    std::string body = "{\"@odata.context\":\"" + options_.graph_base + "/$metadata#Collection(event)\"", values;
    std::size_t given = 0;
    for (; at < rows.size() && given < size; ++at, ++given) {
        const DeltaRow& row = rows[at];
        state.rows = row.item == state.item ? state.rows + 1 : 1;
        state.item = row.item;
        values += given == 0 ? "{" : ",{";
        put_member(values, "@odata.type", "#microsoft.graph.event");
        if (row.entry) {
            values += ',';
            renderer_.put(values, *call.mailbox, *row.entry, shape, Renderer::Keep::yes);
        } else {
            const MailboxIds& ids = call.mailbox->ids();
            put_member(values, "id", shape.immutable ? immutable_id(ids, row.item, row.slot)
                                     : row.slot      ? occurrence_id(ids, row.item, *row.slot)
                                                     : item_id(ids, row.item));
            values += ",\"@removed\":{\"reason\":\"deleted\"}";
        }
        values += '}';
    }
    if (at < rows.size()) {
        put_member(body, "@odata.nextLink", link(call, "$skiptoken=" + sync_tokens_.write(state)));
    } else {
        state.item = state.rows = 0;
        put_member(body, "@odata.deltaLink", link(call, "$deltatoken=" + sync_tokens_.write(state)));
    }
    body += ",\"value\":[" + values + "]}";
    Reply reply = json_reply(200, std::move(body), call.marks);
    reply.headers.push_back({"Preference-Applied", (call.preferences->applied.empty() ? "" : call.preferences->applied + ", ") + "odata.track-changes"});
    return reply;
}

}  // namespace fakes::microsoft
