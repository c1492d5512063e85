// The routes of an event's attachments: list, get, its bytes, add, delete.
#include <algorithm>

#include "fakes/microsoft/attachments.hpp"
#include "fakes/microsoft/bodies.hpp"
#include "fakes/microsoft/graph.hpp"
#include "fakes/microsoft/replies.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

/// $select is all that is heard; attachments of an item come on one page.
std::variant<std::optional<std::vector<std::string>>, Fault> selected(std::string_view query) {
    const std::string text = value_of(parse_parameters(query), "$select");
    if (text.empty()) return std::optional<std::vector<std::string>>();
    std::vector<std::string> names;
    for (std::size_t from = 0; from <= text.size();) {
        const std::size_t comma = std::min(text.find(',', from), text.size());
        const std::size_t first = std::min(text.find_first_not_of(' ', from), comma);
        std::string name = text.substr(first, comma - first);
        while (name.ends_with(' ')) name.pop_back();
        if (!attachment_property(name))
            return errors::query_option("$select", "could not find a property named '" + name.substr(0, 60) + "' on type 'microsoft.graph.fileAttachment'.");
        names.push_back(std::move(name));
        from = comma + 1;
    }
    return std::optional(std::move(names));
}

bool upload_session(std::string_view segment) { return same_text(segment, "createUploadSession") || same_text(segment, "microsoft.graph.createUploadSession"); }

}  // namespace

void Graph::number_attachments(Edit& edit, Instant now) {
    for (Attachment& each : edit.attachments) {
        each.number = guids_.below(1ull << 62) + 1;
        each.modified = now;
    }
}

Reply Graph::attachments_reply(const Call& call) {
    const auto found = find_target(call);
    if (const Fault* fault = std::get_if<Fault>(&found)) return refuse(call, *fault);
    const Target& target = std::get<Target>(found);
    const std::string& method = call.request.method;
    if (upload_session(call.route.attachment)) return make_upload(call, target);
    if (!call.route.attachment.empty()) return attachment_reply(call, target);
    if (method == "POST") return add_attachment(call, target);
    if (method != "GET") return refuse(call, errors::method_not_allowed(method));
    const auto select = selected(call.query);
    if (const Fault* fault = std::get_if<Fault>(&select)) return refuse(call, *fault);
    const auto& names = std::get<0>(select);
    const std::string own_id = event_id(*call.mailbox, target.entry, call.preferences->immutable_ids);
    std::string body = "{\"@odata.context\":\"" + attachments_context(call) + "\",\"value\":[";
    const std::shared_ptr<const Content> content = target.entry.copy->content.whole();
    if (content->attachments)
        for (const Attachment& each : *content->attachments) {
            body += &each == &content->attachments->front() ? "{" : ",{";
            put_attachment(body, own_id, each, names ? &*names : nullptr);
            body += '}';
        }
    return json_reply(200, body + "]}", call.marks);
}

std::string Graph::attachments_context(const Call& call) const {
    return user_context(call) + call.route.collection + "('" + percent_encode(call.route.event, true) +
           "')/attachments";
}

Reply Graph::add_attachment(const Call& call, const Target& target) {
    auto read = read_attachment(call.request.body);
    if (Fault* fault = std::get_if<Fault>(&read)) return refuse(call, *fault);
    Edit edit;
    edit.attachments.push_back(std::move(std::get<Attachment>(read)));
    number_attachments(edit, call.marks.now);
    const Attachment added = edit.attachments.front();
    if (const auto fault = calendars_.edit(*call.mailbox, target.item, target.slot, std::move(edit), call.marks.now)) return refuse(call, *fault);
    const std::string own_id = event_id(*call.mailbox, target.entry, call.preferences->immutable_ids);
    std::string body = "{\"@odata.context\":\"" + attachments_context(call) + "/$entity\"";
    put_attachment(body, own_id, added, nullptr);
    Reply reply = json_reply(201, body + "}", call.marks);
    reply.headers.push_back({"Location", options_.graph_base + "/users('" + call.mailbox->user_id() + "')/" + call.route.collection + "('" + own_id + "')/attachments('" +
                                             attachment_id(own_id, added.number) + "')"});
    return reply;
}

Reply Graph::attachment_reply(const Call& call, const Target& target) {
    // The id holds that of its item in the form the client was given.
    const std::shared_ptr<const Content> content = target.entry.copy->content.whole();
    std::optional<std::uint64_t> number;
    for (const bool immutable : {false, true})
        if (!number) number = parse_attachment_id(event_id(*call.mailbox, target.entry, immutable), call.route.attachment);
    if (!number) return refuse(call, base64url_decode(call.route.attachment) ? errors::item_not_found() : errors::malformed_id());
    const Attachment* attachment = nullptr;
    if (content->attachments)
        for (const Attachment& each : *content->attachments)
            if (each.number == *number) attachment = &each;
    if (attachment == nullptr) return refuse(call, errors::item_not_found());
    const std::string& method = call.request.method;
    if (call.route.resource == Route::Resource::attachment_bytes) {
        if (method != "GET") return refuse(call, errors::method_not_allowed(method));
        Reply reply = json_reply(200, attachment->bytes, call.marks);
        reply.headers.front().value = attachment->content_type;
        return reply;
    }
    if (method == "DELETE") {
        Edit edit;
        edit.gone_attachments.push_back(*number);
        if (const auto fault = calendars_.edit(*call.mailbox, target.item, target.slot, std::move(edit), call.marks.now)) return refuse(call, *fault);
        return empty_reply(204, call.marks);
    }
    if (method != "GET") return refuse(call, errors::method_not_allowed(method));
    const auto select = selected(call.query);
    if (const Fault* fault = std::get_if<Fault>(&select)) return refuse(call, *fault);
    const auto& names = std::get<0>(select);
    std::string body = "{\"@odata.context\":\"" + attachments_context(call) + "/$entity\"";
    put_attachment(body, event_id(*call.mailbox, target.entry, call.preferences->immutable_ids), *attachment, names ? &*names : nullptr);
    return json_reply(200, body + "}", call.marks);
}

}  // namespace fakes::microsoft
