// The routes of an event's attachments: list, get, its bytes, add, delete.
#include <algorithm>
#include <charconv>

#include "fakes/microsoft/attachments.hpp"
#include "fakes/microsoft/bodies.hpp"
#include "fakes/microsoft/graph.hpp"
#include "fakes/microsoft/replies.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

std::optional<Fault> read_filter(AttachmentShape& shape, std::string_view text) {
    static constexpr std::string_view is_inline = "isInline eq ", named = "name eq '";
    if (same_text(text.substr(0, is_inline.size()), is_inline)) {
        const std::string word = lower(text.substr(is_inline.size()));
        shape.is_inline = word == "true";
        if (word == "true" || word == "false") return std::nullopt;
    } else if (same_text(text.substr(0, named.size()), named) && text.size() > named.size() && text.ends_with('\'') && text.find('\'', named.size()) == text.size() - 1) {
        shape.named = text.substr(named.size(), text.size() - named.size() - 1);
        return std::nullopt;
    }
    return errors::filter_invalid("Attachments are filtered by isInline or by name here.");
}

std::optional<Fault> read_number(std::size_t& number, std::string_view option, std::string_view text) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) return std::nullopt;
    return errors::query_option(option, "the value is a number.");
}

std::variant<AttachmentShape, Fault> shape_of_attachments(std::string_view query) {
    AttachmentShape shape;
    for (const auto& [given, value] : parse_parameters(query)) {
        const std::string name = lower(given);
        std::optional<Fault> fault;
        if (name == "$select") fault = select_of_attachments(shape, value);
        else if (name == "$expand") fault = expand_of_attachments(shape, value);
        else if (name == "$top") fault = read_number(shape.top, name, value);
        else if (name == "$skip") fault = read_number(shape.skip, name, value);
        else if (name == "$count") shape.count = same_text(value, "true");
        else if (name == "$filter") fault = read_filter(shape, value);
        else if (name.starts_with('$') && name != "$format") fault = errors::query_option(name, "it is not supported on attachments.");
        if (fault) return std::move(*fault);
    }
    return shape;
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
    const auto read = shape_of_attachments(call.query);
    if (const Fault* fault = std::get_if<Fault>(&read)) return refuse(call, *fault);
    const AttachmentShape& shape = std::get<AttachmentShape>(read);
    const std::string own_id = event_id(*call.mailbox, target.entry, call.preferences->immutable_ids);
    const std::string context = attachments_context(call);
    const std::shared_ptr<const Content> content = target.entry.copy->content.whole();
    std::vector<const Attachment*> rows;
    if (content->attachments)
        for (const Attachment& each : *content->attachments)
            if (shape.takes(each)) rows.push_back(&each);
    std::string body = "{\"@odata.context\":\"" + context + "\"";
    if (shape.count) body += ",\"@odata.count\":" + std::to_string(rows.size());
    body += ",\"value\":[";
    const std::size_t first = std::min(shape.skip, rows.size()), last = first + std::min(shape.top, rows.size() - first);
    for (std::size_t i = first; i < last; ++i) {
        body += i == first ? "{" : ",{";
        put_attachment(body, own_id, *rows[i], shape, context);
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
    put_attachment(body, own_id, added, {}, {});
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
        if (attachment->kind == Attachment::Kind::reference) return refuse(call, errors::no_bytes());
        if (attachment->kind == Attachment::Kind::item && !attachment->event) return refuse(call, errors::not_implemented("Attached messages and contacts have no MIME form here."));
        Reply reply = json_reply(200, attachment->event ? calendar_text(*attachment->event, attachment->modified) : attachment->bytes, call.marks);
        reply.headers.front().value = attachment->event ? "text/calendar" : attachment->content_type;
        return reply;
    }
    if (method == "DELETE") {
        Edit edit;
        edit.gone_attachments.push_back(*number);
        if (const auto fault = calendars_.edit(*call.mailbox, target.item, target.slot, std::move(edit), call.marks.now)) return refuse(call, *fault);
        return empty_reply(204, call.marks);
    }
    if (method != "GET") return refuse(call, errors::method_not_allowed(method));
    const auto read = shape_of_attachments(call.query);
    if (const Fault* fault = std::get_if<Fault>(&read)) return refuse(call, *fault);
    const AttachmentShape& shape = std::get<AttachmentShape>(read);
    const std::string context = attachments_context(call);
    std::string body = "{\"@odata.context\":\"" + context + "/$entity\"";
    put_attachment(body, event_id(*call.mailbox, target.entry, call.preferences->immutable_ids), *attachment, shape, context);
    return json_reply(200, body + "}", call.marks);
}

}  // namespace fakes::microsoft
